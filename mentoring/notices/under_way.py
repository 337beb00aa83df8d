"""While the two are a pair: did you meet, how is it going, a new message, the two questions."""

import uuid
from typing import Any

from mentoring.answer_forms import MeetingAnswerForm
from mentoring.kinds import DID_YOU_MEET, FOLLOW_UP, NEW_MESSAGE, NOT_MET, PULSE, STUCK
from mentoring.meeting_actions import did_meet, log_day
from mentoring.models import Message, Pair, Pulse
from mentoring.pair_rows import lock
from mentoring.staff import coordinators
from mentoring.terms import days_of
from notices.actions import NoticeRefused, owe, today_of
from notices.kinds import Kind, Words, declare
from notices.models import Answer, Notice

from .reading import is_mentor, is_under_way, nothing, page_of, pair_of, refusing, row_of


def _lock(notice: Notice) -> None:
    if pair := pair_of(notice):
        lock(pair)


def _pair(notice: Notice) -> Pair:
    pair = pair_of(notice)
    if pair is None:
        raise NoticeRefused("This pair is not there any more.")
    return pair


def _ask_staff(notice: Notice, data: dict[str, Any]) -> None:
    """What it is about also says who asked, and outlives the pair."""
    about = f"mentoring.help:{_pair(notice).pk}:{notice.person_id}"
    for person in coordinators():
        owe(kind=STUCK, person=person, about=about, due_on=today_of(person))


# ------------------------------------------------------------------------------------------------ the first meeting
def _have_not_met(notice: Notice) -> bool:
    pair = pair_of(notice)
    return pair is not None and is_under_way(notice) and pair.met_on is None


def _did_you_meet_words(notice: Notice) -> Words:
    pair = pair_of(notice)
    mentors = is_mentor(pair, notice.person)
    advice = (
        "If your mentee has not written, write two lines yourself."
        if mentors
        else "If you have not written yet, two lines are enough."
    )
    return Words(
        heading="Did the two of you meet?",
        paragraphs=("You became a pair a few days ago, and nobody has noted a first meeting yet.", advice),
        what_next="One button answers it. A first meeting can be a call of a few minutes.",
        link=page_of(pair, "did-meet/"),
    )


def _tell_staff(notice: Notice) -> None:
    for person in coordinators():
        owe(kind=NOT_MET, person=person, about=_pair(notice), due_on=today_of(person))


def _to_meet_within(notice: Notice) -> tuple[int, ...]:
    return (max(1, days_of("meet_within") - days_of("first_meeting_days")),)


declare(
    Kind(
        name=DID_YOU_MEET,
        label="Whether you and your mentor or mentee have met",
        why="you became a pair.",
        still_true=_have_not_met,
        words=_did_you_meet_words,
        can_be_switched_off=False,
        escalation=_to_meet_within,
        tell_staff=_tell_staff,
        answers={
            Answer.DONE: refusing(
                lambda notice, data: did_meet(pair=_pair(notice), by=notice.person, on=today_of(notice.person))
            ),
            Answer.WAITING: nothing,
            Answer.STUCK: _ask_staff,
        },
        button_words={Answer.DONE: "Yes, we met", Answer.WAITING: "Not yet"},
        lock_first=_lock,
    )
)


# ------------------------------------------------------------------------------------------------ the follow-up
def _follow_up_words(notice: Notice) -> Words:
    pair = pair_of(notice)
    return Words(
        heading="How is your mentoring pair doing?",
        paragraphs=(
            "If you met since the last time, note it in one line: the day, the minutes, the next step.",
            "If something is in the way, press “Stuck”: staff help, and nobody is blamed.",
        ),
        what_next="What you note counts for the mentor's certificate of hours.",
        link=page_of(pair, "meeting/"),
    )


def _note_meeting(notice: Notice, data: dict[str, Any]) -> None:
    token = uuid.uuid5(uuid.NAMESPACE_URL, f"notice:{notice.pk}")
    line = {name: data[name] for name in MeetingAnswerForm.more}
    log_day(pair=_pair(notice), by=notice.person, form_token=token, **line)


declare(
    Kind(
        name=FOLLOW_UP,
        label="How your mentoring pair is doing",
        why="your mentoring pair is under way.",
        still_true=is_under_way,
        words=_follow_up_words,
        answers={Answer.DONE: refusing(_note_meeting), Answer.WAITING: nothing, Answer.STUCK: _ask_staff},
        button_words={Answer.DONE: "We met: note it", Answer.WAITING: "We have not met since"},
        form=MeetingAnswerForm,
        lock_first=_lock,
    )
)


# ------------------------------------------------------------------------------------------------ the two questions
def _pulse_of(notice: Notice) -> Pulse | None:
    return row_of(notice, Pulse.objects.filter(person=notice.person, answered_at=None, pair__status="active"))


def _pulse_words(notice: Notice) -> Words:
    return Words(
        heading="Two short questions about your mentoring",
        paragraphs=("Is it of use to you, and do you feel respected? Each is one click.",),
        what_next="Your mentor or mentee never sees your answers. A low one tells staff to help.",
        link=page_of(_pulse_of(notice).pair, "pulse/"),
    )


declare(
    Kind(
        name=PULSE,
        label="Two short questions about your mentoring",
        why="your mentoring pair is under way.",
        still_true=lambda notice: _pulse_of(notice) is not None,
        words=_pulse_words,
    )
)


# ------------------------------------------------------------------------------------------------ messages
def _unread(notice: Notice) -> bool:
    pair = pair_of(notice)
    return pair is not None and Message.objects.filter(pair=pair, read_at=None).exclude(person=notice.person).exists()


def _message_words(notice: Notice) -> Words:
    return Words(
        heading="A message waits for you in the portal",
        paragraphs=("Your mentor or mentee has written to you. To protect you both, the text is only in the portal.",),
        what_next="Sign in to read it and to answer.",
        link=page_of(pair_of(notice), "message/"),
    )


declare(
    Kind(
        name=NEW_MESSAGE,
        label="Messages from your mentor or mentee",
        why="somebody has written to you in the portal.",
        still_true=_unread,
        words=_message_words,
    )
)
