"""Beside the way of an item: chases, notes, payments, and the days of rules."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
import time_machine

from accounts.models import User
from audit.models import Entry
from credentialing import actions, scan
from credentialing.models import Chase, Checklist, HelpRequest, Item, Payment, Status
from credentialing.refusals import ChecklistRefused, StaleForm
from notices.models import Notice, State
from tests.credentialing.lists import moved, start, the

TODAY = date(2026, 11, 24)
SENT = date(2026, 11, 2)
WORDS = "Dean Okonkwo never answers"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(datetime(2026, 11, 24, 15, tzinfo=UTC), tick=False) as traveller:
        yield traveller


@pytest.fixture
def mine(dolores: User) -> Checklist:
    return start(dolores)


@pytest.fixture
def school(mine: Checklist) -> Item:
    """With the medical school since 2 November."""
    return moved(the(mine, "fcvs_meded"), Status.SENT, SENT)


def owed(item: Item | HelpRequest) -> list[tuple[str, int, date]]:
    rows = Notice.objects.filter(about=f"{item._meta.label_lower}:{item.pk}", state=State.OWED)
    return list(rows.order_by("due_on").values_list("kind", "person", "due_on"))


# ------------------------------------------------------------------------------------------------ chases
def chase(item: Item, **more: object) -> Chase:
    plain = {"on": TODAY, "channel": "phone", "whom": WORDS, "answer": WORDS, "form_token": uuid4()}
    return actions.log_chase(item=item, by=item.checklist.person, **(plain | more))


def test_a_chase_is_kept_once_for_each_form(school: Item) -> None:
    token = uuid4()
    assert chase(school, form_token=token) == chase(school, form_token=token, whom="Other")
    assert Chase.objects.get().whom == WORDS
    school.refresh_from_db()
    assert school.version == 3


def test_the_same_chase_in_a_form_that_the_browser_filled_again_counts_once(school: Item) -> None:
    assert chase(school) == chase(school, whom=f" {WORDS} ")
    chase(school, answer="Next week")
    assert Chase.objects.count() == 2


def test_the_form_of_one_item_records_nothing_for_another(mine: Checklist, school: Item) -> None:
    token = uuid4()
    chase(school, form_token=token)
    with pytest.raises(StaleForm):
        chase(the(mine, "names_check"), form_token=token)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"on": TODAY + timedelta(days=1)}, "on"),
        ({"on": date(1949, 1, 1)}, "on"),
        ({"channel": "pigeon"}, "channel"),
        ({"whom": "x" * 121}, "whom"),
        ({"answer": "x" * 501}, "answer"),
    ],
)
def test_a_chase_that_cannot_be_is_refused_beside_its_field(school: Item, wrong: dict, field: str) -> None:
    with pytest.raises(ChecklistRefused) as refused:
        chase(school, **wrong)
    assert refused.value.field == field
    assert not Chase.objects.exists()


# ------------------------------------------------------------------------------------------------ note
def test_a_note_is_kept_and_raises_the_version_once(school: Item, dolores: User) -> None:
    for _ in range(2):
        actions.write_note(item=school, by=dolores, note=f" {WORDS} ", version=2)
    school.refresh_from_db()
    assert (school.note, school.version) == (WORDS, 3)


def test_a_note_of_an_old_page_does_not_overwrite_a_newer_one(school: Item, dolores: User) -> None:
    actions.write_note(item=school, by=dolores, note="newer", version=2)
    with pytest.raises(StaleForm):
        actions.write_note(item=school, by=dolores, note="older", version=2)


# ------------------------------------------------------------------------------------------------ payments
def pay(item: Item, **more: object) -> Payment:
    plain = {"amount": Decimal("395"), "on": TODAY, "fact": "fcvs.initial_fee", "form_token": uuid4()}
    return actions.record_payment(item=item, by=item.checklist.person, **(plain | more))


def test_a_payment_is_kept_once_for_each_form_and_can_go_again(school: Item, dolores: User) -> None:
    token = uuid4()
    payment = pay(school, form_token=token)
    assert pay(school, form_token=token, amount=Decimal(1)).pk == payment.pk
    for _ in range(2):
        actions.remove_payment(payment=payment, by=dolores)
    assert not Payment.objects.exists()
    assert list(Entry.objects.about(payment).values_list("verb", flat=True)) == ["payment removed", "payment recorded"]


def test_the_same_payment_again_is_refused_and_says_what_to_do_if_it_was_paid_twice(school: Item) -> None:
    pay(school)
    with pytest.raises(ChecklistRefused, match="take it out and record the sum") as refused:
        pay(school)
    assert refused.value.field == "amount"
    pay(school, amount=Decimal(75))
    pay(school, on=SENT)
    assert Payment.objects.count() == 3


@pytest.mark.parametrize("amount", ["0", "-1", "10000000", "1.005"])
def test_an_amount_that_cannot_be_is_refused(school: Item, amount: str) -> None:
    with pytest.raises(ChecklistRefused, match="Write an amount above zero") as refused:
        pay(school, amount=Decimal(amount))
    assert refused.value.field == "amount"


def test_a_payment_still_to_come_or_for_no_fee_is_refused(school: Item) -> None:
    with pytest.raises(ChecklistRefused, match="still to come"):
        pay(school, on=TODAY + timedelta(days=1))
    with pytest.raises(ChecklistRefused, match="no such fee"):
        pay(school, fact="no.fee")


# ------------------------------------------------------------------------------------------------ days of rules
def test_a_saved_draft_warns_on_day_twenty(mine: Checklist, dolores: User) -> None:
    form = the(mine, "ny_form1")
    form = actions.set_rule_from(item=form, by=dolores, on=date(2026, 11, 20), version=1)
    assert (form.follow_up_on, form.version) == (date(2026, 12, 10), 2)
    scan.owe_follow_ups()
    # Should it be lost all the same, the form is to do again.
    assert owed(form) == [
        ("credentialing.draft_lost", dolores.pk, date(2026, 12, 10)),
        ("credentialing.own_turn", dolores.pk, date(2027, 1, 19)),
    ]
    moved(form, Status.SENT, TODAY)
    assert owed(form) == []


def test_a_report_warns_although_it_was_received(mine: Checklist, dolores: User) -> None:
    report = moved(the(mine, "fcvs_ecfmg_report"), Status.RECEIVED, TODAY)
    report = actions.set_rule_from(item=report, by=dolores, on=date(2026, 2, 1), version=report.version)
    assert report.follow_up_on == date(2026, 11, 28)
    scan.owe_follow_ups()
    assert owed(report) == [("credentialing.report_ends", dolores.pk, date(2026, 11, 28))]
    moved(the(mine, "ny_licence"), Status.RECEIVED, TODAY)
    report.refresh_from_db()
    assert (report.follow_up_on, owed(report)) == (None, [])


def test_the_day_of_a_rule_can_be_taken_back_and_is_refused_where_there_is_none(
    mine: Checklist, school: Item, dolores: User
) -> None:
    form = actions.set_rule_from(item=the(mine, "ny_form1"), by=dolores, on=date(2026, 11, 20), version=1)
    assert actions.set_rule_from(item=form, by=dolores, on=None, version=2).rule_from is None
    with pytest.raises(ChecklistRefused, match="No such day"):
        actions.set_rule_from(item=school, by=dolores, on=TODAY, version=2)
    with pytest.raises(ChecklistRefused, match="still to come"):
        actions.set_rule_from(item=form, by=dolores, on=TODAY + timedelta(days=1), version=3)
    with pytest.raises(StaleForm):
        actions.set_rule_from(item=form, by=dolores, on=TODAY, version=1)
