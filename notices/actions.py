"""Owe, withdraw, snooze, answer, switch off, mark an address. Nothing here sends: see engine.py."""

from datetime import date, datetime, timedelta
from typing import Any

from celery import signature
from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils import timezone

from audit.models import record

from .kinds import UnknownKind, kind_named
from .models import (
    MOVES,
    Answer,
    BadAddress,
    Heartbeat,
    Mail,
    MailState,
    Notice,
    Person,
    QuietPeriod,
    State,
    SwitchedOff,
)
from .mornings import Quiet, local_day, send_after

LATEST_SNOOZE = timedelta(days=366)
LONGEST_QUIET = timedelta(days=366)
DELIVERY = "delivery of mail"


class NoticeRefused(Exception):
    """The message is fit for the page."""


def about_text(subject: models.Model | str) -> str:
    return subject if isinstance(subject, str) else f"{subject._meta.label_lower}:{subject.pk}"


@transaction.atomic
def owe(*, kind: str, person: Person, about: models.Model | str, due_on: date) -> Notice:
    """The portal owes this person this message from `due_on` (their own day).

    A rerun is harmless. What was withdrawn because it was no longer so, and is so again, is owed again.
    """
    declared = kind_named(kind)
    moment = moment_for(kind, person, due_on)
    notice, is_new = Notice.objects.get_or_create(
        kind=kind, person=person, about=about_text(about), due_on=due_on, defaults={"send_after": moment}
    )
    withdrawn = Notice.objects.filter(pk=notice.pk, state=State.WITHDRAWN)
    if not is_new and withdrawn.update(state=State.OWED, send_after=moment, problem=""):
        notice.refresh_from_db()
        is_new = True
    if is_new and declared.transactional:
        # By name: the tasks import this module. Robust: should the queue be away, the next send_due finds it.
        transaction.on_commit(signature("notices.tasks.send_at_once", args=(notice.pk,)).delay, robust=True)
    return notice


def moment_for(kind: str, person: Person, day: date) -> datetime:
    try:
        if kind_named(kind).transactional:
            return timezone.now()
    except UnknownKind:
        pass  # of an app that is gone; the engine will set it aside for staff
    return send_after(day, person.time_zone, any_day=is_any_day(kind), quiet=quiet_of(person))


def is_any_day(kind: str) -> bool:
    try:
        return kind_named(kind).any_day
    except UnknownKind:
        return False


def quiet_of(person: Person) -> list[Quiet]:
    return [period.as_quiet() for period in person.quiet_periods.all()]


def today_of(person: Person) -> date:
    return local_day(timezone.now(), person.time_zone)


def withdraw(*, about: models.Model | str, kind: str = "", person: Person | None = None) -> int:
    """What is no longer so is no longer owed. Returns how many were taken back."""
    notices = Notice.objects.filter(about=about_text(about), state__in=(State.OWED, State.HELD, State.FAILED))
    if kind:
        notices = notices.filter(kind=kind)
    if person is not None:
        notices = notices.filter(person=person)
    return notices.update(state=State.WITHDRAWN, problem="")


@transaction.atomic
def snooze(*, notice: Notice, until: date) -> Notice:
    """Say it again on that day (the person's own) instead of when it would be: the same thing, owed anew."""
    today = today_of(notice.person)
    if until <= today:
        raise NoticeRefused("Choose a day after today.")
    if until - today > LATEST_SNOOZE:
        raise NoticeRefused("Choose a day within a year from now.")
    withdraw(about=notice.about, kind=notice.kind, person=notice.person)
    later = owe(kind=notice.kind, person=notice.person, about=notice.about, due_on=until)
    if later.pk != notice.pk:
        Notice.objects.filter(pk=later.pk).update(first=notice.first or notice, step=notice.step)
    return later


@transaction.atomic
def answer(*, notice: Notice, answer: str, data: dict[str, Any] | None = None) -> Notice:
    """Take an answer from a mail's button. The first one counts; the link works once.

    “Still waiting” leaves the next reminder as it is; every other answer ends the reminders that were still to come.
    """
    handlers = kind_named(notice.kind).answers
    if answer not in (*handlers, Answer.REMIND) or not handlers:
        raise NoticeRefused("This message does not take that answer.")
    if lock_first := kind_named(notice.kind).lock_first:
        lock_first(notice)
    taken = Notice.objects.filter(pk=notice.pk, answer="").update(answer=answer, answered_at=timezone.now())
    if not taken:
        raise NoticeRefused("This link was used already. Sign in to see where it stands.")
    notice.refresh_from_db()
    record(by=notice.person, verb="notice answered", subject=notice, data={"answer": answer})
    if answer == Answer.REMIND:
        _put_off(notice, (data or {})["until"])
    elif answer != Answer.WAITING:
        withdraw(about=notice.about, kind=notice.kind, person=notice.person)
    if handler := handlers.get(answer):
        handler(notice, data or {})
    return notice


def _put_off(notice: Notice, until: date) -> None:
    snooze(notice=notice, until=until)
    if reminded := kind_named(notice.kind).reminded:
        reminded(notice, until)


# ------------------------------------------------------------------------------------------------ what a person chose
@transaction.atomic
def switch_off(*, person: Person, kind: str) -> None:
    if not kind_named(kind).can_be_switched_off:
        raise NoticeRefused("This kind of message cannot be switched off.")
    choice, is_new = SwitchedOff.objects.get_or_create(person=person, kind=kind)
    if is_new:
        record(by=person, verb="kind of message switched off", subject=choice)


@transaction.atomic
def switch_on(*, person: Person, kind: str) -> None:
    for choice in SwitchedOff.objects.filter(person=person, kind=kind):
        record(by=person, verb="kind of message switched on", subject=choice)
        choice.delete()


@transaction.atomic
def add_quiet_period(*, person: Person, first_day: date, last_day: date, words: str = "") -> QuietPeriod:
    if last_day < first_day:
        raise NoticeRefused("The last day is before the first day.")
    if last_day - first_day > LONGEST_QUIET:
        raise NoticeRefused("A quiet period can last a year at most.")
    period = QuietPeriod.objects.create(person=person, first_day=first_day, last_day=last_day, words=words)
    reschedule(person=person)
    return period


@transaction.atomic
def remove_quiet_period(*, period: QuietPeriod) -> None:
    person = period.person
    period.delete()
    reschedule(person=person)


def reschedule(*, person: Person) -> int:
    """The person's zone or quiet periods changed: work out anew when each owed message may go."""
    owed = list(Notice.objects.filter(person=person, state=State.OWED))
    for notice in owed:
        notice.send_after = moment_for(notice.kind, person, notice.due_on)
    return Notice.objects.bulk_update(owed, ["send_after"], batch_size=100)


# ------------------------------------------------------------------------------------------------ addresses
@transaction.atomic
def mark_bad_address(*, address: str, problem: str, by: str = DELIVERY) -> BadAddress:
    """Mail to it was refused for good: stop, and hold what its owner has not got, until the address works again."""
    bad, is_new = BadAddress.objects.get_or_create(address=address.lower(), defaults={"problem": problem[:300]})
    if is_new:
        record(by=by, verb="address refuses mail", subject=bad)
    mails = Mail.objects.filter(address__iexact=address)
    mails.filter(state=MailState.READY).update(state=MailState.REFUSED, problem=problem[:300])
    Notice.objects.filter(mail__in=mails.filter(state=MailState.REFUSED)).update(state=State.HELD, mail=None)
    Notice.objects.filter(person__email__iexact=address, state=State.OWED).update(state=State.HELD)
    return bad


@transaction.atomic
def clear_bad_address(*, address: str, by: Person) -> int:
    """It works again: what was held is owed again. Returns how many."""
    for bad in BadAddress.objects.filter(address=address.lower()):
        record(by=by, verb="address works again", subject=bad)
        bad.delete()
    return release(address=address)


def release(*, address: str = "") -> int:
    """Whoever has an address that works, be it a new one, is owed again what was held. Returns how many messages."""
    bad = BadAddress.objects.filter(address=Lower(models.OuterRef("person__email")))
    held = Notice.objects.filter(~models.Exists(bad), state=State.HELD)
    if address:
        held = held.filter(person__email__iexact=address)
    return Notice.objects.filter(pk__in=held.values("pk"), state=State.HELD).update(state=State.OWED)


# ------------------------------------------------------------------------------------------------ staff
@transaction.atomic
def try_again(*, notice: Notice, by: Person) -> Notice:
    """A failed or held message is owed again; a sent one is said once more."""
    locked = Notice.objects.select_for_update(of=("self",)).select_related("mail").get(pk=notice.pk)
    if State.OWED not in MOVES[locked.state] or locked.state == State.WITHDRAWN:
        raise NoticeRefused(f"A message that is {locked.get_state_display()} cannot be sent again.")
    if locked.mail and locked.mail.state == MailState.READY:
        raise NoticeRefused("This message is on its way.")
    locked.state, locked.mail, locked.problem, locked.send_after = State.OWED, None, "", timezone.now()
    locked.save()
    record(by=by, verb="notice offered again", subject=locked)
    return locked


def beat(*, name: str = "beat") -> None:
    Heartbeat.objects.update_or_create(name=name, defaults={"at": timezone.now()})
