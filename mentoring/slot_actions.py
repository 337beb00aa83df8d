"""Single sessions that a mentor offers at a set time; the first approved mentee who takes one has it."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from audit.models import record
from notices.actions import owe, today_of
from notices.actions import withdraw as withdraw_notices

from .kinds import SLOT_CALLED_OFF, SLOT_TAKEN
from .models import Enrolment, Help, KeptApart, Mentee, Mentor, OpenSlot, Person
from .refusals import MentoringRefused

SHORTEST, LONGEST = 10, 240  # minutes
FARTHEST = timedelta(days=366)


@transaction.atomic
def offer_slot(
    *, mentor: Mentor, by: Person, starts_at: datetime, minutes: int, what_for: str = Help.MOCK_INTERVIEW
) -> OpenSlot:
    """The same time twice is the same slot."""
    mentor = Mentor.objects.select_for_update(of=("self",)).select_related("person").get(pk=mentor.pk)
    if by.pk != mentor.person_id or mentor.status != Enrolment.APPROVED:
        raise MentoringRefused("Only an approved mentor offers sessions.")
    _refuse_impossible(starts_at, minutes, what_for)
    live = mentor.slots.filter(is_called_off=False)
    if there := live.filter(starts_at=starts_at, minutes=minutes, what_for=what_for).first():
        return there
    near = live.filter(starts_at__gt=starts_at - timedelta(minutes=LONGEST))
    if any(_meet(slot, starts_at, minutes) for slot in near):
        raise MentoringRefused("You offer another session at this time.", field="starts_at")
    slot = OpenSlot.objects.create(mentor=mentor, starts_at=starts_at, minutes=minutes, what_for=what_for)
    record(by=by, verb="session offered", subject=slot)
    return slot


def _refuse_impossible(starts_at: datetime, minutes: int, what_for: str) -> None:
    if not timezone.now() < starts_at <= timezone.now() + FARTHEST:
        raise MentoringRefused("Choose a time to come, within a year.", field="starts_at")
    if not SHORTEST <= minutes <= LONGEST:
        raise MentoringRefused(f"Give the minutes as a number from {SHORTEST} to {LONGEST}.", field="minutes")
    if what_for not in Help.values:
        raise MentoringRefused("Choose what the session is for.", field="what_for")


def _meet(slot: OpenSlot, starts_at: datetime, minutes: int) -> bool:
    ends, their_end = starts_at + timedelta(minutes=minutes), slot.starts_at + timedelta(minutes=slot.minutes)
    return slot.starts_at < ends and starts_at < their_end


@transaction.atomic
def take_slot(*, slot: OpenSlot, by: Person) -> OpenSlot:
    """First come, first served. Both get a message with the other's address and their own local time."""
    slot = _lock(slot)
    mentee = Mentee.objects.filter(person=by, status=Enrolment.APPROVED).first()
    if mentee is None:
        raise MentoringRefused("Only approved mentees take a session. Enroll first.")
    if slot.taken_by_id == mentee.pk:
        return slot
    _refuse_gone(slot, by)
    slot.taken_by, slot.taken_at = mentee, timezone.now()
    slot.save(update_fields=["taken_by", "taken_at"])
    record(by=by, verb="session taken", subject=slot)
    for person in (slot.mentor.person, by):
        owe(kind=SLOT_TAKEN, person=person, about=_holding(slot), due_on=today_of(person))
    return slot


def _refuse_gone(slot: OpenSlot, by: Person) -> None:
    mentor = slot.mentor
    if slot.is_called_off or slot.taken_by_id or slot.starts_at <= timezone.now():
        raise MentoringRefused("This session is not free any more. Choose another one.")
    if mentor.status != Enrolment.APPROVED or not mentor.person.is_active:
        raise MentoringRefused("This session is not free any more. Choose another one.")
    if mentor.person_id == by.pk:
        raise MentoringRefused("This is your own session.")
    if KeptApart.objects.between(mentor.person, by).exists():
        raise MentoringRefused("This session is not free any more. Choose another one.")


def _holding(slot: OpenSlot) -> str:
    """Somebody else may take it later: that is another thing to tell."""
    return f"mentoring.openslot:{slot.pk}:{slot.taken_by_id}"


@transaction.atomic
def call_off_slot(*, slot: OpenSlot, by: Person) -> OpenSlot:
    """By the mentor: it is gone. By the mentee who has it: it is free again. The other one is told."""
    slot = _lock(slot)
    is_mentors, holder = by.pk == slot.mentor.person_id, slot.taken_by
    if not is_mentors and (holder is None or by.pk != holder.person_id):
        raise MentoringRefused("This session is not yours.")
    if slot.is_called_off:
        return slot
    if slot.took_place or (holder and slot.starts_at <= timezone.now()):
        raise MentoringRefused("This session has begun already.")
    if holder:
        _tell_called_off(slot, holder.person if is_mentors else slot.mentor.person)
    slot.is_called_off, slot.taken_by, slot.taken_at = is_mentors, None, None
    slot.save(update_fields=["is_called_off", "taken_by", "taken_at"])
    record(by=by, verb="session called off" if is_mentors else "session given back", subject=slot)
    return slot


def _tell_called_off(slot: OpenSlot, person: Person) -> None:
    withdraw_notices(about=_holding(slot), kind=SLOT_TAKEN)
    owe(kind=SLOT_CALLED_OFF, person=person, about=_holding(slot), due_on=today_of(person))


@transaction.atomic
def hold_slot(*, slot: OpenSlot, by: Person) -> OpenSlot:
    """It took place. Its minutes count for the mentor's certificate."""
    slot = _lock(slot)
    if slot.taken_by is None or by.pk not in (slot.mentor.person_id, slot.taken_by.person_id):
        raise MentoringRefused("This session is not yours.")
    if slot.starts_at > timezone.now():
        raise MentoringRefused("This session is still to come.")
    if not slot.took_place:
        slot.took_place = True
        slot.save(update_fields=["took_place"])
        record(by=by, verb="session held", subject=slot)
    return slot


def _lock(slot: OpenSlot) -> OpenSlot:
    """Whoever comes second waits here, and finds it taken. The mentor's row first, as everywhere."""
    Mentor.objects.select_for_update().get(pk=slot.mentor_id)
    rows = OpenSlot.objects.select_for_update(of=("self",)).select_related("mentor__person", "taken_by__person")
    return rows.get(pk=slot.pk)
