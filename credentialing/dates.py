"""The days that follow from an item's rule: when it opens, when a draft is lost, when a report ends."""

from datetime import date, timedelta

from .days import Days
from .models import Checklist, Item, Rule, Spec


def training_ends_on(item: Item, checklist: Checklist) -> date | None:
    return checklist.training_ends_on or (item.source.ends_on if item.source else None)


def opens_on(spec: Spec, item: Item, checklist: Checklist, days: Days, since: date | None) -> date | None:
    """Before this day it is of no use to begin. `since` is the day from which it could start but for its rule."""
    match spec.rule:
        case Rule.NOT_BEFORE:
            return days.after(since, spec.rule_fact)
        case Rule.OPENS_BEFORE_END:
            ends, before = training_ends_on(item, checklist), days.of(spec.rule_fact)
            return ends - timedelta(days=before) if ends and before is not None else None
    return None


def warns_on(spec: Spec, item: Item, days: Days) -> date | None:
    """The day of the warning before the rule strikes."""
    return days.after(item.rule_from, spec.rule_warn_fact)


def strikes_on(spec: Spec, item: Item, days: Days) -> date | None:
    """The day on which the draft is lost, the report ends, the course has to be renewed."""
    if spec.rule in (Rule.DRAFT_LOST, Rule.VALID_FOR, Rule.RENEWED_EVERY):
        return days.after(item.rule_from, spec.rule_fact)
    return None
