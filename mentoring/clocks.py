"""A moment by the clocks of both sides, and the hours of the coming days at which both are free."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from facts.models import day_text
from notices.actions import quiet_of, today_of
from notices.mornings import zone

from .enrolment_parts import Enrolled
from .models import Pair, Person

DAYS_AHEAD = 14
SHOWN = 4
SHORTEST = timedelta(minutes=30)
ONE_DAY = timedelta(days=1)

Stretch = tuple[datetime, datetime]


@dataclass(frozen=True)
class BothClocks:
    """`theirs` is empty when both clocks show the same."""

    moment: datetime
    yours: str
    theirs: str


def both_clocks(moment: datetime, person: Person, other: Person) -> BothClocks:
    yours, theirs = (moment.astimezone(zone(one.time_zone)) for one in (person, other))
    differs = yours.replace(tzinfo=None) != theirs.replace(tzinfo=None)
    return BothClocks(moment, in_words(yours), in_words(theirs) if differs else "")


def in_words(local: datetime) -> str:
    """Tuesday 24 November 2026, 18:00."""
    return f"{local:%A} {day_text(local.date())}, {local:%H:%M}"


def place_of(person: Person) -> str:
    """Whose clock it is: the name of the place in the time zone, as in the list in the profile."""
    return person.time_zone.rpartition("/")[2].replace("_", " ")


# ------------------------------------------------------------------------------------------------ when both are free
@dataclass(frozen=True)
class CommonHours:
    yours: str
    theirs: str


def common_hours(pair: Pair, person: Person) -> list[CommonHours]:
    """The next few stretches in which both said that they are free and nobody wanted quiet."""
    other = pair.other_than(person)
    stretches = sorted(_both_free(pair.mentor, pair.mentee))[:SHOWN]
    return [CommonHours(_from_to(stretch, person), _from_to(stretch, other)) for stretch in stretches]


def _both_free(mentor: Enrolled, mentee: Enrolled) -> Iterator[Stretch]:
    theirs = list(_free(mentee))
    for starts, ends in _free(mentor):
        for other_starts, other_ends in theirs:
            first, last = max(starts, other_starts), min(ends, other_ends)
            if last - first >= SHORTEST:
                yield first, last


def _free(enrolled: Enrolled) -> Iterator[Stretch]:
    person = enrolled.person
    own, quiet, today = zone(person.time_zone), quiet_of(person), today_of(person)
    for ahead in range(1, DAYS_AHEAD + 1):
        day = today + ahead * ONE_DAY
        if any(period.first_day <= day <= period.last_day for period in quiet):
            continue
        for weekday, starts, ends in enrolled.free_hours:
            if weekday == day.weekday():
                first, last = time.fromisoformat(starts), time.fromisoformat(ends)
                until = day + (ONE_DAY if last <= first else timedelta())
                yield _moment(day, first, own), _moment(until, last, own)


def _moment(day: date, at: time, own: tzinfo) -> datetime:
    return datetime.combine(day, at, own).astimezone(UTC)


def _from_to(stretch: Stretch, person: Person) -> str:
    starts, ends = (moment.astimezone(zone(person.time_zone)) for moment in stretch)
    return f"{in_words(starts)} to {ends:%H:%M}"
