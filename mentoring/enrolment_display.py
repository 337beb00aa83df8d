"""An enrollment as its owner reads it: the parts and whether they are answered, and the answers themselves."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.forms import BoundField

from notices.actions import today_of

from .enrolment_forms import PartForm, form_for
from .enrolment_parts import Enrolled, Part, is_answered, parts_of
from .models import PairStatus

NOT_ANSWERED = "not answered"


@dataclass(frozen=True)
class Shown:
    """One part; `rows` are (question, answer)."""

    part: Part
    done: bool
    rows: list[tuple[str, str]]


def answers_of(enrolled: Enrolled) -> list[Shown]:
    return [
        Shown(part, is_answered(enrolled, part), list(_rows(form_for(enrolled, part)))) for part in parts_of(enrolled)
    ]


def _rows(form: PartForm) -> Iterator[tuple[str, str]]:
    """What is asked as a whole week or as a list of steps is one row, with a line for whatever was answered."""
    together = getattr(form, "names", ())
    if together:
        lines = [f"{form[name].label}: {words}" for name in together if (words := _in_words(form[name]))]
        yield form.legend, "\n".join(lines) or NOT_ANSWERED
    for field in form.visible_fields():
        if field.name not in together:
            yield str(field.label), _in_words(field) or NOT_ANSWERED


def _in_words(field: BoundField) -> str:
    value: Any = field.initial
    if isinstance(value, bool):
        return "yes" if value else "not ticked"
    choices = dict(getattr(field.field, "choices", ()))
    if isinstance(value, list):
        return ", ".join(str(choices.get(one, one)) for one in value)
    return str(choices.get(value, value)) if value not in (None, "") else ""


def is_resting(enrolled: Enrolled) -> bool:
    return enrolled.paused_until is not None and enrolled.paused_until > today_of(enrolled.person)


def open_pairs(enrolled: Enrolled) -> list[Any]:
    opened = enrolled.pairs.filter(status__in=(PairStatus.PROPOSED, PairStatus.ACTIVE))
    return list(opened.select_related("mentor__person", "mentee__person").order_by("proposed_at", "pk"))
