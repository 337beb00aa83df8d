"""The way to the license as a network: how early each item can be done, and how late it still may be.

Forward from today with usual times, backward from the day on which the license is wanted. What is done takes no time.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from graphlib import TopologicalSorter

from .days import Days
from .durations import duration_of, remaining
from .models import Checklist, Item, Rule, Spec, Status, WaitingTime
from .plans import GOAL, Plan, PlanRow
from .precedence import Node, coming_first, node_of
from .standing import Row, standing_of


def plan(
    specs: Iterable[Spec],
    items: Iterable[Item],
    checklist: Checklist,
    days: Days,
    times: Mapping[str, WaitingTime],
    today: date,
) -> Plan:
    specs, items = list(specs), list(items)
    rows = standing_of(checklist, specs, items, today, days).rows
    before = _open_before(specs, rows)
    forward: dict[Node, PlanRow] = {}
    drafts = {node_of(row.item): _draft(row, row.item, days, times, before) for row in rows if row.item}
    for node in TopologicalSorter(before).static_order():
        forward[node] = _as_early_as_possible(drafts[node], forward)
    wanted_on = checklist.license_wanted_on
    placed = _as_late_as_possible(forward, wanted_on) if wanted_on else forward
    return Plan([placed[node] for node in drafts], today, wanted_on)


def _open_before(specs: list[Spec], rows: list[Row]) -> dict[Node, list[Node]]:
    """What is done holds nothing up, and nothing before it does so through it."""
    done = {node_of(row.item) for row in rows if row.item and row.done}
    first = coming_first(specs, [row.item for row in rows if row.item])
    return {node: [] if node in done else [n for n in map(node_of, first[node]) if n not in done] for node in first}


def _draft(
    row: Row, item: Item, days: Days, times: Mapping[str, WaitingTime], before: Mapping[Node, list[Node]]
) -> PlanRow:
    """Placed on the first day on which it could be begun if nothing came before it."""
    after = tuple(before[node_of(item)])
    if row.done:
        day = item.closed_on or item.status_on or row.today
        return PlanRow(row, item, 0, "done", day, day, comes_after=after)
    usual = duration_of(row.spec, days, times)
    is_fixed = row.spec.rule == Rule.OPENS_BEFORE_END and item.status == Status.TO_DO
    begins = max(row.today, row.opens_on) if is_fixed and row.opens_on else row.today
    left = remaining(row, item, usual.days)
    return PlanRow(row, item, left, usual.source, begins, begins + timedelta(days=left), comes_after=after)


def _as_early_as_possible(row: PlanRow, placed: Mapping[Node, PlanRow]) -> PlanRow:
    start = max([row.earliest_start, *(placed[node].earliest_finish for node in row.comes_after)])
    return replace(row, earliest_start=start, earliest_finish=start + timedelta(days=row.duration))


def _as_late_as_possible(forward: Mapping[Node, PlanRow], wanted_on: date) -> dict[Node, PlanRow]:
    """Backward from the license; what the license does not wait for keeps no latest day."""
    placed = dict(forward)
    latest = {node: wanted_on for node, row in forward.items() if row.spec.key == GOAL and not row.row.done}
    for node in reversed(list(forward)):
        row = forward[node]
        if node not in latest:
            continue
        start = latest[node] - timedelta(days=row.duration)
        placed[node] = replace(row, latest_start=start, latest_finish=latest[node])
        for earlier in row.comes_after:
            latest[earlier] = min(start, latest.get(earlier, start))
    return placed
