"""Two short questions to each of the two. A low answer is a task for staff."""

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from audit.models import record
from notices.actions import owe, today_of
from notices.actions import withdraw as withdraw_notices

from .daily import each
from .kinds import LOW_PULSE, PULSE
from .models import Format, Pair, PairStatus, Person, Pulse
from .pair_rows import lock, people_of
from .refusals import MentoringRefused
from .staff import coordinators
from .terms import days_of
from .typed import fitting

BEST = 5


@transaction.atomic
def answer_pulse(*, pulse: Pulse, by: Person, of_use: int, respected: int, words: str = "") -> Pulse:
    """From 1 to 5 each. The first answer counts; the other one of the pair never sees it."""
    pulse = Pulse.objects.select_for_update(of=("self",)).select_related("person").get(pk=pulse.pk)
    if pulse.person_id != by.pk:
        raise MentoringRefused("These questions are for somebody else.")
    if pulse.answered_at:
        return pulse
    for name, value in (("of_use", of_use), ("respected", respected)):
        if not 1 <= value <= BEST:
            raise MentoringRefused(f"Choose a number from 1 to {BEST}.", field=name)
    pulse.words = fitting(Pulse, "words", words)
    pulse.of_use, pulse.respected, pulse.answered_at = of_use, respected, timezone.now()
    pulse.save()
    withdraw_notices(about=pulse, kind=PULSE)
    record(by=by, verb="pulse answered", subject=pulse)
    if pulse.is_low:
        for person in coordinators():
            owe(kind=LOW_PULSE, person=person, about=pulse, due_on=today_of(person))
    return pulse


def ask_pulses(today: date | None = None) -> int:
    """Asks each of the two on their day. Run daily; a rerun is harmless, and a missed day is made up for."""
    today = today or timezone.localdate()
    first, again = days_of("pulse_first"), days_of("pulse_again")
    pairs = Pair.objects.active().exclude(format=Format.SESSION).filter(started_on__lte=today - timedelta(days=first))
    return each(pairs, lambda pair: _ask(pair, _latest_day(pair.started_on, today, first, again)))


def _latest_day(started_on: date, today: date, first: int, again: int) -> date:
    rounds = ((today - started_on).days - first) // again
    return started_on + timedelta(days=first + rounds * again)


@transaction.atomic
def _ask(pair: Pair, due_on: date) -> int:
    pair = lock(pair)
    if pair.status != PairStatus.ACTIVE:
        return 0
    return sum(_ask_one(pair, person, due_on) for person in people_of(pair))


def _ask_one(pair: Pair, person: Person, due_on: date) -> bool:
    """Whoever has not answered the questions before gets the new ones instead."""
    pulse, is_new = Pulse.objects.get_or_create(pair=pair, person=person, due_on=due_on)
    if is_new:
        for older in pair.pulses.filter(person=person, answered_at=None, due_on__lt=due_on):
            withdraw_notices(about=older, kind=PULSE)
        owe(kind=PULSE, person=person, about=pulse, due_on=due_on)
    return is_new
