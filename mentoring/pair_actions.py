"""From the proposal to the end of a pair. A mentor's places are counted under the mentor's lock, and by the database."""

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from audit.models import record
from facts.models import Fact
from notices.actions import owe, today_of
from notices.actions import withdraw as withdraw_notices

from .models import (
    PAIR_MOVES,
    Choice,
    Enrolment,
    Format,
    KeptApart,
    Mentee,
    Mentor,
    Next,
    Pair,
    PairStatus,
    Person,
    Place,
    Round,
)
from .refusals import MentoringRefused

LENGTHS = {Format.YEAR: 12, Format.HALF_YEAR: 6, Format.SESSION: 1}  # months until the pair ends by itself
PROPOSED = "mentoring.proposed"
INTRODUCED, DECLINED, EXPIRED, ENDED = (
    "mentoring.introduced",
    "mentoring.declined",
    "mentoring.expired",
    "mentoring.ended",
)


def days_of(key: str) -> int:
    return int(Fact.objects.get(key=f"mentoring.{key}").value)


# ------------------------------------------------------------------------------------------------ proposing
@transaction.atomic
def propose(
    *,
    mentor: Mentor,
    mentee: Mentee,
    by: Person,
    format: str = Format.YEAR,
    round: Round | None = None,
    reasons: list[str] | None = None,
) -> Pair:
    """Ask the mentor. A proposal holds a place of the mentor as long as it is open, so that nobody is asked in vain."""
    mentor = Mentor.objects.select_for_update(of=("self",)).select_related("person").get(pk=mentor.pk)
    mentee = Mentee.objects.select_for_update(of=("self",)).select_related("person").get(pk=mentee.pk)
    _refuse_unfit(mentor, mentee)
    if there := Pair.objects.opened().filter(mentor=mentor, mentee=mentee).first():
        return there
    if mentor.pairs.opened().count() >= mentor.capacity:
        raise MentoringRefused("This mentor has no free place.")
    answer_by = today_of(mentor.person) + timedelta(days=days_of("answer_days"))
    pair = Pair.objects.create(
        mentor=mentor,
        mentee=mentee,
        round=round,
        format=format,
        reasons=list(reasons or ()),
        proposed_at=timezone.now(),
        proposed_by=by,
        answer_by=answer_by,
    )
    record(by=by, verb="pair proposed", subject=pair, data={"answer_by": answer_by.isoformat()})
    owe(kind=PROPOSED, person=mentor.person, about=pair, due_on=today_of(mentor.person))
    return pair


def _refuse_unfit(mentor: Mentor, mentee: Mentee) -> None:
    for enrolled in (mentor, mentee):
        if enrolled.status != Enrolment.APPROVED or not enrolled.person.is_active:
            raise MentoringRefused(f"This {enrolled._meta.verbose_name} is not approved.")
    if mentor.person_id == mentee.person_id:
        raise MentoringRefused("Nobody is their own mentor.")
    if KeptApart.objects.between(mentor.person, mentee.person).exists():
        raise MentoringRefused("These two are kept apart.")
    if mentee.pairs.active().exclude(format=Format.SESSION).exists():
        raise MentoringRefused("This mentee has a mentor.")


def _lock_mentor(pair: Pair) -> Pair:
    """The mentor's row first, always: whoever else counts the places of this mentor waits here."""
    Mentor.objects.select_for_update().get(pk=pair.mentor_id)
    return Pair.objects.select_related("mentor__person", "mentee__person").get(pk=pair.pk)


# ------------------------------------------------------------------------------------------------ answering
@transaction.atomic
def accept(*, pair: Pair, by: Person) -> Pair:
    """Yes. A second yes changes nothing; a yes to what is no longer asked is refused with the reason."""
    pair = _lock_mentor(pair)
    if pair.status == PairStatus.ACTIVE:
        return pair
    if by.pk != pair.mentor.person_id:
        raise MentoringRefused("Only the mentor who was asked can say yes.")
    if pair.status == PairStatus.PROPOSED and today_of(by) > pair.answer_by:
        raise MentoringRefused("The time to answer is over. The mentee is looked after; thank you all the same.")
    today = today_of(by)
    pair.place = _free_place(pair.mentor)
    pair.started_on, pair.ends_on = today, months_after(today, LENGTHS[Format(pair.format)])
    _move(pair, PairStatus.ACTIVE, by=by, verb="pair accepted")
    Mentee.objects.filter(pk=pair.mentee_id).update(waiting_since=None, unanswered=0)
    Choice.objects.filter(mentee=pair.mentee_id).delete()
    for person in (pair.mentor.person, pair.mentee.person):
        owe(kind=INTRODUCED, person=person, about=pair, due_on=today_of(person))
    return pair


def _free_place(mentor: Mentor) -> Place:
    """Raises MentoringRefused when every place is taken. Call it under the mentor's lock."""
    taken = Pair.objects.active().filter(mentor=mentor).values("place")
    place = mentor.places.exclude(pk__in=taken).order_by("number").first()
    if place is None:
        used = Pair.objects.active().filter(mentor=mentor).count()
        raise MentoringRefused(f"All {used} of your places are taken. Raise the number of your places first.")
    return place


@transaction.atomic
def decline(*, pair: Pair, by: Person, reason: str = "") -> Pair:
    """No, without blame; the reason is for staff."""
    pair = _lock_mentor(pair)
    if by.pk != pair.mentor.person_id:
        raise MentoringRefused("Only the mentor who was asked can say no.")
    if pair.status == PairStatus.DECLINED:
        return pair
    pair.decline_reason = reason.strip()
    _move(pair, PairStatus.DECLINED, by=by, verb="pair declined")
    _back_to_waiting(pair, unanswered=0)
    owe(kind=DECLINED, person=pair.mentee.person, about=pair, due_on=today_of(pair.mentee.person))
    return pair


@transaction.atomic
def withdraw(*, pair: Pair, by: Person) -> Pair:
    pair = _lock_mentor(pair)
    if pair.status != PairStatus.WITHDRAWN:
        _move(pair, PairStatus.WITHDRAWN, by=by, verb="proposal taken back")
        _back_to_waiting(pair, unanswered=0)
    return pair


def expire_due(today: date | None = None, *, by: str = "answers that are due") -> int:
    """Proposals that nobody answered. The mentee goes back with priority. Run daily; a rerun is harmless."""
    late = Pair.objects.filter(status=PairStatus.PROPOSED, answer_by__lt=today or timezone.localdate())
    return sum(_expire(pair, by) for pair in late.order_by("pk"))


@transaction.atomic
def _expire(pair: Pair, by: str) -> bool:
    pair = _lock_mentor(pair)
    # The mentor's own day may be a day behind: whoever answers on their last day is not too late.
    if pair.status != PairStatus.PROPOSED or today_of(pair.mentor.person) <= pair.answer_by:
        return False
    _move(pair, PairStatus.EXPIRED, by=by, verb="proposal not answered in time")
    _back_to_waiting(pair, unanswered=1)
    owe(kind=EXPIRED, person=pair.mentee.person, about=pair, due_on=today_of(pair.mentee.person))
    return True


def _back_to_waiting(pair: Pair, *, unanswered: int) -> None:
    """The mentee waits since the day they first did, so nobody loses their turn by an answer that never came."""
    mentee = Mentee.objects.select_for_update().get(pk=pair.mentee_id)
    mentee.waiting_since = mentee.waiting_since or today_of(pair.mentee.person)
    mentee.unanswered += unanswered
    mentee.save(update_fields=["waiting_since", "unanswered"])


# ------------------------------------------------------------------------------------------------ ending
@transaction.atomic
def end(*, pair: Pair, by: Person | str, wants_next: str = "") -> Pair:
    """At any time, by either of the two, by staff or by the calendar; nobody is asked why."""
    pair = _lock_mentor(pair)
    if pair.status == PairStatus.ENDED:
        return pair
    pair.ended_at, pair.ended_by, pair.place = timezone.now(), None if isinstance(by, str) else by, None
    _move(pair, PairStatus.ENDED, by=by, verb="pair ended")
    for person in (pair.mentor.person, pair.mentee.person):
        owe(kind=ENDED, person=person, about=pair, due_on=today_of(person))
    return say_what_next(pair=pair, by=pair.mentee.person, wants_next=wants_next) if wants_next else pair


@transaction.atomic
def say_what_next(*, pair: Pair, by: Person, wants_next: str) -> Pair:
    """The mentee's private word on what should follow; the mentor never sees it."""
    pair = _lock_mentor(pair)
    if by.pk != pair.mentee.person_id:
        raise MentoringRefused("Only the mentee says what should come next.")
    if pair.status != PairStatus.ENDED:
        raise MentoringRefused("This pair is still under way.")
    Pair.objects.filter(pk=pair.pk).update(mentee_wants_next=wants_next)
    pair.mentee_wants_next = wants_next
    waits = today_of(by) if wants_next in (Next.SAME, Next.OTHER) else None
    Mentee.objects.filter(pk=pair.mentee_id).update(waiting_since=waits)
    record(by=by, verb="mentee said what should come next", subject=pair)
    return pair


# ------------------------------------------------------------------------------------------------ moving
def _move(pair: Pair, to: str, *, by: Person | str, verb: str) -> None:
    if to not in PAIR_MOVES[pair.status]:
        raise MentoringRefused(f"This is not possible any more: the pair is “{pair.get_status_display()}”.")
    pair.status = to
    if to in (PairStatus.ACTIVE, PairStatus.DECLINED):
        pair.answered_at = timezone.now()
    pair.version += 1
    pair.save()
    withdraw_notices(about=pair)
    record(by=by, verb=verb, subject=pair)


def months_after(day: date, months: int) -> date:
    """The same day of a later month; the last day of it, where that month is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first_of_next = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), first_of_next - timedelta(days=1))
