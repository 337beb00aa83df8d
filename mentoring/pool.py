"""Who waits and who has a place, read from the rows as the matching engine sees them. Its ids are those of persons."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, time
from functools import cached_property, lru_cache
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from .matching.people import Mentee as WaitingMentee
from .matching.people import Mentor as FreeMentor
from .matching.people import PairIds, Pool, Window
from .models import (
    Choice,
    Format,
    Help,
    Hurdle,
    KeptApart,
    Language,
    Mentee,
    Mentor,
    Next,
    Pair,
    PairStatus,
    Region,
    Specialty,
)

_OPEN = (PairStatus.PROPOSED, PairStatus.ACTIVE)
_BOTH = (
    "pk", "person_id", "person__time_zone", "free_hours", "formats", "languages", "specialties", "help", "region",
    "school_country", "employer", "supervisor",
)  # fmt: skip
_MENTOR = (*_BOTH, "person__full_name", "capacity", "open_pairs", "is_woman", "hurdles")
_MENTEE = (*_BOTH, "waiting_since", "next_hurdle", "further_hurdles", "needs_woman", "needs_language", "unanswered")
_AT_ONCE = 500

# The words the sentences are made of: as readers see them, inside a sentence.
_SPECIALTIES = {key: label.lower() for key, label in Specialty.choices}
_LANGUAGES, _HELP, _HURDLES, _FORMATS = (dict(kind.choices) for kind in (Language, Help, Hurdle, Format))
# Two people abroad need not be near each other.
_REGIONS = {key: label for key, label in Region.choices if key not in (Region.ABROAD, Region.OTHER_STATE)}

Ids = dict[int, frozenset[int]]


@dataclass(frozen=True)
class People:
    pool: Pool
    mentors: dict[int, int]  # the person's id: the mentor's
    mentees: dict[int, int]

    @cached_property
    def mentors_by_id(self) -> dict[int, FreeMentor]:
        return {mentor.id: mentor for mentor in self.pool.mentors}

    @cached_property
    def mentees_by_id(self) -> dict[int, WaitingMentee]:
        return {mentee.id: mentee for mentee in self.pool.mentees}

    @property
    def places(self) -> int:
        return sum(mentor.places for mentor in self.pool.mentors)


# ------------------------------------------------------------------------------------------------ who
def with_a_place(on: date) -> QuerySet[Mentor]:
    """Who may be asked today. A proposal holds its place as long as it is open."""
    open_pairs = Count("pairs", filter=Q(pairs__status__in=_OPEN))
    here = Mentor.objects.approved().filter(_not_paused(on), capacity__gt=0)
    return here.annotate(open_pairs=open_pairs).filter(capacity__gt=F("open_pairs"))


def waiting(on: date) -> QuerySet[Mentee]:
    """Who has no mentor and waits for one; a single session does not count as having one."""
    taken = Pair.objects.opened().exclude(status=PairStatus.ACTIVE, format=Format.SESSION).values("mentee")
    return Mentee.objects.approved().filter(_not_paused(on), waiting_since__isnull=False).exclude(pk__in=taken)


def _not_paused(on: date) -> Q:
    return Q(paused_until__isnull=True) | Q(paused_until__lte=on)


def tried_before() -> frozenset[PairIds]:
    """Asked in vain, or ended with the wish for somebody else: no round brings these two together again."""
    in_vain = Q(status__in=(PairStatus.DECLINED, PairStatus.EXPIRED))
    tried = Pair.objects.filter(in_vain | Q(status=PairStatus.ENDED, mentee_wants_next=Next.OTHER))
    return frozenset(tried.order_by().values_list("mentor__person", "mentee__person").distinct())


# ------------------------------------------------------------------------------------------------ reading
def read_people(
    on: date, *, mentors: QuerySet[Mentor] | None = None, mentees: QuerySet[Mentee] | None = None
) -> People:
    """Everybody who can take part on this day, or of a side only those given (mentors as `with_a_place` has them)."""
    wanted = waiting(on) if mentees is None else mentees
    both, numbers, chosen = _Both(), ({}, {}), _choices(wanted)
    pool = Pool(
        tuple(
            _mentor(row, both) for row in _rows(with_a_place(on) if mentors is None else mentors, _MENTOR, numbers[0])
        ),
        tuple(_mentee(row, both, chosen, on) for row in _rows(wanted, _MENTEE, numbers[1])),
    )
    return People(pool, *numbers)


def _rows(people: QuerySet[Any], fields: tuple[str, ...], numbers: dict[int, int]) -> Iterator[dict[str, Any]]:
    """One after the other, so that no side is in memory twice."""
    for row in people.order_by("pk").values(*fields).iterator(chunk_size=_AT_ONCE):
        numbers[row["person_id"]] = row["pk"]
        yield row


def _choices(mentees: QuerySet[Mentee]) -> dict[int, tuple[int, ...]]:
    found: dict[int, tuple[int, ...]] = {}
    rows = Choice.objects.filter(mentee__in=mentees.values("pk")).order_by("mentee", "rank")
    for mentee, person in rows.values_list("mentee", "mentor__person"):
        found[mentee] = (*found.get(mentee, ()), person)
    return found


class _Both:
    """What the two sides have alike."""

    def __init__(self) -> None:
        self.conflicts, self.blocks = (_kept_apart(is_conflict) for is_conflict in (True, False))

    def read(self, row: dict[str, Any]) -> dict[str, Any]:
        person = row["person_id"]
        return {
            "id": person,
            "time_zone": row["person__time_zone"],
            "free": tuple(_window(*hours) for hours in row["free_hours"]),
            "formats": _words(row["formats"], _FORMATS),
            "languages": _words(row["languages"], _LANGUAGES),
            "specialties": _words(row["specialties"], _SPECIALTIES),
            "help": _words(row["help"], _HELP),
            "region": _REGIONS.get(row["region"], ""),
            "school_country": row["school_country"],
            "employer": row["employer"],
            "supervisor": row["supervisor"],
            "conflicts": self.conflicts.get(person, frozenset()),
            "blocks": self.blocks.get(person, frozenset()),
        }


def _kept_apart(is_conflict: bool) -> Ids:
    found: dict[int, set[int]] = defaultdict(set)
    for one, other in KeptApart.objects.filter(is_conflict=is_conflict).values_list("one", "other"):
        found[one].add(other)
    return {person: frozenset(others) for person, others in found.items()}


@lru_cache(maxsize=10_000)
def _window(weekday: int, start: str, end: str) -> Window:
    return Window(weekday, time.fromisoformat(start), time.fromisoformat(end))


def _words(keys: Iterable[str], labels: dict[str, str]) -> frozenset[str]:
    return frozenset(labels[key] for key in keys if key in labels)


def _mentor(row: dict[str, Any], both: _Both) -> FreeMentor:
    return FreeMentor(
        **both.read(row),
        name=row["person__full_name"] or "This mentor",
        places=max(0, row["capacity"] - row["open_pairs"]),
        is_woman=row["is_woman"],
        hurdles={_HURDLES[key]: int(year) for key, year in row["hurdles"].items() if key in _HURDLES},
    )


def _mentee(row: dict[str, Any], both: _Both, chosen: dict[int, tuple[int, ...]], on: date) -> WaitingMentee:
    return WaitingMentee(
        **both.read(row),
        waiting_since=row["waiting_since"] or on,
        next_hurdle=_HURDLES.get(row["next_hurdle"], ""),
        further_hurdles=_words(row["further_hurdles"], _HURDLES),
        needs_woman=row["needs_woman"],
        needs_language=_words(row["needs_language"], _LANGUAGES),
        choices=chosen.get(row["pk"], ()),
        unanswered=row["unanswered"],
    )
