"""What a person reads about the messages of the portal."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .kinds import UnknownKind, all_kinds, kind_named
from .models import Mail, Notice, NoticeQuerySet, State, SwitchedOff

COMING_SHOWN = 20


@dataclass(frozen=True)
class Choice:
    name: str
    label: str
    why: str
    can_be_switched_off: bool
    is_wanted: bool


@dataclass(frozen=True)
class Coming:
    label: str
    at: datetime


@dataclass(frozen=True)
class SentItem:
    heading: str
    why: str
    answer: str


@dataclass(frozen=True)
class SentMail:
    subject: str
    at: datetime
    state: str
    items: list[SentItem]


def choices_of(person: Any) -> list[Choice]:
    unwanted = set(SwitchedOff.objects.filter(person=person).values_list("kind", flat=True))
    kinds = sorted(all_kinds(), key=lambda kind: kind.label)
    return [Choice(k.name, k.label, k.why, k.can_be_switched_off, k.name not in unwanted) for k in kinds]


def coming(notices: NoticeQuerySet) -> list[Coming]:
    """What will be sent, and the first moment it may go."""
    owed = notices.filter(state=State.OWED).order_by("send_after")[:COMING_SHOWN]
    return [Coming(_label(notice), notice.send_after) for notice in owed]


def sent_lines(mails: Iterable[Mail]) -> list[SentMail]:
    """Needs prefetch_related("notices")."""
    return [SentMail(m.subject, m.sent_at or m.made_at, m.get_state_display(), _items(m)) for m in mails]


def _items(mail: Mail) -> list[SentItem]:
    return [SentItem(notice.heading, _why(notice), notice.get_answer_display()) for notice in mail.notices.all()]


def _label(notice: Notice) -> str:
    try:
        return kind_named(notice.kind).label
    except UnknownKind:
        return "A message"


def _why(notice: Notice) -> str:
    try:
        return kind_named(notice.kind).why
    except UnknownKind:
        return ""
