"""The questions, the programs and the other sources: the items follow, and nothing that was recorded is lost."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine

from accounts.models import User
from audit.models import Entry
from credentialing import actions, answers_actions, scan
from credentialing.models import Answer, Catalogue, Checklist, Item, Source, Status
from credentialing.refusals import ChecklistRefused, StaleForm
from notices.models import Notice, State
from tests.credentialing.lists import ANSWERS, PROGRAM, moved, start, the

TODAY = date(2026, 11, 24)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(datetime(2026, 11, 24, 15, tzinfo=UTC), tick=False) as traveller:
        yield traveller


@pytest.fixture
def mine(dolores: User) -> Checklist:
    return start(dolores)


def needed(checklist: Checklist, key: str) -> list[str]:
    rows = Item.objects.needed().filter(checklist=checklist, key=key).order_by("source__name")
    return [item.source.name if item.source else "" for item in rows]


def change(checklist: Checklist, **answers: object) -> Checklist:
    fresh = Checklist.objects.get(pk=checklist.pk)
    return answers_actions.change_answers(checklist=fresh, by=fresh.person, version=fresh.version, **answers)


# ------------------------------------------------------------------------------------------------ start
def test_the_list_follows_from_the_answers(mine: Checklist) -> None:
    assert needed(mine, "fcvs_pgt_past") == ["Old Program"]
    assert needed(mine, "pgt_final") == ["Bronx Medicine"]
    assert needed(mine, "ny_2cc") == ["Clerkship Hospital"]
    assert needed(mine, "ny_license_elsewhere") == ["Ohio"]
    assert needed(mine, "fcvs_translations") == []
    assert needed(mine, "names_check") == [""]


def test_what_can_start_waits_for_the_person_from_today(mine: Checklist) -> None:
    first = the(mine, "names_check")
    assert (first.waiting_on, first.waiting_since, first.follow_up_on) == ("you", TODAY, date(2026, 12, 1))


def test_the_final_proof_opens_thirty_days_before_the_end(mine: Checklist) -> None:
    assert the(mine, "pgt_final").follow_up_on == date(2027, 5, 31)


def test_starting_twice_finds_the_first(mine: Checklist, dolores: User) -> None:
    items = mine.items.count()
    assert start(dolores, has_ssn=Answer.NO) == mine
    assert (Checklist.objects.get().has_ssn, mine.items.count()) == (Answer.YES, items)
    assert Entry.objects.filter(verb="checklist started").count() == 1


def test_before_there_is_a_catalogue_it_says_so(dolores: User) -> None:
    Catalogue.objects.all().delete()
    with pytest.raises(ChecklistRefused, match="not open yet"):
        start(dolores)


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"has_ssn": "perhaps"}, "has_ssn"),
        ({"training_ends_on": date(1949, 1, 1)}, "training_ends_on"),
        ({"training_ends_on": date(9999, 1, 1)}, "training_ends_on"),
        ({"license_wanted_on": TODAY}, "license_wanted_on"),
        ({"license_wanted_on": date(2100, 1, 1)}, "license_wanted_on"),
    ],
)
def test_an_answer_that_cannot_be_is_refused(dolores: User, answers: dict, field: str) -> None:
    with pytest.raises(ChecklistRefused) as refused:
        start(dolores, **answers)
    assert refused.value.field == field
    assert not Checklist.objects.exists()


@pytest.mark.parametrize("day", [None, date(2028, 2, 29), date(2020, 2, 29)])
def test_a_last_day_of_training_that_can_be_is_taken(dolores: User, day: date | None) -> None:
    assert start(dolores, training_ends_on=day).training_ends_on == day


# ------------------------------------------------------------------------------------------------ changed answers
def test_what_was_recorded_is_hidden_and_comes_back(mine: Checklist) -> None:
    moved(the(mine, "ny_2cc"), Status.SENT, date(2026, 11, 2), words="to the office")
    scan.owe_follow_ups()
    change(mine, clerkships_abroad=Answer.NO)
    hidden = the(mine, "ny_2cc")
    assert (hidden.is_needed, hidden.status, hidden.follow_up_on, hidden.waiting_on) == (False, "sent", None, "")
    assert not Notice.objects.filter(about=f"credentialing.item:{hidden.pk}", state=State.OWED).exists()
    change(mine, clerkships_abroad=Answer.YES)
    again = the(mine, "ny_2cc")
    assert (again.pk, again.is_needed, again.waiting_on) == (hidden.pk, True, "hospital")
    assert (again.waiting_since, again.follow_up_on) == (date(2026, 11, 2), date(2026, 12, 2))
    assert again.moves.get().words == "to the office"


def test_another_end_of_training_moves_the_day_on_which_the_proof_opens(mine: Checklist) -> None:
    change(mine, training_ends_on=date(2027, 9, 30))
    assert the(mine, "pgt_final").follow_up_on == date(2027, 8, 31)


def test_the_same_answers_again_are_no_change(mine: Checklist, dolores: User) -> None:
    assert answers_actions.change_answers(checklist=mine, by=dolores, version=99, **ANSWERS).version == mine.version


def test_answers_of_an_old_page_are_stale(mine: Checklist, dolores: User) -> None:
    change(mine, has_ssn=Answer.NO)
    with pytest.raises(StaleForm):
        answers_actions.change_answers(checklist=mine, by=dolores, version=1, has_ssn=Answer.UNSURE)


def test_a_wanted_day_that_has_passed_hinders_no_other_answer(mine: Checklist, clock: time_machine.Traveller) -> None:
    clock.move_to(datetime(2028, 1, 1, 15, tzinfo=UTC))
    assert change(mine, has_ssn=Answer.NO, license_wanted_on=date(2027, 7, 15)).has_ssn == Answer.NO


def test_the_audit_names_the_questions_and_no_answer(mine: Checklist) -> None:
    change(mine, has_ssn=Answer.NO, training_ends_on=None)
    entry = Entry.objects.get(verb="checklist answers changed")
    assert entry.data == {"fields": ["has_ssn", "training_ends_on"]}
    assert entry.subject == f"checklist {mine.pk}"


def test_reconciling_again_changes_nothing(mine: Checklist) -> None:
    before = list(Item.objects.order_by("pk").values())
    actions.reconcile(mine)
    assert list(Item.objects.order_by("pk").values()) == before


# ------------------------------------------------------------------------------------------------ sources
def add(checklist: Checklist, **fields: object) -> Source:
    return answers_actions.add_source(checklist=checklist, by=checklist.person, **(PROGRAM | fields))


def test_another_program_is_another_item(mine: Checklist) -> None:
    add(mine, name="Prelim Year", starts_on=date(2021, 7, 1), ends_on=date(2022, 6, 30))
    assert needed(mine, "fcvs_pgt_past") == ["Old Program", "Prelim Year"]
    assert Checklist.objects.get().version == 2


def test_adding_the_same_twice_is_adding_it_once(mine: Checklist) -> None:
    new = {"name": "Prelim Year", "starts_on": date(2021, 7, 1), "ends_on": None}
    assert add(mine, **new) == add(mine, **new)
    assert Checklist.objects.get().version == 2
    with pytest.raises(ChecklistRefused, match="stands on your list already"):
        add(mine, **new | {"ends_on": date(2022, 6, 30)})


def test_what_was_taken_off_comes_back_with_its_record(mine: Checklist, dolores: User) -> None:
    item = moved(the(mine, "fcvs_pgt_past"), Status.SENT, date(2026, 11, 2))
    for _ in range(2):
        answers_actions.remove_source(source=item.source, by=dolores)
    assert needed(mine, "fcvs_pgt_past") == []
    assert Checklist.objects.get().version == 2
    add(mine, name="old program")
    again = Item.objects.get(pk=item.pk)
    assert (again.is_needed, again.status, again.sent_on) == (True, "sent", date(2026, 11, 2))


def test_what_was_recorded_before_a_hospital_was_named_belongs_to_the_first_one(dolores: User) -> None:
    mine = start(dolores, sources=[])
    nameless = moved(the(mine, "ny_2cc"), Status.SENT, date(2026, 11, 2))
    for name in ("First Hospital", "Second Hospital"):
        answers_actions.add_source(checklist=mine, by=dolores, kind="hospital", name=name)
    rows = {item.source.name: item for item in Item.objects.needed().filter(key="ny_2cc").select_related("source")}
    assert rows["First Hospital"].pk == nameless.pk
    assert {name: item.status for name, item in rows.items()} == {"First Hospital": "sent", "Second Hospital": "to_do"}


def test_a_source_is_changed(mine: Checklist, dolores: User) -> None:
    source = Source.objects.get(name="Old Program")
    for _ in range(2):
        answers_actions.change_source(source=source, by=dolores, name="Older Program", in_new_york=True)
    assert needed(mine, "fcvs_pgt_past") == ["Older Program"]
    assert Entry.objects.get(verb="checklist source changed").data == {"fields": ["in_new_york", "name"]}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "x" * 151}, "name"),
        ({"kind": "school"}, "kind"),
        ({"starts_on": date(1949, 1, 1)}, "starts_on"),
        ({"ends_on": date(2020, 6, 30)}, "ends_on"),
        ({"ends_on": date(9999, 1, 1)}, "ends_on"),
    ],
)
def test_a_source_that_cannot_be_is_refused(mine: Checklist, wrong: dict, field: str) -> None:
    with pytest.raises(ChecklistRefused) as refused:
        add(mine, **{"name": "New"} | wrong)
    assert refused.value.field == field
    assert Source.objects.count() == 4
