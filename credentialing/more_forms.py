"""Names as the documents have them, and the line of activities. No number of any document is asked for."""

from typing import Any

from django import forms

from .forms import CarriedOut, day_field
from .models import Activity, Document, Spelling

LONGEST = Spelling._meta.get_field("name").max_length
_WHERE = {
    Document.PASSPORT: "On the page with your photograph. Every other name is compared with this one.",
    Document.DIPLOMA: "In Latin letters, as on the diploma or its translation.",
    Document.ECFMG: "As MyIntealth shows it.",
    Document.USMLE: "As on your score reports.",
    Document.TRAINING: "As your program has it.",
}


class SpellingsForm(CarriedOut):
    """One field for each document; an empty one is forgotten."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for document in Document:
            self.fields[document.value] = forms.CharField(
                label=document.label,
                help_text=_WHERE[document],
                max_length=LONGEST,
                required=False,
                widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
            )


class ActivityForm(CarriedOut):
    what = forms.CharField(
        label="What you did",
        max_length=Activity._meta.get_field("what").max_length,
        help_text="For example “Medical school, Karachi”, “Research assistant, Boston” or “Illness”. Begin the line "
        "of your studies with the words “Medical school”: the portal then checks what has to come after it.",
        error_messages={"required": "Write what you did."},
    )
    starts_on = day_field("First day")
    ends_on = day_field("Last day", required=False, help_text="Empty: it goes on.")
