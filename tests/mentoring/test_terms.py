"""The days of the calendar that mentoring works with."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mentoring.terms import answer_day, days_of, months_after, working_days_after
from notices.mornings import Quiet

TUESDAY = date(2026, 12, 1)


def quiet(first: int, last: int) -> Quiet:
    return Quiet(date(2026, 12, first), date(2026, 12, last))


@pytest.mark.parametrize(
    ("periods", "day"),
    [
        ([], date(2026, 12, 8)),
        ([quiet(3, 5)], date(2026, 12, 11)),  # begins inside: three days more
        ([quiet(8, 9)], date(2026, 12, 10)),  # begins on the very last day
        ([quiet(9, 20)], date(2026, 12, 8)),  # begins after it
        ([quiet(3, 5), quiet(10, 10)], date(2026, 12, 12)),  # the second one begins inside the stretched time
        ([quiet(3, 5), quiet(4, 6)], date(2026, 12, 12)),  # days that two periods share count once
        ([Quiet(date(2026, 11, 20), date(2026, 12, 3))], date(2026, 12, 10)),  # under way: the mail has to wait, too
        ([Quiet(date(2026, 11, 20), TUESDAY)], date(2026, 12, 8)),
    ],
)
def test_an_answer_by_date_stretches_by_the_quiet_days_in_it(periods: list[Quiet], day: date) -> None:
    assert answer_day(TUESDAY, 7, periods) == day


NIGHTS = st.tuples(st.integers(-20, 60), st.integers(0, 30))  # begins so many days after, goes on for so many


# A machine with other things to do makes hypothesis think that it is the strategy that is slow.
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(1, 30), st.lists(NIGHTS, max_size=4))
def test_the_mentor_always_has_so_many_days_without_quiet(number: int, nights: list[tuple[int, int]]) -> None:
    starts = [(TUESDAY + timedelta(days=after), timedelta(days=length)) for after, length in nights]
    asleep = [Quiet(first, first + length) for first, length in starts]
    last = answer_day(TUESDAY, number, asleep)
    window = [TUESDAY + timedelta(days=n) for n in range(1, (last - TUESDAY).days + 1)]
    free = [day for day in window if not any(one.first_day <= day <= one.last_day for one in asleep)]
    assert (len(free), free[-1]) == (number, last)


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2027, 1, 31), 1, date(2027, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 11, 30), 1, date(2026, 12, 30)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
    ],
)
def test_months_end_where_the_shorter_month_ends(day: date, months: int, later: date) -> None:
    assert months_after(day, months) == later


@pytest.mark.parametrize(
    ("day", "later"),
    [
        (TUESDAY, date(2026, 12, 3)),
        (date(2026, 12, 4), date(2026, 12, 8)),  # a Friday: over the weekend
        (date(2026, 11, 25), date(2026, 11, 30)),  # the day before Thanksgiving
    ],
)
def test_two_working_days(day: date, later: date) -> None:
    assert working_days_after(day, 2) == later


@pytest.mark.parametrize(
    ("key", "days"),
    [
        ("answer_days", 7),
        ("answer_reminder", 4),
        ("first_meeting_days", 7),
        ("meet_within", 14),
        ("follow_up", 30),
        ("pulse_first", 30),
        ("pulse_again", 60),
        ("ending_soon", 14),
        ("concern_days", 2),
    ],
)
def test_the_days_come_from_the_facts(db: None, key: str, days: int) -> None:
    assert days_of(key) == days
