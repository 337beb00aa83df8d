"""The best few mentors for one mentee."""

from dataclasses import dataclass

from .explaining import explain
from .people import Mentee, Pool
from .rounds import Pair
from .rules import why_not
from .scoring import reasons
from .terms import Terms


@dataclass(frozen=True)
class Suggestions:
    pairs: tuple[Pair, ...]  # the best first
    why_none: str = ""


def suggest(pool: Pool, mentee: Mentee, terms: Terms, most: int) -> Suggestions:
    """Among the mentors with a free place."""
    possible = (m for m in pool.mentors if m.places > 0 and why_not(m, mentee, terms) is None)
    pairs = (Pair(mentor.id, mentee.id, reasons(mentor, mentee, terms)) for mentor in possible)
    best = tuple(sorted(pairs, key=lambda pair: (-pair.score, pair.mentor))[:most])
    if best:
        return Suggestions(best)
    (alone,) = explain(Pool(pool.mentors, (mentee,)), terms, {mentee.id})
    return Suggestions((), alone.why)
