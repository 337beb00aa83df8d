"""To the coordinators: a pair that needs somebody to look."""

from facts.models import day_text
from mentoring.kinds import LOW_PULSE, NOT_MET, STUCK
from mentoring.models import Pair, PairStatus, Pulse
from mentoring.staff import COORDINATES
from notices.kinds import Kind, Words, declare
from notices.models import Notice

from .reading import desk_of, row_of

_WHY = "looking after mentoring pairs is part of your role."


def _pair(notice: Notice) -> Pair | None:
    return row_of(notice, Pair.objects.all())


def _pulse(notice: Notice) -> Pulse | None:
    return row_of(notice, Pulse.objects.filter(staff_seen_at=None).select_related("pair"))


def _has_not_met(notice: Notice) -> bool:
    pair = _pair(notice)
    is_open = pair is not None and pair.status == PairStatus.ACTIVE and pair.met_on is None
    return is_open and notice.person.has_perm(COORDINATES)


def _not_met_words(notice: Notice) -> Words:
    pair = _pair(notice)
    return Words(
        heading="A mentoring pair has not met yet",
        paragraphs=(f"They are a pair since {day_text(pair.started_on)}, and both were asked twice.",),
        what_next="Write or call both, and find out what is in the way.",
        link=desk_of(pair),
    )


def _low_words(notice: Notice) -> Words:
    return Words(
        heading="A low answer to the two questions of mentoring",
        paragraphs=("One of a pair says that it is of little use, or that they do not feel respected.",),
        what_next="Look at the pair and talk to the person. The other one does not know of the answer.",
        link=desk_of(_pulse(notice).pair),
    )


def _stuck_words(notice: Notice) -> Words:
    pair, person_id = _pair(notice), int(notice.about.split(":")[2])
    who = "mentor" if pair.mentor.person_id == person_id else "mentee"
    return Words(
        heading="Somebody in a mentoring pair is stuck",
        paragraphs=(f"The {who} of {pair} pressed “Stuck, please help” in a mail.",),
        what_next="Write to them: they were told that staff see it.",
        link=desk_of(pair),
    )


declare(
    Kind(
        name=NOT_MET,
        label="Mentoring pairs that have not met",
        why=_WHY,
        still_true=_has_not_met,
        words=_not_met_words,
    )
)
declare(
    Kind(
        name=LOW_PULSE,
        label="Low answers of mentoring pairs",
        why=_WHY,
        still_true=lambda notice: notice.person.has_perm(COORDINATES) and _pulse(notice) is not None,
        words=_low_words,
    )
)
declare(
    Kind(
        name=STUCK,
        label="Mentoring pairs that are stuck",
        why=_WHY,
        still_true=lambda notice: notice.person.has_perm(COORDINATES) and _pair(notice) is not None,
        words=_stuck_words,
        can_be_switched_off=False,
    )
)
