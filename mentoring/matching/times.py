"""A person's free week as one number: a bit for each quarter of an hour, from Monday 00:00 in UTC."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from .people import Person, Window
from .terms import Terms

QUARTER = 15
DAY = 24 * 60 // QUARTER
WEEK = 7 * DAY
_FULL = (1 << WEEK) - 1


def possible_starts(person: Person, terms: Terms) -> list[int]:
    """For each season: when a meeting may begin. Two people can meet when they have a bit in common."""
    local = _starts(_free(person.free), -(-terms.meeting_minutes // QUARTER))
    return [_later(local, -_quarters_ahead(person.time_zone, day)) for day in terms.seasons]


def can_meet(one: Person, other: Person, terms: Terms) -> bool:
    pairs = zip(possible_starts(one, terms), possible_starts(other, terms), strict=True)
    return all(mine & theirs for mine, theirs in pairs)


def _free(windows: Iterable[Window]) -> int:
    """Only quarters that lie inside a window whole."""
    bits = 0
    for weekday, start, end in windows:
        first = -(-_minutes(start) // QUARTER)
        last = _minutes(end) // QUARTER + (DAY if end <= start else 0)
        bits |= _later(((1 << (last - first)) - 1) if last > first else 0, weekday * DAY + first)
    return bits


def _minutes(moment: time) -> int:
    return moment.hour * 60 + moment.minute


def _starts(free: int, quarters: int) -> int:
    """The quarters that begin so many free ones in a row."""
    for _ in range(quarters - 1):
        free &= _later(free, -1)
    return free


def _later(bits: int, quarters: int) -> int:
    """The same week, moved; what leaves at one end comes in at the other."""
    by = quarters % WEEK
    return ((bits << by) | (bits >> (WEEK - by))) & _FULL


@lru_cache(maxsize=4096)
def _quarters_ahead(time_zone: str, on: date) -> int:
    """How far the local clock is ahead of UTC at noon."""
    offset = datetime.combine(on, time(12), ZoneInfo(time_zone)).utcoffset() or timedelta()
    return round(offset / timedelta(minutes=QUARTER))
