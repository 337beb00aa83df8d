"""Once a year both sides rank whom they would like."""

from facts.models import day_text
from mentoring.kinds import RANKING_OPEN
from mentoring.models import Round
from mentoring.ranking_actions import may_still_rank
from notices.kinds import Kind, Words, declare
from notices.models import Notice

from .reading import row_of


def _is_open(notice: Notice) -> bool:
    return row_of(notice, Round.objects.all()) is not None and may_still_rank(notice.person)


def _words(notice: Notice) -> Words:
    round = row_of(notice, Round.objects.all())
    return Words(
        heading="You can rank whom you would like in mentoring",
        paragraphs=(
            f"Until the end of {day_text(round.ranking_ends_on)} mentors and mentees rank each other, as in the Match.",
            "Rank in the order you truly like: nothing is gained by another one.",
        ),
        what_next="After that day the society brings together whoever ranked each other, and you hear from us.",
        link="/my/mentoring/rank/",
    )


declare(
    Kind(
        name=RANKING_OPEN,
        label="The yearly ranking of mentors and mentees",
        why="you enrolled for mentoring.",
        still_true=_is_open,
        words=_words,
        escalation=(7,),
    )
)
