"""What the way to the license costs: every fee a fact, what was paid, what is still due and what is due next."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from facts.models import Fact, Kind

from .following import is_done
from .models import Item, Payment, Spec
from .planning import Plan

NOTHING = Decimal(0)


@dataclass(frozen=True)
class Row:
    """One fee of one item, or payments that no fee stands for (`fact` is None). Pay it by `day`, if that is known."""

    spec: Spec
    item: Item
    fact: Fact | None
    paid: Decimal
    paid_on: date | None
    due: Decimal
    day: date | None = None

    @property
    def title(self) -> str:
        return f"{self.spec.title}: {self.item.source.name}" if self.item.source_id else self.spec.title

    @property
    def is_unrecorded(self) -> bool:
        """The item is done, so it was paid somehow, but not in these books."""
        return bool(self.fact) and not self.paid and not self.due


@dataclass(frozen=True)
class Ledger:
    rows: list[Row]

    @property
    def spent(self) -> Decimal:
        return sum((row.paid for row in self.rows), NOTHING)

    @property
    def still_due(self) -> Decimal:
        return sum((row.due for row in self.rows), NOTHING)

    @property
    def total(self) -> Decimal:
        return self.spent + self.still_due

    @property
    def next_due(self) -> Row | None:
        """The fee whose day comes first; without days, the first one on the list."""
        due = [row for row in self.rows if row.due]
        return min(due, key=lambda row: row.day or date.max, default=None)

    @property
    def facts(self) -> list[Fact]:
        return list({row.fact.key: row.fact for row in self.rows if row.fact}.values())


def ledger(
    specs: Iterable[Spec],
    items: Iterable[Item],
    payments: Iterable[Payment],
    facts: Mapping[str, Fact],
    plan: Plan | None = None,
) -> Ledger:
    """In the order of the catalogue. What is not needed is due no more; what was paid for it stays spent."""
    by_key: dict[str, list[Item]] = {}
    for item in items:
        by_key.setdefault(item.key, []).append(item)
    paid = list(payments)
    days = latest_days(plan)
    return Ledger(
        [
            row
            for spec in specs
            for item in by_key.get(spec.key, [])
            for row in _rows(spec, item, [one for one in paid if one.item_id == item.pk], facts, days.get(item.pk))
        ]
    )


def latest_days(plan: Plan | None) -> dict[int, date]:
    """By the id of the item: the latest safe day to begin with it, and so to pay."""
    rows = plan.rows if plan else []
    return {row.item.pk: row.latest_start for row in rows if row.latest_start}


def _rows(
    spec: Spec, item: Item, payments: list[Payment], facts: Mapping[str, Fact], day: date | None
) -> Iterator[Row]:
    fees = [facts[key] for key in spec.cost_facts if key in facts and facts[key].kind == Kind.MONEY]
    for fee in fees:
        mine = [one for one in payments if one.fact == fee.key]
        if mine or item.is_needed:
            # A payment settles its fee: one that rose afterwards is not owed again.
            is_due = not mine and not is_done(spec, item.status)
            yield Row(spec, item, fee, _sum(mine), _last(mine), Decimal(fee.value) if is_due else NOTHING, day)
    named = {fee.key for fee in fees}
    if others := [one for one in payments if one.fact not in named]:
        yield Row(spec, item, None, _sum(others), _last(others), NOTHING)


def _sum(payments: Iterable[Payment]) -> Decimal:
    return sum((payment.amount for payment in payments), NOTHING)


def _last(payments: Iterable[Payment]) -> date | None:
    return max((payment.on for payment in payments), default=None)
