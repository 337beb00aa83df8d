"""The proposal and what came of it."""

from collections.abc import Callable
from datetime import date

from facts.models import day_text
from mentoring.kinds import DECLINED, EXPIRED, INTRODUCED, MENTOR_LEFT, PROPOSED
from mentoring.models import Mentee, Pair, PairStatus
from mentoring.pair_actions import accept, decline
from mentoring.pair_rows import lock_with_people
from mentoring.terms import ONE_DAY, days_of
from notices.actions import NoticeRefused, today_of
from notices.kinds import Kind, Words, declare
from notices.models import Answer, Notice

from .reading import MINE, is_mentor, is_under_way, page_of, pair_of, person_line, refusing, row_of


# ------------------------------------------------------------------------------------------------ to the mentor
def _is_asked(notice: Notice) -> bool:
    pair = pair_of(notice)
    return pair is not None and pair.status == PairStatus.PROPOSED and today_of(notice.person) <= pair.answer_by


def _proposed_words(notice: Notice) -> Words:
    pair = pair_of(notice)
    by_when = day_text(pair.answer_by)
    return Words(
        heading=f"A mentee is proposed to you: please answer by {by_when}",
        paragraphs=(
            "The society asks you to be a mentor to somebody who is "
            f"{pair.mentee.get_stage_display() or 'on the way'}. The format: {pair.get_format_display()}.",
            *pair.reasons,
            f"Without an answer by {by_when} the mentee goes on to somebody else.",
        ),
        what_next="With your yes, both of you get the other's address, and the mentee writes first. "
        "A no needs no reason.",
        link=page_of(pair, "answer/"),
    )


def _lock(notice: Notice) -> None:
    if pair := pair_of(notice):
        lock_with_people(pair)


def _refuse_too_late(notice: Notice, until: date) -> None:
    pair = pair_of(notice)
    if pair and until > pair.answer_by:
        raise NoticeRefused(f"Choose a day by {day_text(pair.answer_by)}: that is when an answer is due.")


declare(
    Kind(
        name=PROPOSED,
        label="Mentees who are proposed to you",
        why="you are enrolled as a mentor and have a free place.",
        still_true=_is_asked,
        words=_proposed_words,
        can_be_switched_off=False,
        escalation=lambda notice: (days_of("answer_reminder"),),
        answers={
            Answer.YES: refusing(lambda notice, data: accept(pair=_asked(notice), by=notice.person)),
            Answer.NO: refusing(lambda notice, data: decline(pair=_asked(notice), by=notice.person)),
        },
        button_words={Answer.YES: "Yes, I will be the mentor", Answer.NO: "No, not this time"},
        lock_first=_lock,
        reminded=_refuse_too_late,
    )
)


def _asked(notice: Notice) -> Pair:
    pair = pair_of(notice)
    if pair is None:
        raise NoticeRefused("This proposal does not stand any more.")
    return pair


# ------------------------------------------------------------------------------------------------ to both
def _introduced_words(notice: Notice) -> Words:
    pair = pair_of(notice)
    other = pair.other_than(notice.person)
    meet_by = day_text(pair.started_on + days_of("meet_within") * ONE_DAY)
    mentors = is_mentor(pair, notice.person)
    how = "" if mentors or not pair.mentor.contact_by else f" They prefer: {pair.mentor.contact_by}."
    return Words(
        heading="You are a pair now: your mentee writes first" if mentors else "You have a mentor: please write first",
        paragraphs=(
            f"Your {'mentee' if mentors else 'mentor'}: {person_line(other)}{how}",
            *pair.reasons,
            f"The format: {pair.get_format_display()}. Please meet for the first time by {meet_by}.",
        ),
        what_next="Your mentee writes to you first. If you hear nothing, you may write, too."
        if mentors
        else "Write today, in two or three sentences: who you are, what you would like to talk about, when you can.",
        link=page_of(pair),
    )


declare(
    Kind(
        name=INTRODUCED,
        label="Introductions to your mentor or mentee",
        why="the mentor has said yes, and you are a pair.",
        still_true=is_under_way,
        words=_introduced_words,
        transactional=True,
        can_be_switched_off=False,
    )
)


# ------------------------------------------------------------------------------------------------ to the mentee
def _turn(mentee: Mentee) -> str:
    since = f" You have waited since {day_text(mentee.waiting_since)}." if mentee.waiting_since else ""
    return f"You keep your turn.{since}"


def _not_yet(first: str, after: str) -> Callable[[Notice], Words]:
    def words(notice: Notice) -> Words:
        pair = pair_of(notice)
        return Words(
            heading="You have no mentor yet: where it stands",
            paragraphs=(first, _turn(pair.mentee)),
            what_next=after,
            link=MINE,
        )

    return words


def _still_waits(notice: Notice) -> bool:
    """Somebody else may have been found before this went out."""
    pair = pair_of(notice)
    return pair is not None and pair.mentee.waiting_since is not None and not is_mentor(pair, notice.person)


_WHY = "you are waiting for a mentor."
declare(
    Kind(
        name=DECLINED,
        label="Where your search for a mentor stands",
        why=_WHY,
        still_true=_still_waits,
        words=_not_yet(
            "A mentor whom we asked for you cannot take anybody at present. This says nothing about you.",
            "The society looks for somebody else. You need not do anything.",
        ),
        can_be_switched_off=False,
    )
)
declare(
    Kind(
        name=EXPIRED,
        label="A mentor did not answer in time",
        why=_WHY,
        still_true=_still_waits,
        words=_not_yet(
            "A mentor whom we asked for you did not answer in time. This says nothing about you.",
            "You come earlier in the next search, because you had to wait in vain. You need not do anything.",
        ),
        can_be_switched_off=False,
    )
)


def _mentee_of(notice: Notice) -> Mentee | None:
    return row_of(notice, Mentee.objects.for_user(notice.person))


def _waits(notice: Notice) -> bool:
    mentee = _mentee_of(notice)
    return mentee is not None and mentee.waiting_since is not None


def _left_words(notice: Notice) -> Words:
    return Words(
        heading="Your mentor has left the portal",
        paragraphs=("Your mentor closed their account, so your pair is over.", _turn(_mentee_of(notice))),
        what_next="The society looks for another mentor for you. You need not do anything.",
        link=MINE,
    )


declare(
    Kind(
        name=MENTOR_LEFT,
        label="Your mentor left the portal",
        why="you had a mentor who is gone.",
        still_true=_waits,
        words=_left_words,
        can_be_switched_off=False,
    )
)
