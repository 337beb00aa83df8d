"""What the pages beside the list show, read once: the plan, the costs, the names and dates, one letter."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from facts.models import Fact
from notices.actions import today_of

from .costs import ledger
from .days import Days, keys_for
from .display import caveat
from .figures import path_of
from .letters import Written, letter_for, tone_for
from .mismatches import GAP_PROOF, GAP_SENTENCE, found_in
from .models import Checklist, Item, Payment, Spec, Tone
from .planning import plan
from .plans import Plan
from .settling import days_for
from .standing import Row, standing_of
from .waiting_times import known

LINE = 56  # characters of a letter that fit beside each other on a page


@dataclass(frozen=True)
class Source:
    """A figure, who says so, and what to know before relying on it."""

    fact: Fact
    caveat: str


def sources_of(facts: list[Fact], on: date) -> list[Source]:
    return [Source(fact, caveat(fact, on)) for fact in facts]


# ------------------------------------------------------------------------------------------------ plan and costs
def plan_for(checklist: Checklist, specs: list[Spec], facts: dict[str, Fact]) -> Plan:
    items = checklist.items.select_related("source")
    return plan(specs, items, checklist, Days(facts), known(), today_of(checklist.person))


def plan_words(checklist: Checklist) -> dict[str, Any]:
    specs = list(checklist.catalogue.specs.all())
    made = plan_for(checklist, specs, Fact.objects.mapped(keys_for(specs)))
    return {"plan": made, "path": path_of(made), "done": sum(row.row.done for row in made.rows)}


def cost_words(checklist: Checklist) -> dict[str, Any]:
    specs = list(checklist.catalogue.specs.all())
    facts = Fact.objects.mapped(keys_for(specs))
    items = checklist.items.select_related("source")
    payments = Payment.objects.filter(item__checklist=checklist)
    made = ledger(specs, items, payments, facts, plan_for(checklist, specs, facts))
    today = today_of(checklist.person)
    return {"ledger": made, "sources": sources_of(made.facts, today), "today": today}


# ------------------------------------------------------------------------------------------------ names and dates
def name_words(checklist: Checklist) -> dict[str, Any]:
    today = today_of(checklist.person)
    spellings, activities = checklist.spellings.all(), list(checklist.activities.all())
    items = checklist.items.needed().select_related("source")
    limits = Fact.objects.mapped({GAP_SENTENCE, GAP_PROOF})
    return {
        "findings": found_in(spellings, activities, checklist, checklist.sources.all(), items, today),
        "activities": activities,
        "sources": sources_of(list(limits.values()), today),
    }


# ------------------------------------------------------------------------------------------------ a letter
def letter_words(item: Item, tone: int | None) -> dict[str, Any]:
    """Raises ChecklistRefused when there is nobody to write to."""
    checklist = item.checklist
    today = today_of(checklist.person)
    spec = checklist.catalogue.specs.get(key=item.key)
    tone = tone or tone_for(item, spec, days_for([spec]), today)
    letters, chases = checklist.catalogue.letters.all(), list(item.chases.all())
    written = letter_for(item, spec, letters, checklist.person.get_full_name(), chases, today, tone)
    return {
        "item": item,
        "spec": spec,
        "letter": written,
        "tone": tone,
        "tones": Tone.choices,
        "rows": rows_of(written),
        "waited": item.waited_days(today),
    }


def rows_of(letter: Written) -> int:
    """Lines that show the whole of it."""
    return sum(1 + len(line) // LINE for line in letter.body.split("\n")) + 1


# ------------------------------------------------------------------------------------------------ the list on paper
@dataclass(frozen=True)
class PrintedPart:
    title: str
    rows: list[Row]


def print_words(checklist: Checklist) -> dict[str, Any]:
    specs = list(checklist.catalogue.specs.all())
    today = today_of(checklist.person)
    standing = standing_of(checklist, specs, checklist.items.select_related("source"), today, days_for(specs))
    titles = dict.fromkeys(row.spec.get_section_display() for row in standing.rows)
    parts = [
        PrintedPart(title, [row for row in standing.rows if row.spec.get_section_display() == title])
        for title in titles
    ]
    return {"standing": standing, "parts": parts, "today": today}
