"""What the templates show, made from the models: plain objects, so that a template asks the database nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import groupby
from typing import Any

from django.utils import timezone
from django.utils.safestring import SafeString

from facts.models import Fact

from .figures import draw
from .markdown import compile_line
from .models import Edition, ExternalLink, Page, Term
from .paths import page_entries, path_of, section_pages
from .reading import Reader, plain

LATEST_CHANGES = 5


@dataclass(frozen=True)
class Change:
    edition_id: int
    title: str
    url: str
    published_at: datetime
    change_note: str


def page_context(page: Page, edition: Edition, **more: Any) -> dict[str, Any]:
    facts = {fact.key: fact for fact in edition.facts.all()}
    today = timezone.localdate()
    reader = Reader(facts, today, figure=partial(draw, page=page))
    head = Reader(facts, today, prefix="key-figure")
    return {
        "page": _page_words(page, edition, head, facts),
        "step": _step(edition, head) if page.journey_id else None,
        "head_sources": head.all_sources(),
        "body": reader.fill(edition.html),
        "journey": path_of(page),
        "section_pages": section_pages(page),
        "nav_section": page.section,
        **more,
    }


def _page_words(page: Page, edition: Edition, head: Reader, facts: Mapping[str, Fact]) -> dict[str, Any]:
    return {
        "title": edition.title,
        "short_title": edition.short_title,
        "summary": head.fill(compile_line(edition.summary)),
        "summary_plain": plain(edition.summary, facts),
        "url": page.address,
        "section_label": page.get_section_display(),
        "owner_role": page.owner_role,
        "last_reviewed_on": page.last_reviewed_on,
        "next_review_on": page.next_review_on,
        "is_overdue": page.is_overdue,
        "not_legal_advice": edition.not_legal_advice,
    }


def _step(edition: Edition, head: Reader) -> dict[str, SafeString | str]:
    filled = {name: head.fill(compile_line(getattr(edition, name))) for name in ("runs_it", "its_role", "when")}
    return {**filled, "official_url": edition.official_url}


# ------------------------------------------------------------------------------------------------ changes
def changes(editions: Iterable[Edition]) -> list[Change]:
    return [Change(e.pk, e.page.live.title, e.page.address, e.published_at, e.change_note) for e in editions]


def latest_changes() -> list[Change]:
    return changes(Edition.objects.announced()[:LATEST_CHANGES])


# ------------------------------------------------------------------------------------------------ reference
def glossary() -> list[tuple[str, list[dict[str, Any]]]]:
    terms = sorted(Term.objects.published().select_related("page__live"), key=lambda term: term.acronym.lower())
    return [(letter, [_term(term) for term in group]) for letter, group in groupby(terms, key=_letter)]


def _letter(term: Term) -> str:
    first = term.acronym[0].upper()
    return first if first.isalpha() else "#"


def _term(term: Term) -> dict[str, Any]:
    return {
        "slug": term.slug,
        "acronym": term.acronym,
        "name": term.name,
        "meaning": term.meaning,
        "page_url": term.page.address if term.page and term.page.live else "",
    }


def link_groups() -> list[tuple[str, list[dict[str, Any]]]]:
    links = ExternalLink.objects.published().prefetch_related("step_pages__live")
    ordered = sorted(links, key=lambda link: (link.organisation.lower(), link.label.lower()))
    return [
        (name, [_link(link) for link in group]) for name, group in groupby(ordered, key=lambda link: link.organisation)
    ]


def _link(link: ExternalLink) -> dict[str, Any]:
    return {
        "url": link.url,
        "label": link.label or link.url,
        "role": link.role,
        "step_pages": page_entries(sorted(link.step_pages.all(), key=lambda page: page.position or 0)),
        "last_checked_at": link.checked_at,
        "state": link.state,
        "state_label": link.get_state_display(),
        "moved_to": link.moved_to,
        "to_confirm": link.to_confirm,
        "legacy": link.is_legacy,
    }
