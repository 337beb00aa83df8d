"""What rules.py and scoring.py say about one pair, for the whole pool at once; a test holds them to each other."""

from collections.abc import Callable, Collection, Iterable, Iterator
from operator import attrgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .blocks import Block, equal, listed, meeting, shared
from .people import Mentee, Mentor, PairIds, Pool, key_of
from .scoring import COMMON_LANGUAGE
from .terms import (
    MOST_CHOICES,
    MOST_HELP,
    MOST_HURDLES,
    MOST_LANGUAGES,
    MOST_SPECIALTIES,
    MOST_UNANSWERED,
    MOST_WEEKS,
    Terms,
)
from .times import WEEK, possible_starts

ROWS = 64  # a block of so many mentors by thousands of mentees stays in the processor's cache


class Grid:
    def __init__(self, pool: Pool, terms: Terms, forbidden: Collection[PairIds] = ()) -> None:
        self.terms = terms
        self.mentors, self.mentees = pool.mentors, pool.mentees
        self._row = {mentor.id: row for row, mentor in enumerate(self.mentors)}
        self._column = {mentee.id: column for column, mentee in enumerate(self.mentees)}
        # The first is what staff forbade; then as in rules.RULES.
        self.refusals: tuple[Block, ...] = (self._pairs(forbidden), *self._rules())
        self._criteria = tuple(self._points())

    def slices(self) -> Iterator[slice]:
        many = len(self.mentors)
        return (slice(start, min(start + ROWS, many)) for start in range(0, many, ROWS))

    def refused(self, some: slice) -> NDArray[np.bool_]:
        found = np.zeros((some.stop - some.start, len(self.mentees)), dtype=bool)
        for rule in self.refusals:
            found |= rule(some).astype(bool, copy=False)
        return found

    def points(self, some: slice) -> NDArray[np.int32]:
        """Also for pairs that are refused."""
        total = np.zeros((some.stop - some.start, len(self.mentees)), dtype=np.int32)
        for weight, block in self._criteria:
            total += np.multiply(block(some), weight, dtype=np.int32)
        return total

    def positions(self, pairs: Iterable[PairIds]) -> list[tuple[int, int]]:
        """Row and column of each pair; who is not in the pool does not matter."""
        return [(self._row[m], self._column[n]) for m, n in pairs if m in self._row and n in self._column]

    # ------------------------------------------------------------------------------------------------ hard rules
    def _rules(self) -> Iterator[Block]:
        yield self._pairs((mentor, mentor) for mentor in self._row)
        yield self._between("conflicts")
        yield self._between("blocks")
        yield self._same_supervisor()
        yield equal(*self._of(lambda person: key_of(person.employer)))
        yield self._woman_needed()
        yield self._language_needed()
        yield _none(shared(*self._of(attrgetter("formats")), most=1))
        yield self._no_common_time()

    def _same_supervisor(self) -> Block:
        mentors, mentees = self._of(lambda person: key_of(person.supervisor))
        same, is_the_one = equal(mentors, mentees), equal([key_of(mentor.name) for mentor in self.mentors], mentees)
        return lambda some: same(some) | is_the_one(some)

    def _woman_needed(self) -> Block:
        other = np.array([not mentor.is_woman for mentor in self.mentors], dtype=bool)
        needed = np.array([mentee.needs_woman for mentee in self.mentees], dtype=bool)
        return lambda some: other[some, None] & needed

    def _language_needed(self) -> Block:
        needed = [mentee.needs_language for mentee in self.mentees]
        common = shared([mentor.languages for mentor in self.mentors], needed, most=1)
        any_needed = np.array([bool(languages) for languages in needed], dtype=bool)
        return lambda some: (common(some) == 0) & any_needed

    def _no_common_time(self) -> Block:
        mentors, mentees = self._of(lambda person: possible_starts(person, self.terms))
        seasons = [
            meeting([starts[season] for starts in mentors], [starts[season] for starts in mentees], WEEK)
            for season in range(len(self.terms.seasons))
        ]
        return lambda some: ~np.logical_and.reduce([season(some) for season in seasons])

    def _between(self, name: str) -> Block:
        """Whichever of the two has the other in a list."""
        of = attrgetter(name)
        theirs = [(mentor.id, other) for mentor in self.mentors for other in of(mentor)]
        return self._pairs([*theirs, *((other, mentee.id) for mentee in self.mentees for other in of(mentee))])

    # ------------------------------------------------------------------------------------------------ points
    def _points(self) -> Iterator[tuple[int, Block]]:
        weights, of = self.terms.weights, self._of
        yield 1, self._next_hurdle()
        later = [mentee.later_hurdles for mentee in self.mentees]
        yield weights.further_hurdle, shared([mentor.hurdles for mentor in self.mentors], later, MOST_HURDLES)
        spoken = of(lambda person: person.languages - COMMON_LANGUAGE)
        yield weights.language, shared(*spoken, MOST_LANGUAGES)
        yield weights.specialty, shared(*of(attrgetter("specialties")), MOST_SPECIALTIES)
        yield weights.help, shared(*of(attrgetter("help")), MOST_HELP)
        yield weights.region, equal(*of(attrgetter("region")))
        yield weights.school_country, equal(*of(attrgetter("school_country")))
        yield weights.choice, self._choices()
        yield 1, self._priority()

    def _next_hurdle(self) -> Block:
        names = sorted({mentee.next_hurdle for mentee in self.mentees} - {""})
        wanted = np.array([names.index(m.next_hurdle) if m.next_hurdle else -1 for m in self.mentees], dtype=np.int32)
        # The last column, -1, is for those who stated none.
        cleared = [[self._for_hurdle(mentor, name) for name in [*names, ""]] for mentor in self.mentors]
        table = np.array(cleared, dtype=np.int32).reshape(len(self.mentors), len(names) + 1)
        return lambda some: np.take(table[some], wanted, axis=1)

    def _for_hurdle(self, mentor: Mentor, name: str) -> int:
        year = mentor.hurdles.get(name) if name else None
        return self.terms.weights.for_next_hurdle(self.terms.on.year - year) if year is not None else 0

    def _choices(self) -> Block:
        found = (
            (*position, MOST_CHOICES - place)
            for mentee in self.mentees
            for mentor, place in _places(mentee.choices[:MOST_CHOICES]).items()
            for position in self.positions([(mentor, mentee.id)])
        )
        return listed(found, len(self.mentees))

    def _priority(self) -> Block:
        """The same for every mentor: it decides who has to wait longer, not for whom."""
        weights, on = self.terms.weights, self.terms.on
        weeks = np.array([(on - mentee.waiting_since).days // 7 for mentee in self.mentees], dtype=np.int32)
        unanswered = np.array([mentee.unanswered for mentee in self.mentees], dtype=np.int32)
        points = np.clip(weeks, 0, MOST_WEEKS) * weights.week_waiting
        points += np.minimum(unanswered, MOST_UNANSWERED) * weights.unanswered
        return lambda some: points

    # ------------------------------------------------------------------------------------------------ reading
    def _of(self, read: Callable[[Mentor | Mentee], Any]) -> tuple[list[Any], list[Any]]:
        return [read(mentor) for mentor in self.mentors], [read(mentee) for mentee in self.mentees]

    def _pairs(self, pairs: Iterable[PairIds]) -> Block:
        return listed(((*position, 1) for position in self.positions(pairs)), len(self.mentees))


def _none(counts: Block) -> Block:
    return lambda some: counts(some) == 0


def _places(choices: tuple[int, ...]) -> dict[int, int]:
    """The place of each; somebody named twice has the better one."""
    return {mentor: place for place, mentor in reversed(list(enumerate(choices)))}
