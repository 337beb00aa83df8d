"""Why somebody is left without a mentor, in one sentence that staff can act on."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .grids import Grid
from .people import PairIds, Pool
from .rules import RULES
from .terms import Terms
from .wording import count

FORBIDDEN = "forbidden by staff"
_WORDS = (FORBIDDEN, *(rule.words for rule in RULES))


@dataclass(frozen=True)
class Unmatched:
    mentee: int
    why: str


def explain(
    pool: Pool, terms: Terms, mentees: Collection[int], forbidden: Collection[PairIds] = ()
) -> tuple[Unmatched, ...]:
    """For each of these mentees, as the pool stood before the round."""
    left = Pool(
        tuple(mentor for mentor in pool.mentors if mentor.places > 0),
        tuple(mentee for mentee in pool.mentees if mentee.id in mentees),
    )
    excluded = _excluded(Grid(left, terms, forbidden))
    told = (sentence(numbers, len(left.mentors)) for numbers in excluded.T.tolist())
    return tuple(Unmatched(mentee.id, why) for mentee, why in zip(left.mentees, told, strict=True))


def _excluded(grid: Grid) -> NDArray[np.int64]:
    """How many mentors each rule excludes, one row a rule, one column a mentee; the first rule broken counts."""
    found = np.zeros((len(grid.refusals), len(grid.mentees)), dtype=np.int64)
    for some in grid.slices():
        open_still = np.ones((some.stop - some.start, len(grid.mentees)), dtype=bool)
        for row, rule in enumerate(grid.refusals):
            broken = rule(some).astype(bool, copy=False) & open_still
            found[row] += broken.sum(axis=0)
            open_still &= ~broken
    return found


def sentence(excluded: list[int], mentors: int) -> str:
    if not mentors:
        return "No mentor has a free place."
    if possible := mentors - sum(excluded):
        return f"{count(possible, 'mentor was', 'mentors were')} possible, but all of their places went to others."
    causes = sorted(zip(excluded, _WORDS, strict=True), key=lambda cause: -cause[0])
    listed = ", ".join(f"{words} ({number:,})" for number, words in causes if number)
    return f"No mentor with a free place is possible. What excludes them: {listed}."
