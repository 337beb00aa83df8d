from datetime import timedelta

from django import forms
from django.utils import timezone

from .models import Answer

ONE_WEEK = timedelta(days=7)


class AnswerForm(forms.Form):
    answer = forms.ChoiceField(choices=Answer)
    until = forms.DateField(
        label="Remind me on",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": "Write the day like 2027-01-31."},
    )

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or {}
        if cleaned.get("answer") == Answer.REMIND and "until" not in self.errors and not cleaned.get("until"):
            self.add_error("until", "Choose the day on which you want to be reminded.")
        return cleaned

    @staticmethod
    def in_a_week() -> str:
        return (timezone.localdate() + ONE_WEEK).isoformat()
