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


@lru_cache(maxsize=32)
def _federal_holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("US", years=year))


def is_federal_holiday(day: date) -> bool:
    """The day itself, or the working day on which it is observed."""
    return day in _federal_holidays(day.year)


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
    """08:00 there, in UTC; on a day that the zone skipped (the date line moved), 08:00 of the day after it."""
    return datetime.combine(day, MORNING, zone(zone_name)).astimezone(UTC)


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
    allowed = first_allowed_day(day, any_day=any_day, quiet=quiet)
    moment = morning_of(allowed, zone_name)
    landed = local_day(moment, zone_name)
    return moment if landed == allowed else send_after(landed, zone_name, any_day=any_day, quiet=quiet)


def next_moment(now: datetime, zone_name: str, *, any_day: bool = False, quiet: Collection[Quiet] = ()) -> datetime:
    """`now`, if a message may go out now; else the next morning at which it may."""
    local = now.astimezone(zone(zone_name))
    today = local.date()
    is_allowed = first_allowed_day(today, any_day=any_day, quiet=quiet) == today
    if is_allowed and MORNING <= local.time() < EVENING:
        return now
    is_over = local.time() >= MORNING
    return send_after(today + timedelta(days=is_over), zone_name, any_day=any_day, quiet=quiet)
