"""A draft to try things on, and what to read off it."""

from accounts.models import User
from mentoring import round_actions, tasks
from mentoring.models import Mentee, Mentor, Round

from .people_rows import a_mentee, a_mentor

BEST = {("Amir Khan", "Mei Lin"), ("Olga Ivanova", "Luis Diaz")}
CROSSED = {("Amir Khan", "Luis Diaz"), ("Olga Ivanova", "Mei Lin")}


def start_draft(by: User) -> Round:
    """Two mentors with a place each, two mentees; Amir cleared what Mei is on, Olga what Luis is on."""
    a_mentor(hurdles={"fcvs": 2024})
    a_mentor("Olga Ivanova", hurdles={"match": 2024})
    a_mentee(next_hurdle="fcvs")
    a_mentee("Luis Diaz", next_hurdle="match")
    return worked_out(round_actions.start_round(by=by))


def worked_out(round: Round) -> Round:
    """As after the task that is queued with the commit; a test's transaction never commits."""
    tasks.work_out_round(round.pk)
    round.refresh_from_db()
    return round


def pairs_of(round: Round) -> set[tuple[str, str]]:
    chosen = round.pairs.filter(is_chosen=True).select_related("mentor__person", "mentee__person")
    return {(str(pair.mentor.person), str(pair.mentee.person)) for pair in chosen}


def mentor(name: str = "Amir Khan") -> Mentor:
    return Mentor.objects.get(person__full_name=name)


def mentee(name: str = "Mei Lin") -> Mentee:
    return Mentee.objects.get(person__full_name=name)
