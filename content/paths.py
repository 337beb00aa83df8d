"""Where a page stands: its place in a journey and its neighbours in a section."""

from collections.abc import Iterable
from dataclasses import dataclass

from .models import Page


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


def page_entries(pages: Iterable[Page], current: Page | None = None) -> list[PageEntry]:
    """Needs select_related("live")."""
    return [
        PageEntry(page.live.short_title, page.address, page.position, current is not None and page.pk == current.pk)
        for page in pages
        if page.live
    ]


def path_of(page: Page) -> Path | None:
    if page.journey is None:
        return None
    steps = page_entries(Page.objects.steps_of(page.journey).select_related("live").defer_words(), page)
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
    entries = page_entries(siblings.select_related("live").defer_words().order_by("address"), page)
    return entries if len(entries) > 1 else []


def _root(page: Page) -> str:
    return f"/{page.address.strip('/').partition('/')[0]}/"
