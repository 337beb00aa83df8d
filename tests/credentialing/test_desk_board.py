"""Where items wait and for how long: the drawing, its table, and that both say what the lists hold."""

import re

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from credentialing.admin.board import Board, drawn
from credentialing.models import Party
from tests.conftest import signed_in
from tests.credentialing.test_desk import ITEMS, TODAY, Make, catalogue, first_of_december, listed, make, page

BOARD = f"{ITEMS}board/"
COUNTS = st.dictionaries(
    st.sampled_from([party.value for party in Party]),
    st.lists(st.integers(0, 10**6), min_size=4, max_size=4).filter(any),
)
__all__ = ["catalogue", "first_of_december", "make"]  # fixtures


# ------------------------------------------------------------------------------------------------ the drawing
@given(COUNTS)
def test_every_bar_stays_on_the_page_and_its_parts_stand_side_by_side(counts: dict[str, list[int]]) -> None:
    board = drawn(counts)
    assert [line.total for line in board.lines] == sorted((sum(numbers) for numbers in counts.values()), reverse=True)
    assert (board.total, sum(board.sums or [0])) == (sum(map(sum, counts.values())),) * 2
    for line in board.lines:
        ends = 0.0
        for part in line.parts:
            assert float(part.x[:-1]) == pytest.approx(ends, abs=0.02)
            ends += float(part.width[:-1])
        assert 0 < ends < 100


def test_bars_are_to_scale_and_a_number_stands_only_where_it_fits() -> None:
    board = drawn({"school": [50, 0, 30, 20], "nysed": [1, 0, 0, 0]})
    school, nysed = board.lines
    assert [part.width for part in school.parts] == ["49.00%", "29.40%", "19.60%"]
    assert [part.number for part in school.parts] == ["50", "30", "20"]
    assert [(part.width, part.number) for part in nysed.parts] == [("0.98%", "")]
    assert (school.label, nysed.label) == ("The medical school", "NYSED")


def test_a_board_of_nothing() -> None:
    assert drawn({}) == Board(lines=[], sums=[], total=0, height=0)


# ------------------------------------------------------------------------------------------------ the page
@pytest.mark.django_db
def test_the_ages_hold_their_first_and_their_last_day(as_amina: Client, make: Make) -> None:
    for days in (0, 30, 31, 60, 61, 90, 91, 4000):
        make(days, key=f"k{days}")
    make(5, key="closed", closed_on=TODAY)
    make(5, key="hidden", is_needed=False)
    make(None, key="blocked", waiting_on="")
    board = as_amina.get(BOARD).context["board"]
    assert [[cell.count for cell in line.cells] for line in board.lines] == [[2, 2, 2, 2]]
    assert board.total == 8


@pytest.mark.django_db
def test_each_number_leads_to_exactly_its_items(as_amina: Client, make: Make, amina: User) -> None:
    make(10, key="a", is_stuck=True)
    make(70, key="b", waiting_on=Party.YOU, status="to_do")
    make(70, key="c", waiting_on=Party.YOU, person=amina)
    board = as_amina.get(BOARD).context["board"]
    assert [line.label for line in board.lines] == ["The physician", "The medical school"]
    for line in board.lines:
        assert len(listed(as_amina, line.url)) == line.total
        for cell in line.cells:
            assert len(listed(as_amina, cell.url)) == cell.count


@pytest.mark.django_db
def test_the_picture_has_a_title_says_the_tables_numbers_and_keeps_to_the_policy(as_amina: Client, make: Make) -> None:
    make(95, key="a")
    make(95, key="b", waiting_on=Party.NYSED)
    words = page(as_amina, BOARD)
    assert not re.search(r"\sstyle=|<style|<script(?![^>]*\ssrc=)", words)
    drawing = re.search(r'<svg[^>]*role="img".*?\n</svg>', words, re.DOTALL)[0]
    assert re.search(r'aria-labelledby="board-title.*<title id="board-title">Where items wait', drawing, re.DOTALL)
    assert re.findall(r"<text[^>]*>([^<]*)</text>", drawing) == ["NYSED: 1", "1", "The medical school: 1", "1"]
    assert "1 December 2026" in words
    assert "<td>1</td>" not in words.split("<tbody>")[1].split("</tbody>")[0]  # every number of it is a link


@pytest.mark.django_db
def test_nothing_waits(as_amina: Client) -> None:
    words = page(as_amina, BOARD)
    assert "No item waits for anybody." in words
    assert "<svg width=" not in words.partition('id="content-main"')[2]


@pytest.mark.django_db
def test_the_door_of_the_board(client: Client, chidi: User, dolores: User, as_amina: Client) -> None:
    assert "/login/" in client.get(BOARD).url
    assert signed_in(dolores).get(BOARD).status_code == 404
    assert signed_in(chidi).get(BOARD).status_code == 403
    assert as_amina.post(BOARD).status_code == 405
    assert f'href="{BOARD}"' in page(as_amina, ITEMS, show="all")
