"""What FCVS would stop at: names, the order of dates, gaps. And nothing is said where nothing is wrong."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credentialing.mismatches import Finding, Limits, Stretch, found_in, free_stretches, limits_in_use, months_between
from credentialing.models import Activity, Checklist, Document, Item, Source, Spelling
from credentialing.spellings import difference, differences_in, plain_words
from facts.models import Fact

TODAY = date(2026, 11, 23)
LIMITS = Limits(sentence=1, proof=6, signed_early=30)


def on_documents(**names: str) -> list[Spelling]:
    return [Spelling(document=document, name=name) for document, name in names.items()]


def activity(what: str, starts_on: date, ends_on: date | None = None) -> Activity:
    return Activity(what=what, starts_on=starts_on, ends_on=ends_on)


def source(kind: str, name: str, starts_on: date | None, ends_on: date | None = None) -> Source:
    return Source(pk=1, kind=kind, name=name, starts_on=starts_on, ends_on=ends_on)


def found(
    *activities: Activity,
    sources: tuple[Source, ...] = (),
    items: tuple[Item, ...] = (),
    spellings: tuple[Spelling, ...] = (),
    today: date = TODAY,
    **answers: object,
) -> list[Finding]:
    return found_in(spellings, activities, Checklist(**answers), sources, items, today, limits=LIMITS)


# ------------------------------------------------------------------------------------------------ names
@pytest.mark.parametrize(
    "other",
    [
        "Mohammed Ali Khan",
        "MOHAMMED  ALI KHAN",
        "Mohammed-Ali Khan",
        "Mohámmed Ali Khan",
        "Khan, Mohammed Ali",
        "Dr. Mohammed Ali Khan",
    ],
)
def test_registers_may_write_the_same_name_in_their_own_way(other: str) -> None:
    assert differences_in(on_documents(passport="Mohammed Ali Khan", diploma=other)) == []


@pytest.mark.parametrize(
    ("passport", "diploma", "said"),
    [
        ("Mohammed Khan", "Mohamed Khan", "“Mohammed” stands there as “Mohamed”."),
        ("Ana García", "Ana Smith", "“García” stands there as “Smith”."),
        ("Mohammed Ali Khan", "Mohammed Khan", "“Ali” is missing on your diploma."),
        ("Ana Lopez", "Ana Maria Sol Lopez", "“Maria” and “Sol” are missing on your passport."),
        ("Mohammed Ali Khan", "Mohammed A. Khan", "Of “Ali” and “A.”, one is only the initial."),
        ("Ali Khan Mohammed", "Mohammed Ali Khan", "The names stand in another order."),
        ("Abdul Rahman Zia", "Abdulrahman Zia", "one has a space where the other has none."),
        ("Søren Kjær", "Soeren Kjaer", "“Søren” stands there as “Soeren”."),
    ],
)
def test_it_says_which_documents_differ_and_how(passport: str, diploma: str, said: str) -> None:
    (told,) = differences_in(on_documents(passport=passport, diploma=diploma))
    assert told.title == "The name on your passport and on your diploma differs"
    assert told.words.startswith(f"Your passport says “{passport}”; your diploma says “{diploma}”.")
    assert said in told.words
    assert "your medical school" in told.asks_for


def test_letters_that_are_no_base_letter_with_a_mark_have_a_plain_one() -> None:
    assert plain_words("Søren Łukasz Kjær-Đoković") == ["soren", "lukasz", "kjaer", "dokovic"]


def test_another_name_needs_a_document_and_an_initial_does_not() -> None:
    (other,) = differences_in(on_documents(passport="Ana García", diploma="Ana Smith"))
    (initial,) = differences_in(on_documents(passport="Ana Maria Cruz", diploma="Ana M Cruz"))
    assert "document that changed your name" in other.asks_for
    assert "document that changed your name" not in initial.asks_for


def test_documents_that_agree_with_each_other_are_told_in_one_sentence() -> None:
    names = on_documents(passport="Mohammed Khan", ecfmg="Mohamed Khan", usmle="MOHAMED KHAN", training="Mohammed Khan")
    (told,) = differences_in(names)
    assert "your ECFMG record and your USMLE record say “Mohamed Khan”" in told.words
    assert "Intealth and FSMB" in told.asks_for


def test_without_a_passport_the_first_document_typed_is_the_measure() -> None:
    (told,) = differences_in(on_documents(usmle="Mohamed Khan", diploma="Mohammed Khan"))
    assert told.words.startswith("Your diploma says “Mohammed Khan”; your USMLE record says")
    assert differences_in(on_documents(usmle="Mohamed Khan", diploma=" - ")) == []
    assert differences_in([]) == []


NAMES = st.lists(st.text("abcdéØß", min_size=2, max_size=8), min_size=1, max_size=4).map(" ".join)


@given(NAMES)
def test_a_name_never_differs_from_itself(name: str) -> None:
    assert not difference(name, name.upper())
    assert not difference(name, f"  {name.replace(' ', '-')}")


@given(NAMES, NAMES)
def test_every_difference_is_found_from_either_side(one: str, other: str) -> None:
    there, back = difference(one, other), difference(other, one)
    assert bool(there) == bool(back) == (plain_words(one) != plain_words(other))
    assert len(there.respelled) + len(there.only_first) + len(there.initials) <= len(plain_words(one))


# ------------------------------------------------------------------------------------------------ order of dates
SCHOOL = activity("Medical school, Karachi", date(2012, 9, 1), date(2018, 6, 30))


@pytest.mark.parametrize(
    ("kind", "starts_on", "ends_on", "title"),
    [
        ("program", date(2018, 6, 29), date(2021, 6, 30), "Test starts before medical school ends"),
        ("license", date(2018, 6, 29), None, "Test was given before medical school ends"),
        ("hospital", date(2018, 5, 1), date(2018, 7, 1), "Clerkship at Test ends after medical school ends"),
    ],
)
def test_what_lies_on_the_wrong_side_of_graduation(
    kind: str, starts_on: date, ends_on: date | None, title: str
) -> None:
    titles = {one.title for one in found(SCHOOL, sources=(source(kind, "Test", starts_on, ends_on),))}
    assert title in titles


def test_the_day_of_graduation_itself_is_no_mismatch() -> None:
    sources = (
        source("program", "St. Luke", date(2018, 6, 30), None),
        source("hospital", "Mercy", date(2018, 5, 1), date(2018, 6, 30)),
        source("license", "Ohio", None, None),
    )
    assert found(SCHOOL, sources=sources) == []


def test_what_was_taken_off_the_list_is_not_looked_at() -> None:
    gone = source("program", "St. Luke", date(2015, 1, 1), date(2016, 1, 1))
    gone.removed_at = TODAY
    going_on = activity("Research", date(2018, 7, 1))
    assert found(SCHOOL, going_on, sources=(gone,)) == []


@pytest.mark.parametrize(("ends_on", "is_found"), [(date(2021, 7, 15), False), (date(2021, 8, 14), True), (None, True)])
def test_two_programs_at_the_same_time(ends_on: date | None, is_found: bool) -> None:
    first = source("program", "St. Luke", date(2018, 7, 1), ends_on)
    second = source("program", "Mercy", date(2021, 7, 1), None)
    titles = [one.title for one in found(sources=(second, first))]
    assert titles == (["Two programs at the same time: St. Luke and Mercy"] if is_found else [])


@pytest.mark.parametrize(
    ("ends_on", "said"),
    [
        (date(2024, 6, 30), ""),
        (date(2027, 6, 30), ""),
        (date(2024, 6, 29), "before your first program starts (30 June 2024)"),
        (date(2027, 7, 1), "after your last program ends (30 June 2027)"),
    ],
)
def test_the_end_of_the_third_year_lies_in_a_program(ends_on: date, said: str) -> None:
    program = source("program", "St. Luke", date(2024, 6, 30), date(2027, 6, 30))
    told = found(sources=(program,), training_ends_on=ends_on)
    assert said in " ".join(one.words for one in told)
    assert bool(told) == bool(said)


@pytest.mark.parametrize(("closed_on", "is_found"), [(date(2027, 5, 31), False), (date(2027, 5, 30), True)])
def test_training_confirmed_before_its_last_month(closed_on: date, is_found: bool) -> None:
    final = Item(key="pgt_final", closed_on=closed_on)
    past = Item(key="fcvs_pgt_past", closed_on=closed_on, source=source("program", "X", None, date(2027, 6, 30)))
    told = found(items=(final, past), training_ends_on=date(2027, 6, 30))
    assert [one.title for one in told] == ["Training confirmed too early"] * 2 * is_found
    if is_found:
        assert "not earlier than 31 May 2027" in told[0].asks_for


# ------------------------------------------------------------------------------------------------ gaps
@pytest.mark.parametrize(
    ("next_starts", "needs"),
    [
        (date(2018, 7, 1), ""),
        (date(2018, 7, 31), ""),
        (date(2018, 8, 1), "A sentence that says"),
        (date(2018, 12, 31), "A sentence that says"),
        (date(2019, 1, 1), "A document that shows"),
        (date(2023, 1, 1), "A document that shows"),
    ],
)
def test_a_gap_needs_nothing_a_sentence_or_proof(next_starts: date, needs: str) -> None:
    told = found(SCHOOL, activity("Research", next_starts))
    assert [one.asks_for.startswith(needs) for one in told] == [True] * bool(needs)


def test_it_says_where_the_gap_is_and_how_long() -> None:
    (told,) = found(SCHOOL, activity("Research", date(2019, 10, 12)))
    assert told.title == "Nothing from 1 July 2018 to 11 October 2019"
    assert told.words == (
        "After “Medical school, Karachi” and until “Research” begins, your line is empty for 1 year and 3 months."
    )


def test_a_program_and_whatever_goes_on_fill_the_line_and_a_clerkship_does_not() -> None:
    program = source("program", "St. Luke", date(2018, 7, 1), date(2021, 6, 30))
    abroad = source("hospital", "Mercy", date(2017, 7, 1), date(2018, 6, 1))
    assert found(SCHOOL, activity("Research", date(2021, 7, 1)), sources=(program, abroad)) == []


def test_the_line_goes_on_until_today() -> None:
    (told,) = found(activity("Research", date(2020, 1, 1), date(2026, 10, 22)))
    assert (told.title, told.words[-8:]) == ("Nothing from 23 October 2026 to 23 November 2026", "1 month.")
    assert found(activity("Research", date(2020, 1, 1), date(2026, 10, 24))) == []
    assert found(activity("Residency", date(2020, 1, 1), date(2027, 6, 30))) == []


def test_without_its_fact_a_limit_is_not_made_up() -> None:
    line = (SCHOOL, activity("Research", date(2020, 1, 1)))
    assert found_in([], line, Checklist(), [], [], TODAY, limits=Limits(None, None, None)) == []


@pytest.mark.parametrize(
    ("first", "after_last", "months"),
    [
        (date(2027, 1, 31), date(2027, 2, 28), 1),
        (date(2028, 1, 31), date(2028, 2, 28), 0),
        (date(2028, 1, 31), date(2028, 2, 29), 1),
        (date(2028, 2, 29), date(2029, 2, 28), 12),
        (date(2027, 1, 15), date(2027, 2, 14), 0),
        (date(2027, 1, 15), date(2027, 2, 15), 1),
        (date(2026, 12, 1), date(2027, 1, 1), 1),
    ],
)
def test_months_are_calendar_months(first: date, after_last: date, months: int) -> None:
    assert months_between(first, after_last) == months


DAYS = st.dates(date(2020, 1, 1), date(2021, 12, 31))


@given(st.lists(st.tuples(DAYS, st.integers(0, 120)), min_size=1, max_size=6))
def test_the_gaps_are_exactly_the_days_that_nothing_covers(line: list[tuple[date, int]]) -> None:
    until = date(2022, 6, 1)
    stretches = [Stretch(starts, starts + timedelta(days=length), "x") for starts, length in line]
    free = {day for _, first, last, _ in free_stretches(stretches, until) for day in days(first, last)}
    covered = {day for one in stretches for day in days(one.starts, one.ends)}
    assert free == set(days(min(one.starts for one in stretches), until)) - covered


def days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=more) for more in range((last - first).days + 1)]


# ------------------------------------------------------------------------------------------------ together
def test_names_come_first_then_dates_then_gaps() -> None:
    program = source("program", "St. Luke", date(2018, 6, 1), date(2018, 8, 1))
    told = found(SCHOOL, sources=(program,), spellings=on_documents(passport="Ana Cruz", usmle="Anna Cruz"))
    starts = [one.title.split()[0] for one in told]
    assert starts == ["The", "St.", "Nothing"]


@pytest.mark.django_db
def test_the_limits_are_facts() -> None:
    assert limits_in_use() == LIMITS
    Fact.objects.filter(key="credentialing.gap_sentence").update(value="3")
    line = (SCHOOL, activity("Research", date(2018, 9, 30)))
    assert found_in([], line, Checklist(), [], [], TODAY) == []


def test_every_document_has_its_words() -> None:
    names = {document: f"Name{place}" for place, document in enumerate(Document)}
    assert len(differences_in(on_documents(**names))) == len(Document) - 1
