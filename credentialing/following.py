"""When the portal follows an item up, and with which message. Weekends, holidays and clocks are the engine's."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from .dates import opens_on, strikes_on, training_ends_on, warns_on
from .days import Days
from .models import Checklist, Item, Party, Rule, Spec, Status

FOLLOW_UP = "credentialing.follow_up"
OWN_TURN = "credentialing.own_turn"
DRAFT_LOST = "credentialing.draft_lost"
REPORT_ENDS = "credentialing.report_ends"
OPENS = "credentialing.opens"
RENEW = "credentialing.renew"


@dataclass(frozen=True, order=True)
class FollowUp:
    on: date
    kind: str


def is_done(spec: Spec, status: str) -> bool:
    """Nobody has to do anything about it any more."""
    is_received = status == Status.RECEIVED and (spec.receipt_is_enough or spec.is_own_task)
    return status == Status.VERIFIED or is_received


def whose_turn(spec: Spec, status: str) -> str:
    """The Party that has to act; empty when it is done."""
    if is_done(spec, status):
        return ""
    return spec.passes_to if status in (Status.SENT, Status.RECEIVED) else Party.YOU


def next_follow_up(
    spec: Spec, item: Item, checklist: Checklist, days: Days, *, after: date | None = None, is_licensed: bool = False
) -> date | None:
    """The day on which the portal follows the item up next; see `reason`."""
    found = reason(spec, item, checklist, days, after=after, is_licensed=is_licensed)
    return found.on if found else None


def reason(
    spec: Spec, item: Item, checklist: Checklist, days: Days, *, after: date | None = None, is_licensed: bool = False
) -> FollowUp | None:
    """The next follow-up and its kind of message; None when nothing is waited for.

    An item to do counts from `waiting_since`, the day from which it could start (Row.startable_on); without that day
    it waits for other items and is not followed up. With `after`, only what comes later than that day. Once the
    license is there, a report that ends is nobody's trouble.
    """
    if not item.is_needed:
        return None
    found = sorted([*_turns(spec, item, checklist, days), *_rules(spec, item, days, is_licensed)])
    return next((each for each in found if after is None or each.on > after), None)


def escalation(spec: Spec, days: Days, kind: str = FOLLOW_UP) -> tuple[int, ...]:
    """Days after the first message on which it is said again; with the last of them staff are told."""
    again = days.again(spec)
    warn, strike = days.of(spec.rule_warn_fact), days.of(spec.rule_fact)
    left = strike - warn if warn is not None and strike is not None else 0
    if kind == DRAFT_LOST and left > 2:
        return left // 2, left - 1  # the last time while it can still be saved
    if kind == REPORT_ENDS and left > again:
        return again, left
    if kind == OPENS and spec.rule == Rule.OPENS_BEFORE_END:
        return days.first(spec), days.first(spec) + again
    return again, 2 * again


def _turns(spec: Spec, item: Item, checklist: Checklist, days: Days) -> Iterator[FollowUp]:
    """Whoever has the item is asked after a time; nobody is asked before it makes sense."""
    turn, since = whose_turn(spec, item.status), _passed_on(spec, item, checklist, days)
    if not turn or since is None:
        return
    # The first time was waited for before it could be asked at all; once it was asked, the repeated time counts.
    is_asked = spec.rule == Rule.NOT_BEFORE and item.status != Status.TO_DO
    asked = since + timedelta(days=days.again(spec) if is_asked else days.first(spec))
    opens = since if is_asked else opens_on(spec, item, checklist, days, item.waiting_since) or since
    if item.status == Status.TO_DO and opens > since:
        yield FollowUp(opens, OPENS)
    elif turn == Party.YOU:
        yield FollowUp(asked, OWN_TURN)
    else:
        yield FollowUp(max(asked, opens), FOLLOW_UP)


def _passed_on(spec: Spec, item: Item, checklist: Checklist, days: Days) -> date | None:
    """The day from which whoever has it is given time. None: it waits for other items."""
    if item.status != Status.TO_DO:
        # A receipt that they confirmed is a sign of life: the time counts anew.
        return max((day for day in (item.waiting_since, item.status_on) if day), default=None)
    if item.waiting_since is None:
        return None
    # Nobody is late with what was waiting before there was a list, nor with a form that lies there as a draft.
    started = timezone.localdate(checklist.started_at) if checklist.started_at else date.min
    draft_lost = strikes_on(spec, item, days) if spec.rule == Rule.DRAFT_LOST else None
    return max(item.waiting_since, started, draft_lost or date.min)


def _rules(spec: Spec, item: Item, days: Days, is_licensed: bool) -> Iterator[FollowUp]:
    """What runs out is said in time, whoever's turn it is."""
    warn, strike = warns_on(spec, item, days), strikes_on(spec, item, days)
    match spec.rule:
        case Rule.DRAFT_LOST if item.status == Status.TO_DO and warn:
            yield FollowUp(warn, DRAFT_LOST)
        case Rule.VALID_FOR if not is_licensed:
            yield from (FollowUp(day, REPORT_ENDS) for day in (warn, strike) if day)
        case Rule.RENEWED_EVERY if renew := warn or strike:
            yield FollowUp(renew, RENEW)


_LABELS = {
    Rule.DRAFT_LOST: ("Draft saved", "Warning", "Draft is lost"),
    Rule.VALID_FOR: ("Issued", "Warning", "No longer valid"),
    Rule.RENEWED_EVERY: ("Completed", "Warning", "Renew by"),
}


def rule_dates(spec: Spec, item: Item, checklist: Checklist, days: Days) -> list[tuple[str, date]]:
    """What the item's page says about its rule, with a label each; only days that are known."""
    found: tuple[tuple[str, date | None], ...] = ()
    match spec.rule:
        case Rule.DRAFT_LOST | Rule.VALID_FOR | Rule.RENEWED_EVERY:
            three = (item.rule_from, warns_on(spec, item, days), strikes_on(spec, item, days))
            found = tuple(zip(_LABELS[Rule(spec.rule)], three, strict=True))
        case Rule.NOT_BEFORE:
            found = (("Do not ask before", opens_on(spec, item, checklist, days, item.waiting_since)),)
        case Rule.OPENS_BEFORE_END:
            opens = opens_on(spec, item, checklist, days, item.waiting_since)
            found = (("Can be signed from", opens), ("Training ends", training_ends_on(item, checklist)))
    return [(label, day) for label, day in found if day]
