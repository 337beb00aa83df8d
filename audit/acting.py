"""Buttons that ask before they act, forms whose saving is an action, and lists that open on what needs somebody."""

from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest


class VerbFields(forms.Form):
    """What a verb asks for. It may look at what it is about and who presses the button."""

    required_css_class = "required"

    def __init__(self, *args: Any, subject: models.Model | None, by: models.Model, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.subject, self.by = subject, by


class ReasonFields(VerbFields):
    reason = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}), max_length=300, help_text="A sentence. It is kept with the act."
    )


def _always(subject: models.Model) -> bool:
    return True


@dataclass(frozen=True)
class Verb:
    """A button that leads to a small page saying what will happen; sending that page calls one action.

    `run(subject, by, **fields)` returns the row to go to next, or None for the list. One of `permissions` is enough.
    """

    name: str
    label: str
    says: str
    done: str
    run: Callable[..., models.Model | None]
    permissions: tuple[str, ...]
    form: type[VerbFields] = VerbFields
    offered: Callable[[Any], bool] = _always
    is_bulk: bool = False
    has_button: bool = True

    def allowed(self, user: Any) -> bool:
        return any(user.has_perm(permission) for permission in self.permissions)


def sentences(error: Exception) -> list[str]:
    return list(getattr(error, "messages", ())) or [str(error)]


class ActingForm(forms.ModelForm):
    """Valid means done: what the action refuses stands in the form, and what was typed stays."""

    carry_out: ClassVar[Callable[["ActingForm"], models.Model]]
    refused: ClassVar[type[Exception]]

    def __init__(self, *args: Any, instance: models.Model | None = None, **kwargs: Any) -> None:
        # A copy, so that the page around a refused form still shows the row as it is kept.
        super().__init__(*args, instance=copy(instance), **kwargs)

    def _post_clean(self) -> None:
        super()._post_clean()
        if self.errors:
            return
        try:
            self.instance = self.carry_out()
        except self.refused as error:
            self.add_error(None, sentences(error))


class OpensOn(admin.SimpleListFilter):
    """The first choice is what the list opens on. A search looks through everything."""

    title = "what needs attention"
    parameter_name = "show"
    offers: ClassVar[dict[str, tuple[str, Callable[[Any], models.QuerySet]]]]

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [*((name, label) for name, (label, _) in self.offers.items()), ("all", "everything")]

    def value(self) -> str:
        given = super().value()
        if given == "all" or given in self.offers:
            return str(given)
        return "all" if self.request.GET.get("q") else next(iter(self.offers))

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        return queryset if self.value() == "all" else self.offers[self.value()][1](queryset)

    def choices(self, changelist: Any) -> Iterator[dict[str, Any]]:
        counts = self.get_facet_queryset(changelist) if changelist.add_facets else {}
        for place, (name, label) in enumerate(self.lookup_choices):
            yield {
                "selected": self.value() == name,
                "query_string": changelist.get_query_string({self.parameter_name: name}),
                "display": f"{label} ({counts[f'{place}__c']})" if counts else label,
            }
