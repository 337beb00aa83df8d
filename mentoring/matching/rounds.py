"""A round over the whole pool, as a draft that staff read, change and publish."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace

from .explaining import Unmatched, explain
from .grids import Grid
from .optimum import Progress, Stage, best_positions, nobody_listens
from .people import Impossible, PairIds, Pool
from .rules import why_not
from .scoring import Reason, reasons
from .terms import Terms

_REPORT_EVERY = 200


@dataclass(frozen=True)
class Edits:
    """What staff decided about a draft."""

    fixed: frozenset[PairIds] = frozenset()
    forbidden: frozenset[PairIds] = frozenset()


@dataclass(frozen=True)
class Pair:
    mentor: int
    mentee: int
    reasons: tuple[Reason, ...]

    @property
    def ids(self) -> PairIds:
        return self.mentor, self.mentee

    @property
    def score(self) -> int:
        return sum(reason.points for reason in self.reasons)


@dataclass(frozen=True)
class Round:
    """In the order of the mentees' ids."""

    pairs: tuple[Pair, ...]
    unmatched: tuple[Unmatched, ...]

    @property
    def score(self) -> int:
        return sum(pair.score for pair in self.pairs)

    @property
    def ids(self) -> frozenset[PairIds]:
        return frozenset(pair.ids for pair in self.pairs)


@dataclass(frozen=True)
class Change:
    """From one round to another."""

    gone: tuple[Pair, ...]
    new: tuple[Pair, ...]
    newly_matched: tuple[int, ...]  # ids of mentees
    no_longer_matched: tuple[int, ...]
    score: int


def make_round(
    pool: Pool,
    terms: Terms,
    edits: Edits = Edits(),
    *,
    kept: Collection[PairIds] = (),
    progress: Progress = nobody_listens,
) -> Round:
    """The best round that honours the edits; among equally good ones, one with the most pairs of `kept`.

    Raises Impossible when the fixed pairs break a rule, another edit or a number of places.
    """
    _refuse_impossible(pool, terms, edits)
    found = _best(_without(pool, edits.fixed), terms, edits, kept, progress) | edits.fixed
    left = {mentee.id for mentee in pool.mentees} - {mentee for _, mentee in found}
    return Round(_described(pool, terms, found, progress), explain(pool, terms, left, edits.forbidden))


def what_changes(pool: Pool, terms: Terms, draft: Round, edits: Edits) -> Change:
    """If the round were made with these edits; pairs of the draft stay wherever they can without loss."""
    return difference(draft, make_round(pool, terms, edits, kept=draft.ids))


def difference(before: Round, after: Round) -> Change:
    once, now = {mentee for _, mentee in before.ids}, {mentee for _, mentee in after.ids}
    return Change(
        gone=tuple(pair for pair in before.pairs if pair.ids not in after.ids),
        new=tuple(pair for pair in after.pairs if pair.ids not in before.ids),
        newly_matched=tuple(sorted(now - once)),
        no_longer_matched=tuple(sorted(once - now)),
        score=after.score - before.score,
    )


def _best(rest: Pool, terms: Terms, edits: Edits, kept: Collection[PairIds], progress: Progress) -> frozenset[PairIds]:
    grid = Grid(rest, terms, edits.forbidden)
    positions = best_positions(grid, [mentor.places for mentor in rest.mentors], grid.positions(kept), progress)
    return frozenset((rest.mentors[row].id, rest.mentees[column].id) for row, column in positions)


def _described(pool: Pool, terms: Terms, found: Collection[PairIds], progress: Progress) -> tuple[Pair, ...]:
    mentors = {mentor.id: mentor for mentor in pool.mentors}
    mentees = {mentee.id: mentee for mentee in pool.mentees}
    pairs = []
    for mentor, mentee in sorted(found, key=lambda pair: pair[1]):
        pairs.append(Pair(mentor, mentee, reasons(mentors[mentor], mentees[mentee], terms)))
        if len(pairs) % _REPORT_EVERY == 0 or len(pairs) == len(found):
            progress(Stage.EXPLAINING, len(pairs), len(found))
    return tuple(pairs)


def _without(pool: Pool, fixed: Collection[PairIds]) -> Pool:
    """Who is still to be brought together, and the mentors who have places for them."""
    used, gone = Counter(mentor for mentor, _ in fixed), {mentee for _, mentee in fixed}
    mentors = (replace(m, places=m.places - used[m.id]) if used[m.id] else m for m in pool.mentors)
    return Pool(
        tuple(mentor for mentor in mentors if mentor.places > 0),
        tuple(mentee for mentee in pool.mentees if mentee.id not in gone),
    )


def _refuse_impossible(pool: Pool, terms: Terms, edits: Edits) -> None:
    mentors = {mentor.id: mentor for mentor in pool.mentors}
    mentees = {mentee.id: mentee for mentee in pool.mentees}
    used, twice = Counter(m for m, _ in edits.fixed), Counter(m for _, m in edits.fixed)
    for mentor, mentee in sorted(edits.fixed):
        if mentor not in mentors or mentee not in mentees:
            raise Impossible("A fixed pair names somebody who is not in this round.")
        if (mentor, mentee) in edits.forbidden:
            raise Impossible(f"A pair of {mentors[mentor].name} is fixed and forbidden at once.")
        if told := why_not(mentors[mentor], mentees[mentee], terms):
            raise Impossible(f"This pair cannot be fixed. {told}")
        if used[mentor] > mentors[mentor].places:
            raise Impossible(f"{mentors[mentor].name} has fewer free places than pairs fixed.")
        if twice[mentee] > 1:
            raise Impossible("A mentee is fixed to more than one mentor.")
