"""What the facts owe the staff who keep them: one that has gone stale."""

from django.contrib.auth import get_user_model
from django.db import models
from django.utils import timezone

from notices.actions import owe, withdraw
from notices.kinds import Kind, Words, declare
from notices.models import Notice

from .models import Fact

STALE = "facts.stale"
RIGHT = "facts.change_fact"


def _fact_of(notice: Notice) -> Fact | None:
    return Fact.objects.filter(pk=notice.about.partition(":")[2]).first()


def _is_still_stale(notice: Notice) -> bool:
    fact = _fact_of(notice)
    return fact is not None and fact.is_stale() and notice.person.has_perm(RIGHT)


def _words(notice: Notice) -> Words:
    fact = _fact_of(notice)
    return Words(
        heading="A fact of the portal has gone stale",
        paragraphs=(
            f"{fact.label}: {fact.text}. Source: {fact.source}, last checked on {fact.checked_on:%d %B %Y}.",
            f"Readers now see “last checked …, confirm with {fact.confirm_with}”.",
        ),
        what_next="Look at the source. Press “checked today, unchanged”, or enter what it says now.",
        link=f"/admin/facts/fact/{fact.pk}/change/",
    )


declare(
    Kind(
        name=STALE,
        label="Facts that have gone stale",
        why="you may change the portal's facts.",
        still_true=_is_still_stale,
        words=_words,
    )
)


def keepers() -> models.QuerySet:
    """Staff whose task the facts are: by a role, not by being able to do everything."""
    return get_user_model().objects.filter(
        is_active=True, is_staff=True, groups__permissions__codename="change_fact"
    ).distinct()


def owe_stale_facts() -> int:
    """Run daily; a rerun is harmless. The digest brings them together."""
    people = list(keepers())
    stale = list(Fact.objects.stale(timezone.localdate()))
    for fact in stale:
        for person in people:
            owe(kind=STALE, person=person, about=fact, due_on=fact.recheck_on)
    return len(stale) * len(people)


def fact_is_fresh(fact: Fact) -> None:
    withdraw(about=fact, kind=STALE)
