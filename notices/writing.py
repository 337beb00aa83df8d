"""From notices to one mail: text first, simple HTML second, a subject without anything personal."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.template.loader import render_to_string

from . import links
from .display import buttons_of
from .kinds import Kind, kind_named
from .models import Answer, Mail, Notice


@dataclass(frozen=True)
class Item:
    """One notice as it stands in a mail."""

    notice: Notice
    kind: Kind
    heading: str
    text: str
    html: str
    again_on: date | None
    is_last: bool  # of several times on which it is said


def write_item(notice: Notice, today: date) -> Item:
    """Raises whatever the kind's words and templates raise, and ValueError for words that cannot be sent."""
    kind = kind_named(notice.kind)
    words = kind.words(notice)
    _refuse_personal(words.heading, notice.person)
    steps = kind.escalation_of(notice)
    again_on, is_last = day_of_next_step(notice, steps, today), bool(steps) and notice.step >= len(steps)
    context = {
        "words": words,
        "kind": kind,
        "site": settings.SITE_URL,
        "answer_url": links.answer_address(notice) if kind.answers else "",
        "answers": [*(words for _, words in buttons_of(kind)), Answer.REMIND.label],
        "again_on": again_on,
        "is_last": is_last,
        "staff_are_told": kind.tell_staff is not None,
    }
    text, html = (_sendable(render_to_string(name, context)) for name in (kind.text_template, kind.html_template))
    return Item(notice, kind, words.heading, text, html, again_on, is_last)


def _refuse_personal(heading: str, person: Any) -> None:
    """A subject is read over shoulders and kept in logs of mail servers."""
    if any(detail and detail.lower() in heading.lower() for detail in (person.email, person.get_full_name())):
        raise ValueError("A heading may become the subject of a mail, so it names nobody.")


def _sendable(text: str) -> str:
    if "\x00" in text:
        raise ValueError("A mail cannot hold a zero byte.")
    text.encode()  # a lone surrogate is a ValueError too
    return text


def day_of_next_step(notice: Notice, escalation: tuple[int, ...], today: date) -> date | None:
    """The kind's own day, counted from the first one; a whole step from today if this one was said very late."""
    if notice.said_at or notice.step >= len(escalation):
        return None
    steps = (0, *escalation)
    gap = timedelta(days=steps[notice.step + 1] - steps[notice.step])
    planned = (notice.first or notice).due_on + timedelta(days=steps[notice.step + 1])
    return planned if planned - today >= gap / 2 else today + gap


def message_id(seed: str) -> str:
    """The same for every try of the same mail."""
    digest = hashlib.sha256(f"{settings.SITE_URL}:{seed}".encode()).hexdigest()[:32]
    return f"<{digest}@{urlsplit(settings.SITE_URL).hostname}>"


def fill(mail: Mail, items: Sequence[Item]) -> None:
    """Write the mail's words. Every notice keeps its heading, so that people can read later what was sent."""
    kinds = sorted({item.kind.name for item in items if item.kind.can_be_switched_off})
    mail.unsubscribe_url = links.unsubscribe_address(mail.person, kinds) if kinds else ""
    mail.subject = items[0].heading if len(items) == 1 else f"{len(items)} things to look at in the IMG portal"
    context = {"mail": mail, "items": items, "settings_url": settings.SITE_URL + "/my/messages/"}
    mail.text = render_to_string("emails/notice.txt", context)
    mail.html = render_to_string("emails/notice.html", context)
    mail.in_reply_to = _earlier_message_id(items)
    for item in items:
        item.notice.heading = item.heading


def _earlier_message_id(items: Sequence[Item]) -> str:
    """Later steps of what was first said in one mail stand under that mail in the reader's mail program."""
    firsts = {item.notice.first.mail if item.notice.first else None for item in items}
    first = firsts.pop()
    return first.message_id if first and not firsts else ""
