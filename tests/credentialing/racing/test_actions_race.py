"""Several tabs, the mail's link and the scan at the same moment: everything is recorded once. And without the lock."""

import contextlib
import threading
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db.models import QuerySet
from django.test import Client

from accounts.models import User
from audit.models import Entry
from credentialing import actions, scan, staff_actions
from credentialing.loading import load_catalogue
from credentialing.models import Chase, Checklist, HelpRequest, Item, Move, Payment, Source, Status
from credentialing.refusals import StaleForm
from facts.loading import load_facts
from notices import engine, links
from notices.actions import today_of
from notices.models import Notice, State
from tests.credentialing.lists import SOURCES, moved, start, stuck, the
from tests.notices.test_race import at_once

TABS = 8

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def person() -> User:
    load_facts()
    load_catalogue()
    return User.objects.create_user("race@member.example", full_name="Ruth Race")


@pytest.fixture
def mine(person: User) -> Checklist:
    later = today_of(person) + timedelta(days=700)
    return start(person, training_ends_on=later, license_wanted_on=later)


@pytest.fixture
def sent_on(mine: Checklist) -> date:
    return today_of(mine.person) - timedelta(days=40)


@pytest.fixture
def school(mine: Checklist, sent_on: date) -> Item:
    return moved(the(mine, "fcvs_meded"), Status.SENT, sent_on)


def tried(act: Callable[[], Any]) -> str:
    try:
        act()
    except StaleForm:
        return "stale"
    return "recorded"


# ------------------------------------------------------------------------------------------------ one form, many clicks
def test_eight_clicks_of_one_form_are_one_move(mine: Checklist, sent_on: date) -> None:
    item = the(mine, "fcvs_meded")
    form = {"item": item, "by": mine.person, "to": Status.SENT, "on": sent_on, "version": item.version}
    assert at_once(TABS, lambda _: tried(lambda: actions.move(**form))) == ["recorded"] * TABS
    assert (Move.objects.count(), Entry.objects.filter(verb="checklist item moved").count()) == (1, 1)


def test_eight_clicks_of_the_other_forms_are_one_row(school: Item, mine: Checklist, sent_on: date) -> None:
    by, token = mine.person, uuid4()
    common = {"item": school, "by": by, "form_token": token}
    at_once(TABS, lambda _: actions.log_chase(on=sent_on, channel="phone", **common))
    at_once(TABS, lambda _: actions.record_payment(on=sent_on, amount=395, **common))
    at_once(TABS, lambda _: actions.ask_for_help(words="Please help.", **common))
    assert (Chase.objects.count(), Payment.objects.count(), HelpRequest.objects.count()) == (1, 1, 1)


def test_starting_in_eight_tabs_is_one_list(person: User) -> None:
    later = today_of(person) + timedelta(days=700)
    lists = at_once(TABS, lambda _: start(person, training_ends_on=later, license_wanted_on=later).pk)
    assert len(set(lists)) == Checklist.objects.count() == 1
    assert Source.objects.count() == len(SOURCES)
    assert Item.objects.filter(key="names_check").count() == 1


def test_two_helpers_answer_and_one_answer_stands(school: Item, person: User) -> None:
    request = stuck(school)

    def answer(number: int) -> str:
        try:
            staff_actions.answer_help(request=request, by=person, answer=f"Answer {number}")
        except actions.ChecklistRefused as refusal:
            return str(refusal)
        return "answered"

    assert sorted(at_once(2, answer))[1] == "answered"
    assert Notice.objects.filter(kind="credentialing.answered").count() == 1


# ------------------------------------------------------------------------------------------------ two tabs, two moves
def two_moves(school: Item, sent_on: date) -> list[str]:
    """Both pages were opened before either form was sent."""
    ways = (Status.QUERY, Status.RECEIVED)
    form = {"item": school, "by": school.checklist.person, "on": sent_on, "version": school.version}
    return sorted(at_once(2, lambda number: tried(lambda: actions.move(to=ways[number], **form))))


def wait_for_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both have read before either writes; where a lock holds one back, the other does not wait long."""
    barrier, real = threading.Barrier(2), actions.check_move

    def slow(*args: Any) -> None:
        real(*args)
        with contextlib.suppress(threading.BrokenBarrierError):
            barrier.wait(timeout=0.5)

    monkeypatch.setattr(actions, "check_move", slow)


def test_of_two_moves_the_second_is_stale(school: Item, sent_on: date, monkeypatch: pytest.MonkeyPatch) -> None:
    wait_for_each_other(monkeypatch)
    assert two_moves(school, sent_on) == ["recorded", "stale"]
    assert Move.objects.filter(from_status=Status.SENT).count() == 1


def test_without_the_lock_both_are_recorded(school: Item, sent_on: date, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control."""
    wait_for_each_other(monkeypatch)
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **options: self)
    assert two_moves(school, sent_on) == ["recorded", "recorded"]
    assert Move.objects.filter(from_status=Status.SENT).count() == 2


# ------------------------------------------------------------------------------------------------ scan, mail and tab
def test_eight_scans_owe_once(school: Item) -> None:
    Item.objects.exclude(pk=school.pk).update(follow_up_on=None)
    assert sum(at_once(TABS, lambda _: scan.owe_follow_ups())) == 1
    assert Notice.objects.count() == 1


def test_a_scan_and_a_move_leave_nothing_owed_about_the_old_turn(school: Item, sent_on: date) -> None:
    for day in range(10):
        Item.objects.filter(pk=school.pk).update(owed_for=None)
        to = (Status.QUERY, Status.SENT)[day % 2]
        on = sent_on + timedelta(days=day)
        acts = (lambda: scan.owe_follow_ups(), lambda to=to, on=on: moved(school, to, on))
        at_once(2, lambda number, acts=acts: acts[number]())
        item = Item.objects.get(pk=school.pk)
        owed = Notice.objects.filter(about=f"credentialing.item:{school.pk}", state=State.OWED)
        right = "credentialing.own_turn" if to == Status.QUERY else "credentialing.follow_up"
        assert {notice.kind for notice in owed} <= {right}
        assert owed.exists() == (item.owed_for is not None)


def test_done_from_the_mail_and_from_a_tab_is_one_move(school: Item, mine: Checklist) -> None:
    """They take their locks in the same order: nobody waits for ever, nobody records what the other has recorded."""
    Item.objects.exclude(pk=school.pk).update(follow_up_on=None)
    scan.owe_follow_ups()
    notice = Notice.objects.get()
    engine.send_at_once(notice.pk)
    today = today_of(mine.person)
    form = {"item": school, "by": mine.person, "to": Status.RECEIVED, "on": today, "version": school.version}
    acts = (
        lambda: Client().post(links.answer_address(notice), {"answer": "done"}).status_code in (200, 422),
        lambda: tried(lambda: actions.move(**form)) == "recorded",
    )
    assert all(at_once(TABS, lambda number: acts[number % 2]()))
    assert Move.objects.filter(to_status=Status.RECEIVED).count() == 1
    assert Item.objects.get(pk=school.pk).status == Status.RECEIVED
