"""Stuck, and helped; another day for the reminder; and nothing that somebody wrote is in the audit."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
import time_machine
from django.contrib.auth.models import Permission

from accounts.models import User
from audit.models import Entry
from credentialing import actions, scan, staff_actions
from credentialing.models import Checklist, HelpRequest, Item, StaffNote, Status
from credentialing.refusals import ChecklistRefused
from notices.models import Notice, State
from tests.credentialing.lists import moved, start, stuck, the

TODAY = date(2026, 11, 24)
SENT = date(2026, 11, 2)
WORDS = "Dean Okonkwo never answers"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(datetime(2026, 11, 24, 15, tzinfo=UTC), tick=False) as traveller:
        yield traveller


@pytest.fixture
def mine(dolores: User) -> Checklist:
    return start(dolores)


@pytest.fixture
def school(mine: Checklist) -> Item:
    """With the medical school since 2 November."""
    return moved(the(mine, "fcvs_meded"), Status.SENT, SENT)


@pytest.fixture
def helper(chidi: User) -> User:
    chidi.user_permissions.add(Permission.objects.get(codename="change_helprequest"))
    return User.objects.get(pk=chidi.pk)


def owed(item: Item | HelpRequest) -> list[tuple[str, int, date]]:
    rows = Notice.objects.filter(about=f"{item._meta.label_lower}:{item.pk}", state=State.OWED)
    return list(rows.order_by("due_on").values_list("kind", "person", "due_on"))


# ------------------------------------------------------------------------------------------------ help
def test_stuck_goes_to_the_helpers_and_the_reminders_rest(school: Item, helper: User) -> None:
    scan.owe_follow_ups()
    request = stuck(school, WORDS)
    school.refresh_from_db()
    assert (school.is_stuck, school.follow_up_on, owed(school)) == (True, None, [])
    assert owed(request) == [("credentialing.needs_help", helper.pk, TODAY)]
    scan.owe_follow_ups()
    assert owed(school) == []


def test_without_a_helper_the_administrators_are_told(school: Item, amina: User) -> None:
    assert owed(stuck(school)) == [("credentialing.needs_help", amina.pk, TODAY)]


def test_asking_twice_with_one_form_is_one_request(school: Item, dolores: User) -> None:
    token = uuid4()
    first, second = (
        actions.ask_for_help(item=school, by=dolores, words=words, form_token=token) for words in (WORDS, "again")
    )
    assert first == second
    assert HelpRequest.objects.count() == 1
    with pytest.raises(ChecklistRefused, match="Write a few words") as refused:
        actions.ask_for_help(item=school, by=dolores, words="  ", form_token=uuid4())
    assert refused.value.field == "words"


def test_the_same_words_count_anew_only_after_an_answer(school: Item, helper: User) -> None:
    first = stuck(school)
    assert stuck(school) == first
    staff_actions.answer_help(request=first, by=helper, answer="Write to the dean.")
    assert stuck(school) != first


def test_an_answer_ends_it_tells_the_person_and_the_item_is_followed_up_again(
    school: Item, helper: User, dolores: User, clock: time_machine.Traveller
) -> None:
    request = stuck(school)
    clock.shift(timedelta(days=20))
    staff_actions.answer_help(request=request, by=helper, answer="Write to the registrar.")
    school.refresh_from_db()
    assert (school.is_stuck, school.follow_up_on) == (False, date(2027, 1, 13))
    assert owed(request) == [("credentialing.answered", dolores.pk, date(2026, 12, 14))]
    scan.owe_follow_ups()
    assert owed(school) == [("credentialing.follow_up", dolores.pk, date(2027, 1, 13))]


def test_the_first_answer_stands(school: Item, helper: User, amina: User) -> None:
    request = stuck(school)
    for _ in range(2):
        staff_actions.answer_help(request=request, by=helper, answer="Write to the registrar.")
    with pytest.raises(ChecklistRefused, match="answered this already"):
        staff_actions.answer_help(request=request, by=amina, answer="Wait.")
    assert Entry.objects.filter(verb="help answered").count() == 1
    with pytest.raises(ChecklistRefused, match="Write a few words"):
        staff_actions.answer_help(request=stuck(school), by=helper, answer=" ")


def test_it_is_stuck_until_the_last_request_is_answered(school: Item, helper: User) -> None:
    first, second = stuck(school, "one"), stuck(school, "two")
    staff_actions.answer_help(request=first, by=helper, answer="So.")
    school.refresh_from_db()
    assert (school.is_stuck, school.follow_up_on) == (True, None)
    staff_actions.answer_help(request=second, by=helper, answer="And so.")
    school.refresh_from_db()
    assert (school.is_stuck, school.follow_up_on) == (False, date(2026, 12, 24))


def test_a_move_while_stuck_is_followed_up(school: Item) -> None:
    stuck(school)
    assert moved(school, Status.RECEIVED, TODAY).follow_up_on == date(2026, 12, 24)


def test_staff_note_and_mark_as_seen_once(school: Item, helper: User) -> None:
    for _ in range(2):
        staff_actions.add_note(item=school, by=helper, words="Called the school.")
        staff_actions.mark_seen(item=school, by=helper)
    assert StaffNote.objects.count() == 1
    assert Item.objects.get(pk=school.pk).staff_seen_at == datetime(2026, 11, 24, 15, tzinfo=UTC)
    verbs = Entry.objects.filter(actor=helper).order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["staff note added", "checklist item seen"]


# ------------------------------------------------------------------------------------------------ another day
def test_remind_me_on_a_day_before_anything_was_owed(school: Item, dolores: User) -> None:
    item = actions.remind_on(item=school, by=dolores, on=date(2026, 12, 24))
    assert (item.follow_up_on, item.version) == (date(2026, 12, 24), 3)
    scan.owe_follow_ups()
    assert owed(item) == [("credentialing.follow_up", dolores.pk, date(2026, 12, 24))]


def test_remind_me_on_a_day_instead_of_the_day_that_was_owed(school: Item, dolores: User) -> None:
    scan.owe_follow_ups()
    for _ in range(2):
        actions.remind_on(item=school, by=dolores, on=date(2027, 1, 4))
    scan.owe_follow_ups()
    assert owed(school) == [("credentialing.follow_up", dolores.pk, date(2027, 1, 4))]
    assert Entry.objects.filter(verb="follow-up put off").count() == 1


@pytest.mark.parametrize(
    ("on", "sentence"),
    [
        (TODAY, "after today"),
        (date(2020, 1, 1), "after today"),
        (date(2027, 11, 26), "within a year"),
        (date(9999, 12, 31), "within a year"),
    ],
)
def test_a_day_that_is_over_or_too_far_is_refused(school: Item, dolores: User, on: date, sentence: str) -> None:
    with pytest.raises(ChecklistRefused, match=sentence) as refused:
        actions.remind_on(item=school, by=dolores, on=on)
    assert refused.value.field == "on"


def test_what_is_done_is_not_put_off(school: Item, dolores: User) -> None:
    moved(school, Status.VERIFIED, TODAY)
    with pytest.raises(ChecklistRefused, match="does not follow this item up"):
        actions.remind_on(item=school, by=dolores, on=date(2026, 12, 24))


# ------------------------------------------------------------------------------------------------ audit
def test_no_entry_holds_what_somebody_wrote(school: Item, helper: User, dolores: User) -> None:
    common = {"item": school, "by": dolores, "on": TODAY}
    actions.log_chase(channel="phone", whom=WORDS, answer=WORDS, form_token=uuid4(), **common)
    actions.record_payment(amount=Decimal("123.45"), form_token=uuid4(), **common)
    actions.write_note(item=Item.objects.get(pk=school.pk), by=dolores, note=WORDS, version=4)
    staff_actions.answer_help(request=stuck(school, WORDS), by=helper, answer=WORDS)
    staff_actions.add_note(item=school, by=helper, words=WORDS)
    text = " ".join(f"{entry.subject} {entry.data}" for entry in Entry.objects.filter(actor__in=(dolores, helper)))
    assert "chase" in text
    assert [word for word in ("Okonkwo", "123.45", "Dolores", "2026-11") if word in text] == []
