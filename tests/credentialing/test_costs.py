"""Spent, still due, in all and next due: every amount a fact or what the physician paid."""

from datetime import date
from decimal import Decimal

import pytest

from credentialing.costs import Ledger, Row, ledger
from credentialing.loading import load_catalogue
from credentialing.models import Item, Payment, Source, Spec, Status
from credentialing.plans import Plan, PlanRow
from credentialing.standing import Row as Standing
from credentialing.standing import State
from facts.models import Fact
from tests.credentialing.building import spec

TODAY = date(2026, 11, 23)
FCVS = spec("fcvs_account", cost_facts=["fcvs.initial_fee"])
ELSEWHERE = spec("elsewhere", cost_facts=["test.check", "test.copy"])
FACTS = {
    "fcvs.initial_fee": Fact(key="fcvs.initial_fee", kind="money", value="395"),
    "test.check": Fact(key="test.check", kind="money", value="40.50"),
    "test.copy": Fact(key="test.copy", kind="money", value="10"),
    "test.words": Fact(key="test.words", kind="text", value="varies"),
}


def item(pk: int, one: Spec = FCVS, **changed: object) -> Item:
    return Item(pk=pk, key=one.key, **changed)


def paid(pk: int, amount: str, fact: str = "", on: date = TODAY) -> Payment:
    return Payment(item_id=pk, amount=Decimal(amount), fact=fact, on=on)


def made(*items: Item, payments: tuple[Payment, ...] = (), plan: Plan | None = None) -> Ledger:
    return ledger([FCVS, ELSEWHERE], items, payments, FACTS, plan)


def sums(found: Ledger) -> tuple[Decimal, Decimal, Decimal]:
    return found.spent, found.still_due, found.total


def test_before_anything_is_paid_every_fee_is_due() -> None:
    found = made(item(1), item(2, ELSEWHERE))
    assert sums(found) == (0, Decimal("445.50"), Decimal("445.50"))
    assert [row.fact.key for row in found.rows] == ["fcvs.initial_fee", "test.check", "test.copy"]


def test_a_payment_settles_its_fee_and_no_other() -> None:
    found = made(item(1), item(2, ELSEWHERE), payments=(paid(2, "10", "test.copy"),))
    assert sums(found) == (10, Decimal("435.50"), Decimal("445.50"))


def test_a_fee_that_rose_after_it_was_paid_is_not_owed_again() -> None:
    found = made(item(1), payments=(paid(1, "375", "fcvs.initial_fee"),))
    assert sums(found) == (375, 0, 375)


def test_the_same_fee_is_due_for_each_program_by_itself() -> None:
    sources = [Source(pk=pk, name=f"Place {pk}") for pk in (5, 6)]
    items = [item(pk, ELSEWHERE, source=source) for pk, source in enumerate(sources, start=1)]
    found = made(*items, payments=(paid(1, "40.50", "test.check"),))
    assert found.still_due == Decimal("60.50")
    assert [row.title for row in found.rows if row.paid] == ["elsewhere: Place 5"]


def test_what_has_no_fee_is_spent_all_the_same() -> None:
    found = made(item(1), payments=(paid(1, "12.30"), paid(1, "7.70", "gone.fee")))
    assert sums(found) == (20, 395, 415)
    assert found.rows[-1].fact is None


def test_what_is_not_needed_is_due_no_more_and_what_was_paid_stays_spent() -> None:
    unneeded = item(2, ELSEWHERE, is_needed=False)
    assert sums(made(unneeded)) == (0, 0, 0)
    assert sums(made(unneeded, payments=(paid(2, "40.50", "test.check"),))) == (Decimal("40.50"), 0, Decimal("40.50"))


def test_a_finished_item_without_a_payment_is_not_due_and_says_that_nothing_is_recorded() -> None:
    found = made(item(1, status=Status.VERIFIED, closed_on=TODAY))
    assert found.still_due == 0
    assert found.rows[0].is_unrecorded
    assert not made(item(1)).rows[0].is_unrecorded


def test_only_money_is_counted_and_a_missing_fact_is_not_made_up() -> None:
    odd = spec("odd", cost_facts=["test.words", "test.missing"])
    assert ledger([odd], [item(1, odd)], [], FACTS).rows == []


# ------------------------------------------------------------------------------------------------ what comes next
def planned(*days: tuple[Item, Spec, date | None]) -> Plan:
    rows = [
        PlanRow(Standing(one, there, State.TO_DO, TODAY, []), there, 7, "", TODAY, TODAY, latest_start=day)
        for there, one, day in days
    ]
    return Plan(rows, TODAY, TODAY)


def test_next_due_is_what_has_to_begin_first() -> None:
    first, second = item(1), item(2, ELSEWHERE)
    plan = planned((first, FCVS, date(2027, 5, 1)), (second, ELSEWHERE, date(2027, 3, 14)))
    coming: Row = made(first, second, plan=plan).next_due
    assert (coming.fact.key, coming.day, coming.due) == ("test.check", date(2027, 3, 14), Decimal("40.50"))


def test_without_days_the_first_on_the_list_comes_next_and_in_the_end_nothing() -> None:
    assert made(item(2, ELSEWHERE), item(1)).next_due.fact.key == "fcvs.initial_fee"
    assert made(item(1), payments=(paid(1, "395", "fcvs.initial_fee"),)).next_due is None


@pytest.mark.django_db
def test_every_fee_that_the_catalogue_names_is_an_amount_with_a_source() -> None:
    specs = list(load_catalogue().specs.all())
    keys = {key for one in specs for key in one.cost_facts}
    facts = Fact.objects.mapped(keys)
    assert len(keys) >= 4
    assert keys == facts.keys()
    assert {fact.kind for fact in facts.values()} == {"money"}
    needed = [Item(pk=pk, key=one.key) for pk, one in enumerate(specs)]
    assert ledger(specs, needed, [], facts).total == sum(Decimal(fact.value) for fact in facts.values())
