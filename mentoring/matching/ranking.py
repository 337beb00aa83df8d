"""The yearly round by mutual ranking: mentees propose, mentors keep those they like best, as in the Match.

A mentee gains nothing by ranking otherwise than they feel, and no mentor and mentee are left apart who would both
rather have each other than what they have.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import heappush, heappushpop

from .explaining import Unmatched
from .people import PairIds, Pool
from .rules import why_not
from .terms import Terms

Lists = Mapping[int, Sequence[int]]  # of each person: the others, the best liked first; nobody else will do


@dataclass(frozen=True)
class RankedRound:
    pairs: tuple[PairIds, ...]  # in the order of the mentees' ids
    unmatched: tuple[Unmatched, ...]


def make_ranked_round(pool: Pool, terms: Terms, *, by_mentees: Lists, by_mentors: Lists) -> RankedRound:
    """Whom a hard rule forbids is left out of both lists."""
    allowed = _allowed(pool, terms, by_mentees, by_mentors)
    places = {mentor.id: mentor.places for mentor in pool.mentors}
    mentor_of = defer(allowed, by_mentors, places)
    unmatched = (
        Unmatched(mentee.id, _why(by_mentees.get(mentee.id, ()), allowed[mentee.id]))
        for mentee in pool.mentees
        if mentee.id not in mentor_of
    )
    return RankedRound(tuple((mentor_of[mentee], mentee) for mentee in sorted(mentor_of)), tuple(unmatched))


def defer(by_mentees: Lists, by_mentors: Lists, places: Mapping[int, int]) -> dict[int, int]:
    """The mentor of each mentee, by deferred acceptance: stable, and the best stable answer for every mentee."""
    rank = {mentor: _ranks(liked) for mentor, liked in by_mentors.items() if places.get(mentor, 0) > 0}
    wishes = {mentee: iter(liked) for mentee, liked in by_mentees.items()}
    held: dict[int, list[tuple[int, int]]] = {mentor: [] for mentor in rank}
    free = sorted(wishes, reverse=True)
    while free:
        mentee = free.pop()
        for mentor in wishes[mentee]:
            if mentee in rank.get(mentor, {}):
                free += _offer(held[mentor], (-rank[mentor][mentee], mentee), places[mentor])
                break
    return {mentee: mentor for mentor, kept in held.items() for _, mentee in kept}


def _offer(held: list[tuple[int, int]], offer: tuple[int, int], places: int) -> list[int]:
    """Hold it; who is let go for it, if anybody. The least liked lies on top of the heap."""
    if len(held) < places:
        heappush(held, offer)
        return []
    return [heappushpop(held, offer)[1]]


def _ranks(liked: Sequence[int]) -> dict[int, int]:
    """Somebody named twice has the better rank."""
    return {mentee: place for place, mentee in reversed(list(enumerate(liked)))}


def _allowed(pool: Pool, terms: Terms, by_mentees: Lists, by_mentors: Lists) -> dict[int, list[int]]:
    """What each mentee ranked, less who has no place, cannot be their mentor or did not rank them."""
    mentors = {mentor.id: mentor for mentor in pool.mentors if mentor.places > 0}
    liked = {mentor: frozenset(by_mentors.get(mentor, ())) for mentor in mentors}
    return {
        mentee.id: [
            wish
            for wish in by_mentees.get(mentee.id, ())
            if wish in mentors and mentee.id in liked[wish] and why_not(mentors[wish], mentee, terms) is None
        ]
        for mentee in pool.mentees
    }


def _why(ranked: Sequence[int], allowed: Sequence[int]) -> str:
    if not ranked:
        return "The mentee ranked no mentor."
    if not allowed:
        return "Of the mentors whom the mentee ranked, none with a free place is possible and ranked the mentee too."
    return "The mentors whom the mentee ranked gave their places to people they ranked higher."
