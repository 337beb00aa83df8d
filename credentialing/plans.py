"""What a plan says: days for each item, the way on which the day of the license hangs, and the sentences about it."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from facts.models import day_text

from .models import Item, Section, Spec
from .precedence import Node, node_of
from .standing import Row, counted

GOAL = "ny_licence"
START = "fcvs_account"
NOTHING_TO_BEGIN = "All that can be begun is begun: the license waits for others."


@dataclass(frozen=True)
class PlanRow:
    """One item in the plan. The latest days are None where the license does not wait for it, or no day is wanted."""

    row: Row
    item: Item
    duration: int  # days that it still takes
    source: str  # who says that it takes so long
    earliest_start: date
    earliest_finish: date
    latest_start: date | None = None
    latest_finish: date | None = None
    comes_after: tuple[Node, ...] = ()  # open ones only

    @property
    def node(self) -> Node:
        return node_of(self.item)

    @property
    def spec(self) -> Spec:
        return self.row.spec

    @property
    def title(self) -> str:
        return self.row.title

    @property
    def is_begun(self) -> bool:
        return self.row.done or bool(self.row.waits_for)

    @property
    def slack(self) -> int | None:
        """Days it may begin later than it can; below zero, the days it is late."""
        return (self.latest_start - self.earliest_start).days if self.latest_start else None


@dataclass(frozen=True)
class Plan:
    rows: list[PlanRow]  # in the order of the catalogue
    today: date
    wanted_on: date | None

    @cached_property
    def goal(self) -> PlanRow | None:
        return next((row for row in self.rows if row.spec.key == GOAL), None)

    @property
    def expected_on(self) -> date | None:
        """The earliest day of the license with usual times; the day itself once it is there."""
        return self.goal.earliest_finish if self.goal else None

    @cached_property
    def first_open(self) -> PlanRow | None:
        """What has to be begun next of FCVS, else of the rest of the way."""
        open_rows = [row for row in self.rows if row.latest_start and not row.is_begun]
        return min(open_rows, key=_comes_next, default=None)

    @property
    def latest_safe_start(self) -> date | None:
        return self.first_open.latest_start if self.first_open else None

    @property
    def late_by(self) -> int:
        return max(0, (self.today - self.latest_safe_start).days) if self.latest_safe_start else 0

    @property
    def days_too_late(self) -> int:
        """Days from the wanted to the expected day."""
        return max(0, (self.expected_on - self.wanted_on).days) if self.expected_on and self.wanted_on else 0

    @cached_property
    def critical(self) -> list[PlanRow]:
        """The open items on which the day of the license hangs, in order."""
        by_node = {row.node: row for row in self.rows}
        path: list[PlanRow] = []
        row = self.goal if self.goal and not self.goal.row.done else None
        while row:
            path.append(row)
            before = (by_node[node] for node in row.comes_after)
            row = next((earlier for earlier in before if earlier.earliest_finish == row.earliest_start), None)
        return path[::-1]

    @property
    def sentence(self) -> str:
        """The latest safe day to begin; before it, if the wanted day cannot be kept all the same, what holds it up."""
        if self.goal is None or self.goal.row.done:
            return "Nothing that is still open holds up the license."
        if self.wanted_on is None:
            return f"{self._expected} Say when you need it, and you see the latest safe day for each item."
        first = self.first_open
        told = f"Latest safe day to start {_name(first)}: {self._latest_words}." if first else NOTHING_TO_BEGIN
        if not self.days_too_late or self.late_by:
            return told
        return f"{self._expected} {self.can_still_move[0]} {told}"

    @property
    def can_still_move(self) -> list[str]:
        """What may bring the day nearer, first things first; empty while the day wanted can be kept."""
        if not self.days_too_late and not self.late_by:
            return []
        told = [words for row in self.critical if (words := _what_moves(row))]
        return [*told, f"Or change the day on which you need the license. {self._expected}"]

    @property
    def _latest_words(self) -> str:
        day = self.latest_safe_start or self.today
        left = (day - self.today).days
        if left < 0:
            return f"{day_text(day)}; you are {counted(-left)} past it"
        return f"{day_text(day)}; that is today" if left == 0 else f"{day_text(day)}; you have {counted(left)}"

    @property
    def _expected(self) -> str:
        if self.expected_on is None:
            return ""
        late = f", {counted(self.days_too_late)} after the day you named" if self.days_too_late else ""
        return f"With usual times the license comes about {day_text(self.expected_on)}{late}."


def _comes_next(row: PlanRow) -> tuple[bool, bool, date]:
    return row.spec.key != START, row.spec.section != Section.FCVS, row.latest_start or date.max


def _name(row: PlanRow) -> str:
    return "FCVS" if row.spec.key == START else f"“{row.title}”"


def _what_moves(row: PlanRow) -> str:
    """Nothing for an item that only waits for those before it."""
    if row.row.waits_for:
        return f"Ask {row.row.waits_for} about “{row.title}” again: {_waited(row)}."
    if row.row.is_yours:
        return f"Begin “{row.title}” today: the license waits for it, and it waits for you."
    if row.row.opens_on and row.earliest_start == row.row.opens_on:
        return f"“{row.title}” cannot begin before {day_text(row.row.opens_on)}. Nothing brings that day nearer."
    return ""


def _waited(row: PlanRow) -> str:
    return f"they have had it for {counted(row.row.waited)}" if row.row.waited else "they have it since today"
