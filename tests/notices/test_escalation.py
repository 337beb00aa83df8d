"""Said again on day 30, 60 and 90; with the last one staff are told; then it stops. Most answers end it."""

import itertools
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core import mail as outbox

from accounts.models import User
from notices import actions, engine, kinds
from notices.kinds import Kind
from notices.models import Answer, Mail, Notice, QuietPeriod, State
from tests.notices.conftest import ANSWERS, TOLD_STAFF, TRUTH, WAITING

FIRST = date(2026, 9, 1)
MORNING = datetime(2026, 9, 1, 12, 30, tzinfo=UTC)  # 08:30 in New York, in summer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MORNING, tick=False) as traveller:
        yield traveller


@pytest.fixture
def owed(gustavo: User) -> Notice:
    kinds.declare(
        Kind(
            "test.months",
            WAITING.label,
            WAITING.why,
            WAITING.still_true,
            WAITING.words,
            escalation=(30, 60, 90),
            tell_staff=WAITING.tell_staff,
            answers=WAITING.answers,
        )
    )
    return actions.owe(kind="test.months", person=gustavo, about="file:1", due_on=FIRST)


def run_for(clock: time_machine.Traveller, days: int) -> list[int]:
    """Every day at 08:30 or so; the days after the first on which a mail went out."""
    sent = []
    for day in range(days):
        clock.move_to(MORNING + timedelta(days=day, hours=1))
        if engine.send_to(engine.people_due(datetime.now(UTC))):
            sent.append(day)
    return sent


def test_thirty_sixty_ninety_then_staff_then_silence(owed: Notice, clock: time_machine.Traveller) -> None:
    # Day 60 is a Saturday, so it is said on the Monday; day 90 is counted from the first one all the same.
    assert run_for(clock, 300) == [0, 30, 62, 90]
    assert TOLD_STAFF == ["file:1"]
    assert list(Notice.objects.order_by("step").values_list("step", "state")) == [(n, State.IN_MAIL) for n in range(4)]


def test_the_mail_says_when_it_is_said_again_and_which_is_the_last(owed: Notice, clock: time_machine.Traveller) -> None:
    run_for(clock, 100)
    first, *_, last = (mail.body for mail in outbox.outbox)
    assert "you hear from us again on 1 October 2026." in first
    assert "This is the last reminder; the society's staff are told as well." in last


def test_later_steps_stand_under_the_first_mail(owed: Notice, clock: time_machine.Traveller) -> None:
    run_for(clock, 100)
    first, *later = (mail.extra_headers for mail in outbox.outbox)
    assert "In-Reply-To" not in first
    assert {headers["In-Reply-To"] for headers in later} == {first["Message-ID"]}


def test_the_last_one_said_once_more_tells_staff_only_once(
    owed: Notice, amina: User, clock: time_machine.Traveller
) -> None:
    run_for(clock, 91)
    actions.try_again(notice=Notice.objects.get(step=3), by=amina)
    assert run_for(clock, 300) == [91]
    assert TOLD_STAFF == ["file:1"]


def test_the_first_one_said_once_more_begins_no_second_row_of_reminders(
    owed: Notice, amina: User, clock: time_machine.Traveller
) -> None:
    run_for(clock, 21)
    actions.try_again(notice=owed, by=amina)
    assert run_for(clock, 60) == [20, 30]


def test_done_in_the_portal_ends_it(owed: Notice, clock: time_machine.Traveller) -> None:
    run_for(clock, 20)
    TRUTH["file:1"] = False
    assert run_for(clock, 300) == []
    assert TOLD_STAFF == []


def test_withdrawn_ends_it(owed: Notice, clock: time_machine.Traveller) -> None:
    run_for(clock, 40)
    actions.withdraw(about="file:1")
    assert run_for(clock, 300) == []


@pytest.mark.parametrize("answer", [Answer.DONE, Answer.STUCK])
def test_an_answer_ends_it(owed: Notice, clock: time_machine.Traveller, answer: str) -> None:
    run_for(clock, 5)
    actions.answer(notice=owed, answer=answer)
    assert run_for(clock, 300) == []
    assert [(answer, "file:1")] == ANSWERS


def test_still_waiting_does_not(owed: Notice, clock: time_machine.Traveller) -> None:
    run_for(clock, 5)
    actions.answer(notice=owed, answer=Answer.WAITING)
    assert run_for(clock, 300) == [30, 62, 90]


def test_remind_me_on_a_day_comes_on_that_day_and_goes_on_from_there(
    owed: Notice, clock: time_machine.Traveller
) -> None:
    run_for(clock, 2)
    actions.answer(notice=owed, answer=Answer.REMIND, data={"until": FIRST + timedelta(days=50)})
    # Day 30 was a day of the old row; a whole step later is day 80, then 90 is planned but only ten days off: 110.
    assert run_for(clock, 50) == []
    sent = run_for(clock, 300)
    assert sent[0] == 50
    gaps = [after - before for before, after in itertools.pairwise(sent)]
    assert all(15 <= gap <= 33 for gap in gaps)
    assert len(sent) == 4


def test_said_very_late_the_next_one_is_not_the_next_day(owed: Notice, clock: time_machine.Traveller) -> None:
    """The first was held up for 40 days by a quiet period."""
    QuietPeriod.objects.create(person=owed.person, first_day=FIRST, last_day=FIRST + timedelta(days=40))
    sent = run_for(clock, 300)
    assert sent[0] == 42  # day 41 is Columbus Day
    assert all(after - before >= 15 for before, after in itertools.pairwise(sent))


def test_two_things_of_one_mail_stay_one_thread(gustavo: User, owed: Notice, clock: time_machine.Traveller) -> None:
    actions.owe(kind="test.months", person=gustavo, about="file:2", due_on=FIRST)
    run_for(clock, 31)
    first, second = Mail.objects.order_by("pk")
    assert second.in_reply_to == first.message_id


def test_things_of_two_mails_are_a_new_thread(gustavo: User, owed: Notice, clock: time_machine.Traveller) -> None:
    actions.owe(kind="test.months", person=gustavo, about="file:2", due_on=FIRST + timedelta(days=1))
    run_for(clock, 2)
    clock.move_to(MORNING + timedelta(days=34))
    engine.send_to([gustavo.pk])
    assert Mail.objects.latest("pk").notices.count() == 2
    assert Mail.objects.latest("pk").in_reply_to == ""
