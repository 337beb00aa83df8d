"""Each message that mentoring owes: how it comes about, to whom it goes, and what stands in it."""

import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.test import Client

from accounts.models import User
from mentoring import kinds, tasks
from mentoring.agreement_actions import write_agreement
from mentoring.meeting_actions import call_off, plan_meeting
from mentoring.models import Enrolment, Meeting, Mentor, Mode, Pair
from mentoring.pair_actions import decline, end
from mentoring.pulse_actions import answer_pulse, ask_pulses
from mentoring.ranking_actions import tell_rankers
from mentoring.round_actions import start_round
from mentoring.slot_actions import call_off_slot, offer_slot, take_slot
from mentoring.talk_actions import close_concern, raise_concern, write
from notices import engine, links
from notices.actions import owe
from notices.models import Notice, State

from .pair_rows import TUESDAY, a_pair, a_proposal, staff
from .people_rows import a_mentee, a_mentor

PRIVATE = "He asks me for money."


def token() -> uuid.UUID:
    return uuid.uuid4()


def send_all() -> None:
    engine.send_to(engine.people_due(datetime.now(UTC)))


def mail_of(kind: str, address: str) -> str:
    """What that person reads about it; everything that is due has gone out."""
    send_all()
    notice = Notice.objects.get(kind=kind, person__email=address, step=0)
    assert notice.state == State.IN_MAIL, notice.problem
    return notice.mail.text


MENTOR, MENTEE, STAFF = "amir.khan@member.example", "mei.lin@member.example", "amina@mssny.example"


def page_of(kind: str, address: str) -> str:
    notice = Notice.objects.filter(kind=kind, person__email=address, state=State.IN_MAIL).first()
    return links.answer_address(notice).removeprefix("http://localhost:8000")


def press(kind: str, address: str, answer: str, **more: str) -> Any:
    return Client().post(page_of(kind, address), {"answer": answer, **more})


# ------------------------------------------------------------------------------------------------ all of them
def proposed(clock: Any) -> None:
    a_proposal(reasons=["You both speak Urdu."])


def under_way(clock: Any) -> None:
    a_pair()


def declined(clock: Any) -> None:
    pair = a_proposal()
    decline(pair=pair, by=pair.mentor.person, reason=PRIVATE)


def expired(clock: Any) -> None:
    a_proposal()
    clock.move_to(TUESDAY + timedelta(days=9))
    tasks.look_after_pairs()


def mentor_left(clock: Any) -> None:
    pair = a_pair()
    Pair.objects.all().delete()
    tasks.look_after_pairs()
    assert pair.mentee_id


def after_days(days: int) -> Callable[[Any], None]:
    def scene(clock: Any) -> None:
        a_pair()
        clock.move_to(TUESDAY + timedelta(days=days))
        tasks.look_after_pairs()

    return scene


def ended(clock: Any) -> None:
    end(pair=a_pair(), by=staff())


def agreement(clock: Any) -> None:
    pair = a_pair()
    words = {"goals": PRIVATE, "rhythm": "Monthly", "channel": "Video", "ends_on": date(2027, 3, 31)}
    write_agreement(pair=pair, by=pair.mentee.person, number=0, **words)


def a_meeting() -> Meeting:
    pair = a_pair()
    User.objects.filter(pk=pair.mentor.person_id).update(time_zone="Asia/Karachi")
    at = TUESDAY + timedelta(days=3)
    return plan_meeting(pair=pair, by=pair.mentee.person, starts_at=at, minutes=40, form_token=token())


def called_off(clock: Any) -> None:
    meeting = a_meeting()
    call_off(meeting=meeting, by=meeting.pair.mentee.person)


def message(clock: Any) -> None:
    pair = a_pair()
    write(pair=pair, by=pair.mentee.person, words=PRIVATE, form_token=token())


def slot_taken(clock: Any) -> None:
    mentor = a_mentor()
    slot = offer_slot(mentor=mentor, by=mentor.person, starts_at=TUESDAY + timedelta(days=3), minutes=45)
    take_slot(slot=slot, by=a_mentee().person)


def slot_called_off(clock: Any) -> None:
    slot_taken(clock)
    mentor = Mentor.objects.get()
    call_off_slot(slot=mentor.slots.get(), by=mentor.person)


def enrolled(kind: str, **fields: Any) -> Callable[[Any], None]:
    def scene(clock: Any) -> None:
        mentor = a_mentor(**fields)
        owe(kind=kind, person=mentor.person, about=mentor, due_on=date(2026, 12, 1))

    return scene


def ranking(clock: Any) -> None:
    a_mentee()
    start_round(by=staff(), mode=Mode.RANKING, ranking_ends_on=date(2026, 12, 20))
    tell_rankers()


def concern(clock: Any) -> Any:
    staff()
    pair = a_pair()
    return raise_concern(by=pair.mentee.person, pair=pair, words=PRIVATE, may_contact=True, form_token=token())


def concern_due(clock: Any) -> None:
    concern(clock)
    clock.move_to(TUESDAY + timedelta(days=2))


def concern_answered(clock: Any) -> None:
    close_concern(concern=concern(clock), by=staff(), outcome=PRIVATE)


def low_pulse(clock: Any) -> None:
    staff()
    pair = a_pair()
    clock.move_to(TUESDAY + timedelta(days=30))
    ask_pulses()
    for pulse in pair.pulses.filter(person=pair.mentee.person):
        answer_pulse(pulse=pulse, by=pulse.person, of_use=1, respected=1, words=PRIVATE)


def not_met(clock: Any) -> None:
    staff()
    a_pair()
    for days in (7, 14):
        clock.move_to(TUESDAY + timedelta(days=days))
        send_all()


def stuck(clock: Any) -> None:
    staff()
    under_way(clock)
    clock.move_to(TUESDAY + timedelta(days=7))
    send_all()
    press(kinds.DID_YOU_MEET, MENTEE, "stuck")


DECIDED = {"decided_at": TUESDAY}
SCENES: dict[str, tuple[Callable[[Any], Any], str, tuple[str, ...]]] = {
    kinds.PROPOSED: (proposed, MENTOR, ("You both speak Urdu.", "answer by 8 December 2026", "12 months", "/answer/")),
    kinds.INTRODUCED: (
        under_way,
        MENTEE,
        ("Amir Khan, amir.khan@member.example", "by 15 December 2026", "Write today"),
    ),
    kinds.DECLINED: (declined, MENTEE, ("You keep your turn. You have waited since 23 November 2026.",)),
    kinds.EXPIRED: (expired, MENTEE, ("did not answer in time", "You come earlier in the next search")),
    kinds.MENTOR_LEFT: (mentor_left, MENTEE, ("has left the portal", "You keep your turn")),
    kinds.DID_YOU_MEET: (after_days(7), MENTEE, ("Yes, we met / Not yet / Stuck, please help", "15 December 2026")),
    kinds.FOLLOW_UP: (after_days(30), MENTOR, ("We met: note it / We have not met since", "certificate of hours")),
    kinds.PULSE: (after_days(30), MENTEE, ("do you feel respected", "/pulse/")),
    kinds.ENDING_SOON: (after_days(358), MENTOR, ("ends on 1 December 2027", "/agreement/")),
    kinds.ENDED: (ended, MENTOR, ("Thank you for your time.", "/my/mentoring/certificate/")),
    kinds.CHOOSE_NEXT: (ended, MENTEE, ("Your mentor never sees your answer.", "/next/")),
    kinds.AGREEMENT: (agreement, MENTOR, ("until 31 March 2027",)),
    kinds.MEETING_PLANNED: (
        lambda clock: a_meeting(),
        MENTOR,
        ("4 December 2026, 22:00 (Karachi). For the other one that is 4 December 2026, 12:00 (New York)", "40 minutes"),
    ),
    kinds.MEETING_CALLED_OFF: (called_off, MENTOR, ("22:00 (Karachi)", "does not take place")),
    kinds.NEW_MESSAGE: (message, MENTOR, ("the text is only in the portal",)),
    kinds.SLOT_TAKEN: (slot_taken, MENTOR, ("4 December 2026, 12:00 (New York)", "Mei Lin, mei.lin@member.example")),
    kinds.SLOT_CALLED_OFF: (slot_called_off, MENTEE, ("does not take place",)),
    kinds.APPROVED: (enrolled(kinds.APPROVED), MENTOR, ("enrolled as a mentor",)),
    kinds.REFUSED: (
        enrolled(kinds.REFUSED, status=Enrolment.REFUSED, refusal_reason="No license in New York was found."),
        MENTOR,
        ("The reason: No license in New York was found.", "/mentoring/mentor/"),
    ),
    kinds.RENEWAL: (enrolled(kinds.RENEWAL, renew_on=date(2026, 12, 1)), MENTOR, ("Your answers are a year old",)),
    kinds.BACK: (enrolled(kinds.BACK, paused_until=date(2026, 12, 1)), MENTOR, ("back on 1 December 2026",)),
    kinds.RANKING_OPEN: (ranking, MENTEE, ("Until the end of 20 December 2026", "/my/mentoring/rank/")),
    kinds.CONCERN_RECEIVED: (concern, STAFF, ("by 3 December 2026", "/admin/mentoring/concern/")),
    kinds.CONCERN_DUE: (concern_due, STAFF, ("was to be looked at by 3 December 2026",)),
    kinds.CONCERN_ANSWERED: (concern_answered, MENTEE, ("the answer is only in the portal",)),
    kinds.LOW_PULSE: (low_pulse, STAFF, ("talk to the person", "/admin/mentoring/pair/")),
    kinds.NOT_MET: (not_met, STAFF, ("a pair since 1 December 2026",)),
    kinds.STUCK: (stuck, STAFF, ("The mentee of pair",)),
}
