"""What needs staff today, as rows: each list opens on its part, and the front page of the desk counts them."""

from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from mentoring.models import (
    Concern,
    ConcernStatus,
    Enrolment,
    Meeting,
    Mentee,
    Mentor,
    Pair,
    PairQuerySet,
    PairStatus,
    Pulse,
)
from mentoring.pool import waiting, with_a_place
from mentoring.terms import days_of

# Before the day a mentor comes back there is time to look for a mentee, after it to ask how they are.
AROUND_THE_RETURN = timedelta(days=7)


# ------------------------------------------------------------------------------------------------ enrollments
def applied(enrolled: QuerySet) -> QuerySet:
    return enrolled.filter(status=Enrolment.APPLIED)


def returning(mentors: QuerySet[Mentor]) -> QuerySet[Mentor]:
    """Back from a pause within the week before or after today."""
    today = timezone.localdate()
    around = (today - AROUND_THE_RETURN, today + AROUND_THE_RETURN)
    return mentors.filter(status=Enrolment.APPROVED, paused_until__range=around)


def renewal_due(enrolled: QuerySet) -> QuerySet:
    """Asked a year ago whether it still holds, and not answered."""
    return enrolled.filter(status=Enrolment.APPROVED, renew_on__lt=timezone.localdate())


def mentors_in_need(mentors: QuerySet[Mentor]) -> QuerySet[Mentor]:
    return applied(mentors) | returning(mentors)


def with_place(mentors: QuerySet[Mentor]) -> QuerySet[Mentor]:
    return mentors.filter(pk__in=with_a_place(timezone.localdate()).values("pk"))


def who_wait(mentees: QuerySet[Mentee]) -> QuerySet[Mentee]:
    return mentees.filter(pk__in=waiting(timezone.localdate()).values("pk"))


# ------------------------------------------------------------------------------------------------ pairs
def unanswered(pairs: PairQuerySet) -> PairQuerySet:
    """Reminded and still silent; or the time is over, and the mentee waits with nobody asked since."""
    left = timedelta(days=days_of("answer_days") - days_of("answer_reminder"))
    silent = Q(status=PairStatus.PROPOSED, answer_by__lte=timezone.localdate() + left)
    later = Pair.objects.filter(mentee=OuterRef("mentee"), pk__gt=OuterRef("pk"))
    in_vain = Q(status=PairStatus.EXPIRED, mentee__status=Enrolment.APPROVED, mentee__waiting_since__isnull=False)
    return pairs.filter(silent | (in_vain & ~Exists(later)))


def not_met(pairs: PairQuerySet) -> PairQuerySet:
    """The days within which a pair meets are over, and no meeting is known."""
    held = Meeting.objects.filter(pair=OuterRef("pk"), took_place=True)
    return pairs.filter(~Exists(held), status=PairStatus.ACTIVE, met_on__isnull=True, started_on__lt=_meet_by())


def _meet_by() -> date:
    return timezone.localdate() - timedelta(days=days_of("meet_within"))


LOW = Q(of_use__lte=Pulse.LOW) | Q(respected__lte=Pulse.LOW)


def low_pulse(pairs: PairQuerySet) -> PairQuerySet:
    """One of the two gave a low answer that nobody has looked at yet; also where the pair has ended since."""
    low = Pulse.objects.filter(LOW, pair=OuterRef("pk"), staff_seen_at__isnull=True)
    return pairs.filter(Exists(low))


def pairs_in_need(pairs: PairQuerySet) -> PairQuerySet:
    return unanswered(pairs) | not_met(pairs) | low_pulse(pairs)


# ------------------------------------------------------------------------------------------------ concerns
def open_concerns(concerns: QuerySet[Concern]) -> QuerySet[Concern]:
    return concerns.exclude(status=ConcernStatus.CLOSED)


def late_concerns(concerns: QuerySet[Concern]) -> QuerySet[Concern]:
    return concerns.filter(status=ConcernStatus.NEW, answer_by__lt=timezone.localdate())
