"""A list as a physician starts it, and short ways to say what happened to its items."""

from datetime import date
from typing import Any
from uuid import uuid4

from accounts.models import User
from credentialing import actions, answers_actions
from credentialing.models import Answer, Checklist, Item

ANSWERS = {
    "ecfmg_certified": Answer.YES,
    "has_ssn": Answer.YES,
    "has_us_address": Answer.NO,
    "other_language": Answer.NO,
    "clerkships_abroad": Answer.YES,
    "training_ends_on": date(2027, 6, 30),
    "license_wanted_on": date(2027, 7, 15),
}
PROGRAM = {"kind": "program", "name": "Old Program", "starts_on": date(2020, 7, 1), "ends_on": date(2021, 6, 30)}
SOURCES = [
    PROGRAM,
    {"kind": "program", "name": "Bronx Medicine", "starts_on": date(2024, 7, 1), "ends_on": date(2027, 6, 30)},
    {"kind": "hospital", "name": "Clerkship Hospital"},
    {"kind": "license", "name": "Ohio"},
]


def start(person: User, sources: list[dict[str, Any]] = SOURCES, **answers: Any) -> Checklist:
    return answers_actions.start(person=person, answers=ANSWERS | answers, sources=sources)


def the(checklist: Checklist, key: str) -> Item:
    return Item.objects.get(checklist=checklist, key=key)


def moved(item: Item, to: str, on: date, **more: Any) -> Item:
    """As from a page opened just now."""
    fresh = Item.objects.get(pk=item.pk)
    return actions.move(item=fresh, by=fresh.checklist.person, to=to, on=on, version=fresh.version, **more)


def done(checklist: Checklist, *keys: str, on: date) -> None:
    for key in keys:
        for item in checklist.items.needed().filter(key=key):
            moved(item, "verified", on)


def stuck(item: Item, words: str = "The school does not answer.") -> Any:
    return actions.ask_for_help(item=item, by=item.checklist.person, words=words, form_token=uuid4())
