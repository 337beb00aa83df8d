"""What the two agree on. A change is a new row, and it counts once both have said yes."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from audit.models import record
from notices.actions import owe, today_of
from notices.actions import withdraw as withdraw_notices

from .kinds import AGREEMENT, ENDING_SOON
from .models import Agreement, Pair, Person
from .pair_rows import lock_under_way
from .refusals import MentoringRefused, StaleForm
from .terms import months_after
from .typed import fitting

LONGEST = 24  # months from the day on which it is written


@transaction.atomic
def write_agreement(
    *, pair: Pair, by: Person, goals: str, rhythm: str, channel: str, ends_on: date, number: int
) -> Agreement:
    """`number`: of the latest agreement that the form showed, 0 for none. Whoever writes it has said yes to it.

    The same words a second time are the first agreement again. Raises StaleForm when somebody wrote in between.
    """
    pair = lock_under_way(pair, by)
    typed = {"goals": goals, "rhythm": rhythm, "channel": channel}
    kept = {name: fitting(Agreement, name, words, missing="Write a few words here.") for name, words in typed.items()}
    latest = pair.agreements.first()
    if latest and latest.ends_on == ends_on and all(getattr(latest, name) == words for name, words in kept.items()):
        return agree(agreement=latest, by=by)
    if (latest.number if latest else 0) != number:
        raise StaleForm
    if not today_of(by) < ends_on <= months_after(today_of(by), LONGEST):
        raise MentoringRefused("Choose a day after today and within two years.", field="ends_on")
    agreement = Agreement.objects.create(pair=pair, number=number + 1, written_by=by, ends_on=ends_on, **kept)
    record(by=by, verb="agreement written", subject=agreement)
    return agree(agreement=agreement, by=by)


@transaction.atomic
def agree(*, agreement: Agreement, by: Person) -> Agreement:
    """Yes to this very text. With the second yes the pair ends on the day that is agreed."""
    pair = lock_under_way(agreement.pair, by)
    latest = pair.agreements.first()
    if latest != agreement:
        raise StaleForm
    side = "mentor_agreed_at" if by.pk == pair.mentor.person_id else "mentee_agreed_at"
    if getattr(latest, side) is None:
        setattr(latest, side, timezone.now())
        latest.save(update_fields=[side])
        _said_yes(pair, latest, by)
    return latest


def _said_yes(pair: Pair, agreement: Agreement, by: Person) -> None:
    withdraw_notices(about=agreement, kind=AGREEMENT, person=by)
    record(by=by, verb="agreement agreed to", subject=agreement)
    if not agreement.is_agreed:
        other = pair.other_than(by)
        owe(kind=AGREEMENT, person=other, about=agreement, due_on=today_of(other))
    elif pair.ends_on != agreement.ends_on:
        Pair.objects.filter(pk=pair.pk).update(ends_on=agreement.ends_on)
        withdraw_notices(about=pair, kind=ENDING_SOON)
