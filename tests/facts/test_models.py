from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from facts.models import Fact, Kind, parse_value


@pytest.mark.parametrize(
    ("kind", "value", "unit", "text"),
    [
        ("money", "395", "", "$395"),
        ("money", "395.50", "", "$395.50"),
        ("money", "395.5", "", "$395.50"),
        ("money", "395.00", "", "$395"),
        ("money", "1250", "", "$1,250"),
        ("money", "0", "", "$0"),
        ("count", "12", "weeks", "12 weeks"),
        ("count", "1", "weeks", "1 week"),
        ("count", "1", "facilities", "1 facility"),
        ("count", "2", "facilities", "2 facilities"),
        ("count", "0", "waivers", "0 waivers"),
        ("count", "12500", "applicants", "12,500 applicants"),
        ("count", "30", "", "30"),
        ("count", "1", "", "1"),
        ("days", "90", "", "90 days"),
        ("days", "1", "", "1 day"),
        ("percent", "67.8", "", "67.8%"),
        ("date", "2027-03-19", "", "19 March 2027"),
        ("date", "2028-02-29", "", "29 February 2028"),
        ("date", "2026-12-01", "", "1 December 2026"),
        ("text", "4 to 6 weeks", "", "4 to 6 weeks"),
    ],
)
def test_a_value_reads_as_a_reader_expects(kind: str, value: str, unit: str, text: str) -> None:
    fact = Fact(key="a.b", kind=kind, value=value, unit=unit)
    assert fact.text == text
    assert str(fact) == f"a.b = {text}"
    fact.shown_as = "about that"
    assert fact.text == "about that"


@pytest.mark.parametrize(
    ("kind", "value", "parsed"),
    [
        ("money", "395.50", Decimal("395.50")),
        ("percent", "67.8", Decimal("67.8")),
        ("count", "12", 12),
        ("days", "90", 90),
        ("date", "2027-03-19", date(2027, 3, 19)),
        ("text", "x", "x"),
    ],
)
def test_a_value_is_what_it_is(kind: str, value: str, parsed: object) -> None:
    assert Fact(kind=kind, value=value).parsed == parsed


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        *(
            ("money", value)
            for value in ("$395", "1,000", "-5", "NaN", "Infinity", "1e3", "395.505", "٣", " 395", "395 ", "")
        ),
        *(("percent", value) for value in ("67.8%", "NaN", "many")),
        *(
            (kind, value)
            for kind in ("count", "days")
            for value in ("twelve", "12.5", "1_000", "-1", "12 weeks", "1" * 13)
        ),
        *(
            ("date", value)
            for value in ("19 March 2027", "2027-3-19", "20270319", "2027-W11-5", "2027-02-29", "2027-13-01")
        ),
    ],
)
def test_a_value_of_another_kind_is_refused_with_an_example(kind: str, value: str) -> None:
    with pytest.raises(ValidationError) as refused:
        parse_value(kind, value)
    (sentence,) = refused.value.messages
    example = sentence.rpartition("Write it like ")[2].rstrip(".").partition(" or ")[0]
    parse_value(kind, example)


@settings(deadline=None)
@given(st.sampled_from([kind for kind in Kind if kind != Kind.TEXT]), st.text(max_size=30))
def test_whatever_is_typed_is_either_refused_or_can_be_shown(kind: str, value: str) -> None:
    try:
        parse_value(kind, value)
    except ValidationError:
        return
    assert Fact(kind=kind, value=value).text.isascii()


@pytest.mark.parametrize("key", ["fee", "Fcvs.fee", "fcvs.", ".fee", "fcvs fee", "fcvs.fee-x", "1.fee", "{a.b}"])
def test_a_key_that_pages_could_not_name_is_refused(key: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Fact(key=key).clean_fields(exclude=[field.name for field in Fact._meta.fields if field.name != "key"])
    assert "area.name" in str(refused.value)


def test_a_day_beyond_the_calendar_is_refused_with_a_sentence() -> None:
    with pytest.raises(ValidationError, match="too many days"):
        Fact(checked_on=date(2026, 11, 23), recheck_after_days=2_000_000_000).computed_recheck_on()


@pytest.mark.django_db
def test_lists_find_exactly_the_facts_that_pages_call_stale() -> None:
    fact = Fact.objects.order_by("recheck_on").first()
    assert fact not in Fact.objects.stale(fact.recheck_on)
    assert fact in Fact.objects.stale(fact.recheck_on + timedelta(days=1))
    assert [fact.is_stale(fact.recheck_on), fact.is_stale(fact.recheck_on + timedelta(days=1))] == [False, True]


@pytest.mark.django_db
def test_facts_are_found_by_key_and_a_key_stands_once() -> None:
    fact = Fact.objects.first()
    assert Fact.objects.mapped({fact.key, "no.such"}) == {fact.key: fact}
    with pytest.raises(IntegrityError), transaction.atomic():
        Fact.objects.create(key=fact.key, kind="text", value="x", checked_on=date.today(), recheck_after_days=1,
                            recheck_on=date.today())  # fmt: skip
