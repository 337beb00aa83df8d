"""A single session that a mentor offers."""

from typing import Any, ClassVar

from django import forms

from .models import Help
from .moment_forms import WithMoment
from .slot_actions import LONGEST, SHORTEST

_MINUTES = f"Give the minutes as a number from {SHORTEST} to {LONGEST}."


class SlotForm(WithMoment):
    what_for = forms.ChoiceField(
        label="What the session is for",
        choices=Help.choices,
        initial=Help.MOCK_INTERVIEW,
        error_messages={"required": "Choose what it is for."},
    )
    minutes = forms.IntegerField(
        label="How many minutes",
        min_value=SHORTEST,
        max_value=LONGEST,
        initial=45,
        error_messages={"required": _MINUTES, "invalid": _MINUTES, "min_value": _MINUTES, "max_value": _MINUTES},
    )
    field_order: ClassVar[list[str]] = ["what_for", "on", "at", "minutes"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].help_text = "Within a year from now."
