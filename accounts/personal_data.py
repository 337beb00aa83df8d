"""Everything the portal holds about a person, found from the models themselves: for the export, and for the erasure.

A row that goes with the person (its foreign key cascades) is theirs: it is exported whole and erased. A row that stays
(the society's own work: a page they look after, an audit entry) keeps pointing at an account that has no name any more.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models

from .models import User

# Held on the person's behalf by the sign-in; listing the secrets themselves would help only a thief.
SECRETS = {"password", "data", "calendar_secret", "session_key", "message_id", "loaded_digest"}
# Made by the export itself.
_NOT_EXPORTED = {"accounts.export"}


@dataclass(frozen=True)
class Place:
    """One column somewhere that says who a person is."""

    model: type[models.Model]
    field: models.ForeignKey

    @property
    def is_theirs(self) -> bool:
        return self.field.remote_field.on_delete is models.CASCADE

    @property
    def label(self) -> str:
        return f"{self.model._meta.label_lower}.{self.field.name}"

    def rows(self, person: User) -> models.QuerySet:
        return self.model._default_manager.filter(**{self.field.name: person})


def places() -> Iterator[Place]:
    for model in sorted(apps.get_models(include_auto_created=False), key=lambda model: model._meta.label_lower):
        for field in model._meta.concrete_fields:
            if isinstance(field, models.ForeignKey) and field.related_model is User:
                yield Place(model, field)


def what_is_kept() -> list[str]:
    """In plain words, for the page on which a person deletes the account."""
    return sorted({str(place.model._meta.verbose_name) for place in places() if not place.is_theirs})


# ------------------------------------------------------------------------------------------------ export
def everything_about(person: User) -> dict[str, Any]:
    """The account and every row that is theirs, ready for JSON; for the rest, how many rows name them."""
    theirs = {place.label: [_row(row) for row in place.rows(person)] for place in places() if _is_exported(place)}
    named_by = {place.label: place.rows(person).count() for place in places() if not place.is_theirs}
    return {
        "account": _row(person),
        "yours": {label: rows for label, rows in theirs.items() if rows},
        "names_you": {label: count for label, count in named_by.items() if count},
    }


def _is_exported(place: Place) -> bool:
    return place.is_theirs and place.model._meta.label_lower not in _NOT_EXPORTED


def _row(row: models.Model) -> dict[str, str]:
    fields = (field for field in row._meta.concrete_fields if field.name not in SECRETS)
    return {str(field.verbose_name): str(field.value_from_object(row)) for field in fields}


# ------------------------------------------------------------------------------------------------ erasure
def erase_rows(person: User) -> None:
    """Delete what is theirs. What stays points at an account without a name."""
    for place in places():
        if place.is_theirs:
            rows = place.rows(person)
            _let_go_of(rows)
            rows.delete()


def _let_go_of(rows: models.QuerySet) -> None:
    """A mail is protected by the notices in it; both are theirs, so the notices go first."""
    for relation in rows.model._meta.related_objects:
        if relation.on_delete is models.PROTECT:
            relation.related_model._default_manager.filter(**{f"{relation.field.name}__in": rows}).delete()
