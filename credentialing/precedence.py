"""Which items of one checklist come before which: the catalogue's order, laid over what this physician needs."""

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from .models import Item, Repeats, Spec

# Key and source: what makes an item one of its checklist, saved or not.
Node: TypeAlias = tuple[str, int | None]


def node_of(item: Item) -> Node:
    return item.key, item.source_id


def coming_first(specs: Iterable[Spec], items: Iterable[Item]) -> dict[Node, list[Item]]:
    """For each item those that come directly before it, done or not. `items` are the needed ones.

    Through an item that this physician does not need the order is kept: whatever came before that one comes before
    those after it. Two items that repeat for the same sources wait for each other source by source.
    """
    described = {spec.key: spec for spec in specs}
    by_key: dict[str, list[Item]] = {}
    for item in items:
        by_key.setdefault(item.key, []).append(item)
    return {
        node_of(item): [
            earlier
            for key in _needed_before(spec, described, by_key)
            for earlier in by_key[key]
            if not _is_of_another_source(spec, item, described[key], earlier)
        ]
        for spec in described.values()
        for item in by_key.get(spec.key, [])
    }


def _needed_before(spec: Spec, described: Mapping[str, Spec], by_key: Mapping[str, list[Item]]) -> list[str]:
    found: dict[str, None] = {}
    seen: set[str] = set()
    left = list(reversed(spec.depends_on))
    while left:
        key = left.pop()
        if key in seen or key not in described:
            continue
        seen.add(key)
        if key in by_key:
            found[key] = None
        else:
            left += reversed(described[key].depends_on)
    return list(found)


def _is_of_another_source(spec: Spec, item: Item, earlier_spec: Spec, earlier: Item) -> bool:
    repeats_alike = spec.repeats == earlier_spec.repeats != Repeats.ONCE
    return repeats_alike and None not in (item.source_id, earlier.source_id) and item.source_id != earlier.source_id
