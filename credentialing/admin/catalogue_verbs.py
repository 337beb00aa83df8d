"""The buttons of the catalogue's desk. Publishing asks after showing how many people would be told, and of what."""

from typing import Any

from django import forms
from django.utils.html import format_html, format_html_join

from accounts.models import User
from audit.acting import Verb, VerbFields
from credentialing import catalogue_actions as actions
from credentialing.models import Catalogue, CatalogueStatus, Spec


def effect_words(effect: actions.Effect) -> str:
    if not effect.changed:
        return "Nothing that a physician does differs from the version in use. Nobody is told."
    people = {0: "Nobody has", 1: "1 person has"}.get(effect.people, f"{effect.people} people have")
    return f"{people} something open that reads differently, and will be told. What differs:"


class PublishFields(VerbFields):
    seen = forms.BooleanField(label="I have read what differs, and how many people will be told")

    def __init__(self, *args: Any, subject: Catalogue, by: User, **kwargs: Any) -> None:
        super().__init__(*args, subject=subject, by=by, **kwargs)
        effect = actions.effect_of(subject)
        lines = format_html_join("", "<li>{}</li>", ((change,) for change in effect.changed))
        self.fields["seen"].help_text = format_html("<p>{}</p><ul>{}</ul>", effect_words(effect), lines)


def _start(catalogue: Catalogue, by: User) -> Catalogue:
    return actions.start_draft(by)


def _publish(catalogue: Catalogue, by: User, seen: bool) -> Catalogue:
    return actions.publish(catalogue, by)


def _discard(catalogue: Catalogue, by: User) -> None:
    actions.discard_draft(catalogue, by)


def _remove(spec: Spec, by: User) -> Catalogue:
    return actions.remove_spec(spec, by)


def _is_draft(catalogue: Catalogue) -> bool:
    return catalogue.status == CatalogueStatus.DRAFT


CATALOGUE_VERBS = (
    Verb(
        name="draft",
        label="Start a draft",
        says="A copy of this version, to work on. Physicians notice nothing. If there is a draft, you go there.",
        done="{it} is ready to be written.",
        run=_start,
        permissions=("credentialing.add_catalogue",),
        offered=lambda catalogue: catalogue.status == CatalogueStatus.PUBLISHED,
    ),
    Verb(
        name="publish",
        label="Publish",
        says="Every checklist follows this version at once. Answers and what was recorded stay as they are.",
        done="{it}: every checklist follows it now.",
        run=_publish,
        permissions=("credentialing.change_catalogue",),
        form=PublishFields,
        offered=_is_draft,
    ),
    Verb(
        name="discard",
        label="Discard this draft",
        says="The draft and everything changed in it are gone. Physicians notice nothing.",
        done="The draft is gone: {it}",
        run=_discard,
        permissions=("credentialing.change_catalogue",),
        offered=_is_draft,
    ),
)
REMOVE = Verb(
    name="remove",
    label="Remove from the draft",
    says="Once the draft is published, nobody is asked for it any more. What people recorded about it is kept.",
    done="Removed. {it}",
    run=_remove,
    permissions=("credentialing.change_spec",),
    offered=lambda spec: _is_draft(spec.catalogue),
)
