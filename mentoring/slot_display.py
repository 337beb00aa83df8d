"""Single sessions as one person reads them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from .clocks import BothClocks, both_clocks, place_of
from .models import Enrolment, KeptApart, Mentee, OpenSlot, Person
from .profiles import rows_of

A_WHILE = timedelta(days=60)
_ROWS = OpenSlot.objects.select_related("mentor__person", "taken_by__person")


@dataclass(frozen=True)
class SlotLine:
    """`name` and `email` are empty as long as nobody has taken it."""

    slot: OpenSlot
    when: BothClocks
    is_over: bool
    is_mentors: bool
    name: str
    email: str
    place: str
    about: list[tuple[str, str]]


def offered_to(person: Person) -> QuerySet[OpenSlot]:
    """Of other approved mentors, free or not; none for somebody who is no approved mentee, or is kept apart."""
    if not Mentee.objects.for_user(person).approved().exists():
        return OpenSlot.objects.none()
    by_them = KeptApart.objects.filter(one=person).values("other")
    from_them = KeptApart.objects.filter(other=person).values("one")
    rows = _ROWS.filter(mentor__status=Enrolment.APPROVED, mentor__person__is_active=True).exclude(
        mentor__person=person
    )
    return rows.exclude(mentor__person__in=by_them).exclude(mentor__person__in=from_them)


def open_slots(person: Person) -> QuerySet[OpenSlot]:
    return offered_to(person).filter(taken_by=None, is_called_off=False, starts_at__gt=timezone.now())


def slots_of(person: Person) -> QuerySet[OpenSlot]:
    """What they offer, and what they have taken."""
    return _ROWS.filter(Q(mentor__person=person) | Q(taken_by__person=person))


def own_slots(person: Person) -> QuerySet[OpenSlot]:
    """To come, and those of the last weeks that were taken."""
    rows = slots_of(person).filter(is_called_off=False)
    now = timezone.now()
    return rows.filter(Q(starts_at__gt=now) | Q(taken_by__isnull=False, starts_at__gt=now - A_WHILE))


def lines_of(slots: Iterable[OpenSlot], person: Person) -> list[SlotLine]:
    return [_line(slot, person) for slot in slots]


def _line(slot: OpenSlot, person: Person) -> SlotLine:
    is_mentors = slot.mentor.person_id == person.pk
    holder = slot.taken_by.person if slot.taken_by else None
    other = holder if is_mentors else slot.mentor.person
    is_known = other is not None and holder is not None
    return SlotLine(
        slot=slot,
        when=both_clocks(slot.starts_at, person, other or person),
        is_over=slot.starts_at + timedelta(minutes=slot.minutes) <= timezone.now(),
        is_mentors=is_mentors,
        name=other.get_full_name() if is_known else "",
        email=other.email if is_known else "",
        place=place_of(other or person),
        about=[] if is_mentors else _about(slot),
    )


def _about(slot: OpenSlot) -> list[tuple[str, str]]:
    """What the mentor told for every approved mentee, in short."""
    shown = ("Specialty", "Got past", "Languages")
    return [(question, answer) for question, answer in rows_of(slot.mentor) if question in shown]
