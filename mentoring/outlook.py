"""What would change in a draft if staff fixed or forbade one pair: to be looked at before it is done."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.utils import timezone

from .matching.people import Impossible
from .matching.rounds import Change
from .matching.rounds import Pair as MatchedPair
from .matching.rounds import what_changes as change_of
from .models import Mentee, Mentor, Round
from .pool import read_people, tried_before
from .refusals import MentoringRefused
from .round_actions import refuse_edit
from .round_work import draft_of, edits_of
from .weights_actions import terms_of

MOST_COMPARED = 3_000_000  # places by mentees: what a page can work out while somebody waits for it


class TooLargeToLookAhead(MentoringRefused):
    def __init__(self) -> None:
        super().__init__(
            "This round is too large to look ahead on the page. You may go on: the draft is worked out again, keeps"
            " the pairs it has wherever it can, and you can take your decision back."
        )


@dataclass(frozen=True)
class Outlook:
    """In pairs of mentor and mentee. `score` is the points gained; below zero, lost."""

    gone: tuple[tuple[Mentor, Mentee], ...]
    new: tuple[tuple[Mentor, Mentee], ...]
    newly_matched: tuple[Mentee, ...]
    no_longer_matched: tuple[Mentee, ...]
    score: int

    @property
    def is_nothing(self) -> bool:
        return not (self.gone or self.new)

    @property
    def lost(self) -> int:
        """Points."""
        return max(0, -self.score)


def what_changes(*, round: Round, mentor: Mentor, mentee: Mentee, wish: str) -> Outlook:
    """Against the draft as it stands. Raises TooLargeToLookAhead, or MentoringRefused when the wish cannot be."""
    refuse_edit(round)
    today = timezone.localdate()
    people, draft = read_people(today), draft_of(round)
    if people.places * len(people.mentees) > MOST_COMPARED:
        raise TooLargeToLookAhead
    edits = edits_of(round, (mentor.person_id, mentee.person_id, wish))
    edits = replace(edits, forbidden=edits.forbidden | (tried_before() - edits.fixed))
    try:
        return _with_rows(change_of(people.pool, terms_of(round.weights, today), draft, edits))
    except Impossible as error:
        raise MentoringRefused(str(error)) from error


def _with_rows(change: Change) -> Outlook:
    pairs = (*change.gone, *change.new)
    mentors = _by_person(Mentor, [pair.mentor for pair in pairs])
    mentees = _by_person(Mentee, [pair.mentee for pair in pairs])

    def rows(some: Iterable[MatchedPair]) -> tuple[tuple[Mentor, Mentee], ...]:
        return tuple((mentors[pair.mentor], mentees[pair.mentee]) for pair in some)

    return Outlook(
        gone=rows(change.gone),
        new=rows(change.new),
        newly_matched=tuple(mentees[person] for person in change.newly_matched),
        no_longer_matched=tuple(mentees[person] for person in change.no_longer_matched),
        score=change.score,
    )


def _by_person(side: type[Any], persons: list[int]) -> dict[int, Any]:
    return {row.person_id: row for row in side.objects.filter(person__in=persons).select_related("person")}
