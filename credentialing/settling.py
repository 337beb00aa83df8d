"""A checklist opened for a change: everything its rules look at, locked, and brought in line again afterwards."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from facts.models import Fact
from notices.actions import today_of, withdraw

from .days import Days, keys_for
from .following import FollowUp, is_done, next_follow_up, reason, whose_turn
from .models import Checklist, Item, Spec, Status
from .refusals import ChecklistRefused
from .standing import standing_of

LICENSE = "ny_licence"
SETTLED = ("source", "is_needed", "waiting_on", "waiting_since", "follow_up_on", "owed_for", "version")


@dataclass
class Opened:
    checklist: Checklist
    specs: dict[str, Spec]
    items: list[Item]
    days: Days
    today: date  # the person's own

    def item(self, pk: int) -> Item:
        """Raises ChecklistRefused when it is gone."""
        for item in self.items:
            if item.pk == pk:
                return item
        raise ChecklistRefused("This item is not there any more.")

    def spec(self, item: Item) -> Spec:
        """Raises ChecklistRefused for an item that the list does not ask for."""
        if not item.is_needed or item.key not in self.specs:
            raise ChecklistRefused("By your answers this item is not needed. Change the answers first.")
        return self.specs[item.key]

    @property
    def is_licensed(self) -> bool:
        return any(item.key == LICENSE and item.closed_on is not None for item in self.items)


def opened(checklist_id: int) -> Opened:
    """Nobody else changes it until the transaction ends. Raises ChecklistRefused when it was removed."""
    locked = Checklist.objects.select_for_update(of=("self",)).select_related("person", "catalogue")
    checklist = locked.filter(pk=checklist_id).first()
    if checklist is None:
        raise ChecklistRefused("This checklist was removed.")
    specs = {spec.key: spec for spec in checklist.catalogue.specs.all()}
    # The daily scan passes over locked items, so the two never wait for each other in a ring.
    items = list(checklist.items.select_for_update(of=("self",)).select_related("source").order_by("pk"))
    return Opened(checklist, specs, items, days_for(specs.values()), today_of(checklist.person))


def is_licensed(checklist_id: int) -> bool:
    return Item.objects.filter(checklist=checklist_id, key=LICENSE, closed_on__isnull=False).exists()


def days_for(specs: Iterable[Spec]) -> Days:
    return Days(Fact.objects.mapped(keys_for(specs)))


# ------------------------------------------------------------------------------------------------ in line again
def settle(whole: Opened, touched: Collection[Item] = ()) -> None:
    """Whose turn each item is, since when, and the day of its next follow-up; what was owed for the old turn is not.

    Touched items are followed up anew even if it is the same party's turn as before.
    """
    startable = _startable_days(whole)
    changed = [item for item in whole.items if _take_turn(whole, item, startable) or item in touched]
    for item in changed:
        follow_anew(whole, item)
    Item.objects.bulk_update(changed, SETTLED)


def settle_other_days(checklist_id: int, keys: Collection[str]) -> None:
    """The days of these items are other ones now. What was already said is not begun anew."""
    whole = opened(checklist_id)
    ahead = [item for item in whole.items if item.follow_up_on and item.follow_up_on > whole.today]
    settle(whole, [item for item in ahead if item.key in keys])


def _startable_days(whole: Opened) -> dict[int, date]:
    """Of the items that wait for no other one: since when."""
    rows = standing_of(whole.checklist, whole.specs.values(), whole.items, whole.today).rows
    return {row.item.pk: row.startable_on for row in rows if row.item and row.startable_on}


def _take_turn(whole: Opened, item: Item, startable: dict[int, date]) -> bool:
    """True if it changed."""
    before = item.waiting_on, item.waiting_since
    spec = whole.specs.get(item.key)
    turn = whose_turn(spec, item.status) if spec and item.is_needed else ""
    since = _since(item, turn, startable) if turn else None
    item.waiting_on, item.waiting_since = (turn, since) if since else ("", None)
    return before != (item.waiting_on, item.waiting_since)


def _since(item: Item, turn: str, startable: dict[int, date]) -> date | None:
    if item.status == Status.TO_DO:
        day = startable.get(item.pk)
        return max(day, item.status_on or day) if day else None
    since = item.waiting_since if item.waiting_on == turn and item.sent_on else None
    if item.status == Status.RECEIVED and since and item.status_on:
        return min(since, item.status_on)  # a receipt is no new beginning
    return item.status_on


def follow_anew(whole: Opened, item: Item) -> None:
    """A day that is over by the time it is known is today."""
    take_back(item)
    spec = whole.specs.get(item.key)
    day = spec and next_follow_up(spec, item, whole.checklist, whole.days, is_licensed=whole.is_licensed)
    item.follow_up_on = max(day, whole.today) if day else None


def follow_again(whole: Opened, item: Item) -> None:
    """After staff have helped: as if it had passed to whoever has it today."""
    follow_anew(whole, item)
    if item.follow_up_on and item.key in whole.specs:
        first = timedelta(days=whole.days.first(whole.specs[item.key]))
        item.follow_up_on = max(item.follow_up_on, whole.today + first)


def take_back(item: Item) -> None:
    """What was owed about it is not owed any more, to nobody."""
    withdraw(about=item)
    item.owed_for = None


def close_or_open(spec: Spec, item: Item) -> None:
    """The day on which it ended, and how long it took since it was first sent."""
    ended = item.status_on if is_done(spec, item.status) else None
    item.closed_on = ended
    item.took_days = (ended - item.sent_on).days if ended and item.sent_on else None


# ------------------------------------------------------------------------------------------------ what is owed
def follow_ups(spec: Spec, item: Item, checklist: Checklist, days: Days, *, is_licensed: bool) -> Iterator[FollowUp]:
    """The first of each kind; the very first on the day that stands with the item: the person may have moved it."""
    seen: set[str] = set()
    found = reason(spec, item, checklist, days, is_licensed=is_licensed)
    while found:
        if found.kind not in seen:
            yield found if seen or not item.follow_up_on else FollowUp(item.follow_up_on, found.kind)
        seen.add(found.kind)
        found = reason(spec, item, checklist, days, after=found.on, is_licensed=is_licensed)
