"""When a message may reach a person: 08:00 where they are, on a day that is allowed."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices.mornings import MORNING, Quiet, is_working_day, local_day, next_moment, send_after, zone

ZONES = sorted(available_timezones())
NEW_YORK = "America/New_York"


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "zone_name", "moment"),
    [
        ("2026-12-01", NEW_YORK, "2026-12-01T13:00"),
        # Clocks go forward on Sunday 8 March 2026 and back on Sunday 1 November 2026.
        ("2026-03-06", NEW_YORK, "2026-03-06T13:00"),
        ("2026-03-09", NEW_YORK, "2026-03-09T12:00"),
        ("2026-10-30", NEW_YORK, "2026-10-30T12:00"),
        ("2026-11-02", NEW_YORK, "2026-11-02T13:00"),
        # Half an hour, three quarters of one, and half an hour of summer time.
        ("2026-12-01", "Asia/Kolkata", "2026-12-01T02:30"),
        ("2026-12-01", "America/St_Johns", "2026-12-01T11:30"),
        ("2026-12-01", "Asia/Kathmandu", "2026-12-01T02:15"),
        ("2026-12-01", "Pacific/Chatham", "2026-11-30T18:15"),
        ("2026-12-01", "Australia/Lord_Howe", "2026-11-30T21:00"),
        ("2026-07-01", "Australia/Lord_Howe", "2026-06-30T21:30"),
        # Both sides of the date line.
        ("2026-12-01", "Pacific/Kiritimati", "2026-11-30T18:00"),
        ("2026-12-01", "Pacific/Pago_Pago", "2026-12-01T19:00"),
        # A zone that does not exist is read as New York.
        ("2026-12-01", "Mars/Olympus", "2026-12-01T13:00"),
        ("2026-12-01", "../../etc/passwd", "2026-12-01T13:00"),
    ],
)
def test_eight_in_the_morning_there(day: str, zone_name: str, moment: str) -> None:
    assert send_after(date.fromisoformat(day), zone_name) == utc(moment)


@pytest.mark.parametrize("day", [date(2026, 3, 8), date(2026, 11, 1)])
def test_eight_in_the_morning_on_the_very_day_the_clocks_change(day: date) -> None:
    moment = send_after(day, NEW_YORK, any_day=True)
    assert moment.astimezone(ZoneInfo(NEW_YORK)).replace(tzinfo=None) == datetime.combine(day, MORNING)


@pytest.mark.parametrize(("any_day", "there"), [(True, date(2011, 12, 31)), (False, date(2012, 1, 3))])
def test_the_day_that_samoa_skipped(any_day: bool, there: date) -> None:
    """30 December 2011 was a Friday that never came there; the day after it is no working day, nor is 2 January."""
    moment = send_after(date(2011, 12, 30), "Pacific/Apia", any_day=any_day)
    assert local_day(moment, "Pacific/Apia") == there


@pytest.mark.parametrize(
    ("day", "next_day"),
    [
        ("2026-11-26", "2026-11-27"),  # Thanksgiving
        ("2026-12-25", "2026-12-28"),  # Christmas on a Friday, then a weekend
        ("2026-07-03", "2026-07-06"),  # Independence Day on a Saturday is observed on the Friday
        ("2027-07-05", "2027-07-06"),  # on a Sunday: on the Monday
        ("2027-12-31", "2028-01-03"),  # New Year's Day of the next year, observed in this one
        ("2026-01-19", "2026-01-20"),  # Martin Luther King Jr. Day
        ("2026-06-19", "2026-06-22"),  # Juneteenth
        ("2026-12-05", "2026-12-07"),  # a Saturday
    ],
)
def test_not_on_weekends_or_federal_holidays(day: str, next_day: str) -> None:
    assert local_day(send_after(date.fromisoformat(day), NEW_YORK), NEW_YORK) == date.fromisoformat(next_day)
    assert local_day(send_after(date.fromisoformat(day), NEW_YORK, any_day=True), NEW_YORK) == date.fromisoformat(day)


def test_a_state_holiday_is_a_working_day() -> None:
    assert is_working_day(date(2026, 2, 12))  # Lincoln's Birthday


def test_quiet_periods_that_touch_defer_to_after_the_last() -> None:
    quiet = [Quiet(date(2026, 12, 3), date(2026, 12, 4)), Quiet(date(2026, 12, 1), date(2026, 12, 2))]
    moment = send_after(date(2026, 12, 1), NEW_YORK, quiet=quiet)
    assert local_day(moment, NEW_YORK) == date(2026, 12, 7)  # the 5th and 6th are a weekend


@pytest.mark.parametrize(
    ("now", "moment"),
    [
        ("2026-12-01T12:59", "2026-12-01T13:00"),
        ("2026-12-01T13:00", "2026-12-01T13:00"),
        ("2026-12-02T00:59", "2026-12-02T00:59"),  # 19:59
        ("2026-12-02T01:00", "2026-12-02T13:00"),  # 20:00: it waits for the morning
        ("2026-12-05T01:00", "2026-12-07T13:00"),  # Friday evening
        ("2026-12-05T15:00", "2026-12-07T13:00"),  # Saturday morning
        ("2026-12-06T23:00", "2026-12-07T13:00"),  # Sunday afternoon
    ],
)
def test_now_if_the_hour_is_decent_else_the_next_morning(now: str, moment: str) -> None:
    assert next_moment(utc(now), NEW_YORK) == utc(moment)


# ------------------------------------------------------------------------------------------------ every day and zone
days = st.dates(date(2008, 1, 1), date(2037, 1, 1))
quiets = st.lists(
    st.builds(lambda first, length: Quiet(first, first + timedelta(days=length)), days, st.integers(0, 60)), max_size=4
)


def is_asleep(day: date, quiet: list[Quiet]) -> bool:
    return any(period.first_day <= day <= period.last_day for period in quiet)


@given(day=days, zone_name=st.sampled_from(ZONES), any_day=st.booleans(), quiet=quiets)
def test_the_moment_is_eight_on_an_allowed_day_and_never_early(
    day: date, zone_name: str, any_day: bool, quiet: list[Quiet]
) -> None:
    there = send_after(day, zone_name, any_day=any_day, quiet=quiet).astimezone(zone(zone_name))
    assert there.time() == MORNING
    assert there.date() >= day
    assert any_day or is_working_day(there.date())
    assert not is_asleep(there.date(), quiet)


@given(now=st.datetimes(datetime(2008, 1, 1), datetime(2037, 1, 1)), zone_name=st.sampled_from(ZONES), quiet=quiets)
def test_the_next_moment_is_now_or_a_later_allowed_morning(now: datetime, zone_name: str, quiet: list[Quiet]) -> None:
    now = now.replace(tzinfo=UTC)
    moment = next_moment(now, zone_name, quiet=quiet)
    there = moment.astimezone(zone(zone_name))
    assert moment >= now
    assert is_working_day(there.date())
    assert not is_asleep(there.date(), quiet)
    assert there.time() == MORNING or (moment == now and MORNING < there.time() < time(20))
    assert next_moment(moment, zone_name, quiet=quiet) == moment
