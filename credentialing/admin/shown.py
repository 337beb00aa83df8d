"""What an opened record shows. The physician's private note is never among it."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import models
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString

from audit.desk import desk_url
from credentialing.forms import QuestionsForm
from credentialing.models import Answer, Chase, Checklist, HelpRequest, Item, Move, StaffNote
from credentialing.standing import Row, Standing, State

from .filters import staff_words

NO_DAY = "no day"
DATES = {"training_ends_on", "license_wanted_on"}


def day(value: date | None) -> str:
    return date_format(value, "j F Y") if value else NO_DAY


def moment(value: datetime | None) -> str:
    return date_format(timezone.localtime(value), "j F Y, H:i") if value else NO_DAY


def since(day_since: date | None, waited: int | None) -> str:
    return f"{day(day_since)} ({_days(waited)})" if day_since else NO_DAY


def waits_for(item: Item) -> str:
    is_waiting = item.closed_on is None and item.is_needed and item.waiting_on
    return staff_words(item.get_waiting_on_display()) if is_waiting else "nobody"


def _days(number: int | None) -> str:
    return "1 day" if number == 1 else f"{number} days"


# ------------------------------------------------------------------------------------------------ what was written
def recorded(items: Mapping[int, str]) -> SafeString:
    """Moves, chase log, help and staff's notes of these items (number: title), newest first."""
    parts = (
        ("What happened", ("Item", "Day", "From", "To", "What they said"), _moves(items)),
        ("Whom they asked", ("Item", "Day", "How", "Whom", "Answer"), _chases(items)),
        ("Help", ("Item", "Asked", "Their words", "Our answer"), _helps(items)),
        ("Notes of the staff", ("Item", "Written", "By", "Note"), _notes(items)),
    )
    if len(items) == 1:  # its title stands above
        parts = tuple((name, columns[1:], [row[1:] for row in rows]) for name, columns, rows in parts)
    return render_to_string("admin/credentialing/recorded.html", {"parts": parts})


def _of(model: type[models.Model], items: Mapping[int, str]) -> models.QuerySet:
    return model._default_manager.filter(item__in=items.keys())


def _moves(items: Mapping[int, str]) -> list[tuple[str, ...]]:
    return [
        (items[move.item_id], day(move.on), move.get_from_status_display(), move.get_to_status_display(), move.words)
        for move in _of(Move, items)
    ]


def _chases(items: Mapping[int, str]) -> list[tuple[str, ...]]:
    return [
        (items[one.item_id], day(one.on), one.get_channel_display(), one.whom, one.answer) for one in _of(Chase, items)
    ]


def _helps(items: Mapping[int, str]) -> list[tuple[str, ...]]:
    return [
        (items[one.item_id], moment(one.asked_at), one.words, _answer(one))
        for one in _of(HelpRequest, items).select_related("answered_by").order_by("-asked_at", "-pk")
    ]


def _answer(request: HelpRequest) -> str:
    who = request.answered_by or "somebody who has left"
    return f"{request.answer}\n({who}, {moment(request.answered_at)})" if request.answered_at else "not answered yet"


def _notes(items: Mapping[int, str]) -> list[tuple[str, ...]]:
    return [
        (items[note.item_id], moment(note.written_at), str(note.written_by or "somebody who has left"), note.words)
        for note in _of(StaffNote, items).select_related("written_by")
    ]


# ------------------------------------------------------------------------------------------------ one person's list
def answers_of(checklist: Checklist) -> list[tuple[str, str]]:
    """Each question as it was asked, and what was answered."""
    return [(QuestionsForm.base_fields[name].label, _answered(checklist, name)) for name in Checklist.ANSWERS]


def _answered(checklist: Checklist, name: str) -> str:
    value = getattr(checklist, name)
    return day(value) if name in DATES else Answer(value).label if value else "no answer"


def rows_shown(standing: Standing) -> SafeString:
    context = {"counts": standing.counts, "rows": [_row(row) for row in standing.rows]}
    return render_to_string("admin/credentialing/rows.html", context)


def _row(row: Row) -> dict[str, Any]:
    is_blocked = row.state == State.CANNOT_START
    return {
        "title": row.title,
        "url": desk_url(row.item),
        "state": row.state.label,
        "first": row.unlocked_by if is_blocked else (),
        "waits_for": "the physician" if row.is_yours else staff_words(row.waits_for) or "nobody",
        "since": since(row.since, row.waited) if row.is_yours or row.waits_for else "",
        "follow_up": day(row.item.follow_up_on),
        "is_stuck": row.item.is_stuck,
    }
