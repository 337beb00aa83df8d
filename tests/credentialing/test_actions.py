"""What a move does to an item: whose turn, since when, followed up when, closed when; and what is refused, with why."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine

from accounts.models import User
from audit.models import Entry
from credentialing import actions, scan
from credentialing.models import Checklist, Item, Move, Party, Status
from credentialing.refusals import StaleForm
from notices.models import Notice, State
from tests.credentialing.lists import done, moved, start, the

TODAY = date(2026, 11, 24)
SCHOOL = "fcvs_meded"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(datetime(2026, 11, 24, 15, tzinfo=UTC), tick=False) as traveller:
        yield traveller


@pytest.fixture
def mine(dolores: User) -> Checklist:
    return start(dolores)


@pytest.fixture
def school(mine: Checklist) -> Item:
    return the(mine, SCHOOL)


def turn(item: Item) -> tuple[str, date | None, date | None]:
    item.refresh_from_db()
    return item.waiting_on, item.waiting_since, item.follow_up_on


# ------------------------------------------------------------------------------------------------ the way of an item
def test_sent_waits_for_the_school_and_is_followed_up_after_thirty_days(school: Item) -> None:
    moved(school, Status.SENT, date(2026, 11, 2), words="By courier")
    assert turn(school) == (Party.SCHOOL, date(2026, 11, 2), date(2026, 12, 2))
    assert (school.sent_on, school.closed_on, school.took_days, school.version) == (date(2026, 11, 2), None, None, 2)
    move = Move.objects.get()
    assert (move.from_status, move.to_status, move.on, move.words) == ("to_do", "sent", date(2026, 11, 2), "By courier")


def test_received_is_not_verified_and_is_no_new_beginning(school: Item) -> None:
    moved(school, Status.SENT, date(2026, 10, 2))
    moved(school, Status.RECEIVED, date(2026, 11, 12))
    assert turn(school) == (Party.SCHOOL, date(2026, 10, 2), date(2026, 12, 12))
    assert school.closed_on is None


def test_verified_ends_it_and_says_how_long_it_took(school: Item) -> None:
    moved(school, Status.SENT, date(2026, 10, 2))
    moved(school, Status.VERIFIED, date(2026, 11, 12))
    assert turn(school) == ("", None, None)
    assert (school.closed_on, school.took_days) == (date(2026, 11, 12), 41)


def test_receipt_ends_it_where_receipt_is_enough(mine: Checklist) -> None:
    item = the(mine, "fcvs_uploads")
    moved(item, Status.SENT, date(2026, 11, 2))
    assert moved(item, Status.RECEIVED, date(2026, 11, 5)).closed_on == date(2026, 11, 5)


def test_a_question_is_your_turn_and_the_first_sending_still_counts(school: Item) -> None:
    moved(school, Status.SENT, date(2026, 9, 2))
    moved(school, Status.QUERY, date(2026, 11, 20), words="Which name?")
    assert turn(school)[:2] == (Party.YOU, date(2026, 11, 20))
    moved(school, Status.SENT, date(2026, 11, 23))
    assert turn(school) == (Party.SCHOOL, date(2026, 11, 23), date(2026, 12, 23))
    assert school.sent_on == date(2026, 9, 2)


def test_refused_is_your_turn(school: Item) -> None:
    moved(school, Status.SENT, date(2026, 9, 2))
    moved(school, Status.REJECTED, date(2026, 11, 20))
    assert turn(school)[:2] == (Party.YOU, date(2026, 11, 20))


def test_a_wrong_entry_is_taken_back_as_if_it_had_never_been(school: Item) -> None:
    before = turn(school)
    moved(school, Status.SENT, date(2026, 9, 2))
    moved(school, Status.VERIFIED, date(2026, 11, 2))
    moved(school, Status.TO_DO, TODAY)
    assert turn(school) == before
    assert (school.sent_on, school.closed_on, school.took_days) == (None, None, None)
    assert Move.objects.count() == 3


def test_a_wrong_day_is_corrected(school: Item) -> None:
    moved(school, Status.SENT, date(2026, 9, 2))
    moved(school, Status.SENT, date(2026, 9, 20))
    assert turn(school)[1] == school.sent_on == date(2026, 9, 20)
    moved(school, Status.VERIFIED, date(2026, 11, 2))
    moved(school, Status.VERIFIED, date(2026, 11, 3))
    school.refresh_from_db()
    assert (school.closed_on, school.took_days) == (date(2026, 11, 3), 44)


def test_what_is_late_when_it_is_recorded_is_followed_up_at_once(school: Item) -> None:
    moved(school, Status.SENT, date(2025, 1, 31))
    assert turn(school) == (Party.SCHOOL, date(2025, 1, 31), TODAY)


@pytest.mark.parametrize(
    ("sent", "asked"),
    [
        (date(2026, 1, 31), date(2026, 3, 2)),
        (date(2028, 1, 30), date(2028, 2, 29)),
        (date(2027, 2, 28), date(2027, 3, 30)),
        (date(2028, 2, 29), date(2028, 3, 30)),
        (date(2026, 12, 31), date(2027, 1, 30)),
    ],
)
def test_thirty_days_across_the_ends_of_months(
    mine: Checklist, clock: time_machine.Traveller, sent: date, asked: date
) -> None:
    clock.move_to(datetime(sent.year, sent.month, sent.day, 17, tzinfo=UTC))
    item = moved(the(mine, SCHOOL), Status.SENT, sent)
    assert item.follow_up_on == asked


# ------------------------------------------------------------------------------------------------ what unlocks what
def test_what_comes_later_can_start_when_the_last_before_it_is_done(mine: Checklist) -> None:
    later = the(mine, "fcvs_affidavit")
    assert turn(later) == ("", None, None)
    done(mine, "names_check", on=date(2026, 11, 3))
    assert turn(later) == ("", None, None)
    done(mine, "fcvs_account", on=date(2026, 11, 20))
    assert turn(later) == (Party.YOU, date(2026, 11, 20), date(2026, 12, 1))  # a week after the list was started


def test_it_is_locked_again_when_that_was_a_mistake(mine: Checklist) -> None:
    done(mine, "names_check", "fcvs_account", on=date(2026, 11, 20))
    moved(the(mine, "fcvs_account"), Status.TO_DO, TODAY)
    assert turn(the(mine, "fcvs_affidavit")) == ("", None, None)


def test_a_day_chosen_for_one_item_stays_when_another_one_moves(mine: Checklist, dolores: User, school: Item) -> None:
    moved(school, Status.SENT, date(2026, 11, 2))
    school.refresh_from_db()
    actions.remind_on(item=school, by=dolores, on=date(2026, 12, 24))
    done(mine, "names_check", on=TODAY)
    assert turn(school)[2] == date(2026, 12, 24)


def test_new_york_is_not_asked_before_day_forty_two(mine: Checklist) -> None:
    keys = ("names_check", "ecfmg_cert", "usmle_all", "clerkship_screen", "fcvs_account", "fcvs_cid", "fcvs_affidavit")
    done(mine, *keys, "fcvs_uploads", "fcvs_complete_check", on=date(2026, 11, 1))
    rest = mine.items.needed().exclude(key__in=("ny_all_in", "ny_status", "ny_licence", "after")).filter(closed_on=None)
    for item in rest:
        moved(item, Status.VERIFIED, date(2026, 11, 10))
    done(mine, "ny_all_in", on=date(2026, 11, 20))
    assert turn(the(mine, "ny_status")) == (Party.YOU, date(2026, 11, 20), date(2027, 1, 1))


# ------------------------------------------------------------------------------------------------ messages
def test_a_move_takes_back_what_was_owed(mine: Checklist, school: Item) -> None:
    moved(school, Status.SENT, date(2026, 11, 2))
    scan.owe_follow_ups()
    owed = Notice.objects.get(about=f"credentialing.item:{school.pk}")
    assert (owed.kind, owed.due_on) == ("credentialing.follow_up", date(2026, 12, 2))
    moved(school, Status.VERIFIED, date(2026, 11, 20))
    owed.refresh_from_db()
    assert owed.state == State.WITHDRAWN
    school.refresh_from_db()
    assert school.owed_for is None


def test_what_staff_were_told_about_the_old_turn_is_over(school: Item) -> None:
    moved(school, Status.SENT, date(2026, 9, 2))
    now = datetime(2026, 11, 24, tzinfo=UTC)
    Item.objects.filter(pk=school.pk).update(staff_told_at=now, staff_seen_at=now)
    item = moved(school, Status.QUERY, date(2026, 11, 20))
    assert (item.staff_told_at, item.staff_seen_at) == (None, None)


# ------------------------------------------------------------------------------------------------ twice, and stale
def test_the_same_form_twice_is_one_move(school: Item, dolores: User) -> None:
    for _ in range(2):
        actions.move(item=school, by=dolores, to=Status.SENT, on=TODAY, version=1)
    assert Move.objects.count() == Entry.objects.filter(verb="checklist item moved").count() == 1


def test_a_form_opened_before_another_change_is_stale(school: Item, dolores: User) -> None:
    moved(school, Status.SENT, date(2026, 11, 2))
    with pytest.raises(StaleForm, match="Nothing was recorded"):
        actions.move(item=school, by=dolores, to=Status.VERIFIED, on=TODAY, version=1)
    assert Move.objects.count() == 1


def test_the_audit_holds_no_word_and_no_day_of_the_person(school: Item) -> None:
    moved(school, Status.SENT, date(2026, 11, 2), words="Dean Okonkwo has it")
    entry = Entry.objects.get(verb="checklist item moved")
    assert entry.data == {"from": "to_do", "to": "sent"}
    assert entry.subject == f"item {school.pk} ({SCHOOL})"
