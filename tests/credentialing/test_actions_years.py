"""Names and years as the physician types them; and all of a list removed."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine

from accounts.models import User
from audit.models import Entry
from credentialing import answers_actions, scan
from credentialing.models import Activity, Checklist, Item, Source, Spelling, Status
from credentialing.refusals import ChecklistRefused
from notices.models import Notice, State
from tests.credentialing.lists import moved, start, stuck, the

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


# ------------------------------------------------------------------------------------------------ names and years
def test_spellings_are_kept_as_typed_and_forgotten_when_empty(mine: Checklist, dolores: User) -> None:
    answers_actions.set_spellings(
        checklist=mine, by=dolores, names={"passport": "María  Cruz", "diploma": "Maria Cruz"}
    )
    answers_actions.set_spellings(checklist=mine, by=dolores, names={"diploma": ""})
    answers_actions.set_spellings(checklist=mine, by=dolores, names={"passport": "María  Cruz"})
    assert Spelling.objects.get().name == "María  Cruz"
    found = Entry.objects.filter(verb="spellings changed").order_by("pk").values_list("data", flat=True)
    assert list(found) == [{"documents": ["diploma", "passport"]}, {"documents": ["diploma"]}]
    with pytest.raises(ChecklistRefused, match="no such document"):
        answers_actions.set_spellings(checklist=mine, by=dolores, names={"library card": "x"})


def test_activities_are_added_once_changed_and_removed(mine: Checklist, dolores: User) -> None:
    new = {"what": "Internship", "starts_on": date(2018, 1, 1), "ends_on": date(2018, 12, 31)}
    first, again = (answers_actions.add_activity(checklist=mine, by=dolores, **new) for _ in range(2))
    assert first == again
    answers_actions.change_activity(activity=first, by=dolores, ends_on=None)
    assert Activity.objects.get().ends_on is None
    with pytest.raises(ChecklistRefused, match="before the first day") as refused:
        answers_actions.change_activity(activity=first, by=dolores, ends_on=date(2017, 1, 1))
    assert refused.value.field == "ends_on"
    for _ in range(2):
        answers_actions.remove_activity(activity=first, by=dolores)
    assert not Activity.objects.exists()
    with pytest.raises(ChecklistRefused, match="not on your list any more"):
        answers_actions.change_activity(activity=first, by=dolores, what="x")


# ------------------------------------------------------------------------------------------------ all of it
def test_a_removed_list_is_gone_with_every_message_still_to_come(mine: Checklist, dolores: User, amina: User) -> None:
    moved(the(mine, "fcvs_meded"), Status.SENT, date(2026, 11, 2))
    scan.owe_follow_ups()
    stuck(the(mine, "names_check"))
    answers_actions.remove_checklist(checklist=mine, by=dolores)
    assert not (Checklist.objects.exists() or Item.objects.exists() or Source.objects.exists())
    assert not Notice.objects.filter(state=State.OWED).exists()
    assert Entry.objects.get(verb="checklist removed").subject.startswith("checklist ")
    with pytest.raises(ChecklistRefused, match="was removed"):
        answers_actions.remove_checklist(checklist=mine, by=dolores)
    assert start(dolores).pk
