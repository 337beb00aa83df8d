"""When a message may reach a person: a decent hour where they are, on a working day, outside their quiet periods."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays

MORNING = time(8)
EVENING = time(20)  # from here on it waits for the next morning
_FALLBACK_ZONE = "America/New_York"


@dataclass(frozen=True)
class Quiet:
    """A person's own quiet period, both days included."""

    first_day: date
    last_day: date


@lru_cache(maxsize=64)
def is_federal_holiday(day: date) -> bool:
    return day in holidays.country_holidays("US", years=day.year)


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and not is_federal_holiday(day)


@lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo(_FALLBACK_ZONE)


def local_day(now: datetime, zone_name: str) -> date:
    return now.astimezone(zone(zone_name)).date()


def morning_of(day: date, zone_name: str) -> datetime:
    """08:00 there, in UTC. A day that the zone skipped (the date line moved) gives the first morning after it."""
    there = zone(zone_name)
    moment = datetime.combine(day, MORNING, there).astimezone(UTC)
    return moment if moment.astimezone(there).date() == day else morning_of(day + timedelta(days=1), zone_name)


def first_allowed_day(day: date, *, any_day: bool, quiet: Collection[Quiet]) -> date:
    """The day itself, or the next one that is a working day and in no quiet period."""
    while True:
        asleep = next((period for period in quiet if period.first_day <= day <= period.last_day), None)
        if asleep:
            day = asleep.last_day + timedelta(days=1)
        elif not any_day and not is_working_day(day):
            day += timedelta(days=1)
        else:
            return day


def send_after(day: date, zone_name: str, *, any_day: bool = False, quiet: Collection[Quiet] = ()) -> datetime:
    """The first moment (UTC) at which a message that is due on `day` may go out."""
    return morning_of(first_allowed_day(day, any_day=any_day, quiet=quiet), zone_name)


def next_moment(now: datetime, zone_name: str, *, any_day: bool = False, quiet: Collection[Quiet] = ()) -> datetime:
    """`now`, if a message may go out now; else the next morning at which it may."""
    local = now.astimezone(zone(zone_name))
    today = local.date()
    allowed = first_allowed_day(today, any_day=any_day, quiet=quiet)
    if allowed == today and MORNING <= local.time() < EVENING:
        return now
    if allowed == today and local.time() >= EVENING:
        allowed = first_allowed_day(today + timedelta(days=1), any_day=any_day, quiet=quiet)
    return morning_of(allowed, zone_name)
