"""The best few mentors for one mentee."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from .matching.suggestions import suggest
from .models import Mentee, Mentor
from .pool import read_people, tried_before, with_a_place
from .weights_actions import terms_of, weights_in_force

ASKED_ALL = "Every mentor who is possible was asked before."


@dataclass(frozen=True)
class Suggestion:
    mentor: Mentor
    score: int
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Suggestions:
    """The best first. `why_none` is a sentence for staff."""

    found: tuple[Suggestion, ...]
    why_none: str = ""


def suggestions_for(*, mentee: Mentee, most: int = 5, mentors: QuerySet[Mentor] | None = None) -> Suggestions:
    """Among the mentors with a free place, or those of them given; whoever was asked in vain is left out."""
    today = timezone.localdate()
    free = with_a_place(today) if mentors is None else with_a_place(today).filter(pk__in=mentors.values("pk"))
    people = read_people(today, mentors=free, mentees=Mentee.objects.filter(pk=mentee.pk))
    tried = {mentor for mentor, one in tried_before() if one == mentee.person_id}
    terms = terms_of(weights_in_force(), today)
    result = suggest(people.pool, people.mentees_by_id[mentee.person_id], terms, most + len(tried))
    pairs = [pair for pair in result.pairs if pair.mentor not in tried][:most]
    rows = Mentor.objects.select_related("person").in_bulk([people.mentors[pair.mentor] for pair in pairs])
    found = tuple(
        Suggestion(rows[people.mentors[pair.mentor]], pair.score, tuple(reason.text for reason in pair.reasons))
        for pair in pairs
    )
    return Suggestions(found, "" if found else result.why_none or ASKED_ALL)
