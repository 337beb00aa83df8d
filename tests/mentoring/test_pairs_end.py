"""The table of moves, the end of a pair, and what comes next."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product

import pytest
import time_machine
from django.utils import timezone

from accounts.actions import erase
from audit.models import Entry
from mentoring.kinds import CHOOSE_NEXT, DID_YOU_MEET, ENDED
from mentoring.models import PAIR_MOVES, Mentor, Next, Pair, PairStatus
from mentoring.pair_actions import accept, decline, end, say_what_next, withdraw
from mentoring.refusals import MentoringRefused
from notices.models import Notice, State

from .pair_rows import TUESDAY, a_pair, a_proposal, owed, staff
from .people_rows import TODAY, a_mentee, a_mentor

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(TUESDAY, tick=False) as traveller:
        yield traveller


# ------------------------------------------------------------------------------------------------ the table of moves
def reached(status: str) -> Pair:
    pair = a_proposal()
    Pair.objects.filter(pk=pair.pk).update(
        status=status,
        place=pair.mentor.places.get() if status == PairStatus.ACTIVE else None,
        started_on=TODAY,
        ended_at=timezone.now() if status == PairStatus.ENDED else None,
    )
    pair.refresh_from_db()
    return pair


ACTS = {
    PairStatus.ACTIVE: lambda pair: accept(pair=pair, by=pair.mentor.person),
    PairStatus.DECLINED: lambda pair: decline(pair=pair, by=pair.mentor.person),
    PairStatus.WITHDRAWN: lambda pair: withdraw(pair=pair, by=staff()),
    PairStatus.ENDED: lambda pair: end(pair=pair, by=staff()),
}


@pytest.mark.parametrize(("status", "to"), list(product(PairStatus.values, ACTS)))
def test_every_move_is_in_the_table_or_refused(status: str, to: str) -> None:
    pair = reached(status)
    if to == status or to in PAIR_MOVES[status]:
        assert ACTS[to](pair).status == to
    else:
        with pytest.raises(MentoringRefused, match="not possible any more"):
            ACTS[to](pair)


# ------------------------------------------------------------------------------------------------ the end
@pytest.mark.parametrize("who", ["mentor", "mentee", "staff", "job"])
def test_anybody_of_the_two_ends_it_without_a_reason(who: str) -> None:
    pair = a_pair()
    by = {"mentor": pair.mentor.person, "mentee": pair.mentee.person, "staff": staff(), "job": "the calendar"}[who]
    pair = end(pair=pair, by=by)
    assert (pair.status, pair.place, pair.ended_at) == (PairStatus.ENDED, None, TUESDAY)
    assert pair.ended_by == (None if who == "job" else by)
    assert owed(ENDED) == [("Amir Khan", "2026-12-01"), ("Mei Lin", "2026-12-01")]
    assert owed(CHOOSE_NEXT) == [("Mei Lin", "2026-12-01")]
    assert owed(DID_YOU_MEET) == []
    assert end(pair=pair, by=by).ended_at == TUESDAY


def test_the_place_is_free_again_after_the_end() -> None:
    first = a_pair()
    end(pair=first, by=first.mentor.person)
    assert a_pair(first.mentor, a_mentee("Olu Ade")).place.number == 1


def test_a_place_that_was_kept_only_until_the_end_goes_with_it() -> None:
    mentor = a_mentor(capacity=2)
    pairs = [a_pair(mentor, a_mentee(name)) for name in ("Mei Lin", "Olu Ade")]
    Mentor.objects.filter(pk=mentor.pk).update(capacity=1)
    end(pair=pairs[0], by=staff())
    assert [place.pk for place in mentor.places.all()] == [pairs[1].place_id]


@pytest.mark.parametrize(
    ("wish", "waits"), [(Next.SAME, True), (Next.OTHER, True), (Next.FINISHED, False), (Next.PAUSE, False)]
)
def test_the_mentee_says_in_private_what_should_come_next(wish: str, waits: bool) -> None:
    pair = a_pair()
    pair = end(pair=pair, by=pair.mentee.person, wants_next=wish)
    pair.refresh_from_db()
    assert (pair.mentee_wants_next, pair.mentee.waiting_since) == (wish, date(2026, 12, 1) if waits else None)
    assert owed(CHOOSE_NEXT) == []
    assert list(pair.mentee.choices.values_list("mentor", flat=True)) == ([pair.mentor_id] if wish == Next.SAME else [])
    assert wish not in str(list(Entry.objects.about(pair).values_list("data", flat=True)))


def test_a_changed_wish_takes_the_wish_for_the_same_mentor_back() -> None:
    pair = a_pair()
    end(pair=pair, by=pair.mentee.person, wants_next=Next.SAME)
    say_what_next(pair=pair, by=pair.mentee.person, wants_next=Next.OTHER)
    assert not pair.mentee.choices.exists()


def test_nobody_else_speaks_for_the_mentee() -> None:
    pair = a_pair()
    with pytest.raises(MentoringRefused, match="Only the mentee"):
        end(pair=pair, by=pair.mentor.person, wants_next=Next.FINISHED)
    pair.refresh_from_db()
    assert pair.status == PairStatus.ACTIVE  # nothing of it was done


def test_a_late_wish_does_not_disturb_the_next_pair() -> None:
    first = a_pair()
    end(pair=first, by=staff())
    a_pair(a_mentor("Ines Costa"), first.mentee)
    say_what_next(pair=first, by=first.mentee.person, wants_next=Next.OTHER)
    first.mentee.refresh_from_db()
    assert first.mentee.waiting_since is None


@pytest.mark.parametrize("wish", ["", "nonsense"])
def test_a_wish_that_is_none_of_the_answers_is_refused(wish: str) -> None:
    pair = a_pair()
    end(pair=pair, by=staff())
    with pytest.raises(MentoringRefused) as refused:
        say_what_next(pair=pair, by=pair.mentee.person, wants_next=wish)
    assert refused.value.field == "wants_next"


def test_what_the_two_had_planned_is_called_off_with_the_end() -> None:
    pair = a_pair()
    pair.meetings.create(starts_at=TUESDAY + timedelta(days=1), form_token="6f1c1a0e-0d5c-4c8e-9a8e-6f3f0a6d0001")
    end(pair=pair, by=staff())
    assert pair.meetings.get().is_called_off


# ------------------------------------------------------------------------------------------------ somebody goes
@pytest.mark.parametrize("side", ["mentor", "mentee"])
def test_an_account_of_a_pair_can_be_erased(side: str) -> None:
    pair = a_pair()
    erase(person=getattr(pair, side).person, by=staff())
    assert not Pair.objects.exists()
    assert Notice.objects.filter(state=State.OWED, person=getattr(pair, side).person).count() == 0
