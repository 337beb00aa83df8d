"""What may be entered: days that can have been, words that are there, one row for one form."""

from datetime import date
from decimal import Decimal
from typing import TypeVar
from uuid import UUID

from facts.models import Fact, day_text

from .models import MOVES, Chase, HelpRequest, Item, Payment, Status
from .refusals import ChecklistRefused, StaleForm

EARLIEST = date(1950, 1, 1)
MOST = Decimal("9999999.99")
PAID_ALREADY = (
    "This payment is recorded here already. If you paid the same amount twice on one day, take it out and record the "
    "sum."
)
Entry = TypeVar("Entry", Chase, HelpRequest, Payment)


def check_past(day: date, today: date, *, field: str = "on") -> None:
    """Raises ChecklistRefused for a day that is still to come, or that is too long ago to be meant."""
    if day > today:
        raise ChecklistRefused(
            f"{day_text(day)} is still to come. Record it when it has happened: today is {day_text(today)}.",
            field=field,
        )
    check_sane(day, field=field)


def check_sane(day: date | None, *, field: str, latest: date = date.max) -> None:
    if day and day < EARLIEST:
        raise ChecklistRefused(f"A day before {day_text(EARLIEST)} cannot be meant. Check the year.", field=field)
    if day and day > latest:
        raise ChecklistRefused(f"A day after {day_text(latest)} cannot be meant. Check the year.", field=field)


def check_order(starts_on: date | None, ends_on: date | None) -> None:
    if starts_on and ends_on and ends_on < starts_on:
        raise ChecklistRefused(
            f"This is before the first day, {day_text(starts_on)}. Check both days.", field="ends_on"
        )


def check_move(item: Item, to: str, on: date, today: date) -> None:
    """Raises ChecklistRefused for a move that is not among MOVES, or on a day on which it cannot have been."""
    if to != item.status and to not in MOVES[item.status]:
        raise ChecklistRefused(
            f"An item that is “{item.get_status_display()}” cannot become “{Status(to).label}”.", field="to"
        )
    check_past(on, today)
    if to in (Status.TO_DO, Status.SENT):
        return
    if item.sent_on and on < item.sent_on:
        raise ChecklistRefused(
            f"You recorded that you sent it on {day_text(item.sent_on)}; this cannot be earlier. "
            "If that day is wrong, correct it first.",
            field="on",
        )
    if (item.status, to) == (Status.RECEIVED, Status.VERIFIED) and item.status_on and on < item.status_on:
        raise ChecklistRefused(
            f"It was received on {day_text(item.status_on)}; it cannot have been confirmed before.", field="on"
        )


def check_words(words: str, *, field: str, longest: int, is_needed: bool = True) -> str:
    """Without blanks around them."""
    words = words.replace("\x00", "").strip()
    if is_needed and not words:
        raise ChecklistRefused("Write a few words here.", field=field)
    if len(words) > longest:
        raise ChecklistRefused(f"This has {len(words):,} characters; {longest:,} are the most.", field=field)
    return words


def check_payment(item: Item, amount: Decimal, on: date, fact: str) -> None:
    if not Decimal(0) < amount <= MOST or amount != round(amount, 2):
        raise ChecklistRefused("Write an amount above zero in dollars and cents, like 395 or 395.50.", field="amount")
    if fact and not Fact.objects.filter(key=fact).exists():
        raise ChecklistRefused("There is no such fee.", field="fact")
    if find_same(Payment, item, amount=amount, on=on, fact=fact):
        raise ChecklistRefused(PAID_ALREADY, field="amount")


def find_earlier(model: type[Entry], item: Item, form_token: UUID) -> Entry | None:
    """What the same form recorded before. Raises StaleForm when that was for another item."""
    earlier = model.objects.filter(form_token=form_token).first()
    if earlier and earlier.item_id != item.pk:
        raise StaleForm
    return earlier


def find_same(model: type[Entry], item: Item, **typed: object) -> Entry | None:
    """What has every word in common: a browser that goes back shows what was typed again, in a form of a new token."""
    return model.objects.filter(item=item, **typed).first()
