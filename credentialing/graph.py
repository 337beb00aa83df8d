"""What comes first: the order of the items, and the loop that would leave them without one."""

from collections.abc import Mapping, Sequence
from graphlib import CycleError, TopologicalSorter


def loop_in(depends: Mapping[str, Sequence[str]]) -> list[str]:
    """Names of which each waits for the next, the first one repeated at the end. Empty: there is no loop."""
    try:
        TopologicalSorter(depends).prepare()
    except CycleError as circle:
        return list(reversed(circle.args[1]))
    return []


def in_order(depends: Mapping[str, Sequence[str]]) -> list[str]:
    """Each name after those it waits for, otherwise as given. Names that are no keys are already there.

    Raises ValueError for a loop.
    """
    ordered: list[str] = []
    left = dict(depends)
    while left:
        ready = next((name for name, needs in left.items() if left.keys().isdisjoint(needs)), None)
        if ready is None:
            raise ValueError(f"They wait for each other: {', '.join(loop_in(left))}.")
        ordered.append(ready)
        del left[ready]
    return ordered
