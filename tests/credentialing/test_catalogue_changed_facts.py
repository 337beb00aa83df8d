"""A fact changed: who has something open that uses it is told once, with what it was and what it is."""

from collections.abc import Iterator
from datetime import date

import pytest
import time_machine

from accounts.models import User
from credentialing import actions as items
from credentialing import answers_actions
from credentialing import catalogue_actions as actions
from credentialing.changed_facts import still_concerns, tell_of_changed_facts, words_about
from credentialing.loading import load_catalogue
from credentialing.models import Checklist, Status
from facts.actions import change_fact
from facts.models import Fact
from notices.models import Heartbeat, Notice

pytestmark = pytest.mark.django_db
ANSWERS = {
    **dict.fromkeys(("ecfmg_certified", "has_ssn", "has_us_address"), "yes"),
    **dict.fromkeys(("other_language", "clerkships_abroad"), "no"),
    "training_ends_on": date(2028, 6, 30),
    "license_wanted_on": None,
}
FEE = "fcvs.initial_fee"  # of fcvs_account, in its words too


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """A Monday, noon in New York."""
    with time_machine.travel("2027-03-01 17:00Z", tick=False) as traveller:
        yield traveller


@pytest.fixture
def hers(clock: time_machine.Traveller, dolores: User) -> Checklist:
    """Started on the Monday; the daily look has run that day and the next one runs on Wednesday morning."""
    load_catalogue()
    checklist = answers_actions.start(person=dolores, answers=ANSWERS, sources=[])
    tell_of_changed_facts()
    clock.move_to("2027-03-02 17:00Z")
    return checklist


def fact(key: str = FEE) -> Fact:
    return Fact.objects.get(key=key)


def change(by: User, value: str, key: str = FEE) -> None:
    change_fact(fact=fact(key), by=by, value=value)


def told(person: User) -> list[Notice]:
    return list(Notice.objects.for_user(person).filter(kind="credentialing.changed").order_by("due_on"))


def look_on(clock: time_machine.Traveller, day: str) -> int:
    clock.move_to(f"{day} 09:20Z")
    return tell_of_changed_facts()


# ------------------------------------------------------------------------------------------------ who, and when
def test_it_is_told_from_the_next_morning_on_and_once(
    hers: Checklist, clock: time_machine.Traveller, amina: User, dolores: User
) -> None:
    change(amina, "420")
    assert tell_of_changed_facts() == 0
    assert look_on(clock, "2027-03-03") == 1
    (notice,) = told(dolores)
    row = fact().history.first()
    assert (notice.about, notice.due_on) == (f"facts.fact:{fact().pk}:{row.history_id}", date(2027, 3, 3))
    for day in ("2027-03-03", "2027-03-04", "2027-03-05"):
        look_on(clock, day)
    assert told(dolores) == [notice]


def test_what_waits_is_followed_up_on_the_days_that_hold_now(
    hers: Checklist, clock: time_machine.Traveller, amina: User, dolores: User
) -> None:
    item = hers.items.get(key="infection_control")
    assert item.follow_up_on == date(2027, 3, 31)
    change(amina, "45", key="license.followup.infection_control")
    look_on(clock, "2027-03-03")
    item.refresh_from_db()
    assert item.follow_up_on == date(2027, 4, 15)


def test_what_was_said_already_is_not_begun_anew(
    hers: Checklist, clock: time_machine.Traveller, amina: User, dolores: User
) -> None:
    clock.move_to("2027-04-05 09:20Z")
    tell_of_changed_facts()
    change(amina, "20", key="license.followup.infection_control")
    look_on(clock, "2027-04-06")
    assert hers.items.get(key="infection_control").follow_up_on == date(2027, 3, 31)


def test_a_look_that_comes_days_late_forgets_nothing(
    hers: Checklist, clock: time_machine.Traveller, amina: User, dolores: User
) -> None:
    change(amina, "420")
    clock.move_to("2027-03-05 17:00Z")
    change(amina, "430")
    look_on(clock, "2027-03-20")
    assert [notice.due_on for notice in told(dolores)] == [date(2027, 3, 3), date(2027, 3, 6)]


def test_the_days_are_those_of_new_york_also_when_the_clocks_change(
    hers: Checklist, clock: time_machine.Traveller, amina: User, dolores: User
) -> None:
    look_on(clock, "2027-03-14")
    clock.move_to("2027-03-15 03:59Z")  # a minute before midnight of the day on which the clocks went forward
    change(amina, "420")
    look_on(clock, "2027-03-15")
    assert [notice.due_on for notice in told(dolores)] == [date(2027, 3, 15)]


def test_what_is_put_right_on_the_same_day_concerns_nobody(
    hers: Checklist, clock: time_machine.Traveller, amina: User, dolores: User
) -> None:
    change(amina, "3950")
    clock.move_to("2027-03-02 19:00Z")
    change(amina, "395")
    assert look_on(clock, "2027-03-03") == 0
    assert told(dolores) == []


def test_two_changes_of_a_day_are_one(
    hers: Checklist, clock: time_machine.Traveller, amina: User, dolores: User
) -> None:
    change(amina, "400")
    clock.move_to("2027-03-02 19:00Z")
    change(amina, "420")
    look_on(clock, "2027-03-03")
    (notice,) = told(dolores)
    assert "$420, changed on 2 March 2027. It was $395 before." in words_about(notice.about, dolores)[1][0]


@pytest.mark.parametrize("key", ["fcvs.later_target", "license.permit_fee"])
def test_a_fact_that_no_item_uses_tells_nobody(
    hers: Checklist, clock: time_machine.Traveller, amina: User, dolores: User, key: str
) -> None:
    change(amina, "77", key)
    assert look_on(clock, "2027-03-03") == 0


def test_another_source_or_day_of_checking_is_no_change_of_the_value(
    hers: Checklist, clock: time_machine.Traveller, amina: User
) -> None:
    change_fact(fact=fact(), by=amina, source="FSMB, another page", checked_on=date(2027, 3, 2))
    assert look_on(clock, "2027-03-03") == 0


def test_who_has_closed_it_or_does_not_need_it_is_not_told(
    hers: Checklist, clock: time_machine.Traveller, amina: User, dolores: User
) -> None:
    for key in ("names_check", "fcvs_account"):
        item = hers.items.get(key=key)
        items.move(item=item, by=dolores, to=Status.VERIFIED, on=date(2027, 3, 2), version=item.version)
    change(amina, "420")
    change(amina, "45", "fcvs.followup.fcvs_translations")  # nothing to translate
    assert look_on(clock, "2027-03-03") == 0


def test_who_starts_after_the_change_is_not_told_of_it(
    hers: Checklist, clock: time_machine.Traveller, amina: User, dolores: User, chidi: User
) -> None:
    change(amina, "420")
    clock.move_to("2027-03-02 18:00Z")
    answers_actions.start(person=chidi, answers=ANSWERS, sources=[])
    assert look_on(clock, "2027-03-03") == 1
    assert told(chidi) == []


def test_the_first_look_of_all_looks_at_yesterday(
    hers: Checklist, clock: time_machine.Traveller, amina: User, dolores: User
) -> None:
    Heartbeat.objects.all().delete()
    change(amina, "420")
    assert look_on(clock, "2027-03-03") == 1


# ------------------------------------------------------------------------------------------------ what is said
@pytest.fixture
def about(hers: Checklist, clock: time_machine.Traveller, amina: User, dolores: User) -> str:
    change(amina, "420")
    look_on(clock, "2027-03-03")
    return told(dolores)[0].about


def test_the_words_hold_before_and_after_who_says_so_and_where_it_counts(about: str, dolores: User) -> None:
    heading, paragraphs = words_about(about, dolores)
    assert heading == "A figure on your checklist has changed"
    assert paragraphs == (
        "FCVS first application, with one profile: $420, changed on 2 March 2027. It was $395 before.",
        f"Who says so: {fact().source}, looked at on 23 November 2026.",
        "You have this open where it counts: “FCVS application and fee”.",
    )


def test_a_change_after_the_change_is_said_as_well(about: str, amina: User, dolores: User) -> None:
    change(amina, "425")
    assert "It has changed once more since then: it is $425 now." in words_about(about, dolores)[1]
    assert still_concerns(about, dolores)


def test_it_concerns_the_person_while_the_item_is_open(hers: Checklist, about: str, dolores: User, chidi: User) -> None:
    assert still_concerns(about, dolores)
    assert not still_concerns(about, chidi)
    item = hers.items.get(key="fcvs_account")
    hers.items.filter(pk=item.pk).update(closed_on=date(2027, 3, 3))
    assert not still_concerns(about, dolores)


def test_it_follows_the_version_in_use(hers: Checklist, about: str, amina: User, dolores: User) -> None:
    draft = actions.start_draft(amina)
    item = draft.specs.get(key="fcvs_account")
    words = item.what_to_do.replace("{fcvs.initial_fee}", "the fee")
    actions.change_spec(item, amina, what_to_do=words, cost_facts=[])
    actions.change_note(draft, amina, "The fee is shown elsewhere.")
    assert still_concerns(about, dolores)
    actions.publish(draft, amina)
    assert not still_concerns(about, dolores)


@pytest.mark.parametrize("about", ["facts.fact:1:999999", "facts.fact:999999:1", "credentialing.catalogue:999999"])
def test_what_is_gone_concerns_nobody(hers: Checklist, dolores: User, about: str) -> None:
    assert not still_concerns(about, dolores)
