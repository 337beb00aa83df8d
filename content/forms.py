from django import forms

from .models import Page


class CommentForm(forms.Form):
    """“Was this page useful?” at the foot of each page."""

    page = forms.CharField(widget=forms.HiddenInput, max_length=200)
    useful = forms.ChoiceField(
        label="Was this page useful?",
        choices=(("yes", "Yes"), ("no", "No")),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose yes or no."},
    )
    text = forms.CharField(
        label="What should we change?",
        help_text="Do not write personal or medical details: nobody can answer you from here.",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"max_length": "Keep it under 2,000 characters; it has %(show_value)d now."},
    )
    # People do not see it. Programs that fill in every field do.
    website = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_page(self) -> Page:
        found = Page.objects.published().select_related("live").filter(address=self.cleaned_data["page"]).first()
        if found is None:
            raise forms.ValidationError("This page is not in the portal any more.")
        return found

    @property
    def is_from_a_program(self) -> bool:
        return bool(self.data.get("website"))
