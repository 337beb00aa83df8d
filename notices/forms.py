from datetime import date, timedelta
from typing import Any, ClassVar

from django import forms

from .models import Answer

ONE_WEEK = timedelta(days=7)


class AnswerForm(forms.Form):
    """`today` is the person's own day: the field offers the same weekday of the next week.

    A kind that asks for more with the answer “done” has a form of its own: `more` names its fields.
    """

    more: ClassVar[tuple[str, ...]] = ()

    answer = forms.ChoiceField(choices=Answer)
    until = forms.DateField(
        label="Remind me on",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": "Write a day that exists, like 2027-01-31."},
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.initial["until"] = (today + ONE_WEEK).isoformat()

    @property
    def more_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.more]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("answer") != Answer.DONE:
            for name in self.more:
                self.errors.pop(name, None)
        if cleaned.get("answer") != Answer.REMIND:
            self.errors.pop("until", None)
        elif "until" not in self.errors and not cleaned.get("until"):
            self.add_error("until", "Choose the day on which you want to be reminded.")
        return cleaned
