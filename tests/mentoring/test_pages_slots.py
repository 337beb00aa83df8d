"""Single sessions, the certificate of hours, and the page on which anybody verifies it."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from icalendar import Calendar

from accounts.models import User
from mentoring import choosing_actions, meeting_actions, slot_actions
from mentoring.certificates import in_words
from mentoring.models import Certificate, Enrolment, Mentee, Mentor, OpenSlot, Pair
from tests.conftest import signed_in
from tests.mentoring.conftest import NOW, approved
from tests.mentoring.test_pages import read, text

pytestmark = pytest.mark.django_db
SLOTS, CERTIFICATE = "/my/mentoring/slots/", "/my/mentoring/certificate/"
OFFER = {"what_for": "mock_interview", "on": "2026-11-25", "at": "18:00", "minutes": "45"}


@pytest.fixture
def slot(mentor: Mentor, mohan: User) -> OpenSlot:
    return slot_actions.offer_slot(mentor=mentor, by=mohan, starts_at=NOW + timedelta(days=2), minutes=45)


def at(slot: OpenSlot, door: str) -> str:
    return f"{SLOTS}{slot.pk}/{door}"


# ------------------------------------------------------------------------------------------------ sessions
def test_a_mentor_offers_and_a_mentee_takes(as_mohan: Client, as_mei: Client, mentor: Mentor, mentee: Mentee) -> None:
    assert as_mohan.post(SLOTS, OFFER)["Location"] == SLOTS
    slot = OpenSlot.objects.get()
    open_one = read(as_mei, SLOTS)
    assert "Wednesday 25 November 2026, 18:00" in open_one and "Internal medicine" in open_one
    assert "mohan@" not in open_one and "Mohan" not in open_one
    assert as_mei.post(at(slot, "take/"))["Location"] == SLOTS
    assert "With Mohan Rao, mohan@member.example" in read(as_mei, SLOTS)
    assert "With Mei Lin, mei@member.example" in read(as_mohan, SLOTS)
    assert "Single session: a practice interview" in read(as_mei, "/my/mentoring/")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"on": "2026-11-22"}, "on"),
        ({"at": ""}, "at"),
        ({"minutes": "9"}, "minutes"),
        ({"minutes": "241"}, "minutes"),
        ({"what_for": "money"}, "what_for"),
    ],
)
def test_an_impossible_offer_is_refused_beside_its_field(
    as_mohan: Client, mentor: Mentor, wrong: dict[str, str], field: str
) -> None:
    answer = as_mohan.post(SLOTS, OFFER | wrong)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert not OpenSlot.objects.exists()


def test_who_is_not_approved_neither_offers_nor_takes(slot: OpenSlot, dolores: User, as_stranger: Client) -> None:
    as_dolores = signed_in(dolores)
    assert "whom the society has approved" in read(as_dolores, SLOTS)
    assert as_dolores.post(SLOTS, OFFER).status_code == 404
    for client in (as_dolores, as_stranger):
        for door in ("take/", "call-off/", "held/", "session.ics"):
            assert client.get(at(slot, door)).status_code == 404, door
        for door in ("take/", "call-off/", "held/"):
            assert client.post(at(slot, door)).status_code == 404, door
    slot.refresh_from_db()
    assert slot.taken_by is None and not slot.is_called_off


def test_the_second_hears_that_it_is_gone(slot: OpenSlot, as_mei: Client, mentee: Mentee, amina: User) -> None:
    person = User.objects.create_user("kofi@member.example", "x", full_name="Kofi Mensah")
    approved(person, "mentee", amina)
    slot_actions.take_slot(slot=slot, by=person)
    assert "not free any more" in text(as_mei.post(at(slot, "take/"), follow=True).content)
    slot.refresh_from_db()
    assert slot.taken_by.person == person
    assert as_mei.get(at(slot, "session.ics")).status_code == 404


def test_a_mentor_who_left_offers_nothing_any_more(slot: OpenSlot, as_mei: Client, mentee: Mentee) -> None:
    assert "Take this session" in read(as_mei, SLOTS)
    Mentor.objects.update(status=Enrolment.LEFT)
    assert "No session is open now" in read(as_mei, SLOTS)
    assert as_mei.post(at(slot, "take/")).status_code == 404


def test_who_is_kept_apart_does_not_even_see_it(slot: OpenSlot, as_mei: Client, mentee: Mentee, mohan: User) -> None:
    choosing_actions.keep_apart(by=mohan, one=mohan, other=mentee.person)
    assert "No session is open now" in read(as_mei, SLOTS)
    assert as_mei.post(at(slot, "take/")).status_code == 404


def test_either_calls_it_off_and_the_file_has_both_clocks(
    slot: OpenSlot, as_mei: Client, as_mohan: Client, mentee: Mentee
) -> None:
    User.objects.filter(pk=mentee.person_id).update(time_zone="Asia/Karachi")
    as_mei.post(at(slot, "take/"))
    event = Calendar.from_ical(as_mei.get(at(slot, "session.ics")).content).walk("VEVENT")[0]
    assert "Your time (Karachi): Wednesday 25 November 2026, 22:00" in event["description"]
    assert "Their time (New York): Wednesday 25 November 2026, 12:00" in event["description"]
    as_mei.post(at(slot, "call-off/"))
    assert "Take this session" in read(as_mei, SLOTS)
    assert as_mohan.get(at(slot, "call-off/"))["Location"] == SLOTS
    as_mohan.post(at(slot, "call-off/"))
    slot.refresh_from_db()
    assert slot.is_called_off


def test_a_session_that_was_held_counts(slot: OpenSlot, as_mei: Client, mohan: User, mentee: Mentee) -> None:
    as_mei.post(at(slot, "take/"))
    with time_machine.travel(NOW + timedelta(days=3), tick=False):
        as_later = signed_in(mohan)
        assert "Did your single session take place?" in read(as_later, "/my/mentoring/")
        as_later.post(at(slot, "held/"))
        assert "Held, with Mei Lin" in read(as_later, SLOTS)
        assert "So far 45 minutes in 1 meeting is noted" in read(as_later, CERTIFICATE)


# ------------------------------------------------------------------------------------------------ certificate
def test_a_certificate_is_made_once_and_anybody_verifies_it(
    as_mohan: Client, client: Client, pair: Pair, mohan: User
) -> None:
    assert "nothing to certify" in read(as_mohan, CERTIFICATE)
    as_mohan.post(CERTIFICATE)
    assert not Certificate.objects.exists()
    meeting_actions.log_meeting(
        pair=pair, by=mohan, starts_at=NOW - timedelta(hours=3), minutes=135, form_token=uuid4()
    )
    for _ in range(2):
        as_mohan.post(CERTIFICATE)
    code = Certificate.objects.get().code
    address = re.search(r'href="(http[^"]+/mentoring/certificate/[^"]+)"', as_mohan.get(CERTIFICATE).content.decode())[
        1
    ]
    assert address.endswith(f"/mentoring/certificate/{code}/")
    answer = client.get(f"/mentoring/certificate/{code}/")
    page = text(answer.content)
    assert "Mohan Rao gave 2 hours and 15 minutes" in page and address in page
    assert "Mei" not in page and "@" not in page
    assert answer["X-Robots-Tag"] == "noindex"
    assert client.get(f"/mentoring/certificate/{code[:-1]}/").status_code == 404
    assert client.post(f"/mentoring/certificate/{code}/").status_code == 405


def test_only_a_mentor_has_certificates(as_mei: Client, mentee: Mentee) -> None:
    assert as_mei.get(CERTIFICATE).status_code == 404
    assert as_mei.post(CERTIFICATE).status_code == 404


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, "0 minutes"),
        (1, "1 minute"),
        (59, "59 minutes"),
        (60, "1 hour"),
        (61, "1 hour and 1 minute"),
        (150, "2 hours and 30 minutes"),
    ],
)
def test_hours_are_said_in_words(minutes: int, words: str) -> None:
    assert in_words(minutes) == words
