"""The buttons of a round."""

from collections.abc import Callable

from audit.acting import Verb
from mentoring import publish_actions, round_actions
from mentoring.models import Mode, Person, Round, RoundStatus

CHANGE = ("mentoring.change_round",)
MOST_ON_A_PAGE = 300  # proposals that are made while somebody waits for the page


def _again(round: Round, by: Person) -> Round:
    return round_actions.work_out_again(round=round, by=by)


def _publish(round: Round, by: Person) -> Round:
    is_large = round.pairs.filter(is_chosen=True).count() > MOST_ON_A_PAGE
    return (publish_actions.publish_soon if is_large else publish_actions.publish)(round=round, by=by)


def _undo(round: Round, by: Person) -> Round:
    return publish_actions.undo(round=round, by=by)


def _drop(round: Round, by: Person) -> Round:
    return round_actions.drop_round(round=round, by=by)


def _may_become(status: str) -> Callable[[Round], bool]:
    return lambda round: status in Round.MOVES[round.status]


def _may_be_worked_out(round: Round) -> bool:
    """Also one that is waiting or running, in case its task was lost."""
    is_ranked = round.mode == Mode.RANKING and round.status == RoundStatus.WAITING
    return not is_ranked and (round.status == RoundStatus.WAITING or RoundStatus.WAITING in Round.MOVES[round.status])


VERBS = (
    Verb(
        name="publish",
        label="Publish",
        says="Every mentor of the draft is asked, by mail. Until the first of them answers you can take it back.",
        done="Each mentor is being asked: {it}.",
        run=_publish,
        permissions=CHANGE,
        offered=_may_become(RoundStatus.PUBLISHED),
    ),
    Verb(
        name="again",
        label="Work it out again",
        says="With everybody who waits today and the points in force today. What you fixed and forbade stays; among"
        " equally good drafts, one with the most of the present pairs is taken.",
        done="It is being worked out.",
        run=_again,
        permissions=CHANGE,
        offered=_may_be_worked_out,
    ),
    Verb(
        name="drop",
        label="Drop",
        says="The draft is put away; nobody was asked and nobody is told.",
        done="Dropped.",
        run=_drop,
        permissions=CHANGE,
        offered=_may_become(RoundStatus.DROPPED),
    ),
    Verb(
        name="undo",
        label="Take it back",
        says="All proposals of this round are taken back. It is possible until the first mentor answers.",
        done="Taken back: all these mentees wait again, since the day they first did.",
        run=_undo,
        permissions=CHANGE,
        offered=_may_become(RoundStatus.UNDONE),
    ),
)
