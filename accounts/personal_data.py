"""Everything the portal holds about a person, found from the models themselves: for the export, and for the erasure.

A row that goes with the person (its foreign key cascades, or it holds an address of theirs) is theirs, and so is what
hangs on such a row in the same way, and on that: it is exported whole and erased. A row that stays (the society's own
work: a page they look after, an audit entry) keeps pointing at an account that has no name any more.

A row may belong to two people who do not tell each other everything. Its model then says so: `NOT_EXPORTED_BY` names
the columns of those who never see it, `PRIVATE_TO` the fields that only the person of a column sees.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from graphlib import TopologicalSorter
from typing import Any
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress, EmailConfirmation
from django.apps import apps
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst

from .models import Export, User

# Listing the secrets themselves would help only a thief.
SECRETS = {"password", "data", "calendar_secret", "session_key", "unsubscribe_url", "form_token"}
# The same words or numbers once more, in a form for machines.
ECHOES = {"html", "message_id", "in_reply_to"}
# An export does not hold itself; roles are shown with the account; a confirmation is a key and nothing else.
_NOT_LISTED = {Export, User.groups.through, User.user_permissions.through, EmailConfirmation}
_HOLDS_ON = (models.PROTECT, models.RESTRICT)


@dataclass(frozen=True)
class Place:
    """One column somewhere that says who a person is: it points at them, or it holds an address of theirs.

    Or it points at a row that is theirs; then `path` leads from here to the column of that row.
    """

    model: type[models.Model]
    field: models.Field
    path: str = ""

    @property
    def is_theirs(self) -> bool:
        return not self.field.is_relation or self.field.remote_field.on_delete is models.CASCADE

    @property
    def is_exported(self) -> bool:
        return self.is_theirs and self.field.name not in getattr(self.model, "NOT_EXPORTED_BY", ())

    @property
    def fields(self) -> list[models.Field]:
        """What the person of this column may see."""
        private: dict[str, tuple[str, ...]] = getattr(self.model, "PRIVATE_TO", {})
        hidden = {name for column, names in private.items() if column != self.field.name for name in names}
        return [field for field in self.model._meta.concrete_fields if field.name not in SECRETS | ECHOES | hidden]

    @property
    def label(self) -> str:
        return f"{self.model._meta.label_lower}.{self.field.name}"

    @property
    def title(self) -> str:
        plural = capfirst(str(self.model._meta.verbose_name_plural))
        if self.is_theirs:
            return plural
        app = apps.get_app_config(self.model._meta.app_label).verbose_name
        return f"{app}: {plural.lower()} ({self.field.verbose_name})"

    def rows(self, person: User) -> models.QuerySet:
        wanted = [person.pk] if self.field.is_relation else addresses_of(person)
        return self.model._default_manager.filter(**{f"{self.path or self.field.name}__in": wanted})


def places() -> Iterator[Place]:
    found = list(_direct_places())
    yield from found
    yield from _hanging_on({one.model: {one.field.name} for one in found if one.is_theirs and one.field.is_relation})


def _hanging_on(paths: dict[type[models.Model], set[str]]) -> Iterator[Place]:
    """Whatever goes when such a row goes, then what goes with that; a row between two people hangs on both."""
    found = [
        Place(model, field, f"{field.name}__{path}")
        for model in _models()
        if model not in paths
        for field in model._meta.concrete_fields
        if field.is_relation and field.remote_field.on_delete is models.CASCADE
        for path in sorted(paths.get(field.related_model, ()))
    ]
    yield from found
    if found:
        following: dict[type[models.Model], set[str]] = {}
        for place in found:
            following.setdefault(place.model, set()).add(place.path)
        yield from _hanging_on(paths | following)


def _direct_places() -> Iterator[Place]:
    for model in _models():
        fields = model._meta.concrete_fields
        pointing = [field for field in fields if field.is_relation and field.related_model is User]
        holding = [field for field in fields if isinstance(field, models.EmailField) and model is not User]
        yield from (Place(model, field) for field in pointing or holding)


def _models() -> list[type[models.Model]]:
    return sorted(apps.get_models(include_auto_created=True), key=lambda model: model._meta.label_lower)


def addresses_of(person: User) -> list[str]:
    also = EmailAddress.objects.filter(user_id=person.pk).values_list("email", flat=True)
    return sorted({address.lower() for address in (person.email, *also)})


# ------------------------------------------------------------------------------------------------ export
def everything_about(person: User) -> dict[str, Any]:
    """The account and every row that is theirs, ready for JSON; for the rest, how many rows name them."""
    theirs = [place for place in places() if place.is_exported and place.model not in _NOT_LISTED]
    found: dict[str, list[dict[str, str]]] = {}
    for place in theirs:
        rows = [_row(row, place.fields, person) for row in _with_related(place.rows(person))]
        found[place.title] = [*(told := found.get(place.title, [])), *(row for row in rows if row not in told)]
    roles = person.groups.order_by("name").values_list("name", flat=True)
    return {
        "account": {**_row(person, _fields_of_account(), person), "roles": ", ".join(roles)},
        "yours": {title: rows for title, rows in found.items() if rows},
        "names_you": what_is_kept(person),
    }


def what_is_kept(person: User) -> dict[str, int]:
    """How many rows would point at a nameless account, by what they are."""
    kept = {place.title: place.rows(person).count() for place in places() if not place.is_theirs}
    return {title: count for title, count in kept.items() if count}


def _with_related(rows: models.QuerySet) -> models.QuerySet:
    related = [field.name for field in rows.model._meta.concrete_fields if field.is_relation]
    return rows.select_related(*related).order_by("pk")


def _fields_of_account() -> list[models.Field]:
    return [field for field in User._meta.concrete_fields if field.name not in SECRETS]


def _row(row: models.Model, fields: list[models.Field], person: User) -> dict[str, str]:
    zone = ZoneInfo(person.time_zone)
    return {str(field.verbose_name): _shown(row, field, zone) for field in fields if field.related_model is not User}


def _shown(row: models.Model, field: models.Field, zone: ZoneInfo) -> str:
    value = row._get_FIELD_display(field) if field.choices else getattr(row, field.name)
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime():
            return f"{date_format(timezone.localtime(value, zone), 'j F Y, H:i')} ({zone.key})"
        case date():
            return date_format(value, "j F Y")
    return str(value)


# ------------------------------------------------------------------------------------------------ erasure
def erase_rows(person: User) -> None:
    """Delete what is theirs, sessions included. What stays points at an account without a name."""
    _end_sessions_of(person)
    theirs = [place for place in places() if place.is_theirs]
    # What only an address leads to goes before the addresses do.
    for place in (place for place in theirs if not place.field.is_relation):
        place.rows(person).delete()
    order = _order_of_deletion({place.model for place in theirs})
    for place in sorted(theirs, key=lambda place: order.index(place.model)):
        place.rows(person).delete()


def _order_of_deletion(wanted: Iterable[type[models.Model]]) -> list[type[models.Model]]:
    """A row that holds on to another one goes first: the notices of a mail before the mail."""
    before = TopologicalSorter(dict.fromkeys(wanted, ()))
    for model in wanted:
        for field in model._meta.concrete_fields:
            if field.is_relation and field.remote_field.on_delete in _HOLDS_ON:
                before.add(field.related_model, model)
    return list(before.static_order())


def _end_sessions_of(person: User) -> None:
    """Also those in which they had only asked for a code: a session keeps the address that was typed."""
    addresses = [json.dumps(address) for address in addresses_of(person)]
    for session in Session.objects.iterator():
        kept = session.get_decoded()
        words = json.dumps(kept).lower()
        if kept.get(SESSION_KEY) == str(person.pk) or any(address in words for address in addresses):
            session.delete()
