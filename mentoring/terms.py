"""The days that mentoring works with: how many, from the facts, and which day of the calendar that is."""

from collections.abc import Collection
from datetime import date, timedelta

from facts.models import Fact
from notices.mornings import Quiet, is_working_day

from .models import Format

LENGTHS = {Format.YEAR: 12, Format.HALF_YEAR: 6, Format.SESSION: 1}  # months until the pair ends by itself
ONE_DAY = timedelta(days=1)


def days_of(key: str) -> int:
    return int(Fact.objects.get(key=f"mentoring.{key}").value)


def answer_day(asked_on: date, days: int, quiet: Collection[Quiet]) -> date:
    """The last of so many days after the first one; the days on which the mentor wanted no messages do not count."""
    day = asked_on
    while days:
        day += ONE_DAY
        days -= not any(period.first_day <= day <= period.last_day for period in quiet)
    return day


def working_days_after(day: date, days: int) -> date:
    while days:
        day += ONE_DAY
        days -= is_working_day(day)
    return day


def months_after(day: date, months: int) -> date:
    """The same day of a later month; the last day of it, where that month is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first_of_next = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), first_of_next - ONE_DAY)
