"""Several workers take the same people at the same moment: one mail a person. And what happens without the lock.

Only the run on PostgreSQL and Redis collects this file (see conftest.py): SQLite has one writer at a time anyway.
"""

import contextlib
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.core import mail as outbox
from django.db import connection
from django.test import Client

from accounts.models import User
from audit.models import Entry
from notices import actions, engine, links, making
from notices.models import Mail, Notice, NoticeQuerySet, State
from tests.notices.conftest import ANSWERS

TUESDAY = date(2026, 12, 1)
MORNING = datetime(2026, 12, 1, 13, 0, tzinfo=UTC)
PEOPLE, EACH = 10, 3

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MORNING, tick=False) as traveller:
        yield traveller


@pytest.fixture
def people() -> list[int]:
    made = [User.objects.create_user(f"p{n}@member.example", full_name=f"P {n}") for n in range(PEOPLE)]
    for person in made:
        for number in range(EACH):
            actions.owe(kind="test.waiting", person=person, about=f"file:{number}", due_on=TUESDAY)
    return [person.pk for person in made]


def at_once(number: int, act: Callable[[int], Any]) -> list[Any]:
    """So many threads, each with its own connection, begin at the same moment."""
    barrier = threading.Barrier(number)

    def run(index: int) -> Any:
        try:
            connection.ensure_connection()
            barrier.wait()
            return act(index)
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(run, range(number)))


@pytest.mark.parametrize("workers", [2, 8])
def test_one_mail_a_person_and_each_notice_in_one(people: list[int], workers: int) -> None:
    sent = at_once(workers, lambda index: engine.send_to(people[index % 3 :] + people[: index % 3], MORNING))
    assert sum(sent) == PEOPLE
    assert Counter(mail.to[0] for mail in outbox.outbox) == {f"p{n}@member.example": 1 for n in range(PEOPLE)}
    assert Notice.objects.filter(step=0, state=State.IN_MAIL).count() == PEOPLE * EACH
    assert Notice.objects.filter(step=1).count() == PEOPLE * EACH
    assert {mail.notices.count() for mail in Mail.objects.all()} == {EACH}


def test_without_the_lock_only_the_database_stands_between(
    people: list[int], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The control: both write the digests, and the second one is refused; with the lock nobody is ever refused."""
    _wait_for_each_other_before_writing(monkeypatch)
    monkeypatch.setattr(NoticeQuerySet, "select_for_update", lambda self, **options: self)
    at_once(2, lambda index: engine.send_to(people, MORNING))
    assert "notices_mail_one_digest_a_day" in caplog.text or "message_id" in caplog.text
    assert len(outbox.outbox) == PEOPLE


def test_with_the_lock_nobody_is_refused(
    people: list[int], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    _wait_for_each_other_before_writing(monkeypatch)
    at_once(2, lambda index: engine.send_to(people, MORNING))
    assert caplog.text == ""
    assert len(outbox.outbox) == PEOPLE


def test_without_lock_and_constraint_mails_go_out_twice(people: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    """The control of the control: what the two together prevent."""
    _wait_for_each_other_before_writing(monkeypatch)
    monkeypatch.setattr(NoticeQuerySet, "select_for_update", lambda self, **options: self)
    monkeypatch.setattr(making, "message_id", lambda seed: f"<{seed}:{threading.get_ident()}>")
    with connection.schema_editor() as editor:
        constraint = next(c for c in Mail._meta.constraints if c.name == "notices_mail_one_digest_a_day")
        editor.remove_constraint(Mail, constraint)
    try:
        at_once(2, lambda index: engine.send_to(people, MORNING))
        assert len(outbox.outbox) == 2 * PEOPLE
    finally:
        Notice.objects.all().delete()
        Mail.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(Mail, constraint)


def _wait_for_each_other_before_writing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both have read what is owed before either writes; where a lock holds one back, the other does not wait long."""
    barrier, real = threading.Barrier(2), making._let_go

    def slow(notices: list[Notice]) -> None:
        if notices:
            with contextlib.suppress(threading.BrokenBarrierError):
                barrier.wait(timeout=0.5)
        real(notices)

    monkeypatch.setattr(making, "_let_go", slow)


def test_mails_left_by_a_dead_worker_are_taken_by_one_of_eight(
    people: list[int], clock: time_machine.Traveller
) -> None:
    making.make_mails(Notice.objects.due(), MORNING)
    clock.shift(making.lease())
    assert sum(at_once(8, lambda index: engine.send_waiting())) == PEOPLE
    assert len(outbox.outbox) == PEOPLE


def test_without_the_condition_every_worker_takes_them(
    people: list[int], clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control."""
    making.make_mails(Notice.objects.due(), MORNING)
    clock.shift(making.lease())
    monkeypatch.setattr(engine, "_is_ours", lambda mail: True)
    waiting, barrier = list(Mail.objects.waiting()), threading.Barrier(2)

    def all_of_them(index: int) -> int:
        barrier.wait()
        return engine._deliver_all(waiting)

    at_once(2, all_of_them)
    assert len(outbox.outbox) == 2 * PEOPLE


def test_a_transactional_one_taken_by_eight_goes_once() -> None:
    person = User.objects.create_user("now@member.example", full_name="Now")
    notice = Notice.objects.create(kind="test.now", person=person, about="x", due_on=TUESDAY, send_after=MORNING)
    assert sum(at_once(8, lambda index: engine.send_at_once(notice.pk))) == 1


def test_owing_the_same_from_eight_places_is_owing_once() -> None:
    person = User.objects.create_user("one@member.example", full_name="One")
    at_once(8, lambda index: actions.owe(kind="test.once", person=person, about="file:1", due_on=TUESDAY))
    assert Notice.objects.count() == 1


def test_eight_clicks_at_the_same_moment_count_once(people: list[int]) -> None:
    address = links.answer_address(Notice.objects.earliest("pk"))
    answers = [{"answer": ("done", "stuck")[index % 2]} for index in range(8)]
    pages = at_once(8, lambda index: Client().post(address, answers[index]).content.decode())
    assert len(ANSWERS) == 1
    assert all("Thank you" in page or "This was answered already" in page for page in pages)
    assert Entry.objects.filter(verb="notice answered").count() == 1


def test_eight_heartbeats_at_once_are_one() -> None:
    at_once(8, lambda index: actions.beat())
