"""What the buttons in mails of mentoring ask for."""

from datetime import date
from typing import Any

from django import forms

from notices.forms import AnswerForm

from .meeting_actions import LONGEST, SHORTEST
from .models import Meeting

_MINUTES = {
    "min_value": f"Give the minutes as a number from {SHORTEST} to {LONGEST}.",
    "max_value": f"Give the minutes as a number from {SHORTEST} to {LONGEST}.",
    "invalid": "Write the minutes as a number.",
    "required": "How many minutes did you meet?",
}


class MeetingAnswerForm(AnswerForm):
    """A meeting in one line. `on` is a day of the person's own calendar."""

    more = ("on", "minutes", "next_step")

    on = forms.DateField(
        label="The day you met",
        widget=forms.DateInput(attrs={"type": "date", "class": "form-control"}),
        error_messages={
            "invalid": "Write a day that exists, like 2027-01-31.",
            "required": "On which day did you meet?",
        },
    )
    minutes = forms.IntegerField(
        label="Minutes",
        min_value=SHORTEST,
        max_value=LONGEST,
        initial=30,
        widget=forms.NumberInput(attrs={"class": "form-control"}),
        error_messages=_MINUTES,
    )
    next_step = forms.CharField(
        label="The next step, if there is one",
        required=False,
        max_length=Meeting._meta.get_field("next_step").max_length,
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, today=today, **kwargs)
        self.initial["on"] = today.isoformat()

    def clean_on(self) -> date:
        if self.cleaned_data["on"] > self.today:
            raise forms.ValidationError("Choose today or a day before it.")
        return self.cleaned_data["on"]
