"""The public pages: each answers with its own words, in sound HTML, small enough for a slow line."""

import gzip
import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import DjangoAssertNumQueries, DjangoDbBlocker
from tinyhtml5.parser import HTMLParser
from zeal import zeal_context
from zeal.constants import initialize_app_registry
from zeal.patch import patch

from accounts.models import User
from content import actions
from content.models import Edition, ExternalLink, KeyDate, Page, Section, Term
from tests.conftest import words

CALM = "There is no page at this address"
SAYS = {
    "/": "For physicians who trained abroad",
    "/residency/": "Obtaining a Residency in New York State",
    "/state-30/": "New York's J-1 visa waiver for physicians",
    "/state-30/stages/": "The stages of a State 30 case",
    "/echo/": "ECHO: what it was",
    "/committee/": "The MSSNY IMG Committee",
    "/credentialing/": "why licenses are late",
    "/mentoring/": "Mentoring for international medical graduates",
    "/get-involved/": "take a seat",
    "/contact/": "whom to ask about what",
    "/sourcebook/": "The IMG Sourcebook",
    "/privacy/": "The pages set no cookies",
    "/accessibility/": "Accessibility of this portal",
    "/calendar/": "Match Day",
    "/glossary/": "Federation Credentials Verification Service",
    "/links/": "World Directory of Medical Schools",
    "/search/": "Search for",
    "/changes/": "First published in this portal.",
}
STEPS = 18
NAME_OTHERS = ("aria-labelledby", "aria-describedby", "for")
FIRST_VISIT, HTML_ALONE = 40_000, 14_000


# Every test here reads the guidance: marked, they come before those that empty the database.
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def everything(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> dict[str, str]:
    """Every public page, as it was answered. Reads only, so one walk serves the whole file."""
    with django_db_blocker.unblock():
        addresses = {*SAYS, *Page.objects.published().values_list("address", flat=True), "/feedback/?page=/contact/"}
        pages = {address: Client().get(address) for address in sorted(addresses)}
    assert {address: page.status_code for address, page in pages.items() if page.status_code != 200} == {}
    return {address: page.content.decode() for address, page in pages.items()}


# ------------------------------------------------------------------------------------------------ what they say
@pytest.mark.parametrize(("address", "said"), SAYS.items())
def test_a_page_answers_with_its_own_words(client: Client, db: None, address: str, said: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200
    assert said in text_of(parsed(answer.content.decode())).replace("’", "'")


def test_each_step_says_where_the_reader_is(client: Client, db: None) -> None:
    steps = Page.objects.published().filter(section=Section.RESIDENCY, position__isnull=False).order_by("position")
    said = [re.search(r"Step (\d+) of (\d+)", client.get(step.address).content.decode()) for step in steps]
    assert [(int(found[1]), int(found[2])) for found in said] == [(n, STEPS) for n in range(1, STEPS + 1)]


def test_a_step_leads_to_the_one_before_and_the_one_after(client: Client, db: None) -> None:
    second = client.get("/residency/new-york-12-week-rule/").content.decode()
    assert 'rel="prev" href="/residency/check-your-school/"' in second
    assert 'rel="next" href="/residency/ecfmg-certification/"' in second
    assert 'rel="prev"' not in client.get("/residency/check-your-school/").content.decode()
    assert 'rel="next"' not in client.get("/residency/start-and-licence/").content.decode()


def test_a_summary_shows_its_figures_and_the_window_title_its_words(client: Client, db: None) -> None:
    page = client.get("/residency/new-york-12-week-rule/").content.decode()
    described = re.search(r'name="description" content="([^"]*)"', page)
    assert described
    assert "12 weeks" in described[1]
    assert "<" not in described[1]


def test_an_overdue_page_says_so(client: Client, published: Edition) -> None:
    Page.objects.filter(pk=published.page_id).update(last_reviewed_on="2020-01-01", next_review_on="2020-04-01")
    assert "This page is due for review" in client.get("/test-page/").content.decode()


@pytest.mark.parametrize("address", ["/nope/", "/residency/nope/", "/RESIDENCY/", "/a//b/", "/static/nope.css", "/%00"])
def test_an_unknown_address_gets_the_calm_page(client: Client, db: None, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 404
    assert CALM in answer.content.decode()


def test_an_address_without_its_last_stroke_leads_on(client: Client, db: None) -> None:
    assert client.get("/state-30")["Location"] == "/state-30/"


def test_a_draft_is_not_shown(client: Client, draft: Edition) -> None:
    assert client.get(draft.page.address).status_code == 404


@pytest.mark.parametrize("address", SAYS)
def test_a_page_is_only_read(client: Client, db: None, address: str) -> None:
    assert [client.generic(method, address).status_code for method in ("POST", "PUT", "DELETE")] == [405] * 3
    head = client.head(address)
    assert (head.status_code, head.content) == (200, b"")


def test_hostile_words_come_out_as_words(client: Client, page: Page, amina: User, boris: User) -> None:
    hostile = '"><script>alert("x")</script>'
    kept = words(**{name: f"## A {hostile}\n\n{hostile}\n" if name == "body" else hostile for name in words()})
    draft = actions.save_draft(page=page, by=amina, words=kept, change_note=f"N{hostile}")
    actions.approve(edition=actions.ask_for_review(edition=draft, by=amina), by=boris)
    for address in ("/test-page/", "/changes/", "/", "/contact/"):
        answer = client.get(address).content.decode()
        assert "<script" not in answer
        assert problems_of(answer) == []
    assert hostile in text_of(parsed(client.get("/test-page/").content.decode()))


# ------------------------------------------------------------------------------------------------ lists
def test_a_page_of_changes_that_is_none_shows_the_nearest(client: Client, db: None) -> None:
    first = client.get("/changes/").content
    assert client.get("/changes/?page=x").content == first
    last = client.get("/changes/?page=999999999999999999999")
    assert last.status_code == 200
    assert "Page 2 of 2" in last.content.decode()


def test_the_changes_stand_newest_first(client: Client, published: Edition) -> None:
    listed = re.findall(r'<a href="([^"]+)">[^<]+</a>\s*<p>', client.get("/changes/").content.decode())
    assert listed[0] == "/test-page/"


@pytest.fixture(scope="session")
def watched() -> None:
    """From now on zeal_context notices a question that is asked once per row."""
    initialize_app_registry()
    patch()


@pytest.fixture
def at_most(db: None, watched: None, django_assert_max_num_queries: DjangoAssertNumQueries) -> DjangoAssertNumQueries:
    return django_assert_max_num_queries


@pytest.mark.parametrize(
    ("address", "limit"),
    [("/", 3), ("/residency/eras/", 6), ("/changes/", 3), ("/glossary/", 2), ("/links/", 4), ("/calendar/", 3)],
)
def test_a_page_asks_a_few_questions(client: Client, at_most: DjangoAssertNumQueries, address: str, limit: int) -> None:
    with at_most(limit), zeal_context():
        assert client.get(address).status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("address", "limit", "mark"),
    [
        ("/glossary/", 2, "<dt "),
        ("/links/", 4, '<p class="small">'),
        ("/calendar/", 3, "Checked on"),
        ("/changes/", 3, "<p>First"),
    ],
)
def test_a_short_list_asks_as_little(
    client: Client, at_most: DjangoAssertNumQueries, address: str, limit: int, mark: str, rows: int
) -> None:
    for listed in (
        Term.objects.exclude(page=None),
        ExternalLink.objects.exclude(step_pages=None),
        KeyDate.objects.all(),
    ):
        kept = list(listed.values_list("pk", flat=True)[:rows])
        listed.model.objects.exclude(pk__in=kept).delete()
    Page.objects.exclude(pk__in=list(Page.objects.values_list("pk", flat=True)[:rows])).update(live=None)
    with at_most(limit), zeal_context():
        assert client.get(address).content.decode().count(mark) == rows


# ------------------------------------------------------------------------------------------------ sound HTML
def parsed(html: str) -> Element:
    return HTMLParser(namespace_html_elements=False).parse(html)


def text_of(tree: Element) -> str:
    return " ".join(" ".join(tree.find("body").itertext()).split())


def problems_of(html: str) -> list[str]:
    parser = HTMLParser(namespace_html_elements=False)
    tree = parser.parse(html)
    return [*(f"does not parse: {error}" for error in parser.errors), *_structure(tree), *_references(tree)]


def _structure(tree: Element) -> Iterator[str]:
    levels = [int(element.tag[1]) for element in tree.iter() if re.fullmatch("h[1-6]", str(element.tag))]
    if levels.count(1) != 1:
        yield f"{levels.count(1)} headings of the first level"
    yield from (f"h{b} follows h{a}" for a, b in pairwise(levels) if b > a + 1)
    if tree.get("lang") != "en":
        yield "does not say its language"
    if not tree.findtext("head/title"):
        yield "has no title"
    if not any(meta.get("name") == "description" and meta.get("content") for meta in tree.iter("meta")):
        yield "has no description"


def _references(tree: Element) -> Iterator[str]:
    ids = Counter(element.get("id") for element in tree.iter() if element.get("id"))
    yield from (f"two elements are #{name}" for name, times in ids.items() if times > 1)
    for element in tree.iter():
        named = [name for key in NAME_OTHERS for name in element.get(key, "").split()]
        if (target := element.get("href", "")).startswith("#"):
            named.append(target[1:])
        yield from (f"#{name} is named and is not there" for name in named if name not in ids)


def test_every_page_is_sound_html(everything: dict[str, str]) -> None:
    assert {address: found for address, html in everything.items() if (found := problems_of(html))} == {}


def test_error_pages_are_sound_html(client: Client, db: None) -> None:
    assert problems_of(client.get("/nope/").content.decode()) == []
    assert problems_of(client.post("/feedback/", {"page": "/contact/"}).content.decode()) == []


def test_no_two_pages_have_one_title(everything: dict[str, str]) -> None:
    titles = Counter(parsed(html).findtext("head/title") for html in everything.values())
    assert [title for title, times in titles.items() if times > 1] == []


SIGN_IN = "/accounts/login/?next="


def test_every_link_inside_the_portal_leads_somewhere(client: Client, db: None, everything: dict[str, str]) -> None:
    linked = {target for html in everything.values() for target in re.findall(r'href="(/[^"#?]*)', html)}
    answers = {target: client.get(target) for target in linked if not target.startswith("/static/")}
    assert len(answers) > 40
    closed = {target for target, one in answers.items() if one.headers.get("Location") == f"{SIGN_IN}{target}"}
    assert closed >= {"/my/", "/my/checklist/", "/my/mentoring/concern/"}
    assert {target: one.status_code for target, one in answers.items() if one.status_code != 200} == dict.fromkeys(
        closed, 302
    )


def test_every_link_to_a_place_on_another_page_finds_it(everything: dict[str, str]) -> None:
    linked = {found for html in everything.values() for found in re.findall(r'href="(/[^"#?]*)#([^"]+)"', html)}
    assert linked
    assert [(page, place) for page, place in linked if f'id="{place}"' not in everything[page]] == []


# ------------------------------------------------------------------------------------------------ weight
def test_every_page_is_light(everything: dict[str, str]) -> None:
    folder = Path(settings.STATICFILES_DIRS[0])
    once = sum(len(gzip.compress(path.read_bytes())) for path in (folder / "css/portal.css", *folder.glob("icons/*")))
    sizes = {address: len(gzip.compress(html.encode(), 6)) for address, html in everything.items()}
    assert once < FIRST_VISIT - HTML_ALONE
    assert {address: size for address, size in sizes.items() if size > HTML_ALONE} == {}
