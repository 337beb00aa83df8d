"""From the first answer to the last day in the program, for mentors and mentees alike."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from notices.actions import owe, today_of
from notices.actions import withdraw as withdraw_notices

from .capacity_actions import set_capacity
from .choosing_actions import choose, forget_choices, keep_apart
from .enrolment_moves import keep, lock, lock_with_mentors, move, refuse_other, refuse_stale, refuse_unless_approved
from .enrolment_parts import MODELS, Enrolled, parts_of, unanswered
from .enrolment_rules import refuse_impossible, refuse_unknown
from .kinds import APPROVED, BACK, REFUSED, RENEWAL
from .models import Enrolment, GroundRules, Mentee, Mentor, Pair, PairStatus, Person
from .pair_actions import end, withdraw
from .places import follow_capacity
from .refusals import MentoringRefused
from .rules_text import rules_in_force

__all__ = [
    "apply", "approve", "begin", "choose", "forget_choices", "keep_apart", "leave", "pause", "refuse", "renew",
    "resume", "save_part", "set_capacity", "set_listed",
]  # fmt: skip

A_YEAR = timedelta(days=365)
MIN_REASON = 10


# ------------------------------------------------------------------------------------------------ writing and sending
@transaction.atomic
def begin(*, person: Person, side: str) -> Enrolled:
    """The person's enrollment on this side. Whoever left, or was not taken, begins again with the answers they gave."""
    enrolled, is_new = MODELS[side].objects.get_or_create(person=person)
    enrolled = lock(enrolled)
    if is_new:
        keep(enrolled, by=person, verb="enrollment begun")
    elif enrolled.status in (Enrolment.REFUSED, Enrolment.LEFT):
        enrolled.refusal_reason = ""
        move(enrolled, Enrolment.DRAFT, by=person, verb="enrollment begun again")
    return enrolled


@transaction.atomic
def save_part(*, enrolled: Enrolled, by: Person, version: int, **fields: Any) -> Enrolled:
    """Keep these answers. Raises StaleForm if the enrollment has changed since `version`."""
    enrolled = lock(enrolled)
    refuse_other(enrolled, by)
    refuse_stale(enrolled, version)
    if enrolled.status in (Enrolment.REFUSED, Enrolment.LEFT):
        raise MentoringRefused("Begin again first. Your earlier answers are still there.")
    refuse_unknown(enrolled, fields)
    if "capacity" in fields and enrolled.status == Enrolment.APPROVED:
        raise MentoringRefused("Change the number of your places on its own page.", field="capacity")
    for name, value in fields.items():
        setattr(enrolled, name, value)
    refuse_impossible(enrolled, fields)
    _refuse_gaps(enrolled, fields)
    keep(enrolled, by=by, verb="enrollment written", fields=sorted(fields))
    return enrolled


def _refuse_gaps(enrolled: Enrolled, fields: dict[str, Any]) -> None:
    """What was sent to the society stays complete."""
    required = {name for part in parts_of(enrolled) for name in part.required}
    for name in sorted(required & fields.keys()):
        if enrolled.status != Enrolment.DRAFT and not fields[name]:
            raise MentoringRefused("This answer is needed.", field=name)


@transaction.atomic
def apply(*, enrolled: Enrolled, by: Person, rules: GroundRules, version: int) -> Enrolled:
    """Send it to the society, with the ground rules accepted. A second time changes nothing."""
    enrolled = lock(enrolled)
    refuse_other(enrolled, by)
    if enrolled.status in (Enrolment.APPLIED, Enrolment.APPROVED):
        return enrolled
    refuse_stale(enrolled, version)
    if missing := unanswered(enrolled):
        raise MentoringRefused(f"Some answers are missing in: {'; '.join(part.title for part in missing)}.")
    _accept(enrolled, rules)
    enrolled.applied_at = timezone.now()
    move(enrolled, Enrolment.APPLIED, by=by, verb="enrollment sent", rules=rules.number)
    return enrolled


def _accept(enrolled: Enrolled, rules: GroundRules) -> None:
    if rules != rules_in_force():
        raise MentoringRefused("The ground rules have changed. Read them as they are now.", field="accepted")
    enrolled.rules, enrolled.rules_accepted_at = rules, timezone.now()


# ------------------------------------------------------------------------------------------------ the society decides
@transaction.atomic
def approve(
    *,
    enrolled: Enrolled,
    by: Person,
    license_checked_on: date | None = None,
    membership_checked_on: date | None = None,
    check_note: str = "",
) -> Enrolled:
    """A mentor's license and membership were looked up on these days; `check_note` says where. No document is kept."""
    enrolled = lock(enrolled)
    if enrolled.status == Enrolment.APPROVED:
        return enrolled
    if by.pk == enrolled.person_id:
        raise MentoringRefused("Nobody approves their own enrollment. Ask a colleague.")
    if isinstance(enrolled, Mentor):
        _note_checks(enrolled, license_checked_on, membership_checked_on, check_note)
    else:
        enrolled.waiting_since = enrolled.waiting_since or today_of(enrolled.person)
    _decide(enrolled, by)
    enrolled.renew_on = today_of(enrolled.person) + A_YEAR
    move(enrolled, Enrolment.APPROVED, by=by, verb="enrollment approved")
    if isinstance(enrolled, Mentor):
        follow_capacity(enrolled)
    owe(kind=APPROVED, person=enrolled.person, about=enrolled, due_on=today_of(enrolled.person))
    owe(kind=RENEWAL, person=enrolled.person, about=enrolled, due_on=enrolled.renew_on)
    return enrolled


def _note_checks(mentor: Mentor, license_on: date | None, membership_on: date | None, note: str) -> None:
    for name, day in (("license_checked_on", license_on), ("membership_checked_on", membership_on)):
        if day is None:
            raise MentoringRefused("Look it up first, then write the day on which you did.", field=name)
        if day > timezone.localdate():
            raise MentoringRefused("This day is in the future.", field=name)
        setattr(mentor, name, day)
    if not note.strip():
        raise MentoringRefused("Write where you looked it up. Do not keep the document.", field="check_note")
    mentor.check_note = note.strip()


def _decide(enrolled: Enrolled, by: Person) -> None:
    enrolled.decided_at, enrolled.decided_by = timezone.now(), by


@transaction.atomic
def refuse(*, enrolled: Enrolled, by: Person, reason: str) -> Enrolled:
    """The person reads the reason in a letter and may begin again."""
    enrolled = lock(enrolled)
    if enrolled.status == Enrolment.REFUSED:
        return enrolled
    if len(reason.strip()) < MIN_REASON:
        raise MentoringRefused("Give the reason in a sentence. The person reads it.", field="reason")
    enrolled.refusal_reason = reason.strip()
    _decide(enrolled, by)
    move(enrolled, Enrolment.REFUSED, by=by, verb="enrollment refused")
    owe(kind=REFUSED, person=enrolled.person, about=enrolled, due_on=today_of(enrolled.person))
    return enrolled


# ------------------------------------------------------------------------------------------------ while it lasts
@transaction.atomic
def pause(*, enrolled: Enrolled, by: Person, until: date) -> Enrolled:
    """Nobody new until that day, the person's own. Pairs, choices and the turn stay; open proposals are taken back."""
    enrolled = lock_with_mentors(enrolled)
    refuse_unless_approved(enrolled)
    today = today_of(enrolled.person)
    if not today < until <= today + A_YEAR:
        raise MentoringRefused("Choose a day after today and within a year from now.", field="until")
    _take_back(enrolled, by)
    # Whatever those who take proposals back wrote on this row counts.
    enrolled = lock(enrolled)
    enrolled.paused_until = until
    keep(enrolled, by=by, verb="paused", until=until.isoformat())
    withdraw_notices(about=enrolled, kind=BACK)
    owe(kind=BACK, person=enrolled.person, about=enrolled, due_on=until)
    return enrolled


def _take_back(enrolled: Enrolled, by: Person) -> None:
    for pair in enrolled.pairs.filter(status=PairStatus.PROPOSED):
        withdraw(pair=pair, by=by)


@transaction.atomic
def resume(*, enrolled: Enrolled, by: Person) -> Enrolled:
    enrolled = lock(enrolled)
    if enrolled.paused_until is None:
        return enrolled
    enrolled.paused_until = None
    keep(enrolled, by=by, verb="back from a pause")
    withdraw_notices(about=enrolled, kind=BACK)
    return enrolled


@transaction.atomic
def leave(*, enrolled: Enrolled, by: Person) -> Enrolled:
    """At any time, without a reason. Pairs end, proposals and choices are taken back."""
    enrolled = lock_with_mentors(enrolled)
    if enrolled.status == Enrolment.LEFT:
        return enrolled
    _take_back(enrolled, by)
    for pair in Pair.objects.active().filter(pk__in=enrolled.pairs.values("pk")):
        end(pair=pair, by=by)
    enrolled = lock(enrolled)
    (enrolled.chosen_by if isinstance(enrolled, Mentor) else enrolled.choices).all().delete()
    enrolled.paused_until = enrolled.renew_on = None
    if isinstance(enrolled, Mentee):
        enrolled.waiting_since = None
    else:
        enrolled.is_listed = False
    withdraw_notices(about=enrolled)
    move(enrolled, Enrolment.LEFT, by=by, verb="left the program")
    return enrolled


@transaction.atomic
def renew(*, enrolled: Enrolled, by: Person, rules: GroundRules | None = None) -> Enrolled:
    """It all still holds, for another year. `rules` are those that were read; without them, the ones accepted before.

    A second time on the same day changes nothing.
    """
    enrolled = lock(enrolled)
    refuse_other(enrolled, by)
    refuse_unless_approved(enrolled)
    next_year = today_of(enrolled.person) + A_YEAR
    read = rules or enrolled.rules
    if enrolled.renew_on == next_year and read == enrolled.rules == rules_in_force():
        return enrolled
    _accept(enrolled, read)
    enrolled.renew_on = next_year
    keep(enrolled, by=by, verb="enrollment renewed", rules=enrolled.rules.number)
    withdraw_notices(about=enrolled, kind=RENEWAL)
    owe(kind=RENEWAL, person=enrolled.person, about=enrolled, due_on=next_year)
    return enrolled


@transaction.atomic
def set_listed(*, mentor: Mentor, by: Person, is_listed: bool) -> Mentor:
    """In the list of mentors that approved mentees read, or out of it. Choices that name the mentor stay."""
    mentor = lock(mentor)
    if mentor.is_listed != is_listed:
        mentor.is_listed = is_listed
        keep(mentor, by=by, verb="listed" if is_listed else "taken off the list")
    return mentor
