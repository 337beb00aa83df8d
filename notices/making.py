"""From owed notices to mails with their words, in one transaction that locks what it uses."""

import logging
from collections import defaultdict
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import DatabaseError, transaction
from django.utils import timezone

from .actions import is_any_day, quiet_of
from .kinds import UnknownKind, kind_named
from .models import BadAddress, Mail, Notice, NoticeQuerySet, State, SwitchedOff
from .mornings import local_day, next_moment, send_after
from .writing import Item, fill, message_id, write_item

logger = logging.getLogger(__name__)

Guard = Callable[[], AbstractContextManager[Any]]


@dataclass
class Draft:
    """The notices that are to go in one mail; `digest_day` is None for one that goes at once, by itself."""

    person: Any
    notices: list[Notice]
    digest_day: date | None
    seed: str
    items: list[Item] = field(default_factory=list)


def lease() -> timedelta:
    """How long a mail belongs to the worker that took it."""
    return timedelta(seconds=settings.NOTICES_LEASE_SECONDS)


@transaction.atomic
def make_mails(due: NoticeQuerySet, now: datetime, guard: Guard = nullcontext) -> list[Mail]:
    """The mails for all that is due, leased to the caller. Two callers at once: the second finds nothing left."""
    notices = _locked(due)
    _let_go(notices)
    drafts = _drafts([notice for notice in notices if notice.state == State.OWED], now)
    mails = [mail for draft in drafts if (mail := _written(draft, now, guard))]
    Mail.objects.bulk_create(mails)
    items = [item for draft in drafts for item in draft.items]
    _owe_next_steps(items)
    _save(notices)
    return mails


def _locked(due: NoticeQuerySet) -> list[Notice]:
    """In one order, so that two workers never wait for each other in a ring."""
    notices = list(due.select_for_update(of=("self",)).select_related("first__mail").order_by("pk"))
    people = (
        get_user_model()
        .objects.filter(pk__in={notice.person_id for notice in notices}, is_active=True)
        .prefetch_related("quiet_periods")
        .in_bulk()
    )
    notices = [notice for notice in notices if notice.person_id in people]
    for notice in notices:
        notice.person = people[notice.person_id]
    return notices


def _let_go(notices: list[Notice]) -> None:
    """Hold what goes to an address that does not work; drop what the person switched off."""
    people = {notice.person_id: notice.person for notice in notices}
    addresses = [person.email.lower() for person in people.values()]
    bad = set(BadAddress.objects.filter(address__in=addresses).values_list("address", flat=True))
    unwanted = set(SwitchedOff.objects.filter(person__in=people).values_list("person_id", "kind"))
    for notice in notices:
        if notice.person.email.lower() in bad:
            notice.state = State.HELD
        elif (notice.person_id, notice.kind) in unwanted:
            notice.state, notice.problem = State.WITHDRAWN, "switched off by the person"


# ------------------------------------------------------------------------------------------------ which go together
def _drafts(notices: list[Notice], now: datetime) -> list[Draft]:
    by_person: dict[int, list[Notice]] = defaultdict(list)
    drafts = []
    for notice in notices:
        if _goes_at_once(notice):
            again = f":{now.timestamp()}" if notice.said_at else ""
            drafts.append(Draft(notice.person, [notice], None, f"notice:{notice.pk}{again}"))
        elif not _put_off(notice, now):
            by_person[notice.person_id].append(notice)
    return drafts + _digests(by_person, now)


def _goes_at_once(notice: Notice) -> bool:
    try:
        return kind_named(notice.kind).transactional
    except UnknownKind:
        return False


def _put_off(notice: Notice, now: datetime) -> bool:
    """Not at this hour, not on this day there: it waits for the next morning that is allowed."""
    person = notice.person
    moment = next_moment(now, person.time_zone, any_day=is_any_day(notice.kind), quiet=quiet_of(person))
    if moment != now:
        notice.send_after = max(notice.send_after, moment)
    return moment != now


def _digests(by_person: dict[int, list[Notice]], now: datetime) -> list[Draft]:
    """One a person and local day; what comes too late for today's goes tomorrow."""
    days = {pk: local_day(now, notices[0].person.time_zone) for pk, notices in by_person.items()}
    had = Mail.objects.filter(person__in=by_person, digest_day__in=set(days.values()))
    had_one = set(had.values_list("person_id", "digest_day"))
    drafts = []
    for pk, notices in by_person.items():
        if (pk, days[pk]) in had_one:
            _wait_for_tomorrow(notices, days[pk])
        else:
            drafts.append(Draft(notices[0].person, notices, days[pk], f"digest:{pk}:{days[pk]}"))
    return drafts


def _wait_for_tomorrow(notices: list[Notice], today: date) -> None:
    for notice in notices:
        person, tomorrow = notice.person, today + timedelta(days=1)
        notice.send_after = send_after(
            tomorrow, person.time_zone, any_day=is_any_day(notice.kind), quiet=quiet_of(person)
        )


# ------------------------------------------------------------------------------------------------ words
def _written(draft: Draft, now: datetime, guard: Guard) -> Mail | None:
    """The mail with everything in the draft that is still true; None if nothing is."""
    today = local_day(now, draft.person.time_zone)
    draft.items = [item for notice in draft.notices if (item := _item(notice, today, guard))]
    if not draft.items:
        return None
    mail = Mail(
        person=draft.person,
        address=draft.person.email,
        digest_day=draft.digest_day,
        message_id=message_id(draft.seed),
        next_try_at=timezone.now() + lease(),
    )
    fill(mail, draft.items)
    for item in draft.items:
        item.notice.state, item.notice.mail = State.IN_MAIL, mail
    return mail


def _item(notice: Notice, today: date, guard: Guard) -> Item | None:
    """What the notice says now; a notice whose kind fails is set aside for staff and stops nobody else's."""
    try:
        with guard():
            if not kind_named(notice.kind).still_true(notice):
                notice.state = State.WITHDRAWN
                return None
            item = write_item(notice, today)
            _tell_staff_the_last_time(item)
            return item
    except Exception as error:
        if guard is nullcontext and isinstance(error, DatabaseError):
            raise  # the transaction is broken; the engine begins again with savepoints
        logger.exception("notice %s of kind %s could not be written", notice.pk, notice.kind)
        set_aside(notice, error)
        return None


def set_aside(notice: Notice, error: Exception) -> None:
    notice.state, notice.mail = State.FAILED, None
    # PostgreSQL takes no zero byte, and an exception may quote one.
    notice.problem = f"{type(error).__name__}: {error}".replace("\x00", "")[:300]


# ------------------------------------------------------------------------------------------------ what follows
def _tell_staff_the_last_time(item: Item) -> None:
    notice, kind = item.notice, item.kind
    if kind.tell_staff and item.is_last and not notice.said_at:
        kind.tell_staff(notice)


def _owe_next_steps(items: list[Item]) -> None:
    """Each thing is said again after the days its kind names."""
    Notice.objects.bulk_create(
        (_next_step(item, item.again_on) for item in items if item.again_on), ignore_conflicts=True
    )
    for item in items:
        item.notice.said_at = item.notice.said_at or timezone.now()


def _next_step(item: Item, due_on: date) -> Notice:
    notice, person = item.notice, item.notice.person
    return Notice(
        kind=notice.kind,
        person=person,
        about=notice.about,
        due_on=due_on,
        first=notice.first or notice,
        step=notice.step + 1,
        send_after=send_after(due_on, person.time_zone, any_day=item.kind.any_day, quiet=quiet_of(person)),
    )


def _save(notices: list[Notice]) -> None:
    in_mail = [notice for notice in notices if notice.state == State.IN_MAIL]
    rest = [notice for notice in notices if notice.state != State.IN_MAIL]
    Notice.objects.bulk_update(in_mail, ["state", "mail", "heading", "said_at"], batch_size=100)
    Notice.objects.bulk_update(rest, ["state", "problem", "send_after"], batch_size=100)
