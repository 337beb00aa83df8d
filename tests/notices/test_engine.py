from datetime import UTC, date, datetime

from django.core import mail as outbox

from accounts.models import User
from notices import actions, engine
from notices.models import Mail, Notice, State

TUESDAY = date(2026, 12, 1)
TUESDAY_MORNING_IN_NEW_YORK = datetime(2026, 12, 1, 13, 0, tzinfo=UTC)


def send_all(now: datetime) -> int:
    return engine.send_to(engine.people_due(now), now)


def test_everything_due_comes_in_one_mail(gustavo: User) -> None:
    for number in range(3):
        actions.owe(kind="test.waiting", person=gustavo, about=f"file:{number}", due_on=TUESDAY)
    assert send_all(TUESDAY_MORNING_IN_NEW_YORK) == 1
    assert len(outbox.outbox) == 1
    assert set(Notice.objects.filter(due_on=TUESDAY).values_list("state", flat=True)) == {State.IN_MAIL}


def test_not_before_the_persons_own_morning(gustavo: User, farida: User) -> None:
    for person in (gustavo, farida):
        actions.owe(kind="test.waiting", person=person, about="file:1", due_on=TUESDAY)
    assert send_all(datetime(2026, 12, 1, 3, 0, tzinfo=UTC)) == 1  # 08:00 in Karachi
    assert Mail.objects.get().person == farida


def test_a_poisoned_notice_stops_nobody(gustavo: User, farida: User) -> None:
    actions.owe(kind="test.waiting", person=gustavo, about="poison:1", due_on=TUESDAY)
    actions.owe(kind="test.waiting", person=gustavo, about="file:1", due_on=TUESDAY)
    assert send_all(TUESDAY_MORNING_IN_NEW_YORK) == 1
    assert Notice.objects.get(about="poison:1").state == State.FAILED


def test_the_next_step_is_owed_and_only_once(gustavo: User) -> None:
    actions.owe(kind="test.waiting", person=gustavo, about="file:1", due_on=TUESDAY)
    send_all(TUESDAY_MORNING_IN_NEW_YORK)
    send_all(TUESDAY_MORNING_IN_NEW_YORK)
    assert list(Notice.objects.order_by("due_on").values_list("due_on", "step")) == [
        (TUESDAY, 0),
        (date(2026, 12, 31), 1),
    ]
