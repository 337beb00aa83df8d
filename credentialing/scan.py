"""The daily scan: what is to be followed up in the coming month is owed, once."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from notices.actions import owe

from .days import Days
from .models import CatalogueStatus, Item, ItemQuerySet, Spec
from .settling import LICENSE, days_for, follow_ups

# Owed early, so that people and staff see what is coming; nothing goes out before its day.
AHEAD = timedelta(days=30)
BATCH = 200  # items in one transaction

Specs = dict[tuple[int, str], Spec]


def owe_follow_ups(today: date | None = None) -> int:
    """Returns how many items were taken. A rerun, or a second scan at the same time, owes nothing twice."""
    until = (today or timezone.localdate()) + AHEAD
    specs = Spec.objects.exclude(catalogue__status=CatalogueStatus.DRAFT)
    of_catalogue = {(spec.catalogue_id, spec.key): spec for spec in specs}
    days = days_for(of_catalogue.values())
    waiting = list(_not_owed(until).order_by("follow_up_on", "pk").values_list("pk", flat=True))
    batches = (waiting[at : at + BATCH] for at in range(0, len(waiting), BATCH))
    return sum(_owe(_not_owed(until).filter(pk__in=batch), of_catalogue, days) for batch in batches)


def _not_owed(until: date) -> ItemQuerySet:
    waiting = Item.objects.filter(follow_up_on__isnull=False, owed_for__isnull=True, follow_up_on__lte=until)
    return waiting.filter(checklist__person__is_active=True)


@transaction.atomic
def _owe(batch: ItemQuerySet, specs: Specs, days: Days) -> int:
    """Passes over what somebody is changing at this moment: the next scan finds it."""
    items = list(
        batch.select_for_update(of=("self",), skip_locked=True)
        .select_related("checklist__person", "source")
        .prefetch_related("checklist__person__quiet_periods")
        .order_by("pk")
    )
    licensed = _licensed(items)
    for item in items:
        spec = specs.get((item.checklist.catalogue_id, item.key))
        _owe_item(item, spec, days, is_licensed=item.checklist_id in licensed)
    Item.objects.bulk_update(items, ["follow_up_on", "owed_for"])
    return len(items)


def _licensed(items: Sequence[Item]) -> set[int]:
    lists = {item.checklist_id for item in items}
    there = Item.objects.filter(checklist__in=lists, key=LICENSE, closed_on__isnull=False)
    return set(there.values_list("checklist_id", flat=True))


def _owe_item(item: Item, spec: Spec | None, days: Days, *, is_licensed: bool) -> None:
    """What runs out later is owed at once, too: its day may come while the first reminders still go on."""
    found = list(follow_ups(spec, item, item.checklist, days, is_licensed=is_licensed)) if spec else []
    for one in found:
        owe(kind=one.kind, person=item.checklist.person, about=item, due_on=one.on)
    if not found:
        item.follow_up_on = None
    item.owed_for = item.follow_up_on
