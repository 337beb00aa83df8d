"""What speaks for a pair, each with its points and a plain sentence to the mentee."""

from collections.abc import Callable
from dataclasses import dataclass

from .people import Mentee, Mentor
from .terms import (
    MOST_CHOICES,
    MOST_HELP,
    MOST_HURDLES,
    MOST_LANGUAGES,
    MOST_SPECIALTIES,
    MOST_UNANSWERED,
    MOST_WEEKS,
    Terms,
)
from .wording import day, joined

# Everybody here speaks it, so it brings nobody together.
COMMON_LANGUAGE = frozenset({"English"})
_ORDINALS = ("first", "second", "third")


@dataclass(frozen=True)
class Reason:
    points: int
    text: str


def reasons(mentor: Mentor, mentee: Mentee, terms: Terms) -> tuple[Reason, ...]:
    """What brings points, the weightiest first."""
    found = (criterion(mentor, mentee, terms) for criterion in CRITERIA)
    return tuple(sorted((reason for reason in found if reason.points), key=lambda reason: -reason.points))


def next_hurdle(mentor: Mentor, mentee: Mentee, terms: Terms) -> Reason:
    year = mentor.hurdles.get(mentee.next_hurdle) if mentee.next_hurdle else None
    if year is None:
        return Reason(0, "")
    points = terms.weights.for_next_hurdle(terms.on.year - year)
    return Reason(points, f"{mentor.name} cleared {mentee.next_hurdle} in {year}, the step you are on.")


def further_hurdles(mentor: Mentor, mentee: Mentee, terms: Terms) -> Reason:
    common = mentee.later_hurdles & mentor.hurdles.keys()
    text = f"{mentor.name} has also cleared {joined(common)}, which you have still before you."
    return Reason(terms.weights.further_hurdle * min(len(common), MOST_HURDLES), text)


def languages(mentor: Mentor, mentee: Mentee, terms: Terms) -> Reason:
    common = (mentor.languages & mentee.languages) - COMMON_LANGUAGE
    return Reason(terms.weights.language * min(len(common), MOST_LANGUAGES), f"You both speak {joined(common)}.")


def specialties(mentor: Mentor, mentee: Mentee, terms: Terms) -> Reason:
    common = mentor.specialties & mentee.specialties
    text = f"{mentor.name} works in {joined(common)}, where you want to be."
    return Reason(terms.weights.specialty * min(len(common), MOST_SPECIALTIES), text)


def help_wanted(mentor: Mentor, mentee: Mentee, terms: Terms) -> Reason:
    common = mentor.help & mentee.help
    text = f"{mentor.name} offers help that you asked for: {joined(common)}."
    return Reason(terms.weights.help * min(len(common), MOST_HELP), text)


def region(mentor: Mentor, mentee: Mentee, terms: Terms) -> Reason:
    same = bool(mentee.region) and mentor.region == mentee.region
    return Reason(terms.weights.region * same, f"You are in the same region: {mentee.region}.")


def school_country(mentor: Mentor, mentee: Mentee, terms: Terms) -> Reason:
    same = bool(mentee.school_country) and mentor.school_country == mentee.school_country
    text = f"You went to medical school in the same country: {mentee.school_country}."
    return Reason(terms.weights.school_country * same, text)


def choice(mentor: Mentor, mentee: Mentee, terms: Terms) -> Reason:
    chosen = mentee.choices[:MOST_CHOICES]
    if mentor.id not in chosen:
        return Reason(0, "")
    place = chosen.index(mentor.id)
    points = terms.weights.choice * (MOST_CHOICES - place)
    return Reason(points, f"{mentor.name} is your {_ORDINALS[place]} choice.")


def waiting(mentor: Mentor, mentee: Mentee, terms: Terms) -> Reason:
    weeks = min(max((terms.on - mentee.waiting_since).days // 7, 0), MOST_WEEKS)
    return Reason(terms.weights.week_waiting * weeks, f"You have waited since {day(mentee.waiting_since)}.")


def unanswered(mentor: Mentor, mentee: Mentee, terms: Terms) -> Reason:
    points = terms.weights.unanswered * min(mentee.unanswered, MOST_UNANSWERED)
    return Reason(points, "You were proposed to a mentor before and got no answer, so you move up.")


CRITERIA: tuple[Callable[[Mentor, Mentee, Terms], Reason], ...] = (
    next_hurdle,
    further_hurdles,
    languages,
    specialties,
    help_wanted,
    region,
    school_country,
    choice,
    waiting,
    unanswered,
)
