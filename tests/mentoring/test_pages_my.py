"""What /my/, the overview and a person's own calendar say about mentoring."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from mentoring import agreement_actions, meeting_actions, pair_actions
from mentoring.models import Mentor, Pair, Pulse
from mentoring.turns import YOU, enrolments_of, turns_of
from mssny_img.my import Part, dates_of, parts_of
from tests.mentoring.conftest import NOW, TODAY, applied, written
from tests.mentoring.test_pages import at, planned
from tests.mentoring.test_pages_talk import wrote

pytestmark = pytest.mark.django_db


def part(person: User) -> Part | None:
    return next((part for part in parts_of(person) if part.title == "Mentoring"), None)


def turns(person: User) -> list[tuple[str, str]]:
    return [(turn.words, turn.waits_for) for turn in turns_of(person, enrolments_of(person))]


def test_who_has_not_enrolled_hears_nothing_of_it(dolores: User) -> None:
    assert part(dolores) is None


def test_an_enrollment_waits_first_for_you_and_then_for_the_society(today: object, mohan: User, mei: User) -> None:
    written(mohan, "mentor")
    applied(mei, "mentee")
    assert turns(mohan) == [("Finish your enrollment as a mentor", YOU)]
    assert turns(mei) == [("Your enrollment as a mentee", "the society")]


def test_a_yearly_look_and_a_pause_are_said(mentor: Mentor, mohan: User) -> None:
    assert turns(mohan) == []
    assert part(mohan).empty
    Mentor.objects.update(renew_on=TODAY)
    assert turns(mohan) == [("Say that your enrollment as a mentor still holds", YOU)]
    Mentor.objects.update(renew_on=None, paused_until=TODAY + timedelta(days=1))
    assert turns(mohan) == [("Your pause as a mentor, until you are back", "")]


def test_a_proposal_waits_for_the_mentor_by_its_day(proposal: Pair, mohan: User, mei: User) -> None:
    line = part(mohan).lines[0]
    assert (line.words, line.url, line.day.isoformat(), line.waits_for) == (
        "A mentee is proposed to you: yes or no?",
        at(proposal, "answer/"),
        "2026-11-30",
        YOU,
    )
    assert ("A mentor is asked for you", "the mentor") in turns(mei)


def test_each_step_of_a_pair_waits_for_the_right_one(pair: Pair, mohan: User, mei: User) -> None:
    assert turns(mei) == [("First meeting with Mohan Rao: you write first", YOU)]
    assert turns(mohan) == [("First meeting with Mei Lin: they write first", "Mei Lin")]
    meeting_actions.did_meet(pair=pair, by=mei, on=TODAY)
    assert turns(mei) == [("Write down what you agree on with Mohan Rao", YOU)]
    agreement_actions.write_agreement(
        pair=pair, by=mei, goals="A", rhythm="B", channel="C", ends_on=TODAY + timedelta(days=90), number=0
    )
    assert turns(mei) == [("What you agree on with Mohan Rao", "Mohan Rao")]
    assert turns(mohan) == [("Read what you agree on with Mei Lin", YOU)]
    wrote(pair, mohan)
    Pulse.objects.create(pair=pair, person=mei, due_on=TODAY)
    Pulse.objects.create(pair=pair, person=mohan, due_on=TODAY + timedelta(days=1))
    assert turns(mei)[:2] == [
        ("Two short questions about you and Mohan Rao", YOU),
        ("1 new message from Mohan Rao", YOU),
    ]
    assert len(turns(mohan)) == 1
    pair_actions.end(pair=pair, by=mohan)
    assert turns(mohan) == []
    assert turns(mei) == [("Say what you would like next", YOU)]


def test_my_page_leads_to_each_of_them(as_mei: Client, pair: Pair, mohan: User) -> None:
    planned(pair, mohan)
    wrote(pair, mohan)
    html = as_mei.get("/my/").content.decode()
    section = next(s for s in re.findall(r"<section.*?</section>", html, re.DOTALL) if ">Mentoring</h2>" in s)
    links = re.findall(r'href="([^"]*)"', section)
    assert at(pair) in links and at(pair, "message/") in links and "/my/mentoring/" in links
    assert all(as_mei.get(link).status_code == 200 for link in links)


def test_the_calendar_holds_what_is_to_come_by_ones_own_clock_and_names_nobody(
    pair: Pair, mohan: User, mei: User
) -> None:
    one = planned(pair, mohan, hours=8)
    hers = {name: (title, day.isoformat(), url) for name, title, day, url in dates_of(mei)}
    assert hers[f"mentoring-day-{one.pk}"] == ("Mentoring meeting", "2026-11-24", at(pair))
    his = {name: day.isoformat() for name, _title, day, _url in dates_of(mohan)}
    assert his[f"mentoring-day-{one.pk}"] == "2026-11-23"
    assert his[f"mentoring-end-{pair.pk}"] == "2027-11-23"
    assert "Mei" not in str(dates_of(mohan)) and "Mohan" not in str(dates_of(mei))
    meeting_actions.call_off(meeting=one, by=mei)
    assert f"mentoring-day-{one.pk}" not in {name for name, *_ in dates_of(mei)}


def test_a_meeting_that_is_over_is_in_no_calendar(pair: Pair, mohan: User) -> None:
    one = planned(pair, mohan, hours=8)
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        assert f"mentoring-day-{one.pk}" not in {name for name, *_ in dates_of(mohan)}


def test_many_pairs_take_no_more_queries_than_one(
    pair: Pair, mentor: Mentor, mohan: User, amina: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(2):
        person = User.objects.create_user(f"p{number}@member.example", "x", full_name=f"Person {number}")
        mentee = applied(person, "mentee")
        mentee.status, mentee.decided_at = "approved", NOW
        mentee.save()
        second = pair_actions.propose(mentor=mentor, mentee=mentee, by=amina)
        pair_actions.accept(pair=second, by=mohan)
    with django_assert_max_num_queries(14):
        assert len(turns_of(mohan, enrolments_of(mohan))) == 3
