"""How long things take and when the portal asks again, read from the facts by key."""

from calendar import monthrange
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from facts.models import Fact, Kind

from .models import Spec

SOCIETY_FOLLOW_UP = "fcvs.society_follow_up"
_SOCIETY_DAYS = 30  # should even that fact be gone, nothing is forgotten
_DAYS_OF_UNIT = {"day": 1, "week": 7}


class Days:
    """The figures that the rules need. What is missing, or is no length of time, counts as not said."""

    def __init__(self, facts: Mapping[str, Fact]) -> None:
        self._facts = facts

    def of(self, key: str) -> int | None:
        """Days; a fact in weeks gives them, too."""
        fact = self._facts.get(key)
        if fact is None or fact.kind not in (Kind.DAYS, Kind.COUNT):
            return None
        each = 1 if fact.kind == Kind.DAYS else _DAYS_OF_UNIT.get(fact.unit.removesuffix("s"))
        return int(fact.value) * each if each else None

    def years(self, key: str) -> int | None:
        fact = self._facts.get(key)
        is_years = fact is not None and fact.kind == Kind.COUNT and fact.unit.removesuffix("s") == "year"
        return int(fact.value) if fact is not None and is_years else None

    def after(self, day: date | None, key: str) -> date | None:
        """That long after the day; None when either is not known."""
        if day is None:
            return None
        if (years := self.years(key)) is not None:
            return add_years(day, years)
        return day + timedelta(days=days) if (days := self.of(key)) is not None else None

    def first(self, spec: Spec) -> int:
        """From the day it passed to somebody until the portal asks for the first time; at least one day."""
        for key in (spec.first_fact, SOCIETY_FOLLOW_UP):
            if (days := self.of(key)) is not None:
                return max(days, 1)
        return _SOCIETY_DAYS

    def again(self, spec: Spec) -> int:
        """From one time to the next; at least one day."""
        days = self.of(spec.again_fact)
        return max(days, 1) if days is not None else self.first(spec)

    def source(self, key: str) -> str:
        """Who says so; empty when the fact is missing."""
        fact = self._facts.get(key)
        return fact.source if fact else ""


def add_years(day: date, years: int) -> date:
    """The same day of the year; 29 February becomes 28 February where there is none."""
    year = day.year + years
    return day.replace(year=year, day=min(day.day, monthrange(year, day.month)[1]))


def keys_for(specs: Iterable[Spec]) -> set[str]:
    """The facts a Days for these items needs."""
    return {SOCIETY_FOLLOW_UP}.union(*(spec.fact_keys() for spec in specs))
