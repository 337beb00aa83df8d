"""What a mentor gave time for: meetings of pairs and single sessions, each as it counts for the certificate."""

from datetime import date
from typing import NamedTuple

from notices.mornings import local_day

from .models import Meeting, Mentor


class Sitting(NamedTuple):
    day: date  # by the mentor's clock
    minutes: int


def sittings_of(mentor: Mentor) -> list[Sitting]:
    zone = mentor.person.time_zone
    meetings = Meeting.objects.filter(pair__mentor=mentor, took_place=True, is_called_off=False)
    slots = mentor.slots.filter(took_place=True, is_called_off=False)
    rows = [*meetings.values_list("starts_at", "minutes"), *slots.values_list("starts_at", "minutes")]
    return [Sitting(local_day(starts_at, zone), minutes) for starts_at, minutes in rows]
