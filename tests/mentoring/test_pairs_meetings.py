"""Agreement and meetings of the two."""

import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine

from accounts.models import User
from audit.models import Entry
from mentoring.agreement_actions import agree, write_agreement
from mentoring.kinds import AGREEMENT, DID_YOU_MEET, ENDING_SOON, MEETING_CALLED_OFF, MEETING_PLANNED
from mentoring.meeting_actions import call_off, confirm_meeting, did_meet, log_day, log_meeting, plan_meeting
from mentoring.models import Agreement, Meeting, Pair
from mentoring.pair_actions import end
from mentoring.refusals import MentoringRefused, StaleForm
from notices.actions import owe

from .pair_rows import TUESDAY, a_pair, a_proposal, owed, staff
from .people_rows import a_mentee, a_mentor

pytestmark = pytest.mark.django_db
WORDS = {"goals": "Rank list by February.", "rhythm": "Every two weeks", "channel": "Video"}
TERMS = WORDS | {"ends_on": date(2027, 6, 30)}
TOKEN = uuid.UUID("6f1c1a0e-0d5c-4c8e-9a8e-6f3f0a6d0001")


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(TUESDAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def pair() -> Pair:
    return a_pair()


# ------------------------------------------------------------------------------------------------ agreement
def test_an_agreement_counts_once_both_have_said_yes(pair: Pair) -> None:
    agreement = write_agreement(pair=pair, by=pair.mentee.person, number=0, **TERMS)
    assert (agreement.number, agreement.mentee_agreed_at, agreement.is_agreed) == (1, TUESDAY, False)
    assert owed(AGREEMENT) == [("Amir Khan", "2026-12-01")]
    pair.refresh_from_db()
    assert pair.ends_on == date(2027, 12, 1)
    owe(kind=ENDING_SOON, person=pair.mentor.person, about=pair, due_on=date(2027, 11, 17))
    assert agree(agreement=agreement, by=pair.mentor.person).is_agreed
    pair.refresh_from_db()
    assert pair.ends_on == date(2027, 6, 30)
    assert owed(AGREEMENT) == owed(ENDING_SOON) == []
    assert "February" not in str(list(Entry.objects.about(agreement).values_list("data", "subject")))


def test_a_change_is_a_new_row_and_the_old_one_keeps_what_was_agreed(pair: Pair) -> None:
    first = write_agreement(pair=pair, by=pair.mentee.person, number=0, **TERMS)
    agree(agreement=first, by=pair.mentor.person)
    second = write_agreement(pair=pair, by=pair.mentor.person, number=1, **TERMS | {"rhythm": "Monthly"})
    assert (second.number, second.is_agreed) == (2, False)
    first.refresh_from_db()
    assert (first.rhythm, first.is_agreed) == ("Every two weeks", True)
    with pytest.raises(StaleForm):
        agree(agreement=first, by=pair.mentor.person)


def test_the_same_words_sent_twice_are_one_agreement(pair: Pair) -> None:
    for _ in range(2):
        write_agreement(pair=pair, by=pair.mentee.person, number=0, **TERMS)
    assert Agreement.objects.count() == 1


def test_the_same_words_from_the_other_one_are_a_yes(pair: Pair) -> None:
    write_agreement(pair=pair, by=pair.mentee.person, number=0, **TERMS)
    assert write_agreement(pair=pair, by=pair.mentor.person, number=0, **TERMS).is_agreed


def test_other_words_on_an_old_form_are_refused(pair: Pair) -> None:
    write_agreement(pair=pair, by=pair.mentee.person, number=0, **TERMS)
    with pytest.raises(StaleForm):
        write_agreement(pair=pair, by=pair.mentor.person, number=0, **TERMS | {"goals": "A fellowship."})
    assert Agreement.objects.get().goals == "Rank list by February."


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *((name, "  ") for name in WORDS),
        ("goals", "x" * 1501),
        ("rhythm", "x" * 121),
        ("ends_on", date(2026, 12, 1)),
        ("ends_on", date(2028, 12, 2)),
    ],
)
def test_a_bad_agreement_says_what_is_wrong(pair: Pair, field: str, value: Any) -> None:
    with pytest.raises(MentoringRefused) as refused:
        write_agreement(pair=pair, by=pair.mentee.person, number=0, **TERMS | {field: value})
    assert refused.value.field == field
    assert not Agreement.objects.exists()


# ------------------------------------------------------------------------------------------------ meetings
def log(pair: Pair, **more: Any) -> Meeting:
    usual = {"by": pair.mentee.person, "starts_at": TUESDAY - timedelta(hours=2), "minutes": 45, "form_token": TOKEN}
    return log_meeting(pair=pair, **usual | more)


def plan(pair: Pair, **more: Any) -> Meeting:
    usual = {"by": pair.mentee.person, "starts_at": TUESDAY + timedelta(days=3), "minutes": 30, "form_token": TOKEN}
    return plan_meeting(pair=pair, **usual | more)


def test_a_meeting_in_one_line_is_the_first_meeting_too(pair: Pair) -> None:
    meeting = log(pair, next_step=" Send the CV. ")
    assert (meeting.took_place, meeting.minutes, meeting.next_step) == (True, 45, "Send the CV.")
    pair.refresh_from_db()
    assert pair.met_on == date(2026, 12, 1)
    assert owed(DID_YOU_MEET) == []


def test_the_same_form_sent_twice_is_one_meeting(pair: Pair) -> None:
    assert log(pair) == log(pair)
    assert Meeting.objects.count() == 1


def test_somebody_elses_form_is_not_taken_for_ones_own(pair: Pair) -> None:
    log(pair)
    other = a_pair(a_mentor("Ines Costa"), a_mentee("Olu Ade"))
    with pytest.raises(StaleForm):
        log(other, by=other.mentee.person)


def test_both_note_the_same_meeting_and_its_minutes_count_once(pair: Pair) -> None:
    log(pair)
    with pytest.raises(MentoringRefused, match="is there already"):
        log(pair, by=pair.mentor.person, starts_at=TUESDAY - timedelta(minutes=80), form_token=uuid.uuid4())
    log(pair, by=pair.mentor.person, starts_at=TUESDAY - timedelta(minutes=75), form_token=uuid.uuid4())
    assert Meeting.objects.count() == 2  # the second one began when the first was over


def test_from_a_mail_only_the_day_is_known(pair: Pair, clock: time_machine.Traveller) -> None:
    clock.move_to(TUESDAY + timedelta(days=5))
    first = log_day(pair=pair, by=pair.mentee.person, on=date(2026, 12, 4), minutes=30, form_token=TOKEN)
    assert first.starts_at == datetime(2026, 12, 4, 17, tzinfo=UTC)  # noon there
    same = log_day(pair=pair, by=pair.mentor.person, on=date(2026, 12, 4), minutes=60, form_token=uuid.uuid4())
    today = log_day(pair=pair, by=pair.mentor.person, on=date(2026, 12, 6), minutes=60, form_token=uuid.uuid4())
    assert (same, today.starts_at) == (first, TUESDAY + timedelta(days=5, minutes=-60))


def test_a_planned_meeting_is_told_and_confirmed(pair: Pair, clock: time_machine.Traveller) -> None:
    meeting = plan(pair)
    assert (meeting.took_place, owed(MEETING_PLANNED)) == (False, [("Amir Khan", "2026-12-01")])
    pair.refresh_from_db()
    assert pair.met_on is None
    clock.move_to(TUESDAY + timedelta(days=4))
    for _ in range(2):
        meeting = confirm_meeting(meeting=meeting, by=pair.mentor.person, minutes=50, next_step="Mock interview.")
    assert (meeting.took_place, meeting.minutes, meeting.next_step) == (True, 50, "Mock interview.")
    pair.refresh_from_db()
    assert pair.met_on == date(2026, 12, 4)


def test_a_meeting_to_come_did_not_take_place_yet(pair: Pair) -> None:
    with pytest.raises(MentoringRefused, match="not in the future"):
        confirm_meeting(meeting=plan(pair), by=pair.mentor.person, minutes=30)


def test_a_meeting_that_is_called_off_is_told_and_frees_its_time(pair: Pair) -> None:
    meeting = plan(pair)
    for _ in range(2):
        call_off(meeting=meeting, by=pair.mentor.person)
    assert owed(MEETING_PLANNED) == []
    assert owed(MEETING_CALLED_OFF) == [("Mei Lin", "2026-12-01")]
    assert plan(pair, form_token=uuid.uuid4()).pk != meeting.pk
    with pytest.raises(MentoringRefused, match="called off"):
        confirm_meeting(meeting=meeting, by=pair.mentor.person, minutes=30)


def test_what_took_place_is_not_called_off(pair: Pair) -> None:
    with pytest.raises(MentoringRefused, match="took place"):
        call_off(meeting=log(pair), by=pair.mentor.person)


@pytest.mark.parametrize(
    ("act", "changed", "field"),
    [
        (log, {"starts_at": TUESDAY + timedelta(minutes=1)}, "starts_at"),
        (log, {"starts_at": TUESDAY - timedelta(days=1)}, "starts_at"),
        (log, {"minutes": 4}, "minutes"),
        (log, {"minutes": 601}, "minutes"),
        (log, {"next_step": "x" * 201}, "next_step"),
        (plan, {"starts_at": TUESDAY}, "starts_at"),
        (plan, {"starts_at": TUESDAY + timedelta(days=400)}, "starts_at"),
        (plan, {"minutes": 0}, "minutes"),
    ],
)
def test_a_bad_meeting_says_what_is_wrong(pair: Pair, act: Any, changed: dict[str, Any], field: str) -> None:
    with pytest.raises(MentoringRefused) as refused:
        act(pair, **changed)
    assert refused.value.field == field
    assert not Meeting.objects.exists()


# ------------------------------------------------------------------------------------------------ did you meet
def test_the_earliest_day_counts(pair: Pair, clock: time_machine.Traveller) -> None:
    clock.move_to(TUESDAY + timedelta(days=10))
    for day, stands in ((8, 8), (4, 4), (9, 4)):
        did_meet(pair=pair, by=pair.mentee.person, on=date(2026, 12, day))
        pair.refresh_from_db()
        assert pair.met_on == date(2026, 12, stands)
    assert Entry.objects.about(pair).filter(verb="pair met").count() == 2


@pytest.mark.parametrize("day", [date(2026, 11, 30), date(2026, 12, 2)])
def test_a_first_meeting_is_neither_before_the_pair_nor_to_come(pair: Pair, day: date) -> None:
    with pytest.raises(MentoringRefused) as refused:
        did_meet(pair=pair, by=pair.mentee.person, on=day)
    assert refused.value.field == "on"


# ------------------------------------------------------------------------------------------------ who, and when
ACTS = {
    "agreement": lambda pair, by: write_agreement(pair=pair, by=by, number=0, **TERMS),
    "log": lambda pair, by: log(pair, by=by),
    "plan": lambda pair, by: plan(pair, by=by),
    "did meet": lambda pair, by: did_meet(pair=pair, by=by, on=date(2026, 12, 1)),
}


@pytest.mark.parametrize("act", ACTS)
def test_only_the_two_and_only_while_they_are_a_pair(act: str, pair: Pair, dolores: User) -> None:
    for stranger in (dolores, staff()):
        with pytest.raises(MentoringRefused, match="not yours"):
            ACTS[act](pair, stranger)
    end(pair=pair, by=staff())
    with pytest.raises(MentoringRefused, match="under way"):
        ACTS[act](pair, pair.mentee.person)
    asked = a_proposal(a_mentor("Ines Costa"), a_mentee("Olu Ade"))
    with pytest.raises(MentoringRefused, match="under way"):
        ACTS[act](asked, asked.mentee.person)
