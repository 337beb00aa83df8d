"""What speaks for a pair: points that staff can change, and sentences that a mentee reads."""

import re
from dataclasses import asdict, replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings

from mentoring.matching.grids import Grid
from mentoring.matching.people import Impossible, Pool
from mentoring.matching.scoring import CRITERIA, Reason, reasons
from mentoring.matching.terms import HIGHEST_WEIGHT, Terms, Weights
from tests.mentoring.pools import TERMS, TODAY, a_mentee, a_mentor, pools

DISTINCT = Weights(**{name: 3 * 2**place for place, name in enumerate(asdict(Weights()))})


def told(mentor: dict[str, Any], mentee: dict[str, Any], terms: Terms = TERMS) -> list[tuple[int, str]]:
    return [(reason.points, reason.text) for reason in reasons(a_mentor(**mentor), a_mentee(**mentee), terms)]


@pytest.mark.parametrize(
    ("mentor", "mentee", "reason"),
    [
        (
            {"hurdles": {"State 30 flex": 2023}},
            {"next_hurdle": "State 30 flex"},
            (370, "Dr 1 cleared State 30 flex in 2023, the step you are on."),
        ),
        (
            {"hurdles": {"the Match": 1980}},
            {"next_hurdle": "the Match"},
            (250, "Dr 1 cleared the Match in 1980, the step you are on."),
        ),
        (
            {"hurdles": {"FCVS": 2020, "the Match": 2019}},
            {"further_hurdles": {"FCVS", "the Match", "State 30 flex"}},
            (80, "Dr 1 has also cleared FCVS and the Match, which you have still before you."),
        ),
        ({"languages": {"English", "Urdu"}}, {"languages": {"English", "Urdu"}}, (60, "You both speak Urdu.")),
        (
            {"languages": {"Urdu", "Hindi", "Arabic"}},
            {"languages": {"Urdu", "Hindi", "Arabic"}},
            (120, "You both speak Arabic, Hindi and Urdu."),
        ),
        (
            {"specialties": {"cardiology"}},
            {"specialties": {"cardiology", "surgery"}},
            (80, "Dr 1 works in cardiology, where you want to be."),
        ),
        (
            {"help": {"CV", "letters"}},
            {"help": {"CV", "letters"}},
            (100, "Dr 1 offers help that you asked for: CV and letters."),
        ),
        ({"region": "Queens"}, {"region": "Queens"}, (40, "You are in the same region: Queens.")),
        (
            {"school_country": "Nepal"},
            {"school_country": "Nepal"},
            (40, "You went to medical school in the same country: Nepal."),
        ),
        ({}, {"choices": (1, 2)}, (120, "Dr 1 is your first choice.")),
        ({}, {"choices": (3, 2, 1)}, (40, "Dr 1 is your third choice.")),
        ({}, {"waiting_since": date(2026, 11, 2)}, (12, "You have waited since 2 November 2026.")),
        ({}, {"unanswered": 1}, (60, "You were proposed to a mentor before and got no answer, so you move up.")),
    ],
)
def test_each_reason_is_a_sentence_with_its_points(
    mentor: dict[str, Any], mentee: dict[str, Any], reason: tuple[int, str]
) -> None:
    assert told(mentor, mentee) == [reason]


@pytest.mark.parametrize(
    ("mentor", "mentee"),
    [
        ({}, {}),
        ({"hurdles": {"": 2020}}, {"next_hurdle": ""}),
        ({"languages": {"English"}}, {"languages": {"English"}}),
        ({"region": "", "school_country": ""}, {"region": "", "school_country": ""}),
        ({}, {"choices": (2, 3, 4, 1)}),
        ({}, {"waiting_since": TODAY + timedelta(weeks=3)}),
    ],
)
def test_what_two_do_not_share_brings_nothing(mentor: dict[str, Any], mentee: dict[str, Any]) -> None:
    assert told(mentor, mentee) == []


def test_the_step_a_mentee_is_on_does_not_count_twice() -> None:
    mentee = {"next_hurdle": "FCVS", "further_hurdles": {"FCVS"}}
    assert told({"hurdles": {"FCVS": 2026}}, mentee) == [
        (400, "Dr 1 cleared FCVS in 2026, the step you are on."),
    ]


def test_the_weightiest_reason_comes_first() -> None:
    mentor, mentee = {"region": "Queens", "hurdles": {"FCVS": 2026}}, {"region": "Queens", "next_hurdle": "FCVS"}
    assert [points for points, _ in told(mentor, mentee)] == [400, 40]
    dear = replace(TERMS, weights=Weights(region=500))
    assert [points for points, _ in told(mentor, mentee, dear)] == [500, 400]


def test_who_waits_longer_has_more_points_but_never_without_end() -> None:
    def points(days: int) -> int:
        return sum(points for points, _ in told({}, {"waiting_since": TODAY - timedelta(days=days)}))

    assert points(6) == 0 < points(7) < points(70) < points(364) == points(100_000)


def test_the_next_hurdle_counts_most_even_if_it_was_cleared_long_ago() -> None:
    weights = Weights()
    others = [3 * weights.further_hurdle, 2 * weights.language, 2 * weights.specialty, 3 * weights.help]
    others += [weights.region, weights.school_country, 3 * weights.choice, 52 * weights.week_waiting]
    assert weights.for_next_hurdle(100) > max(*others, 3 * weights.unanswered)


@pytest.mark.parametrize("points", [-1, HIGHEST_WEIGHT + 1, 1.5])
def test_points_are_whole_numbers_within_bounds(points: float) -> None:
    with pytest.raises(Impossible, match=r"^The points for 'region' must be a whole number from 0 to 10,000\.$"):
        Weights(region=points)


@settings(deadline=None)
@given(pool=pools())
def test_the_grid_gives_every_pair_the_points_of_its_reasons(pool: Pool) -> None:
    terms = replace(TERMS, weights=DISTINCT)
    grid = Grid(pool, terms)
    found = {some.start + r: row.tolist() for some in grid.slices() for r, row in enumerate(grid.points(some))}
    for row, mentor in enumerate(pool.mentors):
        for column, mentee in enumerate(pool.mentees):
            points = sum(reason.points for reason in reasons(mentor, mentee, terms))
            assert found[row][column] == points <= terms.weights.most


@settings(deadline=None)
@given(pool=pools(most=4))
def test_every_reason_is_one_plain_sentence_without_a_percentage(pool: Pool) -> None:
    for mentor in pool.mentors:
        for mentee in pool.mentees:
            for reason in reasons(mentor, mentee, TERMS):
                assert re.fullmatch(r"(You|Dr \d+) [^%_{}]{8,}[^ ]\.", reason.text), reason
                assert reason.points > 0


def test_every_criterion_has_a_weight_of_its_own() -> None:
    mentor = a_mentor(
        hurdles={"FCVS": 2026, "the Match": 2020},
        **{name: {"x"} for name in ("languages", "specialties", "help")},
        region="Queens",
        school_country="Nepal",
    )
    mentee = a_mentee(
        next_hurdle="FCVS",
        further_hurdles={"the Match"},
        **{name: {"x"} for name in ("languages", "specialties", "help")},
        region="Queens",
        school_country="Nepal",
        choices=(9, 8, 1),
        waiting_since=TODAY - timedelta(days=8),
        unanswered=1,
    )
    found = [criterion(mentor, mentee, replace(TERMS, weights=DISTINCT)) for criterion in CRITERIA]
    assert all(isinstance(reason, Reason) for reason in found)
    weights = {name: points for name, points in asdict(DISTINCT).items() if name != "year_since"}
    assert [reason.points for reason in found] == list(weights.values())
