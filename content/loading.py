"""The guidance that ships with the portal (docs/guidance-files.md). Adds what is missing; leaves what staff edited."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import models, transaction
from django.utils.text import slugify

from facts.loading import JOB, digest, is_untouched, naming
from facts.models import Fact

from .actions import publish_loaded
from .models import County, Edition, ExternalLink, Goal, Journey, KeyDate, MovedPage, Page, Term
from .search_index import index_all

FILES = Path(__file__).parent / "guidance"
JOURNEYS = {"residency": ("Obtaining a residency in New York State", "/residency/")}

TERM_FIELDS = ("acronym", "name", "meaning", "also")
LINK_FIELDS = ("organisation", "label", "role", "is_listed", "is_legacy", "to_confirm")
DATE_FIELDS = ("title", "what", "starts_id", "ends_id", "season", "page_id")
GOAL_FIELDS = ("position", "title", "text", "status", "owner")
COUNTY_FIELDS = ("district", "society", "website", "to_confirm")


@dataclass
class Counts:
    added: set[str] = field(default_factory=set)
    updated: set[str] = field(default_factory=set)

    def __str__(self) -> str:
        return f"{len(self.added)} added, {len(self.updated)} updated"

    @property
    def all(self) -> set[str]:
        return self.added | self.updated


@transaction.atomic
def load_guidance(folder: Path = FILES) -> dict[str, Counts]:
    """Terms first (pages link them), then pages, then what points at pages. Raises BrokenFile."""
    counts = {}
    with naming(folder / "glossary.toml"):
        counts["terms"] = _load_rows(Term, "slug", TERM_FIELDS, _terms(folder))
    counts["pages"] = _load_pages(folder)
    pages = _pages_by_address()
    with naming(folder / "links.toml"):
        counts["links"] = _load_rows(ExternalLink, "url", LINK_FIELDS, _links(folder))
    _connect_steps(folder, pages, new=counts["links"].all | counts["pages"].added)
    _connect_terms(folder, pages, new=counts["terms"].all | counts["pages"].added)
    with naming(folder / "dates.toml"):
        counts["dates"] = _load_rows(KeyDate, "slug", DATE_FIELDS, _dates(folder, pages))
    with naming(folder / "goals.toml"):
        counts["goals"] = _load_rows(Goal, "slug", GOAL_FIELDS, _goals(folder))
    with naming(folder / "counties.toml"):
        counts["counties"] = _load_rows(County, "name", COUNTY_FIELDS, _counties(folder))
    index_all()
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
            counts.added.add(name)
        elif row.loaded_digest != new_digest and _may_update(row, fields):
            for column, value in (values | {"loaded_digest": new_digest}).items():
                setattr(row, column, value)
            counts.updated.add(name)
        else:
            continue
        with naming(name):
            row.full_clean()
        row.save()
    return counts


def _may_update(row: models.Model, fields: tuple[str, ...]) -> bool:
    """Loaded and untouched since; or an address that a page named and nobody has described yet."""
    if row.loaded_digest:
        return is_untouched(row, fields)
    return all(getattr(row, name) == row._meta.get_field(name).get_default() for name in fields)


def _pages_by_address() -> dict[str, Page]:
    """Every page, also under the addresses it once had: the files know a page that staff moved by its old one."""
    moved = {moved.address: moved.page for moved in MovedPage.objects.select_related("page__live")}
    return moved | {page.address: page for page in Page.objects.select_related("live")}


def _entries(folder: Path, file: str, table: str) -> list[dict[str, Any]]:
    return tomllib.loads((folder / file).read_text(encoding="utf-8"))[table]


def _terms(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for entry in _entries(folder, "glossary.toml", "term"):
        also = ", ".join(entry.get("also", []))
        yield slugify(entry["acronym"]), {**{name: entry.get(name, "") for name in TERM_FIELDS}, "also": also}


def _links(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for entry in _entries(folder, "links.toml", "link"):
        words = {name: entry.get(name, "") for name in ("organisation", "label", "role")}
        flags = {
            "is_listed": True,
            "is_legacy": entry.get("legacy", False),
            "to_confirm": entry.get("to_confirm", False),
        }
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


def _connect_steps(folder: Path, pages: dict[str, Page], *, new: set[str]) -> None:
    """Which steps each listed site belongs to; only when one of the two is new, so that staff may say otherwise."""
    links = {link.url: link for link in ExternalLink.objects.prefetch_related("step_pages")}
    for entry in _entries(folder, "links.toml", "link"):
        link = links[entry["url"]]
        steps = [address for slug in entry.get("steps", []) if (address := f"/residency/{slug}/") in pages]
        if new & {entry["url"], *steps} and not link.step_pages.all():
            link.step_pages.set(pages[address] for address in steps)


def _connect_terms(folder: Path, pages: dict[str, Page], *, new: set[str]) -> None:
    terms = {term.slug: term for term in Term.objects.all()}
    for entry in _entries(folder, "glossary.toml", "term"):
        term, page = terms[slugify(entry["acronym"])], pages.get(entry.get("page", ""))
        if page and term.page_id is None and new & {term.slug, entry["page"]}:
            term.page = page
            term.save()


# ------------------------------------------------------------------------------------------------ pages
def read_page(path: Path) -> dict[str, Any]:
    """A page file: a TOML head between +++ lines, then Markdown."""
    _, head, body = path.read_text(encoding="utf-8").split("+++\n", 2)
    return {**tomllib.loads(head), "body": body.strip() + "\n"}


def _load_pages(folder: Path) -> Counts:
    existing = _pages_by_address()
    counts = Counts()
    for path in sorted((folder / "pages").rglob("*.md")):
        with naming(path):
            entry = read_page(path)
            page = existing.get(entry["path"]) or _new_page(entry)
            words = _words(entry)
            new_digest = digest(words)
            if not _wants(page, new_digest):
                continue
            (counts.updated if page.live else counts.added).add(entry["path"])
            publish_loaded(page=page, by=JOB, words=words, change_note=entry["change_note"], loaded_digest=new_digest)
    return counts


def _wants(page: Page, new_digest: str) -> bool:
    """Is it new, or changed in the file and untouched by staff?"""
    if page.live is None:
        return not page.editions.exists()  # otherwise staff withdrew it, or are writing it
    if page.live.loaded_digest == new_digest or not is_untouched(page.live, Edition.WORDS):
        return False
    return page.latest() == page.live  # otherwise staff are working on it


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
