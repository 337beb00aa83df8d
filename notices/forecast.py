"""Who gets what in the days to come, as far as it is owed today."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from urllib.parse import urlencode

from django.db.models import Count
from django.db.models.functions import TruncDate
from django.utils import timezone

from .display import label_of
from .models import Notice, State

DAYS = 30


@dataclass(frozen=True)
class Line:
    label: str
    messages: int
    people: int
    query: str  # for the list of exactly these


def days_ahead(days: int = DAYS) -> list[tuple[date, list[Line]]]:
    """Each day (New York) on which something goes out, with how many of each kind; what is late stands on its day."""
    until = timezone.now() + timedelta(days=days)
    owed = Notice.objects.filter(state=State.OWED, send_after__lte=until, person__is_active=True)
    rows = (
        owed.annotate(day=TruncDate("send_after"))
        .order_by("day", "kind")
        .values_list("day", "kind")
        .annotate(messages=Count("pk"), people=Count("person", distinct=True))
    )
    return [(day, list(_lines(group))) for day, group in groupby(rows, key=lambda row: row[0])]


def _lines(rows: Iterator[tuple[date, str, int, int]]) -> Iterator[Line]:
    for day, kind, messages, people in rows:
        yield Line(label_of(kind), messages, people, _query(day, kind))


def _query(day: date, kind: str) -> str:
    first, after = _midnight(day), _midnight(day + timedelta(days=1))
    wanted = {"show": "owed", "kind": kind, "send_after__gte": first, "send_after__lt": after, "o": "3"}
    return urlencode({name: str(value) for name, value in wanted.items()})


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
