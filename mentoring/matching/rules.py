"""The hard rules. Each gives None, or a sentence that says why these two are never paired, whatever their points."""

from collections.abc import Callable
from typing import NamedTuple

from .people import Mentee, Mentor, key_of
from .terms import Terms
from .times import can_meet
from .wording import joined


def same_person(mentor: Mentor, mentee: Mentee, terms: Terms) -> str | None:
    return f"{mentor.name} and the mentee are the same person." if mentor.id == mentee.id else None


def declared_conflict(mentor: Mentor, mentee: Mentee, terms: Terms) -> str | None:
    declared = mentor.id in mentee.conflicts or mentee.id in mentor.conflicts
    return f"A conflict of interest is declared between {mentor.name} and the mentee." if declared else None


def block(mentor: Mentor, mentee: Mentee, terms: Terms) -> str | None:
    blocked = mentor.id in mentee.blocks or mentee.id in mentor.blocks
    return f"{mentor.name} and the mentee are not to be in contact." if blocked else None


def same_supervisor(mentor: Mentor, mentee: Mentee, terms: Terms) -> str | None:
    """Also where the mentor is the supervisor: nobody is mentored by the person who assesses them."""
    theirs = key_of(mentee.supervisor)
    if not theirs or theirs not in (key_of(mentor.supervisor), key_of(mentor.name)):
        return None
    return f"{mentor.name} is the mentee's supervisor, or has the same supervisor."


def same_employer(mentor: Mentor, mentee: Mentee, terms: Terms) -> str | None:
    theirs = key_of(mentee.employer)
    same = theirs and theirs == key_of(mentor.employer)
    return f"{mentor.name} and the mentee work for the same employer." if same else None


def woman_needed(mentor: Mentor, mentee: Mentee, terms: Terms) -> str | None:
    missing = mentee.needs_woman and not mentor.is_woman
    return f"The mentee needs a woman as mentor; {mentor.name} is not known to be one." if missing else None


def language_needed(mentor: Mentor, mentee: Mentee, terms: Terms) -> str | None:
    if not mentee.needs_language or mentee.needs_language & mentor.languages:
        return None
    return f"The mentee needs a mentor who speaks {joined(mentee.needs_language, 'or')}; {mentor.name} does not."


def format_wanted(mentor: Mentor, mentee: Mentee, terms: Terms) -> str | None:
    if mentor.formats & mentee.formats:
        return None
    return f"{mentor.name} does not offer what the mentee wants: {joined(mentee.formats, 'or')}."


def common_time(mentor: Mentor, mentee: Mentee, terms: Terms) -> str | None:
    if can_meet(mentor, mentee, terms):
        return None
    return f"{mentor.name} and the mentee are never both free for {terms.meeting_minutes} minutes in a row."


class Rule(NamedTuple):
    why_not: Callable[[Mentor, Mentee, Terms], str | None]
    words: str  # where pairs are counted by the rule that excludes them


RULES = (
    Rule(same_person, "the same person"),
    Rule(declared_conflict, "a conflict of interest"),
    Rule(block, "not to be in contact"),
    Rule(same_supervisor, "the same supervisor"),
    Rule(same_employer, "the same employer"),
    Rule(woman_needed, "a woman needed as mentor"),
    Rule(language_needed, "the language needed"),
    Rule(format_wanted, "the kind of mentoring wanted"),
    Rule(common_time, "no time when both are free"),
)


def why_not(mentor: Mentor, mentee: Mentee, terms: Terms) -> str | None:
    """The sentence of the first rule that these two break."""
    return next((told for rule in RULES if (told := rule.why_not(mentor, mentee, terms))), None)
