"""Concerns: to the safeguarding officer, and the answer to whoever raised one. No mail says what it is about."""

from facts.models import day_text
from mentoring.kinds import CONCERN_ANSWERED, CONCERN_DUE, CONCERN_RECEIVED
from mentoring.models import Concern, ConcernStatus
from mentoring.staff import SAFEGUARDS
from notices.kinds import Kind, Words, declare
from notices.models import Notice

from .reading import MINE, desk_of, row_of

ASKED_AGAIN = (1, 3, 7)
_WHY = "you are the society's safeguarding officer."


def _concern(notice: Notice) -> Concern | None:
    return row_of(notice, Concern.objects.all())


def _is_new(notice: Notice) -> bool:
    concern = _concern(notice)
    return notice.person.has_perm(SAFEGUARDS) and concern is not None and concern.status == ConcernStatus.NEW


def _received_words(notice: Notice) -> Words:
    concern = _concern(notice)
    return Words(
        heading="Somebody wrote to you in confidence",
        paragraphs=("A concern about mentoring was reported. Only you can open it.",),
        what_next=f"Please look at it by {day_text(concern.answer_by)}.",
        link=desk_of(concern),
    )


def _due_words(notice: Notice) -> Words:
    concern = _concern(notice)
    return Words(
        heading="Something in confidence waits for you",
        paragraphs=(f"It was to be looked at by {day_text(concern.answer_by)}. Whoever wrote it was told that day.",),
        what_next="Open it today and press “Take in hand”.",
        link=desk_of(concern),
    )


def _is_answered(notice: Notice) -> bool:
    concern = row_of(notice, Concern.objects.for_user(notice.person))
    return concern is not None and concern.status == ConcernStatus.CLOSED


def _answered_words(notice: Notice) -> Words:
    return Words(
        heading="An answer waits for you in the portal",
        paragraphs=("You wrote to the society in confidence. To protect you, the answer is only in the portal.",),
        what_next="Sign in to read it. If it is not enough, write again from the same page.",
        link=f"{MINE}concern/",
    )


declare(
    Kind(
        name=CONCERN_RECEIVED,
        label="Concerns in confidence",
        why=_WHY,
        still_true=_is_new,
        words=_received_words,
        transactional=True,
        can_be_switched_off=False,
    )
)
declare(
    Kind(
        name=CONCERN_DUE,
        label="Concerns that nobody has looked at",
        why=_WHY,
        still_true=_is_new,
        words=_due_words,
        can_be_switched_off=False,
        escalation=ASKED_AGAIN,
    )
)
declare(
    Kind(
        name=CONCERN_ANSWERED,
        label="Answers to what you wrote in confidence",
        why="you wrote to the society and said that it may contact you.",
        still_true=_is_answered,
        words=_answered_words,
        can_be_switched_off=False,
    )
)
