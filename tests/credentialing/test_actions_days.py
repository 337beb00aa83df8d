"""Any day that cannot have been, and any move that is none, is refused with a sentence that says why."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from accounts.models import User
from credentialing import actions
from credentialing.models import Checklist, Item, Move, Status
from credentialing.refusals import ChecklistRefused
from tests.credentialing.lists import moved, start, the

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


# ------------------------------------------------------------------------------------------------ days and refusals
@pytest.mark.parametrize(
    ("on", "sentence"),
    [
        (date(2026, 11, 25), "25 November 2026 is still to come."),
        (date(2049, 1, 1), "is still to come"),
        (date(1949, 12, 31), "A day before 1 January 1950 cannot be meant."),
        (date(1, 1, 1), "cannot be meant"),
    ],
)
def test_a_day_that_cannot_be_is_refused(school: Item, on: date, sentence: str) -> None:
    with pytest.raises(ChecklistRefused, match=sentence) as refused:
        moved(school, Status.SENT, on)
    assert refused.value.field == "on"
    assert not Move.objects.exists()


@pytest.mark.parametrize("on", [TODAY, date(1950, 1, 1), date(2024, 2, 29), date(2000, 2, 29)])
def test_a_day_that_can_be_is_taken(school: Item, on: date) -> None:
    assert moved(school, Status.SENT, on).status_on == on


def test_today_is_the_persons_own(school: Item, dolores: User, clock: time_machine.Traveller) -> None:
    clock.move_to(datetime(2026, 11, 25, 3, tzinfo=UTC))  # still the 24th in New York
    with pytest.raises(ChecklistRefused, match="today is 24 November 2026"):
        moved(school, Status.SENT, date(2026, 11, 25))
    User.objects.filter(pk=dolores.pk).update(time_zone="Asia/Karachi")
    assert moved(school, Status.SENT, date(2026, 11, 25)).status == Status.SENT


@pytest.mark.parametrize("to", [Status.RECEIVED, Status.VERIFIED, Status.QUERY, Status.REJECTED])
def test_an_answer_cannot_come_before_the_question(school: Item, to: str) -> None:
    moved(school, Status.SENT, date(2026, 11, 2))
    with pytest.raises(ChecklistRefused, match="You recorded that you sent it on 2 November 2026") as refused:
        moved(school, to, date(2026, 11, 1))
    assert refused.value.field == "on"
    assert moved(school, to, date(2026, 11, 2)).status == to


def test_it_cannot_be_confirmed_before_it_was_received(school: Item) -> None:
    moved(school, Status.RECEIVED, date(2026, 11, 10))
    with pytest.raises(ChecklistRefused, match="It was received on 10 November 2026"):
        moved(school, Status.VERIFIED, date(2026, 11, 9))


def test_a_move_that_is_none_is_refused(school: Item) -> None:
    with pytest.raises(ChecklistRefused, match="“to do” cannot become “rejected”"):
        moved(school, Status.REJECTED, TODAY)


def test_what_is_not_needed_is_not_moved(mine: Checklist, school: Item) -> None:
    Item.objects.filter(pk=school.pk).update(is_needed=False)
    with pytest.raises(ChecklistRefused, match="not needed"):
        moved(school, Status.SENT, TODAY)


def test_too_many_words_are_refused(school: Item) -> None:
    with pytest.raises(ChecklistRefused, match="501 characters; 500 are the most") as refused:
        moved(school, Status.SENT, TODAY, words="x" * 501)
    assert refused.value.field == "words"


def test_on_a_list_that_is_gone_nothing_is_recorded(mine: Checklist, school: Item, dolores: User) -> None:
    Checklist.objects.get(pk=mine.pk).delete()
    with pytest.raises(ChecklistRefused, match="was removed"):
        actions.move(item=school, by=dolores, to=Status.SENT, on=TODAY - timedelta(days=1), version=1)
