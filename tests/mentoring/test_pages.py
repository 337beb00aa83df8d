"""A pair through its doors: who finds what, and how what cannot be is refused."""

import re
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import User
from mentoring import meeting_actions, pair_actions
from mentoring.models import Agreement, Handover, Meeting, OwnNote, Pair, PairStatus, Pulse
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
