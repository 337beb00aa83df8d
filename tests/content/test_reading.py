"""What a reader is told about a figure: its value, who says so, how fresh that is, and whom to ask."""

import re
from datetime import date, timedelta
from html import unescape

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from content.markdown import compile_body, compile_line
from content.reading import MISSING, Reader, caveat, plain
from facts.models import Fact

CHECKED = date(2026, 11, 23)


def fact(key: str = "fcvs.fee", **changed: object) -> Fact:
    fields = {
        "label": "FCVS fee", "kind": "money", "value": "395", "source": "FSMB, Cost and Fees", "confidence": "official",
        "source_url": "https://www.fsmb.org/", "confirm_with": "FSMB", "checked_on": CHECKED, "recheck_after_days": 90,
    }  # fmt: skip
    row = Fact(key=key, **fields | changed)
    row.recheck_on = row.computed_recheck_on()
    return row


def read(body: str, *facts: Fact, on: date = CHECKED, **options: object) -> str:
    return Reader({row.key: row for row in facts}, on, **options).fill(compile_body(body).html)


def text_of(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", html))


# ------------------------------------------------------------ the value and its source
def test_a_figure_is_shown_with_its_source_and_the_day_of_the_check() -> None:
    words = text_of(read("It costs {fcvs.fee}.", fact()))
    assert "It costs $395." in words
    assert "Where this figure comes from" in words
    assert "FCVS fee: $395FSMB, Cost and Fees (official source). Checked on 23 November 2026." in words


def test_a_source_without_a_page_is_not_a_link() -> None:
    html = read("{fcvs.fee}", fact(source_url=""))
    assert "<dd>FSMB, Cost and Fees (official source)" in html


def test_a_missing_fact_says_so_and_never_raises() -> None:
    assert MISSING in read("It costs {no.such} or {fcvs.fee}.", fact())
    assert "<details" not in read("It costs {no.such}.")
    assert plain("It costs {no.such} or {fcvs.fee}.", {"fcvs.fee": fact()}) == f"It costs {MISSING} or $395."


@settings(deadline=None)
@given(st.lists(st.sampled_from(["a.b", "a.b_c", "a.b.c", "a_b.c", "no.such"]), min_size=1), st.integers(0, 4))
def test_each_figure_leads_to_its_own_source_and_no_id_stands_twice(keys: list[str], headings: int) -> None:
    """a.b_c and a.b.c are different facts."""
    body = "\n\n".join(
        f"## Heading\n\n{{{key}}}" if place < headings else f"{{{key}}}" for place, key in enumerate(keys)
    )
    rows = [fact(key, value=str(number)) for number, key in enumerate(("a.b", "a.b_c", "a.b.c", "a_b.c"))]
    head = Reader({row.key: row for row in rows}, CHECKED, prefix="key-figure")
    html = head.fill(compile_line("{a.b}")) + head.all_sources() + read(body, *rows)
    ids = re.findall(r' id="([^"]*)"', html)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]*)"', html)) == {found for found in ids if not found.startswith("heading")}
    for anchor, shown in re.findall(r'<a class="fact" href="#([^"]*)">([^<]*)</a>', html):
        assert f'<div id="{anchor}"><dt>FCVS fee: {shown}</dt>' in html


@pytest.mark.parametrize("field", ["label", "source", "confirm_with", "shown_as"])
def test_hostile_words_of_a_fact_stay_words(field: str) -> None:
    hostile = "<script>alert(1)</script>\"'&"
    html = read("{fcvs.fee}", fact(**{field: hostile}, to_confirm=True))
    assert "<script" not in html
    assert hostile in text_of(html)


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "https://a b", "x", "/admin/"]
)
def test_an_address_that_is_none_cannot_be_a_source(url: str) -> None:
    with pytest.raises(ValidationError, match="URL"):
        fact(source_url=url).full_clean(validate_unique=False)


def test_an_address_cannot_leave_its_attribute() -> None:
    assert '" onclick' not in read("{fcvs.fee}", fact(source_url='https://a.example/" onclick="alert(1)'))


# ------------------------------------------------------------ how fresh it is
@pytest.mark.parametrize(
    ("checked_on", "keeps", "last_fresh_day"),
    [
        (date(2026, 11, 23), 90, date(2027, 2, 21)),
        (date(2026, 12, 1), 30, date(2026, 12, 31)),
        (date(2026, 12, 2), 30, date(2027, 1, 1)),
        (date(2028, 1, 30), 30, date(2028, 2, 29)),
        (date(2028, 2, 29), 366, date(2029, 3, 1)),
        (date(2028, 2, 29), 1, date(2028, 3, 1)),
    ],
)
def test_a_figure_is_fresh_up_to_its_day_and_stale_from_the_next(
    checked_on: date, keeps: int, last_fresh_day: date
) -> None:
    row = fact(checked_on=checked_on, recheck_after_days=keeps)
    assert row.recheck_on == last_fresh_day
    assert caveat(row, last_fresh_day) == ""
    told = f"last checked {checked_on.day} {checked_on:%B %Y}, confirm with FSMB"
    assert caveat(row, last_fresh_day + timedelta(days=1)) == told
    words = text_of(read("{fcvs.fee}", row, on=last_fresh_day + timedelta(days=1)))
    assert f"$395 ({told})" in words
    assert f"{told[0].upper()}{told[1:]}." in words


def test_the_day_is_the_one_in_new_york() -> None:
    """Five hours into the next day in London, the last fresh day is not over in New York."""
    row = fact(recheck_after_days=90)
    with time_machine.travel("2027-02-22T04:59:00+00:00", tick=False):
        assert timezone.localdate() == date(2027, 2, 21)
        assert not row.is_stale()
    with time_machine.travel("2027-02-22T05:00:00+00:00", tick=False):
        assert row.is_stale()


def test_a_weak_figure_names_whom_to_ask_however_fresh_it_is() -> None:
    assert caveat(fact(to_confirm=True), CHECKED) == "to be confirmed with FSMB"
    assert caveat(fact(to_confirm=True), date(2030, 1, 1)) == "to be confirmed with FSMB"


def test_an_expected_figure_says_that_nobody_announced_it() -> None:
    assert caveat(fact(confidence="expected"), CHECKED) == "expected, not announced"
    assert caveat(fact(confidence="secondary"), CHECKED) == ""
    assert caveat(fact(confidence="expected"), date(2030, 1, 1)).startswith("last checked")


def test_a_caveat_is_said_once_in_each_section_and_for_each_figure() -> None:
    weak, other = fact(to_confirm=True), fact("fcvs.other", to_confirm=True)
    html = read("{fcvs.fee} {fcvs.fee} {fcvs.other}\n\n## Next\n\n{fcvs.fee} {fcvs.fee}", weak, other)
    assert html.count('<span class="fact-caveat">') == 3


def test_the_portals_own_figures_are_drawn_where_the_block_stands() -> None:
    html = read("Before.\n\n::: figure match-rates\n:::\n\nAfter.", figure=lambda name: f"<figure>{name}</figure>")
    assert "<p>Before.</p>\n<figure>match-rates</figure>\n<p>After.</p>" in html
