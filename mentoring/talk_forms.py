"""What the two write to each other, and what somebody writes in confidence."""

from typing import Any, ClassVar

from django import forms

from .forms import WithToken, words_field
from .models import Concern, Message, Pair
from .pair_forms import NO_PATIENTS


class MessageForm(WithToken):
    words = words_field(
        "Your message",
        Message,
        "words",
        rows=5,
        help_text=f"Text only, no files. {NO_PATIENTS}",
        error_messages={"required": "Write something first."},
    )


class ConcernForm(WithToken):
    pair = forms.ModelChoiceField(
        label="Which pair is it about?",
        queryset=Pair.objects.none(),
        required=False,
        empty_label="None, or I would rather not say",
    )
    words = words_field(
        "What happened",
        Concern,
        "words",
        rows=8,
        help_text="Say it in your own words. You need no proof. Leave out patients’ names.",
        error_messages={"required": "Write a sentence, so that somebody can help."},
    )
    may_contact = forms.BooleanField(label="You may contact me about this", required=False, initial=True)
    message = forms.IntegerField(widget=forms.HiddenInput, required=False)
    field_order: ClassVar[list[str]] = ["words", "pair", "may_contact"]

    def __init__(self, *args: Any, pairs: list[tuple[int, str]], **kwargs: Any) -> None:
        """`pairs`: the person's own, each with the words it is known by."""
        super().__init__(*args, **kwargs)
        names = dict(pairs)
        field = self.fields["pair"]
        field.queryset = Pair.objects.filter(pk__in=names)
        field.label_from_instance = lambda pair: names[pair.pk]
        if not pairs:
            field.widget = field.hidden_widget()
