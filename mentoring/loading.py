"""The ground rules that ship with the portal. Adds what is missing; a version that somebody accepted stays as it is."""

import tomllib
from pathlib import Path

from django.db import transaction

from audit.models import record
from facts.loading import naming

from .models import GroundRules, Mentee, Mentor

JOB = "load mentoring"
FILE = Path(__file__).parent / "ground_rules.toml"


@transaction.atomic
def load_ground_rules(file: Path = FILE) -> int:
    """Returns how many versions were added or changed. Raises BrokenFile."""
    with naming(file):
        entries = tomllib.loads(file.read_text(encoding="utf-8"))["rules"]
        return sum(
            _load(
                number=entry["number"],
                words=entry["words"].strip(),
                proposed_to=entry.get("proposed_to", ""),
                in_force_from=entry["in_force_from"],
            )
            for entry in entries
        )


def _load(*, number: int, **fields: object) -> bool:
    rules = GroundRules.objects.filter(number=number).first() or GroundRules(number=number)
    if all(getattr(rules, name) == value for name, value in fields.items()):
        return False
    if rules.pk and is_accepted(rules):
        return False
    for name, value in fields.items():
        setattr(rules, name, value)
    rules.full_clean()
    rules.save()
    record(by=JOB, verb="ground rules loaded", subject=rules)
    return True


def is_accepted(rules: GroundRules) -> bool:
    return any(side.objects.filter(rules=rules).exists() for side in (Mentor, Mentee))
