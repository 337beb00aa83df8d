"""Single sessions: taken, and called off."""

from django.utils import timezone

from mentoring.kinds import SLOT_CALLED_OFF, SLOT_TAKEN
from mentoring.models import OpenSlot, Person
from notices.kinds import Kind, Words, declare
from notices.models import Notice

from .reading import MINE, person_line, row_of, time_for

_PAGE = f"{MINE}slots/"
_WHY = "you offer or took a single session."


def _slot_of(notice: Notice) -> OpenSlot | None:
    return row_of(notice, OpenSlot.objects.select_related("mentor__person", "taken_by__person"))


def _holder(notice: Notice) -> str:
    return notice.about.split(":")[2]


def _is_taken(notice: Notice) -> bool:
    slot = _slot_of(notice)
    return slot is not None and str(slot.taken_by_id) == _holder(notice) and slot.starts_at > timezone.now()


def _is_given_back(notice: Notice) -> bool:
    slot = _slot_of(notice)
    return slot is not None and str(slot.taken_by_id) != _holder(notice) and slot.starts_at > timezone.now()


def _other(slot: OpenSlot, person: Person) -> Person:
    return slot.taken_by.person if slot.mentor.person_id == person.pk else slot.mentor.person


def _taken_words(notice: Notice) -> Words:
    slot = _slot_of(notice)
    return Words(
        heading="A single session is arranged",
        paragraphs=(
            f"{time_for(notice.person, slot.starts_at)}, {slot.minutes} minutes: {slot.get_what_for_display()}.",
            f"With {person_line(_other(slot, notice.person))}",
        ),
        what_next="The mentee writes first and says what it is to bring. Either may call it off in the portal.",
        link=_PAGE,
    )


def _called_off_words(notice: Notice) -> Words:
    slot = _slot_of(notice)
    return Words(
        heading="A single session was called off",
        paragraphs=(f"The session of {time_for(notice.person, slot.starts_at)} does not take place.",),
        what_next="Other sessions are in the portal.",
        link=_PAGE,
    )


for name, label, is_so, words in (
    (SLOT_TAKEN, "Single sessions that are arranged", _is_taken, _taken_words),
    (SLOT_CALLED_OFF, "Single sessions that were called off", _is_given_back, _called_off_words),
):
    declare(Kind(name, label, _WHY, is_so, words, transactional=True, can_be_switched_off=False))
