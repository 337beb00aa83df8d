"""The season's dates as a feed that a calendar program accepts."""

from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.formats import date_format
from icalendar import Calendar, Event

from .dates import DateEntry

REFRESH = timedelta(hours=12)


def calendar_file(entries: list[DateEntry]) -> bytes:
    """The season's dates, for everybody."""
    calendar = _calendar("MSSNY IMG portal: dates of the season")
    for entry in entries:
        calendar.add_component(_event(entry))
    return calendar.to_ical()


def days_file(name: str, days: list[tuple[str, str, date, str]]) -> bytes:
    """One person's own dates: (stable name, title, day, address inside the portal)."""
    calendar = _calendar(name)
    for stable_name, title, day, address in days:
        event = Event()
        event.add("uid", _uid(stable_name))
        event.add("dtstamp", datetime.combine(day, time(), UTC))
        event.add("summary", title)
        event.add("dtstart", day)
        event.add("dtend", day + timedelta(days=1))
        event.add("transp", "TRANSPARENT")
        event.add("url", settings.SITE_URL + address)
        calendar.add_component(event)
    return calendar.to_ical()


def _uid(stable_name: str) -> str:
    return f"{stable_name}@{urlsplit(settings.SITE_URL).hostname}"


def _calendar(name: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//Medical Society of the State of New York//IMG portal//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", REFRESH)
    return calendar


def _event(entry: DateEntry) -> Event:
    event = Event()
    event.add("uid", _uid(entry.slug))
    # The day the source was checked: equal content gives equal bytes, and a new check counts as an update.
    event.add("dtstamp", datetime.combine(entry.checked_on, time(), UTC))
    event.add("summary", entry.title + (" (expected)" if entry.caveat else ""))
    event.add("dtstart", entry.starts)
    event.add("dtend", entry.last_day + timedelta(days=1))  # the day after the last one, says RFC 5545
    event.add("transp", "TRANSPARENT")
    event.add("description", _description(entry))
    if entry.page_url:
        event.add("url", settings.SITE_URL + entry.page_url)
    return event


def _description(entry: DateEntry) -> str:
    lines = [entry.what]
    if entry.shown_as:
        lines.append(f"When: {entry.shown_as}.")
    lines.append(f"Source: {entry.source}, {entry.confidence_label}, checked on {date_format(entry.checked_on)}.")
    if entry.caveat:
        lines.append(f"{entry.caveat[0].upper()}{entry.caveat[1:]}.")
    return "\n".join(lines)
