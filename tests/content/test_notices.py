"""Whoever looks after a page hears when its review is due and when one of its links breaks."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail as outbox

from accounts.models import User
from audit.models import Entry
from content import actions, link_actions, tasks
from content.link_actions import BROKE
from content.linkcheck import Outcome
from content.models import Edition, ExternalLink, LinkState, Page
from content.notices import BROKEN_LINK, REVIEW, owe_broken_links, owe_reviews
from notices import engine
from notices.models import Notice, State
from tests.conftest import words

REVIEWED = date(2026, 9, 2)
DUE = date(2026, 12, 1)  # 90 days after, a Tuesday
MORNING = datetime(2026, 12, 1, 13, tzinfo=UTC)  # 08:00 in New York
DEAD, WORKS, NO_ANSWER = Outcome(LinkState.DEAD, 404), Outcome(LinkState.WORKS, 200), Outcome(LinkState.NO_ANSWER)


@pytest.fixture(autouse=True)
def only_what_the_test_has(db: None) -> None:
    Page.objects.update(owner=None, deputy=None)
    ExternalLink.objects.filter(state=LinkState.DEAD).update(state=LinkState.WORKS)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(datetime(2026, 9, 2, 16, tzinfo=UTC), tick=False) as clock:
        yield clock


@pytest.fixture
def looked_after(clock: Any, published: Edition, amina: User, boris: User) -> Page:
    """Published and reviewed on 2 September; Amina owns it, Boris is the deputy."""
    return actions.change_page(page=published.page, by=amina, owner=amina, deputy=boris)


def send(clock: Any, now: datetime) -> None:
    clock.move_to(now)
    engine.send_to(engine.people_due(now), now)


def owed(kind: str, **more: Any) -> list[tuple[str, date]]:
    found = Notice.objects.filter(kind=kind, state=State.OWED, **more).order_by("person__full_name", "due_on")
    return [(notice.person.full_name, notice.due_on) for notice in found]


# ------------------------------------------------------------------------------------------------ reviews
def test_owner_and_deputy_hear_of_a_review_on_its_day(clock: Any, looked_after: Page) -> None:
    clock.move_to(MORNING - timedelta(days=29))
    owe_reviews()
    assert owed(REVIEW) == [("Amina Rahman", DUE), ("Boris Petrov", DUE)]
    send(clock, MORNING - timedelta(minutes=1))
    assert outbox.outbox == []
    send(clock, MORNING)
    assert {mail.to[0] for mail in outbox.outbox} == {"amina@mssny.example", "boris@mssny.example"}
    mail = outbox.outbox[0]
    assert mail.subject == "A page you look after is due for review"
    assert "Readers see that “A page for the test” was last reviewed on 2 September 2026." in mail.body
    assert f"/admin/content/page/{looked_after.pk}/change/" in mail.body
    assert "Why you get this: you are the owner or the deputy of this page." in mail.body


def test_nothing_is_owed_more_than_a_month_ahead(clock: Any, looked_after: Page) -> None:
    clock.move_to(MORNING - timedelta(days=31))
    owe_reviews()
    assert owed(REVIEW) == []


def test_owing_again_owes_nothing_more(clock: Any, looked_after: Page) -> None:
    for days in (-3, 0, 0, 5):
        clock.move_to(MORNING + timedelta(days=days))
        owe_reviews()
    assert Notice.objects.filter(kind=REVIEW).count() == 2


def test_one_person_in_both_roles_hears_once(clock: Any, looked_after: Page, amina: User) -> None:
    actions.change_page(page=looked_after, by=amina, deputy=amina)
    clock.move_to(MORNING)
    owe_reviews()
    assert owed(REVIEW) == [("Amina Rahman", DUE)]


def test_whoever_left_is_owed_nothing(clock: Any, looked_after: Page, boris: User) -> None:
    User.objects.filter(pk=boris.pk).update(is_active=False)
    clock.move_to(MORNING)
    owe_reviews()
    assert owed(REVIEW) == [("Amina Rahman", DUE)]


def test_they_are_asked_again_after_two_and_four_weeks_and_then_it_stops(clock: Any, looked_after: Page) -> None:
    Page.objects.update(deputy=None)
    for days in range(60):
        clock.move_to(MORNING + timedelta(days=days))
        owe_reviews()
        send(clock, MORNING + timedelta(days=days))
    days = Notice.objects.filter(kind=REVIEW, state=State.IN_MAIL).order_by("step").values_list("due_on", flat=True)
    assert list(days) == [DUE, date(2026, 12, 15), date(2026, 12, 31)]
    assert len(outbox.outbox) == 3
    assert owed(REVIEW) == []


def test_a_reviewed_page_owes_nothing_more(clock: Any, looked_after: Page, amina: User) -> None:
    clock.move_to(MORNING)
    owe_reviews()
    send(clock, MORNING)
    assert owed(REVIEW) == [("Amina Rahman", date(2026, 12, 15)), ("Boris Petrov", date(2026, 12, 15))]
    actions.mark_reviewed(page=looked_after, by=amina)
    assert owed(REVIEW) == []


def test_a_published_edition_is_a_review_too(clock: Any, looked_after: Page, amina: User, boris: User) -> None:
    clock.move_to(MORNING - timedelta(days=1))
    owe_reviews()
    draft = actions.save_draft(page=looked_after, by=amina, words=words(title="Newer words"))
    actions.ask_for_review(edition=draft, by=amina)
    assert len(owed(REVIEW)) == 2
    actions.approve(edition=draft, by=boris)
    assert owed(REVIEW) == []


def test_the_next_review_is_owed_anew(clock: Any, looked_after: Page, amina: User) -> None:
    clock.move_to(MORNING)
    owe_reviews()
    actions.mark_reviewed(page=looked_after, by=amina)
    clock.move_to(MORNING + timedelta(days=90))
    owe_reviews()
    assert owed(REVIEW) == [("Amina Rahman", date(2027, 3, 1)), ("Boris Petrov", date(2027, 3, 1))]


@pytest.mark.parametrize("what", ["taken away from readers", "given to somebody else", "asked for at another time"])
def test_what_is_no_longer_so_is_not_said(clock: Any, looked_after: Page, amina: User, boris: User, what: str) -> None:
    actions.change_page(page=looked_after, by=amina, deputy=None)
    clock.move_to(MORNING - timedelta(days=1))
    owe_reviews()
    if what == "taken away from readers":
        actions.withdraw(edition=looked_after.live, by=boris, reason="It is out of date.")
    elif what == "given to somebody else":
        actions.change_page(page=looked_after, by=amina, owner=boris)
    else:
        actions.change_page(page=looked_after, by=amina, review_every_days=180)
    send(clock, MORNING)
    assert outbox.outbox == []
    assert owed(REVIEW) == []


def test_an_earlier_day_for_the_review_is_one_message_and_not_two(clock: Any, looked_after: Page, amina: User) -> None:
    actions.change_page(page=looked_after, by=amina, deputy=None)
    clock.move_to(MORNING - timedelta(days=5))
    owe_reviews()
    actions.change_page(page=looked_after, by=amina, review_every_days=89)
    owe_reviews()
    send(clock, MORNING)
    assert Notice.objects.filter(kind=REVIEW, state=State.IN_MAIL).count() == 1


# ------------------------------------------------------------------------------------------------ links
@pytest.fixture
def outcomes(monkeypatch: pytest.MonkeyPatch) -> list[Outcome]:
    """What the next checks find."""
    outcomes: list[Outcome] = []
    monkeypatch.setattr(link_actions, "check_url", lambda url: outcomes.pop(0))
    return outcomes


@pytest.fixture
def link(looked_after: Page) -> ExternalLink:
    """Named by the page, and it works."""
    link = ExternalLink.objects.create(
        url="https://a.test/", state=LinkState.WORKS, checked_at=MORNING - timedelta(days=7)
    )
    looked_after.live.links.add(link)
    return link


@pytest.fixture
def broken(clock: Any, link: ExternalLink, outcomes: list[Outcome]) -> ExternalLink:
    """It broke on the day before."""
    check(clock, link, outcomes, DEAD, MORNING - timedelta(hours=20))
    return link


def check(clock: Any, link: ExternalLink, outcomes: list[Outcome], outcome: Outcome, now: datetime) -> None:
    clock.move_to(now)
    outcomes.append(outcome)
    assert link_actions.check_link(link_id=link.pk, by="test run")


def test_the_owner_hears_of_a_broken_link_the_next_morning(clock: Any, broken: ExternalLink) -> None:
    owe_broken_links()
    assert owed(BROKEN_LINK) == [("Amina Rahman", date(2026, 11, 30))]
    send(clock, MORNING)
    (mail,) = outbox.outbox
    assert mail.subject == "A link on a page you look after does not work"
    assert "https://a.test/ gave no page when the portal last checked it. It is named by: /test-page/" in mail.body
    assert f"/admin/content/externallink/{broken.pk}/change/" in mail.body


def test_a_weekly_check_that_finds_it_broken_still_owes_nothing_more(
    clock: Any, broken: ExternalLink, outcomes: list[Outcome]
) -> None:
    owe_broken_links()
    check(clock, broken, outcomes, DEAD, MORNING + timedelta(days=6))
    owe_broken_links()
    assert owed(BROKEN_LINK) == [("Amina Rahman", date(2026, 11, 30))]


@pytest.mark.parametrize("outcome", [WORKS, Outcome(LinkState.MOVED, 301, "https://b.test/")])
def test_a_link_that_works_again_is_not_spoken_of(
    clock: Any, broken: ExternalLink, outcomes: list[Outcome], outcome: Outcome
) -> None:
    owe_broken_links()
    check(clock, broken, outcomes, outcome, MORNING - timedelta(hours=1))
    assert owed(BROKEN_LINK) == []


def test_a_check_that_could_not_run_settles_nothing(clock: Any, broken: ExternalLink, outcomes: list[Outcome]) -> None:
    owe_broken_links()
    check(clock, broken, outcomes, NO_ANSWER, MORNING - timedelta(hours=1))
    assert len(owed(BROKEN_LINK)) == 1
    send(clock, MORNING)
    assert outbox.outbox == []


def test_a_link_that_breaks_again_is_told_again(clock: Any, broken: ExternalLink, outcomes: list[Outcome]) -> None:
    owe_broken_links()
    send(clock, MORNING)
    check(clock, broken, outcomes, WORKS, MORNING + timedelta(days=6))
    check(clock, broken, outcomes, DEAD, MORNING + timedelta(days=13))
    owe_broken_links()
    assert owed(BROKEN_LINK) == [("Amina Rahman", date(2026, 12, 14))]


def test_a_link_that_was_dead_from_the_first_look_on_is_told_once(
    clock: Any, link: ExternalLink, outcomes: list[Outcome]
) -> None:
    ExternalLink.objects.filter(pk=link.pk).update(state=LinkState.UNCHECKED, checked_at=None)
    check(clock, link, outcomes, DEAD, MORNING - timedelta(days=1))
    assert not Entry.objects.about(link).filter(verb=BROKE).exists()
    for days in (0, 1, 8):
        clock.move_to(MORNING + timedelta(days=days))
        owe_broken_links()
    assert owed(BROKEN_LINK) == [("Amina Rahman", DUE)]


def test_only_the_owner_s_own_pages_are_named(clock: Any, broken: ExternalLink, amina: User, boris: User) -> None:
    other = Page.objects.published().exclude(address="/test-page/").first()
    actions.change_page(page=other, by=amina, owner=boris)
    other.live.links.add(broken)
    owe_broken_links()
    assert [name for name, _ in owed(BROKEN_LINK)] == ["Amina Rahman", "Boris Petrov"]
    send(clock, MORNING)
    bodies = {mail.to[0]: mail.body for mail in outbox.outbox}
    assert other.address in bodies["boris@mssny.example"]
    assert "/test-page/" not in bodies["boris@mssny.example"]


def test_a_page_and_its_draft_are_one_page(clock: Any, broken: ExternalLink, looked_after: Page, amina: User) -> None:
    draft = actions.save_draft(page=looked_after, by=amina, words=words())
    draft.links.add(broken)
    owe_broken_links()
    send(clock, MORNING)
    assert outbox.outbox[0].body.count("/test-page/") == 1


@pytest.mark.parametrize("what", ["no page names it", "somebody else's"])
def test_who_no_longer_has_to_do_with_it_hears_nothing(
    clock: Any, broken: ExternalLink, looked_after: Page, amina: User, boris: User, what: str
) -> None:
    owe_broken_links()
    if what == "no page names it":
        looked_after.live.links.remove(broken)
    else:
        actions.change_page(page=looked_after, by=amina, owner=boris, deputy=None)
    send(clock, MORNING)
    assert "amina@mssny.example" not in [mail.to[0] for mail in outbox.outbox]


def test_the_task_owes_both(clock: Any, looked_after: Page, broken: ExternalLink) -> None:
    clock.move_to(MORNING - timedelta(hours=4))
    tasks.owe_notices()
    assert len(owed(REVIEW)) == 2
    assert len(owed(BROKEN_LINK)) == 1
