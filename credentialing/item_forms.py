"""What can be recorded about one item. Each form counts once: by the item's version, or by a token of its own."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import uuid4

from django import forms

from facts.models import Fact

from .forms import CarriedOut, Versioned, day_field
from .models import Channel, Chase, HelpRequest, Item, Move, Payment, Status
from .steps import Step

TODAY = "Today is filled in. Change it if it was another day."
NO_NUMBERS = "Do not write numbers of passports, certificates or Social Security."


class Words(forms.CharField):
    """A line break is one character here, as for whoever typed it."""

    def to_python(self, value: object) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n")


def words_field(label: str, model: type, name: str, rows: int = 2, **more: Any) -> forms.CharField:
    longest = model._meta.get_field(name).max_length
    return Words(label=label, max_length=longest, widget=forms.Textarea(attrs={"rows": rows}), **more)


class WithToken(CarriedOut):
    form_token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


class MoveForm(Versioned):
    to = forms.ChoiceField(choices=Status.choices, widget=forms.HiddenInput)
    on = day_field("Day", help_text=TODAY)
    words = words_field("What they said", Move, "words", required=False, help_text=NO_NUMBERS)

    def __init__(self, *args: Any, step: Step, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.step = step
        self.fields["on"].label = step.day
        if not step.asks_words:
            del self.fields["words"]


class CorrectionForm(Versioned):
    to = forms.ChoiceField(
        label="What is right", widget=forms.RadioSelect, error_messages={"required": "Choose what is right."}
    )
    on = day_field("Since which day")

    def __init__(self, *args: Any, offers: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = list(offers)


class RuleFromForm(Versioned):
    on = day_field("Day")

    def __init__(self, *args: Any, label: str, help_text: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].label, self.fields["on"].help_text = label, help_text


class ChaseForm(WithToken):
    on = day_field("Day on which you asked", help_text=TODAY)
    channel = forms.ChoiceField(
        label="How", choices=[("", "Choose…"), *Channel.choices], error_messages={"required": "Choose how you asked."}
    )
    whom = forms.CharField(
        label="Whom you asked",
        max_length=Chase._meta.get_field("whom").max_length,
        required=False,
        help_text="An office or a name, so that you can ask the same person again.",
    )
    answer = words_field("What the answer was", Chase, "answer", required=False, help_text="Empty: no answer yet.")


class NoteForm(Versioned):
    note = words_field(
        "Your note", Item, "note", rows=4, required=False, help_text=f"Only you see it, staff do not. {NO_NUMBERS}"
    )


class PaymentForm(WithToken):
    fact = forms.ChoiceField(label="What you paid for", required=False)
    amount = forms.DecimalField(
        label="Amount in US dollars",
        max_digits=Payment._meta.get_field("amount").max_digits,
        decimal_places=2,
        error_messages={
            "required": "Write the amount.",
            "invalid": "Write it as a number, like 395 or 395.50.",
        },
    )
    on = day_field("Paid on", help_text=TODAY)

    def __init__(self, *args: Any, facts: Mapping[str, Fact], keys: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fees = [(key, f"{facts[key].label}: {facts[key].text}") for key in keys if key in facts]
        self.fields["fact"].choices = [*fees, ("", "Something else, such as postage or a copy")]


class HelpForm(WithToken):
    words = words_field(
        "What holds you up",
        HelpRequest,
        "words",
        rows=5,
        help_text=f"Say what you tried and what you were told. {NO_NUMBERS}",
        error_messages={"required": "Write a sentence, so that somebody can help."},
    )


class RemindForm(CarriedOut):
    on = day_field("Remind me on", help_text="A day after today. Earlier reminders about this item are then left out.")
