"""What is scheduled, and what happens when two do the same thing at the same moment.

The races run in a copy of the test database with real commits, one connection for each thread, on a file with SQLite.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.db import IntegrityError, OperationalError, connection, connections
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from accounts.models import User
from audit.models import Entry
from content import actions, views
from content.models import OPEN_STATUSES, Edition, ExternalLink, LinkState, Page, Section, Status
from pagecache import middleware
from pagecache.middleware import PublicPages
from pagecache.models import GenerationClock
from tests.conftest import words

URL = "https://example.org/fees"


def in_review(page: Page, amina: User, **changed: object) -> Edition:
    return actions.ask_for_review(edition=actions.save_draft(page=page, by=amina, words=words(**changed)), by=amina)


def scheduled(page: Page, amina: User, boris: User, at: datetime) -> Edition:
    return actions.approve(edition=in_review(page, amina), by=boris, publish_at=at)


def other_page() -> Page:
    return Page.objects.create(
        address="/other-page/", section=Section.CONTACT, owner_role="IMG committee", review_every_days=30
    )


# ------------------------------------------------------------ the schedule
def test_a_scheduled_edition_goes_out_when_its_time_has_come_and_not_before(
    page: Page, amina: User, boris: User
) -> None:
    at = datetime.fromisoformat("2027-03-14T03:00:00-04:00")  # the first minute after the clocks change
    with time_machine.travel("2027-03-01T12:00:00+00:00"):
        edition = scheduled(page, amina, boris, at)
        assert (edition.status, edition.publish_at) == (Status.SCHEDULED, at)
    with time_machine.travel("2027-03-14T06:59:59+00:00", tick=False):
        assert actions.publish_due() == 0
    with time_machine.travel("2027-03-14T07:00:00+00:00", tick=False):
        assert [actions.publish_due(), actions.publish_due()] == [1, 0]
    edition.refresh_from_db()
    assert (edition.status, edition.published_at, edition.publish_at) == (Status.PUBLISHED, at, None)
    assert Page.objects.get(pk=page.pk).last_reviewed_on == date(2027, 3, 14)
    assert Entry.objects.about(edition).first().job == "publish what is scheduled"


def test_a_time_that_has_passed_means_now(page: Page, amina: User, boris: User) -> None:
    assert scheduled(page, amina, boris, timezone.now() - timedelta(days=1)).status == Status.PUBLISHED


def test_an_edition_whose_link_died_meanwhile_is_held_back_and_the_others_go_out(
    page: Page, amina: User, boris: User
) -> None:
    at = timezone.now() + timedelta(hours=1)
    held = in_review(page, amina, body=f"## What to do\n\nRead [the fees]({URL}).\n")
    ExternalLink.objects.filter(url=URL).update(state=LinkState.WORKS, checked_at=timezone.now())
    actions.approve(edition=held, by=boris, publish_at=at)
    ExternalLink.objects.filter(url=URL).update(state=LinkState.DEAD)
    scheduled(other_page(), amina, boris, at + timedelta(minutes=1))
    with time_machine.travel(at + timedelta(hours=1)):
        assert [actions.publish_due(), actions.publish_due()] == [1, 0]
        held.refresh_from_db()
        assert (held.status, Page.objects.get(pk=page.pk).live) == (Status.SCHEDULED, None)
        assert Entry.objects.about(held).filter(verb=actions.HELD_BACK).get().data == {"dead_links": [URL]}
        ExternalLink.objects.filter(url=URL).update(state=LinkState.WORKS)
        assert actions.publish_due() == 1


def test_one_editions_failure_does_not_stop_the_others(
    page: Page, amina: User, boris: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    at, other = timezone.now() + timedelta(minutes=1), other_page()
    failing = scheduled(page, amina, boris, at)
    scheduled(other, amina, boris, at + timedelta(minutes=1))
    publish = actions._publish

    def fail_half_way(edition: Edition, **data: object) -> None:
        publish(edition, **data)
        if edition.page_id == page.pk:
            raise RuntimeError("the disk is full")

    monkeypatch.setattr(actions, "_publish", fail_half_way)
    with time_machine.travel(at + timedelta(hours=1)):
        assert actions.publish_due() == 1
    failing.refresh_from_db()
    assert (Page.objects.get(pk=page.pk).live, failing.status) == (None, Status.SCHEDULED)
    assert Page.objects.get(pk=other.pk).live is not None
    assert "the disk is full" in caplog.text


def test_a_scheduled_edition_can_be_taken_off_the_schedule(page: Page, amina: User, boris: User) -> None:
    edition = scheduled(page, amina, boris, timezone.now() + timedelta(hours=1))
    back = actions.send_back(edition=edition, by=boris, reason="Wait for the council.")
    assert {back.publish_at, back.approved_by, back.approved_at} == {None}
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        assert actions.publish_due() == 0


# ------------------------------------------------------------ two at once
@pytest.fixture
def own_database(django_db_setup: None, django_db_blocker: pytest.FixtureRequest, tmp_path: Path) -> Iterator[None]:
    """A copy of the test database that a test may commit to. SQLite in memory has no real locks: its copy is a file."""
    copy = _copied_postgres if connection.vendor == "postgresql" else _copied_sqlite
    with django_db_blocker.unblock():
        yield from copy(tmp_path / "copy.sqlite3")


def _copied_sqlite(path: Path) -> Iterator[None]:
    connection.ensure_connection()
    name, in_memory = connection.settings_dict["NAME"], connection.connection
    with closing(sqlite3.connect(path)) as target:
        in_memory.backup(target)
    connection.connection, connection.settings_dict["NAME"] = None, str(path)
    yield
    connection.close()
    connection.connection, connection.settings_dict["NAME"] = in_memory, name


def _copied_postgres(path: Path) -> Iterator[None]:
    name = connection.settings_dict["NAME"]
    copy = f"{name}_copy"

    def administer(*statements: str) -> None:
        connection.close()
        with connection._nodb_cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    administer(f'DROP DATABASE IF EXISTS "{copy}"', f'CREATE DATABASE "{copy}" TEMPLATE "{name}"')
    connection.settings_dict["NAME"] = copy
    yield
    connection.settings_dict["NAME"] = name
    administer(f'DROP DATABASE "{copy}" WITH (FORCE)')


class Cast:
    """The page and the people of a race, committed."""

    def __init__(self) -> None:
        self.amina, self.boris, self.chidi = (
            User.objects.create(email=f"{name}@mssny.example", full_name=name) for name in ("amina", "boris", "chidi")
        )
        self.page = Page.objects.create(
            address="/test-page/", section=Section.CONTACT, owner_role="IMG committee", review_every_days=90
        )

    def verbs(self) -> list[str]:
        return [entry.verb for entry in Entry.objects.filter(subject__startswith="/test-page/").order_by("id")]


@pytest.fixture
def cast(own_database: None) -> Cast:
    return Cast()


@pytest.fixture
def no_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the verbs would be without their locks. With SQLite the lock is the transaction that begins IMMEDIATE."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **options: rows)
    if connection.vendor == "sqlite":
        connection.close()
        monkeypatch.setitem(connection.settings_dict["OPTIONS"], "transaction_mode", "DEFERRED")


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Each act in a thread with a connection of its own; what it answers, or the exception it ends with."""
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        connection.ensure_connection()
        start.wait(timeout=10)
        try:
            return act()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.fixture
def both_read_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody writes before both have read: the worst moment. Where a lock keeps one waiting, the other goes on."""
    both, save = threading.Barrier(2), Edition.save

    def wait_then_save(edition: Edition, *args: object, **options: object) -> None:
        if threading.current_thread() is not threading.main_thread():
            with suppress(threading.BrokenBarrierError):
                both.wait(timeout=0.5)
        save(edition, *args, **options)

    monkeypatch.setattr(Edition, "save", wait_then_save)


def failures(answers: list[object]) -> list[object]:
    return [answer for answer in answers if isinstance(answer, Exception)]


def approve_at_once(cast: Cast, edition: Edition) -> list[object]:
    return at_once(*(lambda by=by: actions.approve(edition=edition, by=by) for by in (cast.boris, cast.chidi)))


def test_two_reviewers_approve_at_once_and_the_page_is_published_once(cast: Cast, both_read_first: None) -> None:
    edition = in_review(cast.page, cast.amina)
    assert failures(approve_at_once(cast, edition)) == []
    assert cast.page.editions.get().status == Status.PUBLISHED
    assert cast.verbs() == ["edition written", "edition waiting for review", "edition published"]


def test_control_without_the_lock_both_reviewers_publish(cast: Cast, no_locks: None, both_read_first: None) -> None:
    edition = in_review(cast.page, cast.amina)
    answers = approve_at_once(cast, edition)
    # SQLite lets only one of two readers go on to write; PostgreSQL lets both, and the page is published twice over.
    assert failures(answers) or cast.verbs().count("edition published") == 2


def draft_at_once(cast: Cast) -> list[object]:
    return at_once(
        *(
            lambda by=by: actions.save_draft(page=cast.page, by=by, words=words(title=by.full_name))
            for by in (cast.amina, cast.boris)
        )
    )


def test_two_writers_begin_at_once_and_there_is_one_draft(cast: Cast, both_read_first: None) -> None:
    assert failures(draft_at_once(cast)) == []
    draft = cast.page.editions.get()
    assert (draft.number, draft.title) == (1, draft.written_by.full_name)
    assert cast.verbs() == ["edition written"] * 2


def test_control_without_the_lock_the_database_refuses_the_second_draft(
    cast: Cast, no_locks: None, both_read_first: None
) -> None:
    (refused,) = failures(draft_at_once(cast))
    assert isinstance(refused, IntegrityError | OperationalError)
    assert cast.page.editions.filter(status__in=OPEN_STATUSES).count() == 1


def publish_due_at_once(cast: Cast) -> list[object]:
    at = timezone.now() + timedelta(minutes=1)
    scheduled(cast.page, cast.amina, cast.boris, at)
    with time_machine.travel(at + timedelta(minutes=1)):
        return at_once(actions.publish_due, actions.publish_due)


def test_two_workers_publish_what_is_due_at_once_and_it_goes_out_once(cast: Cast, both_read_first: None) -> None:
    assert sorted(publish_due_at_once(cast)) == [0, 1]
    assert cast.verbs().count("edition published") == 1


def test_control_without_the_lock_it_goes_out_twice_or_one_worker_fails(
    cast: Cast, no_locks: None, both_read_first: None, caplog: pytest.LogCaptureFixture
) -> None:
    answers = publish_due_at_once(cast)
    assert answers == [1, 1] or "could not be published" in caplog.text


def test_a_publication_reaches_another_process_within_a_second(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two workers, each with its own memory and its own clock, both holding the page as it was."""
    actions.approve(edition=in_review(cast.page, cast.amina), by=cast.boris)

    def worker() -> Callable[[], bytes]:
        own_clock, pages = GenerationClock(), PublicPages(_public_page)

        def ask() -> bytes:
            monkeypatch.setattr(middleware, "clock", own_clock)
            return pages(RequestFactory().get("/test-page/")).content

        return ask

    first, second = worker(), worker()
    assert first() == second()
    new = in_review(cast.page, cast.amina, body="## News\n\nCall the society.\n")
    at_once(lambda: actions.approve(edition=new, by=cast.boris))
    soon = timezone.now() + timedelta(seconds=1)
    while timezone.now() < soon and not (b"Call the society" in first() and b"Call the society" in second()):
        threading.Event().wait(0.05)
    assert b"Call the society" in first()
    assert first() == second()


def _public_page(request: HttpRequest) -> HttpResponse:
    return views.page(request, "test-page/")
