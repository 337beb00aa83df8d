"""What only staff do to a pair."""

from django.db import transaction
from django.utils import timezone

from audit.models import record
from notices.actions import withdraw as withdraw_notices

from .kinds import LOW_PULSE
from .models import Pair, Person
from .pair_rows import lock


@transaction.atomic
def mark_pulses_seen(*, pair: Pair, by: Person) -> Pair:
    """Staff have looked at what the two answered so far; a later low answer comes to them again."""
    pair = lock(pair)
    unseen = pair.pulses.filter(answered_at__isnull=False, staff_seen_at__isnull=True)
    numbers = list(unseen.values_list("pk", flat=True))
    if numbers:
        for pulse in unseen:
            withdraw_notices(about=pulse, kind=LOW_PULSE)
        unseen.update(staff_seen_at=timezone.now())
        record(by=by, verb="answers seen by staff", subject=pair, data={"answers": len(numbers)})
    return pair
