"""Exactly one digest a person and day, every notice in exactly one mail, whatever dies in between.

1. `people_due` finds who is owed something whose time has come.
2. `make_mails` makes their mails in one transaction: it locks the notices, asks each kind whether it is still true, and
   stores the words. A worker that dies here leaves nothing behind. The database refuses a second digest of a day.
3. `deliver` takes one mail by a conditional UPDATE that moves its `next_try_at` past a lease, sends it, and marks it.
   A worker that dies after the server took the mail sends it once more after the lease, under the same Message-ID.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db import DatabaseError, transaction
from django.utils import timezone

from .actions import mark_bad_address, owe, quiet_of
from .delivery import Outcome, Post
from .kinds import kind_named
from .models import BadAddress, Mail, MailState, Notice, State, SwitchedOff
from .mornings import local_day, next_moment, send_after
from .writing import Item, fill, message_id, write_item

logger = logging.getLogger(__name__)

Guard = Callable[[], AbstractContextManager[Any]]

LEASE = timedelta(minutes=10)
BATCH = 50  # people: small enough that a dying worker holds up few, large enough to share queries
RETRY_AFTER = (timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=8), timedelta(hours=24))


def people_due(now: datetime, *, limit: int = 5000) -> list[int]:
    due = Notice.objects.due(now).order_by("send_after").values_list("person_id", flat=True)[: limit * 4]
    return list(dict.fromkeys(due))[:limit]


def send_to(person_ids: Sequence[int], now: datetime | None = None) -> int:
    """Make and deliver the digests of these people. Returns how many mails went out."""
    now = now or timezone.now()
    try:
        mails = make_mails(person_ids, now)
    except DatabaseError:
        # One notice broke the transaction. Once more, with a savepoint around each: slower, and only that one fails.
        mails = make_mails(person_ids, now, guard=transaction.atomic)
    return _deliver_all(mails, now)


def send_at_once(notice_id: int, now: datetime | None = None) -> int:
    """A transactional notice goes by itself, whatever the hour."""
    now = now or timezone.now()
    with transaction.atomic():
        notices = _locked(Notice.objects.filter(pk=notice_id, state=State.OWED))
        seeds = {notice.pk: f"notice:{notice.pk}" for notice in notices}
        mails = [mail for n in notices if (mail := _mail_with([n], None, now, seeds[n.pk], transaction.atomic))]
    return _deliver_all(mails, now)


def send_waiting(now: datetime | None = None, *, limit: int = 500) -> int:
    """Second tries, and mails whose worker died."""
    now = now or timezone.now()
    return _deliver_all(list(Mail.objects.waiting(now).order_by("next_try_at")[:limit]), now, leased=False)


def _deliver_all(mails: Iterable[Mail], now: datetime, *, leased: bool = True) -> int:
    with Post() as post:
        return sum(deliver(mail, post, now, leased=leased) for mail in mails)


# ------------------------------------------------------------------------------------------------ making
@transaction.atomic
def make_mails(person_ids: Sequence[int], now: datetime, guard: Guard = nullcontext) -> list[Mail]:
    users = get_user_model().objects.filter(pk__in=person_ids, is_active=True).prefetch_related("quiet_periods")
    people = {person.pk: person for person in users}
    due = _locked(Notice.objects.due(now).filter(person__in=people))
    _let_go(due, people)
    by_person: dict[int, list[Notice]] = defaultdict(list)
    for notice in due:
        if notice.state == State.OWED and not _put_off(notice, people[notice.person_id], now):
            by_person[notice.person_id].append(notice)
    mails = _digests(by_person, people, now, guard)
    Notice.objects.bulk_update(due, ["state", "mail", "heading", "problem", "send_after"], batch_size=200)
    return mails


def _locked(notices: Any) -> list[Notice]:
    """In one order, so that two workers never wait for each other in a ring."""
    return list(notices.select_for_update(of=("self",)).select_related("person", "first__mail").order_by("pk"))


def _let_go(due: list[Notice], people: dict[int, Any]) -> None:
    """Hold what goes to an address that does not work; drop what the person switched off."""
    bad = set(
        BadAddress.objects.filter(address__in=[person.email.lower() for person in people.values()]).values_list(
            "address", flat=True
        )
    )
    unwanted = set(SwitchedOff.objects.filter(person__in=people).values_list("person_id", "kind"))
    for notice in due:
        if people[notice.person_id].email.lower() in bad:
            notice.state = State.HELD
        elif (notice.person_id, notice.kind) in unwanted:
            notice.state, notice.problem = State.WITHDRAWN, "switched off by the person"


def _put_off(notice: Notice, person: Any, now: datetime) -> bool:
    """Not at this hour, not on this day there: it waits for the next morning that is allowed."""
    any_day = _any_day(notice)
    moment = next_moment(now, person.time_zone, any_day=any_day, quiet=quiet_of(person))
    notice.send_after = max(notice.send_after, moment)
    return moment != now


def _any_day(notice: Notice) -> bool:
    try:
        return kind_named(notice.kind).any_day
    except LookupError:
        return False


def _digests(
    by_person: dict[int, list[Notice]], people: dict[int, Any], now: datetime, guard: Guard
) -> list[Mail]:
    days = {pk: local_day(now, people[pk].time_zone) for pk in by_person}
    had_one = set(
        Mail.objects.filter(person__in=by_person, digest_day__in=set(days.values())).values_list("person_id", "digest_day")
    )
    mails = []
    for pk, notices in by_person.items():
        if (pk, days[pk]) in had_one:
            _wait_for_tomorrow(notices, people[pk], days[pk])
        elif mail := _mail_with(notices, days[pk], now, f"digest:{pk}:{days[pk]}", guard):
            mails.append(mail)
    return mails


def _wait_for_tomorrow(notices: list[Notice], person: Any, today: date) -> None:
    for notice in notices:
        notice.send_after = send_after(
            today + timedelta(days=1), person.time_zone, any_day=_any_day(notice), quiet=quiet_of(person)
        )


def _mail_with(
    notices: list[Notice], digest_day: date | None, now: datetime, seed: str, guard: Guard
) -> Mail | None:
    """The mail with everything among these that is still true; None if nothing is."""
    items = [item for notice in notices if (item := _item(notice, guard))]
    if not items:
        _save_states(notices, digest_day)
        return None
    person = items[0].notice.person
    mail = Mail(
        person=person,
        address=person.email,
        digest_day=digest_day,
        message_id=message_id(seed),
        next_try_at=now + LEASE,
    )
    fill(mail, items)
    mail.save()
    for item in items:
        item.notice.state, item.notice.mail = State.IN_MAIL, mail
    _owe_next_steps(items)
    _save_states(notices, digest_day)
    return mail


def _save_states(notices: list[Notice], digest_day: date | None) -> None:
    """A digest's notices are saved with the whole batch."""
    if digest_day is None:
        for notice in notices:
            notice.save(update_fields=["state", "mail", "heading", "problem"])


def _item(notice: Notice, guard: Guard) -> Item | None:
    """What the notice says now; a notice whose kind fails is set aside for staff and stops nobody else's."""
    try:
        with guard():
            if not kind_named(notice.kind).still_true(notice):
                notice.state = State.WITHDRAWN
                return None
            return write_item(notice)
    except Exception as error:
        if guard is nullcontext and isinstance(error, DatabaseError):
            raise  # the transaction is broken; `send_to` begins again with savepoints
        logger.exception("notice %s of kind %s could not be written", notice.pk, notice.kind)
        notice.state, notice.problem = State.FAILED, f"{type(error).__name__}: {error}"[:300]
        return None


def _owe_next_steps(items: list[Item]) -> None:
    """Say it again after the days its kind names; after the last time, staff are told, and it stops."""
    for item in items:
        notice, steps = item.notice, item.kind.escalation
        first = notice.first or notice
        if notice.step < len(steps):
            due_on = first.due_on + timedelta(days=steps[notice.step])
            later = owe(kind=notice.kind, person=notice.person, about=notice.about, due_on=due_on)
            Notice.objects.filter(pk=later.pk, first=None).update(first=first, step=notice.step + 1)
        elif steps and item.kind.tell_staff:
            item.kind.tell_staff(notice)


# ------------------------------------------------------------------------------------------------ delivering
def deliver(mail: Mail, post: Post, now: datetime, *, leased: bool = True) -> bool:
    """Send one mail, if it is still ours to send. Never raises for what a mail server may do."""
    if not post.is_up or not (leased or _take(mail, now)):
        return False
    outcome = post.send(mail)
    _mark(mail, outcome, now)
    return outcome.is_sent


def _take(mail: Mail, now: datetime) -> bool:
    lease = now + LEASE
    mine = Mail.objects.filter(pk=mail.pk, state=MailState.READY, next_try_at=mail.next_try_at)
    taken = mine.update(next_try_at=lease) == 1
    mail.next_try_at = lease
    return taken


def _mark(mail: Mail, outcome: Outcome, now: datetime) -> None:
    changes: dict[str, Any] = {"tries": mail.tries + 1, "problem": outcome.problem[:300]}
    if outcome.is_sent:
        changes |= {"state": MailState.SENT, "sent_at": timezone.now()}
    elif outcome.is_permanent:
        changes |= {"state": MailState.REFUSED}
    elif mail.tries >= len(RETRY_AFTER):
        changes |= {"state": MailState.GIVEN_UP}
    else:
        changes |= {"next_try_at": now + RETRY_AFTER[mail.tries]}
    Mail.objects.filter(pk=mail.pk).update(**changes)
    if outcome.address_is_bad:
        mark_bad_address(address=mail.address, problem=outcome.problem)
