"""What every act on an enrollment does: lock the row, move it where it may go, count its version, tell the audit."""

from typing import Any

from audit.models import record

from .enrolment_parts import Enrolled
from .models import ENROLMENT_MOVES, Enrolment, Mentee, Mentor, Pair, Person
from .refusals import MentoringRefused, StaleForm


def lock(enrolled: Enrolled) -> Enrolled:
    """As it stands now; nobody else changes it until the transaction ends."""
    rows = type(enrolled).objects.select_for_update(of=("self",)).select_related("person", "rules")
    return rows.get(pk=enrolled.pk)


def lock_with_mentors(enrolled: Enrolled) -> Enrolled:
    """For acts that also move pairs: the mentors' rows first, as everywhere, so that nobody waits in a circle."""
    if isinstance(enrolled, Mentee):
        asked = Pair.objects.opened().filter(mentee=enrolled).values("mentor")
        list(Mentor.objects.select_for_update().filter(pk__in=asked).order_by("pk"))
    return lock(enrolled)


def move(enrolled: Enrolled, to: str, *, by: Person | str, verb: str, **data: Any) -> None:
    """Saves the row as well. `data` holds nothing personal."""
    if to not in ENROLMENT_MOVES[enrolled.status]:
        raise MentoringRefused(f"This is not possible: the enrollment is “{enrolled.get_status_display()}”.")
    before, enrolled.status = enrolled.status, to
    keep(enrolled, by=by, verb=verb, **{"from": before}, **data)


def keep(enrolled: Enrolled, *, by: Person | str, verb: str, **data: Any) -> None:
    enrolled.version += 1
    enrolled.save()
    record(by=by, verb=verb, subject=enrolled, data=data)


def refuse_stale(enrolled: Enrolled, version: int) -> None:
    if enrolled.version != version:
        raise StaleForm


def refuse_other(enrolled: Enrolled, by: Person) -> None:
    if by.pk != enrolled.person_id:
        raise MentoringRefused("Only the person who enrolled can do this.")


def refuse_unless_approved(enrolled: Enrolled) -> None:
    if enrolled.status != Enrolment.APPROVED:
        raise MentoringRefused("This is possible once the society has approved the enrollment.")
