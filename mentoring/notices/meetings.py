"""What one of the two planned, called off or wrote down, told to the other."""

from django.utils import timezone

from facts.models import day_text
from mentoring.kinds import AGREEMENT, MEETING_CALLED_OFF, MEETING_PLANNED
from mentoring.models import Agreement, Meeting, Pair, PairStatus
from notices.kinds import Kind, Words, declare
from notices.models import Notice

from .reading import page_of, row_of, time_for

_WHY = "your mentor or mentee entered it in the portal."


def _meeting_of(notice: Notice) -> Meeting | None:
    mine = Pair.objects.for_user(notice.person).active()
    rows = Meeting.objects.select_related("pair__mentor__person", "pair__mentee__person")
    return row_of(notice, rows.filter(pair__in=mine))


def _is_coming(notice: Notice, *, called_off: bool) -> bool:
    meeting = _meeting_of(notice)
    is_ahead = meeting is not None and not meeting.took_place and meeting.starts_at > timezone.now()
    return is_ahead and meeting.is_called_off == called_off


def _both_times(notice: Notice, meeting: Meeting) -> str:
    other = meeting.pair.other_than(notice.person)
    mine, theirs = time_for(notice.person, meeting.starts_at), time_for(other, meeting.starts_at)
    return mine if mine == theirs else f"{mine}. For the other one that is {theirs}"


def _planned_words(notice: Notice) -> Words:
    meeting = _meeting_of(notice)
    return Words(
        heading="A meeting with your mentor or mentee is planned",
        paragraphs=(f"{_both_times(notice, meeting)}. It takes {meeting.minutes} minutes.",),
        what_next="Add it to your calendar from the portal. If it does not suit you, call it off there.",
        link=page_of(meeting.pair),
    )


def _called_off_words(notice: Notice) -> Words:
    meeting = _meeting_of(notice)
    return Words(
        heading="A planned meeting was called off",
        paragraphs=(f"The meeting of {_both_times(notice, meeting)} does not take place.",),
        what_next="Find another time together; either of you may plan it.",
        link=page_of(meeting.pair),
    )


declare(
    Kind(
        name=MEETING_PLANNED,
        label="Meetings that are planned",
        why=_WHY,
        still_true=lambda notice: _is_coming(notice, called_off=False),
        words=_planned_words,
        transactional=True,
        can_be_switched_off=False,
    )
)
declare(
    Kind(
        name=MEETING_CALLED_OFF,
        label="Meetings that were called off",
        why=_WHY,
        still_true=lambda notice: _is_coming(notice, called_off=True),
        words=_called_off_words,
        transactional=True,
        can_be_switched_off=False,
    )
)


# ------------------------------------------------------------------------------------------------ agreement
def _agreement_of(notice: Notice) -> Agreement | None:
    rows = Agreement.objects.filter(pair__in=Pair.objects.for_user(notice.person), pair__status=PairStatus.ACTIVE)
    return row_of(notice, rows)


def _waits_for_yes(notice: Notice) -> bool:
    agreement = _agreement_of(notice)
    return agreement is not None and not agreement.is_agreed and agreement == agreement.pair.agreements.first()


def _agreement_words(notice: Notice) -> Words:
    agreement = _agreement_of(notice)
    return Words(
        heading="An agreement waits for your yes",
        paragraphs=(
            "Your mentor or mentee wrote down goals, rhythm and channel. "
            f"The pair would go on until {day_text(agreement.ends_on)}.",
        ),
        what_next="Read it. Say yes, or change it; a change counts once both of you have said yes.",
        link=page_of(agreement.pair, "agreement/"),
    )


declare(
    Kind(
        name=AGREEMENT,
        label="Agreements that wait for your yes",
        why=_WHY,
        still_true=_waits_for_yes,
        words=_agreement_words,
        can_be_switched_off=False,
    )
)
