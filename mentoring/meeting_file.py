"""One meeting as a file that a calendar program takes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from icalendar import Calendar, Event


@dataclass(frozen=True)
class Entry:
    """`address` is a page of the portal. The title names nobody: calendars are often shared at work."""

    stable_name: str
    title: str
    starts_at: datetime
    minutes: int
    lines: tuple[str, ...]
    address: str
    is_called_off: bool = False


def meeting_file(entry: Entry) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//Medical Society of the State of New York//IMG portal//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if entry.is_called_off else "PUBLISH")
    calendar.add_component(_event(entry))
    return calendar.to_ical()


def _event(entry: Entry) -> Event:
    event = Event()
    event.add("uid", f"{entry.stable_name}@{urlsplit(settings.SITE_URL).hostname}")
    event.add("dtstamp", timezone.now())
    event.add("sequence", int(entry.is_called_off))
    event.add("status", "CANCELLED" if entry.is_called_off else "CONFIRMED")
    event.add("summary", entry.title)
    event.add("dtstart", entry.starts_at)
    event.add("dtend", entry.starts_at + timedelta(minutes=entry.minutes))
    event.add("description", "\n".join(entry.lines))
    event.add("url", settings.SITE_URL + entry.address)
    return event
