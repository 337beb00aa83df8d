"""What two people can never be paired for, one by one and in the grid."""

from dataclasses import replace
from datetime import date, time
from itertools import cycle
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from mentoring.matching.grids import Grid
from mentoring.matching.people import Impossible, Pool, Window, key_of
from mentoring.matching.rules import RULES, why_not
from mentoring.matching.terms import Terms
from tests.mentoring.pools import SESSION, TERMS, a_mentee, a_mentor, pools


def test_two_who_break_no_rule_can_be_paired() -> None:
    assert why_not(a_mentor(), a_mentee(), TERMS) is None


@pytest.mark.parametrize(
    ("mentor", "mentee", "told"),
    [
        ({"conflicts": {101}}, {}, "A conflict of interest is declared between Dr 1 and the mentee."),
        ({}, {"conflicts": {1}}, "A conflict of interest is declared between Dr 1 and the mentee."),
        ({"blocks": {101}}, {}, "Dr 1 and the mentee are not to be in contact."),
        ({}, {"blocks": {1}}, "Dr 1 and the mentee are not to be in contact."),
        (
            {"supervisor": "Dr. José Roe"},
            {"supervisor": "Roe, Jose, MD"},
            "Dr 1 is the mentee's supervisor, or has the same supervisor.",
        ),
        (
            {"name": "Jane Roe, MD"},
            {"supervisor": "Dr. Jane Roe"},
            "Jane Roe, MD is the mentee's supervisor, or has the same supervisor.",
        ),
        (
            {"employer": "St. Mary Hospital"},
            {"employer": "ST MARY HOSPITAL"},
            "Dr 1 and the mentee work for the same employer.",
        ),
        ({}, {"needs_woman": True}, "The mentee needs a woman as mentor; Dr 1 is not known to be one."),
        (
            {"languages": {"Hindi"}},
            {"needs_language": {"Urdu", "Arabic"}},
            "The mentee needs a mentor who speaks Arabic or Urdu; Dr 1 does not.",
        ),
        ({}, {"formats": {SESSION}}, "Dr 1 does not offer what the mentee wants: a single session."),
        ({}, {"free": ()}, "Dr 1 and the mentee are never both free for 60 minutes in a row."),
    ],
)
def test_each_hard_rule_refuses_in_a_sentence(mentor: dict[str, Any], mentee: dict[str, Any], told: str) -> None:
    pair = a_mentor(**mentor), a_mentee(**mentee)
    assert why_not(*pair, TERMS) == told


def test_nobody_is_their_own_mentor() -> None:
    assert why_not(a_mentor(7), a_mentee(7), TERMS) == "Dr 7 and the mentee are the same person."


@pytest.mark.parametrize(
    ("mentor", "mentee"),
    [
        ({"supervisor": ""}, {"supervisor": ""}),
        ({"employer": " - "}, {"employer": " - "}),
        ({"is_woman": True}, {"needs_woman": True}),
        ({"languages": {"Urdu"}}, {"needs_language": {"Urdu", "Arabic"}}),
        ({"formats": {SESSION, "6 months"}}, {"formats": {"6 months"}}),
    ],
)
def test_what_is_not_stated_or_is_met_excludes_nobody(mentor: dict[str, Any], mentee: dict[str, Any]) -> None:
    assert why_not(a_mentor(**mentor), a_mentee(**mentee), TERMS) is None


def test_names_are_the_same_however_they_are_written() -> None:
    assert key_of("Dr. José Roe") == key_of("roe, JOSE, MD") == {"jose", "roe"}
    assert key_of("Jane Roe") != key_of("John Roe")
    assert key_of(" . ") == frozenset()


# ------------------------------------------------------------------------------------------------ time
def free(zone: str, *windows: Window) -> dict[str, Any]:
    return {"time_zone": zone, "free": windows}


@pytest.mark.parametrize(
    ("mentee", "can"),
    [
        # The mentor's evening is Tuesday 04:00 to 06:00 in Karachi in winter, an hour earlier in summer.
        (free("Asia/Karachi", Window(1, time(3), time(5))), True),
        (free("Asia/Karachi", Window(1, time(5), time(7))), False),
        (free("Asia/Kathmandu", Window(1, time(3, 45), time(6))), True),  # 5 hours 45 ahead of UTC
        (free("America/New_York", Window(0, time(19), time(20))), True),
        (free("America/New_York", Window(0, time(19, 15), time(21))), False),  # 45 minutes
        (free("America/New_York", Window(0, time(18), time(18, 30)), Window(0, time(19, 30), time(20))), False),
        (free("America/New_York", Window(0, time(18), time(18, 30)), Window(0, time(18, 30), time(19))), True),
        (free("America/New_York", Window(0, time(0), time(0))), True),  # the whole Monday
        (free("America/New_York", Window(1, time(18), time(20))), False),  # Tuesday
    ],
)
def test_both_must_be_free_for_an_hour_in_summer_and_in_winter(mentee: dict[str, Any], can: bool) -> None:
    assert (why_not(a_mentor(), a_mentee(**mentee), TERMS) is None) == can


def test_the_night_of_sunday_reaches_into_monday() -> None:
    mentor = a_mentor(**free("America/New_York", Window(6, time(23, 30), time(1))))
    assert why_not(mentor, a_mentee(**free("America/New_York", Window(0, time(0), time(1)))), TERMS) is None
    assert why_not(mentor, a_mentee(**free("Pacific/Auckland", Window(0, time(19), time(20)))), TERMS)


def test_windows_count_only_the_quarters_inside_them() -> None:
    mentee = a_mentee(**free("America/New_York", Window(0, time(18, 50), time(20))))
    assert why_not(a_mentor(), mentee, TERMS) is None
    assert why_not(a_mentor(free=(Window(0, time(18), time(19, 59)),)), mentee, TERMS)


def test_how_long_a_meeting_is_can_be_changed() -> None:
    mentee = a_mentee(free=(Window(0, time(19, 30), time(21)),))
    assert why_not(a_mentor(), mentee, TERMS)
    assert why_not(a_mentor(), mentee, replace(TERMS, meeting_minutes=30)) is None


@pytest.mark.parametrize("month", range(1, 13))
@pytest.mark.parametrize("start", [3, 5], ids=["an hour only in winter is left", "no hour in summer"])
def test_in_whichever_month_the_round_is_made_both_seasons_count(month: int, start: int) -> None:
    mentee = a_mentee(**free("Asia/Karachi", Window(1, time(start), time(start + 2))))
    assert (why_not(a_mentor(), mentee, Terms(on=date(2027, month, 28))) is None) == (start == 3)
    only_winter = a_mentee(**free("Asia/Karachi", Window(1, time(5), time(6))))
    assert why_not(a_mentor(), only_winter, Terms(on=date(2027, month, 28)))


# ------------------------------------------------------------------------------------------------ the grid
@settings(deadline=None)
@given(pool=pools())
def test_the_grid_says_of_every_rule_and_pair_what_the_rule_says(pool: Pool) -> None:
    grid = Grid(pool, TERMS)
    for rule, told in zip(RULES, grid.refusals[1:], strict=True):
        found = {
            (row, column)
            for row, mentor in enumerate(pool.mentors)
            for column, mentee in enumerate(pool.mentees)
            if rule.why_not(mentor, mentee, TERMS)
        }
        in_grid = {
            (some.start + int(row), int(column))
            for some in grid.slices()
            for row, column in zip(*told(some).nonzero(), strict=True)
        }
        assert in_grid == found, rule.words


def test_the_grid_knows_every_hour_of_the_week_and_more_people_than_one_block_holds() -> None:
    hours = [Window(day, time(hour), time(hour + 1)) for day in range(7) for hour in range(0, 23, 2)]
    mentors = tuple(a_mentor(n, free=(hour,)) for n, hour in enumerate(hours, 1))
    mentees = tuple(
        a_mentee(200 + n, free=(hour,), time_zone=zone, conflicts={n + 1})
        for n, (hour, zone) in enumerate(zip(hours, cycle(["America/New_York", "Europe/Paris"]), strict=False), 1)
    )
    grid = Grid(Pool(mentors, mentees), TERMS)
    assert len(list(grid.slices())) == 2
    refused = np.concatenate([grid.refused(some) for some in grid.slices()])
    assert refused.tolist() == [[why_not(m, n, TERMS) is not None for n in mentees] for m in mentors]
    assert not refused.all()


def test_an_hour_in_winter_alone_is_no_common_time_in_the_grid_either() -> None:
    mentee = a_mentee(**free("Asia/Karachi", Window(1, time(5), time(7))))
    assert Grid(Pool((a_mentor(),), (mentee,)), TERMS).refused(slice(0, 1)).all()


def test_somebody_twice_on_one_side_is_refused() -> None:
    with pytest.raises(Impossible, match=r"^Somebody is twice among the mentees\.$"):
        Pool((), (a_mentee(), a_mentee()))
