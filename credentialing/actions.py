"""What happens to an item: it is moved, chased, noted, paid for, asked about. Each opens the whole checklist first."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from audit.models import record
from notices import actions as notices
from notices.models import Notice, State

from .entries import check_move, check_past, check_payment, check_words, find_earlier, find_same
from .following import reason
from .generating import wanted
from .models import Channel, Chase, Checklist, HelpRequest, Item, Move, Payment, Person, Rule, Spec, Status
from .refusals import ChecklistRefused, StaleForm
from .settling import LICENSE, Opened, close_or_open, opened, settle, take_back
from .telling import tell_helpers

DATED_RULES = (Rule.DRAFT_LOST, Rule.VALID_FOR, Rule.RENEWED_EVERY)
NOT_FOLLOWED = "The portal does not follow this item up at the moment."


# ------------------------------------------------------------------------------------------------ the list itself
@transaction.atomic
def reconcile(checklist: Checklist, *, dates_changed: bool = False) -> None:
    """Bring the items in line with the answers and the catalogue. Nothing that was recorded is lost."""
    whole = opened(checklist.pk)
    needed = wanted(whole.specs.values(), whole.checklist, whole.checklist.sources.all(), whole.today)
    _give_names(whole, needed)
    there = {(item.key, item.source_id) for item in whole.items}
    Item.objects.bulk_create(
        Item(checklist=whole.checklist, key=key, source_id=pk) for key, pk in needed if (key, pk) not in there
    )
    whole = opened(checklist.pk)
    touched = [item for item in whole.items if item.is_needed != ((item.key, item.source_id) in needed)]
    for item in touched:
        item.is_needed, item.version = not item.is_needed, item.version + 1
    settle(whole, [*touched, *(_with_rule(whole, Rule.OPENS_BEFORE_END) if dates_changed else ())])


def _give_names(whole: Opened, needed: list[tuple[str, int | None]]) -> None:
    """What was recorded before anybody was named belongs to the first who is."""
    there = {(item.key, item.source_id) for item in whole.items}
    for item in whole.items:
        if item.source_id is None and (item.key, None) not in needed:
            item.source_id = next((pk for key, pk in needed if key == item.key and (key, pk) not in there), None)
            there.add((item.key, item.source_id))
            Item.objects.filter(pk=item.pk).update(source=item.source_id)


def _with_rule(whole: Opened, rule: Rule) -> list[Item]:
    return [item for item in whole.items if item.key in whole.specs and whole.specs[item.key].rule == rule]


# ------------------------------------------------------------------------------------------------ where it stands
@transaction.atomic
def move(*, item: Item, by: Person, to: str, on: date, words: str = "", version: int) -> Item:
    """Record that it came to this status on that day. The same status with another day corrects the day."""
    whole = opened(item.checklist_id)
    item = whole.item(item.pk)
    if item.status == to and (to == Status.TO_DO or item.status_on == on):
        return item
    _refuse_stale(item, version)
    spec = whole.spec(item)
    check_move(item, to, on, whole.today)
    words = check_words(words, field="words", longest=500, is_needed=False)
    Move.objects.create(item=item, from_status=item.status, to_status=to, on=on, words=words)
    before = item.status
    _stand(item, spec, to, on)
    settle(whole, [item, *(_with_rule(whole, Rule.VALID_FOR) if item.key == LICENSE else ())])
    record(by=by, verb="checklist item moved", subject=item, data={"from": before, "to": to})
    return item


def _stand(item: Item, spec: Spec, to: str, on: date) -> None:
    """The days that follow from a move. What staff were told about the old turn is over."""
    if to == Status.TO_DO:
        item.sent_on = item.waiting_since = None
    elif to == Status.SENT:
        is_first = item.sent_on is None or (item.status == Status.SENT and item.sent_on == item.status_on)
        item.sent_on = on if is_first or item.sent_on is None else min(item.sent_on, on)
    item.status, item.status_on = to, on
    item.staff_told_at = item.staff_seen_at = None
    close_or_open(spec, item)
    item.version += 1
    item.save()


@transaction.atomic
def set_rule_from(*, item: Item, by: Person, on: date | None, version: int) -> Item:
    """The day from which its rule counts: a draft saved, a report issued, a course completed. None takes it back."""
    whole = opened(item.checklist_id)
    item = whole.item(item.pk)
    if item.rule_from == on:
        return item
    _refuse_stale(item, version)
    if whole.spec(item).rule not in DATED_RULES:
        raise ChecklistRefused("No such day is kept for this item.", field="on")
    if on:
        check_past(on, whole.today)
    item.rule_from = on
    _save(item)
    settle(whole, [item])
    record(by=by, verb="checklist item dated", subject=item)
    return item


def _refuse_stale(item: Item, version: int) -> None:
    if item.version != version:
        raise StaleForm


def _save(item: Item) -> None:
    item.version += 1
    item.save()


# ------------------------------------------------------------------------------------------------ beside the way
@transaction.atomic
def log_chase(
    *, item: Item, by: Person, on: date, channel: str, whom: str = "", answer: str = "", form_token: UUID
) -> Chase:
    whole = opened(item.checklist_id)
    item = whole.item(item.pk)
    if earlier := find_earlier(Chase, item, form_token):
        return earlier
    check_past(on, whole.today)
    if channel not in Channel:
        raise ChecklistRefused("Choose how you asked.", field="channel")
    whom = check_words(whom, field="whom", longest=120, is_needed=False)
    answer = check_words(answer, field="answer", longest=500, is_needed=False)
    said = {"on": on, "channel": channel, "whom": whom, "answer": answer}
    if same := find_same(Chase, item, **said):
        return same
    chase = Chase.objects.create(item=item, form_token=form_token, **said)
    _save(item)
    record(by=by, verb="chase logged", subject=chase, data={"channel": channel})
    return chase


@transaction.atomic
def write_note(*, item: Item, by: Person, note: str, version: int) -> Item:
    item = opened(item.checklist_id).item(item.pk)
    note = check_words(note, field="note", longest=2000, is_needed=False)
    if item.note == note:
        return item
    _refuse_stale(item, version)
    item.note = note
    _save(item)
    record(by=by, verb="private note written", subject=item)
    return item


@transaction.atomic
def record_payment(*, item: Item, by: Person, amount: Decimal, on: date, fact: str = "", form_token: UUID) -> Payment:
    """`fact` is the key of the fee. US dollars."""
    whole = opened(item.checklist_id)
    item = whole.item(item.pk)
    if earlier := find_earlier(Payment, item, form_token):
        return earlier
    check_past(on, whole.today)
    check_payment(item, amount, on, fact)
    payment = Payment.objects.create(item=item, amount=amount, on=on, fact=fact, form_token=form_token)
    _save(item)
    record(by=by, verb="payment recorded", subject=payment)
    return payment


@transaction.atomic
def remove_payment(*, payment: Payment, by: Person) -> None:
    item = opened(payment.item.checklist_id).item(payment.item_id)
    there = Payment.objects.filter(pk=payment.pk).first()
    if there is None:
        return
    record(by=by, verb="payment removed", subject=there)
    there.delete()
    _save(item)


# ------------------------------------------------------------------------------------------------ help, and another day
@transaction.atomic
def ask_for_help(*, item: Item, by: Person, words: str, form_token: UUID) -> HelpRequest:
    """Staff see it; until they have answered, the portal does not ask the person how it stands."""
    item = opened(item.checklist_id).item(item.pk)
    if earlier := find_earlier(HelpRequest, item, form_token):
        return earlier
    words = check_words(words, field="words", longest=2000)
    if same := find_same(HelpRequest, item, words=words, answered_at=None):
        return same
    request = HelpRequest.objects.create(item=item, words=words, form_token=form_token)
    take_back(item)
    item.is_stuck, item.follow_up_on = True, None
    _save(item)
    tell_helpers(request)
    record(by=by, verb="help asked for", subject=request)
    return request


@transaction.atomic
def remind_on(*, item: Item, by: Person, on: date) -> Item:
    """Follow it up on that day instead. What was said before stays said: the next letter is not the first again."""
    whole = opened(item.checklist_id)
    item = whole.item(item.pk)
    if item.follow_up_on == on:
        return item
    due = reason(whole.spec(item), item, whole.checklist, whole.days, is_licensed=whole.is_licensed)
    if due is None or item.follow_up_on is None:
        raise ChecklistRefused(NOT_FOLLOWED, field="on")
    _check_later(on, whole.today)
    if last := _last_said(item, due.kind, whole.checklist.person):
        notices.snooze(notice=last, until=on)
    else:
        notices.owe(kind=due.kind, person=whole.checklist.person, about=item, due_on=on)
    return _follow_on(item, by, on)


@transaction.atomic
def reminder_was_moved(*, item: Item, by: Person, on: date) -> Item:
    """The same from a mail: the message itself was put off already."""
    item = opened(item.checklist_id).item(item.pk)
    if item.follow_up_on is None:
        raise ChecklistRefused(NOT_FOLLOWED)
    return _follow_on(item, by, on)


def _check_later(on: date, today: date) -> None:
    if on <= today:
        raise ChecklistRefused("Choose a day after today.", field="on")
    if on - today > notices.LATEST_SNOOZE:
        raise ChecklistRefused("Choose a day within a year from now.", field="on")


def _last_said(item: Item, kind: str, person: Person) -> Notice | None:
    """Of this turn: what was said before the last move was about something else."""
    same = Notice.objects.for_user(person).filter(kind=kind, about=notices.about_text(item)).order_by("step", "pk")
    moved = item.moves.first()
    this_turn = Q(said_at__gt=moved.recorded_at) if moved else Q(said_at__isnull=False)
    return same.filter(Q(state=State.OWED) | this_turn).last()


def _follow_on(item: Item, by: Person, on: date) -> Item:
    item.follow_up_on, item.owed_for = on, None
    _save(item)
    record(by=by, verb="follow-up put off", subject=item)
    return item
