"""How long an item still takes, and who says so."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from .days import Days
from .models import WITH_OTHERS, Item, Rule, Spec, WaitingTime
from .standing import Row


@dataclass(frozen=True)
class Duration:
    days: int
    source: str


def duration_of(spec: Spec, days: Days, times: Mapping[str, WaitingTime]) -> Duration:
    """Days from its start to its end: within these, three quarters of the portal's closed items arrived; else as the
    fact says; else its follow-up time, which is the least one has to allow for."""
    found = _usual(spec, days, times)
    shortest = days.of(spec.rule_fact) if spec.rule == Rule.NOT_BEFORE else None
    if shortest is not None and shortest > found.days:
        return Duration(shortest, days.source(spec.rule_fact))
    return found


def _usual(spec: Spec, days: Days, times: Mapping[str, WaitingTime]) -> Duration:
    if spec.key in times:
        time = times[spec.key]
        return Duration(time.three_quarters, f"three quarters of {time.count} closed items took no longer")
    if (usual := days.of(spec.usual_fact)) is not None:
        return Duration(usual, days.source(spec.usual_fact))
    return Duration(days.first(spec), "no usual time is known: the time after which the portal asks")


def remaining(row: Row, item: Item, total: int) -> int:
    """Days from today on. What lies with others has been running since it went there; nothing is less than none."""
    runs_by_itself = row.spec.rule == Rule.NOT_BEFORE and row.startable_on is not None
    since = row.since if item.status in WITH_OTHERS else _began(row, item) if runs_by_itself else None
    return total if since is None else max(0, (since + timedelta(days=total) - row.today).days)


def _began(row: Row, item: Item) -> date | None:
    return item.waiting_since or row.startable_on
