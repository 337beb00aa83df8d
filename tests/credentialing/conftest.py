"""Dolores and her checklist, on one day that never passes."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from accounts.models import User
from credentialing import actions, answers_actions
from credentialing.models import Answer, Checklist, Item, SourceKind
from tests.conftest import signed_in

# Noon in New York, a Monday.
NOW = datetime(2026, 11, 23, 17, tzinfo=UTC)
TODAY = NOW.date()
ANSWERS = {
    "ecfmg_certified": Answer.YES,
    "has_ssn": Answer.NO,
    "has_us_address": Answer.YES,
    "other_language": Answer.NO,
    "clerkships_abroad": Answer.YES,
    "training_ends_on": date(2027, 6, 30),
    "license_wanted_on": date(2027, 12, 1),
}
SOURCES: list[dict[str, object]] = [
    {
        "kind": SourceKind.PROGRAM,
        "name": "Lakeside Hospital",
        "starts_on": date(2024, 7, 1),
        "ends_on": date(2025, 6, 30),
    },
    {
        "kind": SourceKind.PROGRAM,
        "name": "Northgate Medical Center",
        "starts_on": date(2025, 7, 1),
        "ends_on": date(2027, 6, 30),
        "in_new_york": True,
    },
    {"kind": SourceKind.HOSPITAL, "name": "St. Brigid General"},
    {"kind": SourceKind.LICENSE, "name": "New Jersey Board"},
]


@pytest.fixture
def today() -> Iterator[date]:
    with time_machine.travel(NOW, tick=False):
        yield TODAY


@pytest.fixture
def checklist(today: date, dolores: User) -> Checklist:
    return answers_actions.start(person=dolores, answers=ANSWERS, sources=SOURCES)


@pytest.fixture
def as_dolores(today: date, dolores: User) -> Client:
    return signed_in(dolores)


@pytest.fixture
def stranger(today: date, db: None) -> Client:
    """Somebody else with a checklist of their own."""
    person = User.objects.create_user("eve@member.example", "x", full_name="Eve Stone")
    answers_actions.start(person=person, answers=ANSWERS, sources=SOURCES)
    return signed_in(person)


def item_of(checklist: Checklist, key: str) -> Item:
    """The first of that key."""
    return checklist.items.filter(key=key, is_needed=True).order_by("pk")[0]


def moved(checklist: Checklist, key: str, to: str, days_ago: int = 0, words: str = "") -> Item:
    """As the physician records it."""
    item, on = item_of(checklist, key), TODAY - timedelta(days=days_ago)
    return actions.move(item=item, by=checklist.person, to=to, on=on, words=words, version=item.version)
