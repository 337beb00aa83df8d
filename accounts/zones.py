"""Time zones as a person picks them: by the clock they see on their own wall."""

from datetime import datetime
from zoneinfo import ZoneInfo, available_timezones

from django.utils import timezone

# The areas people live in; the rest of the database are old names and technical zones.
_AREAS = ("Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


def zone_choices(now: datetime | None = None) -> list[tuple[str, list[tuple[str, str]]]]:
    """Grouped by area, each with the time it is there now."""
    moment = now or timezone.now()
    names = sorted(name for name in available_timezones() if name.partition("/")[0] in _AREAS)
    return [(area, [(name, _label(name, moment)) for name in names if name.startswith(f"{area}/")]) for area in _AREAS]


def _label(name: str, moment: datetime) -> str:
    place = name.partition("/")[2].replace("_", " ").replace("/", ", ")
    return f"{place} (now {moment.astimezone(ZoneInfo(name)):%H:%M})"
