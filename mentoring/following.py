"""What every pair under way is owed by the calendar. Owed ahead, so that a night without a clock loses nothing."""

from datetime import date, timedelta

from django.utils import timezone

from notices.actions import owe

from .daily import each
from .kinds import ENDING_SOON, FOLLOW_UP
from .models import Format, Pair
from .pair_rows import people_of
from .terms import days_of

AHEAD = timedelta(days=7)


def owe_follow_ups(today: date | None = None) -> int:
    """To both, every so many days while the pair is under way. Run daily; a rerun is harmless."""
    soon, every = (today or timezone.localdate()) + AHEAD, days_of("follow_up")
    pairs = Pair.objects.active().exclude(format=Format.SESSION).select_related("mentor__person", "mentee__person")
    return each(pairs, lambda pair: _owe(pair, FOLLOW_UP, _latest(pair.started_on, soon, every)))


def owe_ends(today: date | None = None) -> int:
    """To both, some days before the end. Run daily; a rerun is harmless."""
    today, before = today or timezone.localdate(), timedelta(days=days_of("ending_soon"))
    pairs = Pair.objects.active().filter(ends_on__gte=today, ends_on__lte=today + before + AHEAD)
    pairs = pairs.exclude(format=Format.SESSION).select_related("mentor__person", "mentee__person")
    return each(pairs, lambda pair: _owe(pair, ENDING_SOON, pair.ends_on - before))


def _latest(started_on: date, soon: date, every: int) -> date | None:
    rounds = (soon - started_on).days // every
    return started_on + timedelta(days=rounds * every) if rounds else None


def _owe(pair: Pair, kind: str, due_on: date | None) -> int:
    if due_on is None or due_on > pair.ends_on:
        return 0
    return len([owe(kind=kind, person=person, about=pair, due_on=due_on) for person in people_of(pair)])
