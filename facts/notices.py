"""What the facts owe the staff who keep them: the figures whose check is due.

Facts are checked in batches, so many fall due on one day: a keeper gets one message a batch, not one a fact.
"""

from datetime import date, timedelta

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.urls import reverse
from django.utils import timezone

from notices.actions import owe, withdraw
from notices.kinds import Kind, Words, declare
from notices.models import Notice

from .models import Fact, day_text

STALE = "facts.stale"
RIGHT = "facts.change_fact"
# Owed early, so that keepers and staff see what is coming; nothing goes out before its day.
AHEAD = timedelta(days=30)
ASKED_AGAIN = (14, 30)
NAMED = 5


def _about(due_on: date) -> str:
    return f"facts.batch:{due_on}"


def _batch(notice: Notice) -> models.QuerySet[Fact]:
    return Fact.objects.filter(recheck_on=notice.about.partition(":")[2])


def _is_still_stale(notice: Notice) -> bool:
    return notice.person.has_perm(RIGHT) and _batch(notice).exists()


def _words(notice: Notice) -> Words:
    batch = _batch(notice)
    labels = list(batch.values_list("label", flat=True))
    more = f"; and {len(labels) - NAMED} more" if len(labels) > NAMED else ""
    return Words(
        heading="Figures of the portal are due for a check",
        paragraphs=(
            f"Their check was due on {day_text(batch[0].recheck_on)}: {'; '.join(labels[:NAMED])}{more}.",
            "Readers now see “last checked” beside them, and whom to ask.",
        ),
        what_next="Look at each source. Press “Checked today, unchanged”, or enter what it says now.",
        link=f"{reverse('admin:facts_fact_changelist')}?show=stale",
    )


declare(
    Kind(
        name=STALE,
        label="Figures of the portal that are due for a check",
        why="keeping the portal's facts is part of your role.",
        still_true=_is_still_stale,
        words=_words,
        escalation=ASKED_AGAIN,
    )
)


def keepers() -> models.QuerySet[PermissionsMixin]:
    """Staff whose task the facts are; while nobody has that role, those who may do everything."""
    people = ModelBackend().with_perm(RIGHT, include_superusers=False).filter(is_staff=True)
    return people if people.exists() else ModelBackend().with_perm(RIGHT).filter(is_staff=True)


def owe_stale_facts() -> None:
    """From the first day on which readers see it. Run daily; a rerun is harmless."""
    people = list(keepers())
    soon = Fact.objects.stale(timezone.localdate() + AHEAD).order_by("recheck_on")
    for due_on in soon.values_list("recheck_on", flat=True).distinct():
        for person in people:
            owe(kind=STALE, person=person, about=_about(due_on), due_on=due_on + timedelta(days=1))


def check_is_done(due_on: date) -> None:
    """A fact that was due then is not any more: if it was the last of its batch, nobody needs to hear of it."""
    if not Fact.objects.filter(recheck_on=due_on).exists():
        withdraw(about=_about(due_on), kind=STALE)
