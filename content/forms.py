from typing import Any

from django import forms

from .models import Page
from .models.pages import ADDRESS_FORM


def published_page(address: str) -> Page | None:
    if not ADDRESS_FORM.regex.match(address):
        return None
    return Page.objects.published().select_related("live").filter(address=address).first()


class Words(forms.CharField):
    """Counts a line break as one character, as the reader's browser does."""

    def to_python(self, value: object) -> str:
        return super().to_python(value).replace("\r\n", "\n")


class CommentForm(forms.Form):
    """“Was this page useful?” at the foot of each page."""

    page = forms.CharField(widget=forms.HiddenInput, required=False)
    useful = forms.ChoiceField(
        label="Was this page useful?",
        choices=(("yes", "Yes"), ("no", "No")),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose yes or no."},
    )
    text = Words(
        label="What should we change?",
        help_text="Do not write personal or medical details: nobody can answer you from here.",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"max_length": "Keep it under 2,000 characters; it has %(show_value)d now."},
    )
    # People do not see it. Programs that fill in every field do.
    website = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        found = published_page(self.cleaned_data.get("page", ""))
        if found is None:
            raise forms.ValidationError("This page is not in the portal any more.")
        return {**self.cleaned_data, "page": found}

    @property
    def is_from_a_program(self) -> bool:
        return bool(self.data.get("website"))
