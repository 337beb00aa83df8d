"""Where a page stands: its place in a journey and its neighbours in a section."""

from collections.abc import Iterable
from dataclasses import dataclass

from .models import Page
from .models.pages import PageQuerySet


@dataclass(frozen=True)
class PageEntry:
    """A page as lists name it."""

    short_title: str
    url: str
    position: int | None = None
    is_current: bool = False


@dataclass(frozen=True)
class Path:
    """A journey as one of its pages shows it."""

    title: str
    url: str
    steps: list[PageEntry]
    position: int | None
    previous: PageEntry | None
    next: PageEntry | None

    @property
    def total(self) -> int:
        return len(self.steps)


def page_entries(pages: Iterable[Page]) -> list[PageEntry]:
    """Of pages that are here already, with their live editions."""
    return [PageEntry(page.live.short_title, page.address, page.position) for page in pages if page.live]


def entries_of(pages: PageQuerySet, current: Page | None = None) -> list[PageEntry]:
    """Of published pages, straight from the database: almost every page shows such a list, and needs no whole rows."""
    here = current.pk if current else None
    rows = pages.values_list("live__short_title", "address", "position", "pk")
    return [PageEntry(title, address, position, pk == here) for title, address, position, pk in rows]


def path_of(page: Page) -> Path | None:
    if page.journey is None:
        return None
    steps = entries_of(Page.objects.steps_of(page.journey), page)
    here = next((place for place, step in enumerate(steps) if step.is_current), None)
    return Path(
        title=page.journey.title,
        url=page.journey.address,
        steps=steps,
        position=page.position,
        previous=steps[here - 1] if here else None,
        next=steps[here + 1] if here is not None and here + 1 < len(steps) else None,
    )


def section_pages(page: Page) -> list[PageEntry]:
    """The other pages of the section, for sections that have some beyond a journey's steps."""
    if page.journey_id:
        return []
    siblings = Page.objects.published().filter(section=page.section, journey=None, address__startswith=_root(page))
    entries = entries_of(siblings.order_by("address"), page)
    return entries if len(entries) > 1 else []


def _root(page: Page) -> str:
    return f"/{page.address.strip('/').partition('/')[0]}/"
