"""What needs somebody: the first choice of each list, and the block at the top of the staff desk."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial, reduce
from operator import or_
from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from content.models import OPEN_STATUSES, Comment, Edition, ExternalLink, LinkState, Page, Status
from facts.models import Fact
from notices.attention import not_reached
from notices.models import BadAddress, Notice


# ------------------------------------------------------------------------------------------------ pages
def _is_due() -> Q:
    return Q(live__isnull=False, next_review_on__lte=timezone.localdate())


def _has_broken_link() -> Q:
    return Q(Exists(ExternalLink.objects.broken().filter(editions__live_for=OuterRef("pk"))))


def _has_open_comment() -> Q:
    return Q(Exists(Comment.objects.open().filter(page=OuterRef("pk"))))


def _has_edition_in_review() -> Q:
    return Q(Exists(Edition.objects.filter(page=OuterRef("pk"), status=Status.IN_REVIEW)))


def _has_edition_held_back() -> Q:
    """Its time has come, and it was not published: a link died meanwhile, or the scheduler stands still."""
    return Q(Exists(Edition.objects.due().filter(page=OuterRef("pk"))))


PAGE_NEEDS: dict[str, tuple[str, Callable[[], Q]]] = {
    "due": ("due for review", _is_due),
    "broken": ("has a broken link", _has_broken_link),
    "comments": ("has open comments", _has_open_comment),
    "in_review": ("has an edition waiting for review", _has_edition_in_review),
    "held_back": ("has an edition held back", _has_edition_held_back),
}


def pages_in_need(pages: models.QuerySet[Page]) -> models.QuerySet[Page]:
    return pages.filter(reduce(or_, (need() for _, need in PAGE_NEEDS.values())))


# ------------------------------------------------------------------------------------------------ editions and links
def open_editions(editions: models.QuerySet[Edition]) -> models.QuerySet[Edition]:
    return editions.filter(status__in=OPEN_STATUSES)


def editions_in_review(editions: models.QuerySet[Edition]) -> models.QuerySet[Edition]:
    return editions.filter(status=Status.IN_REVIEW)


def editions_held_back(editions: models.QuerySet[Edition]) -> models.QuerySet[Edition]:
    return editions.filter(status=Status.SCHEDULED, publish_at__lte=timezone.now())


def links_in_need(links: models.QuerySet[ExternalLink]) -> models.QuerySet[ExternalLink]:
    return links.filter(state__in=(LinkState.DEAD, LinkState.UNCHECKED))


# ------------------------------------------------------------------------------------------------ today
@dataclass(frozen=True)
class Waiting:
    label: str
    count: int
    url: str


_ASKED: tuple[tuple[str, type[models.Model], str, Callable[[], models.QuerySet]], ...] = (
    ("Pages due for review", Page, "due", lambda: Page.objects.filter(_is_due())),
    ("Editions waiting for review", Edition, "in_review", lambda: editions_in_review(Edition.objects.all())),
    ("Scheduled editions held back", Edition, "held_back", lambda: editions_held_back(Edition.objects.all())),
    ("Links that do not work", ExternalLink, "dead", lambda: ExternalLink.objects.broken()),
    ("Facts whose check is overdue", Fact, "stale", lambda: Fact.objects.stale()),
    ("Readers' comments", Comment, "open", lambda: Comment.objects.open()),
    ("Messages that did not reach people", Notice, "stopped", lambda: not_reached(Notice.objects.all())),
    ("Addresses that refuse mail", BadAddress, "", lambda: BadAddress.objects.all()),
)


def waiting_for(user: Any) -> list[Waiting]:
    """What waits today, of what this person may look at."""
    asked = (*_ASKED, *_asked_by_other_desks())
    counted = ((label, model, show, rows().count()) for label, model, show, rows in asked if _may_see(user, model))
    return [Waiting(label, count, _list_url(model, show)) for label, model, show, count in counted if count]


def _asked_by_other_desks() -> Iterator[tuple[str, type[models.Model], str, Callable[[], models.QuerySet]]]:
    """A desk of another app says in `asks` what to count: its label, the choice of its list, and the rows."""
    for model, desk in admin.site._registry.items():
        for label, show, rows in getattr(desk, "asks", ()):
            yield label, model, show, partial(rows, model._default_manager.all())


def _may_see(user: Any, model: type[models.Model]) -> bool:
    app, name = model._meta.app_label, model._meta.model_name
    return user.has_perm(f"{app}.view_{name}") or user.has_perm(f"{app}.change_{name}")


def _list_url(model: type[models.Model], show: str) -> str:
    url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    return f"{url}?show={show}" if show else url
