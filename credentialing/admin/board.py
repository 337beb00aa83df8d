"""Where items wait and for how long: one question to the database, one drawing, and the same numbers as a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.db.models import Count
from django.urls import reverse

from credentialing.models import Item, Party

from .filters import AGES, staff_words, waiting

ROW, BAR_TOP, BAR_HEIGHT = 52, 20, 22
# Percent of the width, so that the bars grow with the page and the words do not. The rest stays free for hairlines.
LONGEST = 98.0
NARROWEST = 0.6
# A digit takes about three percent of the width of the smallest phone.
DIGIT = 3.2
# The longer the wait the stronger the tone; every part has an outline and its place in the order as well.
TONES = ("0.1", "0.35", "0.8", "1")
_LIGHT_TONES = 2


@dataclass(frozen=True)
class Part:
    x: str
    width: str
    middle: str
    tone: str
    words_on: str  # the color of the number on it
    number: str  # empty where it does not fit


@dataclass(frozen=True)
class Cell:
    age: str
    count: int
    url: str


@dataclass(frozen=True)
class Line:
    label: str
    total: int
    y: int
    parts: list[Part]
    cells: list[Cell]
    url: str


@dataclass(frozen=True)
class Board:
    lines: list[Line]
    sums: list[int]
    total: int
    height: int
    bar_top: int = BAR_TOP
    bar_height: int = BAR_HEIGHT

    @property
    def ages(self) -> list[str]:
        return [age.label for age in AGES]

    @property
    def legend(self) -> list[tuple[str, str]]:
        return list(zip(self.ages, TONES, strict=True))


def counted(today: date) -> dict[str, list[int]]:
    """Open items by who is waited for, in the order of AGES; parties nobody waits for are not there."""
    ages = {age.name: Count("pk", filter=age.rows(today)) for age in AGES}
    found = waiting(Item.objects.all()).order_by().values("waiting_on").annotate(**ages)
    return {row["waiting_on"]: [row[age.name] for age in AGES] for row in found}


def board(today: date) -> Board:
    return drawn(counted(today))


def drawn(counts: Mapping[str, Sequence[int]]) -> Board:
    """The party with the most items first."""
    ordered = sorted(counts.items(), key=lambda each: (-sum(each[1]), each[0]))
    most = max((sum(numbers) for _, numbers in ordered), default=0)
    return Board(
        lines=[_line(party, numbers, most, ROW * place) for place, (party, numbers) in enumerate(ordered)],
        sums=[sum(column) for column in zip(*counts.values(), strict=True)],
        total=sum(map(sum, counts.values())),
        height=ROW * len(ordered),
    )


def _line(party: str, numbers: Sequence[int], most: int, y: int) -> Line:
    cells = [Cell(age.label, n, _list(party=party, age=age.name)) for n, age in zip(numbers, AGES, strict=True)]
    label = staff_words(Party(party).label)
    return Line(label[:1].upper() + label[1:], sum(numbers), y, _parts(numbers, most), cells, _list(party=party))


def _parts(numbers: Sequence[int], most: int) -> list[Part]:
    parts, x = [], 0.0
    for place, number in enumerate(numbers):
        if number:
            width = max(LONGEST * number / most, NARROWEST)
            parts.append(_part(x, width, place, number))
            x += width
    return parts


def _part(x: float, width: float, place: int, number: int) -> Part:
    fits = width > DIGIT * (len(str(number)) + 1)
    words_on = "var(--body-fg)" if place < _LIGHT_TONES else "var(--body-bg)"
    return Part(
        f"{x:.2f}%", f"{width:.2f}%", f"{x + width / 2:.2f}%", TONES[place], words_on, str(number) if fits else ""
    )


def _list(**query: str) -> str:
    return f"{reverse('admin:credentialing_item_changelist')}?{urlencode({'show': 'waiting', **query})}"
