"""What waits for a person, from every part of the portal: /my/ and their own calendar are composed here."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.second_factor import factors_of
from content.models import Edition, Page, Status
from credentialing.display import standing_for
from credentialing.models import Checklist, Item
from credentialing.standing import Row
from mentoring import turns as mentoring
from notices.models import BadAddress, Notice, State

SHOWN = 3  # of what does not wait for this person; the rest is one click away
YOU = "you"


@dataclass(frozen=True)
class Line:
    """One thing, where to go, its day if it has one, and whose turn it is: nobody's, YOU, or who else."""

    words: str
    url: str
    day: date | None = None
    waits_for: str = ""

    @property
    def is_yours(self) -> bool:
        return self.waits_for == YOU


@dataclass(frozen=True)
class Part:
    """`empty` is said when there is no line; `link` leads to the whole of it."""

    title: str
    lines: list[Line]
    empty: str = ""
    link: str = ""
    link_words: str = ""


def parts_of(person: User) -> list[Part]:
    """The parts this person has started or that are for them, what waits for them first."""
    found = [part for make in PARTS if (part := make(person))]
    return sorted(found, key=lambda part: not count_yours([part]))


def count_yours(parts: list[Part]) -> int:
    return sum(line.is_yours for part in parts for line in part.lines)


# ------------------------------------------------------------------------------------------------ staff
def _desk(person: User) -> Part | None:
    if not person.is_staff:
        return None
    return Part(
        title="Staff desk",
        lines=list(_desk_lines(person)),
        empty="No edition of a page is open.",
        link=reverse("admin:index"),
        link_words="Open the staff desk",
    )


def _desk_lines(person: User) -> Iterator[Line]:
    if not factors_of(person).exists():
        yield Line("Set up a second factor: the staff desk opens only with one.", reverse("mfa_index"), waits_for=YOU)
    own = Q(written_by=person) | Q(asked_by=person)
    to_review = Q(status=Status.IN_REVIEW) if person.has_perm("content.approve_edition") else Q(pk=None)
    opened = Edition.objects.filter(status__in=(Status.DRAFT, Status.IN_REVIEW)).filter(own | to_review)
    for edition in opened.defer("body", "html").order_by("edited_at"):
        yield _edition_line(edition, person)


def _edition_line(edition: Edition, person: User) -> Line:
    url = reverse("admin:content_edition_change", args=(edition.pk,))
    is_draft = edition.status == Status.DRAFT
    words = f"{edition.short_title or edition.title}: {edition.get_status_display()}"
    is_ones_own = edition.asked_by_id == person.pk
    return Line(words, url, waits_for="a second person" if not is_draft and is_ones_own else YOU)


def _pages(person: User) -> Part | None:
    """What is due, and what comes next."""
    pages = list(_looked_after(person))
    due = [page for page in pages if page.next_review_on <= timezone.localdate()]
    lines = [_page_line(page, person) for page in pages[: len(due) + SHOWN]]
    if not lines:
        return None
    words = f"All {len(pages)} pages you look after"
    desk = f"{reverse('admin:content_page_changelist')}?show=all&owner__id__exact={person.pk}"
    return Part("Pages you look after", lines, link=desk if _sees_desk(person) else "", link_words=words)


def _looked_after(person: User) -> QuerySet[Page]:
    theirs = Page.objects.published().filter(Q(owner=person) | Q(deputy=person), next_review_on__isnull=False)
    return theirs.select_related("live").defer_words().order_by("next_review_on", "address")


def _page_line(page: Page, person: User) -> Line:
    is_due = page.next_review_on <= timezone.localdate()
    url = reverse("admin:content_page_change", args=(page.pk,)) if _sees_desk(person) else page.address
    words = f"{page.live.short_title or page.live.title}: {'review due' if is_due else 'next review'}"
    return Line(words, url, page.next_review_on, YOU if is_due else "")


def _sees_desk(person: User) -> bool:
    return person.is_staff and person.has_perm("content.view_page")


# ------------------------------------------------------------------------------------------------ license checklist
def _checklist(person: User) -> Part | None:
    """What is theirs to do, and what has waited longest for somebody else."""
    own = Checklist.objects.for_user(person).select_related("catalogue", "person").first()
    if own is None:
        return None
    standing = standing_for(own)
    others = sorted((row for row in standing.rows if row.waits_for), key=lambda row: row.waited or 0, reverse=True)
    yours = [row for row in standing.rows if row.is_yours]
    return Part(
        title="License checklist",
        lines=[_item_line(row) for row in (*yours, *others[:SHOWN])],
        empty=standing.next_step,
        link=reverse("credentialing:checklist"),
        link_words=f"Your whole checklist: {standing.sentence.removesuffix('.')}",
    )


def _item_address(item: Item) -> str:
    return reverse("credentialing:item", args=(item.pk,))


def _item_line(row: Row) -> Line:
    words = f"{row.title}: {row.state.label}"
    return Line(
        words, _item_address(row.item), row.since if row.waits_for else None, YOU if row.is_yours else row.waits_for
    )


# ------------------------------------------------------------------------------------------------ mentoring
def _mentoring(person: User) -> Part | None:
    enrolments = mentoring.enrolments_of(person)
    if not enrolments:
        return None
    turns = mentoring.turns_of(person, enrolments)
    return Part(
        title="Mentoring",
        lines=[Line(turn.words, turn.url, turn.day, turn.waits_for) for turn in turns],
        empty="Nothing waits for you in mentoring.",
        link=reverse("mentoring:overview"),
        link_words="Your mentoring",
    )


# ------------------------------------------------------------------------------------------------ everybody
def _messages(person: User) -> Part:
    return Part(
        title="Messages",
        lines=list(_message_lines(person)),
        empty="No message was sent to you yet. Sign-in codes are not counted.",
        link=reverse("notices:messages"),
        link_words="All messages, and which ones you get",
    )


def _message_lines(person: User) -> Iterator[Line]:
    url = reverse("notices:messages")
    if BadAddress.objects.filter(address=person.email.lower()).exists():
        yield Line("Mail to your address comes back. Check it, so that you miss nothing.", url, waits_for=YOU)
    for notice in Notice.objects.for_user(person).filter(state=State.IN_MAIL).exclude(heading="")[:SHOWN]:
        yield Line(notice.heading, url, timezone.localdate(notice.said_at) if notice.said_at else None)


def _guidance(person: User) -> Part:
    """Open to everybody, and the place to begin for somebody for whom nothing is under way."""
    places = (
        ("The way to residency, step by step", "/residency/"),
        ("State 30: the J-1 waiver in New York", "/state-30/"),
        ("License and credentialing", "/credentialing/"),
        ("Mentoring", "/mentoring/"),
    )
    return Part("Guidance for you", [Line(words, url) for words, url in places])


PARTS: tuple[Callable[[User], Part | None], ...] = (_desk, _checklist, _mentoring, _pages, _messages, _guidance)


# ------------------------------------------------------------------------------------------------ calendar
def dates_of(person: User) -> list[tuple[str, str, date, str]]:
    """(stable name, title, day, address) of everything dated that waits for this person. It tells no details."""
    owed = Notice.objects.for_user(person).filter(state=State.OWED).order_by("due_on", "pk")
    pages = _looked_after(person)
    # What the daily scan has owed already is among the notices.
    items = Item.objects.for_user(person).needed().filter(follow_up_on__isnull=False, owed_for__isnull=True)
    return [
        *((f"notice-{one.pk}", "Something to look at in the IMG portal", one.due_on, "/my/") for one in owed),
        *(
            (f"item-{one.pk}", "Something to follow up in the IMG portal", one.follow_up_on, _item_address(one))
            for one in items
        ),
        *mentoring.days_of_person(person),
        *((f"page-{one.pk}", f"Review: {one.live.title}", one.next_review_on, one.address) for one in pages),
    ]
