"""Where each mark of the path stands: what comes when, what waits for what, how late it may be. A template draws it.

It is 288 units wide, the text column of the smallest phone, so that text is never drawn below 12 px.
"""

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from math import ceil

from .plans import Plan, PlanRow
from .precedence import Node

WIDTH = 288
CHARACTERS = 42
TOP, LINE, BAR, GAP = 50, 16, 10, 14
EDGE = 2  # so that no stroke is cut off
SHORTEST = 4  # of a bar
LABEL = 56  # room for the name of a month and its year


@dataclass(frozen=True)
class Tick:
    x: float
    label: str
    anchor: str  # class of the label: words at the right edge end there

    @property
    def label_x(self) -> float:
        """Beside the word “today”, not on it."""
        return max(self.x, LABEL)


@dataclass(frozen=True)
class Bar:
    """`number` is the same in the table. `spare_to`: until there it may be late without harm; None: no spare time."""

    number: int
    row: PlanRow
    is_critical: bool
    comes_after: list[int]
    x: float
    y: float
    width: float
    lines: list[tuple[float, str]]
    spare_to: float | None

    @property
    def middle(self) -> float:
        return self.y + BAR / 2

    @property
    def end(self) -> float:
        return round(self.x + self.width, 1)


@dataclass(frozen=True)
class Path:
    bars: list[Bar]
    months: list[Tick]
    today: Tick
    wanted: Tick | None
    links: list[tuple[float, float, float, float]]  # from the end of a bar (x, y) to the start of the next
    first: date
    last: date
    height: float
    width: int = WIDTH
    bar: int = BAR
    top: int = TOP


def path_of(plan: Plan) -> Path | None:
    """What is still open, in the order in which it can begin. None: nothing is open."""
    rows = sorted(
        (row for row in plan.rows if not row.row.done), key=lambda row: (row.earliest_start, row.earliest_finish)
    )
    if not rows:
        return None
    scale = _Scale(plan.today, max(filter(None, (plan.wanted_on, *(row.earliest_finish for row in rows)))))
    bars = _bars(rows, {row.node for row in plan.critical}, scale)
    return Path(
        bars=bars,
        months=scale.months(),
        today=scale.tick(plan.today, "today"),
        wanted=scale.tick(plan.wanted_on, "needed") if plan.wanted_on and plan.wanted_on > plan.today else None,
        links=_links(bars),
        first=scale.first,
        last=scale.last,
        height=bars[-1].y + BAR + GAP,
    )


@dataclass(frozen=True)
class _Scale:
    first: date
    last: date

    def x(self, day: date) -> float:
        """Days outside stand at the edge."""
        share = (day - self.first).days / max(1, (self.last - self.first).days)
        return round(EDGE + min(max(share, 0), 1) * (WIDTH - 2 * EDGE), 1)

    def tick(self, day: date, label: str) -> Tick:
        x = self.x(day)
        return Tick(x, label, "t-end" if x > WIDTH - LABEL else "")

    def months(self) -> list[Tick]:
        """As many first days of months as can be named side by side."""
        number = (self.last.year - self.first.year) * 12 + self.last.month - self.first.month
        ticks = [self.tick(day, f"{day:%b %Y}") for day in (_month(self.first, more) for more in range(1, number + 1))]
        every = max(1, ceil(number * LABEL / WIDTH))
        return [tick for tick in ticks[::every] if not tick.anchor]


def _month(first: date, more: int) -> date:
    years, month = divmod(first.month - 1 + more, 12)
    return date(first.year + years, month + 1, 1)


def _bars(rows: list[PlanRow], critical: set[Node], scale: _Scale) -> list[Bar]:
    numbers = {row.node: number for number, row in enumerate(rows, start=1)}
    bars, y = [], float(TOP)
    for row in rows:
        bars.append(_bar(row, y, numbers, row.node in critical, scale))
        y = bars[-1].y + BAR + GAP
    return bars


def _bar(row: PlanRow, top: float, numbers: Mapping[Node, int], is_critical: bool, scale: _Scale) -> Bar:
    words = textwrap.wrap(f"{numbers[row.node]}. {row.title}", CHARACTERS)
    x, end = scale.x(row.earliest_start), scale.x(row.earliest_finish)
    spare = scale.x(row.latest_finish) if row.latest_finish and row.slack and row.slack > 0 else None
    return Bar(
        number=numbers[row.node],
        row=row,
        is_critical=is_critical,
        comes_after=sorted(numbers[node] for node in row.comes_after if node in numbers),
        x=min(x, WIDTH - EDGE - SHORTEST),
        y=top + LINE * len(words) + 2,
        width=round(max(end - x, SHORTEST), 1),
        lines=[(top + LINE * place + 11, text) for place, text in enumerate(words)],
        spare_to=spare if spare and spare > end else None,
    )


def _links(bars: list[Bar]) -> list[tuple[float, float, float, float]]:
    """Along the way on which the day of the license hangs."""
    way = [bar for bar in bars if bar.is_critical]
    return [(one.end, one.middle, other.x, other.middle) for one, other in pairwise(way)]
