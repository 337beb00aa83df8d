"""The ground rules that are in force, as whoever accepts them reads them."""

from django.utils import timezone

from .models import GroundRules
from .refusals import MentoringRefused


def rules_in_force() -> GroundRules:
    """Raises MentoringRefused while there are none."""
    rules = GroundRules.objects.filter(in_force_from__lte=timezone.now()).first()
    if rules is None:
        raise MentoringRefused("The ground rules are not ready yet. Come back in a few days; what you wrote is kept.")
    return rules


def lines(rules: GroundRules) -> list[str]:
    return [line.strip() for line in rules.words.splitlines() if line.strip()]
