"""The best assignment of a whole pool: most people first, then the most points. Exact, and the same every time."""

from collections.abc import Callable, Collection, Sequence
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from .blocks import listed
from .grids import Grid

Costs = NDArray[np.float64]
Position = tuple[int, int]  # of a mentor and of a mentee in the pool


class Stage(StrEnum):
    COMPARING = "Comparing mentors and mentees"
    ASSIGNING = "Finding the best round"
    EXPLAINING = "Writing down the reasons"


Progress = Callable[[Stage, int, int], None]  # how many of how many are done


def nobody_listens(stage: Stage, done: int, of: int) -> None: ...


def best_positions(
    grid: Grid, places: Sequence[int], kept: Collection[Position] = (), progress: Progress = nobody_listens
) -> list[Position]:
    """`places` of each mentor. Among equally good answers, one with the most pairs of `kept`."""
    owner = owners(places, len(grid.mentees))
    costs = cost_matrix(grid, owner, kept, progress)
    progress(Stage.ASSIGNING, 0, 1)
    rows, columns = cheapest(costs)
    possible = costs[rows, columns] < cost_of_refused(min(costs.shape), grid.terms.weights.most, bool(kept))
    progress(Stage.ASSIGNING, 1, 1)
    return list(zip(owner[rows[possible]].tolist(), columns[possible].tolist(), strict=True))


def cheapest(costs: Costs) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    if costs.shape[0] > costs.shape[1]:
        columns, rows = linear_sum_assignment(costs.T)
    else:
        rows, columns = linear_sum_assignment(costs)
    return rows, columns


def cost_matrix(
    grid: Grid, owner: NDArray[np.intp], kept: Collection[Position] = (), progress: Progress = nobody_listens
) -> Costs:
    """A row for each place, a column for each mentee, in the memory layout that scipy takes without a copy."""
    shape = len(owner), len(grid.mentees)
    scale, highest = _scale(min(shape), grid.terms.weights.most, bool(kept))
    refused = cost_of_refused(min(shape), grid.terms.weights.most, bool(kept))
    keeps = listed(((*pair, 1) for pair in kept), len(grid.mentees)) if kept else None
    costs = np.empty(shape, order="F" if shape[0] > shape[1] else "C")
    for some in grid.slices():
        block = highest - scale * grid.points(some).astype(np.float64)
        if keeps:
            block -= keeps(some)
        block[grid.refused(some)] = refused
        first, last = np.searchsorted(owner, (some.start, some.stop))
        costs[first:last] = block[owner[first:last] - some.start]
        progress(Stage.COMPARING, some.stop, len(grid.mentors))
    return costs


def cost_of_refused(pairs: int, most: int, keeps: bool) -> int:
    """More than everything else together, so that no number of points is worth one person without a pair.

    The solver only adds and takes away, never beyond three times this: exact with whole numbers below 2**53.
    """
    return pairs * _scale(pairs, most, keeps)[1] + 1


def _scale(pairs: int, most: int, keeps: bool) -> tuple[int, int]:
    """What a point counts, and the highest count of a pair. All kept pairs together count less than one point."""
    return (pairs + 1, most * (pairs + 1) + 1) if keeps else (1, most)


def owners(places: Sequence[int], mentees: int) -> NDArray[np.intp]:
    """The mentor of each place; nobody can use more places than there are mentees."""
    return np.repeat(np.arange(len(places)), [max(0, min(free, mentees)) for free in places])
