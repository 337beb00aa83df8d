"""Meetings, planned and held, each noted once though both may note it."""

import uuid
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from audit.models import record
from notices.actions import owe, today_of
from notices.actions import withdraw as withdraw_notices
from notices.mornings import local_day, zone

from .kinds import DID_YOU_MEET, MEETING_CALLED_OFF, MEETING_PLANNED
from .models import Meeting, Pair, Person
from .pair_rows import already_there, lock_under_way
from .refusals import MentoringRefused
from .typed import fitting

SHORTEST, LONGEST = 5, 600  # minutes, as the database has it
FARTHEST = timedelta(days=366)
NOON = time(12)


@transaction.atomic
def plan_meeting(
    *, pair: Pair, by: Person, starts_at: datetime, minutes: int, form_token: uuid.UUID, next_step: str = ""
) -> Meeting:
    """For a time to come. The other one gets a message with both local times."""
    pair = lock_under_way(pair, by)
    if there := already_there(Meeting, form_token, pair_id=pair.pk, written_by_id=by.pk):
        return there
    if not timezone.now() < starts_at <= timezone.now() + FARTHEST:
        raise MentoringRefused("Choose a time to come, within a year.", field="starts_at")
    meeting = Meeting(pair=pair, starts_at=starts_at, minutes=minutes, next_step=next_step, form_token=form_token)
    _keep(meeting, by=by, verb="meeting planned")
    other = pair.other_than(by)
    owe(kind=MEETING_PLANNED, person=other, about=meeting, due_on=today_of(other))
    return meeting


@transaction.atomic
def log_meeting(
    *, pair: Pair, by: Person, starts_at: datetime, minutes: int, form_token: uuid.UUID, next_step: str = ""
) -> Meeting:
    """One that took place. Its minutes count for the mentor's certificate."""
    pair = lock_under_way(pair, by)
    if there := already_there(Meeting, form_token, pair_id=pair.pk, written_by_id=by.pk):
        return there
    meeting = Meeting(pair=pair, starts_at=starts_at, minutes=minutes, next_step=next_step, form_token=form_token)
    _hold(pair, meeting, by=by)
    return meeting


@transaction.atomic
def log_day(*, pair: Pair, by: Person, on: date, minutes: int, form_token: uuid.UUID, next_step: str = "") -> Meeting:
    """Only the day is known, as from a mail. A meeting that was noted for that day already is the same one."""
    pair = lock_under_way(pair, by)
    for meeting in pair.meetings.filter(took_place=True):
        if local_day(meeting.starts_at, by.time_zone) == on:
            return meeting
    starts_at = min(datetime.combine(on, NOON, zone(by.time_zone)), timezone.now() - timedelta(minutes=minutes))
    return log_meeting(
        pair=pair, by=by, starts_at=starts_at, minutes=minutes, form_token=form_token, next_step=next_step
    )


@transaction.atomic
def confirm_meeting(*, meeting: Meeting, by: Person, minutes: int, next_step: str = "") -> Meeting:
    """The planned one took place. A second time changes nothing."""
    pair = lock_under_way(meeting.pair, by)
    meeting = pair.meetings.get(pk=meeting.pk)
    if meeting.took_place:
        return meeting
    if meeting.is_called_off:
        raise MentoringRefused("This meeting was called off. Note the one that took place instead.")
    meeting.minutes, meeting.next_step = minutes, next_step or meeting.next_step
    _hold(pair, meeting, by=by)
    return meeting


@transaction.atomic
def call_off(*, meeting: Meeting, by: Person) -> Meeting:
    pair = lock_under_way(meeting.pair, by)
    meeting = pair.meetings.get(pk=meeting.pk)
    if meeting.took_place:
        raise MentoringRefused("This meeting took place.")
    if not meeting.is_called_off:
        meeting.is_called_off = True
        meeting.save(update_fields=["is_called_off"])
        record(by=by, verb="meeting called off", subject=meeting)
        withdraw_notices(about=meeting, kind=MEETING_PLANNED)
        other = pair.other_than(by)
        owe(kind=MEETING_CALLED_OFF, person=other, about=meeting, due_on=today_of(other))
    return meeting


@transaction.atomic
def did_meet(*, pair: Pair, by: Person, on: date) -> Pair:
    """They met for the first time by that day (the person's own). The earliest day that somebody says counts."""
    pair = lock_under_way(pair, by)
    if not pair.started_on <= on <= today_of(by):
        raise MentoringRefused("Choose a day since you became a pair, and not after today.", field="on")
    _met(pair, on, by=by)
    return pair


# ------------------------------------------------------------------------------------------------ keeping
def _hold(pair: Pair, meeting: Meeting, *, by: Person) -> None:
    """Noted as held. The day on which the two became a pair counts whole, whatever the hour."""
    day = local_day(meeting.starts_at, by.time_zone)
    if meeting.starts_at > timezone.now() or day < pair.started_on:
        raise MentoringRefused("Give a time since you became a pair, and not in the future.", field="starts_at")
    meeting.took_place = True
    _keep(meeting, by=by, verb="meeting noted")
    _met(pair, day, by=by)


def _keep(meeting: Meeting, *, by: Person, verb: str) -> None:
    if not SHORTEST <= meeting.minutes <= LONGEST:
        raise MentoringRefused(f"Give the minutes as a number from {SHORTEST} to {LONGEST}.", field="minutes")
    meeting.next_step = fitting(Meeting, "next_step", meeting.next_step)
    _refuse_overlap(meeting)
    meeting.written_by = meeting.written_by or by
    meeting.save()
    record(by=by, verb=verb, subject=meeting, data={"minutes": meeting.minutes})


def _refuse_overlap(meeting: Meeting) -> None:
    """Both may note the same meeting: its minutes count once."""
    ends_at = meeting.starts_at + timedelta(minutes=meeting.minutes)
    near = meeting.pair.meetings.filter(
        is_called_off=False, starts_at__lt=ends_at, starts_at__gt=meeting.starts_at - timedelta(minutes=LONGEST)
    )
    for other in near.exclude(pk=meeting.pk):
        if other.starts_at + timedelta(minutes=other.minutes) > meeting.starts_at:
            raise MentoringRefused("A meeting at this time is there already.", field="starts_at")


def _met(pair: Pair, on: date, *, by: Person) -> None:
    withdraw_notices(about=pair, kind=DID_YOU_MEET)
    if pair.met_on is None or on < pair.met_on:
        Pair.objects.filter(pk=pair.pk).update(met_on=on)
        pair.met_on = on
        record(by=by, verb="pair met", subject=pair)
