"""What waits for a person, from every part of the portal: /my/ and their own calendar are composed here."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.second_factor import factors_of
from content.models import Page
from notices.models import BadAddress, Notice, State

MESSAGES_SHOWN = 3


@dataclass(frozen=True)
class Line:
    """One thing, whose turn it is, and where to go. `is_yours`: it waits for this person."""

    words: str
    url: str
    is_yours: bool = False
    due_on: date | None = None


@dataclass(frozen=True)
class Part:
    title: str
    lines: list[Line]
    link: str
    link_words: str


def parts_of(person: User) -> list[Part]:
    """The parts this person has started or that are for them, what waits for them first."""
    found = [part for make in PARTS if (part := make(person))]
    return sorted(found, key=lambda part: not any(line.is_yours for line in part.lines))


def _account(person: User) -> Part:
    lines = list(_account_lines(person))
    return Part("Your account", lines, reverse("accounts:profile"), "Your profile")


def _account_lines(person: User) -> Iterator[Line]:
    if BadAddress.objects.filter(address=person.email.lower()).exists():
        yield Line("Mail to your address comes back. Check it, so that you miss nothing.", "/my/messages/", True)
    if person.is_staff and not factors_of(person).exists():
        yield Line("Set up a second factor to open the staff desk.", reverse("mfa_index"), True)


def _pages(person: User) -> Part | None:
    owned = Page.objects.published().filter(owner=person).select_related("live").defer_words()
    lines = [_page_line(page) for page in owned.order_by("next_review_on")]
    return Part("Pages you look after", lines, reverse("admin:content_page_changelist"), "All pages") if lines else None


def _page_line(page: Page) -> Line:
    is_due = page.next_review_on is not None and page.next_review_on <= timezone.localdate()
    words = f"{page.live.short_title}: {'review due' if is_due else 'next review'}"
    return Line(words, page.address, is_due, page.next_review_on)


def _messages(person: User) -> Part:
    sent = Notice.objects.for_user(person).filter(state=State.IN_MAIL).exclude(heading="")[:MESSAGES_SHOWN]
    lines = [Line(notice.heading, reverse("notices:messages")) for notice in sent]
    return Part("Messages", lines, reverse("notices:messages"), "All messages, and which ones you get")


PARTS: tuple[Callable[[User], Part | None], ...] = (_pages, _messages, _account)


def dates_of(person: User) -> list[tuple[str, str, date, str]]:
    """(stable name, title, day, address) of everything dated that waits for this person."""
    owed = Notice.objects.for_user(person).filter(state=State.OWED)
    found = [(f"notice-{notice.pk}", "Something to look at in the IMG portal", notice.due_on, "/my/") for notice in owed]
    pages = Page.objects.published().filter(owner=person, next_review_on__isnull=False).select_related("live").defer_words()
    return found + [(f"page-{page.pk}", f"Review: {page.live.short_title}", page.next_review_on, page.address) for page in pages]
