"""What somebody who is enrolled may change: places, a pause, another year, the end."""

from collections.abc import Sequence
from typing import Any

from django import forms

from .forms import CarriedOut, day_field
from .models import MOST_PLACES, Help, Hurdle, Language, Pair, PairStatus, Region, Specialty

KEEP_ALL, CHOOSE = "all", "choose"


class CapacityForm(CarriedOut):
    """Asks what becomes of the pairs once the number that was typed is smaller than theirs."""

    capacity = forms.IntegerField(
        label="How many people you can take at a time",
        min_value=0,
        max_value=MOST_PLACES,
        help_text="From none to nine. An open proposal counts, too.",
        error_messages={"required": "Write a number.", "invalid": "Write a number."},
    )
    what = forms.ChoiceField(
        label="What becomes of your pairs and open proposals?",
        choices=(
            (KEEP_ALL, "Keep my pairs until they end, and bring me nobody new"),
            (CHOOSE, "Keep only those that I tick below; the others end now"),
        ),
        required=False,
        widget=forms.RadioSelect,
        help_text="A proposal for which no place is left is taken back. Nobody is told why.",
    )
    kept = forms.TypedMultipleChoiceField(
        label="Keep these", coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, pairs: Sequence[Pair], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kept"].choices = [(pair.pk, _told(pair)) for pair in pairs]
        typed = str(self.data.get("capacity", "")).strip()
        if not typed.isdecimal() or int(typed) >= len(pairs):
            del self.fields["what"], self.fields["kept"]

    def keep(self) -> str | list[int] | None:
        """As `set_capacity` wants it: None while nobody has said."""
        what = self.cleaned_data.get("what")
        return self.cleaned_data["kept"] if what == CHOOSE else what or None


def _told(pair: Pair) -> str:
    state = "paired with you" if pair.status == PairStatus.ACTIVE else "proposed to you"
    return f"{pair.mentee.person.get_short_name()}, {state}"


class PauseForm(CarriedOut):
    until = day_field("Back on", help_text="The day from which you can be proposed again. You get a mail that day.")


class LeavingForm(CarriedOut):
    sure = forms.BooleanField(
        label="Yes, I leave the program",
        error_messages={"required": "Tick the box if you want to leave. To rest for a while, choose a pause instead."},
    )


class MentorFilter(forms.Form):
    """Narrows the list of mentors; an empty field narrows nothing."""

    hurdle = forms.ChoiceField(label="Has got past", required=False)
    help = forms.ChoiceField(label="Helps with", required=False)
    specialty = forms.ChoiceField(label="Specialty", required=False)
    language = forms.ChoiceField(label="Speaks", required=False)
    region = forms.ChoiceField(label="Lives in", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = {"hurdle": Hurdle, "help": Help, "specialty": Specialty, "language": Language, "region": Region}
        for name, kind in kinds.items():
            self.fields[name].choices = [("", "Any"), *kind.choices]
