"""The season's dates as pages, the time line and the calendar feed show them."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from .models import KeyDate
from .reading import caveat

NEXT_DATES = 5


@dataclass(frozen=True)
class DateEntry:
    slug: str
    title: str
    what: str
    season: str
    starts: date
    ends: date | None
    shown_as: str
    confidence: str
    confidence_label: str
    caveat: str
    to_confirm: bool
    confirm_with: str
    source: str
    source_url: str
    checked_on: date
    page_url: str
    page_title: str

    @property
    def last_day(self) -> date:
        return self.ends or self.starts


def key_dates() -> list[DateEntry]:
    """All dates of the season, earliest first."""
    rows = KeyDate.objects.published().select_related("starts", "ends", "page__live")
    today = timezone.localdate()
    return sorted((_date_entry(row, today) for row in rows), key=lambda entry: (entry.starts, entry.title))


def _date_entry(row: KeyDate, today: date) -> DateEntry:
    fact = row.starts
    days = [day for day in (row.starts, row.ends) if day]
    doubted = next((day for day in days if caveat(day, today)), fact)
    page = row.page if row.page and row.page.live else None
    return DateEntry(
        slug=row.slug,
        title=row.title,
        what=row.what,
        season=row.season,
        starts=date.fromisoformat(fact.value),
        ends=date.fromisoformat(row.ends.value) if row.ends else None,
        shown_as=" to ".join(day.text for day in days) if any(day.shown_as for day in days) else "",
        confidence=doubted.confidence,
        confidence_label=doubted.get_confidence_display(),
        caveat=caveat(doubted, today),
        to_confirm=doubted.to_confirm,
        confirm_with=doubted.confirm_with,
        source=fact.source,
        source_url=fact.source_url,
        checked_on=fact.checked_on,
        page_url=page.address if page else "",
        page_title=page.live.short_title if page else "",
    )


def next_dates() -> list[DateEntry]:
    today = timezone.localdate()
    return [entry for entry in key_dates() if entry.last_day >= today][:NEXT_DATES]
