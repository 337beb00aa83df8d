"""A fact changed, or the catalogue: who has something open that it changes is told, with what it was and what it is."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from facts.models import Fact, day_text
from notices.actions import beat, owe
from notices.models import Heartbeat

from .catalogue_changes import Change, changes_for, changes_in
from .models import Catalogue, CatalogueStatus, Item, Person, Spec
from .settling import settle_other_days
from .telling import CHANGED

# Until when changes have been looked at.
JOB = "changed facts"


# ------------------------------------------------------------------------------------------------ the daily look
def tell_of_changed_facts() -> int:
    """Looks at the days that are over since the last run, and owes what they changed. A rerun is harmless.

    What is corrected on the same day concerns nobody. Returns how many messages are owed.
    """
    today = timezone.localdate(timezone=_home())
    told = sum(_tell(row) for row in _last_of_each_day(_looked_at(today), today))
    beat(name=JOB)
    return told


def _home() -> Any:
    return timezone.get_default_timezone()


def _looked_at(today: date) -> date:
    """The first day that has not been looked at. Before the first run: yesterday."""
    last = Heartbeat.objects.filter(name=JOB).first()
    return _day(last.at) if last else today - timedelta(days=1)


def _day(moment: datetime) -> date:
    return timezone.localdate(moment, timezone=_home())


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=_home())


def _last_of_each_day(first: date, today: date) -> list[Any]:
    """The row that each fact ended a day with, if its value is another one than the day before."""
    rows = Fact.history.filter(history_date__gte=_midnight(first), history_date__lt=_midnight(today))
    last = {(row.id, _day(row.history_date)): row for row in rows.order_by("history_date", "history_id")}
    return [row for row in last.values() if (earlier := _before(row)) and earlier.value != row.value]


def _before(row: Any) -> Any:
    """The fact as it stood when the day of this row began."""
    earlier = Fact.history.filter(id=row.id, history_date__lt=_midnight(_day(row.history_date)))
    return earlier.order_by("-history_date", "-history_id").first()


def _tell(row: Any) -> int:
    items = _open_items(row.id).exclude(checklist__started_at__gt=row.history_date)
    people = get_user_model().objects.filter(pk__in=items.values("checklist__person"), is_active=True)
    for person in people:
        owe(
            kind=CHANGED,
            person=person,
            about=f"facts.fact:{row.id}:{row.history_id}",
            due_on=_day(row.history_date) + timedelta(days=1),
        )
    _follow(row)
    return len(people)


def _follow(row: Any) -> None:
    """What waits is followed up on the days that hold now."""
    naming = Q(first_fact=row.key) | Q(again_fact=row.key) | Q(rule_fact=row.key) | Q(rule_warn_fact=row.key)
    keys = set(_specs(row.id).filter(naming).values_list("key", flat=True))
    waiting = Item.objects.needed().filter(key__in=keys, follow_up_on__isnull=False)
    for checklist_id in waiting.values_list("checklist", flat=True).distinct():
        with transaction.atomic():
            settle_other_days(checklist_id, keys)


def _specs(fact_id: int) -> Any:
    return Spec.objects.filter(catalogue__status=CatalogueStatus.PUBLISHED, facts=fact_id)


def _open_items(fact_id: int) -> Any:
    return Item.objects.opened().filter(key__in=_specs(fact_id).values("key"))


# ------------------------------------------------------------------------------------------------ what is said
def still_concerns(about: str, person: Person) -> bool:
    """Is something of this person open that the change of `about` touches?"""
    subject = _subject(about)
    if isinstance(subject, Catalogue):
        return bool(changes_for(person, changes_in(subject)))
    return subject is not None and _open_items(subject.id).filter(checklist__person=person).exists()


def words_about(about: str, person: Person) -> tuple[str, tuple[str, ...]]:
    """Heading and paragraphs. Ask `still_concerns` first."""
    subject = _subject(about)
    if isinstance(subject, Catalogue):
        return "Your checklist has changed", tuple(_catalogue_words(subject, person))
    return "A figure on your checklist has changed", tuple(_fact_words(subject, person))


def _subject(about: str) -> Any:
    """A catalogue, or the row of the history that a fact's change is; None when it is gone."""
    label, _, numbers = about.partition(":")
    if label == Catalogue._meta.label_lower:
        return Catalogue.objects.filter(pk=numbers).first()
    fact_id, _, history_id = numbers.partition(":")
    return Fact.history.filter(id=fact_id, history_id=history_id).first()


def _catalogue_words(catalogue: Catalogue, person: Person) -> Iterator[str]:
    yield catalogue.change_note
    for change, is_asked in changes_for(person, changes_in(catalogue)):
        yield _line(change) if is_asked else f"“{change.title}” is no longer asked of you. What you recorded is kept."


def _line(change: Change) -> str:
    if change.is_new:
        return f"“{change.title}” is new on your list."
    names = ", ".join(str(Spec._meta.get_field(name).verbose_name) for name in change.fields)
    return f"“{change.title}” reads differently: {names}."


def _fact_words(row: Any, person: Person) -> Iterator[str]:
    now = Fact.objects.filter(pk=row.id).first()
    earlier = _before(row)
    was = f" It was {_text(earlier)} before." if earlier else ""
    yield f"{row.label}: {_text(row)}, changed on {day_text(_day(row.history_date))}.{was}"
    if now and now.value != row.value:
        yield f"It has changed once more since then: it is {now.text} now."
    yield f"Who says so: {row.source}, looked at on {day_text(row.checked_on)}."
    keys = set(_open_items(row.id).filter(checklist__person=person).values_list("key", flat=True))
    titles = [f"“{spec.title}”" for spec in _specs(row.id) if spec.key in keys]
    yield f"You have this open where it counts: {', '.join(titles)}."


def _text(row: Any) -> str:
    return Fact(kind=row.kind, value=row.value, unit=row.unit, shown_as=row.shown_as).text
