"""One digest a person and day; what is put off, held, dropped or set aside."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core import mail as outbox
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from notices import actions, engine, kinds, making
from notices.kinds import Kind, Words
from notices.models import BadAddress, Heartbeat, Mail, MailState, Notice, QuietPeriod, State
from tests.notices.conftest import ONCE, TRUTH

TUESDAY = date(2026, 12, 1)
MORNING = datetime(2026, 12, 1, 13, 0, tzinfo=UTC)  # 08:00 in New York
KARACHI_MORNING = datetime(2026, 12, 1, 3, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MORNING, tick=False) as traveller:
        yield traveller


def owe(person: User, about: str = "file:1", kind: str = "test.once", due_on: date = TUESDAY) -> Notice:
    return actions.owe(kind=kind, person=person, about=about, due_on=due_on)


def send_all() -> int:
    now = datetime.now(UTC)
    return engine.send_to(engine.people_due(now), now)


def states() -> dict[str, str]:
    return dict(Notice.objects.values_list("about", "state"))


# ------------------------------------------------------------------------------------------------ one digest a day
def test_everything_due_comes_in_one_mail(gustavo: User) -> None:
    for number in range(3):
        owe(gustavo, f"file:{number}")
    assert send_all() == 1
    assert len(outbox.outbox) == 1
    assert set(states().values()) == {State.IN_MAIL}
    assert send_all() == 0


def test_what_comes_up_after_the_digest_waits_for_the_next_morning(
    gustavo: User, clock: time_machine.Traveller
) -> None:
    owe(gustavo, "file:1")
    send_all()
    owe(gustavo, "file:2")
    assert send_all() == 0
    assert Notice.objects.get(about="file:2").send_after == MORNING + timedelta(days=1)
    clock.move_to(MORNING + timedelta(days=1))
    assert send_all() == 1


def test_the_database_refuses_a_second_digest_of_a_day(gustavo: User) -> None:
    owe(gustavo)
    send_all()
    mail = Mail.objects.get()
    mail.pk, mail.message_id = None, "<another@portal>"
    with pytest.raises(IntegrityError), transaction.atomic():
        mail.save(force_insert=True)


def test_after_an_outage_everything_still_true_comes_in_one_digest(
    gustavo: User, clock: time_machine.Traveller
) -> None:
    for number in range(5):
        owe(gustavo, f"file:{number}", due_on=TUESDAY + timedelta(days=number))
    TRUTH["file:3"] = False
    clock.move_to(MORNING + timedelta(days=20))
    assert send_all() == 1
    assert len(outbox.outbox) == 1
    assert states()["file:3"] == State.WITHDRAWN
    assert Mail.objects.get().notices.count() == 4


def test_nothing_true_any_more_is_no_mail(gustavo: User) -> None:
    owe(gustavo)
    TRUTH["file:1"] = False
    assert send_all() == 0
    assert not Mail.objects.exists()


# ------------------------------------------------------------------------------------------------ when
def test_not_before_the_persons_own_morning(gustavo: User, farida: User, clock: time_machine.Traveller) -> None:
    clock.move_to(KARACHI_MORNING)
    owe(gustavo), owe(farida)
    assert send_all() == 1
    assert Mail.objects.get().person == farida


def test_a_late_run_does_not_write_at_night(gustavo: User, clock: time_machine.Traveller) -> None:
    owe(gustavo)
    clock.move_to(datetime(2026, 12, 2, 3, 0, tzinfo=UTC))  # 22:00 in New York
    assert send_all() == 0
    assert Notice.objects.get().send_after == MORNING + timedelta(days=1)


def test_a_quiet_period_of_today_defers_and_does_not_drop(gustavo: User, clock: time_machine.Traveller) -> None:
    owe(gustavo)
    QuietPeriod.objects.create(person=gustavo, first_day=TUESDAY, last_day=date(2026, 12, 8))
    assert send_all() == 0
    clock.move_to(datetime(2026, 12, 9, 13, tzinfo=UTC))
    assert send_all() == 1


def test_a_kind_for_any_day_comes_on_a_sunday(gustavo: User, clock: time_machine.Traveller) -> None:
    kinds.declare(Kind("test.sunday", "x", "x", lambda notice: True, ONCE.words, any_day=True))
    owe(gustavo, "file:1"), owe(gustavo, "file:2", kind="test.sunday", due_on=date(2026, 12, 6))
    Notice.objects.filter(about="file:1").update(send_after=datetime(2026, 12, 5, 13, tzinfo=UTC))
    clock.move_to(datetime(2026, 12, 6, 13, tzinfo=UTC))
    assert send_all() == 1
    assert states() == {"file:1": State.OWED, "file:2": State.IN_MAIL}


# ------------------------------------------------------------------------------------------------ transactional
def test_a_transactional_one_goes_at_once_by_itself_at_night(gustavo: User, clock: time_machine.Traveller) -> None:
    clock.move_to(datetime(2026, 12, 6, 7, 0, tzinfo=UTC))  # Sunday, 02:00
    notice = owe(gustavo, kind="test.now")
    assert engine.send_at_once(notice.pk) == 1
    assert engine.send_at_once(notice.pk) == 0
    assert Mail.objects.get().digest_day is None


def test_a_transactional_one_whose_task_was_lost_goes_with_the_next_run(
    gustavo: User, clock: time_machine.Traveller
) -> None:
    clock.move_to(datetime(2026, 12, 6, 7, 0, tzinfo=UTC))
    owe(gustavo, kind="test.now"), owe(gustavo, "file:2", kind="test.now")
    assert send_all() == 2
    assert not Mail.objects.exclude(digest_day=None).exists()


def test_a_transactional_one_said_once_more_is_a_mail_of_its_own(gustavo: User, amina: User) -> None:
    notice = owe(gustavo, kind="test.now")
    engine.send_at_once(notice.pk)
    actions.try_again(notice=notice, by=amina)
    assert engine.send_at_once(notice.pk) == 1
    assert len({mail.message_id for mail in Mail.objects.all()}) == 2


def test_a_transactional_one_is_held_too_where_the_address_is_bad(gustavo: User) -> None:
    BadAddress.objects.create(address=gustavo.email, problem="550")
    assert engine.send_at_once(owe(gustavo, kind="test.now").pk) == 0
    assert states() == {"file:1": State.HELD}


# ------------------------------------------------------------------------------------------------ set aside
def test_a_poisoned_notice_stops_nobody(gustavo: User, farida: User) -> None:
    owe(gustavo, "poison:1"), owe(gustavo, "file:1"), owe(farida, "file:2")
    assert send_all() == 2
    assert states() == {"poison:1": State.FAILED, "file:1": State.IN_MAIL, "file:2": State.IN_MAIL}
    assert "cannot be written" in Notice.objects.get(about="poison:1").problem


def _broken(name: str, **how) -> None:
    plain = {"label": "x", "why": "x", "still_true": lambda notice: True, "words": ONCE.words}
    kinds.declare(Kind(name, **plain | how))


def _break_the_transaction(notice: Notice) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM there_is_no_such_table")
    return True


def _words(**changed: object):
    return lambda notice: Words(**{"heading": "A", "paragraphs": ("b",), "what_next": "c"} | changed)


@pytest.mark.parametrize(
    "how",
    [
        {"still_true": _break_the_transaction},
        {"words": _words(heading="Hello\r\nBcc: everybody@example.org")},
        {"words": _words(heading="x" * 500)},
        {"words": _words(heading=" ")},
        {"words": _words(heading="About Gustavo Lima")},
        {"words": _words(link="https://elsewhere.example/")},
        {"words": _words(link="//elsewhere.example/")},
        {"words": _words(what_next="\x00")},
        {"words": _words(what_next="\ud800")},
        {"text_template": "emails/there_is_none.txt"},
        {"html_template": "emails/there_is_none.html"},
        {"words": lambda notice: None},
        {"tell_staff": _break_the_transaction, "escalation": (30,)},
    ],
)
def test_whatever_is_wrong_with_a_kind_only_its_own_fail(gustavo: User, farida: User, how: dict) -> None:
    _broken("test.broken", **how)
    bad = owe(gustavo, "bad", kind="test.broken")
    Notice.objects.filter(pk=bad.pk).update(step=1)
    owe(gustavo, "good:1"), owe(farida, "good:2")
    assert send_all() == 2
    assert states() == {"bad": State.FAILED, "good:1": State.IN_MAIL, "good:2": State.IN_MAIL}
    assert Notice.objects.get(about="bad").problem


def test_a_mail_that_cannot_be_put_together_fails_alone(
    gustavo: User, farida: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill(mail: Mail, items: list) -> None:
        if mail.person == gustavo:
            raise RuntimeError("the frame is broken")
        real(mail, items)

    real = making.fill
    monkeypatch.setattr(making, "fill", fill)
    owe(gustavo, "bad"), owe(farida, "good")
    assert send_all() == 1
    assert states() == {"bad": State.FAILED, "good": State.IN_MAIL}


def test_a_kind_that_is_gone_is_set_aside(gustavo: User) -> None:
    Notice.objects.create(kind="gone", person=gustavo, about="old", due_on=TUESDAY, send_after=MORNING)
    owe(gustavo)
    assert send_all() == 1
    assert states() == {"old": State.FAILED, "file:1": State.IN_MAIL}


def test_accounts_that_are_closed_get_nothing_and_stand_in_nobodys_way(
    gustavo: User, farida: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(8):
        owe(farida, f"file:{number}")
    owe(gustavo)
    farida.is_active = False
    farida.save()
    assert engine.people_due(MORNING, limit=1) == [gustavo.pk]
    assert engine.send_to([gustavo.pk, farida.pk]) == 1


# ------------------------------------------------------------------------------------------------ the worker that died
def test_a_mail_whose_worker_died_goes_after_its_lease(gustavo: User, clock: time_machine.Traveller) -> None:
    owe(gustavo)
    making.make_mails(Notice.objects.due(), MORNING)
    assert engine.send_waiting() == 0
    clock.shift(making.lease())
    assert engine.send_waiting() == 1
    assert engine.send_waiting() == 0


def test_a_worker_that_is_too_slow_loses_its_mails_to_a_faster_one(
    gustavo: User, clock: time_machine.Traveller
) -> None:
    owe(gustavo)
    slow = making.make_mails(Notice.objects.due(), MORNING)
    clock.shift(making.lease())
    assert engine.send_waiting() == 1
    assert engine._deliver_all(slow) == 0
    assert len(outbox.outbox) == 1


def test_half_a_lease_is_enough_to_send_without_asking_again(
    gustavo: User, clock: time_machine.Traveller, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    owe(gustavo)
    mails = making.make_mails(Notice.objects.due(), MORNING)
    with django_assert_num_queries(1):
        assert engine._deliver_all(mails) == 1


def test_a_batch_asks_the_database_as_often_for_ten_people_as_for_two(
    db: None,
) -> None:
    """Besides marking each mail as sent."""
    people = [User.objects.create_user(f"person{n}@member.example", full_name=f"P {n}") for n in range(12)]
    for person in people:
        owe(person, "file:1", kind="test.waiting"), owe(person, "file:2", kind="test.waiting")
    counts = []
    for some in (people[:2], people[2:]):
        with CaptureQueriesContext(connection) as asked:
            engine.send_to([person.pk for person in some])
        counts.append(len(asked) - len(some))
    assert counts[0] == counts[1] <= 12


# ------------------------------------------------------------------------------------------------ the heartbeat
def test_silence_is_alarming_after_a_quarter_of_an_hour(clock: time_machine.Traveller) -> None:
    actions.beat()
    actions.beat()
    clock.shift(timedelta(minutes=15))
    assert not Heartbeat.objects.get().is_silent
    clock.shift(timedelta(seconds=1))
    assert Heartbeat.objects.get().is_silent


def test_a_mail_is_kept_as_sent(gustavo: User) -> None:
    owe(gustavo)
    send_all()
    mail = Mail.objects.get()
    assert (mail.state, mail.sent_at, mail.tries) == (MailState.SENT, MORNING, 1)
    assert Notice.objects.get().heading == "Your file has waited"
