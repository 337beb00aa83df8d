"""The end of the agreed time, the handover card and the mentor's certificate."""

import secrets
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from audit.models import record

from .daily import each
from .models import Certificate, Handover, Mentor, Pair, PairStatus, Person
from .pair_actions import end
from .pair_rows import is_one_of, lock, lock_with_people
from .refusals import MentoringRefused, StaleForm
from .sittings import Sitting, sittings_of
from .typed import fitting

END_OF_TIME = "end of the agreed time"


# ------------------------------------------------------------------------------------------------ the agreed time
def end_due(today: date | None = None, *, by: str = END_OF_TIME) -> int:
    """Pairs whose agreed time is over. Run daily; a rerun is harmless."""
    over = Pair.objects.active().filter(ends_on__lt=today or timezone.localdate())
    return each(over, lambda pair: _end_if_over(pair, by))


@transaction.atomic
def _end_if_over(pair: Pair, by: str) -> bool:
    """The two may have agreed on a later end since the list was made."""
    pair = lock_with_people(pair)
    if pair.status != PairStatus.ACTIVE or pair.ends_on >= timezone.localdate():
        return False
    end(pair=pair, by=by)
    return True


# ------------------------------------------------------------------------------------------------ handover
@transaction.atomic
def write_handover(
    *, pair: Pair, by: Person, where_we_got: str, try_next: str, not_again: str, seen_at: datetime | None
) -> Handover:
    """Both write it. `seen_at` is the card's `changed_at` as the form showed it; None: there was no card.

    The mentee agreed to show what stood there: when the mentor changes it, the mentee is asked anew.
    """
    pair = lock(pair)
    if not is_one_of(pair, by) or pair.status not in (PairStatus.ACTIVE, PairStatus.ENDED):
        raise MentoringRefused("Only the two of a pair write its handover card.")
    card = Handover.objects.filter(pair=pair).first() or Handover(pair=pair)
    typed = {"where_we_got": where_we_got, "try_next": try_next, "not_again": not_again}
    kept = {name: fitting(Handover, name, words) for name, words in typed.items()}
    if all(getattr(card, name) == words for name, words in kept.items()) and card.pk:
        return card
    if card.changed_at != seen_at:
        raise StaleForm
    for name, words in kept.items():
        setattr(card, name, words)
    card.mentee_agrees = card.mentee_agrees and by.pk == pair.mentee.person_id
    card.save()
    record(by=by, verb="handover card written", subject=card)
    return card


@transaction.atomic
def agree_to_show(*, pair: Pair, by: Person, agrees: bool) -> Handover:
    """Whether the next mentor sees the card. Only the mentee says so, and may take it back."""
    pair = lock(pair)
    if by.pk != pair.mentee.person_id:
        raise MentoringRefused("Only the mentee says whether the next mentor sees the card.")
    card = Handover.objects.filter(pair=pair).first()
    if card is None:
        raise MentoringRefused("There is no handover card yet. Write it first.")
    if card.mentee_agrees != agrees:
        # Not by save(): the words did not change, and an open form of the other one stays good.
        Handover.objects.filter(pk=card.pk).update(mentee_agrees=agrees)
        card.mentee_agrees = agrees
        record(by=by, verb="handover card shown" if agrees else "handover card not shown", subject=card)
    return card


# ------------------------------------------------------------------------------------------------ certificate
@transaction.atomic
def issue_certificate(*, mentor: Mentor, by: Person) -> Certificate:
    """Of all that took place until now. Without anything new since the last one, that one is given again."""
    mentor = Mentor.objects.select_for_update().get(pk=mentor.pk)
    if by.pk != mentor.person_id and not by.is_staff:
        raise MentoringRefused("This certificate is not yours.")
    held = sittings_of(mentor)
    if not held:
        raise MentoringRefused("There is nothing to certify yet: no meeting is noted as held.")
    sums = _sums(held)
    latest = mentor.certificates.first()
    if latest and all(getattr(latest, name) == value for name, value in sums.items()):
        return latest
    certificate = Certificate.objects.create(mentor=mentor, code=secrets.token_hex(8), **sums)
    record(by=by, verb="certificate issued", subject=certificate, data={"minutes": certificate.minutes})
    return certificate


def _sums(held: list[Sitting]) -> dict[str, object]:
    days = [sitting.day for sitting in held]
    return {
        "first_day": min(days),
        "last_day": max(days),
        "minutes": sum(sitting.minutes for sitting in held),
        "meetings": len(held),
    }
