"""What becomes of proposals when nobody answers."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from notices.actions import owe, today_of

from .daily import each
from .kinds import EXPIRED
from .models import Pair, PairStatus
from .pair_actions import back_to_waiting
from .pair_rows import lock_with_people, move
from .proposal_rules import answer_by, is_late


def expire_due(today: date | None = None, *, by: str = "answers that are due") -> int:
    """Proposals that nobody answered. The mentee goes back with priority. Run daily; a rerun is harmless."""
    late = Pair.objects.filter(status=PairStatus.PROPOSED, answer_by__lt=today or timezone.localdate())
    return each(late, lambda pair: _expire(pair, by))


def stretch_answers() -> int:
    """A quiet period that the mentor entered since then moves the day by which to answer. Run daily."""
    return each(Pair.objects.filter(status=PairStatus.PROPOSED), _stretch)


@transaction.atomic
def _stretch(pair: Pair) -> bool:
    pair = lock_with_people(pair)
    longer = answer_by(pair)
    if pair.status != PairStatus.PROPOSED or longer <= pair.answer_by:
        return False
    Pair.objects.filter(pk=pair.pk).update(answer_by=longer)
    return True


@transaction.atomic
def _expire(pair: Pair, by: str) -> bool:
    pair = lock_with_people(pair)
    # The mentor's own day may be a day behind: whoever answers on their last day is not too late.
    if pair.status != PairStatus.PROPOSED or not is_late(pair):
        return False
    move(pair, PairStatus.EXPIRED, by=by, verb="proposal not answered in time")
    back_to_waiting(pair, unanswered=1)
    owe(kind=EXPIRED, person=pair.mentee.person, about=pair, due_on=today_of(pair.mentee.person))
    return True
