"""Working a round out: read everybody, match, write the draft. Of two runs the first to end counts: they agree."""

import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace

from django.db import transaction
from django.utils import timezone

from audit.models import record

from .matching.explaining import FORBIDDEN, Unmatched
from .matching.optimum import Stage
from .matching.people import Impossible, PairIds, Pool
from .matching.ranking import Lists, make_ranked_round
from .matching.rounds import Edits, Pair, make_round
from .matching.rounds import Round as Result
from .matching.scoring import Reason, reasons
from .matching.terms import Terms
from .models import LeftOver, Mode, Ranked, Round, RoundPair, RoundStatus, Wish
from .pool import People, read_people, tried_before
from .refusals import MentoringRefused
from .weights_actions import terms_of

JOB = "matching"
TELL_EVERY = 1.0  # seconds between two lines of progress
TOO_LONG = "It took longer than a task may take. Tell whoever runs the portal."
BROKEN = "An error of the portal stopped it; the log says which. Tell whoever runs the portal."
NOT_AGAIN = f"{FORBIDDEN}, or asked before in vain"
_AT_ONCE = 500


# ------------------------------------------------------------------------------------------------ the run
def work_out(*, round_id: int) -> Round | None:
    """None if there is nothing to work out. A run that was cut off is simply made again."""
    round = _begin(round_id)
    if round is None:
        return None
    people, edits = read_people(timezone.localdate()), edits_of(round)
    try:
        result = _result(round, people, edits)
    except Impossible as error:
        return give_up(round_id=round_id, problem=str(error))
    return _keep(round, people, edits, result)


@transaction.atomic
def _begin(round_id: int) -> Round | None:
    round = Round.objects.select_for_update(of=("self",)).select_related("weights").filter(pk=round_id).first()
    if round is None or round.status not in (RoundStatus.WAITING, RoundStatus.RUNNING):
        return None
    round.status, round.problem, round.progress = RoundStatus.RUNNING, "", "Reading who waits and who has a place"
    round.save(update_fields=["status", "problem", "progress"])
    return round


def _result(round: Round, people: People, edits: Edits) -> Result:
    terms = terms_of(round.weights, timezone.localdate())
    if round.mode == Mode.RANKING:
        return _ranked(round, people, terms)
    again = tried_before() - edits.fixed
    edits = replace(edits, forbidden=edits.forbidden | again)
    return make_round(people.pool, terms, edits, kept=draft_of(round).ids, progress=_teller(round))


def _ranked(round: Round, people: People, terms: Terms) -> Result:
    by_mentees, by_mentors = _lists(round, by_mentor=False), _lists(round, by_mentor=True)
    ranked = make_ranked_round(people.pool, terms, by_mentees=by_mentees, by_mentors=by_mentors)
    return Result(tuple(_described(pair, people, terms) for pair in ranked.pairs), ranked.unmatched)


def _described(ids: PairIds, people: People, terms: Terms) -> Pair:
    mentor, mentee = people.mentors_by_id[ids[0]], people.mentees_by_id[ids[1]]
    both = Reason(0, f"You and {mentor.name} ranked each other.")
    return Pair(*ids, (both, *reasons(mentor, mentee, terms)))


def _lists(round: Round, *, by_mentor: bool) -> Lists:
    found: dict[int, list[int]] = {}
    rows = Ranked.objects.filter(round=round, by_mentor=by_mentor).order_by("person", "rank")
    other = "mentee__person" if by_mentor else "mentor__person"
    for person, liked in rows.values_list("person", other):
        found.setdefault(person, []).append(liked)
    return found


def _teller(round: Round) -> Callable[[Stage, int, int], None]:
    told_at = float("-inf")

    def tell(stage: Stage, done: int, of: int) -> None:
        nonlocal told_at
        if time.monotonic() - told_at < TELL_EVERY and done:
            return
        told_at = time.monotonic()
        words = f"{stage}: {done:,} of {of:,}" if of > 1 else str(stage)
        Round.objects.filter(pk=round.pk, status=RoundStatus.RUNNING).update(progress=words)

    return tell


@transaction.atomic
def give_up(*, round_id: int, problem: str) -> Round | None:
    """Say why on the page; whoever fixed the cause has it worked out again."""
    round = Round.objects.select_for_update(of=("self",)).filter(pk=round_id, status=RoundStatus.RUNNING).first()
    if round is not None:
        round.status, round.progress, round.problem = RoundStatus.FAILED, "", problem[:300]
        round.save(update_fields=["status", "progress", "problem"])
        record(by=JOB, verb="round could not be worked out", subject=round)
    return round


# ------------------------------------------------------------------------------------------------ keeping
@transaction.atomic
def _keep(before: Round, people: People, edits: Edits, result: Result) -> Round | None:
    """Only if nobody changed the round meanwhile: another run then keeps what is right now."""
    round = Round.objects.select_for_update(of=("self",)).filter(pk=before.pk, status=RoundStatus.RUNNING).first()
    if round is None or edits_of(round) != edits:
        return None
    _keep_pairs(round, people, result.pairs)
    _keep_left_over(round, people, result.unmatched)
    round.mentors, round.mentees, round.places = len(people.mentors), len(people.mentees), people.places
    round.status, round.progress, round.worked_out_at = RoundStatus.DRAFT, "", timezone.now()
    round.save()
    record(by=JOB, verb="round worked out", subject=round, data={"pairs": len(result.pairs)})
    return round


def _keep_pairs(round: Round, people: People, pairs: Iterable[Pair]) -> None:
    """What staff fixed or forbade keeps its row."""
    round.pairs.filter(wish=Wish.NONE).delete()
    round.pairs.update(is_chosen=False)
    rows = [
        RoundPair(
            round=round,
            mentor_id=people.mentors[pair.mentor],
            mentee_id=people.mentees[pair.mentee],
            is_chosen=True,
            score=pair.score,
            reasons=[reason.text for reason in pair.reasons],
        )
        for pair in pairs
    ]
    same, fresh = ("round", "mentor", "mentee"), ("is_chosen", "score", "reasons")
    RoundPair.objects.bulk_create(rows, _AT_ONCE, update_conflicts=True, unique_fields=same, update_fields=fresh)


def _keep_left_over(round: Round, people: People, unmatched: Collection[Unmatched]) -> None:
    round.left_over.all().delete()
    longest = LeftOver._meta.get_field("why").max_length
    rows = (
        LeftOver(round=round, mentee_id=people.mentees[one.mentee], why=one.why.replace(FORBIDDEN, NOT_AGAIN)[:longest])
        for one in unmatched
    )
    LeftOver.objects.bulk_create(rows, _AT_ONCE)


# ------------------------------------------------------------------------------------------------ what staff decided
def edits_of(round: Round, also: tuple[int, int, str] | None = None) -> Edits:
    """`also`: a mentor's and a mentee's person, and what is wished for these two instead of what stands."""
    wished = round.pairs.exclude(wish=Wish.NONE).values_list("mentor__person", "mentee__person", "wish")
    wishes = {(mentor, mentee): wish for mentor, mentee, wish in wished}
    if also:
        wishes[also[:2]] = also[2]
    fixed, forbidden = (
        frozenset(pair for pair, wish in wishes.items() if wish == kind) for kind in (Wish.FIXED, Wish.FORBIDDEN)
    )
    return Edits(fixed=fixed, forbidden=forbidden)


def refuse_impossible(round: Round, edits: Edits) -> None:
    """The fixed pairs alone show what cannot be fixed, whatever the size of the pool."""
    people = read_people(timezone.localdate())
    mentors, mentees = {mentor for mentor, _ in edits.fixed}, {mentee for _, mentee in edits.fixed}
    small = Pool(
        tuple(mentor for mentor in people.pool.mentors if mentor.id in mentors),
        tuple(mentee for mentee in people.pool.mentees if mentee.id in mentees),
    )
    try:
        make_round(small, terms_of(round.weights, timezone.localdate()), edits)
    except Impossible as error:
        raise MentoringRefused(str(error)) from error


def draft_of(round: Round) -> Result:
    """As it stands in the rows; of the reasons only the points together."""
    chosen = round.pairs.filter(is_chosen=True).values_list("mentor__person", "mentee__person", "score")
    return Result(tuple(Pair(*ids, (Reason(score, ""),)) for *ids, score in chosen), ())
