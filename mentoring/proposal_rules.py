"""Whether a proposal may be made, and whether it still stands."""

from datetime import date

from facts.models import day_text
from notices.actions import quiet_of, today_of
from notices.mornings import local_day

from .models import Enrolment, Format, KeptApart, Mentee, Mentor, Pair, PairStatus, Person
from .pair_rows import refuse_move
from .refusals import MentoringRefused
from .terms import answer_day, days_of


def refuse_unfit(mentor: Mentor, mentee: Mentee) -> None:
    for enrolled in (mentor, mentee):
        if enrolled.status != Enrolment.APPROVED or not enrolled.person.is_active:
            raise MentoringRefused(f"This {enrolled._meta.verbose_name} is not approved.")
    if mentor.person_id == mentee.person_id:
        raise MentoringRefused("Nobody is their own mentor.")
    if KeptApart.objects.between(mentor.person, mentee.person).exists():
        raise MentoringRefused("These two are kept apart.")


def refuse_away(mentor: Mentor, mentee: Mentee) -> None:
    for enrolled in (mentor, mentee):
        if enrolled.paused_until and enrolled.paused_until > today_of(enrolled.person):
            until = day_text(enrolled.paused_until)
            raise MentoringRefused(f"This {enrolled._meta.verbose_name} is away until {until}.")


def refuse_crowded(mentor: Mentor, mentee: Mentee, format: str) -> None:
    """One lasting mentor at a time, and one asked at a time; single sessions come on top."""
    opened = mentee.pairs.opened().exclude(format=Format.SESSION)
    if format != Format.SESSION and (there := opened.first()):
        what = "has a mentor" if there.status == PairStatus.ACTIVE else "waits for another mentor's answer"
        raise MentoringRefused(f"This mentee {what}.")
    if mentor.pairs.opened().count() >= mentor.capacity:
        raise MentoringRefused("This mentor has no free place.")


def answer_by(pair: Pair) -> date:
    person = pair.mentor.person
    return answer_day(local_day(pair.proposed_at, person.time_zone), days_of("answer_days"), quiet_of(person))


def refuse_unless_asked(pair: Pair, by: Person) -> None:
    if by.pk != pair.mentor.person_id:
        raise MentoringRefused("Only the mentor who was asked can answer.")


def refuse_late_yes(pair: Pair) -> None:
    """Why it cannot be any more is for staff: the mentor is not told what the mentee did meanwhile."""
    refuse_move(pair, PairStatus.ACTIVE)
    if is_late(pair):
        raise MentoringRefused("The time to answer is over. The mentee is looked after; thank you all the same.")
    try:
        refuse_unfit(pair.mentor, pair.mentee)
    except MentoringRefused as why:
        raise MentoringRefused("This proposal does not stand any more. The mentee is looked after.") from why
    others = pair.mentee.pairs.active().exclude(format=Format.SESSION)
    if pair.format != Format.SESSION and others.exists():
        raise MentoringRefused("This mentee has found a mentor meanwhile. Thank you all the same.")


def is_late(pair: Pair) -> bool:
    """A quiet period that began since the proposal stretches the time to answer."""
    today = today_of(pair.mentor.person)
    if today > pair.answer_by:
        pair.answer_by = max(pair.answer_by, answer_by(pair))
    return today > pair.answer_by
