"""The guidance that ships with the portal (docs/guidance-files.md). Adds what is missing; leaves what staff edited."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import models, transaction
from django.utils.text import slugify

from facts.loading import JOB, digest, is_untouched
from facts.models import Fact

from .actions import publish_loaded
from .models import County, Edition, ExternalLink, Goal, Journey, KeyDate, Page, Term

FILES = Path(__file__).parent / "guidance"
JOURNEYS = {"residency": ("Obtaining a residency in New York State", "/residency/")}
PAGE_FIELDS = ("section", "owner_role", "position")

TERM_FIELDS = ("acronym", "name", "meaning", "also")
LINK_FIELDS = ("organisation", "label", "role", "is_listed", "is_legacy", "to_confirm")
DATE_FIELDS = ("title", "what", "starts_id", "ends_id", "season", "page_id")
GOAL_FIELDS = ("position", "title", "text", "status", "owner")
COUNTY_FIELDS = ("district", "society", "website", "to_confirm")


@dataclass
class Counts:
    added: int = 0
    updated: int = 0

    def __str__(self) -> str:
        return f"{self.added} added, {self.updated} updated"


@transaction.atomic
def load_guidance(folder: Path = FILES) -> dict[str, Counts]:
    """Terms first (pages link them), then pages, then what points at pages."""
    counts = {"terms": _load_rows(Term, "slug", TERM_FIELDS, _terms(folder))}
    counts["pages"] = _load_pages(folder)
    pages = {page.address: page for page in Page.objects.all()}
    counts["links"] = _load_rows(ExternalLink, "url", LINK_FIELDS, _links(folder))
    _connect_steps(folder, pages)
    _connect_terms(folder, pages)
    counts["dates"] = _load_rows(KeyDate, "slug", DATE_FIELDS, _dates(folder, pages))
    counts["goals"] = _load_rows(Goal, "slug", GOAL_FIELDS, _goals(folder))
    counts["counties"] = _load_rows(County, "name", COUNTY_FIELDS, _counties(folder))
    return counts


def _load_rows(
    model: type[models.Model], key: str, fields: tuple[str, ...], rows: Iterator[tuple[str, dict[str, Any]]]
) -> Counts:
    existing = {getattr(row, key): row for row in model._default_manager.all()}
    counts = Counts()
    for name, values in rows:
        new_digest = digest(values)
        row = existing.get(name)
        if row is None:
            row = model(**{key: name}, **values, loaded_digest=new_digest)
            counts.added += 1
        elif row.loaded_digest != new_digest and (not row.loaded_digest or is_untouched(row, fields)):
            for field, value in values.items():
                setattr(row, field, value)
            row.loaded_digest = new_digest
            counts.updated += 1
        else:
            continue
        row.full_clean()
        row.save()
    return counts


def _entries(folder: Path, file: str, table: str) -> list[dict[str, Any]]:
    return tomllib.loads((folder / file).read_text(encoding="utf-8"))[table]


def _terms(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for entry in _entries(folder, "glossary.toml", "term"):
        also = ", ".join(entry.get("also", []))
        yield slugify(entry["acronym"]), {**{name: entry.get(name, "") for name in TERM_FIELDS}, "also": also}


def _links(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for entry in _entries(folder, "links.toml", "link"):
        words = {name: entry.get(name, "") for name in ("organisation", "label", "role")}
        flags = {"is_listed": True, "is_legacy": entry.get("legacy", False), "to_confirm": entry.get("to_confirm", False)}
        yield entry["url"], words | flags


def _dates(folder: Path, pages: dict[str, Page]) -> Iterator[tuple[str, dict[str, Any]]]:
    facts = dict(Fact.objects.filter(kind="date").values_list("key", "pk"))
    for entry in _entries(folder, "dates.toml", "date"):
        page = pages.get(entry.get("page", ""))
        yield (
            entry["slug"],
            {
                **{name: entry.get(name, "") for name in ("title", "what", "season")},
                "starts_id": facts[entry["starts"]],
                "ends_id": facts[entry["ends"]] if entry.get("ends") else None,
                "page_id": page and page.pk,
            },
        )


def _goals(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for position, entry in enumerate(_entries(folder, "goals.toml", "goal"), start=1):
        yield entry["slug"], {"position": position, **{name: entry[name] for name in GOAL_FIELDS if name != "position"}}


def _counties(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for entry in _entries(folder, "counties.toml", "county"):
        words = {name: entry.get(name, "") for name in ("society", "website")}
        yield entry["name"], {"district": entry["district"], **words, "to_confirm": entry.get("to_confirm", True)}


def _connect_steps(folder: Path, pages: dict[str, Page]) -> None:
    """Which steps each listed site belongs to; only where staff have not said otherwise."""
    links = {link.url: link for link in ExternalLink.objects.prefetch_related("step_pages")}
    for entry in _entries(folder, "links.toml", "link"):
        link = links[entry["url"]]
        steps = [pages[address] for slug in entry.get("steps", []) if (address := f"/residency/{slug}/") in pages]
        if steps and not link.step_pages.all():
            link.step_pages.set(steps)


def _connect_terms(folder: Path, pages: dict[str, Page]) -> None:
    terms = {term.slug: term for term in Term.objects.all()}
    for entry in _entries(folder, "glossary.toml", "term"):
        term, page = terms[slugify(entry["acronym"])], pages.get(entry.get("page", ""))
        if page and term.page_id is None:
            term.page = page
            term.save()


# ------------------------------------------------------------------------------------------------ pages
def read_page(path: Path) -> dict[str, Any]:
    """A page file: a TOML head between +++ lines, then Markdown."""
    _, head, body = path.read_text(encoding="utf-8").split("+++\n", 2)
    return {**tomllib.loads(head), "body": body.strip() + "\n"}


def _load_pages(folder: Path) -> Counts:
    existing = {page.address: page for page in Page.objects.select_related("live")}
    counts = Counts()
    for path in sorted((folder / "pages").rglob("*.md")):
        entry = read_page(path)
        page = existing.get(entry["path"]) or _new_page(entry)
        words = _words(entry)
        new_digest = digest(words)
        if page.live is None and page.editions.exists():
            continue  # staff withdrew it
        if page.live and (page.live.loaded_digest == new_digest or not is_untouched(page.live, Edition.WORDS)):
            continue
        if page.latest() != page.live:
            continue  # staff are working on it
        counts.updated += page.live is not None
        counts.added += page.live is None
        publish_loaded(page=page, by=JOB, words=words, change_note=entry["change_note"], loaded_digest=new_digest)
    return counts


def _new_page(entry: dict[str, Any]) -> Page:
    page = Page(
        address=entry["path"],
        section=entry["section"],
        owner_role=entry["owner_role"],
        review_every_days=entry["review_every_days"],
        journey=_journey(entry["journey"]) if entry.get("journey") else None,
        position=entry.get("position"),
    )
    page.full_clean()
    page.save()
    return page


def _journey(slug: str) -> Journey:
    title, address = JOURNEYS[slug]
    return Journey.objects.get_or_create(slug=slug, defaults={"title": title, "address": address})[0]


def _words(entry: dict[str, Any]) -> dict[str, Any]:
    return {name: entry.get(name, Edition._meta.get_field(name).get_default()) for name in Edition.WORDS}
