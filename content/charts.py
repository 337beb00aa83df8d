"""Where each mark of a figure stands. No HTML and no models: numbers in, positions out; templates/figures/ draws them.

Every figure is 288 units wide: the text column of the smallest phone, so that text is never drawn below 12 px.
"""

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil, floor
from typing import NamedTuple

WIDTH = 288


# --------------------------------------------------------------------------------------------------- match rates
class RatePoint(NamedTuple):
    year: int
    us_rate: float | None
    nonus_rate: float | None
    source: str = ""


@dataclass(frozen=True)
class Dot:
    x: float
    label: str
    label_x: float
    label_left: bool  # the label stands left of the dot and ends at label_x


@dataclass(frozen=True)
class RateRow:
    point: RatePoint
    y: int
    us: Dot | None
    nonus: Dot | None
    link: tuple[float, float] | None  # from x to x, between the two dots


@dataclass(frozen=True)
class Tick:
    x: float
    label: str


@dataclass(frozen=True)
class MatchRates:
    rows: list[RateRow]
    ticks: list[Tick]
    height: int
    top: int
    bottom: int
    width: int = WIDTH
    has_gaps: bool = False

    @property
    def newest(self) -> RatePoint:
        return self.rows[0].point


RATE_LEFT, RATE_RIGHT, RATE_TOP, RATE_ROW = 92.0, 236.0, 32, 32


def build_match_rates(points: Iterable[RatePoint]) -> MatchRates | None:
    """One row a year, the newest first; None when there is nothing to draw."""
    ordered = sorted((RatePoint(*point) for point in points), key=lambda point: -point.year)
    known = [rate for point in ordered for rate in (point.us_rate, point.nonus_rate) if rate is not None]
    if not known:
        return None
    low, high = _rounded_range(known)
    rows = [
        _rate_row(point, RATE_TOP + RATE_ROW * place + RATE_ROW // 2, low, high) for place, point in enumerate(ordered)
    ]
    bottom = RATE_TOP + RATE_ROW * len(rows)
    return MatchRates(
        rows=rows,
        ticks=[Tick(_rate_x(value, low, high), f"{value}%") for value in range(low, high + 1, _tick_step(low, high))],
        height=bottom + 4,
        top=RATE_TOP,
        bottom=bottom,
        has_gaps=len(known) < 2 * len(ordered),
    )


def _rounded_range(values: Sequence[float]) -> tuple[int, int]:
    low, high = 10 * floor(min(values) / 10), 10 * ceil(max(values) / 10)
    return low, max(high, low + 10)


def _tick_step(low: int, high: int) -> int:
    return 10 if high - low <= 40 else 20


def _rate_x(value: float, low: int, high: int) -> float:
    return round(RATE_LEFT + (RATE_RIGHT - RATE_LEFT) * (value - low) / (high - low), 1)


def _rate_row(point: RatePoint, y: int, low: int, high: int) -> RateRow:
    us, nonus = point.us_rate, point.nonus_rate
    us_is_lower = us is not None and nonus is not None and us < nonus
    both = us is not None and nonus is not None
    return RateRow(
        point=point,
        y=y,
        us=None if us is None else _dot(us, low, high, left=us_is_lower),
        nonus=None if nonus is None else _dot(nonus, low, high, left=both and not us_is_lower),
        link=(_rate_x(us, low, high), _rate_x(nonus, low, high)) if us is not None and nonus is not None else None,
    )


def _dot(rate: float, low: int, high: int, *, left: bool) -> Dot:
    x = _rate_x(rate, low, high)
    return Dot(x=x, label=f"{rate:.1f}%", label_x=round(x + (-11 if left else 11), 1), label_left=left)


# --------------------------------------------------------------------------------------------------- time line
class TimelineItem(NamedTuple):
    title: str
    starts: date
    ends: date | None = None
    is_past: bool = False
    confidence: str = "official"  # or in more words: "secondary source", "expected, not announced"
    shown_as: str = ""  # said instead of the day, such as "mid-September 2026"

    @property
    def is_official(self) -> bool:
        return self.confidence.startswith("official")

    @property
    def doubt(self) -> str:
        """In a word, for the narrow label: "expected", "secondary"; empty for an official date."""
        return "" if self.is_official else self.confidence.partition(",")[0].removesuffix(" source")


@dataclass(frozen=True)
class MonthTick:
    y: float
    label: str
    year: str  # said once for each year, else empty


@dataclass
class Event:
    item: TimelineItem
    when: str
    y: float  # where it starts on the axis
    end_y: float | None  # where it ends, for a period
    lane_x: float
    lines: list[tuple[str, str]]  # (class, text): first when, then the title
    label_y: float = 0.0

    @property
    def mark(self) -> str:
        kind = "past" if self.item.is_past else "solid"
        return kind if self.item.is_official else {"past": "past-hollow", "solid": "hollow"}[kind]

    @property
    def label_height(self) -> float:
        return LINE * len(self.lines)

    @property
    def placed_lines(self) -> list[tuple[float, str, str]]:
        return [
            (round(self.label_y + 4 + LINE * place, 1), name, text) for place, (name, text) in enumerate(self.lines)
        ]


@dataclass(frozen=True)
class Timeline:
    events: list[Event]
    months: list[MonthTick]
    top: float
    bottom: float
    height: float
    first: date
    last: date
    width: int = WIDTH
    axis_x: float = 40.0
    bend_x: float = 74.0
    leader_x: float = 81.0
    label_x: float = 86.0

    @property
    def has_periods(self) -> bool:
        return any(event.end_y for event in self.events)

    @property
    def has_unconfirmed(self) -> bool:
        return any(event.item.doubt for event in self.events)


MONTH, LINE, GAP, TIMELINE_TOP, LANE = 30.0, 16.0, 14.0, 28.0, 12.0
LABEL_CHARACTERS = 27


def build_timeline(items: Iterable[TimelineItem]) -> Timeline | None:
    """A season as an upright line: months to scale on the left, words beside them pushed apart until none overlap."""
    ordered = sorted((TimelineItem(*item) for item in items), key=lambda item: (item.starts, item.ends or item.starts))
    if not ordered:
        return None
    first = ordered[0].starts.replace(day=1)
    last = _next_month(max(item.ends or item.starts for item in ordered))
    needed = sum(LINE * len(_label_lines(item)) + GAP for item in ordered)
    scale = max(needed, MONTH * (last - first).days / 30.4) / (last - first).days
    events = [_event(item, first, scale) for item in ordered]
    _use_lanes(events)
    _push_apart(events, bottom=TIMELINE_TOP + scale * (last - first).days)
    bottom = round(TIMELINE_TOP + scale * (last - first).days, 1)
    return Timeline(
        events=events,
        months=_month_ticks(first, last, scale),
        top=TIMELINE_TOP,
        bottom=bottom,
        height=max(bottom, events[-1].label_y + events[-1].label_height) + 8,
        first=first,
        last=last,
    )


def _next_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def _month_ticks(first: date, last: date, scale: float) -> list[MonthTick]:
    ticks, month = [], first
    while month <= last:
        year = str(month.year) if month == first or month.month == 1 else ""
        ticks.append(MonthTick(_day_y(month, first, scale), f"{month:%b}", year))
        month = _next_month(month)
    return ticks


def _day_y(day: date, first: date, scale: float) -> float:
    return round(TIMELINE_TOP + scale * (day - first).days, 1)


def _event(item: TimelineItem, first: date, scale: float) -> Event:
    return Event(
        item=item,
        when=_when(item),
        y=_day_y(item.starts, first, scale),
        end_y=_day_y(item.ends, first, scale) if item.ends else None,
        lane_x=40.0,
        lines=_label_lines(item),
    )


def _when(item: TimelineItem) -> str:
    if item.shown_as:
        return item.shown_as
    if not item.ends:
        return _day(item.starts)
    if item.starts.year != item.ends.year:
        return f"{_day(item.starts)} to {_day(item.ends)}"
    same_month = item.starts.month == item.ends.month
    return f"{item.starts.day}{'' if same_month else f' {item.starts:%B}'} to {_day(item.ends)}"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _label_lines(item: TimelineItem) -> list[tuple[str, str]]:
    passed = "passed" if item.is_past else ""
    state = ", ".join(filter(None, (passed, item.doubt)))
    when = f"{_when(item)} ({state})" if state else _when(item)
    return [
        *(("t-quiet", line) for line in textwrap.wrap(when, LABEL_CHARACTERS)),
        *(("t-strong", line) for line in textwrap.wrap(item.title, LABEL_CHARACTERS - 2)),
    ]


def _use_lanes(events: list[Event]) -> None:
    """Days stand on the axis and periods beside it; one that would cover another steps aside."""
    free_from: list[float] = [0.0, 0.0, 0.0]
    for event in events:
        lanes = range(1 if event.end_y else 0, len(free_from))
        lane = next((lane for lane in lanes if free_from[lane] <= event.y), lanes[-1])
        event.lane_x += LANE * lane
        free_from[lane] = max(free_from[lane], (event.end_y or event.y) + 11)


def _push_apart(events: list[Event], *, bottom: float) -> None:
    lowest = 0.0
    for event in events:
        event.label_y = round(max(event.y, lowest), 1)
        lowest = event.label_y + event.label_height + GAP
    highest = max(bottom, sum(event.label_height + GAP for event in events))
    for event in reversed(events):
        event.label_y = round(min(event.label_y, highest - event.label_height), 1)
        highest = event.label_y - GAP


# --------------------------------------------------------------------------------------------------- places
@dataclass(frozen=True)
class Place:
    x: float
    y: float
    is_flex: bool
    used: str  # "" | general | flex


@dataclass(frozen=True)
class Places:
    squares: list[Place]
    total: int
    flex: int
    reported_used: int | None
    reported_flex: int | None
    height: float
    size: float
    width: int = WIDTH

    @property
    def other(self) -> int:
        return self.total - self.flex

    @property
    def left(self) -> int | None:
        return None if self.reported_used is None else self.total - self.reported_used


COLUMNS, SQUARE = 10, 24.0


def build_places(total: int, flex: int, reported_used: int | None = None, reported_flex: int | None = None) -> Places:
    """The flex places are the last ones inside the total, never beside it."""
    flex = min(flex, total)
    used = _used(total, flex, min(reported_used or 0, total), min(reported_flex or 0, flex))
    step = (WIDTH - SQUARE - 2) / (COLUMNS - 1)
    squares = [
        Place(round(1 + step * (n % COLUMNS), 1), round(1 + step * (n // COLUMNS), 1), n >= total - flex, used[n])
        for n in range(total)
    ]
    rows = ceil(total / COLUMNS)
    height = round(step * (rows - 1) + SQUARE + 2, 1)
    return Places(squares, total, flex, reported_used, reported_flex, height, SQUARE)


def _used(total: int, flex: int, used: int, used_flex: int) -> list[str]:
    """Flex cases fill flex places. Other cases fill the other places first, and then whatever is left."""
    kinds = [""] * total
    for n in range(total - flex, total - flex + used_flex):
        kinds[n] = "flex"
    free = [n for n, kind in enumerate(kinds) if not kind]
    for n in free[: max(0, used - used_flex)]:
        kinds[n] = "general"
    return kinds
