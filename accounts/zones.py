"""Time zones as a person picks them: by the clock they see on their own wall."""

from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from django.utils import timezone

# The areas people live in; the rest of the database are old names and technical zones.
_AREAS = ("Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")

Choices = list[tuple[str, list[tuple[str, str]]]]


def zone_choices(chosen: str = "", now: datetime | None = None) -> Choices:
    """Grouped by area, each with the time it is there now. What somebody has chosen is always among them."""
    moment = now or timezone.now()
    groups = [(area, [(name, _label(name, moment)) for name in names]) for area, names in _zones().items()]
    is_there = not chosen or any(chosen in names for names in _zones().values())
    return groups if is_there else [("Chosen now", [(chosen, _label(chosen, moment))]), *groups]


@cache
def _zones() -> dict[str, list[str]]:
    names = sorted(available_timezones())
    return {area: [name for name in names if name.startswith(f"{area}/")] for area in _AREAS}


def _label(name: str, moment: datetime) -> str:
    place = (name.partition("/")[2] or name).replace("_", " ").replace("/", ", ")
    return f"{place} (now {moment.astimezone(ZoneInfo(name)):%H:%M})"
