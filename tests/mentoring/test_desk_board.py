"""Supply and demand: that the drawing, its table and the lists behind it say the same."""

import re
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from mentoring.admin.board import DIMENSIONS, Chart, Counts, board, drawn
from mentoring.models import Hurdle, PairStatus
from tests.conftest import signed_in
from tests.mentoring.desk import PAIRS, a_pair, listed, page
from tests.mentoring.people_rows import NOON, TODAY, a_mentee, a_mentor
from tests.mentoring.test_desk import coordinator, desk, in_role

BOARD = f"{PAIRS}board/"
NUMBERS = st.dictionaries(st.sampled_from(Hurdle.values), st.integers(1, 10**5))
HURDLES = DIMENSIONS[0]
__all__ = ["coordinator", "desk"]  # fixtures


@pytest.fixture(autouse=True)
def today() -> Any:
    with time_machine.travel(NOON, tick=False):
        yield


def chart_of(name: str) -> dict[str, tuple[int, int, int]]:
    """Label: mentors, free places, mentees."""
    (chart,) = (each for each in board(TODAY).charts if each.name == name)
    return {line.label: (line.mentors, line.places, line.mentees) for line in chart.lines}


# ------------------------------------------------------------------------------------------------ the drawing
@given(NUMBERS, NUMBERS)
def test_every_bar_is_to_scale_and_stays_on_the_page(places: dict[str, int], mentees: dict[str, int]) -> None:
    chart = drawn(HURDLES, Counts(dict.fromkeys(places, 1), places, mentees))
    bars = [bar for line in chart.lines for bar in line.bars]
    most = max((bar.number for bar in bars), default=0)
    assert sum(bar.number for bar in bars) == sum(places.values()) + sum(mentees.values())
    for bar in bars:
        assert float(bar.width[:-1]) == pytest.approx(88 * bar.number / most, abs=0.01)
        assert float(bar.number_x[:-1]) < 90
    assert [line.missing for line in chart.lines] == sorted((line.missing for line in chart.lines), reverse=True)
    assert [line.y for line in chart.lines] == [56 * place for place in range(len(chart.lines))]


def test_a_chart_of_nothing() -> None:
    assert drawn(HURDLES, Counts({}, {}, {})) == Chart(HURDLES.name, HURDLES.title, HURDLES.says, [])


# ------------------------------------------------------------------------------------------------ what is counted
@pytest.mark.django_db
def test_free_places_and_those_who_wait_are_counted_and_nobody_else() -> None:
    two = a_mentor("Two", capacity=3, hurdles={"match": 2020, "state_30": 2023}, region="nyc")
    a_pair(two, a_mentee("Has", waiting_since=None), status=PairStatus.ACTIVE)
    a_mentor("Full", capacity=0, hurdles={"match": 2020})
    a_mentor("Away", paused_until=TODAY.replace(year=2027), hurdles={"match": 2020})
    a_mentee("Waits", next_hurdle="match", region="abroad", languages=["ur", "en"])
    a_mentee("Applied", status="applied", next_hurdle="match")
    found = board(TODAY)
    assert (found.mentors, found.places, found.mentees) == (1, 2, 1)
    assert chart_of("hurdle") == {"The Match": (1, 2, 1), "A State 30 waiver": (1, 2, 0)}
    assert chart_of("region") == {"New York City": (1, 2, 0), "Outside the United States": (0, 0, 1)}
    assert chart_of("language") == {"English": (0, 0, 1), "Urdu": (0, 0, 1)}


@pytest.mark.django_db
def test_each_number_leads_to_exactly_its_people(desk: Client) -> None:
    own = {"specialties": ["internal", "cardiology"], "languages": ["ur"], "region": "nyc"}
    a_mentor("One", hurdles={"match": 2020, "match_after_gap": 2021}, **own)
    a_mentor("Two", hurdles={"match_after_gap": 2021}, specialties=["internal"], region="western")
    a_mentee("Three", next_hurdle="match", **own)
    a_mentee("Four", next_hurdle="match", languages=["en"], region="abroad")
    charts = desk.get(BOARD).context["board"].charts
    assert [len(chart.lines) for chart in charts] == [2, 2, 2, 3]
    for line in (line for chart in charts for line in chart.lines):
        assert len(listed(desk, line.mentors_url)) == line.mentors, line
        assert len(listed(desk, line.mentees_url)) == line.mentees, line


@pytest.mark.django_db
def test_more_people_ask_the_database_no_more() -> None:
    def asks() -> int:
        with CaptureQueriesContext(connection) as queries:
            board(TODAY)
        return len(queries)

    a_mentor("A")
    few = asks()
    for number in range(10):
        a_mentor(f"A{number}")
        a_mentee(f"a{number}")
    assert asks() == few == 2


# ------------------------------------------------------------------------------------------------ the page
@pytest.mark.django_db
def test_the_picture_has_a_title_says_the_tables_numbers_and_keeps_to_the_policy(desk: Client) -> None:
    a_mentor("One", capacity=4, hurdles={"match": 2020})
    a_mentee("Two", next_hurdle="match")
    words = page(desk, BOARD)
    assert not re.search(r"\sstyle=|<style|<script(?![^>]*\ssrc=)", words)
    drawing = re.search(r'<svg[^>]*role="img".*?\n</svg>', words, re.DOTALL)[0]
    assert '<title id="hurdle-title">Supply and demand, by the next step</title>' in drawing
    assert re.findall(r"<text[^>]*>([^<]*)</text>", drawing) == ["The Match", "4", "1"]
    assert "<strong>4</strong> free places of 1 mentor, <strong>1</strong> mentee who waits" in words


@pytest.mark.django_db
def test_nobody_is_there(desk: Client) -> None:
    words = page(desk, BOARD)
    assert "Nobody has a free place, and nobody waits." in words
    assert 'role="img"' not in words.partition('id="content-main"')[2]


@pytest.mark.django_db
def test_the_door_of_the_board(client: Client, chidi: User, dolores: User, desk: Client, amina: User) -> None:
    assert "/login/" in client.get(BOARD).url
    assert signed_in(dolores).get(BOARD).status_code == 404
    assert signed_in(chidi).get(BOARD).status_code == 403
    assert desk.post(BOARD).status_code == 405
    assert f'href="{BOARD}"' in page(desk, PAIRS, show="all")
    assert signed_in(in_role("safeguarding-officer", amina)).get(BOARD).status_code == 200
