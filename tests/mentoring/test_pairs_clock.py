"""What the calendar does to pairs: no answer, the agreed end, follow-ups, the two questions, accounts that are gone."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import time_machine

from accounts.actions import erase
from accounts.models import User
from audit.models import Entry
from mentoring import expiry_actions, tasks
from mentoring.ending_actions import end_due
from mentoring.expiry_actions import expire_due, stretch_answers
from mentoring.following import owe_ends, owe_follow_ups
from mentoring.kinds import ENDED, ENDING_SOON, EXPIRED, FOLLOW_UP, LOW_PULSE, MENTOR_LEFT, PULSE
from mentoring.lost_actions import find_the_lost, let_go_of_closed_accounts
from mentoring.models import Choice, Format, Mentee, Next, Pair, PairStatus, Pulse
from mentoring.pair_actions import end
from mentoring.pulse_actions import answer_pulse, ask_pulses
from mentoring.refusals import MentoringRefused
from notices.actions import add_quiet_period
from notices.models import Notice

from .pair_rows import TUESDAY, a_pair, a_proposal, owed, staff
from .people_rows import TODAY, a_mentee, a_mentor

pytestmark = pytest.mark.django_db
BOTH = ("Amir Khan", "Mei Lin")


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(TUESDAY, tick=False) as traveller:
        yield traveller


def after(clock: time_machine.Traveller, days: int) -> None:
    clock.move_to(TUESDAY + timedelta(days=days))


def both(day: str) -> list[tuple[str, str]]:
    return [(name, day) for name in BOTH]


# ------------------------------------------------------------------------------------------------ no answer
def test_a_proposal_nobody_answers_runs_out_and_the_mentee_comes_first(clock: time_machine.Traveller) -> None:
    pair = a_proposal()
    Choice.objects.create(mentee=pair.mentee, mentor=pair.mentor, rank=1)
    after(clock, 7)
    assert expire_due() == 0
    after(clock, 8)
    assert [expire_due(), expire_due()] == [1, 0]
    pair.refresh_from_db()
    assert pair.status == PairStatus.EXPIRED
    assert (pair.mentee.waiting_since, pair.mentee.unanswered) == (TODAY, 1)
    assert not pair.mentee.choices.exists()
    assert owed(EXPIRED) == [("Mei Lin", "2026-12-09")]
    assert Entry.objects.about(pair).first().job == "answers that are due"


def test_it_does_not_run_out_while_the_mentor_still_has_their_last_day(clock: time_machine.Traveller) -> None:
    mentor = a_mentor()
    User.objects.filter(pk=mentor.person_id).update(time_zone="Pacific/Honolulu")
    a_proposal(mentor)
    clock.move_to("2026-12-09T09:50:00+00:00")  # 04:50 in New York on the 9th, 23:50 on the 8th in Honolulu
    assert expire_due() == 0
    clock.move_to("2026-12-09T10:10:00+00:00")
    assert expire_due() == 1


def test_a_quiet_period_entered_later_stretches_the_time(clock: time_machine.Traveller) -> None:
    pair = a_proposal()
    add_quiet_period(person=pair.mentor.person, first_day=date(2026, 12, 4), last_day=date(2026, 12, 6))
    assert [stretch_answers(), stretch_answers()] == [1, 0]
    pair.refresh_from_db()
    assert pair.answer_by == date(2026, 12, 11)
    after(clock, 10)
    assert expire_due() == 0
    after(clock, 11)
    assert expire_due() == 1


def test_one_that_fails_does_not_stop_the_others(
    clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broken, good = a_proposal(), a_proposal(a_mentor("Ines Costa"), a_mentee("Olu Ade"))
    real = expiry_actions.back_to_waiting

    def fail_for_one(pair: Pair, *, unanswered: int) -> None:
        real(pair, unanswered=unanswered)
        if pair == broken:
            raise RuntimeError("the disk is full")

    monkeypatch.setattr(expiry_actions, "back_to_waiting", fail_for_one)
    after(clock, 8)
    assert expire_due() == 1
    assert "the disk is full" in caplog.text
    for pair in (broken, good):
        pair.refresh_from_db()
    assert (broken.status, good.status) == (PairStatus.PROPOSED, PairStatus.EXPIRED)


# ------------------------------------------------------------------------------------------------ the agreed end
def test_a_pair_ends_by_itself_on_the_day_after_its_last_one(clock: time_machine.Traveller) -> None:
    pair = a_pair(format=Format.HALF_YEAR)
    clock.move_to("2027-06-01T16:00:00+00:00")
    assert end_due() == 0
    clock.move_to("2027-06-02T16:00:00+00:00")
    assert [end_due(), end_due()] == [1, 0]
    pair.refresh_from_db()
    assert (pair.status, pair.ended_by) == (PairStatus.ENDED, None)
    assert owed(ENDED) == both("2027-06-02")


def test_both_hear_of_the_end_two_weeks_before(clock: time_machine.Traveller) -> None:
    a_pair(format=Format.HALF_YEAR)
    clock.move_to("2027-05-01T16:00:00+00:00")
    assert owe_ends() == 0
    clock.move_to("2027-05-12T16:00:00+00:00")  # owed a few days ahead
    assert [owe_ends(), owe_ends()] == [1, 1]
    assert owed(ENDING_SOON) == both("2027-05-18")


# ------------------------------------------------------------------------------------------------ follow-ups
def test_both_are_followed_up_every_thirty_days_while_the_pair_is_under_way(clock: time_machine.Traveller) -> None:
    pair = a_pair()
    a_pair(a_mentor("Ines Costa"), a_mentee("Olu Ade"), format=Format.SESSION)
    for days in range(0, 62):
        after(clock, days)
        owe_follow_ups()
    assert owed(FOLLOW_UP) == both("2026-12-31") + both("2027-01-30")
    end(pair=pair, by=staff())
    assert owed(FOLLOW_UP) == []
    after(clock, 70)
    assert owe_follow_ups() == 0


def test_a_clock_that_stood_still_asks_once_and_not_for_every_time_it_missed(clock: time_machine.Traveller) -> None:
    a_pair()
    after(clock, 95)
    owe_follow_ups()
    assert owed(FOLLOW_UP) == both("2027-03-01")


# ------------------------------------------------------------------------------------------------ two questions
def test_the_two_questions_come_at_thirty_days_and_then_every_sixty(clock: time_machine.Traveller) -> None:
    a_pair()
    for days in range(0, 160):
        after(clock, days)
        ask_pulses()
    asked = Pulse.objects.order_by("due_on", "pk").values_list("person__full_name", "due_on")
    assert list(asked) == [(name, TUESDAY.date() + timedelta(days=days)) for days in (30, 90, 150) for name in BOTH]
    assert owed(PULSE) == both("2027-04-30")  # the unanswered ones before are not asked any more


def low_pulse(clock: time_machine.Traveller) -> Pulse:
    pair = a_pair()
    after(clock, 30)
    ask_pulses()
    return pair.pulses.get(person=pair.mentee.person)


@pytest.mark.parametrize(("of_use", "respected", "is_low"), [(3, 3, False), (2, 5, True), (5, 1, True), (5, 5, False)])
def test_a_low_answer_is_a_task_for_staff(
    clock: time_machine.Traveller, of_use: int, respected: int, is_low: bool
) -> None:
    staff()
    pulse = low_pulse(clock)
    pulse = answer_pulse(pulse=pulse, by=pulse.person, of_use=of_use, respected=respected, words=" Never on time. ")
    assert (pulse.words, pulse.answered_at) == ("Never on time.", TUESDAY + timedelta(days=30))
    assert owed(LOW_PULSE) == ([("Amina Rahman", "2026-12-31")] if is_low else [])
    assert owed(PULSE) == [("Amir Khan", "2026-12-31")]
    assert "on time" not in str(list(Entry.objects.about(pulse).values_list("data", "subject")))


def test_the_first_answer_counts(clock: time_machine.Traveller) -> None:
    pulse = low_pulse(clock)
    answer_pulse(pulse=pulse, by=pulse.person, of_use=4, respected=5)
    assert answer_pulse(pulse=pulse, by=pulse.person, of_use=1, respected=1).of_use == 4
    assert owed(LOW_PULSE) == []


@pytest.mark.parametrize(("of_use", "respected", "field"), [(0, 3, "of_use"), (3, 6, "respected")])
def test_an_answer_out_of_range_is_refused(
    clock: time_machine.Traveller, of_use: int, respected: int, field: str
) -> None:
    pulse = low_pulse(clock)
    with pytest.raises(MentoringRefused) as refused:
        answer_pulse(pulse=pulse, by=pulse.person, of_use=of_use, respected=respected)
    assert refused.value.field == field


def test_the_questions_are_answered_by_the_person_they_are_for(clock: time_machine.Traveller) -> None:
    pulse = low_pulse(clock)
    with pytest.raises(MentoringRefused, match="for somebody else"):
        answer_pulse(pulse=pulse, by=pulse.pair.mentor.person, of_use=3, respected=3)


# ------------------------------------------------------------------------------------------------ somebody is gone
def test_a_closed_account_ends_its_pairs_and_proposals() -> None:
    pair = a_pair(a_mentor(capacity=2))
    asked = a_proposal(pair.mentor, a_mentee("Olu Ade"))
    User.objects.filter(pk=pair.mentor.person_id).update(is_active=False)
    assert [let_go_of_closed_accounts(), let_go_of_closed_accounts()] == [2, 0]
    for one in (pair, asked):
        one.refresh_from_db()
    assert (pair.status, asked.status) == (PairStatus.ENDED, PairStatus.WITHDRAWN)
    assert asked.mentee.waiting_since == TODAY


def test_a_mentee_whose_mentor_erased_the_account_waits_again_and_is_told() -> None:
    pair = a_pair()
    erase(person=pair.mentor.person, by=staff())
    assert [find_the_lost(), find_the_lost()] == [1, 0]
    mentee = Mentee.objects.get(pk=pair.mentee_id)
    assert mentee.waiting_since == date(2026, 12, 1)
    assert owed(MENTOR_LEFT) == [("Mei Lin", "2026-12-01")]


@pytest.mark.parametrize("wish", [Next.FINISHED, Next.PAUSE])
def test_whoever_wants_no_mentor_is_not_lost(wish: str) -> None:
    pair = a_pair()
    end(pair=pair, by=pair.mentee.person, wants_next=wish)
    assert find_the_lost() == 0


def test_whoever_has_a_mentor_is_not_lost() -> None:
    a_pair()
    assert find_the_lost() == 0


# ------------------------------------------------------------------------------------------------ the task
def test_the_daily_task_does_it_all_and_a_rerun_is_harmless(clock: time_machine.Traveller) -> None:
    asked, pair = a_proposal(), a_pair(a_mentor("Ines Costa"), a_mentee("Olu Ade"))
    after(clock, 30)
    tasks.look_after_pairs()
    before = list(Notice.objects.order_by("pk").values_list()), list(Pulse.objects.values_list())
    tasks.look_after_pairs()
    assert (list(Notice.objects.order_by("pk").values_list()), list(Pulse.objects.values_list())) == before
    asked.refresh_from_db()
    assert asked.status == PairStatus.EXPIRED
    assert pair.pulses.count() == 2
    assert len(owed(FOLLOW_UP)) == 2
