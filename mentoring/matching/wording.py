"""Lists, dates and counts as sentences say them."""

from collections.abc import Collection
from datetime import date


def joined(words: Collection[str], last: str = "and") -> str:
    """In the order of the alphabet: "Arabic, Hindi and Urdu"."""
    *before, final = sorted(words) or [""]
    return f"{', '.join(before)} {last} {final}" if before else final


def day(on: date) -> str:
    return f"{on.day} {on:%B %Y}"


def count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
