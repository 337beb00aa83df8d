"""What the two of a pair can record: the answer, the agreement, meetings, how it goes, the end and what comes after."""

from typing import Any, ClassVar

from django import forms
from django.db import models

from .forms import CarriedOut, WithToken, day_field, words_field
from .meeting_actions import LONGEST, SHORTEST
from .models import Agreement, Handover, Meeting, Next, OwnNote, Pair, Pulse
from .moment_forms import WithMoment

SCALE = [(5, "5, very much"), (4, "4"), (3, "3"), (2, "2"), (1, "1, not at all")]
CHOOSE = {"required": "Choose one of the answers.", "invalid_choice": "Choose one of the answers."}
FROM_TO = f"Give the minutes as a number from {SHORTEST} to {LONGEST}."
MINUTES = {"required": "Write how many minutes.", "invalid": FROM_TO, "min_value": FROM_TO, "max_value": FROM_TO}
NO_PATIENTS = "Write nothing about patients."


def line_field(label: str, model: type[models.Model], name: str, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=model._meta.get_field(name).max_length, **more)


class ButtonForm(CarriedOut):
    """A button says it all."""


class AnswerForm(CarriedOut):
    answer = forms.ChoiceField(
        label="Will you be this person’s mentor?",
        choices=[("yes", "Yes, I will be the mentor"), ("no", "No, not this time")],
        widget=forms.RadioSelect,
        error_messages=CHOOSE,
    )
    reason = line_field(
        "If no: why, if you like to say",
        Pair,
        "decline_reason",
        required=False,
        help_text="Only the society’s staff read it. The mentee never does.",
    )


class AgreementForm(CarriedOut):
    goals = words_field(
        "What you want to reach together",
        Agreement,
        "goals",
        rows=4,
        help_text=f"Two or three things, each with a day if it has one. {NO_PATIENTS}",
        error_messages={"required": "Write at least one goal."},
    )
    rhythm = line_field(
        "How often you meet",
        Agreement,
        "rhythm",
        help_text="Such as “half an hour every second week”.",
        error_messages={"required": "Write how often you meet."},
    )
    channel = line_field(
        "How you meet and write",
        Agreement,
        "channel",
        help_text="Such as “by video; short questions by e-mail”. Meet by video or in a public place.",
        error_messages={"required": "Write how you meet."},
    )
    ends_on = day_field("Until when", help_text="You can both agree on another day later.")
    number = forms.IntegerField(widget=forms.HiddenInput)


def minutes_field() -> forms.IntegerField:
    return forms.IntegerField(
        label="How many minutes", min_value=SHORTEST, max_value=LONGEST, initial=30, error_messages=MINUTES
    )


def next_step_field() -> forms.CharField:
    return line_field(
        "The next step",
        Meeting,
        "next_step",
        required=False,
        help_text=f"One line that both of you see: who does what by when. You may leave it empty. {NO_PATIENTS}",
    )


class MeetingForm(WithMoment, WithToken):
    minutes = minutes_field()
    next_step = next_step_field()
    field_order: ClassVar[list[str]] = ["on", "at", "minutes", "next_step"]


class HeldForm(CarriedOut):
    """A planned meeting that took place."""

    minutes = minutes_field()
    next_step = next_step_field()


class DidMeetForm(CarriedOut):
    on = day_field("The day you first met")


class OwnNoteForm(CarriedOut):
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    words = words_field(
        "Your note",
        OwnNote,
        "words",
        rows=6,
        required=False,
        help_text=f"Nobody else reads it: not the other side, not the society’s staff. {NO_PATIENTS}",
    )


def scale_field(label: str) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label, choices=SCALE, coerce=int, widget=forms.RadioSelect, error_messages=CHOOSE
    )


class PulseForm(CarriedOut):
    of_use = scale_field("Is it of use to you?")
    respected = scale_field("Do you feel respected?")
    words = line_field(
        "Anything the society should know", Pulse, "words", required=False, help_text="You may leave it empty."
    )


class EndForm(CarriedOut):
    sure = forms.BooleanField(
        label="Yes, end this pair", error_messages={"required": "Tick the box if you want to end it."}
    )


class NextForm(CarriedOut):
    wants_next = forms.ChoiceField(
        label="What should come next?",
        choices=[(value, label[0].upper() + label[1:]) for value, label in Next.choices],
        widget=forms.RadioSelect,
        error_messages=CHOOSE,
    )


class HandoverForm(CarriedOut):
    where_we_got = words_field("Where we got to", Handover, "where_we_got", rows=4, required=False)
    try_next = words_field("What to try next", Handover, "try_next", rows=4, required=False)
    not_again = words_field(
        "What not to repeat",
        Handover,
        "not_again",
        rows=4,
        required=False,
        help_text=f"What was tried and did not help. {NO_PATIENTS}",
    )
    seen_at = forms.DateTimeField(widget=forms.HiddenInput, required=False)
