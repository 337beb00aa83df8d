"""Who keeps the facts hears of those whose check is due: one message a batch, until the last of it is checked."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.core import mail as outbox

from accounts.models import User
from facts import tasks
from facts.actions import add_fact, change_fact, confirm_fact, remove_fact
from facts.models import Fact
from facts.notices import STALE, check_is_done, owe_stale_facts
from notices import engine
from notices.models import Notice, State

CHECKED = date(2026, 9, 2)
LAST_FRESH = date(2026, 12, 1)  # 90 days after
FIRST_STALE_MORNING = datetime(2026, 12, 2, 13, tzinfo=UTC)  # a Wednesday, 08:00 in New York
FIELDS = {
    "kind": "money",
    "value": "100",
    "source": "The society",
    "confidence": "official",
    "confirm_with": "the society",
    "recheck_after_days": 90,
    "checked_on": CHECKED,
}


@pytest.fixture
def keeper(chidi: User) -> User:
    chidi.user_permissions.add(Permission.objects.get(codename="change_fact"))
    return User.objects.get(pk=chidi.pk)


@pytest.fixture
def fact(amina: User) -> Fact:
    Fact.objects.update(recheck_on=date(2099, 1, 1))  # the portal's own are not of this test
    return new(amina, 1)


def new(by: User, number: int) -> Fact:
    return add_fact(by=by, key=f"test.fee{number}", label=f"Fee {number}", **FIELDS)


def owe_on(day: date) -> None:
    with time_machine.travel(datetime.combine(day, datetime.min.time(), UTC) + timedelta(hours=9), tick=False):
        owe_stale_facts()


def send(now: datetime) -> None:
    with time_machine.travel(now, tick=False):
        engine.send_to(engine.people_due(now), now)


def states() -> list[str]:
    return list(Notice.objects.filter(kind=STALE).order_by("pk").values_list("state", flat=True))


def test_a_keeper_hears_of_it_on_the_first_stale_day(keeper: User, fact: Fact) -> None:
    owe_on(LAST_FRESH - timedelta(days=29))
    notice = Notice.objects.get()
    assert (notice.person, notice.due_on) == (keeper, date(2026, 12, 2))
    send(FIRST_STALE_MORNING - timedelta(days=1))
    assert outbox.outbox == []
    send(FIRST_STALE_MORNING)
    body = outbox.outbox[0].body
    assert outbox.outbox[0].subject == "Figures of the portal are due for a check"
    assert "due on 1 December 2026: Fee 1." in body
    assert "/admin/facts/fact/?show=stale" in body
    assert "Why you get this: keeping the portal's facts is part of your role." in body


def test_nothing_is_owed_more_than_a_month_ahead(keeper: User, fact: Fact) -> None:
    owe_on(LAST_FRESH - timedelta(days=31))
    assert states() == []


def test_owing_again_owes_nothing_more(keeper: User, fact: Fact) -> None:
    for day in (LAST_FRESH, LAST_FRESH, LAST_FRESH + timedelta(days=3)):
        owe_on(day)
    assert states() == [State.OWED]


def test_a_batch_is_one_message_that_names_a_few(keeper: User, fact: Fact, amina: User) -> None:
    for number in range(2, 9):
        new(amina, number)
    owe_on(LAST_FRESH)
    assert states() == [State.OWED]
    send(FIRST_STALE_MORNING)
    assert "Fee 1; Fee 2; Fee 3; Fee 4; Fee 5; and 3 more." in outbox.outbox[0].body


def test_it_is_said_again_after_two_and_four_weeks_and_then_stops(keeper: User, fact: Fact) -> None:
    owe_on(LAST_FRESH)
    for days in range(0, 60):
        send(FIRST_STALE_MORNING + timedelta(days=days))
    sent = Notice.objects.filter(state=State.IN_MAIL).order_by("step").values_list("due_on", flat=True)
    assert list(sent) == [date(2026, 12, 2), date(2026, 12, 16), date(2027, 1, 1)]
    assert len(outbox.outbox) == 3


@pytest.mark.parametrize("act", ["confirm", "change", "remove"])
def test_when_the_last_of_a_batch_is_done_nobody_is_told(keeper: User, fact: Fact, amina: User, act: str) -> None:
    other = new(amina, 2)
    owe_on(LAST_FRESH)
    confirm_fact(fact=other, by=amina)
    assert states() == [State.OWED]
    if act == "confirm":
        confirm_fact(fact=fact, by=amina)
    elif act == "change":
        change_fact(fact=fact, by=amina, recheck_after_days=365)
    else:
        remove_fact(fact=fact, by=amina)
    assert states() == [State.WITHDRAWN]


def test_a_correction_without_a_new_check_leaves_it_owed(keeper: User, fact: Fact, amina: User) -> None:
    owe_on(LAST_FRESH)
    change_fact(fact=fact, by=amina, label="The fee")
    assert states() == [State.OWED]


def test_a_check_in_the_last_minute_is_seen_at_the_time_of_sending(keeper: User, fact: Fact) -> None:
    owe_on(LAST_FRESH)
    Fact.objects.filter(pk=fact.pk).update(recheck_on=date(2027, 3, 1))
    send(FIRST_STALE_MORNING)
    assert (states(), outbox.outbox) == ([State.WITHDRAWN], [])


def test_who_keeps_facts_no_longer_hears_nothing(keeper: User, fact: Fact) -> None:
    owe_on(LAST_FRESH)
    keeper.user_permissions.clear()
    send(FIRST_STALE_MORNING)
    assert (states(), outbox.outbox) == ([State.WITHDRAWN], [])


def test_the_next_check_is_owed_anew(keeper: User, fact: Fact, amina: User) -> None:
    owe_on(LAST_FRESH)
    change_fact(fact=fact, by=amina, checked_on=date(2026, 12, 2))
    owe_on(date(2027, 3, 1))
    assert list(Notice.objects.filter(state=State.OWED).values_list("due_on", flat=True)) == [date(2027, 3, 3)]


def test_who_may_do_everything_is_asked_only_while_nobody_has_the_task(
    amina: User, dolores: User, chidi: User, fact: Fact
) -> None:
    owe_on(LAST_FRESH)
    assert Notice.objects.get().person == amina
    Notice.objects.all().delete()
    chidi.user_permissions.add(Permission.objects.get(codename="change_fact"))
    dolores.user_permissions.add(Permission.objects.get(codename="change_fact"))  # not staff
    owe_on(LAST_FRESH)
    assert Notice.objects.get().person == chidi


def test_whoever_left_is_owed_nothing(keeper: User, fact: Fact) -> None:
    User.objects.update(is_active=False)
    owe_on(LAST_FRESH)
    assert states() == []


def test_other_batches_stay_owed(keeper: User, fact: Fact) -> None:
    owe_on(LAST_FRESH)
    check_is_done(LAST_FRESH - timedelta(days=1))
    assert states() == [State.OWED]


def test_the_task_owes(keeper: User, fact: Fact) -> None:
    with time_machine.travel(FIRST_STALE_MORNING, tick=False):
        tasks.owe_notices()
    assert states() == [State.OWED]
