"""What the program achieved, for people outside the desk: numbers small enough to point at somebody are hidden.

Years do not overlap and there is no sum over them, so that nothing hidden can be worked out from the rest.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import mean, median

from django.utils import timezone

from mentoring.models import Format, Mentor, Pair, PairStatus, Pulse
from mentoring.pool import waiting
from mentoring.terms import days_of

SMALLEST = 5
HIDDEN = f"hidden (fewer than {SMALLEST})"


@dataclass(frozen=True)
class Began:
    """A pair that was accepted."""

    format: str
    status: str
    started_on: date
    met_on: date | None
    ends_on: date | None
    ended_on: date | None
    approved_on: date | None  # the day on which the mentee was let in
    is_first: bool  # of this mentee


@dataclass(frozen=True)
class Report:
    now: list[tuple[str, str]]
    years: list[int]
    rows: list[tuple[str, list[str]]]

    def lines(self) -> list[list[str]]:
        """As a file has it."""
        heading = ["By the year in which the pair began", *map(str, self.years)]
        return [["Now", ""], *map(list, self.now), heading, *([label, *cells] for label, cells in self.rows)]


# ------------------------------------------------------------------------------------------------ hiding
def count(number: int) -> str:
    return HIDDEN if 0 < number < SMALLEST else f"{number:,}"


def share(part: int, whole: int) -> str:
    """The rest is hidden like the part: whoever knows one knows the other."""
    if whole < SMALLEST:
        return HIDDEN if whole else "none yet"
    if 0 < part < SMALLEST:
        return f"fewer than {SMALLEST} of {whole:,}"
    if 0 < whole - part < SMALLEST:
        return f"more than {whole - SMALLEST:,} of {whole:,}"
    return f"{part:,} of {whole:,} ({round(100 * part / whole)}%)"


def middle(days: list[int]) -> str:
    if len(days) < SMALLEST:
        return HIDDEN if days else "none yet"
    return f"{round(median(days)):,}"


# ------------------------------------------------------------------------------------------------ the report
def report(today: date) -> Report:
    by_year: dict[int, list[Began]] = defaultdict(list)
    for pair in began():
        by_year[pair.started_on.year].append(pair)
    years = sorted(by_year, reverse=True)
    measures: tuple[tuple[str, Callable[[int], str]], ...] = (
        ("Pairs begun", lambda year: count(len(by_year[year]))),
        ("Days from approval to the mentee’s first pair (median)", lambda year: _days_to_pairing(by_year[year])),
        (f"First meeting within {days_of('meet_within')} days", lambda year: _met_in_time(by_year[year], today)),
        ("Kept to the agreed end (without single sessions)", lambda year: _kept(by_year[year])),
        ("“Is it of use to you?” (1 to 5, average)", lambda year: _average(year, "of_use")),
        ("“Do you feel respected?” (1 to 5, average)", lambda year: _average(year, "respected")),
    )
    rows = [(label, [measure(year) for year in years]) for label, measure in measures]
    return Report(now=_now(today), years=years, rows=rows)


def _now(today: date) -> list[tuple[str, str]]:
    active = Pair.objects.active().order_by()
    return [
        ("Mentors approved", count(Mentor.objects.approved().count())),
        ("Mentors with a pair", count(active.values("mentor").distinct().count())),
        ("Mentees with a mentor", count(active.values("mentee").distinct().count())),
        ("Mentees who wait", count(waiting(today).count())),
        ("Pairs under way", count(active.count())),
    ]


def began() -> list[Began]:
    rows = Pair.objects.filter(started_on__isnull=False).order_by("started_on", "pk")
    fields = ("format", "status", "started_on", "met_on", "ends_on", "ended_at", "mentee__decided_at", "mentee")
    seen: set[int] = set()
    found = []
    for *plain, ended_at, decided_at, mentee in rows.values_list(*fields):
        found.append(Began(*plain, _day(ended_at), _day(decided_at), is_first=mentee not in seen))
        seen.add(mentee)
    return found


def _day(moment: datetime | None) -> date | None:
    return timezone.localdate(moment) if moment else None


# ------------------------------------------------------------------------------------------------ the measures
def _days_to_pairing(pairs: list[Began]) -> str:
    """The first pair of each mentee; one who left and was approved again since is not counted."""
    firsts = [pair for pair in pairs if pair.is_first and pair.approved_on]
    return middle([days for pair in firsts if (days := (pair.started_on - pair.approved_on).days) >= 0])


def _met_in_time(pairs: list[Began], today: date) -> str:
    """Of the pairs that have had the time, or have met."""
    within = timedelta(days=days_of("meet_within"))
    ripe = [pair for pair in pairs if pair.met_on or pair.started_on + within < today]
    return share(sum(bool(pair.met_on) and pair.met_on <= pair.started_on + within for pair in ripe), len(ripe))


def _kept(pairs: list[Began]) -> str:
    """Of the pairs that are over: those that lasted until the day the two had agreed on."""
    over = [pair for pair in pairs if pair.format != Format.SESSION and pair.status == PairStatus.ENDED]
    return share(sum(pair.ends_on is not None and pair.ended_on >= pair.ends_on for pair in over), len(over))


def _average(year: int, field: str) -> str:
    """Each person counts once, with the average of what they answered."""
    answered = Pulse.objects.filter(pair__started_on__year=year, answered_at__isnull=False)
    theirs: dict[int, list[int]] = defaultdict(list)
    for person, number in answered.values_list("person", field):
        theirs[person].append(number)
    if len(theirs) < SMALLEST:
        return HIDDEN if theirs else "none yet"
    return f"{mean(map(mean, theirs.values())):.1f}"
