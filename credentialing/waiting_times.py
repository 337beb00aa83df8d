"""How long such items really took, from those that were closed in the portal; else what somebody published."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import itemgetter

from django.db import transaction
from django.db.models import Count

from facts.models import Fact, day_text

from .days import add_years
from .models import Item, Spec, WaitingTime

MONTHS = 12


@dataclass(frozen=True)
class WaitingWords:
    """A sentence, empty when nothing is known; `fact` is where a published figure comes from."""

    words: str = ""
    fact: Fact | None = None

    def __str__(self) -> str:
        return self.words

    def __bool__(self) -> bool:
        return bool(self.words)


@transaction.atomic
def work_out(today: date) -> int:
    """From the items closed in the twelve months to `today`. Returns for how many keys there is a waiting time."""
    closed = Item.objects.filter(took_days__isnull=False, closed_on__gt=add_years(today, -1), closed_on__lte=today)
    enough = {
        key
        for key, people in closed.values_list("key").annotate(Count("checklist", distinct=True)).order_by()
        if people >= WaitingTime.FEWEST
    }
    # The database counts; what comes back is a few hundred rows for each key, however many items there are.
    counted = closed.filter(key__in=enough).values_list("key", "took_days").annotate(Count("pk"))
    found = list(_times(counted.order_by("key", "took_days"), today))
    WaitingTime.objects.exclude(key__in=[time.key for time in found]).delete()
    WaitingTime.objects.bulk_create(
        found,
        update_conflicts=True,
        unique_fields=["key"],
        update_fields=["count", "half", "three_quarters", "as_of"],
    )
    return len(found)


def _times(counted: Iterable[tuple[str, int, int]], today: date) -> Iterator[WaitingTime]:
    for key, rows in groupby(counted, key=itemgetter(0)):
        took = [(days, count) for _, days, count in rows]
        number = sum(count for _, count in took)
        half, three_quarters = within(took, -(-number // 2)), within(took, -(-number * 3 // 4))
        yield WaitingTime(key=key, count=number, half=half, three_quarters=three_quarters, as_of=today)


def within(took: Iterable[tuple[int, int]], number: int) -> int:
    """In how many days that number of items was closed. `took` rises: (days, items that took so many)."""
    for days, count in took:
        number -= count
        if number <= 0:
            return days
    raise ValueError("There are fewer items than that.")


def known() -> dict[str, WaitingTime]:
    return {time.key: time for time in WaitingTime.objects.all()}


def words_for(spec: Spec, times: Mapping[str, WaitingTime], facts: Mapping[str, Fact]) -> WaitingWords:
    """Our own times if enough such items were closed, else the published figure and who says so."""
    if time := times.get(spec.key):
        return WaitingWords(
            f"Half of such items took {_days(time.half)} or less, three quarters {time.three_quarters} "
            f"({time.count:,} items closed in the {MONTHS} months to {day_text(time.as_of)})"
        )
    fact = facts.get(spec.usual_fact)
    if fact is None:
        return WaitingWords()
    doubt = f"; to be confirmed with {fact.confirm_with}" if fact.to_confirm else ""
    return WaitingWords(
        f"{fact.label}: {fact.text} ({fact.source}, checked on {day_text(fact.checked_on)}{doubt})", fact
    )


def _days(number: int) -> str:
    return f"{number:,} day" if number == 1 else f"{number:,} days"
