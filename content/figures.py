"""The figures a page puts in by name (`::: figure match-rates`): drawn on the server, the numbers in a table beside."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone

from facts.models import Fact

from . import charts
from .dates import DateEntry, key_dates
from .models import County, ExternalLink, Goal, Page
from .paths import entries_of
from .reading import caveat

GOAL_GOES_QUIET_AFTER = timedelta(days=90)
_RATE_KEY = re.compile(r"match\.(\d{4})\.(us|nonus)_rate")


def draw(name: str, page: Page) -> str:
    if name == "residency-year":
        return residency_year()
    template, context = _FIGURES[name]
    return render_to_string(f"figures/{template}.html", context(page))


def residency_year() -> str:
    """The time line of the season: from half a year back to a year ahead."""
    today = timezone.localdate()
    first, last = today - timedelta(days=183), today + timedelta(days=365)
    items = [_timeline_item(entry, today) for entry in key_dates() if first <= entry.starts <= last]
    context = {"chart": charts.build_timeline(items), "caption": "The season as a time line"}
    return render_to_string("figures/timeline.html", context)


def _timeline_item(entry: DateEntry, today: date) -> charts.TimelineItem:
    sure = entry.confidence_label if not entry.to_confirm else f"to be confirmed, ask {entry.confirm_with}"
    return charts.TimelineItem(
        entry.title, entry.starts, entry.ends, entry.last_day < today, sure, shown_as=entry.shown_as
    )


def _match_rates() -> dict[str, Any]:
    facts = Fact.objects.filter(key__regex=_RATE_KEY.pattern).order_by("key")
    years: dict[int, dict[str, Fact]] = defaultdict(dict)
    for fact in facts:
        if match := _RATE_KEY.fullmatch(fact.key):
            years[int(match[1])][match[2]] = fact
    points = [
        charts.RatePoint(year, _rate(pair.get("us")), _rate(pair.get("nonus")), _sources(pair.values()))
        for year, pair in years.items()
    ]
    return {"chart": charts.build_match_rates(points)}


def _rate(fact: Fact | None) -> float | None:
    return float(fact.value) if fact else None


def _sources(facts: Iterable[Fact]) -> str:
    """Each source once, with what a reader must know about it."""
    today = timezone.localdate()
    told = (f"{fact.source}{f' ({words})' if (words := caveat(fact, today)) else ''}" for fact in facts)
    return "; ".join(dict.fromkeys(told))


def _journey_steps(page: Page) -> dict[str, Any]:
    steps = Page.objects.published().filter(journey__address=page.address).order_by("position")
    return {"steps": entries_of(steps)}


def _state30_places() -> dict[str, Any]:
    facts = Fact.objects.mapped({"state30.annual_cap", "state30.flex_cap"})
    cap, flex = facts["state30.annual_cap"], facts["state30.flex_cap"]
    return {"chart": charts.build_places(int(cap.value), int(flex.value)), "cap": cap, "flex": flex}


def _committee_goals() -> dict[str, Any]:
    today = timezone.localdate()
    goals = list(Goal.objects.published())
    for goal in goals:
        goal.is_quiet = goal.reported_on is not None and today - goal.reported_on > GOAL_GOES_QUIET_AFTER
    return {"goals": goals}


def _county_societies() -> dict[str, Any]:
    counties = County.objects.published()
    return {
        "districts": [(number, list(group)) for number, group in groupby(counties, key=lambda county: county.district)]
    }


def _useful_links(page: Page) -> dict[str, Any]:
    return {"links": ExternalLink.objects.published().filter(step_pages=page)}


_FIGURES: dict[str, tuple[str, Callable[[Page], dict[str, Any]]]] = {
    "match-rates": ("match_rates", lambda page: _match_rates()),
    "journey-steps": ("journey_steps", _journey_steps),
    "state30-places": ("places", lambda page: _state30_places()),
    "committee-goals": ("committee_goals", lambda page: _committee_goals()),
    "county-societies": ("county_societies", lambda page: _county_societies()),
    "useful-links": ("useful_links", _useful_links),
}
