"""The buttons of a pair, and of a concern."""

from django import forms
from django.db import models

from audit.acting import Verb, VerbFields
from mentoring import pair_actions, talk_actions
from mentoring.desk_actions import mark_pulses_seen
from mentoring.models import Concern, ConcernStatus, Pair, PairStatus

from .enrolment_verbs import SAFETY, box

CHANGE_PAIR = "mentoring.change_pair"


class OutcomeFields(VerbFields):
    outcome = forms.CharField(
        label="What was done",
        max_length=2000,
        widget=box(6),
        help_text="Whoever raised it reads this. Name nobody else and tell nothing that another person told you.",
    )


def _seen(pair: Pair, by: models.Model) -> Pair:
    return mark_pulses_seen(pair=pair, by=by)


def _withdraw(pair: Pair, by: models.Model) -> Pair:
    return pair_actions.withdraw(pair=pair, by=by)


def _end(pair: Pair, by: models.Model) -> Pair:
    return pair_actions.end(pair=pair, by=by)


def _take(concern: Concern, by: models.Model) -> Concern:
    return talk_actions.take_concern(concern=concern, by=by)


def _close(concern: Concern, by: models.Model, outcome: str) -> Concern:
    return talk_actions.close_concern(concern=concern, by=by, outcome=outcome)


SEEN = Verb(
    name="seen",
    label="Mark the answers as seen",
    says="You have looked at what the two answered and done what was needed. The pair leaves the list; a later low"
    " answer brings it back. Neither of them is told.",
    done="Seen: {it}.",
    run=_seen,
    permissions=(CHANGE_PAIR,),
    offered=lambda pair: pair.pulses.filter(answered_at__isnull=False, staff_seen_at__isnull=True).exists(),
)
WITHDRAW = Verb(
    name="withdraw",
    label="Take the proposal back",
    says="The mentor is not asked any more, and the mentee waits again in the same turn.",
    done="Taken back: {it}.",
    run=_withdraw,
    permissions=(CHANGE_PAIR, SAFETY),
    offered=lambda pair: pair.status == PairStatus.PROPOSED,
)
END = Verb(
    name="end",
    label="End this pair",
    says="Both are told that it ended, without a reason. The mentee is asked in private what should come next.",
    done="Ended: {it}.",
    run=_end,
    permissions=(CHANGE_PAIR, SAFETY),
    offered=lambda pair: pair.status == PairStatus.ACTIVE,
)
TAKE = Verb(
    name="take",
    label="Take it in hand",
    says="It is yours from now on, and its clock stops. A closed one is opened again.",
    done="Yours: {it}.",
    run=_take,
    permissions=(SAFETY,),
    offered=lambda concern: ConcernStatus.IN_HAND in Concern.MOVES[concern.status],
)
CLOSE = Verb(
    name="close",
    # Not "Close" alone: that is the word of the link that leaves the page.
    label="Close the concern",
    says="Whoever raised it reads what was done, and gets a message if they may be contacted.",
    done="Closed: {it}.",
    run=_close,
    permissions=(SAFETY,),
    form=OutcomeFields,
    offered=lambda concern: concern.status != ConcernStatus.CLOSED,
)
