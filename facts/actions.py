"""Every write to a fact. Each one is kept in the history, audited, and empties the public page cache."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone

import pagecache.models as pagecache
from audit.models import record

from .models import Fact
from .notices import check_is_done


class FactRefused(Exception):
    """The message is fit for the page."""


@transaction.atomic
def add_fact(*, by: models.Model | str, key: str, **fields: Any) -> Fact:
    fact = Fact(key=key, **fields)
    _store(fact, by=by)
    record(by=by, verb="fact added", subject=fact, data={"value": fact.value})
    return fact


@transaction.atomic
def change_fact(*, fact: Fact, by: models.Model | str, reason: str = "", **fields: Any) -> Fact:
    """Change the named fields. Nothing happens when they already read so."""
    locked = Fact.objects.select_for_update().get(pk=fact.pk)
    changed = {name: value for name, value in fields.items() if getattr(locked, name, None) != value}
    if not changed:
        return locked
    unknown = changed.keys() - {*Fact.EDITED_FIELDS, "checked_by", "checked_by_id", "loaded_digest"}
    if unknown:
        raise FactRefused(f"These fields of a fact cannot be changed: {', '.join(sorted(unknown))}.")
    before, was_due_on = locked.value, locked.recheck_on
    for name, value in changed.items():
        setattr(locked, name, value)
    _store(locked, by=by, reason=reason)
    if locked.recheck_on != was_due_on:
        check_is_done(was_due_on)
    record(
        by=by,
        verb="fact changed",
        subject=locked,
        data={"fields": sorted(changed), "before": before, "after": locked.value},
    )
    return locked


def confirm_fact(*, fact: Fact, by: models.Model) -> Fact:
    """Somebody looked at the source today and it still says so."""
    return change_fact(fact=fact, by=by, checked_on=timezone.localdate(), checked_by=by, reason="checked, unchanged")


@transaction.atomic
def restore_fact(*, fact: Fact, history_id: int, by: models.Model) -> Fact:
    """Give the fact the words it had in an earlier version; the history keeps both."""
    earlier = fact.history.filter(history_id=history_id).first()
    if earlier is None:
        raise FactRefused("That version does not belong to this fact.")
    fields = {name: getattr(earlier, name) for name in Fact.EDITED_FIELDS}
    return change_fact(
        fact=fact, by=by, reason=f"restored version {history_id}", checked_by_id=earlier.checked_by_id, **fields
    )


@transaction.atomic
def remove_fact(*, fact: Fact, by: models.Model) -> None:
    """Take away a fact that staff added and nothing names. The history and the audit keep it."""
    locked = Fact.objects.select_for_update().get(pk=fact.pk)
    if locked.loaded_digest:
        raise FactRefused("This fact came with the portal and would come back with the next start. Correct it instead.")
    if naming := named_by(locked):
        raise FactRefused(f"It is still named by: {', '.join(naming)}. Take it out there first.")
    record(by=by, verb="fact removed", subject=locked, data={"value": locked.value})
    locked._history_user = by
    locked.delete()
    check_is_done(locked.recheck_on)
    pagecache.bump()


def named_by(fact: Fact) -> list[str]:
    """What points at the fact, in whichever app it stands."""
    relations: Any = [field for field in Fact._meta.get_fields(include_hidden=True) if field.auto_created]
    rows = [
        row
        for relation in relations
        if relation.is_relation and not relation.related_model._meta.auto_created
        for row in relation.related_model._default_manager.filter(**{relation.field.name: fact})
    ]
    return sorted(str(row) for row in rows)


def _store(fact: Fact, *, by: models.Model | str, reason: str = "") -> None:
    try:
        fact.full_clean(exclude=["recheck_on"])
        fact.recheck_on = fact.computed_recheck_on()
    except ValidationError as error:
        told = (f"{field}: {' '.join(messages)}" for field, messages in error.message_dict.items())
        raise FactRefused("; ".join(told)) from error
    fact._history_user = None if isinstance(by, str) else by
    fact._change_reason = reason or (by if isinstance(by, str) else "")
    fact.save()
    pagecache.bump()
