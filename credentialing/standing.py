"""Where a checklist stands today: what is done, whose turn it is with the rest, and what unlocks what."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db import models
from django.utils import timezone

from .dates import opens_on
from .days import Days
from .following import is_done, whose_turn
from .models import Checklist, Item, Party, Section, Spec, Status
from .precedence import Node, coming_first, node_of


class State(models.TextChoices):
    """A Status, or what keeps an item from being begun. The labels are the public ones."""

    CANNOT_START = "cannot_start", "cannot start yet"
    TO_DO = "to_do", "to do"
    SENT = "sent", "sent"
    QUERY = "query", "query open"
    RECEIVED = "received", "received"
    VERIFIED = "verified", "verified"
    REJECTED = "rejected", "rejected"


@dataclass(frozen=True)
class Row:
    spec: Spec
    item: Item | None  # one that was never needed has none
    state: State
    today: date
    unlocked_by: list[Spec]
    startable_on: date | None = None  # since when nothing else comes first; None while something does
    opens_on: date | None = None  # its rule lets nobody begin before; known only where the days were given

    @property
    def title(self) -> str:
        source = self.item.source if self.item else None
        return f"{self.spec.title}: {source.name}" if source else self.spec.title

    @property
    def done(self) -> bool:
        return self.item is not None and is_done(self.spec, self.item.status)

    @property
    def is_yours(self) -> bool:
        return self._party == Party.YOU

    @property
    def waits_for(self) -> str:
        """The label of the other party; empty when it is done, blocked, or yours."""
        return Party(self._party).label if self._party not in ("", Party.YOU) else ""

    @property
    def since(self) -> date | None:
        """From when it waits for whoever has it."""
        if not self._party or self.item is None:
            return None
        return self.item.waiting_since or self.item.status_on or self.startable_on

    @property
    def waited(self) -> int | None:
        return (self.today - self.since).days if self.since else None

    @property
    def _party(self) -> str:
        if self.item is None or not self.item.is_needed or self.state == State.CANNOT_START:
            return ""
        return whose_turn(self.spec, self.item.status)


@dataclass(frozen=True)
class Counts:
    done: int
    yours: int
    others: int
    blocked: int


NEXT_STEPS = {
    Section.BEFORE: "Next: what has to be in order before you apply. Then your FCVS file can begin.",
    Section.FCVS: "Next: your FCVS file. When it is complete you have no license yet: FCVS only sends your documents "
    "to New York, and you apply to New York yourself, with Form 1.",
    Section.NEW_YORK: "Next: your New York application. The FCVS file alone brings no license.",
    Section.DECISION: "Next: the decision of New York, and what follows it. A complete file is not a license: you "
    "have it when you have found your number.",
}
AFTER_ALL = (
    "Everything on this list is done. Finishing the list is not finishing: your registration ends one day and has to "
    "be renewed, and so do some courses. Put both days in your calendar, and tell New York when your name or address "
    "changes."
)


@dataclass(frozen=True)
class Standing:
    rows: list[Row]
    not_needed: list[Row]

    @cached_property
    def counts(self) -> Counts:
        return Counts(
            done=sum(row.done for row in self.rows),
            yours=sum(row.is_yours for row in self.rows),
            others=sum(bool(row.waits_for) for row in self.rows),
            blocked=sum(row.state == State.CANNOT_START for row in self.rows),
        )

    @cached_property
    def oldest(self) -> Row | None:
        """Of those that wait for others, the one that has waited longest."""
        waiting = [row for row in self.rows if row.waits_for and row.waited is not None]
        return max(waiting, key=lambda row: row.waited or 0, default=None)

    @property
    def sentence(self) -> str:
        counts = self.counts
        parts = [
            f"{counts.done} done" if counts.done else "",
            f"{_wait(counts.yours)} for you" if counts.yours else "",
            f"{_wait(counts.others)} for others{self._oldest_words()}" if counts.others else "",
        ]
        told = ", ".join(part for part in parts if part) or f"{counts.blocked} cannot start yet"
        return f"{told}."

    def _oldest_words(self) -> str:
        if self.oldest is None or not self.oldest.waited:
            return ""
        which = "; the oldest" if self.counts.others > 1 else ""
        return f"{which}, {counted(self.oldest.waited)}, at {self.oldest.waits_for}"

    @property
    def is_complete(self) -> bool:
        return bool(self.rows) and all(row.done for row in self.rows)

    @property
    def next_step(self) -> str:
        """What comes after the part that is open now; a full list is not the end."""
        parts = {row.spec.section for row in self.rows if not row.done}
        return next((words for section, words in NEXT_STEPS.items() if section in parts), AFTER_ALL)


def standing_of(
    checklist: Checklist, specs: Iterable[Spec], items: Iterable[Item], today: date, days: Days | None = None
) -> Standing:
    """With `days`, an item whose rule lets nobody begin yet cannot start either. `items` come with their sources."""
    specs, items = sorted(specs, key=lambda spec: (spec.position, spec.key)), list(items)
    needed = sorted((item for item in items if item.is_needed), key=_order)
    first = coming_first(specs, needed)
    maker = _Maker(checklist, {spec.key: spec for spec in specs}, first, today, days)
    rows = [maker.row(spec, item) for spec in specs for item in needed if item.key == spec.key]
    kept = {row.spec.key for row in rows}
    left = [item for item in items if not item.is_needed]
    return Standing(rows, [row for spec in specs for row in _not_needed(spec, left, today, spec.key in kept)])


def _not_needed(spec: Spec, left: list[Item], today: date, is_kept: bool) -> list[Row]:
    """A line for each item with a record, else one line for the whole, unless others of its kind are needed."""
    mine = sorted((item for item in left if item.key == spec.key), key=_order)
    shown = [item for item in mine if item.status != Status.TO_DO]
    alone: list[Item | None] = [] if is_kept else [mine[0] if mine else None]
    return [Row(spec, item, State(item.status if item else Status.TO_DO), today, []) for item in shown or alone]


def _order(item: Item) -> tuple[date, int]:
    source = item.source
    return (source.starts_on if source and source.starts_on else date.max, item.source_id or 0)


@dataclass(frozen=True)
class _Maker:
    checklist: Checklist
    specs: dict[str, Spec]
    first: dict[Node, list[Item]]
    today: date
    days: Days | None

    def row(self, spec: Spec, item: Item) -> Row:
        earlier = self.first[node_of(item)]
        blocking = {each.key: self.specs[each.key] for each in earlier if not self._is_done(each)}
        startable = None if blocking else self._startable_on(earlier)
        opens = opens_on(spec, item, self.checklist, self.days, startable) if self.days else None
        is_blocked = bool(blocking) or (opens is not None and opens > self.today)
        state = State.CANNOT_START if is_blocked and item.status == Status.TO_DO else State(item.status)
        return Row(spec, item, state, self.today, list(blocking.values()), startable, opens)

    def _is_done(self, item: Item) -> bool:
        return is_done(self.specs[item.key], item.status)

    def _startable_on(self, earlier: list[Item]) -> date:
        """The day the last of those before it was done; else the day the list was started."""
        started = timezone.localdate(self.checklist.started_at) if self.checklist.started_at else self.today
        return max((day for item in earlier if (day := item.closed_on or item.status_on)), default=started)


def _wait(number: int) -> str:
    return f"{number} {'waits' if number == 1 else 'wait'}"


def counted(days: int) -> str:
    return f"{days:,} {'day' if days == 1 else 'days'}"
