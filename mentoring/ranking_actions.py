"""The yearly round by mutual ranking: who may rank whom, and keeping what they ranked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from audit.models import record
from notices.actions import owe

from .choosing_actions import open_to
from .enrolment_moves import lock, refuse_other
from .kinds import RANKING_OPEN
from .matching.rules import why_not
from .models import Mentee, Mentor, Mode, Person, Ranked, Round, RoundStatus
from .pool import read_people, waiting, with_a_place
from .refusals import MentoringRefused, StaleForm
from .suggestions import suggestions_for
from .weights_actions import terms_of

MOST_SHOWN = 30  # mentors from whom a mentee ranks; the best first
Enrolled = Mentor | Mentee


@dataclass(frozen=True)
class Candidate:
    """Somebody who may be ranked. `reasons` are sentences to the mentee; a mentor gets none."""

    enrolled: Enrolled
    reasons: tuple[str, ...] = ()


def open_ranking(today: date | None = None) -> Round | None:
    """The round in which both sides may rank on this day, by New York's calendar."""
    on = today or timezone.localdate()
    return Round.objects.filter(mode=Mode.RANKING, status=RoundStatus.WAITING, ranking_ends_on__gte=on).first()


def rankers_of(person: Person) -> list[Enrolled]:
    """In which parts this person may rank: as a mentee who waits, as a mentor with a free place."""
    today = timezone.localdate()
    sides: tuple[QuerySet[Mentee] | QuerySet[Mentor], ...] = (waiting(today), with_a_place(today))
    return [found for rows in sides if (found := rows.filter(person=person).first())]


def may_still_rank(person: Person) -> bool:
    """A ranking is open, this person has somebody to rank, and has not done it. Mentors rank those who ranked them."""
    if (round := open_ranking()) is None:
        return False
    return any(not ranked_by(round, one) and _has_somebody(round, one) for one in rankers_of(person))


def _has_somebody(round: Round, enrolled: Enrolled) -> bool:
    is_asked = Ranked.objects.filter(round=round, mentor=enrolled.pk, by_mentor=False)
    return not isinstance(enrolled, Mentor) or is_asked.exists()


def tell_rankers() -> int:
    """Whoever may still rank is told. Run daily; a rerun is harmless. Returns how many people."""
    if (round := open_ranking()) is None:
        return 0
    today = timezone.localdate()
    sides: tuple[QuerySet[Mentee] | QuerySet[Mentor], ...] = (waiting(today), with_a_place(today))
    people = {one.person_id: one.person for rows in sides for one in rows.select_related("person")}
    told = [person for person in people.values() if may_still_rank(person)]
    for person in told:
        owe(kind=RANKING_OPEN, person=person, about=round, due_on=timezone.localdate(round.made_at))
    return len(told)


# ------------------------------------------------------------------------------------------------ whom
def candidates_of(round: Round, enrolled: Enrolled) -> list[Candidate]:
    """A mentee ranks mentors who are listed; a mentor ranks the mentees who ranked them. A rule forbids the rest."""
    return _mentees(round, enrolled) if isinstance(enrolled, Mentor) else _mentors(enrolled)


def _mentors(mentee: Mentee) -> list[Candidate]:
    found = suggestions_for(mentee=mentee, most=MOST_SHOWN, mentors=open_to(mentee)).found
    return [Candidate(one.mentor, one.reasons) for one in found]


def _mentees(round: Round, mentor: Mentor) -> list[Candidate]:
    today = timezone.localdate()
    who = Ranked.objects.filter(round=round, mentor=mentor, by_mentor=False).values("mentee")
    people = read_people(
        today, mentors=with_a_place(today).filter(pk=mentor.pk), mentees=waiting(today).filter(pk__in=who)
    )
    terms = terms_of(round.weights, today)
    possible = [
        people.mentees[mentee.id]
        for mentee in people.pool.mentees
        if all(why_not(one, mentee, terms) is None for one in people.pool.mentors)
    ]
    rows = Mentee.objects.filter(pk__in=possible).select_related("person").order_by("waiting_since", "pk")
    return [Candidate(row) for row in rows]


def ranked_by(round: Round, enrolled: Enrolled) -> list[int]:
    """The numbers of the mentors (or mentees) whom this one ranked, the best liked first."""
    other = "mentee" if isinstance(enrolled, Mentor) else "mentor"
    return list(_rows(round, enrolled).order_by("rank").values_list(other, flat=True))


def version_of(ranked: Sequence[int]) -> str:
    return "-".join(map(str, ranked))


def _rows(round: Round, enrolled: Enrolled) -> QuerySet[Ranked]:
    return Ranked.objects.filter(round=round, person=enrolled.person_id, by_mentor=isinstance(enrolled, Mentor))


# ------------------------------------------------------------------------------------------------ keeping
@transaction.atomic
def save_ranking(*, round: Round, enrolled: Enrolled, by: Person, others: Sequence[Enrolled], version: str) -> None:
    """`others`, the best liked first, replace what stood; nobody else will do. `version` is what the form had shown."""
    enrolled = lock(enrolled)
    refuse_other(enrolled, by)
    if round != open_ranking():
        raise MentoringRefused("The time to rank is over.")
    if version_of(ranked_by(round, enrolled)) != version:
        raise StaleForm
    wanted = [other.pk for other in others]
    possible = {one.enrolled.pk for one in candidates_of(round, enrolled)}
    if len(set(wanted)) < len(wanted) or not set(wanted) <= possible:
        raise MentoringRefused("Somebody on your list cannot be ranked now. Look at the list as it stands.")
    _rows(round, enrolled).delete()
    Ranked.objects.bulk_create(_row(round, enrolled, other, rank) for rank, other in enumerate(others, 1))
    record(by=by, verb="ranking saved", subject=enrolled, data={"round": round.pk, "ranked": len(wanted)})


def _row(round: Round, enrolled: Enrolled, other: Enrolled, rank: int) -> Ranked:
    is_mentor = isinstance(enrolled, Mentor)
    mentor, mentee = (enrolled, other) if is_mentor else (other, enrolled)
    return Ranked(round=round, person=enrolled.person, by_mentor=is_mentor, mentor=mentor, mentee=mentee, rank=rank)
