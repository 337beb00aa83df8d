"""What the society's helpers do about somebody's item."""

from django.db import transaction
from django.utils import timezone

from audit.models import record

from .entries import check_words
from .models import HelpRequest, Item, Person, StaffNote
from .refusals import ChecklistRefused
from .settling import follow_again, opened
from .telling import is_dealt_with, tell_answered


@transaction.atomic
def answer_help(*, request: HelpRequest, by: Person, answer: str) -> HelpRequest:
    """The person is told at once, and the item is followed up again from today."""
    whole = opened(request.item.checklist_id)
    item = whole.item(request.item_id)
    request = HelpRequest.objects.select_related("item__checklist__person").get(pk=request.pk)
    answer = check_words(answer, field="answer", longest=4000)
    if request.answer == answer:
        return request
    if request.answer:
        raise ChecklistRefused("Somebody has answered this already. What they wrote stands below.", field="answer")
    request.answer, request.answered_at, request.answered_by = answer, timezone.now(), by
    request.save()
    item.is_stuck = item.help_requests.filter(answered_at=None).exists()
    if not item.is_stuck:
        follow_again(whole, item)
    item.version += 1
    item.save()
    is_dealt_with(request)
    tell_answered(request)
    record(by=by, verb="help answered", subject=request)
    return request


@transaction.atomic
def add_note(*, item: Item, by: Person, words: str) -> StaffNote:
    """For other helpers; it belongs to the person's data. The same words twice are one note."""
    item = opened(item.checklist_id).item(item.pk)
    words = check_words(words, field="words", longest=2000)
    if there := item.staff_notes.filter(words=words, written_by=by).first():
        return there
    note = StaffNote.objects.create(item=item, words=words, written_by=by)
    record(by=by, verb="staff note added", subject=note)
    return note


@transaction.atomic
def mark_seen(*, item: Item, by: Person) -> Item:
    """Somebody of the society has looked at an item that had waited too long."""
    item = opened(item.checklist_id).item(item.pk)
    if item.staff_seen_at is None:
        item.staff_seen_at = timezone.now()
        item.save(update_fields=["staff_seen_at"])
        is_dealt_with(item)
        record(by=by, verb="checklist item seen", subject=item)
    return item
