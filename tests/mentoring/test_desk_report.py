"""The program report: what it counts, and that nothing in it can be traced to one person."""

import csv
import io
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from audit.models import Entry
from mentoring.admin.report import HIDDEN, SMALLEST, count, middle, report, share
from mentoring.models import Format, Pair, PairStatus
from tests.conftest import signed_in
from tests.mentoring.desk import PAIRS, a_pair, a_pulse, page
from tests.mentoring.people_rows import NOON, TODAY, a_mentee, a_mentor
from tests.mentoring.test_desk import coordinator, desk

REPORT = f"{PAIRS}report/"
__all__ = ["coordinator", "desk"]  # fixtures
MET, KEPT, FIRST_PAIR, OF_USE = 2, 3, 1, 4  # rows of the table


@pytest.fixture(autouse=True)
def today() -> Any:
    with time_machine.travel(NOON, tick=False):
        yield


def pairs(number: int, *, days: int = 60, mark: str = "a", **own: Any) -> list[Pair]:
    """Begun so many days ago, with mentees who were approved ten days before."""
    began = TODAY - timedelta(days=days)
    approved = NOON - timedelta(days=days + 10)
    return [
        a_pair(
            a_mentor(f"M {mark}{each}"),
            a_mentee(f"m {mark}{each}", decided_at=approved, waiting_since=None),
            days=days,
            **{"status": PairStatus.ACTIVE, "started_on": began} | own,
        )
        for each in range(number)
    ]


def over(number: int, *, mark: str, after: int, ends: int = 50, **own: Any) -> list[Pair]:
    """Ended so many days after the beginning; `ends` days were agreed."""
    began = TODAY - timedelta(days=60)
    times = {"ended_at": NOON - timedelta(days=60 - after), "ends_on": began + timedelta(days=ends)}
    return pairs(number, mark=mark, status=PairStatus.ENDED, place=None, **times | own)


def cell(row: int, year: int = 2026) -> str:
    found = report(TODAY)
    return found.rows[row][1][found.years.index(year)]


# ------------------------------------------------------------------------------------------------ hiding
@given(st.integers(0, 60), st.integers(0, 60))
def test_a_share_shows_neither_a_small_part_nor_a_small_rest(one: int, other: int) -> None:
    words = share(one, one + other)
    exact = f"{one} of {one + other} " in words
    small = [number for number in (one, other) if 0 < number < SMALLEST]
    assert exact is (one + other >= SMALLEST and not small)
    if small:
        assert words == HIDDEN or words.startswith(("fewer than 5 of", "more than"))


@pytest.mark.parametrize(
    ("part", "whole", "words"),
    [
        (0, 0, "none yet"),
        (4, 4, HIDDEN),
        (0, 5, "0 of 5 (0%)"),
        (5, 5, "5 of 5 (100%)"),
        (1, 9, "fewer than 5 of 9"),
        (48, 50, "more than 45 of 50"),
        (30, 1200, "30 of 1,200 (2%)"),
    ],
)
def test_how_a_share_is_written(part: int, whole: int, words: str) -> None:
    assert share(part, whole) == words


def test_counts_and_medians_of_few_are_hidden() -> None:
    assert [count(number) for number in (0, 1, 4, 5, 1234)] == ["0", HIDDEN, HIDDEN, "5", "1,234"]
    assert [middle([3] * number) for number in (0, 4, 5)] == ["none yet", HIDDEN, "3"]


# ------------------------------------------------------------------------------------------------ what is counted
@pytest.mark.django_db
def test_now() -> None:
    pairs(5)
    for number in range(6):
        a_mentee(f"w{number}")
    a_mentor("Free")
    assert report(TODAY).now == [
        ("Mentors approved", "6"),
        ("Mentors with a pair", "5"),
        ("Mentees with a mentor", "5"),
        ("Mentees who wait", "6"),
        ("Pairs under way", "5"),
    ]


@pytest.mark.django_db
def test_each_pair_counts_in_the_year_in_which_it_began_and_years_have_no_sum() -> None:
    pairs(6)
    pairs(3, days=400, mark="b")
    a_pair(a_mentor("P"), a_mentee("p"))  # only proposed
    found = report(TODAY)
    assert (found.years, found.rows[0]) == ([2026, 2025], ("Pairs begun", ["6", HIDDEN]))


@pytest.mark.django_db
def test_days_to_the_first_pair_and_not_to_a_later_one() -> None:
    first = pairs(5, days=300, status=PairStatus.ENDED, ended_at=NOON, place=None)
    for pair in first:
        a_pair(pair.mentor, pair.mentee, days=20, status=PairStatus.ACTIVE)
    assert cell(FIRST_PAIR) == "10"


@pytest.mark.django_db
def test_a_first_meeting_in_time() -> None:
    began = TODAY - timedelta(days=60)
    pairs(5, met_on=began + timedelta(days=14))
    assert cell(MET) == "5 of 5 (100%)"
    pairs(5, mark="b", met_on=began + timedelta(days=15))
    pairs(5, mark="c")
    assert cell(MET) == "5 of 15 (33%)"
    pairs(5, mark="d", days=14)  # still have the day
    assert cell(MET) == "5 of 15 (33%)"


@pytest.mark.django_db
def test_kept_to_the_end() -> None:
    over(5, mark="a", after=50)
    over(5, mark="b", after=49)
    over(5, mark="c", after=1, format=Format.SESSION)
    pairs(5, mark="d")
    assert cell(KEPT) == "5 of 10 (50%)"


@pytest.mark.django_db
def test_satisfaction_counts_each_person_once() -> None:
    begun = pairs(5)
    for pair in begun[:4]:
        a_pulse(pair, of_use=5)
    assert cell(OF_USE) == HIDDEN
    for day in range(8):
        a_pulse(begun[4], of_use=1 + day % 2, due_on=date(2026, 11, 1 + day))
    a_pulse(begun[4], due_on=date(2026, 10, 1), of_use=None, respected=None, answered_at=None)
    assert cell(OF_USE) == "4.3"
    assert cell(OF_USE + 1) == "5.0"


# ------------------------------------------------------------------------------------------------ page and file
@pytest.mark.django_db
def test_the_page_and_its_file_say_the_same(desk: Client, coordinator: User) -> None:
    pairs(5)
    words = page(desk, REPORT)
    answer = desk.post(REPORT)
    assert answer["Content-Type"].startswith("text/csv")
    rows = [row for row in csv.reader(io.StringIO(answer.content.decode()[1:])) if row]
    assert ["By the year in which the pair began", "2026"] in rows
    assert ["Pairs begun", "5"] in rows
    for label, *cells in rows[1:]:
        assert label in words
        assert all(cell in words for cell in cells)
    entry = Entry.objects.get(verb="program report exported")
    assert (entry.actor, entry.data) == (coordinator, {"day": "2026-11-23"})


@pytest.mark.django_db
def test_before_the_first_pair_the_page_says_so(desk: Client) -> None:
    assert "No pair has begun yet." in page(desk, REPORT)


@pytest.mark.django_db
def test_the_door_of_the_report(client: Client, chidi: User, dolores: User) -> None:
    assert "/login/" in client.get(REPORT).url
    assert signed_in(dolores).get(REPORT).status_code == 404
    for method in ("get", "post"):
        assert getattr(signed_in(chidi), method)(REPORT).status_code == 403
    assert not Entry.objects.filter(verb="program report exported").exists()
