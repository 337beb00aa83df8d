"""What the guidance owes the people who look after it: a page that is due for review, a link that broke."""

from collections.abc import Iterable

from django.utils import timezone

from accounts.models import User
from notices.actions import owe, withdraw
from notices.kinds import Kind, Words, declare
from notices.models import Notice

from .models import OPEN_STATUSES, Edition, ExternalLink, LinkState, Page, Status

REVIEW, BROKEN_LINK = "content.review_due", "content.broken_link"


def _page_of(notice: Notice) -> Page | None:
    return Page.objects.published().select_related("live").filter(pk=notice.about.partition(":")[2]).first()


def _review_is_due(notice: Notice) -> bool:
    page = _page_of(notice)
    return (
        page is not None
        and notice.person_id in (page.owner_id, page.deputy_id)
        and page.next_review_on is not None
        and page.next_review_on <= timezone.localdate()
    )


def _review_words(notice: Notice) -> Words:
    page = _page_of(notice)
    return Words(
        heading="A page you look after is due for review",
        paragraphs=(
            f"“{page.live.title}” was last reviewed on {page.last_reviewed_on:%d %B %Y}. Readers are told that it is due.",
            "Read the whole page against its sources. If nothing changed, press “reviewed today” on its page in the staff"
            " desk; if something did, write a new edition.",
        ),
        what_next="You are asked again after the usual time, until the page is reviewed.",
        link=f"/admin/content/page/{page.pk}/change/",
    )


declare(
    Kind(
        name=REVIEW,
        label="Pages you look after that are due for review",
        why="you are the owner or deputy of a page of the guidance.",
        still_true=_review_is_due,
        words=_review_words,
        escalation=(14, 30),
    )
)


def _link_of(notice: Notice) -> ExternalLink | None:
    return ExternalLink.objects.filter(pk=notice.about.partition(":")[2]).first()


def _is_still_broken(notice: Notice) -> bool:
    link = _link_of(notice)
    return link is not None and link.state == LinkState.DEAD and notice.person_id in {p.pk for p in _owners(link)}


def _broken_words(notice: Notice) -> Words:
    link = _link_of(notice)
    titles = ", ".join(f"“{edition.title}”" for edition in _editions(link))
    return Words(
        heading="A link on a page you look after does not work",
        paragraphs=(f"{link.url} is named by {titles}. The portal checked it and got no page.",),
        what_next="The portal checks it again every week. Correct it, or tell readers where the page has gone.",
        link=f"/admin/content/externallink/{link.pk}/change/",
    )


declare(
    Kind(
        name=BROKEN_LINK,
        label="Links that broke on pages you look after",
        why="you are the owner of a page that names the link.",
        still_true=_is_still_broken,
        words=_broken_words,
    )
)


def _editions(link: ExternalLink) -> Iterable[Edition]:
    return link.editions.filter(status__in=(Status.PUBLISHED, *OPEN_STATUSES)).select_related("page__owner")


def _owners(link: ExternalLink) -> set[User]:
    return {edition.page.owner for edition in _editions(link) if edition.page.owner}


# ------------------------------------------------------------------------------------------------ owing
def owe_reviews() -> int:
    """To the owner on the day, to the deputy as well. Run daily; a rerun is harmless."""
    pages = Page.objects.due_for_review().select_related("owner", "deputy")
    wanted = [(page, person) for page in pages for person in {page.owner, page.deputy} if person]
    for page, person in wanted:
        owe(kind=REVIEW, person=person, about=page, due_on=page.next_review_on)
    return len(wanted)


def owe_broken_links() -> int:
    links = ExternalLink.objects.broken()
    wanted = [(link, owner) for link in links for owner in _owners(link)]
    for link, owner in wanted:
        owe(kind=BROKEN_LINK, person=owner, about=link, due_on=link.checked_at.date())
    return len(wanted)


def review_is_done(page: Page) -> None:
    withdraw(about=page, kind=REVIEW)


def link_works(link: ExternalLink) -> None:
    withdraw(about=link, kind=BROKEN_LINK)
