"""Owe, withdraw, snooze, answer, switch off, mark an address. Nothing here sends: see engine.py."""

from datetime import date, timedelta
from typing import Any

from celery import signature
from django.db import models, transaction
from django.utils import timezone

from audit.models import record

from .kinds import Kind, kind_named
from .models import MOVES, Answer, BadAddress, Heartbeat, Notice, QuietPeriod, State, SwitchedOff
from .mornings import Quiet, send_after

LATEST_SNOOZE = timedelta(days=366)


class NoticeRefused(Exception):
    """The message is fit for the page."""


def about_text(subject: models.Model | str) -> str:
    return subject if isinstance(subject, str) else f"{subject._meta.label_lower}:{subject.pk}"


def owe(*, kind: str, person: models.Model, about: models.Model | str, due_on: date) -> Notice:
    """The portal owes this person this message from `due_on` (their own day). A rerun is harmless."""
    declared = kind_named(kind)
    notice, is_new = Notice.objects.get_or_create(
        kind=kind,
        person=person,
        about=about_text(about),
        due_on=due_on,
        defaults={"send_after": moment_for(declared, person, due_on)},
    )
    if is_new and declared.transactional:
        # By name: the tasks import this module.
        transaction.on_commit(signature("notices.tasks.send_at_once", args=(notice.pk,)).delay)
    return notice


def moment_for(kind: Kind, person: models.Model, day: date) -> Any:
    if kind.transactional:
        return timezone.now()
    return send_after(day, person.time_zone, any_day=kind.any_day, quiet=quiet_of(person))


def quiet_of(person: models.Model) -> list[Quiet]:
    return [period.as_quiet() for period in person.quiet_periods.all()]


def withdraw(*, about: models.Model | str, kind: str = "", person: models.Model | None = None) -> int:
    """What is no longer so is no longer owed. Returns how many were taken back."""
    notices = Notice.objects.filter(about=about_text(about), state__in=(State.OWED, State.HELD, State.FAILED))
    if kind:
        notices = notices.filter(kind=kind)
    if person is not None:
        notices = notices.filter(person=person)
    return notices.update(state=State.WITHDRAWN, problem="")


def snooze(*, notice: Notice, until: date) -> Notice:
    """Say it again on that day: the same thing, owed anew."""
    today = timezone.localdate()
    if until <= today:
        raise NoticeRefused("Choose a day after today.")
    if until - today > LATEST_SNOOZE:
        raise NoticeRefused("Choose a day within a year from now.")
    later = owe(kind=notice.kind, person=notice.person, about=notice.about, due_on=until)
    if later.first_id is None and later.pk != notice.pk:
        Notice.objects.filter(pk=later.pk, first=None).update(first=notice.first or notice, step=notice.step)
    return later


@transaction.atomic
def answer(*, notice: Notice, answer: str, data: dict[str, Any] | None = None) -> Notice:
    """Take an answer from a mail's button. The first one counts; the link works once."""
    handlers = kind_named(notice.kind).answers
    if answer not in handlers and answer != Answer.REMIND:
        raise NoticeRefused("This message does not take that answer.")
    taken = Notice.objects.filter(pk=notice.pk, answer="").update(answer=answer, answered_at=timezone.now())
    if not taken:
        raise NoticeRefused("This link was used already. Sign in to see where it stands.")
    notice.refresh_from_db()
    withdraw(about=notice.about, kind=notice.kind, person=notice.person)
    if answer == Answer.REMIND:
        snooze(notice=notice, until=(data or {})["until"])
    elif handler := handlers.get(answer):
        handler(notice, data or {})
    return notice


# ------------------------------------------------------------------------------------------------ what a person chose
def switch_off(*, person: models.Model, kind: str) -> None:
    if not kind_named(kind).can_be_switched_off:
        raise NoticeRefused("This kind of message cannot be switched off.")
    SwitchedOff.objects.get_or_create(person=person, kind=kind)


def switch_on(*, person: models.Model, kind: str) -> None:
    SwitchedOff.objects.filter(person=person, kind=kind).delete()


@transaction.atomic
def add_quiet_period(*, person: models.Model, first_day: date, last_day: date, words: str = "") -> QuietPeriod:
    if last_day < first_day:
        raise NoticeRefused("The last day is before the first day.")
    if last_day - first_day > timedelta(days=366):
        raise NoticeRefused("A quiet period can last a year at most.")
    period = QuietPeriod.objects.create(person=person, first_day=first_day, last_day=last_day, words=words)
    reschedule(person=person)
    return period


@transaction.atomic
def remove_quiet_period(*, period: QuietPeriod) -> None:
    person = period.person
    period.delete()
    reschedule(person=person)


def reschedule(*, person: models.Model) -> int:
    """The person's zone or quiet periods changed: work out anew when each owed message may go."""
    owed = list(Notice.objects.filter(person=person, state=State.OWED))
    for notice in owed:
        notice.send_after = moment_for(kind_named(notice.kind), person, notice.due_on)
    return Notice.objects.bulk_update(owed, ["send_after"], batch_size=500)


# ------------------------------------------------------------------------------------------------ addresses
@transaction.atomic
def mark_bad_address(*, address: str, problem: str) -> BadAddress:
    """Mail to it was refused for good: hold everything owed to its owner."""
    bad, _ = BadAddress.objects.get_or_create(address=address.lower(), defaults={"problem": problem[:300]})
    Notice.objects.filter(person__email=bad.address, state=State.OWED).update(state=State.HELD)
    return bad


@transaction.atomic
def clear_bad_address(*, address: str, by: models.Model) -> int:
    """It works again (or the person has a new one): what was held is owed again. Returns how many."""
    bad = BadAddress.objects.filter(address=address.lower()).first()
    if bad is None:
        return 0
    record(by=by, verb="address works again", subject=by, data={})
    bad.delete()
    return release(email=address.lower())


def release(*, email: str) -> int:
    return Notice.objects.filter(person__email=email, state=State.HELD).update(state=State.OWED)


# ------------------------------------------------------------------------------------------------ staff
@transaction.atomic
def try_again(*, notice: Notice, by: models.Model) -> Notice:
    """A failed or held message is owed again; a sent one is said once more."""
    locked = Notice.objects.select_for_update().get(pk=notice.pk)
    if State.OWED not in MOVES[locked.state]:
        raise NoticeRefused(f"A message that is {locked.get_state_display()} cannot be sent again.")
    locked.state, locked.mail, locked.problem, locked.send_after = State.OWED, None, "", timezone.now()
    locked.save()
    record(by=by, verb="notice offered again", subject=locked)
    return locked


def beat(*, name: str = "beat") -> None:
    Heartbeat.objects.update_or_create(name=name, defaults={"at": timezone.now()})
