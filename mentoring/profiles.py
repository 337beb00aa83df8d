"""What the two sides told for each other. Who sees which answer is said beside each question of the enrollment."""

from typing import Any

from .enrolment_parts import Enrolled
from .models import Format, Help, Hurdle, Language, Mentee, Mentor, Specialty, Visa

Row = tuple[str, str]


def rows_of(enrolled: Enrolled) -> list[Row]:
    """(question, answer) of what was answered, for the one who is asked to be the mentor and for the pair."""
    rows = _mentor(enrolled) if isinstance(enrolled, Mentor) else _mentee(enrolled)
    return [(question, answer) for question, answer in rows if answer]


def _mentee(mentee: Mentee) -> list[Row]:
    return [
        ("What they want to reach", mentee.goals),
        ("The next step", _first_up(mentee.get_next_hurdle_display())),
        ("Steps that come later", _labels(Hurdle, mentee.further_hurdles)),
        ("Wants help with", _labels(Help, mentee.help)),
        ("Where they are on the way", _first_up(mentee.get_stage_display())),
        ("Specialties they think of", _labels(Specialty, mentee.specialties)),
        ("Year of the Match", str(mentee.match_year or "")),
        ("Visa they will need", _first_up(mentee.get_visa_need_display())),
        *_both(mentee),
    ]


def _mentor(mentor: Mentor) -> list[Row]:
    cleared = [f"{label} ({mentor.hurdles[key]})" for key, label in Hurdle.choices if key in mentor.hurdles]
    return [
        ("In their own words", mentor.about),
        ("Prefers to talk", mentor.contact_by),
        ("Hours a month", str(mentor.hours_a_month or "")),
        ("Got past", _first_up(", ".join(cleared))),
        ("Helps with", _labels(Help, mentor.help)),
        ("Where they are now", _first_up(mentor.get_training_stage_display())),
        ("Specialty", _labels(Specialty, mentor.specialties)),
        ("Subspecialty", mentor.subspecialty),
        ("County", mentor.county),
        ("Visas", _labels(Visa, mentor.visas)),
        *_both(mentor),
    ]


def _both(enrolled: Enrolled) -> list[Row]:
    school = ", ".join(str(one) for one in (enrolled.school_country, enrolled.graduation_year) if one)
    return [
        ("Medical school", school),
        ("Languages", _labels(Language, enrolled.languages)),
        ("Lives in", _first_up(enrolled.get_region_display())),
        ("How long", _labels(Format, enrolled.formats)),
    ]


def _labels(kind: Any, keys: list[str]) -> str:
    return _first_up(", ".join(label for key, label in kind.choices if key in keys))


def _first_up(words: str) -> str:
    return words[:1].upper() + words[1:]
