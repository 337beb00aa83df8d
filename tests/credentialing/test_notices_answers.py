"""The answers from a reminder: done, still waiting, stuck, remind me on. Each counts once."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from accounts.models import User
from credentialing import actions, scan
from credentialing.models import Checklist, HelpRequest, Item, Move, Status
from notices import engine, links
from notices.models import Notice, State
from tests.credentialing.lists import done, moved, start, the

SENT = date(2026, 9, 1)
MORNING = datetime(2026, 10, 1, 14, tzinfo=UTC)  # the day on which the first reminder comes

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(datetime(2026, 9, 1, 13, tzinfo=UTC), tick=False) as traveller:
        yield traveller


@pytest.fixture
def mine(dolores: User) -> Checklist:
    checklist = start(dolores)
    Item.objects.filter(waiting_on="you").update(follow_up_on=None)
    return checklist


def reminded(checklist: Checklist, key: str, clock: time_machine.Traveller, status: str = Status.SENT) -> Notice:
    """The mail is there."""
    moved(the(checklist, key), status, SENT)
    item = the(checklist, key)
    clock.move_to(max(MORNING, datetime.combine(item.follow_up_on, MORNING.timetz())))
    scan.owe_follow_ups()
    engine.send_to([checklist.person_id])
    return Notice.objects.get(about=f"credentialing.item:{item.pk}", state=State.IN_MAIL)


def press(notice: Notice, answer: str, **data: str) -> tuple[int, str]:
    page = Client().post(links.answer_address(notice), {"answer": answer, **data})
    return page.status_code, page.content.decode()


def owed() -> list[date]:
    return list(Notice.objects.filter(state=State.OWED).order_by("due_on").values_list("due_on", flat=True))


# ------------------------------------------------------------------------------------------------ done
@pytest.mark.parametrize(
    ("key", "before", "after"),
    [
        ("fcvs_meded", Status.SENT, Status.RECEIVED),
        ("fcvs_meded", Status.RECEIVED, Status.VERIFIED),
        ("fcvs_uploads", Status.SENT, Status.VERIFIED),
        ("fcvs_meded", Status.QUERY, Status.SENT),
    ],
)
def test_done_is_what_comes_next_on_todays_date(
    mine: Checklist, clock: time_machine.Traveller, key: str, before: str, after: str
) -> None:
    notice = reminded(mine, key, clock, before)
    assert press(notice, "done")[0] == 200
    item = the(mine, key)
    assert (item.status, item.status_on) == (after, MORNING.date())
    assert owed() == []


def test_done_with_a_task_of_ones_own_finishes_it(dolores: User, clock: time_machine.Traveller) -> None:
    mine = start(dolores)
    clock.move_to(datetime(2026, 9, 9, 14, tzinfo=UTC))
    scan.owe_follow_ups()
    engine.send_to([dolores.pk])
    notice = Notice.objects.get(about=f"credentialing.item:{the(mine, 'names_check').pk}", state=State.IN_MAIL)
    press(notice, "done")
    item = the(mine, "names_check")
    assert (item.status, item.closed_on) == (Status.VERIFIED, date(2026, 9, 9))


def test_done_after_it_was_recorded_in_the_portal_records_nothing_more(
    mine: Checklist, clock: time_machine.Traveller
) -> None:
    notice = reminded(mine, "fcvs_meded", clock)
    clock.shift(timedelta(hours=1))
    moved(the(mine, "fcvs_meded"), Status.RECEIVED, MORNING.date())
    status, page = press(notice, "done")
    assert (status, the(mine, "fcvs_meded").status) == (422, Status.RECEIVED)
    assert "Something was recorded about this after the mail was sent." in page
    assert Notice.objects.get(pk=notice.pk).answer == ""


def test_done_twice_counts_once(mine: Checklist, clock: time_machine.Traveller) -> None:
    notice = reminded(mine, "fcvs_meded", clock)
    assert [press(notice, "done")[0] for _ in range(2)] == [200, 200]
    assert Move.objects.filter(to_status=Status.RECEIVED).count() == 1


def test_an_answer_about_what_is_gone_says_so(mine: Checklist, clock: time_machine.Traveller) -> None:
    notice = reminded(mine, "fcvs_meded", clock)
    Item.objects.filter(pk=the(mine, "fcvs_meded").pk).update(is_needed=False)
    status, page = press(notice, "done")
    assert status == 422
    assert "This is not on your checklist any more." in page


# ------------------------------------------------------------------------------------------------ still waiting, stuck
def test_still_waiting_leaves_the_steps(mine: Checklist, clock: time_machine.Traveller) -> None:
    notice = reminded(mine, "fcvs_meded", clock)
    assert "You will be reminded on 31 October 2026." in press(notice, "waiting")[1]
    assert the(mine, "fcvs_meded").status == Status.SENT
    assert owed() == [date(2026, 10, 31)]


def test_stuck_asks_for_help_once(mine: Checklist, clock: time_machine.Traveller, amina: User) -> None:
    notice = reminded(mine, "fcvs_meded", clock)
    for _ in range(2):
        assert "staff see it now" in press(notice, "stuck")[1]
    request = HelpRequest.objects.get()
    assert request.words == "Asked from a reminder"
    item = the(mine, "fcvs_meded")
    assert (item.is_stuck, item.follow_up_on) == (True, None)
    assert not Notice.objects.filter(person=mine.person, state=State.OWED).exists()
    assert Notice.objects.filter(person=amina, kind="credentialing.needs_help", state=State.OWED).count() == 1


# ------------------------------------------------------------------------------------------------ remind me on
def test_another_day_stands_with_the_item_too(mine: Checklist, clock: time_machine.Traveller) -> None:
    notice = reminded(mine, "fcvs_meded", clock)
    assert "You will be reminded on 14 October 2026." in press(notice, "remind", until="2026-10-14")[1]
    assert the(mine, "fcvs_meded").follow_up_on == date(2026, 10, 14)
    scan.owe_follow_ups()
    assert owed() == [date(2026, 10, 14)]
    clock.move_to(datetime(2026, 10, 14, 14, tzinfo=UTC))
    assert engine.send_to([mine.person_id]) == 1


def test_what_is_over_is_not_put_off(mine: Checklist, clock: time_machine.Traveller) -> None:
    notice = reminded(mine, "fcvs_meded", clock)
    moved(the(mine, "fcvs_meded"), Status.VERIFIED, MORNING.date())
    status, page = press(notice, "remind", until="2026-10-14")
    assert status == 422
    assert "does not follow this item up" in page
    assert owed() == []


def test_a_report_that_ends_takes_no_done(mine: Checklist, clock: time_machine.Traveller) -> None:
    """The day of the new one has to be typed."""
    done(mine, "names_check", "ecfmg_cert", "fcvs_account", on=SENT)
    report = moved(the(mine, "fcvs_ecfmg_report"), Status.RECEIVED, SENT)
    actions.set_rule_from(item=report, by=mine.person, on=date(2025, 11, 10), version=report.version)
    scan.owe_follow_ups()
    notice = Notice.objects.get(kind="credentialing.report_ends")
    assert "does not take that answer" in press(notice, "done")[1]
