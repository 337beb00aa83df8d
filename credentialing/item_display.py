"""What the page of one item shows, but for its forms: read once, so that the templates ask the database nothing."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.shortcuts import get_object_or_404

from facts.models import Fact
from notices.actions import today_of

from .display import Figures, standing_for
from .following import rule_dates
from .models import Checklist, Item
from .settling import days_for
from .standing import Row, Standing, State
from .waiting_times import known, words_for

NOTARIZED = ("fcvs_cid", "fcvs_affidavit")
ONLINE = "By your answers, the online notary is open to you: you have a Social Security number and a US address."
ON_PAPER = (
    "By your answers, sign on paper before a notary and post it with tracking. The online notary needs both a Social "
    "Security number and a US address."
)


def notary_words(key: str, checklist: Checklist) -> str:
    """Which way to the notary is this person's; empty where none is needed."""
    if key not in NOTARIZED:
        return ""
    return ONLINE if checklist.online_notary else ON_PAPER


def row_of(item: Item, standing: Standing, today: date) -> Row:
    """Also of an item that the list does not show any more. Raises Http404 when its description is gone."""
    shown = (*standing.rows, *standing.not_needed)
    if row := next((row for row in shown if row.item and row.item.pk == item.pk), None):
        return row
    spec = get_object_or_404(item.checklist.catalogue.specs, key=item.key)
    return Row(spec, item, State(item.status), today, [])


def item_words(item: Item) -> dict[str, Any]:
    """Everything but the forms."""
    checklist = item.checklist
    today = today_of(checklist.person)
    standing = standing_for(checklist)
    row = row_of(item, standing, today)
    facts = {fact.key: fact for fact in row.spec.facts.all()}
    figures = Figures(facts, today)
    return {
        "item": item,
        "checklist": checklist,
        "row": row,
        "spec": row.spec,
        "today": today,
        "is_blocked": row.state == State.CANNOT_START,
        "first_of_all": _first_of_all(row, standing),
        "has_letter": bool(row.waits_for),
        "what_to_do": figures.lines(row.spec.what_to_do),
        "notary": notary_words(item.key, checklist),
        "done_when": figures.fill(row.spec.evidence),
        "traps": figures.lines(row.spec.traps),
        "dates": rule_dates(row.spec, item, checklist, days_for([row.spec])),
        "waiting_time": words_for(row.spec, known(), facts),
        "figures": figures.rows(row.spec.fact_keys()),
        "facts": facts,
        **_records(item, facts),
    }


def _first_of_all(row: Row, standing: Standing) -> list[Row]:
    """The open items that unlock this one."""
    keys = {spec.key for spec in row.unlocked_by}
    return [each for each in standing.rows if each.spec.key in keys and not each.done]


def _records(item: Item, facts: Mapping[str, Fact]) -> dict[str, Any]:
    payments = item.payments.all()
    return {
        "chases": item.chases.all(),
        "payments": [(each, facts[each.fact].label if each.fact in facts else "") for each in payments],
        "help_requests": item.help_requests.all(),
        "moves_made": item.moves.all(),
    }
