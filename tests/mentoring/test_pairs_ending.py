"""What a pair leaves behind: the handover card and the mentor's certificate; and single sessions."""

import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from accounts.actions import erase
from accounts.models import User
from mentoring.ending_actions import agree_to_show, issue_certificate, write_handover
from mentoring.kinds import SLOT_CALLED_OFF, SLOT_TAKEN
from mentoring.meeting_actions import log_meeting, plan_meeting
from mentoring.models import Enrolment, Handover, Help, KeptApart, Mentee, Mentor, OpenSlot, Pair
from mentoring.pair_actions import end
from mentoring.refusals import MentoringRefused, StaleForm
from mentoring.slot_actions import call_off_slot, hold_slot, offer_slot, take_slot

from .pair_rows import TUESDAY, a_pair, a_proposal, owed, staff
from .people_rows import a_mentee, a_mentor

pytestmark = pytest.mark.django_db
CARD = {"where_we_got": "Three interviews.", "try_next": "Call the programs.", "not_again": "Late letters."}
FRIDAY = TUESDAY + timedelta(days=3)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(TUESDAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def pair() -> Pair:
    return a_pair()


# ------------------------------------------------------------------------------------------------ handover card
def card(pair: Pair, by: User, seen: Handover | None = None, **changed: str) -> Handover:
    return write_handover(pair=pair, by=by, seen_at=seen and seen.changed_at, **CARD | changed)


def test_both_write_the_card_and_also_after_the_end(pair: Pair, clock: time_machine.Traveller) -> None:
    first = card(pair, pair.mentee.person)
    end(pair=pair, by=staff())
    clock.shift(60)
    second = card(pair, pair.mentor.person, first, try_next="Apply early.")
    assert (second.pk, second.try_next) == (first.pk, "Apply early.")


def test_the_mentee_agrees_to_the_words_that_stand_there(pair: Pair, clock: time_machine.Traveller) -> None:
    first = card(pair, pair.mentee.person)
    assert not first.mentee_agrees
    assert agree_to_show(pair=pair, by=pair.mentee.person, agrees=True).mentee_agrees
    clock.shift(60)
    second = card(pair, pair.mentee.person, first, try_next="Apply early.")
    assert second.mentee_agrees  # their own change
    clock.shift(60)
    assert not card(pair, pair.mentor.person, second, try_next="Apply late.").mentee_agrees


def test_an_old_form_does_not_overwrite_the_card(pair: Pair, clock: time_machine.Traveller) -> None:
    first = card(pair, pair.mentee.person)
    clock.shift(60)
    card(pair, pair.mentor.person, first, try_next="Apply early.")
    for seen in (None, first):
        with pytest.raises(StaleForm):
            card(pair, pair.mentee.person, seen, try_next="Something else.")
    assert Handover.objects.get().try_next == "Apply early."
    assert card(pair, pair.mentee.person, first, try_next="Apply early.").try_next == "Apply early."  # sent twice


def test_only_the_mentee_lets_it_be_shown(pair: Pair) -> None:
    with pytest.raises(MentoringRefused, match="no handover card"):
        agree_to_show(pair=pair, by=pair.mentee.person, agrees=True)
    card(pair, pair.mentor.person)
    with pytest.raises(MentoringRefused, match="Only the mentee"):
        agree_to_show(pair=pair, by=pair.mentor.person, agrees=True)
    assert not Handover.objects.get().mentee_agrees


def test_strangers_and_pairs_to_be_write_no_card(pair: Pair, dolores: User) -> None:
    asked = a_proposal(a_mentor("Ines Costa"), a_mentee("Olu Ade"))
    for of, by in ((pair, dolores), (pair, staff()), (asked, asked.mentor.person)):
        with pytest.raises(MentoringRefused, match="Only the two"):
            card(of, by)


def test_a_card_that_is_too_long_names_the_field(pair: Pair) -> None:
    with pytest.raises(MentoringRefused) as refused:
        card(pair, pair.mentor.person, not_again="x" * 1501)
    assert refused.value.field == "not_again"


# ------------------------------------------------------------------------------------------------ single sessions
def slot(mentor: Mentor, **more: Any) -> OpenSlot:
    return offer_slot(mentor=mentor, by=mentor.person, **{"starts_at": FRIDAY, "minutes": 45} | more)


def test_the_first_who_takes_a_session_has_it_and_both_are_told() -> None:
    mentor, first, second = a_mentor(), a_mentee(), a_mentee("Olu Ade")
    offered = slot(mentor)
    for _ in range(2):
        taken = take_slot(slot=offered, by=first.person)
    assert (taken.taken_by, taken.taken_at) == (first, TUESDAY)
    assert owed(SLOT_TAKEN) == [("Amir Khan", "2026-12-01"), ("Mei Lin", "2026-12-01")]
    with pytest.raises(MentoringRefused, match="not free any more"):
        take_slot(slot=offered, by=second.person)


def test_a_session_that_is_given_back_is_free_for_somebody_else() -> None:
    mentor, first, second = a_mentor(), a_mentee(), a_mentee("Olu Ade")
    offered = take_slot(slot=slot(mentor), by=first.person)
    freed = call_off_slot(slot=offered, by=first.person)
    assert (freed.is_called_off, freed.taken_by) == (False, None)
    assert (owed(SLOT_TAKEN), owed(SLOT_CALLED_OFF)) == ([], [("Amir Khan", "2026-12-01")])
    take_slot(slot=freed, by=second.person)
    assert owed(SLOT_TAKEN) == [("Amir Khan", "2026-12-01"), ("Olu Ade", "2026-12-01")]


def test_a_mentor_who_calls_it_off_tells_the_mentee() -> None:
    mentor, mentee = a_mentor(), a_mentee()
    offered = take_slot(slot=slot(mentor), by=mentee.person)
    for _ in range(2):
        gone = call_off_slot(slot=offered, by=mentor.person)
    assert gone.is_called_off
    assert owed(SLOT_CALLED_OFF) == [("Mei Lin", "2026-12-01")]
    with pytest.raises(MentoringRefused, match="not free any more"):
        take_slot(slot=gone, by=mentee.person)
    assert slot(mentor).pk != gone.pk  # the time can be offered again


def unapproved(mentor: Mentor, mentee: Mentee) -> None:
    Mentor.objects.filter(pk=mentor.pk).update(status=Enrolment.LEFT)


def apart(mentor: Mentor, mentee: Mentee) -> None:
    KeptApart.objects.create(one=mentor.person, other=mentee.person)


def no_mentee(mentor: Mentor, mentee: Mentee) -> None:
    Mentee.objects.filter(pk=mentee.pk).update(status=Enrolment.APPLIED)


@pytest.mark.parametrize(
    ("before", "sentence"),
    [(unapproved, "not free any more"), (apart, "not free any more"), (no_mentee, "Only approved mentees")],
)
def test_who_cannot_take_a_session(before: Any, sentence: str) -> None:
    mentor, mentee = a_mentor(), a_mentee()
    offered = slot(mentor)
    before(mentor, mentee)
    with pytest.raises(MentoringRefused, match=sentence):
        take_slot(slot=offered, by=mentee.person)


def test_nobody_takes_their_own_session() -> None:
    offered = slot(a_mentor("Mei Lin"))
    with pytest.raises(MentoringRefused, match="your own"):
        take_slot(slot=offered, by=a_mentee("Mei Lin").person)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"starts_at": TUESDAY}, "starts_at"),
        ({"starts_at": TUESDAY + timedelta(days=400)}, "starts_at"),
        ({"starts_at": FRIDAY + timedelta(minutes=30)}, "starts_at"),
        ({"starts_at": FRIDAY - timedelta(minutes=30)}, "starts_at"),
        ({"minutes": 5}, "minutes"),
        ({"minutes": 300}, "minutes"),
        ({"what_for": "love"}, "what_for"),
    ],
)
def test_a_bad_offer_says_what_is_wrong(changed: dict[str, Any], field: str) -> None:
    mentor = a_mentor()
    slot(mentor)
    with pytest.raises(MentoringRefused) as refused:
        slot(mentor, **changed)
    assert refused.value.field == field


def test_the_same_offer_twice_is_one_and_one_after_the_other_is_fine() -> None:
    mentor = a_mentor()
    assert slot(mentor) == slot(mentor)
    slot(mentor, starts_at=FRIDAY + timedelta(minutes=45), what_for=Help.CV)
    assert OpenSlot.objects.count() == 2


def test_a_session_counts_once_it_was_held(clock: time_machine.Traveller, dolores: User) -> None:
    mentor, mentee = a_mentor(), a_mentee()
    offered = take_slot(slot=slot(mentor), by=mentee.person)
    with pytest.raises(MentoringRefused, match="still to come"):
        hold_slot(slot=offered, by=mentor.person)
    clock.move_to(FRIDAY + timedelta(hours=1))
    with pytest.raises(MentoringRefused, match="not yours"):
        hold_slot(slot=offered, by=dolores)
    assert hold_slot(slot=offered, by=mentor.person).took_place
    with pytest.raises(MentoringRefused, match="begun already"):
        call_off_slot(slot=offered, by=mentee.person)


# ------------------------------------------------------------------------------------------------ certificate
def hours(pair: Pair, clock: time_machine.Traveller) -> None:
    """45 minutes on 1 December, 30 on the 5th; one was planned and never noted."""
    for days, minutes in ((0, 45), (4, 30)):
        clock.move_to(TUESDAY + timedelta(days=days))
        at = timezone.now() - timedelta(hours=1)
        log_meeting(pair=pair, by=pair.mentor.person, starts_at=at, minutes=minutes, form_token=uuid.uuid4())
    ahead = TUESDAY + timedelta(days=5)
    plan_meeting(pair=pair, by=pair.mentor.person, starts_at=ahead, minutes=60, form_token=uuid.uuid4())


def test_a_certificate_sums_up_what_took_place(pair: Pair, clock: time_machine.Traveller) -> None:
    mentor = pair.mentor
    offered = take_slot(
        slot=slot(mentor, starts_at=datetime(2026, 12, 3, 1, tzinfo=UTC)), by=a_mentee("Olu Ade").person
    )
    hours(pair, clock)
    hold_slot(slot=offered, by=mentor.person)
    certificate = issue_certificate(mentor=mentor, by=mentor.person)
    assert (certificate.minutes, certificate.meetings) == (120, 3)
    assert (certificate.first_day, certificate.last_day) == (date(2026, 12, 1), date(2026, 12, 5))
    assert issue_certificate(mentor=mentor, by=staff()) == certificate
    assert len(certificate.code) == 16


def test_new_hours_make_a_new_certificate_and_the_old_one_stays(pair: Pair, clock: time_machine.Traveller) -> None:
    hours(pair, clock)
    first = issue_certificate(mentor=pair.mentor, by=pair.mentor.person)
    clock.move_to(TUESDAY + timedelta(days=8))
    at = timezone.now() - timedelta(hours=1)
    log_meeting(pair=pair, by=pair.mentor.person, starts_at=at, minutes=20, form_token=uuid.uuid4())
    second = issue_certificate(mentor=pair.mentor, by=pair.mentor.person)
    assert (second.minutes, second.code != first.code) == (95, True)
    first.refresh_from_db()
    assert first.minutes == 75


def test_nothing_to_certify_and_nobody_elses_certificate(pair: Pair, dolores: User) -> None:
    with pytest.raises(MentoringRefused, match="nothing to certify"):
        issue_certificate(mentor=pair.mentor, by=pair.mentor.person)
    with pytest.raises(MentoringRefused, match="not yours"):
        issue_certificate(mentor=pair.mentor, by=dolores)


def test_a_certificate_outlives_the_mentee(pair: Pair, clock: time_machine.Traveller) -> None:
    hours(pair, clock)
    certificate = issue_certificate(mentor=pair.mentor, by=pair.mentor.person)
    erase(person=pair.mentee.person, by=staff())
    certificate.refresh_from_db()
    assert certificate.minutes == 75
