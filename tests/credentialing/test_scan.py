"""The daily scan: what is due in the coming month is owed once, whatever runs twice, and nothing else is read."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from credentialing import scan, tasks
from credentialing.models import Checklist, Item, Status, WaitingTime
from notices.models import Heartbeat, Notice, State
from tests.credentialing.lists import moved, start, the

TODAY = date(2026, 11, 24)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(datetime(2026, 11, 24, 15, tzinfo=UTC), tick=False) as traveller:
        yield traveller


@pytest.fixture
def mine(dolores: User) -> Checklist:
    checklist = start(dolores)
    Item.objects.update(follow_up_on=None)
    return checklist


@pytest.fixture
def school(mine: Checklist) -> Item:
    return moved(the(mine, "fcvs_meded"), Status.SENT, date(2026, 11, 2))


def test_a_rerun_owes_nothing_twice(school: Item) -> None:
    assert [scan.owe_follow_ups() for _ in range(3)] == [1, 0, 0]
    assert Notice.objects.count() == 1
    school.refresh_from_db()
    assert school.owed_for == school.follow_up_on == date(2026, 12, 2)


@pytest.mark.parametrize(("ahead", "found"), [(30, 1), (31, 0)])
def test_a_month_ahead_and_no_further(mine: Checklist, ahead: int, found: int) -> None:
    item = the(mine, "fcvs_meded")
    Item.objects.filter(pk=item.pk).update(
        follow_up_on=TODAY + timedelta(days=ahead), status="sent", waiting_on="school", waiting_since=TODAY
    )
    assert scan.owe_follow_ups() == found
    assert scan.owe_follow_ups(TODAY + timedelta(days=1)) == 1 - found


def test_what_was_missed_while_no_clock_ran_is_owed_on_its_own_day(school: Item, clock: time_machine.Traveller) -> None:
    clock.shift(timedelta(days=100))
    scan.owe_follow_ups()
    assert Notice.objects.get().due_on == date(2026, 12, 2)


def test_what_is_closed_or_not_needed_is_owed_nothing(mine: Checklist, school: Item) -> None:
    moved(school, Status.VERIFIED, TODAY)
    assert scan.owe_follow_ups() == 0


def test_an_account_that_is_closed_is_owed_nothing(school: Item, dolores: User) -> None:
    User.objects.filter(pk=dolores.pk).update(is_active=False)
    assert scan.owe_follow_ups() == 0
    User.objects.filter(pk=dolores.pk).update(is_active=True)
    assert scan.owe_follow_ups() == 1


def test_what_runs_out_later_is_owed_beside_the_reminders(mine: Checklist) -> None:
    report = moved(the(mine, "fcvs_ecfmg_report"), Status.SENT, date(2026, 11, 2))
    Item.objects.filter(pk=report.pk).update(rule_from=date(2026, 10, 1))
    scan.owe_follow_ups()
    found = Notice.objects.order_by("due_on").values_list("kind", "due_on")
    assert list(found) == [
        ("credentialing.follow_up", date(2026, 12, 2)),
        ("credentialing.report_ends", date(2027, 7, 28)),
    ]


def test_an_item_whose_description_is_gone_is_put_aside(mine: Checklist, school: Item) -> None:
    mine.catalogue.specs.filter(key="fcvs_meded").delete()
    assert [scan.owe_follow_ups() for _ in range(2)] == [1, 0]
    school.refresh_from_db()
    assert (school.follow_up_on, Notice.objects.count()) == (None, 0)


def test_one_item_more_costs_as_many_queries_as_owing_it(mine: Checklist, school: Item) -> None:
    def queries() -> int:
        Item.objects.update(owed_for=None)
        Notice.objects.all().delete()
        with CaptureQueriesContext(connection) as caught:
            scan.owe_follow_ups()
        return len(caught)

    one = queries()
    for key in ("fcvs_pgt_past", "ny_2cc", "fcvs_exams"):
        moved(the(mine, key), Status.SENT, date(2026, 11, 2))
    assert (queries() - one) / 3 <= 6


def test_a_batch_at_a_time(mine: Checklist, school: Item, monkeypatch: pytest.MonkeyPatch) -> None:
    moved(the(mine, "fcvs_pgt_past"), Status.SENT, date(2026, 11, 2))
    moved(the(mine, "ny_2cc"), Status.SENT, date(2026, 11, 2))
    monkeypatch.setattr(scan, "BATCH", 2)
    assert scan.owe_follow_ups() == 3
    assert Notice.objects.filter(state=State.OWED).count() == 3


def test_the_question_is_answered_by_the_index_of_what_is_not_owed(mine: Checklist) -> None:
    """Among many that are owed, and with the statistics that a database in use has."""
    owed = {"checklist": mine, "follow_up_on": TODAY, "owed_for": TODAY, "is_needed": False}
    Item.objects.bulk_create(Item(key=f"owed_{number}", **owed) for number in range(3000))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    plan = scan._not_owed(TODAY).explain()
    assert "credentialing_item_follow_up" in plan


def test_the_tasks_of_the_schedule(school: Item) -> None:
    tasks.owe_follow_ups()
    tasks.tell_of_changed_facts()
    tasks.work_out_waiting_times()
    assert Notice.objects.filter(kind="credentialing.follow_up").count() == 1
    assert Heartbeat.objects.filter(name="changed facts").exists()
    assert not WaitingTime.objects.exists()
