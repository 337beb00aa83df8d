"""From the proposal to the end of a pair. Places are counted under the mentor's lock, and by the database."""

from django.db import transaction
from django.utils import timezone

from audit.models import record
from notices.actions import owe, today_of
from notices.actions import withdraw as withdraw_notices

from .kinds import CHOOSE_NEXT, DECLINED, DID_YOU_MEET, ENDED, INTRODUCED, PROPOSED, PULSE
from .models import Choice, Format, Mentee, Mentor, Next, Pair, PairStatus, Person, Place, Round
from .pair_rows import lock_with_people, move, people_of, refuse_stranger
from .places import follow_capacity
from .proposal_rules import answer_by, refuse_away, refuse_crowded, refuse_late_yes, refuse_unfit, refuse_unless_asked
from .refusals import MentoringRefused
from .terms import LENGTHS, ONE_DAY, days_of, months_after
from .typed import fitting


# ------------------------------------------------------------------------------------------------ proposing
@transaction.atomic
def propose(
    *,
    mentor: Mentor,
    mentee: Mentee,
    by: Person | str,
    format: str = Format.YEAR,
    round: Round | None = None,
    reasons: list[str] | None = None,
) -> Pair:
    """Ask the mentor. A proposal holds a place of the mentor as long as it is open, so that nobody is asked in vain."""
    mentor = Mentor.objects.select_for_update(of=("self",)).select_related("person").get(pk=mentor.pk)
    mentee = Mentee.objects.select_for_update(of=("self",)).select_related("person").get(pk=mentee.pk)
    refuse_unfit(mentor, mentee)
    if there := Pair.objects.opened().filter(mentor=mentor, mentee=mentee).first():
        return there
    refuse_away(mentor, mentee)
    refuse_crowded(mentor, mentee, format)
    pair = Pair(mentor=mentor, mentee=mentee, round=round, format=format, reasons=list(reasons or ()))
    pair.proposed_at, pair.proposed_by = timezone.now(), None if isinstance(by, str) else by
    pair.answer_by = answer_by(pair)
    pair.save()
    record(by=by, verb="pair proposed", subject=pair, data={"answer_by": pair.answer_by.isoformat()})
    owe(kind=PROPOSED, person=mentor.person, about=pair, due_on=today_of(mentor.person))
    return pair


# ------------------------------------------------------------------------------------------------ answering
@transaction.atomic
def accept(*, pair: Pair, by: Person) -> Pair:
    """Yes. A second yes changes nothing; a yes to what is no longer asked is refused with the reason."""
    pair = lock_with_people(pair)
    refuse_unless_asked(pair, by)
    if pair.status == PairStatus.ACTIVE:
        return pair
    refuse_late_yes(pair)
    today = today_of(by)
    pair.place = _free_place(pair.mentor)
    pair.started_on, pair.ends_on = today, months_after(today, LENGTHS[Format(pair.format)])
    move(pair, PairStatus.ACTIVE, by=by, verb="pair accepted")
    if pair.format != Format.SESSION or pair.mentee.formats == [Format.SESSION]:
        Mentee.objects.filter(pk=pair.mentee_id).update(waiting_since=None, unanswered=0)
        Choice.objects.filter(mentee=pair.mentee_id).delete()
    ask_after = days_of("first_meeting_days") * ONE_DAY
    for person in people_of(pair):
        owe(kind=INTRODUCED, person=person, about=pair, due_on=today_of(person))
        owe(kind=DID_YOU_MEET, person=person, about=pair, due_on=today + ask_after)
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
    pair = lock_with_people(pair)
    refuse_unless_asked(pair, by)
    if pair.status == PairStatus.DECLINED:
        return pair
    pair.decline_reason = fitting(Pair, "decline_reason", reason, field="reason")
    move(pair, PairStatus.DECLINED, by=by, verb="pair declined")
    back_to_waiting(pair, unanswered=0)
    owe(kind=DECLINED, person=pair.mentee.person, about=pair, due_on=today_of(pair.mentee.person))
    return pair


@transaction.atomic
def withdraw(*, pair: Pair, by: Person | str) -> Pair:
    """Take the proposal back: by staff, by the mentee, or by the mentor who has fewer places now."""
    pair = lock_with_people(pair)
    refuse_stranger(pair, by)
    if pair.status != PairStatus.WITHDRAWN:
        move(pair, PairStatus.WITHDRAWN, by=by, verb="proposal taken back")
        back_to_waiting(pair, unanswered=0)
    return pair


def back_to_waiting(pair: Pair, *, unanswered: int) -> None:
    """The mentee waits since the day they first did, so nobody loses their turn by an answer that never came."""
    mentee = pair.mentee
    mentee.waiting_since = mentee.waiting_since or today_of(mentee.person)
    mentee.unanswered += unanswered
    mentee.save(update_fields=["waiting_since", "unanswered"])
    if pair.status != PairStatus.WITHDRAWN:  # whoever did not take it is not asked first again
        Choice.objects.filter(mentee=mentee, mentor=pair.mentor).delete()


# ------------------------------------------------------------------------------------------------ ending
@transaction.atomic
def end(*, pair: Pair, by: Person | str, wants_next: str = "") -> Pair:
    """At any time, by either of the two, by staff or by the calendar; nobody is asked why."""
    pair = lock_with_people(pair)
    refuse_stranger(pair, by)
    if pair.status != PairStatus.ENDED:
        pair.ended_at, pair.ended_by, pair.place = timezone.now(), None if isinstance(by, str) else by, None
        move(pair, PairStatus.ENDED, by=by, verb="pair ended")
        follow_capacity(pair.mentor)
        _let_go(pair)
    return say_what_next(pair=pair, by=by, wants_next=wants_next) if wants_next else pair


def _let_go(pair: Pair) -> None:
    pair.meetings.filter(took_place=False, starts_at__gt=timezone.now()).update(is_called_off=True)
    for pulse in pair.pulses.filter(answered_at=None):
        withdraw_notices(about=pulse, kind=PULSE)
    for person in people_of(pair):
        owe(kind=ENDED, person=person, about=pair, due_on=today_of(person))
    owe(kind=CHOOSE_NEXT, person=pair.mentee.person, about=pair, due_on=today_of(pair.mentee.person))


@transaction.atomic
def say_what_next(*, pair: Pair, by: Person | str, wants_next: str) -> Pair:
    """The mentee's private word on what should follow; the mentor never sees it."""
    pair = lock_with_people(pair)
    if isinstance(by, str) or by.pk != pair.mentee.person_id:
        raise MentoringRefused("Only the mentee says what should come next.")
    if pair.status != PairStatus.ENDED:
        raise MentoringRefused("This pair is still under way.")
    if wants_next not in Next.values:
        raise MentoringRefused("Choose one of the answers.", field="wants_next")
    pair.mentee_wants_next = wants_next
    pair.save(update_fields=["mentee_wants_next"])
    withdraw_notices(about=pair, kind=CHOOSE_NEXT)
    if not pair.mentee.pairs.opened().exclude(format=Format.SESSION).exists():
        _wait_for(pair, wants_next)
    record(by=by, verb="mentee said what should come next", subject=pair)
    return pair


def _wait_for(pair: Pair, wants_next: str) -> None:
    """The same mentor again is the mentee's first choice in the next matching; nobody promises a yes."""
    mentee = pair.mentee
    waits = wants_next in (Next.SAME, Next.OTHER)
    mentee.waiting_since = (mentee.waiting_since or today_of(mentee.person)) if waits else None
    mentee.save(update_fields=["waiting_since"])
    if wants_next == Next.SAME:
        mentee.choices.all().delete()
        Choice.objects.create(mentee=mentee, mentor=pair.mentor, rank=1)
    else:
        mentee.choices.filter(mentor=pair.mentor).delete()
