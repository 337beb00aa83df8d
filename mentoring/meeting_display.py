"""Meetings and sessions as entries of a calendar, with the times of both sides."""

from datetime import datetime

from django.urls import reverse

from .clocks import both_clocks, place_of
from .meeting_file import Entry
from .models import Meeting, OpenSlot, Person
from .pair_display import Side


def entry_of_meeting(side: Side, meeting: Meeting) -> Entry:
    return Entry(
        stable_name=f"mentoring-meeting-{meeting.pk}",
        title="Mentoring meeting",
        starts_at=meeting.starts_at,
        minutes=meeting.minutes,
        lines=_both_times(meeting.starts_at, side.person, side.other),
        address=reverse("mentoring:pair", args=(meeting.pair_id,)),
        is_called_off=meeting.is_called_off,
    )


def entry_of_slot(slot: OpenSlot, person: Person, other: Person) -> Entry:
    return Entry(
        stable_name=f"mentoring-session-{slot.pk}",
        title="Mentoring session",
        starts_at=slot.starts_at,
        minutes=slot.minutes,
        lines=_both_times(slot.starts_at, person, other),
        address=reverse("mentoring:slots"),
        is_called_off=slot.is_called_off,
    )


def _both_times(moment: datetime, person: Person, other: Person) -> tuple[str, ...]:
    when = both_clocks(moment, person, other)
    theirs = when.theirs or when.yours
    return (f"Your time ({place_of(person)}): {when.yours}", f"Their time ({place_of(other)}): {theirs}")
