"""What the lists of this desk open on, and the questions they answer: who is waited for, what, and for how long."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar

from django.contrib import admin
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from audit.acting import OpensOn
from credentialing.models import CatalogueStatus, Item, ItemQuerySet, Party, Spec

# Staff were told after the last reminder, and nobody has looked since.
_TOLD = Q(staff_told_at__isnull=False) & (Q(staff_seen_at__isnull=True) | Q(staff_seen_at__lt=F("staff_told_at")))
_OPEN = Q(is_needed=True, closed_on__isnull=True)
# Somebody who asked gets an answer, even where the item has meanwhile closed.
NEEDS_US = Q(is_stuck=True) | (_TOLD & _OPEN)


def staff_words(label: str) -> str:
    """A party's label speaks to the physician; here it speaks about them."""
    return "the physician" if label == Party.YOU.label else label.replace("your ", "the ", 1)


def needs_us(items: ItemQuerySet) -> ItemQuerySet:
    return items.filter(NEEDS_US)


def stuck(items: ItemQuerySet) -> ItemQuerySet:
    return items.filter(is_stuck=True)


def told(items: ItemQuerySet) -> ItemQuerySet:
    return items.filter(_TOLD & _OPEN)


def overdue(items: ItemQuerySet) -> ItemQuerySet:
    """The day of the follow-up has passed, and the item stands where it stood."""
    return items.opened().filter(follow_up_on__lt=timezone.localdate())


def waiting(items: ItemQuerySet) -> ItemQuerySet:
    """For anybody, the physician included; what cannot start yet waits for nobody."""
    return items.opened().filter(waiting_since__isnull=False).exclude(waiting_on="")


def unanswered(requests: QuerySet) -> QuerySet:
    return requests.filter(answered_at__isnull=True)


@dataclass(frozen=True)
class Age:
    """Days since an item passed to whoever it waits for, both ends included; `last` is None for the oldest."""

    name: str
    label: str
    first: int
    last: int | None

    def rows(self, today: date) -> Q:
        newest = Q(waiting_since__lte=today - timedelta(days=self.first)) if self.first else Q()
        return newest if self.last is None else newest & Q(waiting_since__gte=today - timedelta(days=self.last))


AGES = (
    Age("to_30", "0 to 30 days", 0, 30),
    Age("to_60", "31 to 60 days", 31, 60),
    Age("to_90", "61 to 90 days", 61, 90),
    Age("over_90", "over 90 days", 91, None),
)


class NeedsUs(OpensOn):
    offers = {
        "needs-us": ("needs us: stuck, or we were told", needs_us),
        "stuck": ("stuck", stuck),
        "told": ("we were told, and nobody has looked", told),
        "overdue": ("overdue: its follow-up day has passed", overdue),
        "waiting": ("waits for somebody", waiting),
    }


class _Choice(admin.SimpleListFilter):
    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return self.chosen(queryset, self.value()) if self.value() else queryset

    def chosen(self, queryset: QuerySet, value: str) -> QuerySet:
        raise NotImplementedError


class WaitsFor(_Choice):
    title = "who is waited for"
    parameter_name = "party"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [(party.value, staff_words(party.label)) for party in Party]

    def chosen(self, queryset: QuerySet, value: str) -> QuerySet:
        return queryset.filter(waiting_on=value)


class HowLong(_Choice):
    title = "how long it has waited"
    parameter_name = "age"
    ages: ClassVar[dict[str, Age]] = {age.name: age for age in AGES}

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [(age.name, age.label) for age in AGES]

    def chosen(self, queryset: QuerySet, value: str) -> QuerySet:
        age = self.ages.get(value)
        return waiting(queryset).filter(age.rows(timezone.localdate())) if age else queryset.none()


class WhichItem(_Choice):
    """The items of the catalogue in use: asking a table of half a million which keys it holds would take long."""

    title = "item"
    parameter_name = "item"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> Iterable[tuple[str, str]]:
        return Spec.objects.filter(catalogue__status=CatalogueStatus.PUBLISHED).values_list("key", "title")

    def chosen(self, queryset: QuerySet, value: str) -> QuerySet:
        return queryset.filter(key=value)


class Unanswered(OpensOn):
    title = "state"
    offers = {
        "unanswered": ("waits for an answer", unanswered),
        "answered": ("answered", lambda requests: requests.filter(answered_at__isnull=False)),
    }


def _with(kind: Callable[[ItemQuerySet], ItemQuerySet]) -> Exists:
    return Exists(kind(Item.objects.filter(checklist=OuterRef("pk"))))


class ListNeedsUs(OpensOn):
    offers = {
        "needs-us": ("an item needs us", lambda lists: lists.filter(_with(needs_us))),
        "open": ("has open items", lambda lists: lists.filter(_with(ItemQuerySet.opened))),
    }
