"""One pair under its locks. The order is always the same: mentor, mentee, pair, and then what is owed about it."""

import uuid
from typing import TypeVar

from django.db import models
from django.utils import timezone

from audit.models import record
from notices.actions import withdraw as withdraw_notices

from .models import PAIR_MOVES, Mentee, Mentor, Pair, PairStatus, Person
from .refusals import MentoringRefused, StaleForm

Row = TypeVar("Row", bound=models.Model)


def lock(pair: Pair) -> Pair:
    """Enough for what lies inside one pair: agreement, meetings, messages."""
    rows = Pair.objects.select_for_update(of=("self",)).select_related("mentor__person", "mentee__person")
    return rows.get(pk=pair.pk)


def lock_with_people(pair: Pair) -> Pair:
    """The mentor's row first, always: whoever else counts the places of this mentor waits here."""
    Mentor.objects.select_for_update().get(pk=pair.mentor_id)
    Mentee.objects.select_for_update().get(pk=pair.mentee_id)
    return lock(pair)


def people_of(pair: Pair) -> tuple[Person, Person]:
    return pair.mentor.person, pair.mentee.person


def is_one_of(pair: Pair, by: Person | str) -> bool:
    return not isinstance(by, str) and by.pk in (pair.mentor.person_id, pair.mentee.person_id)


def refuse_stranger(pair: Pair, by: Person | str) -> None:
    """The two themselves; staff and jobs where they may: see the desk."""
    if not isinstance(by, str) and not by.is_staff and not is_one_of(pair, by):
        raise MentoringRefused("This pair is not yours.")


def lock_under_way(pair: Pair, by: Person) -> Pair:
    """For what only the two do, and only while they are a pair."""
    pair = lock(pair)
    if not is_one_of(pair, by):
        raise MentoringRefused("This pair is not yours.")
    if pair.status != PairStatus.ACTIVE:
        raise MentoringRefused(f"This needs a pair that is under way; this one is “{pair.get_status_display()}”.")
    return pair


def already_there(model: type[Row], form_token: uuid.UUID, **same: object) -> Row | None:
    """What the same form made before. Raises StaleForm for a token that belongs to something else."""
    row = model._default_manager.filter(form_token=form_token).first()
    if row is not None and any(getattr(row, name) != value for name, value in same.items()):
        raise StaleForm
    return row


def refuse_move(pair: Pair, to: str) -> None:
    if to not in PAIR_MOVES[pair.status]:
        raise MentoringRefused(f"This is not possible any more: the pair is “{pair.get_status_display()}”.")


def move(pair: Pair, to: str, *, by: Person | str, verb: str) -> None:
    """Call it under the locks. What was owed about the state before is owed no more."""
    refuse_move(pair, to)
    pair.status = to
    if to in (PairStatus.ACTIVE, PairStatus.DECLINED):
        pair.answered_at = timezone.now()
    pair.version += 1
    pair.save()
    withdraw_notices(about=pair)
    record(by=by, verb=verb, subject=pair)
