"""What each answer of a real mail server means for the mail, the address and the others in the batch."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from accounts.models import User
from audit.models import Entry
from notices import actions, engine
from notices.models import BadAddress, Mail, MailState, Notice, State
from scripts.processes import free_port
from tests.notices.smtp import Sink

TUESDAY = date(2026, 12, 1)
MORNING = datetime(2026, 12, 1, 13, 0, tzinfo=UTC)
BERTHA = "bertha@member.example"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(MORNING, tick=False) as traveller:
        yield traveller


@pytest.fixture
def five(db: None) -> list[User]:
    """Each is owed one thing; Bertha is the second."""
    names = ("anna", "bertha", "carla", "dora", "emma")
    people = [User.objects.create_user(f"{name}@member.example", full_name=name.title()) for name in names]
    for person in people:
        actions.owe(kind="test.once", person=person, about="file:1", due_on=TUESDAY)
    return people


def send(people: list[User]) -> int:
    return engine.send_to([person.pk for person in people])


def bertha() -> Mail:
    return Mail.objects.get(person__email=BERTHA)


def state_of_the_others() -> set[str]:
    return set(Mail.objects.exclude(person__email=BERTHA).values_list("state", flat=True))


def test_taken(sink: Sink, five: list[User]) -> None:
    assert send(five) == 5
    assert sorted(sink.recipients) == sorted(person.email for person in five)
    assert set(Mail.objects.values_list("state", "tries")) == {(MailState.SENT, 1)}


def test_one_connection_for_the_whole_batch(sink: Sink, five: list[User]) -> None:
    send(five)
    assert sink.connections == 1


def test_what_arrives_is_what_was_written(sink: Sink, five: list[User]) -> None:
    send(five[:1])
    (mail,) = sink.mails
    kept = Mail.objects.get()
    assert (mail["Message-ID"], mail["Subject"]) == (kept.message_id, kept.subject)
    assert mail.get_body(("plain",)).get_content().split() == kept.text.split()


# ------------------------------------------------------------------------------------------------ not now
@pytest.mark.parametrize("where", ["at_recipient", "at_end"])
@pytest.mark.parametrize("answer", ["450 4.2.1 Try later", "451 4.7.1 Greylisted", "452 4.2.2 Mailbox full"])
def test_a_temporary_refusal_is_tried_again_and_the_others_go_out(
    sink: Sink, five: list[User], clock: time_machine.Traveller, where: str, answer: str
) -> None:
    getattr(sink, where)[BERTHA] = [answer]
    assert send(five) == 4
    assert (bertha().state, bertha().tries, answer[4:] in bertha().problem) == (MailState.READY, 1, True)
    assert not BadAddress.objects.exists()
    clock.shift(engine.RETRY_AFTER[0])
    assert engine.send_waiting() == 1
    assert (bertha().state, bertha().tries, bertha().problem) == (MailState.SENT, 2, "")


def test_each_try_waits_longer_and_at_last_it_is_given_up(
    sink: Sink, five: list[User], clock: time_machine.Traveller
) -> None:
    sink.at_end[BERTHA] = ["451 4.3.0 Not now"] * 10
    send(five[1:2])
    waits = []
    while bertha().state == MailState.READY:
        waits.append(bertha().next_try_at - datetime.now(UTC))
        assert engine.send_waiting() == 0  # not before its time
        clock.move_to(bertha().next_try_at)
        engine.send_waiting()
    assert waits == list(engine.RETRY_AFTER)
    assert waits == sorted(set(waits))
    assert (bertha().state, bertha().tries) == (MailState.GIVEN_UP, 6)
    assert "Not now" in bertha().problem
    assert len(sink.at_end[BERTHA]) == 4


@pytest.mark.parametrize("where", ["at_recipient", "at_end"])
def test_a_server_that_leaves_is_left_alone_until_the_lease_is_over(
    sink: Sink, five: list[User], clock: time_machine.Traveller, where: str
) -> None:
    getattr(sink, where)[BERTHA] = ["421 4.3.2 Shutting down"]
    assert send(five) == 1
    assert sink.connections == 1
    assert (bertha().tries, "421" in bertha().problem) == (0, True)
    assert engine.send_waiting() == 0
    clock.shift(timedelta(minutes=10))
    assert engine.send_waiting() == 4
    assert len(sink.mails) == 5


def test_nobody_listens(five: list[User], settings, clock: time_machine.Traveller) -> None:
    """For a week, with a run every quarter of an hour: nothing is lost, and nothing is given up."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    assert send(five) == 0
    for _ in range(7 * 24 * 4):
        clock.shift(timedelta(minutes=15))
        assert engine.send_waiting() == 0
    assert set(Mail.objects.values_list("state", flat=True)) == {MailState.READY}
    assert "Connection refused" in Mail.objects.exclude(problem="").first().problem
    with Sink() as back:
        settings.EMAIL_PORT = back.port
        clock.shift(timedelta(minutes=15))
        assert engine.send_waiting() == 5


def test_a_sender_the_server_does_not_want_is_no_fault_of_the_mails(
    sink: Sink, five: list[User], clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*arguments: object) -> str:
        return "550 5.7.1 You may not send"

    monkeypatch.setattr(Sink, "handle_MAIL", refuse, raising=False)
    assert send(five) == 0
    assert sink.connections == 1
    assert set(Mail.objects.values_list("state", "tries")) == {(MailState.READY, 0)}
    assert not BadAddress.objects.exists()
    monkeypatch.delattr(Sink, "handle_MAIL")
    clock.shift(timedelta(minutes=10))
    assert engine.send_waiting() == 5


# ------------------------------------------------------------------------------------------------ never
@pytest.mark.parametrize("answer", ["550 5.1.1 No such user", "551 5.1.6 Moved", "553 5.1.3 Bad name", "550 Unknown"])
def test_an_address_that_refuses_for_good_is_held(sink: Sink, five: list[User], answer: str) -> None:
    later = actions.owe(kind="test.once", person=five[1], about="file:2", due_on=date(2026, 12, 10))
    sink.at_recipient[BERTHA] = [answer]
    assert send(five) == 4
    assert (bertha().state, bertha().tries) == (MailState.REFUSED, 1)
    assert BadAddress.objects.get().address == BERTHA
    assert set(Notice.objects.filter(person=five[1]).values_list("state", flat=True)) == {State.HELD}
    actions.owe(kind="test.once", person=five[1], about="file:3", due_on=TUESDAY)
    assert send(five) == 0
    assert Notice.objects.get(about="file:3").state == State.HELD
    assert Notice.objects.get(pk=later.pk).state == State.HELD


def test_when_the_address_works_again_nothing_was_forgotten(
    sink: Sink, five: list[User], clock: time_machine.Traveller, amina: User
) -> None:
    sink.at_recipient[BERTHA] = ["550 5.1.1 No such user"]
    send(five)
    assert actions.clear_bad_address(address=BERTHA.upper(), by=amina) == 1
    clock.shift(timedelta(days=1))
    assert send(five) == 1
    verbs = list(Entry.objects.filter(subject_type="notices.badaddress").values_list("verb", "job", "actor"))
    assert verbs == [("address works again", "", amina.pk), ("address refuses mail", actions.DELIVERY, None)]
    assert not Entry.objects.filter(subject__contains="@").exists()


def test_a_new_address_gets_what_was_held(sink: Sink, five: list[User], clock: time_machine.Traveller) -> None:
    sink.at_recipient[BERTHA] = ["550 5.1.1 No such user"]
    send(five)
    assert actions.release() == 0
    five[1].email = "bertha@new.example"
    five[1].save()
    assert actions.release() == 1
    clock.shift(timedelta(days=1))
    assert send(five) == 1
    assert sink.recipients[-1] == "bertha@new.example"


@pytest.mark.parametrize("answer", ["552 5.3.4 Too big", "554 5.6.0 Bad content"])
def test_a_mail_refused_for_its_content_is_no_fault_of_the_address(sink: Sink, five: list[User], answer: str) -> None:
    sink.at_end[BERTHA] = [answer]
    assert send(five) == 4
    assert (bertha().state, answer[4:] in bertha().problem) == (MailState.REFUSED, True)
    assert not BadAddress.objects.exists()


@pytest.mark.parametrize("where", ["at_recipient", "at_end"])
@pytest.mark.parametrize("answer", ["550 5.7.1 Looks like spam", "554 5.7.1 Relay access denied"])
def test_a_policy_against_the_sender_is_tried_later_and_strikes_out_nobody(
    sink: Sink, five: list[User], where: str, answer: str
) -> None:
    getattr(sink, where)[BERTHA] = [answer]
    assert send(five) == 4
    assert (bertha().state, bertha().tries) == (MailState.READY, 1)
    assert not BadAddress.objects.exists()


def test_a_person_without_an_address_is_not_taken_for_served(sink: Sink, five: list[User]) -> None:
    User.objects.filter(pk=five[1].pk).update(email="")
    assert send(five) == 4
    assert Mail.objects.get(address="").state == MailState.REFUSED


# ------------------------------------------------------------------------------------------------ accidents
def test_a_server_that_breaks_off_one_mail_gets_the_others(
    sink: Sink, five: list[User], clock: time_machine.Traveller
) -> None:
    sink.dies_at = {BERTHA}
    assert send(five) == 4
    assert sink.connections == 2
    assert (bertha().state, bertha().tries) == (MailState.READY, 1)
    clock.shift(timedelta(minutes=10))
    assert engine.send_waiting() == 1


def test_a_server_that_breaks_off_two_in_a_row_is_left_alone(
    sink: Sink, five: list[User], clock: time_machine.Traveller
) -> None:
    sink.dies_at = {person.email for person in five}
    assert send(five) == 0
    assert len(sink.dies_at) == 3
    clock.shift(timedelta(minutes=10))
    sink.dies_at = set()
    assert engine.send_waiting() == 5


def test_a_server_that_dies_in_the_middle_of_a_batch(
    sink: Sink, five: list[User], clock: time_machine.Traveller
) -> None:
    stopper = threading.Thread(target=sink.stop)
    sink.after = {"carla@member.example": stopper.start}
    sent = send(five)
    stopper.join()
    assert 0 < sent < 5
    sink.start()
    clock.shift(timedelta(minutes=10))
    engine.send_waiting()
    assert len({mail["Message-ID"] for mail in sink.mails}) == 5
    assert set(Mail.objects.values_list("state", flat=True)) == {MailState.SENT}


def test_a_server_that_does_not_answer_holds_nobody_for_long(
    sink: Sink, five: list[User], clock: time_machine.Traveller, settings
) -> None:
    settings.EMAIL_TIMEOUT = 0.2
    sink.seconds_to_answer = 5
    assert send(five) == 0
    assert Mail.objects.filter(tries=0).count() == 3  # two silences in a row are enough
    sink.seconds_to_answer = 0
    clock.shift(timedelta(minutes=10))
    assert engine.send_waiting() == 5
