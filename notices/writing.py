"""From notices to one mail: text first, simple HTML second, a subject without anything personal."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.template.loader import render_to_string

from . import links
from .kinds import Kind, Words, kind_named
from .models import Mail, Notice


@dataclass(frozen=True)
class Item:
    notice: Notice
    kind: Kind
    words: Words
    answer_url: str


def write_item(notice: Notice) -> Item:
    kind = kind_named(notice.kind)
    words = kind.words(notice)
    answer_url = links.answer_address(notice) if kind.answers else ""
    return Item(notice, kind, words, answer_url)


def message_id(seed: str) -> str:
    """The same for every try of the same mail."""
    digest = hashlib.sha256(f"{settings.SITE_URL}:{seed}".encode()).hexdigest()[:32]
    return f"<{digest}@{urlsplit(settings.SITE_URL).hostname}>"


def fill(mail: Mail, items: Sequence[Item]) -> None:
    """Write the mail's words. Every notice keeps its heading, so that people can read later what was sent."""
    kinds = sorted({item.kind.name for item in items if item.kind.can_be_switched_off})
    mail.unsubscribe_url = links.unsubscribe_address(mail.person, kinds) if kinds else ""
    mail.subject = items[0].words.heading if len(items) == 1 else f"{len(items)} things to look at in the IMG portal"
    context = {"mail": mail, "items": items, "site": settings.SITE_URL, "settings_url": settings.SITE_URL + "/my/messages/"}
    mail.text = render_to_string("emails/notice.txt", context)
    mail.html = render_to_string("emails/notice.html", context)
    mail.in_reply_to = _earlier_message_id(items)
    for item in items:
        item.notice.heading = item.words.heading[:200]


def _earlier_message_id(items: Sequence[Item]) -> str:
    """A later step of one thing stands under its first mail in the reader's mail program."""
    firsts = {item.notice.first_id for item in items}
    if len(items) != 1 or None in firsts:
        return ""
    first = items[0].notice.first
    return first.mail.message_id if first and first.mail else ""
