"""Enrolling through the doors: parts, check, sending; and what a stranger finds."""

import re
from datetime import date, timedelta
from html import unescape
from typing import Any
from urllib.parse import quote

import pytest
import time_machine
from django.test import Client

from accounts.models import User
from mentoring import enrolment_actions as actions
from mentoring.enrolment_forms import FORMS
from mentoring.models import Enrolment, GroundRules, Mentee, Mentor
from mentoring.rules_text import rules_in_force
from tests.accounts.signing_in import code_in_mail
from tests.conftest import signed_in
from tests.mentoring.conftest import MENTEE, MENTOR, NOW, applied, written

pytestmark = pytest.mark.django_db
EVENINGS = {f"day_{number}": ["17:00", "20:00"] for number in range(5)}
PARTS: dict[str, dict[str, Any]] = {
    "about": {name: MENTEE[name] for name in ("stage", "school_country", "graduation_year", "region", "languages")},
    "goals": {name: MENTEE[name] for name in ("next_hurdle", "help", "goals")},
    "wishes": {"formats": ["year"], "needs_woman": "on"},
    "times": EVENINGS,
}


def text(html: bytes) -> str:
    """What is read, without tags, blanks joined."""
    return re.sub(r"\s+(?=[,.;])", "", re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html.decode()))))


def version(client: Client, address: str) -> dict[str, str]:
    """As the form shows it."""
    found = re.search(r'name="version" value="(\d+)"', client.get(address).content.decode())
    return {"version": found[1]} if found else {}


def send(client: Client, side: str, **changed: Any) -> Any:
    enrolled = {"mentor": Mentor, "mentee": Mentee}[side].objects.get()
    sent = {"version": enrolled.version, "rules": rules_in_force().number, "accepted": "on"} | changed
    return client.post(f"/mentoring/{side}/send/", sent)


# ------------------------------------------------------------------------------------------------ doors
@pytest.mark.parametrize("side", ["mentor", "mentee"])
def test_a_stranger_reads_what_it_is_signs_up_with_a_code_and_comes_back(client: Client, db: None, side: str) -> None:
    door = f"/mentoring/{side}/"
    html = client.get(door).content.decode()
    sign_up = f"/accounts/signup/?next={quote(door, safe='')}"
    assert f'href="{sign_up}"' in html
    assert "csrfmiddlewaretoken" not in html
    client.post(sign_up, {"email": "nour@new.example", "full_name": "Nour Haddad", "next": door})
    answer = client.post("/accounts/confirm-email/", {"code": code_in_mail()})
    assert answer["Location"] == door
    assert "Begin" in text(client.get(door).content)


def test_a_stranger_begins_nothing(client: Client, db: None) -> None:
    assert client.post("/mentoring/mentee/")["Location"] == "/accounts/login/?next=/mentoring/mentee/"
    assert not Mentee.objects.exists()


def test_the_guidance_leads_to_both_forms_and_keeps_the_telephone(client: Client, db: None) -> None:
    html = client.get("/mentoring/").content.decode()
    assert 'href="/mentoring/mentor/"' in html
    assert 'href="/mentoring/mentee/"' in html
    assert 'id="by-telephone"' in html
    assert "no form" not in html


@pytest.mark.parametrize("method", ["get", "post"])
def test_whoever_has_not_begun_finds_nothing_behind_the_first_page(as_mei: Client, mentor: Mentor, method: str) -> None:
    for door in ("mentor/part/about", "mentor/check", "mentor/send", "mentor/places", "mentor/pause", "mentor/leave",
                 "mentor/renew", "mentor/resume", "mentor/listed", "mentee/mentors"):  # fmt: skip
        assert getattr(as_mei, method)(f"/mentoring/{door}/").status_code in (404, 405)
    mentor.refresh_from_db()
    assert (mentor.status, mentor.is_listed) == (Enrolment.APPROVED, True)


def test_looking_begins_nothing(as_mei: Client) -> None:
    assert as_mei.get("/mentoring/mentee/").status_code == 200
    assert not Mentee.objects.exists()


# ------------------------------------------------------------------------------------------------ part by part
@pytest.mark.parametrize(("side", "slug"), list(FORMS))
def test_each_question_says_who_sees_the_answer(today: date, mohan: User, side: str, slug: str) -> None:
    enrolled = actions.begin(person=mohan, side=side)
    form = FORMS[side, slug](enrolled=enrolled)
    together = getattr(form, "names", ())
    for field in form.visible_fields():
        assert "Who sees it: " in (form.hint if field.name in together else field.help_text), field.name
    html = signed_in(mohan).get(f"/mentoring/{side}/part/{slug}/").content.decode()
    assert "Who sees it: " in html


def test_from_the_first_page_to_the_society(as_mei: Client, mei: User) -> None:
    answer = as_mei.post("/mentoring/mentee/")
    for slug, answers in PARTS.items():
        address = f"/mentoring/mentee/part/{slug}/"
        assert answer["Location"] == address
        answer = as_mei.post(address, {**answers, **version(as_mei, address)})
    assert answer["Location"] == "/mentoring/mentee/check/"
    shown = text(as_mei.get("/mentoring/mentee/check/").content)
    for words in ("I want to find a job", "A State 30 flex slot", "Friday: 5 to 8 pm, 8 to 11 pm", "Mandarin"):
        assert words in shown
    answer = send(as_mei, "mentee")
    assert answer["Location"] == "/mentoring/mentee/"
    mentee = Mentee.objects.get(person=mei)
    assert (mentee.status, mentee.needs_woman) == (Enrolment.APPLIED, True)
    assert mentee.free_hours == [[day, "17:00", "23:00"] for day in range(5)]
    done = text(as_mei.get("/mentoring/mentee/").content)
    assert "What happens next" in done
    assert "It waits for the society, not for you." in done


def test_a_mentor_writes_years_beside_steps(as_mohan: Client, mohan: User) -> None:
    written(mohan, "mentor")
    address = "/mentoring/mentor/part/path/"
    html = as_mohan.get(address).content.decode()
    assert re.search(r'name="hurdle_state_30_flex" value="2023"', html)
    sent = {"hurdle_match": "2016", "hurdle_fcvs": "2018", "visas": ["j1"], **version(as_mohan, address)}
    as_mohan.post(address, sent)
    assert Mentor.objects.get().hurdles == {"match": 2016, "fcvs": 2018}


@pytest.mark.parametrize(
    ("slug", "sent", "field", "words"),
    [
        ("path", {}, "id_hurdle_ecfmg", "Write a year beside at least one step."),
        ("path", {"hurdle_match": "2031"}, "id_hurdle_ecfmg", "Write a year that is not in the future"),
        ("path", {"hurdle_match": "soon"}, "id_hurdle_match", "Write a year with four digits."),
        ("times", {}, "id_day_0_0", "Tick at least one part of a day."),
        ("about", {"graduation_year": "2040"}, "id_graduation_year", "Write the year with four digits."),
        ("about", {"languages": []}, "id_languages_0", "Tick at least one."),
        ("help", {"capacity": "12"}, "id_capacity", "less than or equal to 9"),
        ("help", {"about": ""}, "id_about", "This field is required."),
    ],
)
def test_every_bad_answer_is_a_sentence_at_its_field_and_the_rest_stays(
    as_mohan: Client, mohan: User, slug: str, sent: dict[str, Any], field: str, words: str
) -> None:
    mentor = written(mohan, "mentor")
    keys = ("capacity",) if slug == "help" else ()
    plain = {name: MENTOR[name] for name in (*_asked(slug), *keys)}
    answer = as_mohan.post(f"/mentoring/mentor/part/{slug}/", {**plain, "version": mentor.version, **sent})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "<title>Error: " in html
    assert f'href="#{field}"' in html
    assert f'id="{field}"' in html
    assert words in text(answer.content)
    assert Mentor.objects.get().version == mentor.version


def _asked(slug: str) -> tuple[str, ...]:
    return {
        "about": ("training_stage", "specialties", "school_country", "graduation_year", "region", "languages"),
        "help": ("help", "formats", "contact_by", "about"),
    }.get(slug, ())


def test_what_was_typed_stays_when_another_tab_was_faster(as_mei: Client, mei: User) -> None:
    mentee = written(mei, "mentee")
    actions.save_part(enrolled=mentee, by=mei, version=mentee.version, goals="From the other tab.")
    sent = {**PARTS["goals"], "goals": "Typed here."}
    answer = as_mei.post("/mentoring/mentee/part/goals/", {**sent, "version": mentee.version})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "Typed here." in html
    assert f'name="version" value="{mentee.version + 1}"' in html
    assert Mentee.objects.get().goals == "From the other tab."
    as_mei.post("/mentoring/mentee/part/goals/", {**sent, "version": mentee.version + 1})
    assert Mentee.objects.get().goals == "Typed here."


def test_nothing_that_must_not_be_collected_is_asked(as_mohan: Client, mohan: User) -> None:
    for side, slug in FORMS:
        form = FORMS[side, slug](enrolled=actions.begin(person=mohan, side=side))
        asked = " ".join(f"{name} {field.label}" for name, field in form.fields.items()).lower()
        assert not re.search(r"score|passport|birth|\bage\b|religion|step 1|document|upload", asked)
        assert not form.is_multipart()


# ------------------------------------------------------------------------------------------------ the sending
def test_the_last_step_asks_for_a_new_code_and_then_carries_on(today: date, mei: User) -> None:
    written(mei, "mentee")
    client = signed_in(mei)
    with time_machine.travel(NOW + timedelta(minutes=11), tick=False):
        door = send(client, "mentee")["Location"]
        assert door.startswith("/accounts/reauthenticate/")
        assert Mentee.objects.get().status == Enrolment.DRAFT
        following = door.partition("next=")[2].replace("%2F", "/")
        client.post("/accounts/reauthenticate/", {"action": "send", "next": following})
        client.post("/accounts/reauthenticate/", {"code": code_in_mail(), "next": following}, follow=True)
    assert Mentee.objects.get().status == Enrolment.APPLIED


def test_without_the_tick_nothing_is_sent(as_mei: Client, mei: User) -> None:
    written(mei, "mentee")
    answer = send(as_mei, "mentee", accepted="")
    assert answer.status_code == 422
    assert "Tick the box if you accept the ground rules." in text(answer.content)
    assert Mentee.objects.get().status == Enrolment.DRAFT


def test_whoever_read_older_rules_reads_the_new_ones_first(as_mei: Client, mei: User) -> None:
    written(mei, "mentee")
    GroundRules.objects.create(number=99, words="Be very kind.", in_force_from=NOW)
    answer = send(as_mei, "mentee", rules=1)
    assert answer.status_code == 422
    assert "Be very kind." in text(answer.content)
    assert 'name="rules" value="99"' in answer.content.decode()
    assert Mentee.objects.get().status == Enrolment.DRAFT


def test_what_is_missing_is_marked_and_cannot_be_sent(as_mei: Client, mei: User) -> None:
    actions.begin(person=mei, side="mentee")
    shown = as_mei.get("/mentoring/mentee/check/").content
    assert "not answered" in text(shown)
    assert "/mentoring/mentee/send/" not in shown.decode()
    assert "Some answers are missing in" in text(send(as_mei, "mentee").content)


def test_a_refusal_is_read_with_its_reason_and_a_way_back(as_mei: Client, mei: User, amina: User) -> None:
    actions.refuse(enrolled=applied(mei, "mentee"), by=amina, reason="We take residents of New York State only.")
    shown = text(as_mei.get("/mentoring/mentee/").content)
    assert "We take residents of New York State only." in shown
    assert as_mei.get("/mentoring/mentee/part/goals/").status_code == 404
    assert as_mei.post("/mentoring/mentee/")["Location"] == "/mentoring/mentee/part/about/"
    assert Mentee.objects.get().goals == MENTEE["goals"]


def test_nothing_is_kept_by_a_browser_and_only_what_is_sent_changes_something(as_mohan: Client, mentor: Mentor) -> None:
    for door in ("", "part/about/", "pause/", "leave/", "renew/", "places/"):
        assert "no-store" in as_mohan.get(f"/mentoring/mentor/{door}")["Cache-Control"]
    for door in ("send/", "resume/", "listed/"):
        assert as_mohan.get(f"/mentoring/mentor/{door}").status_code == 405
