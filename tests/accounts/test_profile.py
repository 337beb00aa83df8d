"""The door /my/profile/: what the portal calls a person, and the clock it goes by."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.test import Client

from accounts import actions
from accounts.models import User
from accounts.zones import zone_choices
from audit.models import Entry
from notices.actions import owe
from notices.models import Notice
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
DOOR = "/my/profile/"
FIELDS = {"full_name": "Dolores Cruz", "preferred_name": "Lola", "time_zone": "Asia/Karachi"}


def test_it_keeps_what_was_sent_and_says_so(as_dolores: Client, dolores: User) -> None:
    answer = as_dolores.post(DOOR, FIELDS, follow=True)
    assert "Your profile is saved." in answer.content.decode()
    dolores.refresh_from_db()
    assert {name: getattr(dolores, name) for name in FIELDS} == FIELDS


def test_the_change_is_audited_without_a_name(as_dolores: Client, dolores: User) -> None:
    as_dolores.post(DOOR, FIELDS)
    entry = Entry.objects.get(verb="profile changed")
    assert (entry.actor, entry.subject) == (dolores, f"account {dolores.pk}")
    assert entry.data == {"fields": ["preferred_name", "time_zone"]}
    as_dolores.post(DOOR, FIELDS)
    assert Entry.objects.filter(verb="profile changed").count() == 1


@pytest.mark.parametrize("method", ["get", "post"])
def test_it_asks_a_stranger_to_sign_in(client: Client, method: str) -> None:
    assert getattr(client, method)(DOOR)["Location"] == f"/accounts/login/?next={DOOR}"


def test_it_is_about_oneself_alone(as_dolores: Client, amina: User) -> None:
    as_dolores.post(DOOR, FIELDS | {"id": amina.pk, "pk": amina.pk, "email": "x@example.org", "is_staff": "on"})
    amina.refresh_from_db()
    assert (amina.full_name, amina.time_zone) == ("Amina Rahman", "America/New_York")
    dolores = User.objects.get(full_name="Dolores Cruz")
    assert (dolores.email, dolores.is_staff) == ("dolores@member.example", False)


def test_a_wrong_method(as_dolores: Client) -> None:
    assert as_dolores.put(DOOR).status_code == as_dolores.delete(DOOR).status_code == 405


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("full_name", " ", "Write your full name."),
        ("full_name", "x" * 151, "at most 150 characters"),
        ("preferred_name", "y" * 61, "at most 60 characters"),
        ("time_zone", "Mars/Olympus", "Choose a time zone from the list."),
        ("time_zone", "../../etc/passwd", "Choose a time zone from the list."),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_the_rest_stays(
    as_dolores: Client, dolores: User, field: str, value: str, said: str
) -> None:
    kept = {"full_name": "D. Cruz", "preferred_name": "Lolita"}
    answer = as_dolores.post(DOOR, {**kept, "time_zone": "Asia/Tokyo", field: value})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "<title>Error: Your profile" in html
    assert f'<a href="#id_{field}">' in html
    assert said in html.partition(f'id="error_1_id_{field}"')[2].partition("</strong>")[0]
    assert all(f'value="{words}"' in html for name, words in kept.items() if name != field)
    dolores.refresh_from_db()
    assert dolores.preferred_name == ""


def test_a_new_zone_moves_what_is_owed_to_its_own_morning(dolores: User) -> None:
    with time_machine.travel("2026-11-23 20:00Z", tick=False):
        owe(kind="content.review_due", person=dolores, about="content.page:1", due_on=date(2026, 11, 25))
        actions.change_profile(person=dolores, by=dolores, time_zone="Asia/Karachi")
    assert Notice.objects.get().send_after == datetime(2026, 11, 25, 3, tzinfo=UTC)


# ------------------------------------------------------------------------------------------------ the list of zones
def test_the_zones_say_what_the_clock_shows_there() -> None:
    areas = dict(zone_choices(now=datetime(2026, 11, 23, 12, 0, tzinfo=UTC)))
    asia = dict(areas["Asia"])
    assert asia["Asia/Karachi"] == "Karachi (now 17:00)"
    assert asia["Asia/Kathmandu"] == "Kathmandu (now 17:45)"
    assert dict(areas["America"])["America/Indiana/Knox"].startswith("Indiana, Knox (now 0")


def test_a_zone_that_is_not_in_the_list_stays_chosen(dolores: User) -> None:
    User.objects.filter(pk=dolores.pk).update(time_zone="UTC")
    client = signed_in(dolores)
    assert '<option value="UTC" selected>' in client.get(DOOR).content.decode()
    client.post(DOOR, FIELDS | {"time_zone": "UTC"})
    dolores.refresh_from_db()
    assert (dolores.preferred_name, dolores.time_zone) == ("Lola", "UTC")
