from typing import Any

from django import forms

from .models import QuietPeriod


def _day(label: str, **more: Any) -> forms.DateField:
    told = {"required": "Choose a day.", "invalid": "Write a day that exists, like 2027-01-31."}
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}), error_messages=told, **more)


class QuietPeriodForm(forms.Form):
    words = forms.CharField(
        label="What it is",
        required=False,
        max_length=QuietPeriod._meta.get_field("words").max_length,
        help_text="For you alone, such as “nights” or “exam week”. You may leave it empty.",
    )
    first_day = _day("First quiet day")
    last_day = _day(
        "Last quiet day", help_text="What is due in these days waits for the first morning after. Nothing is dropped."
    )
