"""Every message that mentoring owes: written as it goes out, and true when it goes out."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
import time_machine
from django.core import mail as outbox
from django.urls import resolve

from accounts.models import User
from mentoring import kinds
from mentoring.agreement_actions import agree, write_agreement
from mentoring.meeting_actions import did_meet
from mentoring.models import Next, Pair, PairStatus
from mentoring.pair_actions import decline, end
from mentoring.talk_actions import mark_read, raise_concern, take_concern, write
from notices.kinds import all_kinds, kind_named
from notices.models import Notice, State

from .notice_scenes import PRIVATE, SCENES, STAFF, low_pulse, mail_of, send_all, token
from .pair_rows import TUESDAY, a_pair, a_proposal, staff
from .people_rows import a_mentor

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(TUESDAY, tick=False) as traveller:
        yield traveller


def test_every_kind_is_declared_and_shown_here() -> None:
    names = {value for name, value in vars(kinds).items() if name.isupper()}
    assert names == set(SCENES) == {kind.name for kind in all_kinds() if kind.name.startswith("mentoring.")}


@pytest.mark.parametrize("kind", SCENES)
def test_what_a_message_says(kind: str, clock: time_machine.Traveller) -> None:
    scene, address, sentences = SCENES[kind]
    scene(clock)
    text = mail_of(kind, address)
    assert [sentence for sentence in sentences if sentence not in text] == []
    assert PRIVATE not in text


@pytest.mark.parametrize("kind", SCENES)
def test_no_subject_says_what_it_is_about_to_somebody_who_looks_over_a_shoulder(kind: str, clock: Any) -> None:
    scene, address, _ = SCENES[kind]
    scene(clock)
    mail_of(kind, address)
    subjects = " ".join(sent.subject for sent in outbox.outbox)
    assert [word for word in ("Amir", "Mei", "concern", "@") if word in subjects] == []


@pytest.mark.parametrize("kind", SCENES)
def test_every_link_leads_to_a_page(kind: str, clock: Any) -> None:
    scene, address, _ = SCENES[kind]
    scene(clock)
    notice = Notice.objects.filter(kind=kind, person__email=address).first()
    found = resolve(kind_named(kind).words(notice).link)
    assert found.url_name not in (None, "page")  # a page of guidance takes every address


# ------------------------------------------------------------------------------------------------ not true any more
def say_wish(pair: Pair) -> None:
    end(pair=pair, by=pair.mentee.person, wants_next=Next.OTHER)


def read_it(pair: Pair) -> None:
    write(pair=pair, by=pair.mentee.person, words="Hello.", form_token=token())
    mark_read(pair=pair, by=pair.mentor.person)


def agree_on_it(pair: Pair) -> None:
    words = {"goals": "Match", "rhythm": "Monthly", "channel": "Video", "ends_on": date(2027, 3, 31)}
    agree(agreement=write_agreement(pair=pair, by=pair.mentee.person, number=0, **words), by=pair.mentor.person)


def take_it(pair: Pair) -> None:
    staff()
    noted = raise_concern(by=pair.mentee.person, pair=pair, words=PRIVATE, may_contact=True, form_token=token())
    take_concern(concern=noted, by=staff())


@pytest.mark.parametrize(
    ("act", "gone"),
    [
        (say_wish, kinds.CHOOSE_NEXT),
        (read_it, kinds.NEW_MESSAGE),
        (agree_on_it, kinds.AGREEMENT),
        (take_it, kinds.CONCERN_RECEIVED),
        (lambda pair: did_meet(pair=pair, by=pair.mentor.person, on=date(2026, 12, 1)), kinds.DID_YOU_MEET),
        (lambda pair: end(pair=pair, by=staff()), kinds.INTRODUCED),
    ],
)
def test_what_is_settled_is_not_said_any_more(act: Callable[[Pair], Any], gone: str) -> None:
    act(a_pair())
    send_all()
    assert not Notice.objects.filter(kind=gone, state__in=(State.OWED, State.IN_MAIL)).exists()


@pytest.mark.parametrize("kind", [kinds.PROPOSED, kinds.INTRODUCED, kinds.DID_YOU_MEET, kinds.FOLLOW_UP])
def test_what_changed_without_the_actions_is_not_said_either(kind: str, clock: Any) -> None:
    SCENES[kind][0](clock)
    Pair.objects.update(status=PairStatus.ENDED, ended_at=TUESDAY, place=None)
    send_all()
    assert not Notice.objects.filter(kind=kind, state=State.IN_MAIL).exists()


def test_a_mentee_who_found_somebody_meanwhile_does_not_hear_of_an_old_no() -> None:
    pair = a_proposal()
    decline(pair=pair, by=pair.mentor.person)
    a_pair(a_mentor("Ines Costa"), pair.mentee)
    send_all()
    assert Notice.objects.get(kind=kinds.DECLINED).state == State.WITHDRAWN


def test_staff_who_lost_the_right_hear_nothing(clock: Any) -> None:
    low_pulse(clock)
    User.objects.filter(email=STAFF).update(is_superuser=False)
    send_all()
    assert Notice.objects.get(kind=kinds.LOW_PULSE).state == State.WITHDRAWN
