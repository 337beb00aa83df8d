"""What the guidance owes the people who look after it: a page that is due for review, a link that broke."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.db import models
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from audit.models import Entry
from facts.models import day_text
from notices.actions import about_text, owe, withdraw
from notices.kinds import Kind, Words, declare
from notices.models import Notice

from .models import OPEN_STATUSES, ExternalLink, Page, Status

REVIEW, BROKEN_LINK = "content.review_due", "content.broken_link"
# The audit's word for it, which also says since when.
LINK_BROKE = "link broke"
# Owed early, so that people and staff see what is coming; nothing goes out before its day.
AHEAD = timedelta(days=30)
ASKED_AGAIN = (14, 30)


def _first_day(notice: Notice) -> date:
    return (notice.first or notice).due_on


# ------------------------------------------------------------------------------------------------ reviews
def _page_of(notice: Notice) -> Page | None:
    return Page.objects.published().select_related("live").filter(pk=notice.about.partition(":")[2]).first()


def _review_is_due(notice: Notice) -> bool:
    """Still of this review: once it is done, or its day has changed, the next one is owed by itself."""
    page = _page_of(notice)
    looks_after = page is not None and notice.person_id in (page.owner_id, page.deputy_id)
    return looks_after and page.next_review_on == _first_day(notice)


def _review_words(notice: Notice) -> Words:
    page = _page_of(notice)
    return Words(
        heading="A page you look after is due for review",
        paragraphs=(
            f"Readers see that “{page.live.title}” was last reviewed on {day_text(page.last_reviewed_on)}.",
            "Please read the whole page against its sources.",
        ),
        what_next="Press “reviewed today” in the staff desk if the page still holds, and “Write” if it does not.",
        link=reverse("admin:content_page_change", args=(page.pk,)),
    )


declare(
    Kind(
        name=REVIEW,
        label="Pages you look after that are due for review",
        why="you are the owner or the deputy of this page.",
        still_true=_review_is_due,
        words=_review_words,
        escalation=ASKED_AGAIN,
    )
)


def owe_reviews() -> None:
    """To the owner and to the deputy, from the day on which the review is due. Run daily; a rerun is harmless."""
    for page in Page.objects.due_for_review(timezone.localdate() + AHEAD).select_related("owner", "deputy"):
        for person in _active({page.owner, page.deputy}):
            owe(kind=REVIEW, person=person, about=page, due_on=page.next_review_on)


def review_is_done(page: Page) -> None:
    withdraw(about=page, kind=REVIEW)


def _active(people: set[User | None]) -> Iterator[User]:
    return (person for person in people if person and person.is_active)


# ------------------------------------------------------------------------------------------------ links
def _link_of(notice: Notice) -> ExternalLink | None:
    return ExternalLink.objects.broken().filter(pk=notice.about.partition(":")[2]).first()


def _pages_naming(link: ExternalLink) -> models.QuerySet[Page]:
    """A page counts once, though its live edition and its draft may both name the link."""
    statuses = (Status.PUBLISHED, *OPEN_STATUSES)
    return Page.objects.filter(editions__links=link, editions__status__in=statuses).distinct()


def _is_still_broken(notice: Notice) -> bool:
    link = _link_of(notice)
    return link is not None and _pages_naming(link).filter(owner=notice.person_id).exists()


def _broken_words(notice: Notice) -> Words:
    link = _link_of(notice)
    pages = ", ".join(map(str, _pages_naming(link).filter(owner=notice.person_id)))
    return Words(
        heading="A link on a page you look after does not work",
        paragraphs=(f"{link.url} gave no page when the portal last checked it. It is named by: {pages}",),
        what_next="The portal checks it again every week. Correct it in a new edition, or say there where it has gone.",
        link=reverse("admin:content_externallink_change", args=(link.pk,)),
    )


declare(
    Kind(
        name=BROKEN_LINK,
        label="Links that broke on pages you look after",
        why="you are the owner of a page that names the link.",
        still_true=_is_still_broken,
        words=_broken_words,
        escalation=ASKED_AGAIN,
    )
)


def owe_broken_links() -> None:
    """To each owner, once for each time that a link breaks. Run daily; a rerun is harmless."""
    for link in ExternalLink.objects.broken():
        for owner in _active({page.owner for page in _pages_naming(link).select_related("owner")}):
            _owe_broken(link, owner)


def _owe_broken(link: ExternalLink, owner: User) -> None:
    """A link that was dead from the first look on never broke: then the day counts on which the owner hears of it."""
    entry = Entry.objects.about(link).filter(verb=LINK_BROKE).first()
    broke_on = timezone.localdate(entry.at) if entry else None
    told = Notice.objects.for_user(owner).filter(kind=BROKEN_LINK, about=about_text(link), step=0)
    if broke_on or not told.exists():
        owe(kind=BROKEN_LINK, person=owner, about=link, due_on=broke_on or timezone.localdate())


def link_works(link: ExternalLink) -> None:
    withdraw(about=link, kind=BROKEN_LINK)
