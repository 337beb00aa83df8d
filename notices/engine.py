"""Exactly one digest a person and day, every notice in exactly one mail, whatever dies in between.

1. `people_due` finds who is owed something whose time has come.
2. `make_mails` makes their mails in one transaction: it locks the notices, asks each kind whether it is still true, and
   stores the words. A worker that dies here leaves nothing behind. The database refuses a second digest of a day.
3. `deliver` sends one mail that this worker holds by a lease, and marks it. A worker that dies after the server took
   the mail leaves it to the next one, which sends it once more after the lease, under the same Message-ID.
"""

import logging
from collections.abc import Sequence
from contextlib import nullcontext
from datetime import datetime, timedelta
from typing import Any

from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone

from .actions import mark_bad_address
from .delivery import Outcome, Post
from .making import lease, make_mails, set_aside
from .models import Mail, MailState, Notice, NoticeQuerySet, State

logger = logging.getLogger(__name__)

BATCH = 50  # people: small enough that a dying worker holds up few, large enough to share queries
RETRY_AFTER = (timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=8), timedelta(hours=24))


def people_due(now: datetime, *, limit: int = 5000) -> list[int]:
    """Whoever has waited longest comes first; the rest comes with the next run."""
    due = Notice.objects.due(now).filter(person__is_active=True).order_by("send_after")
    return list(dict.fromkeys(due.values_list("person_id", flat=True)[: limit * 4]))[:limit]


def send_to(person_ids: Sequence[int], now: datetime | None = None) -> int:
    """Make and deliver the mails of these people. Returns how many went out."""
    now = now or timezone.now()
    return _send(Notice.objects.due(now).filter(person__in=person_ids), now)


def send_at_once(notice_id: int, now: datetime | None = None) -> int:
    """A transactional notice goes by itself, whatever the hour."""
    return _send(Notice.objects.filter(pk=notice_id, state=State.OWED), now or timezone.now())


def send_waiting(*, limit: int = 500) -> int:
    """Second tries, and mails whose worker died."""
    return _deliver_all(list(Mail.objects.waiting().order_by("next_try_at")[:limit]))


def _send(due: NoticeQuerySet, now: datetime) -> int:
    try:
        mails = make_mails(due, now)
    except Exception:
        logger.exception("a batch could not be written; each person's mail is now tried alone")
        mails = _one_by_one(due, now)
    return _deliver_all(mails)


def _one_by_one(due: NoticeQuerySet, now: datetime) -> list[Mail]:
    """Slower: a transaction for each person and a savepoint around each notice, so that only the culprit fails."""
    mails = []
    for person_id in due.order_by("person_id").values_list("person_id", flat=True).distinct():
        theirs = due.filter(person=person_id)
        try:
            mails += make_mails(theirs, now, guard=transaction.atomic)
        except (InterfaceError, OperationalError):
            raise  # the database is away or busy: nobody's notice is to blame, and the next run finds them all
        except Exception as error:
            logger.exception("the mail of person %s could not be written", person_id)
            _set_aside_all(theirs, error)
    return mails


@transaction.atomic
def _set_aside_all(due: NoticeQuerySet, error: Exception) -> None:
    for notice in due.select_for_update(of=("self",)).order_by("pk"):
        set_aside(notice, error)
        notice.save(update_fields=["state", "mail", "problem"])


# ------------------------------------------------------------------------------------------------ delivering
def _deliver_all(mails: Sequence[Mail]) -> int:
    with Post() as post:
        return sum(deliver(mail, post) for mail in mails)


def deliver(mail: Mail, post: Post) -> bool:
    """Send one mail, if it is ours to send. Never raises for what a mail server may do."""
    if not post.is_up or not _is_ours(mail):
        return False
    outcome = post.send(mail)
    _mark(mail, outcome)
    return outcome.is_sent


def _is_ours(mail: Mail) -> bool:
    """Held by a lease with half of its time left; else taken anew, unless somebody else was faster."""
    now = timezone.now()
    if mail.next_try_at - now > lease() / 2:
        return True
    mine = Mail.objects.filter(pk=mail.pk, state=MailState.READY, next_try_at=mail.next_try_at)
    mail.next_try_at = now + lease()
    return mine.update(next_try_at=mail.next_try_at) == 1


def _mark(mail: Mail, outcome: Outcome) -> None:
    """A server that is away costs no try: the mail waits until its lease is over."""
    changes: dict[str, Any] = {"problem": outcome.problem}
    if outcome.is_sent:
        changes |= {"state": MailState.SENT, "sent_at": timezone.now(), "tries": mail.tries + 1}
    elif outcome.is_permanent:
        changes |= {"state": MailState.REFUSED, "tries": mail.tries + 1}
    elif not outcome.server_is_down:
        changes |= _later(mail)
    with transaction.atomic() if outcome.address_is_bad else nullcontext():
        Mail.objects.filter(pk=mail.pk, state=MailState.READY).update(**changes)
        if outcome.address_is_bad:
            mark_bad_address(address=mail.address, problem=outcome.problem)


def _later(mail: Mail) -> dict[str, Any]:
    tries = mail.tries + 1
    if tries > len(RETRY_AFTER):
        return {"state": MailState.GIVEN_UP, "tries": tries}
    return {"next_try_at": timezone.now() + RETRY_AFTER[tries - 1], "tries": tries}
