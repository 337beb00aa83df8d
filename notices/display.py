"""What a person reads about the messages of the portal."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count

from .kinds import Kind, UnknownKind, all_kinds, kind_named
from .models import Answer, BadAddress, Mail, Notice, State, SwitchedOff

COMING_SHOWN = 20


@dataclass(frozen=True)
class Choice:
    kind: Kind
    is_wanted: bool


@dataclass(frozen=True)
class Coming:
    label: str
    count: int
    at: datetime
    is_held: bool


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
    """The kinds that concern this person: staff's own messages are no choice for a member."""
    unwanted = set(SwitchedOff.objects.filter(person=person).values_list("kind", flat=True))
    had = set(Notice.objects.for_user(person).order_by().values_list("kind", flat=True).distinct())
    kinds = sorted(all_kinds(), key=lambda kind: kind.label)
    return [Choice(kind, kind.name not in unwanted) for kind in kinds if kind.name in had | unwanted]


def coming(person: Any) -> list[Coming]:
    """What will be sent, and the first moment it may go."""
    owed = Notice.objects.for_user(person).filter(state__in=(State.OWED, State.HELD)).order_by("send_after", "kind")
    rows = owed.values_list("kind", "send_after", "state").annotate(count=Count("pk"))[:COMING_SHOWN]
    return [Coming(label_of(kind), count, at, state == State.HELD) for kind, at, state, count in rows]


def buttons_of(kind: Kind) -> list[tuple[str, str]]:
    """Each answer that a mail of this kind takes, with the words on its button."""
    return [(name, kind.button_words.get(name, Answer(name).label)) for name in kind.answers]


def answer_words(notice: Notice) -> str:
    """As it stood on the button; the kind may be of an app that is gone."""
    try:
        return dict(buttons_of(kind_named(notice.kind))).get(notice.answer, notice.get_answer_display())
    except UnknownKind:
        return notice.get_answer_display()


def bad_address_of(person: Any) -> BadAddress | None:
    return BadAddress.objects.filter(address=person.email.lower()).first()


def sent_lines(mails: Iterable[Mail]) -> list[SentMail]:
    """Needs prefetch_related("notices")."""
    return [SentMail(m.subject, m.sent_at or m.made_at, m.get_state_display(), _items(m)) for m in mails]


def _items(mail: Mail) -> list[SentItem]:
    return [SentItem(one.heading, _why(one.kind), answer_words(one)) for one in mail.notices.all()]


def label_of(kind: str) -> str:
    """A kind may be of an app that is gone."""
    try:
        return kind_named(kind).label
    except UnknownKind:
        return "A message"


def _why(kind: str) -> str:
    try:
        return kind_named(kind).why
    except UnknownKind:
        return ""
