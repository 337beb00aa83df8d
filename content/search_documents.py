"""What the search knows of each public thing: a page, a term, a site, a date, a goal, a county."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from django.db import models
from django.urls import reverse
from django.utils import timezone

from .models import County, ExternalLink, Goal, KeyDate, LinkState, Page, SearchKind, Term

# Where goals and counties are shown; if the page moves, its old address keeps leading there.
GOALS_PAGE = "/committee/"
COUNTIES_PAGE = "/get-involved/"

# Of two that fit equally well: guidance first, then terms, dates, goals, other sites, counties.
_RANK = {kind: rank * 1000 for rank, kind in enumerate(SearchKind.values)}
PLACES_OF_GUIDANCE = _RANK[SearchKind.TERM]
_AFTER_ITS_LIKE = 500
_KIND_OF_STATEMENT = re.compile(r'<p class="(?:statement|aside)-kind">.*?</p>', re.DOTALL)
_FACT = re.compile(r'<data class="fact" value="([^"]*)"></data>')
_HEADING = re.compile(r"<h[234][^>]*>(.*?)</h[234]>", re.DOTALL)
_BLOCK = re.compile(r"</?(?:p|li|ul|ol|div|h[234]|table|thead|tbody|tr|td|th|br|hr|pre|blockquote)\b[^>]*>")
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class Document:
    key: str
    kind: SearchKind
    title: str
    url: str
    names: tuple[str, ...]
    about: str
    text: str
    place: int = 0
    # Dates recur; what somebody types in full is rather the page or the term than one day.
    is_found_by_name: bool = True

    @property
    def rank(self) -> int:
        return _RANK[self.kind] + self.place


def key_of(row: models.Model) -> str:
    return f"{row._meta.model_name}:{row.pk}"


def document_of(row: models.Model) -> Document | None:
    """None if readers do not see it."""
    if isinstance(row, Page):
        return _page(row) if row.live else None
    if isinstance(row, ExternalLink) and (not row.is_listed or row.state == LinkState.DEAD):
        return None
    return _MAKERS[type(row)](row)


def documents() -> Iterator[Document]:
    """All that readers see, the most important first."""
    pages = Page.objects.published().select_related("live").order_by("journey", "position", "address")
    for page in pages.iterator(chunk_size=500):
        yield _page(page)
    yield from map(_date, KeyDate.objects.published().select_related("starts", "ends"))
    yield from map(_link, ExternalLink.objects.published().exclude(state=LinkState.DEAD))
    for model in (Term, Goal, County):
        yield from map(_MAKERS[model], model.objects.published())


def is_searchable(row: models.Model) -> bool:
    return isinstance(row, (Page, *_MAKERS))


# ------------------------------------------------------------------------------------------------ pages
def _page(page: Page) -> Document:
    edition = page.live
    head = [edition.summary, edition.runs_it, edition.its_role, edition.when]
    return Document(
        key=key_of(page),
        kind=SearchKind.STEP if page.journey_id else SearchKind.PAGE,
        title=edition.title,
        url=page.address,
        names=(edition.title, edition.short_title),
        about=" ".join([edition.summary, edition.runs_it, *map(_words, _HEADING.findall(edition.html))]),
        text="\n".join([*(_sentence(line) for line in head if line), *_blocks(edition.html)]),
        place=min(page.position or 0, 999),
    )


def _blocks(html: str) -> list[str]:
    html = _KIND_OF_STATEMENT.sub("", html)
    return [_sentence(words) for block in _BLOCK.split(html) if (words := _words(block))]


def _words(html: str) -> str:
    return " ".join(unescape(_TAG.sub("", _FACT.sub(r"{\1}", html))).split())


def _sentence(words: str) -> str:
    return words if words[-1] in ".:;?!" else f"{words}."


# ------------------------------------------------------------------------------------------------ reference
def _term(term: Term) -> Document:
    title = f"{term.acronym}: {term.name}" if term.name and term.name != term.acronym else term.acronym
    also = [other.strip() for other in term.also.split(",")]
    names = [term.acronym, term.name, *also]
    url = f"{reverse('content:glossary')}#{term.slug}"
    return Document(key_of(term), SearchKind.TERM, title, url, tuple(filter(None, names)), "", term.meaning)


def _link(link: ExternalLink) -> Document:
    title = ": ".join(filter(None, (link.organisation, link.label))) or link.url
    care = "Address to be confirmed." if link.to_confirm else ""
    text = " ".join(filter(None, (link.role and _sentence(link.role), care)))
    return Document(key_of(link), SearchKind.LINK, title[:250], link.url, (title,), "", text)


def _date(date: KeyDate) -> Document:
    # The facts' keys: the days are filled in when a result is shown.
    days = " to ".join(f"{{{fact.key}}}" for fact in (date.starts, date.ends) if fact)
    is_past = (date.ends or date.starts).value < timezone.localdate().isoformat()
    return Document(
        key=key_of(date),
        kind=SearchKind.DATE,
        title=f"{date.title} ({date.season})" if date.season else date.title,
        url=reverse("content:calendar"),
        names=(date.title,),
        about=date.season,
        text=f"{days}: {date.what}",
        place=_AFTER_ITS_LIKE if is_past else 0,
        is_found_by_name=False,
    )


def _goal(goal: Goal) -> Document:
    text = " ".join(filter(None, (goal.text, goal.report)))
    place = min(goal.position, 999)
    return Document(key_of(goal), SearchKind.GOAL, goal.title, GOALS_PAGE, (goal.title,), "", text, place)


def _county(county: County) -> Document:
    title = f"{county.name} County"
    society = county.society or "County medical society"
    text = f"{_sentence(society)} District branch {county.district} of MSSNY."
    return Document(key_of(county), SearchKind.COUNTY, title, COUNTIES_PAGE, (county.name, title), society, text)


_MAKERS = {KeyDate: _date, Term: _term, Goal: _goal, ExternalLink: _link, County: _county}
