"""Reminders of mentoring, and what the buttons in its mails do."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail as outbox
from django.test import Client

from mentoring import kinds, tasks
from mentoring.meeting_actions import log_meeting
from mentoring.models import Mentee, Mentor, Pair, PairStatus
from mentoring.pair_actions import accept, end
from notices.actions import add_quiet_period
from notices.models import Notice, State

from .notice_scenes import MENTEE, MENTOR, mail_of, page_of, press, send_all, token
from .pair_rows import TUESDAY, a_pair, a_proposal, owed, staff
from .people_rows import a_mentee, a_mentor

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(TUESDAY, tick=False) as traveller:
        yield traveller


# ------------------------------------------------------------------------------------------------ reminders
def test_a_mentor_is_reminded_on_the_fourth_day_and_not_after_an_answer(clock: time_machine.Traveller) -> None:
    pair, other = a_proposal(), a_proposal(a_mentor("Ines Costa"), a_mentee("Olu Ade"))
    send_all()
    assert owed(kinds.PROPOSED) == [("Amir Khan", "2026-12-05"), ("Ines Costa", "2026-12-05")]
    accept(pair=pair, by=pair.mentor.person)
    clock.move_to(TUESDAY + timedelta(days=6))  # Monday: the 5th is a Saturday
    send_all()
    reminders = Notice.objects.filter(kind=kinds.PROPOSED, step=1)
    assert {one.person.full_name: one.state for one in reminders} == {
        "Amir Khan": State.WITHDRAWN, "Ines Costa": State.IN_MAIL,
    }  # fmt: skip
    assert other.status == PairStatus.PROPOSED


def test_the_first_mail_waits_until_a_quiet_period_is_over(clock: time_machine.Traveller) -> None:
    mentor = a_mentor()
    add_quiet_period(person=mentor.person, first_day=date(2026, 11, 30), last_day=date(2026, 12, 6))
    pair = a_proposal(mentor)
    send_all()
    assert Notice.objects.get(kind=kinds.PROPOSED).state == State.OWED
    clock.move_to(TUESDAY + timedelta(days=6))
    assert "please answer by 13 December 2026" in mail_of(kinds.PROPOSED, MENTOR)
    assert pair.answer_by == date(2026, 12, 13)


# ------------------------------------------------------------------------------------------------ answers from mails
def test_a_proposal_is_answered_from_the_mail_with_words_of_its_own(clock: Any) -> None:
    pair = a_proposal()
    send_all()
    assert "Yes, I will be the mentor / No, not this time / Remind me on a day" in outbox.outbox[-1].body
    page = Client().get(page_of(kinds.PROPOSED, MENTOR)).content.decode()
    assert "Yes, I will be the mentor" in page
    pair.refresh_from_db()
    assert pair.status == PairStatus.PROPOSED  # opening it changed nothing
    assert "Your answer: Yes, I will be the mentor." in press(kinds.PROPOSED, MENTOR, "yes").content.decode()
    pair.refresh_from_db()
    assert pair.status == PairStatus.ACTIVE


def test_a_no_from_the_mail(clock: Any) -> None:
    pair = a_proposal()
    send_all()
    press(kinds.PROPOSED, MENTOR, "no")
    pair.refresh_from_db()
    assert pair.status == PairStatus.DECLINED


def test_a_yes_from_the_mail_that_comes_too_late_says_so(clock: time_machine.Traveller) -> None:
    pair = a_proposal()
    send_all()
    clock.move_to(TUESDAY + timedelta(days=8))
    response = press(kinds.PROPOSED, MENTOR, "yes")
    assert (response.status_code, "The time to answer is over" in response.content.decode()) == (422, True)
    pair.refresh_from_db()
    assert pair.status == PairStatus.PROPOSED


def test_nobody_is_reminded_of_a_proposal_after_its_last_day(clock: Any) -> None:
    a_proposal()
    send_all()
    late = press(kinds.PROPOSED, MENTOR, "remind", until="2026-12-09")
    assert "Choose a day by 8 December 2026" in late.content.decode()
    assert press(kinds.PROPOSED, MENTOR, "remind", until="2026-12-08").status_code == 200
    assert owed(kinds.PROPOSED) == [("Amir Khan", "2026-12-08")]


def test_one_button_says_that_they_met(clock: time_machine.Traveller) -> None:
    pair = a_pair()
    clock.move_to(TUESDAY + timedelta(days=7))
    send_all()
    press(kinds.DID_YOU_MEET, MENTEE, "done")
    pair.refresh_from_db()
    assert pair.met_on == date(2026, 12, 8)
    assert owed(kinds.DID_YOU_MEET) == []


def test_not_yet_leaves_the_next_question_and_then_staff_hear_of_it(clock: time_machine.Traveller) -> None:
    staff()
    a_pair()
    clock.move_to(TUESDAY + timedelta(days=7))
    send_all()
    press(kinds.DID_YOU_MEET, MENTEE, "waiting")
    assert ("Mei Lin", "2026-12-15") in owed(kinds.DID_YOU_MEET)
    assert owed(kinds.NOT_MET) == []
    clock.move_to(TUESDAY + timedelta(days=14))
    send_all()
    assert owed(kinds.NOT_MET) == [("Amina Rahman", "2026-12-15")]


def follow_up(clock: time_machine.Traveller) -> Pair:
    pair = a_pair()
    clock.move_to(TUESDAY + timedelta(days=30))
    tasks.look_after_pairs()
    send_all()
    return pair


def test_a_meeting_is_noted_from_the_mail_in_one_line(clock: time_machine.Traveller) -> None:
    pair = follow_up(clock)
    line = {"on": "2026-12-20", "minutes": "40", "next_step": "Send the CV."}
    assert press(kinds.FOLLOW_UP, MENTEE, "done", **line).status_code == 200
    press(kinds.FOLLOW_UP, MENTOR, "done", on="2026-12-20", minutes="60", next_step="")
    meeting = pair.meetings.get()
    assert (meeting.minutes, meeting.next_step, meeting.written_by.email) == (40, "Send the CV.", MENTEE)
    pair.refresh_from_db()
    assert pair.met_on == date(2026, 12, 20)


@pytest.mark.parametrize(
    ("changed", "field", "sentence"),
    [
        ({"on": ""}, "on", "On which day did you meet?"),
        ({"on": "yesterday"}, "on", "Write a day that exists"),
        ({"on": "2027-01-15"}, "on", "Choose today or a day before it."),
        ({"minutes": ""}, "minutes", "How many minutes did you meet?"),
        ({"minutes": "lots"}, "minutes", "Write the minutes as a number."),
        ({"minutes": "2"}, "minutes", "from 5 to 600"),
    ],
)
def test_a_bad_line_says_what_is_wrong_beside_its_field(
    clock: time_machine.Traveller, changed: dict[str, str], field: str, sentence: str
) -> None:
    pair = follow_up(clock)
    response = press(kinds.FOLLOW_UP, MENTEE, "done", **{"on": "2026-12-20", "minutes": "40"} | changed)
    page = response.content.decode()
    assert response.status_code == 422
    assert sentence in page.partition(f'id="id_{field}_error"')[2].partition("</p>")[0]
    assert f'<a href="#id_{field}">' in page
    assert f'aria-describedby="id_{field}_error"' in page
    assert not pair.meetings.exists()


def test_a_bad_line_does_not_hinder_another_answer(clock: time_machine.Traveller) -> None:
    follow_up(clock)
    assert press(kinds.FOLLOW_UP, MENTEE, "waiting", on="nonsense", minutes="").status_code == 200


def test_a_day_before_the_pair_is_refused_with_the_reason(clock: time_machine.Traveller) -> None:
    pair = follow_up(clock)
    response = press(kinds.FOLLOW_UP, MENTEE, "done", on="2026-11-20", minutes="40")
    assert "Give a time since you became a pair" in response.content.decode()
    assert not pair.meetings.exists()


def test_stuck_reaches_the_coordinators_even_if_the_pair_ends(clock: time_machine.Traveller) -> None:
    staff()
    pair = follow_up(clock)
    press(kinds.FOLLOW_UP, MENTEE, "stuck")
    end(pair=pair, by=pair.mentee.person)
    assert owed(kinds.STUCK) == [("Amina Rahman", "2026-12-31")]


def test_a_mentee_is_told_how_the_mentor_likes_to_be_written_to() -> None:
    pair = a_proposal()
    Mentor.objects.filter(pk=pair.mentor_id).update(contact_by="a text message first")
    accept(pair=pair, by=pair.mentor.person)
    assert "They prefer: a text message first" in mail_of(kinds.INTRODUCED, MENTEE)
    assert "your mentee writes first" in mail_of(kinds.INTRODUCED, MENTOR)


def test_addresses_are_told_only_with_the_yes() -> None:
    pair = a_proposal()
    assert MENTEE not in mail_of(kinds.PROPOSED, MENTOR)
    accept(pair=pair, by=pair.mentor.person)
    assert MENTEE in mail_of(kinds.INTRODUCED, MENTOR)


def test_a_meeting_that_was_held_is_not_announced() -> None:
    pair = a_pair()
    log_meeting(
        pair=pair, by=pair.mentee.person, starts_at=TUESDAY - timedelta(hours=1), minutes=30, form_token=token()
    )
    assert owed(kinds.MEETING_PLANNED) == []
    assert Mentee.objects.get().person.email == MENTEE
