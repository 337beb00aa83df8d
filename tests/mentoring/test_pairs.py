"""Proposed, accepted, declined, taken back: who may do what, and what becomes of places and turns."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from accounts.models import User
from audit.models import Entry
from mentoring.kinds import DECLINED, DID_YOU_MEET, INTRODUCED, PROPOSED
from mentoring.models import Choice, Enrolment, Format, KeptApart, Mentee, Mentor, Pair, PairStatus
from mentoring.pair_actions import accept, decline, end, propose, withdraw
from mentoring.refusals import MentoringRefused
from notices.actions import add_quiet_period
from notices.models import Notice

from .pair_rows import TUESDAY, a_pair, a_proposal, owed, staff
from .people_rows import TODAY, a_mentee, a_mentor

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(TUESDAY, tick=False) as traveller:
        yield traveller


# ------------------------------------------------------------------------------------------------ proposing
def test_a_proposal_asks_the_mentor_and_says_by_when() -> None:
    pair = a_proposal(reasons=["You both speak Urdu."])
    assert (pair.status, pair.answer_by, pair.reasons) == (
        PairStatus.PROPOSED,
        date(2026, 12, 8),
        ["You both speak Urdu."],
    )
    assert owed(PROPOSED) == [("Amir Khan", "2026-12-01")]
    entry = Entry.objects.about(pair).get()
    assert (entry.verb, entry.actor, entry.data) == ("pair proposed", staff(), {"answer_by": "2026-12-08"})


def test_a_quiet_period_of_the_mentor_stretches_the_time_to_answer() -> None:
    mentor = a_mentor()
    add_quiet_period(person=mentor.person, first_day=date(2026, 12, 5), last_day=date(2026, 12, 14))
    assert a_proposal(mentor).answer_by == date(2026, 12, 18)


def test_the_mentors_own_day_counts(clock: time_machine.Traveller) -> None:
    mentor = a_mentor()
    User.objects.filter(pk=mentor.person_id).update(time_zone="Pacific/Auckland")
    assert a_proposal(mentor).answer_by == date(2026, 12, 9)


def test_proposing_the_same_pair_twice_is_one_proposal() -> None:
    pair = a_proposal()
    assert a_proposal(pair.mentor, pair.mentee) == pair
    assert Notice.objects.filter(kind=PROPOSED).count() == 1


def unapproved(mentor: Mentor, mentee: Mentee) -> None:
    Mentor.objects.filter(pk=mentor.pk).update(status=Enrolment.LEFT)


def closed(mentor: Mentor, mentee: Mentee) -> None:
    User.objects.filter(pk=mentee.person_id).update(is_active=False)


def away(mentor: Mentor, mentee: Mentee) -> None:
    Mentor.objects.filter(pk=mentor.pk).update(paused_until=date(2026, 12, 24))


def apart(mentor: Mentor, mentee: Mentee) -> None:
    KeptApart.objects.create(one=mentee.person, other=mentor.person)


def full(mentor: Mentor, mentee: Mentee) -> None:
    a_proposal(mentor, a_mentee("Olu Ade"))


def has_mentor(mentor: Mentor, mentee: Mentee) -> None:
    a_pair(a_mentor("Ines Costa"), mentee)


def waits_for_other(mentor: Mentor, mentee: Mentee) -> None:
    a_proposal(a_mentor("Ines Costa"), mentee)


@pytest.mark.parametrize(
    ("before", "sentence"),
    [
        (unapproved, "This mentor is not approved."),
        (closed, "This mentee is not approved."),
        (away, "This mentor is away until 24 December 2026."),
        (apart, "These two are kept apart."),
        (full, "This mentor has no free place."),
        (has_mentor, "This mentee has a mentor."),
        (waits_for_other, "This mentee waits for another mentor's answer."),
    ],
)
def test_what_cannot_be_proposed(before: Callable[[Mentor, Mentee], None], sentence: str) -> None:
    mentor, mentee = a_mentor(), a_mentee()
    before(mentor, mentee)
    with pytest.raises(MentoringRefused) as refused:
        propose(mentor=mentor, mentee=mentee, by=staff())
    assert str(refused.value) == sentence
    assert not Pair.objects.filter(mentor=mentor, mentee=mentee).exists()


def test_nobody_is_their_own_mentor() -> None:
    with pytest.raises(MentoringRefused, match="Nobody is their own mentor"):
        propose(mentor=a_mentor("Mei Lin"), mentee=a_mentee("Mei Lin"), by=staff())


def test_a_single_session_comes_on_top_of_a_lasting_pair() -> None:
    pair = a_pair()
    session = a_pair(a_mentor("Ines Costa"), pair.mentee, format=Format.SESSION)
    assert session.status == PairStatus.ACTIVE
    assert session.ends_on == date(2027, 1, 1)


def test_a_single_session_does_not_end_the_wait_for_a_lasting_mentor() -> None:
    mentee = a_mentee()
    a_pair(a_mentor(), mentee, format=Format.SESSION)
    mentee.refresh_from_db()
    assert mentee.waiting_since == TODAY


# ------------------------------------------------------------------------------------------------ yes and no
def test_a_yes_takes_a_place_and_introduces_both() -> None:
    pair = a_proposal(format=Format.HALF_YEAR)
    Choice.objects.create(mentee=pair.mentee, mentor=pair.mentor, rank=1)
    Mentee.objects.filter(pk=pair.mentee_id).update(unanswered=2)
    pair = accept(pair=pair, by=pair.mentor.person)
    assert (pair.status, pair.place.number, pair.started_on) == (PairStatus.ACTIVE, 1, date(2026, 12, 1))
    assert (pair.ends_on, pair.answered_at) == (date(2027, 6, 1), TUESDAY)
    assert owed(PROPOSED) == []
    assert owed(INTRODUCED) == [("Amir Khan", "2026-12-01"), ("Mei Lin", "2026-12-01")]
    assert owed(DID_YOU_MEET) == [("Amir Khan", "2026-12-08"), ("Mei Lin", "2026-12-08")]
    pair.mentee.refresh_from_db()
    assert (pair.mentee.waiting_since, pair.mentee.unanswered) == (None, 0)
    assert not pair.mentee.choices.exists()


def test_a_second_yes_changes_nothing() -> None:
    pair = a_pair()
    before = list(Notice.objects.order_by("pk").values_list())
    assert accept(pair=pair, by=pair.mentor.person) == pair
    assert list(Notice.objects.order_by("pk").values_list()) == before
    assert Entry.objects.about(pair).filter(verb="pair accepted").count() == 1


@pytest.mark.parametrize("act", [accept, decline])
def test_only_the_mentor_answers(act: Callable[..., Pair]) -> None:
    pair = a_proposal()
    for person in (pair.mentee.person, staff(), a_mentor("Ines Costa").person):
        with pytest.raises(MentoringRefused, match="Only the mentor who was asked"):
            act(pair=pair, by=person)
    pair.refresh_from_db()
    assert pair.status == PairStatus.PROPOSED


def test_two_proposals_and_one_place_the_second_yes_is_refused() -> None:
    mentor = a_mentor(capacity=2)
    first, second = a_proposal(mentor, a_mentee("Olu Ade")), a_proposal(mentor, a_mentee("Mei Lin"))
    mentor.places.get(number=2).delete()  # the mentor has fewer places since
    accept(pair=first, by=mentor.person)
    with pytest.raises(
        MentoringRefused, match=r"All 1 of your places are taken. Raise the number of your places first."
    ):
        accept(pair=second, by=mentor.person)
    second.refresh_from_db()
    assert (second.status, second.place) == (PairStatus.PROPOSED, None)
    assert owed(INTRODUCED, about=f"mentoring.pair:{second.pk}") == []


def test_the_database_refuses_one_pair_too_many_by_itself() -> None:
    pair = a_pair()
    other = {"mentor": pair.mentor, "mentee": a_mentee("Olu Ade"), "proposed_at": TUESDAY, "answer_by": TODAY}
    for place in (pair.place, None):  # the same place again, and none at all
        with pytest.raises(IntegrityError), transaction.atomic():
            Pair.objects.create(**other, place=place, status=PairStatus.ACTIVE, started_on=TODAY)
    twice = {**other, "mentor": a_mentor("Ines Costa"), "mentee": pair.mentee}
    with pytest.raises(IntegrityError), transaction.atomic():
        Pair.objects.create(**twice, place=twice["mentor"].places.get(), status=PairStatus.ACTIVE, started_on=TODAY)


def test_a_yes_on_the_last_day_counts_and_on_the_day_after_it_does_not(clock: time_machine.Traveller) -> None:
    first, second = a_proposal(), a_proposal(a_mentor("Ines Costa"), a_mentee("Olu Ade"))
    clock.move_to(TUESDAY + timedelta(days=7))
    assert accept(pair=first, by=first.mentor.person).status == PairStatus.ACTIVE
    clock.move_to(TUESDAY + timedelta(days=8))
    with pytest.raises(MentoringRefused, match="The time to answer is over"):
        accept(pair=second, by=second.mentor.person)


def test_a_quiet_period_entered_after_the_proposal_saves_a_late_yes(clock: time_machine.Traveller) -> None:
    pair = a_proposal()
    add_quiet_period(person=pair.mentor.person, first_day=date(2026, 12, 3), last_day=date(2026, 12, 9))
    clock.move_to(TUESDAY + timedelta(days=14))
    assert accept(pair=pair, by=pair.mentor.person).answer_by == date(2026, 12, 15)


def test_a_yes_does_not_tell_the_mentor_what_the_mentee_did_meanwhile() -> None:
    pair = a_proposal()
    KeptApart.objects.create(one=pair.mentee.person, other=pair.mentor.person)
    with pytest.raises(MentoringRefused) as refused:
        accept(pair=pair, by=pair.mentor.person)
    assert "apart" not in str(refused.value)


def test_a_mentee_who_found_somebody_meanwhile_gets_no_second_mentor() -> None:
    pair = a_proposal()
    found = Pair.objects.create(
        mentor=a_mentor("Ines Costa"), mentee=pair.mentee, proposed_at=TUESDAY, answer_by=date(2026, 12, 8)
    )
    accept(pair=found, by=found.mentor.person)
    with pytest.raises(MentoringRefused, match="found a mentor meanwhile"):
        accept(pair=pair, by=pair.mentor.person)


def test_a_no_gives_the_turn_back_and_keeps_the_reason_for_staff() -> None:
    pair = a_proposal()
    Choice.objects.create(mentee=pair.mentee, mentor=pair.mentor, rank=1)
    pair = decline(pair=pair, by=pair.mentor.person, reason="  Two new interns. ")
    assert (pair.status, pair.decline_reason, pair.place) == (PairStatus.DECLINED, "Two new interns.", None)
    pair.mentee.refresh_from_db()
    assert (pair.mentee.waiting_since, pair.mentee.unanswered) == (TODAY, 0)
    assert not pair.mentee.choices.exists()
    assert owed(DECLINED) == [("Mei Lin", "2026-12-01")]
    assert "interns" not in str(list(Entry.objects.values_list("data", "subject", "verb")))
    assert decline(pair=pair, by=pair.mentor.person).decline_reason == "Two new interns."


def test_a_proposal_that_is_taken_back_asks_nobody_any_more() -> None:
    pair = withdraw(pair=a_proposal(), by=staff())
    assert withdraw(pair=pair, by=staff()).status == PairStatus.WITHDRAWN
    assert owed(PROPOSED) == []
    with pytest.raises(MentoringRefused, match="the pair is “taken back”"):
        accept(pair=pair, by=pair.mentor.person)


@pytest.mark.parametrize("act", [withdraw, end])
def test_a_stranger_neither_takes_back_nor_ends(act: Callable[..., Pair], dolores: User) -> None:
    with pytest.raises(MentoringRefused, match="not yours"):
        act(pair=a_pair(), by=dolores)
