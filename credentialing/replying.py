"""What the answers in a reminder do: done, still waiting, stuck, remind me on; and what happens after the last one."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.db import transaction
from django.utils import timezone

from notices.actions import NoticeRefused, today_of
from notices.models import Notice

from . import actions
from .models import WITH_OTHERS, Checklist, Item, Spec, Status
from .refusals import ChecklistRefused
from .reminding import Case, case_of
from .settling import opened
from .telling import tell_helpers

FROM_A_REMINDER = "Asked from a reminder"
MOVED_ON = "Something was recorded about this after the mail was sent. Sign in to see where it stands."

Act = Callable[[Notice, Case, dict[str, Any]], None]


def acting(act: Act) -> Callable[[Notice, dict[str, Any]], None]:
    """With the sentence of a refusal on the page that the mail leads to."""

    def handler(notice: Notice, data: dict[str, Any]) -> None:
        case = case_of(notice)
        if case is None:
            raise NoticeRefused("This is not on your checklist any more. Sign in to see where it stands.")
        try:
            act(notice, case, data)
        except ChecklistRefused as refusal:
            raise NoticeRefused(str(refusal)) from refusal

    return handler


def lock_first(notice: Notice) -> None:
    """The checklist, as every action does. What is gone needs no lock."""
    case = case_of(notice)
    if case is not None:
        Checklist.objects.select_for_update().filter(pk=case.item.checklist_id).first()


def done(notice: Notice, case: Case, data: dict[str, Any]) -> None:
    """On the person's own today. What was recorded after the mail has changed what “done” would mean."""
    item = opened(case.item.checklist_id).item(case.item.pk)
    if item.moves.filter(recorded_at__gte=notice.said_at or notice.owed_at).exists():
        raise NoticeRefused(MOVED_ON)
    to = _done_means(case.spec, item)
    actions.move(item=item, by=notice.person, to=to, on=today_of(notice.person), version=item.version)


def _done_means(spec: Spec, item: Item) -> str:
    """The other party has it, or has confirmed it; what waits for the person has been passed on."""
    if spec.is_own_task:
        return Status.VERIFIED
    if item.status not in WITH_OTHERS:
        return Status.SENT
    return Status.VERIFIED if spec.receipt_is_enough or item.status == Status.RECEIVED else Status.RECEIVED


def stuck(notice: Notice, case: Case, data: dict[str, Any]) -> None:
    """The same mail makes the same request, however often it is pressed."""
    token = uuid5(NAMESPACE_URL, f"notice:{notice.pk}")
    actions.ask_for_help(item=case.item, by=notice.person, words=FROM_A_REMINDER, form_token=token)


def waiting(notice: Notice, data: dict[str, Any]) -> None:
    """The next reminder comes as planned."""


def reminded(notice: Notice, until: date) -> None:
    def put_off(notice: Notice, case: Case, data: dict[str, Any]) -> None:
        actions.reminder_was_moved(item=case.item, by=notice.person, on=until)

    acting(put_off)(notice, {})


def tell_staff(notice: Notice) -> None:
    """It has waited through all reminders: the helpers of the society look at it.

    The item is marked after the commit: whoever changes an item locks it before its notices; the engine holds these.
    """
    case = case_of(notice)
    tell_helpers(case.item)
    transaction.on_commit(partial(_mark_told, case.item.pk), robust=True)


def _mark_told(item_id: int) -> None:
    Item.objects.filter(pk=item_id, closed_on=None).update(staff_told_at=timezone.now(), staff_seen_at=None)
