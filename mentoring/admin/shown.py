"""How this desk writes days, choices and people."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

NOTHING = "none"
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def day(value: date | None) -> str:
    return date_format(value, "j F Y") if value else NOTHING


def moment(value: datetime | None) -> str:
    return date_format(timezone.localtime(value), "j F Y, H:i") if value else NOTHING


def labels(keys: Iterable[str], choices: Iterable[tuple[str, str]]) -> str:
    words = dict(choices)
    return ", ".join(words[key] for key in keys if key in words) or NOTHING


def cleared(hurdles: Mapping[str, int], choices: Iterable[tuple[str, str]]) -> str:
    words = dict(choices)
    return ", ".join(f"{words[key]} ({year})" for key, year in hurdles.items() if key in words) or NOTHING


def hours(free: Iterable[tuple[int, str, str]]) -> str:
    return "; ".join(f"{WEEKDAYS[weekday]} {start} to {end}" for weekday, start, end in free) or NOTHING


def who(person: Any) -> str:
    return f"{person.full_name} ({person.email})" if person else "nobody, or somebody who has left"


def lines(sentences: Iterable[str]) -> SafeString | str:
    return format_html_join("", "<p>{}</p>", ((sentence,) for sentence in sentences)) or NOTHING
