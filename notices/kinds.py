"""The kinds of message the portal owes people. Each app declares its own in its notices.py."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .models import Notice


class UnknownKind(LookupError):
    pass


@dataclass(frozen=True)
class Words:
    """What one notice says: a heading and plain paragraphs. Nothing personal in the heading: it may become the subject."""

    heading: str
    paragraphs: tuple[str, ...]
    what_next: str
    link: str = ""  # an address inside the portal


@dataclass(frozen=True)
class Kind:
    name: str
    label: str  # as the person chooses it: "Reviews of pages you look after"
    why: str  # "You get this because …"
    still_true: Callable[["Notice"], bool]
    words: Callable[["Notice"], Words]
    transactional: bool = False  # goes at once, by itself
    can_be_switched_off: bool = True
    any_day: bool = False  # weekends and holidays too
    # Days after the first one on which it is said again; after the last one, `tell_staff` is called and it stops.
    escalation: tuple[int, ...] = ()
    tell_staff: Callable[["Notice"], None] | None = None
    # What the buttons in the mail do. No entry, no buttons. Keys: done, waiting, stuck, remind.
    answers: dict[str, Callable[["Notice", dict[str, Any]], None]] = field(default_factory=dict)


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
