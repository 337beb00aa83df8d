"""What the forms of mentoring have in common."""

from typing import Any
from uuid import uuid4

from crispy_forms.helper import FormHelper
from django import forms

from .refusals import MentoringRefused

NO_SUCH_DAY = {"required": "Choose a day.", "invalid": "Write a day that exists, like 2027-01-31."}


class CarriedOut(forms.Form):
    """A form that one action carries out: what the action refuses stands beside its field, what was typed stays."""

    def refuse(self, refusal: MentoringRefused, *, version: int | None = None) -> None:
        """`version` is the one that stands now, so that whoever has read what changed can send the form again."""
        is_seen = refusal.field in self.fields and not self[refusal.field].is_hidden
        self.add_error(refusal.field if is_seen else None, str(refusal))
        if version is not None and "version" in self.fields:
            self.data = self.data.copy()
            self.data["version"] = str(version)

    @property
    def helper(self) -> FormHelper:
        """The template writes the form's own tag and token."""
        helper = FormHelper(self)
        helper.form_tag, helper.disable_csrf = False, True
        return helper


class Versioned(CarriedOut):
    version = forms.IntegerField(widget=forms.HiddenInput)


class WithToken(CarriedOut):
    form_token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


class Words(forms.CharField):
    """A line break is one character here, as for whoever typed it."""

    def to_python(self, value: object) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n")


def words_field(label: str, model: type, name: str, rows: int = 4, **more: Any) -> forms.CharField:
    longest = model._meta.get_field(name).max_length
    return Words(label=label, max_length=longest, widget=forms.Textarea(attrs={"rows": rows}), **more)


def day_field(label: str, **more: Any) -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, widget=widget, error_messages=NO_SUCH_DAY, **more)
