"""What may be done to an account: change the profile, renew the calendar's secret, give and take roles."""

import secrets
from typing import Any

from celery import signature
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
        locked.full_clean(exclude=["password"])
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


# ------------------------------------------------------------------------------------------------ export and erasure
@transaction.atomic
def ask_for_export(*, person: User) -> Export:
    """A worker makes it; asking again while one is ready or being made changes nothing."""
    export, is_new = Export.objects.get_or_create(person=person, defaults={"asked_at": timezone.now()})
    if not is_new:
        if export.is_ready or export.made_at is None:
            return export
        Export.objects.filter(pk=export.pk).update(asked_at=timezone.now(), made_at=None, content={})
    record(by=person, verb="export asked for", subject=without_name(person))
    # By name: the tasks import this module.
    transaction.on_commit(signature("accounts.tasks.make_export", args=(export.pk,)).delay)
    return export


@transaction.atomic
def make_export(*, export_id: int) -> None:
    export = Export.objects.select_for_update().select_related("person").filter(pk=export_id, made_at=None).first()
    if export is None:
        return
    export.content, export.made_at = everything_about(export.person), timezone.now()
    export.save()


def drop_old_exports() -> int:
    return Export.objects.filter(made_at__lt=timezone.now() - Export.LASTS).delete()[0]


@transaction.atomic
def erase(*, person: User, by: User) -> None:
    """The person is forgotten: their rows go, and what the society keeps points at an account without a name."""
    locked = User.objects.select_for_update().get(pk=person.pk)
    if locked.is_superuser and not User.objects.filter(is_superuser=True, is_active=True).exclude(pk=locked.pk).exists():
        raise AccountRefused("You are the last administrator. Make somebody else one first.")
    end_sessions(person=locked)
    erase_rows(locked)
    locked.email = f"erased-{locked.pk}@erased.invalid"
    locked.full_name, locked.preferred_name, locked.calendar_secret = "Erased account", "", ""
    locked.is_active = locked.is_staff = locked.is_superuser = False
    locked.save()
    locked.groups.clear()
    locked.user_permissions.clear()
    record(by=by, verb="account erased", subject=without_name(locked))


# ------------------------------------------------------------------------------------------------ roles
@transaction.atomic
def give_role(*, role: Role, person: User, by: User) -> None:
    _not_oneself(person, by)
    if not person.is_active:
        raise AccountRefused("This account is closed.")
    if person.groups.filter(pk=role.pk).exists():
        return
    person.groups.add(role)
    if not person.is_staff:
        User.objects.filter(pk=person.pk).update(is_staff=True)
    record(by=by, verb="role given", subject=without_name(person), data={"role": role.slug})


@transaction.atomic
def take_role(*, role: Role, person: User, by: User) -> None:
    """Somebody without any role left is not staff any more."""
    _not_oneself(person, by)
    if not person.groups.filter(pk=role.pk).exists():
        return
    person.groups.remove(role)
    if not person.groups.exists() and not person.is_superuser:
        User.objects.filter(pk=person.pk).update(is_staff=False)
    record(by=by, verb="role taken", subject=without_name(person), data={"role": role.slug})


def _not_oneself(person: User, by: User) -> None:
    if person.pk == by.pk:
        raise AccountRefused("Nobody changes their own roles. Ask another administrator.")
