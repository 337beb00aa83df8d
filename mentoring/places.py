"""A mentor's places as rows, so that the database itself refuses one pair too many."""

from .models import MOST_PLACES, Mentor, Pair, Place


def follow_capacity(mentor: Mentor) -> None:
    """As many rows as places, or as active pairs where those are more. Call it under the mentor's lock.

    After a pair has ended as well: a place that was kept only until then goes with it.
    """
    taken = set(Pair.objects.active().filter(mentor=mentor).values_list("place", flat=True))
    rows = list(mentor.places.order_by("number"))
    wanted = max(mentor.capacity, len(taken))
    free = [row for row in rows if row.pk not in taken]
    surplus = free[max(0, wanted - len(taken)) :]
    Place.objects.filter(pk__in=[row.pk for row in surplus]).delete()
    unused = sorted(set(range(1, MOST_PLACES + 1)) - {row.number for row in rows})
    missing = unused[: max(0, wanted - len(rows))]
    Place.objects.bulk_create([Place(mentor=mentor, number=number) for number in missing])
