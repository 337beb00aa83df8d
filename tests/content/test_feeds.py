"""What programs read: the feed of changes, the site map, robots.txt and security.txt."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User
from content import actions
from content.feeds import IN_FEED
from content.models import Edition, Page
from tests.conftest import words

ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LISTS = {"/", "/calendar/", "/glossary/", "/links/", "/changes/"}


def feed(client: Client) -> ElementTree.Element:
    return ElementTree.fromstring(client.get("/changes.atom").content)  # noqa: S314 - our own


def mapped(client: Client) -> set[str]:
    tree = ElementTree.fromstring(client.get("/sitemap.xml").content)  # noqa: S314 - our own
    return {urlsplit(place.text).path for place in tree.iter(f"{SITEMAP}loc")}


# ------------------------------------------------------------------------------------------------ changes
def test_the_feed_has_what_atom_requires(client: Client, db: None) -> None:
    root = feed(client)
    assert root.tag == f"{ATOM}feed"
    assert [root.findtext(ATOM + name) != "" for name in ("id", "title", "updated")] == [True] * 3
    assert root.findtext(f"{ATOM}author/{ATOM}name") == "Medical Society of the State of New York"
    assert {link.get("rel"): urlsplit(link.get("href")).path for link in root.findall(f"{ATOM}link")} == {
        "alternate": "/changes/",
        "self": "/changes.atom",
    }
    entries = root.findall(f"{ATOM}entry")
    assert len(entries) == min(IN_FEED, Edition.objects.announced().count())
    for entry in entries:
        assert entry.findtext(f"{ATOM}title")
        assert datetime.fromisoformat(entry.findtext(f"{ATOM}updated")).tzinfo
        assert urlsplit(entry.find(f"{ATOM}link").get("href")).scheme == "http"
    names = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert len(set(names)) == len(names)
    assert all(urlsplit(name).scheme == "tag" for name in names)


def test_a_change_keeps_its_name_when_its_page_moves(client: Client, published: Edition, amina: User) -> None:
    before = feed(client).find(f"{ATOM}entry")
    actions.change_page(page=published.page, by=amina, address="/moved-page/")
    after = feed(Client()).find(f"{ATOM}entry")
    assert after.findtext(f"{ATOM}id") == before.findtext(f"{ATOM}id")
    assert after.find(f"{ATOM}link").get("href").endswith("/moved-page/")


def test_hostile_words_stay_words_in_the_feed(client: Client, page: Page, amina: User, boris: User) -> None:
    draft = actions.save_draft(page=page, by=amina, words=words(title="A <b> & ]]>"), change_note="<script>&amp;")
    actions.approve(edition=actions.ask_for_review(edition=draft, by=amina), by=boris)
    newest = feed(client).find(f"{ATOM}entry")
    assert newest.findtext(f"{ATOM}title") == "A <b> & ]]>"
    assert newest.findtext(f"{ATOM}summary") == "<script>&amp;"


def test_a_silent_correction_is_not_announced(client: Client, published: Edition, amina: User, boris: User) -> None:
    draft = actions.save_draft(page=published.page, by=amina, words=words(title="Spelled better"))
    actions.approve(edition=actions.ask_for_review(edition=draft, by=amina), by=boris)
    said = [entry.findtext(f"{ATOM}summary") for entry in feed(client).findall(f"{ATOM}entry")]
    assert said.count("First words.") == 1
    assert "" not in said
    assert None not in said


def test_the_feed_asks_two_questions(
    client: Client, db: None, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(2):
        client.get("/changes.atom")


# ------------------------------------------------------------------------------------------------ site map
def test_the_site_map_lists_exactly_what_is_published(client: Client, draft: Edition) -> None:
    assert mapped(client) == LISTS | set(Page.objects.published().values_list("address", flat=True))
    assert draft.page.address not in mapped(client)


def test_a_withdrawn_page_leaves_the_site_map(client: Client, published: Edition, boris: User) -> None:
    assert "/test-page/" in mapped(client)
    actions.withdraw(edition=published, by=boris, reason="No longer true.")
    assert "/test-page/" not in mapped(Client())


# ------------------------------------------------------------------------------------------------ robots, researchers
def test_robots_are_told_what_is_not_for_them(client: Client, db: None, settings: Settings) -> None:
    settings.SITE_URL = "https://portal.example.org"
    lines = client.get("/robots.txt").content.decode().splitlines()
    assert {"User-agent: *", "Disallow: /admin/", "Disallow: /preview/"} <= set(lines)
    assert "Sitemap: https://portal.example.org/sitemap.xml" in lines


@pytest.mark.parametrize("day", ["2026-01-01", "2026-08-31", "2028-02-29"])
def test_researchers_are_told_whom_to_write_to(client: Client, db: None, settings: Settings, day: str) -> None:
    settings.SECURITY_CONTACT, settings.SITE_URL = "mailto:security@example.org", "https://portal.example.org"
    with time_machine.travel(f"{day}T12:00:00Z", tick=False):
        answer = client.get("/.well-known/security.txt")
        fields = dict(line.split(": ", 1) for line in answer.content.decode().splitlines())
        left = datetime.fromisoformat(fields["Expires"]) - datetime.now(UTC)
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert fields["Contact"] == "mailto:security@example.org"
    assert fields["Canonical"] == "https://portal.example.org/.well-known/security.txt"
    assert timedelta(days=120) < left < timedelta(days=365)


def test_without_an_address_they_are_led_to_the_contact_page(client: Client, db: None, settings: Settings) -> None:
    settings.SECURITY_CONTACT = ""
    assert "Contact: http://localhost:8000/contact/\n" in client.get("/.well-known/security.txt").content.decode()


@pytest.mark.parametrize("address", ["/changes.atom", "/sitemap.xml", "/robots.txt", "/.well-known/security.txt"])
def test_they_are_only_read(client: Client, db: None, address: str) -> None:
    assert client.post(address).status_code == 405
    head = client.head(address)
    assert (head.status_code, head.content) == (200, b"")
    assert not head.cookies
