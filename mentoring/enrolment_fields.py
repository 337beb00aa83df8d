"""Questions of an enrollment: each with the sentence that says who sees the answer."""

from typing import Any

from django import forms

from .enrolment_parts import Enrolled
from .free_hours import CHOICES as PARTS_OF_DAY
from .free_hours import WEEKDAYS, chosen_on, stretches
from .models import Hurdle

EVERYBODY = "approved members of the program, and staff"
ONLY_STAFF = "staff only"
NOBODY = "nobody; the portal alone uses it"
CHOOSE = {"required": "Choose one.", "invalid_choice": "Choose from the list."}
TICK = {"required": "Tick at least one.", "invalid_choice": "Choose from the list."}
A_YEAR = {
    "required": "Write a year.",
    "invalid": "Write a year with four digits.",
    "min_value": "Write a year with four digits.",
    "max_value": "Write a year with four digits.",
}


def seen(help_text: str, who: str) -> str:
    return f"{help_text} Who sees it: {who}.".strip()


def many(label: str, choices: Any, *, who: str, help_text: str = "", required: bool = True) -> forms.Field:
    return forms.MultipleChoiceField(
        label=label,
        choices=_capital(choices),
        required=required,
        help_text=seen(help_text, who),
        widget=forms.CheckboxSelectMultiple,
        error_messages=TICK,
    )


def one(label: str, choices: Any, *, who: str, help_text: str = "", required: bool = True) -> forms.Field:
    empty = ("", "Choose…" if required else "I do not want to say")
    return forms.ChoiceField(
        label=label,
        choices=[empty, *_capital(choices)],
        required=required,
        help_text=seen(help_text, who),
        error_messages=CHOOSE,
    )


def years(label: str, *, who: str = "", required: bool = True) -> forms.Field:
    return forms.IntegerField(
        label=label,
        required=required,
        min_value=1000,
        max_value=9999,
        help_text=seen("", who) if who else "",
        error_messages=A_YEAR,
    )


def text(label: str, model: type, name: str, *, who: str, help_text: str = "", required: bool = False) -> forms.Field:
    longest = model._meta.get_field(name).max_length
    return forms.CharField(label=label, max_length=longest, required=required, help_text=seen(help_text, who))


def _capital(choices: Any) -> list[tuple[str, str]]:
    return [(key, label[:1].upper() + label[1:]) for key, label in choices]


class HurdlesFields:
    """A year beside each step that the mentor has got past; together they are the field `hurdles`."""

    legend = "The steps you got past yourself, and in which year"
    hint = seen(
        "Leave empty what you did not go through. This is what counts most when we look for your mentee.", EVERYBODY
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = [f"hurdle_{key}" for key in Hurdle.values]
        for key, label in _capital(Hurdle.choices):
            self.fields[f"hurdle_{key}"] = years(label, required=False)

    def kept(self, enrolled: Enrolled) -> dict[str, Any]:
        return {**super().kept(enrolled), **{f"hurdle_{key}": year for key, year in enrolled.hurdles.items()}}

    def clean(self) -> None:
        super().clean()
        if not self.errors and not self._hurdles():
            self.add_error(self.names[0], "Write a year beside at least one step.")

    def _hurdles(self) -> dict[str, int]:
        found = {key: self.cleaned_data.get(f"hurdle_{key}") for key in Hurdle.values}
        return {key: year for key, year in found.items() if year}

    def answers(self) -> dict[str, Any]:
        others = {name: value for name, value in super().answers().items() if name not in self.names}
        return {**others, "hurdles": self._hurdles()}

    def refuse(self, refusal: Any, **more: Any) -> None:
        """What is refused about all the years stands at the first of them."""
        if refusal.field == "hurdles":
            refusal.field = self.names[0]
        super().refuse(refusal, **more)


class HoursFields:
    """Parts of each day of the week; together they are the field `free_hours`."""

    legend = "When you are free in a usual week"
    hint = seen("By your own clock. Tick generously: two people need an hour in common.", ONLY_STAFF)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = [f"day_{number}" for number in range(len(WEEKDAYS))]
        for name, label in zip(self.names, WEEKDAYS, strict=True):
            self.fields[name] = forms.MultipleChoiceField(
                label=label, choices=PARTS_OF_DAY, required=False, widget=forms.CheckboxSelectMultiple
            )

    def kept(self, enrolled: Enrolled) -> dict[str, Any]:
        days = {f"day_{number}": chosen_on(number, enrolled.free_hours) for number in range(len(WEEKDAYS))}
        return {**super().kept(enrolled), **days}

    def clean(self) -> None:
        super().clean()
        if not self.errors and not self._hours():
            self.add_error(self.names[0], "Tick at least one part of a day.")

    def _hours(self) -> list[list[Any]]:
        days = (stretches(number, self.cleaned_data.get(name, [])) for number, name in enumerate(self.names))
        return [list(stretch) for day in days for stretch in day]

    def answers(self) -> dict[str, Any]:
        others = {name: value for name, value in super().answers().items() if name not in self.names}
        return {**others, "free_hours": self._hours()}
