"""Honest waiting times: counted from closed items, silent where there are few, else what somebody published."""

from datetime import date, timedelta
from math import ceil

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from credentialing.loading import load_catalogue
from credentialing.models import Checklist, Item, Spec, WaitingTime
from credentialing.waiting_times import known, within, words_for, work_out
from facts.models import Fact

TODAY = date(2026, 11, 23)


@pytest.fixture
def checklists(db: None) -> list[Checklist]:
    """Of more people than are needed for a waiting time to be shown."""
    catalogue = load_catalogue()
    people = [User.objects.create_user(f"p{n}@member.example", full_name=f"P {n}") for n in range(8)]
    return [Checklist.objects.create(person=person, catalogue=catalogue) for person in people]


def close(checklist: Checklist, took: int | None, *, key: str = "fcvs_meded", on: date = TODAY) -> None:
    Item.objects.create(checklist=checklist, key=key, closed_on=on, took_days=took)


@pytest.mark.parametrize(("number", "half", "three_quarters"), [(8, 40, 60), (7, 40, 60), (6, 30, 50), (5, 30, 40)])
def test_half_and_three_quarters_of_such_items(
    checklists: list[Checklist], number: int, half: int, three_quarters: int
) -> None:
    for place, one in enumerate(checklists[:number], start=1):
        close(one, 10 * place)
    assert work_out(TODAY) == 1
    time = WaitingTime.objects.get()
    assert (time.key, time.count, time.half, time.three_quarters) == ("fcvs_meded", number, half, three_quarters)
    assert time.as_of == TODAY


def test_fewer_than_five_are_hidden_and_five_are_shown(checklists: list[Checklist]) -> None:
    for one in checklists[:4]:
        close(one, 10)
    assert work_out(TODAY) == 0
    close(checklists[4], 99)
    assert work_out(TODAY) == 1
    assert WaitingTime.objects.get().three_quarters == 10


def test_many_items_of_one_person_are_still_one_person(checklists: list[Checklist]) -> None:
    for key in ("a", "b", "c", "d", "e"):
        source = checklists[0].sources.create(kind="program", name=key)
        Item.objects.create(checklist=checklists[0], key="fcvs_pgt_past", source=source, closed_on=TODAY, took_days=3)
    assert work_out(TODAY) == 0


@pytest.mark.parametrize(("on", "counts"), [(date(2025, 11, 23), 0), (date(2025, 11, 24), 1), (TODAY, 1)])
def test_only_the_last_twelve_months_count(checklists: list[Checklist], on: date, counts: int) -> None:
    for one in checklists[:5]:
        close(one, 10, on=on)
    assert work_out(TODAY) == counts


def test_what_was_closed_without_ever_being_sent_took_no_time_that_is_known(checklists: list[Checklist]) -> None:
    for one in checklists:
        close(one, None)
    assert work_out(TODAY) == 0


def test_the_next_day_replaces_what_was_said_and_takes_back_what_is_no_longer_so(checklists: list[Checklist]) -> None:
    for one in checklists[:5]:
        close(one, 10, on=date(2025, 12, 1))
        close(one, 30, key="ny_2cc")
    assert [work_out(TODAY), work_out(TODAY)] == [2, 2]
    later = date(2026, 12, 1)
    close(checklists[5], 50, key="ny_2cc")
    assert work_out(later) == 1
    assert {key: (time.count, time.as_of) for key, time in known().items()} == {"ny_2cc": (6, later)}


def test_the_number_of_questions_does_not_grow_with_the_items(checklists: list[Checklist]) -> None:
    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            work_out(TODAY)
        return len(queries)

    for one in checklists[:5]:
        close(one, 10)
    few = asked()
    for key in ("ny_2cc", "fcvs_cid", "fcvs_exams"):
        for place, one in enumerate(checklists):
            close(one, 10 + place, key=key)
    assert asked() == few
    assert WaitingTime.objects.count() == 4


@given(st.lists(st.integers(0, 60), min_size=1, max_size=40))
def test_the_counts_give_what_the_list_itself_would(took: list[int]) -> None:
    ordered = sorted(took)
    counts = [(days, ordered.count(days)) for days in sorted(set(took))]
    for share in (0.5, 0.75, 1.0):
        number = ceil(len(took) * share)
        assert within(counts, number) == ordered[number - 1]
    with pytest.raises(ValueError, match="fewer"):
        within(counts, len(took) + 1)


# ------------------------------------------------------------------------------------------------ words
def spec(**words: str) -> Spec:
    return Spec(key="fcvs_meded", usual_fact="fcvs.initial_target", **words)


def test_the_portals_own_times_with_their_number_and_day() -> None:
    time = WaitingTime(key="fcvs_meded", count=1023, half=41, three_quarters=62, as_of=TODAY)
    assert str(words_for(spec(), {"fcvs_meded": time}, {})) == (
        "Half of such items took 41 days or less, three quarters 62 "
        "(1,023 items closed in the 12 months to 23 November 2026)"
    )


@pytest.mark.django_db
def test_else_the_published_figure_with_its_source() -> None:
    facts = Fact.objects.mapped({"fcvs.initial_target"})
    words = words_for(spec(), {}, facts)
    assert str(words) == (
        "FSMB's own target for a first application: 35 days "
        "(FSMB, FCVS frequently asked questions, checked on 23 November 2026)"
    )
    assert words.fact == facts["fcvs.initial_target"]
    facts["fcvs.initial_target"].to_confirm = True
    assert str(words_for(spec(), {}, facts)).endswith("; to be confirmed with FSMB)")


def test_else_nothing() -> None:
    assert not words_for(spec(), {}, {})
    assert str(words_for(Spec(key="x"), {}, {})) == ""


def test_a_leap_day_has_a_year_before_it(checklists: list[Checklist]) -> None:
    for one in checklists[:5]:
        close(one, 10, on=date(2027, 3, 1))
        close(one, 10, key="ny_2cc", on=date(2027, 2, 28))
    assert work_out(date(2028, 2, 29)) == 1
    assert work_out(date(2028, 2, 29) + timedelta(days=1)) == 0
