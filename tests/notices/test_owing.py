"""Owe, withdraw, snooze, try again; and what a person chose."""

import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.db import IntegrityError, transaction
from pytest_django.fixtures import DjangoCaptureOnCommitCallbacks

from accounts.models import User
from audit.models import Entry
from notices import actions, engine
from notices.kinds import UnknownKind
from notices.models import Mail, MailState, Notice, State
from scripts.processes import ROOT

TUESDAY = date(2026, 12, 1)
MORNING = datetime(2026, 12, 1, 13, 0, tzinfo=UTC)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_tuesday_morning")]


@pytest.fixture
def on_tuesday_morning():
    with time_machine.travel(MORNING, tick=False):
        yield


def owe(person: User, **changed) -> Notice:
    return actions.owe(**{"kind": "test.waiting", "person": person, "about": "file:1", "due_on": TUESDAY} | changed)


# ------------------------------------------------------------------------------------------------ owe
def test_owing_twice_is_owing_once(gustavo: User) -> None:
    assert owe(gustavo) == owe(gustavo)
    assert Notice.objects.count() == 1


def test_the_database_refuses_a_second_one(gustavo: User) -> None:
    notice = owe(gustavo)
    notice.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        notice.save(force_insert=True)


def test_each_day_person_and_subject_is_owed_by_itself(gustavo: User, farida: User) -> None:
    owe(gustavo), owe(farida), owe(gustavo, about="file:2"), owe(gustavo, due_on=date(2026, 12, 2))
    assert Notice.objects.count() == 4


def test_about_a_row_is_kept_as_text(gustavo: User) -> None:
    assert owe(gustavo, about=gustavo).about == f"accounts.user:{gustavo.pk}"


def test_an_undeclared_kind_is_refused(gustavo: User) -> None:
    with pytest.raises(UnknownKind):
        owe(gustavo, kind="test.unheard")


def test_owed_again_after_it_was_withdrawn(gustavo: User) -> None:
    notice = owe(gustavo)
    actions.withdraw(about="file:1")
    assert owe(gustavo) == notice
    assert Notice.objects.get().state == State.OWED


def test_owed_again_changes_nothing_once_it_was_sent(gustavo: User) -> None:
    owe(gustavo)
    engine.send_to([gustavo.pk])
    assert owe(gustavo).state == State.IN_MAIL


def test_a_transactional_one_is_handed_to_a_worker_when_the_transaction_is_kept(
    gustavo: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks, settings
) -> None:
    settings.CELERY_TASK_ALWAYS_EAGER = True
    with django_capture_on_commit_callbacks() as callbacks:
        owe(gustavo, kind="test.now")
        owe(gustavo, kind="test.now")
        owe(gustavo)
    assert len(callbacks) == 1


def test_a_process_without_workers_knows_the_task_by_name(tmp_path: Path) -> None:
    """Otherwise an urgent mail of a portal on somebody's own machine would vanish into a queue nobody reads."""
    names = ("DATABASE_URL", "REDIS_URL", "EMAIL_URL")
    mine = {name: value for name, value in os.environ.items() if name not in names}
    code = (
        "import django; django.setup()\nfrom celery import signature\n"
        "print(signature('notices.tasks.send_at_once', args=(1,)).type.name)"
    )
    env = {**mine, "LOCAL": "1", "VAR_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "mssny_img.settings"}
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert found.stdout.strip() == "notices.tasks.send_at_once", found.stderr


# ------------------------------------------------------------------------------------------------ withdraw
def test_withdrawn_is_not_sent(gustavo: User) -> None:
    owe(gustavo)
    assert actions.withdraw(about="file:1") == 1
    assert engine.people_due(MORNING) == []


def test_withdraw_only_one_kind_or_person(gustavo: User, farida: User) -> None:
    owe(gustavo), owe(gustavo, kind="test.once"), owe(farida)
    assert actions.withdraw(about="file:1", kind="test.once") == 1
    assert actions.withdraw(about="file:1", person=farida) == 1
    assert Notice.objects.filter(state=State.OWED).get().person == gustavo


def test_what_was_sent_cannot_be_withdrawn(gustavo: User) -> None:
    owe(gustavo, kind="test.once")
    engine.send_to([gustavo.pk])
    assert actions.withdraw(about="file:1") == 0


# ------------------------------------------------------------------------------------------------ snooze
def test_snoozed_to_a_day(gustavo: User) -> None:
    notice = owe(gustavo)
    later = actions.snooze(notice=notice, until=date(2026, 12, 10))
    assert (later.due_on, later.send_after) == (date(2026, 12, 10), datetime(2026, 12, 10, 13, tzinfo=UTC))
    assert Notice.objects.get(pk=notice.pk).state == State.WITHDRAWN
    assert Notice.objects.get(pk=later.pk).first == notice


@pytest.mark.parametrize(
    ("days", "sentence"), [(-1, "after today"), (0, "after today"), (367, "within a year"), (100000, "within a year")]
)
def test_a_day_that_is_no_use_is_refused(gustavo: User, days: int, sentence: str) -> None:
    with pytest.raises(actions.NoticeRefused, match=sentence):
        actions.snooze(notice=owe(gustavo), until=TUESDAY + timedelta(days=days))


def test_today_is_the_persons_own_day(gustavo: User) -> None:
    """At 13:00 UTC it is already Wednesday on Kiritimati."""
    gustavo.time_zone = "Pacific/Kiritimati"
    gustavo.save()
    with pytest.raises(actions.NoticeRefused):
        actions.snooze(notice=owe(gustavo), until=date(2026, 12, 2))


# ------------------------------------------------------------------------------------------------ quiet periods
def test_a_quiet_period_defers_and_its_end_brings_back(gustavo: User) -> None:
    notice = owe(gustavo)
    period = actions.add_quiet_period(person=gustavo, first_day=TUESDAY, last_day=date(2026, 12, 8), words="nights")
    assert Notice.objects.get(pk=notice.pk).send_after == datetime(2026, 12, 9, 13, tzinfo=UTC)
    actions.remove_quiet_period(period=period)
    assert Notice.objects.get(pk=notice.pk).send_after == MORNING


@pytest.mark.parametrize(
    ("first", "last", "sentence"),
    [("2026-12-02", "2026-12-01", "before the first"), ("2026-12-01", "2027-12-31", "a year at most")],
)
def test_a_quiet_period_that_is_none_is_refused(gustavo: User, first: str, last: str, sentence: str) -> None:
    with pytest.raises(actions.NoticeRefused, match=sentence):
        actions.add_quiet_period(person=gustavo, first_day=date.fromisoformat(first), last_day=date.fromisoformat(last))


def test_a_notice_of_a_kind_that_is_gone_does_not_hinder(gustavo: User) -> None:
    Notice.objects.create(kind="gone", person=gustavo, about="x", due_on=TUESDAY, send_after=MORNING)
    assert actions.reschedule(person=gustavo) == 1


def test_another_zone_moves_what_is_owed(gustavo: User) -> None:
    notice = owe(gustavo)
    gustavo.time_zone = "Asia/Karachi"
    gustavo.save()
    actions.reschedule(person=gustavo)
    assert Notice.objects.get(pk=notice.pk).send_after == datetime(2026, 12, 1, 3, tzinfo=UTC)


# ------------------------------------------------------------------------------------------------ switches
def test_a_kind_switched_off_is_not_sent_and_on_again_is(gustavo: User) -> None:
    owe(gustavo)
    actions.switch_off(person=gustavo, kind="test.waiting")
    actions.switch_off(person=gustavo, kind="test.waiting")
    assert engine.send_to([gustavo.pk]) == 0
    assert Notice.objects.get().state == State.WITHDRAWN
    actions.switch_on(person=gustavo, kind="test.waiting")
    owe(gustavo)
    assert engine.send_to([gustavo.pk]) == 1
    verbs = list(Entry.objects.filter(actor=gustavo).values_list("verb", flat=True))
    assert verbs == ["kind of message switched on", "kind of message switched off"]


def test_a_kind_that_must_be_sent_cannot_be_switched_off(gustavo: User) -> None:
    with pytest.raises(actions.NoticeRefused):
        actions.switch_off(person=gustavo, kind="test.now")


# ------------------------------------------------------------------------------------------------ staff and erasure
def test_staff_offer_a_failed_one_again(gustavo: User, amina: User) -> None:
    notice = owe(gustavo, about="poison:1")
    engine.send_to([gustavo.pk])
    assert actions.try_again(notice=notice, by=amina).state == State.OWED
    assert Entry.objects.filter(verb="notice offered again", actor=amina).count() == 1


def test_staff_cannot_offer_again_what_is_on_its_way_or_not_needed(gustavo: User, amina: User) -> None:
    notice = owe(gustavo)
    engine.send_to([gustavo.pk])
    Mail.objects.update(state=MailState.READY, sent_at=None)
    with pytest.raises(actions.NoticeRefused, match="on its way"):
        actions.try_again(notice=notice, by=amina)
    for state in (State.OWED, State.WITHDRAWN):
        Notice.objects.filter(pk=notice.pk).update(state=state, mail=None)
        with pytest.raises(actions.NoticeRefused, match="cannot be sent again"):
            actions.try_again(notice=notice, by=amina)


def test_a_person_who_was_written_to_can_be_erased(gustavo: User) -> None:
    owe(gustavo)
    engine.send_to([gustavo.pk])
    gustavo.delete()
    assert not Mail.objects.exists()
    assert not Notice.objects.exists()
