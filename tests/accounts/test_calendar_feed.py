"""A person's own dates in a calendar program: the secret address, and what it shows."""

from datetime import date

import pytest
import time_machine
from django.test import Client
from icalendar import Calendar

from accounts import actions
from accounts.models import User
from audit.models import Entry
from content.models import Edition, Page
from notices.actions import owe, withdraw
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
RENEW = "/my/profile/calendar/"


def address_of(person: User) -> str:
    return f"/my/calendar/{actions.renew_calendar_secret(person=person).calendar_secret}.ics"


def events(address: str) -> dict[str, tuple[str, date]]:
    answer = Client().get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    found = Calendar.from_ical(answer.content).walk("VEVENT")
    return {str(event["uid"]): (str(event["summary"]), event["dtstart"].dt) for event in found}


def owe_something(person: User, day: date) -> None:
    owe(kind="content.review_due", person=person, about=f"content.page:{day.day}", due_on=day)


# ------------------------------------------------------------------------------------------------ the feed
def test_it_shows_what_is_owed_and_which_pages_are_to_be_reviewed(published: Edition, dolores: User) -> None:
    Page.objects.filter(pk=published.page_id).update(deputy=dolores, next_review_on=date(2027, 2, 1))
    owe_something(dolores, date(2026, 12, 4))
    found = events(address_of(dolores))
    assert sorted(found.values()) == [
        ("Review: A page for the test", date(2027, 2, 1)),
        ("Something to look at in the IMG portal", date(2026, 12, 4)),
    ]
    assert all(uid.endswith("@localhost") for uid in found)


def test_an_event_keeps_its_name_and_goes_when_it_is_no_longer_owed(dolores: User) -> None:
    owe_something(dolores, date(2026, 12, 4))
    address = address_of(dolores)
    assert set(events(address)) == set(events(address)) != set()
    withdraw(about="content.page:4")
    assert events(address) == {}


def test_it_is_a_calendar_that_programs_ask_for_again(dolores: User) -> None:
    calendar = Calendar.from_ical(Client().get(address_of(dolores)).content)
    assert str(calendar["x-wr-calname"]) == "MSSNY IMG portal: my dates"
    assert calendar["refresh-interval"].to_ical() == b"PT12H"


def test_equal_dates_give_equal_bytes(dolores: User) -> None:
    owe_something(dolores, date(2026, 12, 4))
    address = address_of(dolores)
    first = Client().get(address).content
    with time_machine.travel("2027-01-01"):
        assert Client().get(address).content == first


def test_it_names_nobody_and_shows_nothing_of_others(dolores: User, amina: User) -> None:
    owe_something(amina, date(2026, 12, 4))
    answer = Client().get(address_of(dolores))
    assert events(address_of(dolores)) == {}
    assert b"Dolores" not in answer.content
    assert "no-store" in answer["Cache-Control"]


# ------------------------------------------------------------------------------------------------ the address
@pytest.mark.parametrize("secret", ["1", "x" * 32, "%00", "..", "' OR 1=1 --"])
def test_without_the_secret_there_is_nothing(dolores: User, secret: str) -> None:
    address_of(dolores)
    assert Client().get(f"/my/calendar/{secret}.ics").status_code == 404


def test_somebody_who_never_asked_has_no_feed(dolores: User) -> None:
    assert dolores.calendar_secret == ""
    assert Client().get("/my/calendar/.ics").status_code in (302, 404)


def test_a_closed_account_has_no_feed(dolores: User) -> None:
    address = address_of(dolores)
    User.objects.filter(pk=dolores.pk).update(is_active=False)
    assert Client().get(address).status_code == 404


def test_it_is_only_read(dolores: User) -> None:
    assert Client().post(address_of(dolores)).status_code == 405


def test_renewing_stops_the_old_address_at_once(as_dolores: Client, dolores: User) -> None:
    old = address_of(dolores)
    html = as_dolores.post(RENEW, follow=True).content.decode()
    dolores.refresh_from_db()
    new = f"/my/calendar/{dolores.calendar_secret}.ics"
    assert "Your calendar has a new address. The old one stopped working." in html
    assert f"http://testserver{new}" in html
    assert (Client().get(old).status_code, Client().get(new).status_code) == (404, 200)
    assert Entry.objects.filter(verb="calendar address renewed", subject=f"account {dolores.pk}").count() == 2
    assert dolores.calendar_secret not in str(list(Entry.objects.values()))


def test_the_first_address_is_made_by_a_button_and_is_long(as_dolores: Client, dolores: User) -> None:
    assert "Make my calendar address" in as_dolores.get("/my/profile/").content.decode()
    html = as_dolores.post(RENEW, follow=True).content.decode()
    assert "stopped working" not in html
    dolores.refresh_from_db()
    assert len(dolores.calendar_secret) == 32


def test_only_its_owner_renews_it_and_only_by_the_button(as_dolores: Client, dolores: User, amina: User) -> None:
    assert as_dolores.get(RENEW).status_code == 405
    assert Client().post(RENEW)["Location"].startswith("/accounts/login/")
    signed_in(amina).post(RENEW, {"person": dolores.pk})
    dolores.refresh_from_db()
    assert dolores.calendar_secret == ""
