import re
from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from content.dates import key_dates
from content.models import Edition, KeyDate, Page


def section(html: str, name: str) -> str:
    return html.partition(f'aria-labelledby="{name}"')[2].partition("</section>")[0]


@pytest.mark.parametrize("door", ["/residency/", "/state-30/", "/credentialing/", "/mentoring/", "/get-involved/"])
def test_the_first_page_opens_the_five_doors(client: Client, db: None, door: str) -> None:
    doors = client.get("/").content.decode().partition('class="doors"')[2].partition("</ol>")[0]
    assert f'<h2><a href="{door}">' in doors


def test_it_shows_the_next_dates_and_no_date_that_is_over(client: Client, db: None) -> None:
    entries = key_dates()
    day = entries[len(entries) // 2].last_day
    with time_machine.travel(f"{day.isoformat()}T12:00:00-05:00", tick=False):
        shown = section(client.get("/").content.decode(), "next-dates")
    coming = [entry for entry in entries if entry.last_day >= day]
    assert re.findall(r"<li>", shown) == ["<li>"] * min(5, len(coming))
    assert coming[0].title in shown
    assert all(entry.title not in shown for entry in entries if entry.last_day < day - timedelta(days=300))


def test_a_date_in_doubt_says_whom_to_ask(client: Client, db: None) -> None:
    doubtful = next(entry for entry in key_dates() if entry.to_confirm and entry.last_day >= date(2026, 11, 23))
    with time_machine.travel(f"{doubtful.starts.isoformat()}T09:00:00-05:00", tick=False):
        shown = section(client.get("/").content.decode(), "next-dates")
    assert f"to be confirmed with {doubtful.confirm_with}" in shown


def test_it_shows_what_changed_last(client: Client, published: Edition) -> None:
    shown = section(client.get("/").content.decode(), "what-changed")
    assert shown.index("A page for the test") == shown.index('href="/test-page/"') + len('href="/test-page/">')
    assert shown.count("<li>") == 5


def test_an_empty_portal_has_a_first_page_too(client: Client, db: None) -> None:
    KeyDate.objects.all().delete()
    Page.objects.update(live=None)
    shown = client.get("/").content.decode()
    assert "Next dates" not in shown
    assert "What changed</h2>" not in shown
    assert "Obtaining a residency" in shown


def test_it_asks_little(client: Client, db: None, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_max_num_queries(3):
        client.get("/")


def test_it_is_only_read(client: Client, db: None) -> None:
    assert client.post("/").status_code == 405
    assert client.head("/").content == b""
