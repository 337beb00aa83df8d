"""Supply and demand: free places and mentees who wait, by what brings people together; drawn, and as a table."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.db import models
from django.urls import reverse

from mentoring.models import Hurdle, Language, Region, Specialty
from mentoring.pool import waiting, with_a_place

ROW, BAR_HEIGHT = 56, 14
FIRST_BAR, SECOND_BAR = 20, 36
# Percent of the width, so that the bars grow with the page and the words do not; the rest is for the number beside it.
LONGEST, GAP = 88.0, 1.0


@dataclass(frozen=True)
class Bar:
    y: int
    width: str
    number: int
    number_x: str


@dataclass(frozen=True)
class Line:
    label: str
    y: int
    mentors: int
    places: int
    mentees: int
    bars: tuple[Bar, Bar]
    mentors_url: str
    mentees_url: str

    @property
    def missing(self) -> int:
        """How many wait for whom no place is free; below zero there are more places than people."""
        return self.mentees - self.places


@dataclass(frozen=True)
class Chart:
    name: str
    title: str
    says: str
    lines: list[Line]

    @property
    def height(self) -> int:
        return ROW * len(self.lines)


@dataclass(frozen=True)
class Board:
    mentors: int
    places: int
    mentees: int
    charts: list[Chart]
    bar_height: int = BAR_HEIGHT


@dataclass(frozen=True)
class _Dimension:
    name: str
    title: str
    says: str
    choices: type[models.TextChoices]
    mentors_field: str
    mentees_field: str
    mentees_filter: str  # the choice of the mentees' list that shows the same people
    mentors_filter: str


DIMENSIONS = (
    _Dimension(
        *("hurdle", "By the next step", "Mentors by the steps they have cleared, mentees by the step that comes next."),
        *(Hurdle, "hurdles", "next_hurdle", "next_hurdle__exact", "hurdle"),
    ),
    _Dimension(
        *("specialty", "By specialty", "Somebody with several counts in each of them.", Specialty),
        *("specialties", "specialties", "specialty", "specialty"),
    ),
    _Dimension(
        *("language", "By language", "Somebody who speaks several counts in each of them.", Language),
        *("languages", "languages", "language", "language"),
    ),
    _Dimension(
        *("region", "By region", "Where they are. A pair may also meet by video.", Region),
        *("region", "region", "region__exact", "region__exact"),
    ),
)


# ------------------------------------------------------------------------------------------------ counting
@dataclass(frozen=True)
class Counts:
    mentors: Mapping[str, int]
    places: Mapping[str, int]
    mentees: Mapping[str, int]


def board(today: date) -> Board:
    mentor_fields = tuple({each.mentors_field for each in DIMENSIONS})
    mentee_fields = tuple({each.mentees_field for each in DIMENSIONS})
    mentors = list(with_a_place(today).values("capacity", "open_pairs", *mentor_fields))
    mentees = list(waiting(today).values(*mentee_fields))
    return Board(
        mentors=len(mentors),
        places=sum(map(_free, mentors)),
        mentees=len(mentees),
        charts=[drawn(each, _counts(each, mentors, mentees)) for each in DIMENSIONS],
    )


def _counts(dimension: _Dimension, mentors: list[dict], mentees: list[dict]) -> Counts:
    theirs: Counter[str] = Counter()
    places: Counter[str] = Counter()
    for row in mentors:
        for key in keys_of(row[dimension.mentors_field]):
            theirs[key] += 1
            places[key] += _free(row)
    waiting_for = Counter(key for row in mentees for key in keys_of(row[dimension.mentees_field]))
    return Counts(theirs, places, waiting_for)


def _free(mentor: Mapping[str, int]) -> int:
    return mentor["capacity"] - mentor["open_pairs"]


def keys_of(value: str | Iterable[str]) -> set[str]:
    """One key, a list of them, or a map from them."""
    return {value} - {""} if isinstance(value, str) else set(value)


# ------------------------------------------------------------------------------------------------ drawing
def drawn(dimension: _Dimension, counts: Counts) -> Chart:
    """First where most people wait for whom there is no place."""
    labels = dict(dimension.choices.choices)
    keys = (counts.mentors.keys() | counts.mentees.keys()) & labels.keys()
    ordered = sorted(keys, key=lambda key: (counts.places.get(key, 0) - counts.mentees.get(key, 0), labels[key]))
    most = max((max(counts.places.get(key, 0), counts.mentees.get(key, 0)) for key in keys), default=0)
    lines = [_line(dimension, key, labels[key], counts, most, ROW * place) for place, key in enumerate(ordered)]
    return Chart(dimension.name, dimension.title, dimension.says, lines)


def _line(dimension: _Dimension, key: str, label: str, counts: Counts, most: int, y: int) -> Line:
    places, mentees = counts.places.get(key, 0), counts.mentees.get(key, 0)
    return Line(
        label=label[:1].upper() + label[1:],
        y=y,
        mentors=counts.mentors.get(key, 0),
        places=places,
        mentees=mentees,
        bars=(_bar(FIRST_BAR, places, most), _bar(SECOND_BAR, mentees, most)),
        mentors_url=_list("mentor", show="place", **{dimension.mentors_filter: key}),
        mentees_url=_list("mentee", show="waiting", **{dimension.mentees_filter: key}),
    )


def _bar(y: int, number: int, most: int) -> Bar:
    width = LONGEST * number / most if most else 0.0
    return Bar(y, f"{width:.2f}%", number, f"{width + GAP:.2f}%")


def _list(model: str, **query: str) -> str:
    return f"{reverse(f'admin:mentoring_{model}_changelist')}?{urlencode(query)}"
