"""What may be done to an account: change the profile, copy it, erase it, give and take roles."""

import secrets
from typing import Any

from allauth.usersessions.models import UserSession
from celery import signature
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from audit.models import record
from notices.actions import reschedule

from .models import Export, Role, User
from .personal_data import erase_rows, everything_about
from .security_actions import end_sessions, without_name


class AccountRefused(Exception):
    """The message is fit for the page."""


@transaction.atomic
def change_profile(*, person: User, by: User, **fields: Any) -> User:
    """Names and time zone. A new zone moves every message that is still owed to its own morning there."""
    locked = User.objects.select_for_update().get(pk=person.pk)
    changed = {name: value for name, value in fields.items() if getattr(locked, name) != value}
    if not changed:
        return locked
    for name, value in changed.items():
        setattr(locked, name, value)
    try:
        locked.clean_fields(exclude={field.name for field in User._meta.fields} - changed.keys())
    except ValidationError as error:
        raise AccountRefused(" ".join(error.messages)) from error
    locked.save(update_fields=changed)
    if "time_zone" in changed:
        reschedule(person=locked)
    record(by=by, verb="profile changed", subject=without_name(locked), data={"fields": sorted(changed)})
    return locked


@transaction.atomic
def renew_calendar_secret(*, person: User) -> User:
    """The old feed address stops at once."""
    locked = User.objects.select_for_update().get(pk=person.pk)
    locked.calendar_secret = secrets.token_urlsafe(24)
    locked.save(update_fields=["calendar_secret"])
    record(by=person, verb="calendar address renewed", subject=without_name(locked))
    return locked


# ------------------------------------------------------------------------------------------------ export
@transaction.atomic
def ask_for_export(*, person: User) -> Export:
    """A worker makes it. Asking again while one is ready changes nothing; one that is not ready is handed out anew."""
    export, is_new = Export.objects.get_or_create(person=person, defaults={"asked_at": timezone.now()})
    if export.is_ready:
        return export
    is_over = export.made_at is not None
    if is_over:
        export.asked_at, export.made_at, export.content = timezone.now(), None, {}
        export.save()
    if is_new or is_over:
        record(by=person, verb="export asked for", subject=without_name(person))
    # By name: the tasks import this module. Robust: should the queue be away, the person asks again.
    transaction.on_commit(signature("accounts.tasks.make_export", args=(export.pk,)).delay, robust=True)
    return export


@transaction.atomic
def make_export(*, export_id: int) -> None:
    export = Export.objects.select_for_update(of=("self",)).select_related("person").filter(pk=export_id).first()
    if export is None or export.made_at is not None:
        return
    export.content, export.made_at = everything_about(export.person), timezone.now()
    export.save()


@transaction.atomic
def take_export(*, person: User) -> dict[str, Any] | None:
    """What the person takes away as a file; nothing when there is no copy, or it is more than a day old."""
    export = Export.objects.filter(person=person).first()
    if export is None or not export.is_ready:
        return None
    record(by=person, verb="export downloaded", subject=without_name(person))
    content: dict[str, Any] = export.content
    return content


def drop_old_exports() -> int:
    return Export.objects.filter(made_at__lte=timezone.now() - Export.LASTS).delete()[0]


@transaction.atomic
def drop_old_sessions() -> int:
    """Sessions that are over, and what was kept about them: address of the network, browser, time."""
    over = Session.objects.filter(expire_date__lt=timezone.now()).delete()[0]
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
    return over


# ------------------------------------------------------------------------------------------------ erasure
@transaction.atomic
def erase(*, person: User, by: User) -> None:
    """The person is forgotten: their rows go, and what the society keeps points at an account without a name."""
    if person.is_superuser:
        _refuse_to_lose_the_last(person)
    locked = User.objects.select_for_update().get(pk=person.pk)
    end_sessions(person=locked)
    erase_rows(locked)
    locked.email = f"erased-{locked.pk}@erased.invalid"
    locked.full_name, locked.preferred_name, locked.calendar_secret = "Erased account", "", ""
    locked.time_zone, locked.last_login = User._meta.get_field("time_zone").default, None
    locked.is_active = locked.is_staff = locked.is_superuser = False
    locked.save()
    record(by=by, verb="account erased", subject=without_name(locked))


def _refuse_to_lose_the_last(person: User) -> None:
    """All of them are locked, in one order, so that the last two cannot go at the same moment."""
    administrators = User.objects.select_for_update().filter(is_superuser=True, is_active=True).order_by("pk")
    if not {one.pk for one in administrators} - {person.pk}:
        raise AccountRefused("You are the last person who may do everything. Somebody else has to be one first.")


# ------------------------------------------------------------------------------------------------ roles
@transaction.atomic
def give_role(*, role: Role, person: User, by: User) -> None:
    """Whoever has a role is staff."""
    person = _another(person, by)
    if not person.is_active:
        raise AccountRefused("This account is closed.")
    if person.groups.filter(pk=role.pk).exists():
        raise AccountRefused(f"{person.full_name} has this role already.")
    person.groups.add(role)
    User.objects.filter(pk=person.pk).update(is_staff=True)
    record(by=by, verb="role given", subject=without_name(person), data={"role": role.slug})


@transaction.atomic
def take_role(*, role: Role, person: User, by: User) -> None:
    """Somebody without any role left is not staff any more."""
    person = _another(person, by)
    if not person.groups.filter(pk=role.pk).exists():
        raise AccountRefused(f"{person.full_name} does not have this role any more.")
    person.groups.remove(role)
    if not person.groups.exists() and not person.is_superuser:
        User.objects.filter(pk=person.pk).update(is_staff=False)
    record(by=by, verb="role taken", subject=without_name(person), data={"role": role.slug})


def _another(person: User, by: User) -> User:
    """Locked, so that two who change the roles of one person follow one another."""
    if person.pk == by.pk:
        raise AccountRefused("Nobody changes their own roles. Ask another administrator.")
    return User.objects.select_for_update().get(pk=person.pk)
