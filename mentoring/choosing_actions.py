"""Whom a mentee asks for, and who are never brought together."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q, QuerySet

from audit.models import record
from notices.actions import today_of

from .enrolment_moves import keep, lock, refuse_other, refuse_unless_approved
from .models import Choice, KeptApart, Mentee, Mentor, Pair, PairStatus, Person
from .pair_actions import withdraw
from .refusals import MentoringRefused


@transaction.atomic
def choose(*, mentee: Mentee, by: Person, mentors: Sequence[Mentor]) -> list[Choice]:
    """One to three mentors from the list, the first choice first. They replace what was chosen before."""
    mentee = lock(mentee)
    refuse_other(mentee, by)
    refuse_unless_approved(mentee)
    wanted = [mentor.pk for mentor in mentors]
    if not 1 <= len(wanted) <= Mentee.MOST_CHOICES or len(set(wanted)) < len(wanted):
        raise MentoringRefused(f"Choose from one to {Mentee.MOST_CHOICES} mentors, each of them once.")
    if list(mentee.choices.values_list("mentor", flat=True)) == wanted:
        return list(mentee.choices.all())
    # Whom they chose before may have left the list; the wish stands.
    possible = set(open_to(mentee).values_list("pk", flat=True)) | set(mentee.choices.values_list("mentor", flat=True))
    if not set(wanted) <= possible:
        raise MentoringRefused("This mentor cannot be chosen now. Look at the list as it stands today.")
    mentee.choices.all().delete()
    choices = Choice.objects.bulk_create(
        [Choice(mentee=mentee, mentor_id=pk, rank=rank) for rank, pk in enumerate(wanted, start=1)]
    )
    keep(mentee, by=by, verb="mentors chosen", choices=len(choices))
    return choices


@transaction.atomic
def forget_choices(*, mentee: Mentee, by: Person) -> None:
    """No wish of their own any more: the society looks for a mentor."""
    mentee = lock(mentee)
    refuse_other(mentee, by)
    if mentee.choices.all().delete()[0]:
        keep(mentee, by=by, verb="choices taken back")


def open_to(mentee: Mentee) -> QuerySet[Mentor]:
    """The mentors whom this mentee may read about and ask for."""
    today = today_of(mentee.person)
    here = Q(paused_until__isnull=True) | Q(paused_until__lte=today)
    listed = Mentor.objects.approved().filter(here, is_listed=True).exclude(person=mentee.person_id)
    by_them = KeptApart.objects.filter(one=mentee.person_id).values("other")
    from_them = KeptApart.objects.filter(other=mentee.person_id).values("one")
    return listed.exclude(person__in=by_them).exclude(person__in=from_them).select_related("person")


@transaction.atomic
def keep_apart(*, by: Person, one: Person, other: Person, is_conflict: bool = False) -> KeptApart:
    """These two are never paired. Neither is told; a pair under way goes on until one of them or staff ends it."""
    if by.pk != one.pk and not by.is_staff:
        raise MentoringRefused("You can say this only for yourself.")
    if one.pk == other.pk:
        raise MentoringRefused("Choose two different people.")
    if there := KeptApart.objects.between(one, other).first():
        return there
    for pair in Pair.objects.filter(_between(one, other), status=PairStatus.PROPOSED):
        withdraw(pair=pair, by=by)
    Choice.objects.filter(_between(one, other)).delete()
    row = KeptApart.objects.create(one=one, other=other, is_conflict=is_conflict)
    record(by=by, verb="kept apart", subject=row)
    return row


def _between(one: Person, other: Person) -> Q:
    return Q(mentor__person=one, mentee__person=other) | Q(mentor__person=other, mentee__person=one)
