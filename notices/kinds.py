"""The kinds of message the portal owes people. Each app declares its own in its notices.py."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .forms import AnswerForm
    from .models import Notice


class UnknownKind(LookupError):
    pass


LONGEST_HEADING = 150


@dataclass(frozen=True)
class Words:
    """What one notice says: a heading and plain paragraphs. Nothing personal in the heading: it may become the subject.

    Raises ValueError for a heading of several lines (it would forge headers of the mail) or a link out of the portal.
    """

    heading: str
    paragraphs: tuple[str, ...]
    what_next: str
    link: str = ""  # an address inside the portal

    def __post_init__(self) -> None:
        if not self.heading.strip() or not self.heading.isprintable() or len(self.heading) > LONGEST_HEADING:
            raise ValueError(f"A heading is one line of at most {LONGEST_HEADING} characters.")
        if self.link and (not self.link.startswith("/") or self.link.startswith("//")):
            raise ValueError("A link leads to a page of the portal and begins with one slash.")


@dataclass(frozen=True)
class Kind:
    name: str
    label: str  # as the person chooses it: "Reviews of pages you look after"
    why: str  # "Why you get this: …"
    still_true: Callable[["Notice"], bool]
    words: Callable[["Notice"], Words]
    transactional: bool = False  # goes at once, by itself
    can_be_switched_off: bool = True
    any_day: bool = False  # weekends and holidays too
    # Days after the first one on which it is said again, or how to find them for one notice. With the last of them
    # staff are told, and it stops.
    escalation: tuple[int, ...] | Callable[["Notice"], tuple[int, ...]] = ()
    tell_staff: Callable[["Notice"], None] | None = None
    # What the buttons in the mail do; no entry, no buttons. Keys: done, yes, no, waiting, stuck. “Remind me” is there
    # by itself.
    # One that cannot do it raises actions.NoticeRefused with a sentence for the page.
    answers: dict[str, Callable[["Notice", dict[str, Any]], None]] = field(default_factory=dict)
    # An app that locks rows of its own before the notices about them does so here before an answer is taken: two that
    # lock in opposite order would wait for each other.
    lock_first: Callable[["Notice"], None] | None = None
    # What else is to be done when the person chose the day of the next reminder.
    reminded: Callable[["Notice", date], None] | None = None
    # Where “Done” or “Yes” would not say enough: the words on the button.
    button_words: dict[str, str] = field(default_factory=dict)
    # A form that asks for more with the answer “done”; its `more` names the fields.
    form: "type[AnswerForm] | None" = None
    text_template: str = "emails/item.txt"
    html_template: str = "emails/item.html"

    def escalation_of(self, notice: "Notice") -> tuple[int, ...]:
        return self.escalation(notice) if callable(self.escalation) else self.escalation


_KINDS: dict[str, Kind] = {}


def declare(kind: Kind) -> Kind:
    if kind.name in _KINDS:
        raise ValueError(f"The kind {kind.name} is declared twice.")
    _KINDS[kind.name] = kind
    return kind


def kind_named(name: str) -> Kind:
    try:
        return _KINDS[name]
    except KeyError as error:
        raise UnknownKind(f"No kind of notice is named {name}.") from error


def all_kinds() -> Iterable[Kind]:
    return _KINDS.values()


def forget(name: str) -> None:
    """For tests that declare a kind of their own."""
    _KINDS.pop(name, None)
