"""A mentor and a mentee as the engine sees them: only what a rule or a point needs."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import NamedTuple
from unicodedata import combining, normalize

PairIds = tuple[int, int]  # mentor, mentee
Key = frozenset[str]
_TITLES = {"dr", "md", "do", "mbbs", "mbchb", "phd"}


class Impossible(ValueError):
    """What was asked for cannot be done; the message is a sentence for staff."""


class Window(NamedTuple):
    """A stretch of free time, every week, by the person's own clock."""

    weekday: int  # 0 is Monday
    start: time
    end: time  # at or before the start: it ends the next day


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    id: int  # of the person, so that somebody who is both is never paired with themself
    time_zone: str
    free: tuple[Window, ...]
    formats: frozenset[str]  # "12 months", "6 months", "a single session": offered, or wanted
    languages: frozenset[str] = frozenset()
    specialties: frozenset[str] = frozenset()
    help: frozenset[str] = frozenset()  # offered, or wanted
    region: str = ""
    school_country: str = ""
    employer: str = ""
    supervisor: str = ""
    conflicts: frozenset[int] = frozenset()  # ids of people, as this person declared them
    blocks: frozenset[int] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class Mentor(Person):
    name: str
    places: int  # free ones
    is_woman: bool = False  # only where the mentor said so
    hurdles: Mapping[str, int] = field(default_factory=dict)  # cleared, and in which year


@dataclass(frozen=True, kw_only=True, slots=True)
class Mentee(Person):
    waiting_since: date
    next_hurdle: str = ""
    further_hurdles: frozenset[str] = frozenset()
    needs_woman: bool = False
    needs_language: frozenset[str] = frozenset()  # one of them will do
    choices: tuple[int, ...] = ()  # ids of mentors, the first choice first
    unanswered: int = 0  # proposals that ran out without an answer

    @property
    def later_hurdles(self) -> frozenset[str]:
        return self.further_hurdles - {self.next_hurdle}


@dataclass(frozen=True)
class Pool:
    """Always in the order of ids, so that no answer depends on the order in which people were read."""

    mentors: tuple[Mentor, ...]
    mentees: tuple[Mentee, ...]

    def __post_init__(self) -> None:
        for side in ("mentors", "mentees"):
            people = tuple(sorted(getattr(self, side), key=lambda person: person.id))
            if len({person.id for person in people}) < len(people):
                raise Impossible(f"Somebody is twice among the {side}.")
            object.__setattr__(self, side, people)


def key_of(name: str) -> Key:
    """Equal for "Dr. José Roe" and "Roe, Jose, MD"; empty for an empty name."""
    letters = "".join(letter for letter in normalize("NFKD", name.casefold()) if not combining(letter))
    return frozenset(re.findall(r"\w+", letters)) - _TITLES
