"""A pair through its doors: who finds what, the answer, the first meeting, the end, and the private word after it."""

import re
from datetime import date, timedelta
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from accounts.models import User
from mentoring import ending_actions, meeting_actions, pair_actions
from mentoring.models import Agreement, Handover, Meeting, Mentor, OwnNote, Pair, PairStatus, Pulse
from mentoring.pair_display import Side
from notices.models import QuietPeriod
from tests.conftest import signed_in
from tests.mentoring.conftest import NOW, TODAY, approved

pytestmark = pytest.mark.django_db
TOMORROW = TODAY + timedelta(days=1)
AGREED = {"goals": "A job by May.", "rhythm": "Weekly", "channel": "Video", "ends_on": "2027-06-30", "number": "0"}


def at(pair: Pair, door: str = "") -> str:
    return f"/my/mentoring/pair/{pair.pk}/{door}"


def text(html: bytes) -> str:
    """What is read, without tags, blanks joined."""
    return re.sub(r"\s+(?=[,.;:])", "", re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html.decode()))))


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return text(answer.content)


def planned(pair: Pair, by: User, **ahead: Any) -> Meeting:
    starts_at = NOW + timedelta(**(ahead or {"days": 3}))
    return meeting_actions.plan_meeting(pair=pair, by=by, starts_at=starts_at, minutes=30, form_token=uuid4())


def filled(pair: Pair, door: str) -> dict[str, Any]:
    """What a form sends when it is filled in well."""
    meeting = {"on": TOMORROW.isoformat(), "at": "18:00", "minutes": "30", "form_token": str(uuid4())}
    return {
        "answer/": {"answer": "yes", "reason": ""},
        "did-meet/": {"on": TODAY.isoformat()},
        "agreement/": AGREED,
        "agreement/1/agree/": {},
        "meeting/": meeting,
        "message/": {"words": "Hello", "form_token": str(uuid4())},
        "own-note/": {"words": "Mine", "seen": ""},
        "pulse/": {"of_use": "4", "respected": "5"},
        "end/": {"sure": "on"},
        "next/": {"wants_next": "same"},
        "handover/": {"where_we_got": "Far", "seen_at": ""},
        "handover/show/": {"agrees": "yes"},
    }[door]


DOORS = (
    *("answer/", "did-meet/", "agreement/", "agreement/1/agree/", "meeting/", "message/", "own-note/", "pulse/"),
    *("end/", "next/", "handover/", "handover/show/"),
)


# ------------------------------------------------------------------------------------------------ every door
def test_every_door_asks_who_is_not_signed_in(client: Client, pair: Pair) -> None:
    for door in ("", *DOORS):
        for answer in (client.get(at(pair, door)), client.post(at(pair, door), {})):
            assert answer["Location"].startswith("/accounts/login/?next="), door


def test_a_stranger_finds_nothing_and_changes_nothing(as_stranger: Client, pair: Pair, mohan: User) -> None:
    meeting = planned(pair, mohan)
    of_meeting = [f"meeting/{meeting.pk}/{door}" for door in ("held/", "call-off/", "meeting.ics")]
    assert as_stranger.get(at(pair)).status_code == 404
    for door in of_meeting:
        assert as_stranger.get(at(pair, door)).status_code == 404
        assert as_stranger.post(at(pair, door), {}).status_code in (404, 405)
    for door in DOORS:
        assert as_stranger.get(at(pair, door)).status_code == 404, door
        assert as_stranger.post(at(pair, door), filled(pair, door)).status_code == 404, door
    assert "Mei" not in read(as_stranger, "/my/mentoring/")
    pair.refresh_from_db()
    meeting.refresh_from_db()
    assert (pair.status, pair.met_on, meeting.is_called_off) == (PairStatus.ACTIVE, None, False)
    assert not Agreement.objects.exists() and not OwnNote.objects.exists() and not Handover.objects.exists()


def test_the_meeting_of_another_pair_is_not_reached_through_ones_own(
    as_mohan: Client, pair: Pair, amina: User, mohan: User
) -> None:
    others = [
        approved(User.objects.create_user(f"{name}@x.example", "x", full_name=name), side, amina)
        for name, side in (("Ann", "mentor"), ("Bo", "mentee"))
    ]
    other = pair_actions.propose(mentor=others[0], mentee=others[1], by=amina)
    meeting = planned(pair_actions.accept(pair=other, by=others[0].person), others[0].person)
    assert as_mohan.get(at(pair, f"meeting/{meeting.pk}/meeting.ics")).status_code == 404
    assert as_mohan.post(at(pair, f"meeting/{meeting.pk}/call-off/")).status_code == 404


def test_nothing_is_kept_by_a_browser_and_ids_are_said_once(as_mohan: Client, as_mei: Client, pair: Pair) -> None:
    planned(pair, pair.mentor.person)
    Pulse.objects.create(pair=pair, person=pair.mentor.person, due_on=TODAY)
    reading = ("", "agreement/", "meeting/", "message/", "own-note/", "pulse/", "end/", "handover/")
    for address in ("/my/mentoring/", "/my/mentoring/slots/", *(at(pair, door) for door in reading)):
        answer = as_mohan.get(address)
        ids = re.findall(r'\sid="([^"]+)"', answer.content.decode())
        assert (answer.status_code, sorted(set(ids))) == (200, sorted(ids)), address
        assert "no-store" in answer["Cache-Control"]
        assert "/my/mentoring/concern/" in answer.content.decode(), address


def test_a_door_without_a_page_leads_back_to_the_pair(as_mohan: Client, pair: Pair, mohan: User) -> None:
    meeting = planned(pair, mohan)
    assert as_mohan.get(at(pair, "did-meet/"))["Location"] == at(pair)
    assert as_mohan.get(at(pair, "handover/show/"))["Location"] == at(pair, "handover/")
    assert as_mohan.get(at(pair, "agreement/1/agree/"))["Location"] == at(pair, "agreement/")
    assert as_mohan.get(at(pair, f"meeting/{meeting.pk}/call-off/"))["Location"] == at(pair)
    meeting.refresh_from_db()
    assert not meeting.is_called_off


@pytest.mark.parametrize(
    ("door", "wrong", "field"),
    [
        ("meeting/", {"on": "2026-02-29"}, "on"),
        ("meeting/", {"on": ""}, "on"),
        ("meeting/", {"on": "2026-11-01"}, "on"),
        ("meeting/", {"on": "2030-11-01"}, "on"),
        ("meeting/", {"on": "0001-01-01"}, "on"),
        ("meeting/", {"on": "9999-12-31", "at": "23:59"}, "on"),
        ("meeting/", {"at": "25:00"}, "at"),
        ("meeting/", {"on": "2027-03-14", "at": "02:30"}, "at"),
        ("meeting/", {"minutes": "4"}, "minutes"),
        ("meeting/", {"minutes": "many"}, "minutes"),
        ("meeting/", {"next_step": "x" * 201}, "next_step"),
        ("agreement/", {"goals": " "}, "goals"),
        ("agreement/", {"ends_on": "2026-11-23"}, "ends_on"),
        ("agreement/", {"channel": "x" * 121}, "channel"),
        ("did-meet/", {"on": TOMORROW.isoformat()}, "on"),
        ("did-meet/", {"on": "2026-11-22"}, "on"),
        ("message/", {"words": " "}, "words"),
        ("message/", {"words": "x" * 4001}, "words"),
        ("own-note/", {"words": "x" * 4001}, "words"),
        ("pulse/", {"of_use": "6"}, "of_use"),
        ("pulse/", {"respected": ""}, "respected"),
        ("end/", {"sure": ""}, "sure"),
        ("handover/", {"try_next": "x" * 1501}, "try_next"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field_and_stays(
    as_mohan: Client, pair: Pair, door: str, wrong: dict[str, str], field: str
) -> None:
    Pulse.objects.create(pair=pair, person=pair.mentor.person, due_on=TODAY)
    sent = filled(pair, door) | wrong
    answer = as_mohan.post(at(pair, door), sent)
    html = answer.content.decode()
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert "<title>Error: " in html
    target = re.search(r'<li><a href="#([^"]+)">', html)[1]
    assert f'id="{target}"' in html
    assert all((answer.context["form"][name].value() or "") == value for name, value in sent.items())
    assert not Meeting.objects.exists() and not Agreement.objects.exists()


# ------------------------------------------------------------------------------------------------ the proposal
def test_nobody_learns_a_name_before_the_yes(as_mohan: Client, as_mei: Client, proposal: Pair) -> None:
    asked = read(as_mohan, at(proposal)) + read(as_mohan, at(proposal, "answer/")) + read(as_mohan, "/my/mentoring/")
    waiting = read(as_mei, at(proposal)) + read(as_mei, "/my/mentoring/")
    assert "I want to find a job that fits the waiver." in asked
    assert "You both know the waiting." in asked and "You both know the waiting." not in waiting
    assert "30 November 2026" in asked and "30 November 2026" in waiting
    for name in ("Mei", "mei@", "Lakeside"):
        assert name not in asked
    for name in ("Mohan", "mohan@", "Buffalo", "I know how long"):
        assert name not in waiting


def test_only_the_mentor_answers(as_mei: Client, proposal: Pair) -> None:
    assert as_mei.get(at(proposal, "answer/"))["Location"] == at(proposal)
    assert as_mei.post(at(proposal, "answer/"), filled(proposal, "answer/"))["Location"] == at(proposal)
    proposal.refresh_from_db()
    assert proposal.status == PairStatus.PROPOSED


def test_a_yes_brings_the_two_together(as_mohan: Client, as_mei: Client, proposal: Pair) -> None:
    assert as_mohan.post(at(proposal, "answer/"), filled(proposal, "answer/"))["Location"] == at(proposal)
    his, hers = read(as_mohan, at(proposal)), read(as_mei, at(proposal))
    assert "Mei Lin, your mentee" in his and "mei@member.example" in his and "Mei Lin writes first" in his
    assert "Mohan Rao, your mentor" in hers and "mohan@member.example" in hers and "You write first" in hers
    assert "a State 30 flex slot (2023)" in hers
    assert "Dr. Ada Stern" not in hers + his and "Lakeside" not in hers
    assert as_mohan.post(at(proposal, "answer/"), filled(proposal, "answer/"))["Location"] == at(proposal)


def test_a_no_closes_the_door_and_keeps_the_reason_for_staff(as_mohan: Client, as_mei: Client, proposal: Pair) -> None:
    as_mohan.post(at(proposal, "answer/"), {"answer": "no", "reason": "Night shifts"})
    proposal.refresh_from_db()
    assert (proposal.status, proposal.decline_reason) == (PairStatus.DECLINED, "Night shifts")
    his, hers = read(as_mohan, at(proposal)), read(as_mei, at(proposal))
    assert Side(proposal, proposal.mentor.person).profile() == Side(proposal, proposal.mentee.person).profile() == []
    assert "find a job" not in his and "Night shifts" not in hers and "You keep your turn" in hers
    for door in ("message/", "agreement/", "own-note/", "handover/", "end/", "pulse/"):
        assert as_mei.get(at(proposal, door)).status_code == 404, door


def test_after_the_last_day_the_page_says_so(as_mohan: Client, proposal: Pair) -> None:
    with time_machine.travel(NOW + timedelta(days=8), tick=False):
        as_late = signed_in(proposal.mentor.person)
        assert as_late.post(at(proposal, "answer/"), filled(proposal, "answer/"))["Location"] == at(proposal)
        assert "The time to answer ended on 30 November 2026" in read(as_late, at(proposal))
    proposal.refresh_from_db()
    assert proposal.status == PairStatus.PROPOSED


def test_a_yes_without_a_free_place_is_refused_with_a_sentence(
    as_mohan: Client, pair: Pair, mentor: Mentor, amina: User
) -> None:
    person = User.objects.create_user("kofi@member.example", "x", full_name="Kofi Mensah")
    second = pair_actions.propose(mentor=mentor, mentee=approved(person, "mentee", amina), by=amina)
    mentor.places.exclude(pk=pair.place_id).delete()
    answer = as_mohan.post(at(second, "answer/"), filled(second, "answer/"))
    assert answer.status_code == 422
    assert "of your places are taken" in text(answer.content)


# ------------------------------------------------------------------------------------------------ how it goes
def test_one_button_says_that_they_met(as_mei: Client, pair: Pair) -> None:
    assert "We have met" in read(as_mei, at(pair))
    as_mei.post(at(pair, "did-meet/"), filled(pair, "did-meet/"))
    pair.refresh_from_db()
    assert pair.met_on == TODAY
    assert "We have met" not in read(as_mei, at(pair))


def test_who_is_away_is_back_on_a_day_without_a_reason(as_mei: Client, pair: Pair, mohan: User) -> None:
    QuietPeriod.objects.create(person=mohan, first_day=TODAY, last_day=date(2026, 12, 14), words="night float")
    page = read(as_mei, at(pair))
    assert "Mohan Rao is away and will be back on 15 December 2026" in page
    assert "night float" not in page


def test_the_two_questions_are_asked_once_and_kept_from_the_other(
    as_mei: Client, as_mohan: Client, pair: Pair, mei: User
) -> None:
    assert as_mei.get(at(pair, "pulse/"))["Location"] == at(pair)
    pulse = Pulse.objects.create(pair=pair, person=mei, due_on=TODAY)
    assert as_mohan.post(at(pair, "pulse/"), filled(pair, "pulse/"))["Location"] == at(pair)
    as_mei.post(at(pair, "pulse/"), {"of_use": "1", "respected": "5", "words": "Too rare"})
    pulse.refresh_from_db()
    assert (pulse.of_use, pulse.respected, pulse.words) == (1, 5, "Too rare")
    assert as_mei.get(at(pair, "pulse/"))["Location"] == at(pair)
    assert "Too rare" not in read(as_mohan, at(pair))


# ------------------------------------------------------------------------------------------------ the end
def test_the_mentee_ends_it_and_says_in_private_what_comes_next(as_mei: Client, as_mohan: Client, pair: Pair) -> None:
    assert as_mei.post(at(pair, "end/"), filled(pair, "end/"))["Location"] == at(pair, "next/")
    assert as_mei.post(at(pair, "next/"), {"wants_next": "other"})["Location"] == at(pair)
    pair.refresh_from_db()
    assert (pair.status, pair.mentee_wants_next) == (PairStatus.ENDED, "other")
    his = read(as_mohan, at(pair)) + read(as_mohan, "/my/mentoring/")
    assert "another mentor" not in his and "like next" not in his
    assert as_mohan.get(at(pair, "next/")).status_code == 404
    assert as_mohan.post(at(pair, "next/"), {"wants_next": "same"}).status_code == 404
    assert "You said what you would like next: another mentor" in read(as_mei, at(pair))


def test_the_mentor_ends_it_and_is_asked_nothing(as_mohan: Client, as_mei: Client, pair: Pair) -> None:
    assert as_mohan.post(at(pair, "end/"), filled(pair, "end/"))["Location"] == at(pair)
    assert "ended on 23 November 2026, without blame" in read(as_mei, at(pair))
    assert "Say what you would like next" in read(as_mei, "/my/mentoring/")
    assert as_mei.get(at(pair, "meeting/"))["Location"] == at(pair)
    assert "mohan@member.example" not in read(as_mei, at(pair))


def test_what_comes_next_is_not_asked_while_the_pair_goes_on(as_mei: Client, pair: Pair) -> None:
    assert as_mei.post(at(pair, "next/"), {"wants_next": "same"})["Location"] == at(pair)
    pair.refresh_from_db()
    assert pair.mentee_wants_next == ""


def test_the_card_of_an_earlier_pair_is_read_only_with_the_mentees_yes(
    as_mei: Client, pair: Pair, mei: User, amina: User
) -> None:
    ending_actions.write_handover(
        pair=pair, by=mei, where_we_got="Two letters sent", try_next="", not_again="", seen_at=None
    )
    pair_actions.end(pair=pair, by=mei, wants_next="other")
    person = User.objects.create_user("noor@member.example", "x", full_name="Noor Khan")
    mentor = approved(person, "mentor", amina)
    second = pair_actions.propose(mentor=mentor, mentee=pair.mentee, by=amina)
    as_noor = signed_in(person)
    assert "Two letters sent" not in read(as_noor, at(second, "answer/"))
    pair_actions.accept(pair=second, by=person)
    assert "Two letters sent" not in read(as_noor, at(second))
    as_mei.post(at(pair, "handover/show/"), {"agrees": "yes"})
    assert "Two letters sent" in read(as_noor, at(second))
    as_mei.post(at(pair, "handover/show/"), {"agrees": "no"})
    assert "Two letters sent" not in read(as_noor, at(second))
