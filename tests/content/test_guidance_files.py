"""The text and the figures that ship with the portal keep the rules that staff are held to."""

import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape
from django.utils.text import slugify

from content.loading import FILES, read_page
from content.markdown import BLOCKS, compile_body
from content.models import County, Edition, ExternalLink, KeyDate, Page, Term
from content.reading import MISSING
from content.writing import bare_figures, facts_named
from facts.loading import FILES as FIGURES
from facts.loading import read_file
from facts.models import Confidence, Fact

PAGES = {str(path.relative_to(FILES / "pages")): path for path in sorted((FILES / "pages").rglob("*.md"))}
STEPS = {name: path for name, path in PAGES.items() if read_page(path).get("journey")}
FACTS = {key: fields for path in sorted(FIGURES.glob("*.toml")) for key, fields in read_file(path)}
SHORT_FIELDS = ("title", "short_title", "summary", "runs_it", "its_role", "when")
HEAD = {"path", "title", "short_title", "summary", "section", "review_every_days", "not_legal_advice", "owner_role",
        "change_note", "journey", "position", "runs_it", "its_role", "official_url", "when", "body"}  # fmt: skip

pytestmark = pytest.mark.django_db
of_every_page = pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
of_every_step = pytest.mark.parametrize("path", STEPS.values(), ids=STEPS)


def entries(file: str, table: str) -> list[dict[str, Any]]:
    return tomllib.loads((FILES / file).read_text(encoding="utf-8"))[table]


# ------------------------------------------------------------ pages
@of_every_page
def test_a_page_breaks_no_rule_of_writing(path: Path) -> None:
    page = read_page(path)
    compiled = compile_body(page["body"], every_block_is_a_statement="journey" in page)
    assert compiled.problems == []
    assert page.keys() <= HEAD
    for text in (page["body"], page["change_note"], *(page.get(name, "") for name in SHORT_FIELDS)):
        assert bare_figures(text) == []
    assert compiled.facts | facts_named(*(page.get(name, "") for name in SHORT_FIELDS)) <= FACTS.keys()


@of_every_page
def test_every_rule_names_its_source_and_every_block_is_closed(path: Path) -> None:
    opened = ""
    for line in read_page(path)["body"].splitlines():
        if line.strip() == ":::":
            assert opened
            opened = ""
        elif line.startswith(":::"):
            kind, _, name = line.removeprefix(":::").strip().partition(" ")
            assert (opened, kind in BLOCKS) == ("", True), line
            assert kind != "rule" or re.match(r"\w[^|]+( \| https?://\S+)?$", name), line
            opened = kind
    assert opened == ""


@of_every_step
def test_a_step_says_who_runs_it_where_and_when(path: Path) -> None:
    page = read_page(path)
    assert all(page.get(name) for name in ("runs_it", "its_role", "official_url", "when"))
    assert page["official_url"].startswith("https://")


def test_the_steps_are_eighteen_and_in_order() -> None:
    assert [read_page(path)["position"] for path in STEPS.values()] == list(range(1, 19))
    assert [int(Path(name).name[:2]) for name in STEPS] == list(range(1, 19))


def test_every_address_title_and_short_title_stands_once() -> None:
    for name in ("path", "title", "short_title"):
        values = [read_page(path)[name] for path in PAGES.values()]
        assert len(values) == len(set(values))


# ------------------------------------------------------------ what readers get
@pytest.fixture(scope="module")
def site(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> dict[str, str]:
    """Every page and list as it answers, by address."""
    with django_db_blocker.unblock():
        addresses = [
            *Page.objects.published().values_list("address", flat=True),
            "/",
            "/calendar/",
            "/glossary/",
            "/links/",
            "/changes/",
        ]
        answers = {address: Client().get(address) for address in addresses}
    assert {address: answer.status_code for address, answer in answers.items() if answer.status_code != 200} == {}
    return {address: answer.content.decode() for address, answer in answers.items()}


def test_every_page_is_there_with_its_title_and_without_a_gap(site: dict[str, str]) -> None:
    for path in PAGES.values():
        page = read_page(path)
        html = site[page["path"]]
        assert f"<h1>{escape(page['title'])}</h1>" in html
        assert MISSING not in html
        assert not re.search(r"\{[a-z][^{}\s]*\.[^{}\s]*\}|<data|:::", html)


def _is_there(client: Client, address: str) -> bool:
    """Or asks for sign-in first."""
    answer = client.get(address)
    return answer.status_code == 200 or answer.headers.get("Location", "").startswith("/accounts/login/?next=")


def test_every_link_inside_the_portal_leads_somewhere(site: dict[str, str]) -> None:
    client, ids = Client(), {address: set(re.findall(r'\bid="([^"]*)"', html)) for address, html in site.items()}
    broken = set()
    for address, html in site.items():
        for href in set(re.findall(r'href="((?:/|#)[^"]*)"', html)):
            target, _, anchor = href.partition("#")
            target = target.partition("?")[0] or address
            if target.startswith("/static/") or target.startswith("/my/"):  # which asks for sign-in
                continue
            if target not in site and not _is_there(client, target):
                broken.add((address, href))
            if anchor and anchor not in ids.get(target, {anchor}):
                broken.add((address, href))
    assert broken == set()


def test_no_id_stands_twice_on_a_page(site: dict[str, str]) -> None:
    for address, html in site.items():
        ids = re.findall(r'\bid="([^"]*)"', html)
        assert sorted(set(ids)) == sorted(ids), address


def test_every_page_looks_as_if_compiled_today() -> None:
    terms = dict(Term.objects.values_list("acronym", "slug"))
    for edition in Edition.objects.filter(live_for__isnull=False).select_related("page"):
        assert edition.html == compile_body(edition.body, terms=terms).html, edition


# ------------------------------------------------------------ facts
def test_a_fact_says_who_says_so_and_who_can_confirm_it() -> None:
    assert len(FACTS) > 500
    assert [key for key, fact in FACTS.items() if not _is_vouched_for(fact)] == []


def _is_vouched_for(fact: dict[str, Any]) -> bool:
    return (
        all(fact[name].strip() for name in ("label", "value", "source", "confirm_with"))
        and fact["confidence"] in Confidence
        and fact["checked_on"] <= date.today()
        and 1 <= fact["recheck_after_days"] <= 366
        and (fact["unit"] == "" or fact["kind"] == "count")
    )


def test_every_shipped_fact_is_loaded_and_reads() -> None:
    assert {fact.key: bool(fact.text) for fact in Fact.objects.all()} == dict.fromkeys(FACTS, True)


# ------------------------------------------------------------ reference
def test_dates_point_at_date_facts_and_end_after_they_start() -> None:
    slugs = [entry["slug"] for entry in entries("dates.toml", "date")]
    assert len(slugs) == len(set(slugs))
    paths = {read_page(path)["path"] for path in PAGES.values()}
    for entry in entries("dates.toml", "date"):
        days = [FACTS[key] for key in (entry["starts"], entry.get("ends")) if key]
        assert {fact["kind"] for fact in days} == {"date"}
        assert sorted(fact["value"] for fact in days) == [fact["value"] for fact in days]
        assert not entry.get("page") or entry["page"] in paths
        assert bare_figures(f"{entry['title']} {entry['what']}") == []


def test_every_term_leads_to_a_page_that_exists_and_stands_once() -> None:
    terms = entries("glossary.toml", "term")
    paths = {read_page(path)["path"] for path in PAGES.values()}
    assert len({slugify(term["acronym"]) for term in terms}) == len(terms)
    for term in terms:
        assert term["meaning"]
        assert not term.get("page") or term["page"] in paths


def test_the_glossary_has_every_term_that_pages_link(site: dict[str, str]) -> None:
    linked = {slug for html in site.values() for slug in re.findall(r'href="/glossary/#([^"]+)"', html)}
    assert len(linked) > 20
    assert linked <= set(Term.objects.values_list("slug", flat=True)) | {
        f"letter-{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"
    }


def test_every_link_names_steps_that_exist() -> None:
    links = entries("links.toml", "link")
    slugs = {read_page(path)["path"].strip("/").rpartition("/")[2] for path in STEPS.values()}
    assert len({link["url"] for link in links}) == len(links)
    for link in links:
        assert set(link.get("steps", ())) <= slugs, link["url"]
        assert link["organisation"]
        assert link["role"]


def test_rows_of_the_database_are_those_of_the_files() -> None:
    assert ExternalLink.objects.published().count() == len(entries("links.toml", "link"))
    assert KeyDate.objects.count() == len(entries("dates.toml", "date"))
    assert Term.objects.count() == len(entries("glossary.toml", "term"))


def test_sixty_two_counties_stand_in_nine_districts() -> None:
    counties = list(County.objects.values_list("name", "district"))
    assert len({name for name, _ in counties}) == 62
    assert {district for _, district in counties} == set(range(1, 10))
