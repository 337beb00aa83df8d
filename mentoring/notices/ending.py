"""The end of a pair: announced, told, and the private question what comes next."""

from django.utils import timezone

from facts.models import day_text
from mentoring.kinds import CHOOSE_NEXT, ENDED, ENDING_SOON
from mentoring.models import PairStatus
from notices.kinds import Kind, Words, declare
from notices.models import Notice

from .reading import is_in, is_mentor, is_under_way, page_of, pair_of

ASKED_AGAIN = (14,)
_PAIR = "you are one of a mentoring pair."


def _ends_soon(notice: Notice) -> bool:
    return is_under_way(notice) and pair_of(notice).ends_on >= timezone.localdate()


def _soon_words(notice: Notice) -> Words:
    pair = pair_of(notice)
    return Words(
        heading=f"Your mentoring pair ends on {day_text(pair.ends_on)}",
        paragraphs=(
            "That is the day you agreed on. If you want to go on, write a new agreement with a later day; "
            "it counts once both of you have said yes.",
            "If it ends: fill in the handover card together. It spares the next mentor the same questions.",
        ),
        what_next="Without a new agreement the pair ends by itself on that day, and nobody is asked why.",
        link=page_of(pair, "agreement/"),
    )


declare(
    Kind(
        name=ENDING_SOON,
        label="The end of your mentoring pair",
        why=_PAIR,
        still_true=_ends_soon,
        words=_soon_words,
        can_be_switched_off=False,
    )
)


def _ended_words(notice: Notice) -> Words:
    pair = pair_of(notice)
    mentors = is_mentor(pair, notice.person)
    thanks = "Thank you for your time." if mentors else "What you learned stays yours."
    return Words(
        heading="Your mentoring pair has ended",
        paragraphs=(f"It ended without blame to anybody. {thanks}", "Your messages and notes stay readable to you."),
        what_next="Your certificate of hours is in the portal, and your place is free again."
        if mentors
        else "In private, the portal asks you what you would like next.",
        link="/my/mentoring/certificate/" if mentors else page_of(pair),
    )


declare(
    Kind(
        name=ENDED,
        label="Your mentoring pair has ended",
        why=_PAIR,
        still_true=is_in(PairStatus.ENDED),
        words=_ended_words,
        can_be_switched_off=False,
    )
)


def _is_open(notice: Notice) -> bool:
    pair = pair_of(notice)
    return is_in(PairStatus.ENDED)(notice) and not is_mentor(pair, notice.person) and not pair.mentee_wants_next


def _next_words(notice: Notice) -> Words:
    return Words(
        heading="What would you like next?",
        paragraphs=(
            "The same mentor again, another mentor, nothing more, or a pause: one click says it.",
            "Your mentor never sees your answer.",
        ),
        what_next="The society acts on it. Until you answer, nobody is proposed to you.",
        link=page_of(pair_of(notice), "next/"),
    )


declare(
    Kind(
        name=CHOOSE_NEXT,
        label="What you would like after a mentoring pair",
        why="your mentoring pair has ended.",
        still_true=_is_open,
        words=_next_words,
        can_be_switched_off=False,
        escalation=ASKED_AGAIN,
    )
)
