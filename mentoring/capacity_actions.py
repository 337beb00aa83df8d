"""How many people a mentor takes. Fewer than there are now: the mentor says what becomes of them."""

from collections.abc import Collection
from typing import Literal

from django.db import transaction

from .enrolment_moves import keep as keep_row
from .enrolment_moves import lock
from .models import MOST_PLACES, Mentor, Pair, PairStatus, Person
from .pair_actions import end, withdraw
from .places import follow_capacity
from .refusals import MentoringRefused

ALL: Literal["all"] = "all"


@transaction.atomic
def set_capacity(
    *, mentor: Mentor, by: Person, capacity: int, keep: Literal["all"] | Collection[int] | None = None
) -> Mentor:
    """From 0 to MOST_PLACES. With more open pairs than that, `keep` says what becomes of them.

    "all": every pair goes on until it ends, and nobody new comes; proposals that find no place are taken back. Numbers
    of pairs: those stay, every other pair ends and every other proposal is taken back.
    """
    mentor = lock(mentor)
    if not 0 <= capacity <= MOST_PLACES:
        raise MentoringRefused(f"Write a number from 0 to {MOST_PLACES}.", field="capacity")
    pairs = list(Pair.objects.opened().filter(mentor=mentor).order_by("proposed_at", "pk"))
    if capacity < len(pairs):
        if keep is None:
            raise MentoringRefused(_question(len(pairs), capacity), field="what")
        _let_go(_surplus(pairs, capacity, keep), by)
        mentor = lock(mentor)
    if mentor.capacity != capacity:
        mentor.capacity = capacity
        keep_row(mentor, by=by, verb="places changed", places=capacity)
    follow_capacity(mentor)
    return mentor


def _question(pairs: int, capacity: int) -> str:
    places = "place" if capacity == 1 else "places"
    return f"You have {pairs} pairs and open proposals, and would have {capacity} {places}. Say what becomes of them."


def _surplus(pairs: list[Pair], capacity: int, keep: Literal["all"] | Collection[int]) -> list[Pair]:
    if keep == ALL:
        active = sum(pair.status == PairStatus.ACTIVE for pair in pairs)
        proposals = [pair for pair in pairs if pair.status == PairStatus.PROPOSED]
        return proposals[max(0, capacity - active) :]
    if len(set(keep)) > capacity:
        raise MentoringRefused(f"You would have {capacity} places, so keep {capacity} at most.", field="kept")
    return [pair for pair in pairs if pair.pk not in keep]


def _let_go(pairs: list[Pair], by: Person) -> None:
    for pair in pairs:
        (end if pair.status == PairStatus.ACTIVE else withdraw)(pair=pair, by=by)
