"""Which answers can be kept. Forms ask for the shape; this holds for whoever writes."""

from collections.abc import Collection
from datetime import time
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from .enrolment_parts import Enrolled, parts_of, side_of
from .models import Format, Help, Hurdle, Language, Specialty, Visa
from .refusals import MentoringRefused

LISTS = {
    "specialties": Specialty,
    "languages": Language,
    "help": Help,
    "formats": Format,
    "visas": Visa,
    "further_hurdles": Hurdle,
    "needs_language": Language,
}
EARLIEST_YEAR = 1940
YEARS_AHEAD = 8  # a mentee may write the year in which they expect to finish, or to match


def refuse_unknown(enrolled: Enrolled, names: Collection[str]) -> None:
    known = {name for part in parts_of(enrolled) for name in part.fields}
    if unknown := set(names) - known:
        raise MentoringRefused(f"A {side_of(enrolled)} is not asked for this: {', '.join(sorted(unknown))}.")


def refuse_impossible(enrolled: Enrolled, names: Collection[str]) -> None:
    """Raises MentoringRefused with the first field of `names` that holds what cannot be."""
    for name in sorted(names):
        _CHECKS.get(name, _refuse_by_the_model)(enrolled, name, getattr(enrolled, name))


def _refuse_list(enrolled: Enrolled, name: str, value: Any) -> None:
    keys = set(LISTS[name].values)
    if not isinstance(value, list) or not all(isinstance(one, str) and one in keys for one in value):
        raise MentoringRefused("Choose from the list.", field=name)


def _refuse_years(enrolled: Enrolled, name: str, value: Any) -> None:
    this_year = timezone.localdate().year
    for key, year in value.items():
        if key not in Hurdle.values or not isinstance(year, int) or not EARLIEST_YEAR <= year <= this_year:
            raise MentoringRefused("Write a year that is not in the future, or leave it empty.", field=name)


def _refuse_hours(enrolled: Enrolled, name: str, value: Any) -> None:
    try:
        is_fine = all(day in range(7) and _is_time(start) and _is_time(end) for day, start, end in value)
    except (TypeError, ValueError):
        is_fine = False
    if not is_fine:
        raise MentoringRefused("Choose parts of the days of a week.", field=name)


def _is_time(text: str) -> bool:
    """Raises ValueError or TypeError for what is none."""
    return time.fromisoformat(text).tzinfo is None


def _refuse_year(enrolled: Enrolled, name: str, value: Any) -> None:
    is_over = side_of(enrolled) == "mentor"
    latest = timezone.localdate().year + (0 if is_over else YEARS_AHEAD)
    if value is not None and not EARLIEST_YEAR <= value <= latest:
        raise MentoringRefused("Write the year with four digits. It cannot be so far from today.", field=name)


def _refuse_by_the_model(enrolled: Enrolled, name: str, value: Any) -> None:
    field = enrolled._meta.get_field(name)
    try:
        field.clean(value, enrolled)
    except ValidationError as error:
        raise MentoringRefused(" ".join(error.messages), field=name) from error
    if isinstance(value, str) and field.max_length and len(value) > field.max_length:
        raise MentoringRefused(f"Write at most {field.max_length} characters.", field=name)


_CHECKS = {
    **dict.fromkeys(LISTS, _refuse_list),
    "hurdles": _refuse_years,
    "free_hours": _refuse_hours,
    "graduation_year": _refuse_year,
    "match_year": _refuse_year,
}
