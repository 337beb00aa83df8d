"""The questions, each saying why it is asked, and what has to be confirmed: programs, hospitals, other licenses."""

from typing import Any, ClassVar

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout
from django import forms

from .models import Answer, Source, SourceKind
from .refusals import ChecklistRefused

CHOOSE_AN_ANSWER = "Choose an answer. “I do not know yet” is one, too."
NO_SUCH_DAY = {"required": "Choose a day.", "invalid": "Write a day that exists, like 2027-01-31."}


class CarriedOut(forms.Form):
    """A form that one action carries out: what the action refuses stands beside its field, what was typed stays."""

    def refuse(self, refusal: ChecklistRefused, *, version: int | None = None) -> None:
        """`version` is the one that stands now, so that whoever has read what changed can send the form again."""
        is_seen = refusal.field in self.fields and not self[refusal.field].is_hidden
        self.add_error(refusal.field if is_seen else None, str(refusal))
        if version is not None and "version" in self.fields:
            self.data = self.data.copy()
            self.data["version"] = str(version)


class Versioned(CarriedOut):
    version = forms.IntegerField(widget=forms.HiddenInput)


def day_field(label: str, **more: Any) -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, widget=widget, error_messages=NO_SUCH_DAY, **more)


def answer_field(label: str, why: str) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        help_text=why,
        choices=Answer.choices,
        widget=forms.RadioSelect,
        error_messages={"required": CHOOSE_AN_ANSWER, "invalid_choice": CHOOSE_AN_ANSWER},
    )


class QuestionsForm(CarriedOut):
    ecfmg_certified = answer_field(
        "Do you hold an ECFMG Certificate?",
        "We ask because your school’s verification reaches FCVS through ECFMG if you hold one. If not, it comes first.",
    )
    has_ssn = answer_field(
        "Do you have a US Social Security number?",
        "Answer yes or no only, and never type the number here. We ask because two forms are signed before a notary, "
        "and the online notary is open only to people who have a number and a US address.",
    )
    has_us_address = answer_field(
        "Do you have a US address?",
        "We ask for the same reason. Without both, or while you do not know, your list shows the way on paper: it "
        "works for everybody.",
    )
    other_language = answer_field(
        "Is any of your documents in a language other than English?",
        "We ask because such a document needs a translation, and a translation takes time.",
    )
    clerkships_abroad = answer_field(
        "Did you do a clerkship outside the country of your medical school?",
        "We ask because each hospital must then confirm your time there on Form 2CC, and hospitals can be slow.",
    )
    training_ends_on = day_field(
        "When does the third year of your approved training end?",
        required=False,
        help_text="We ask because your final training can be confirmed only shortly before this day. "
        "Leave it empty if you do not know it yet.",
    )
    license_wanted_on = day_field(
        "By which day do you need the license?",
        required=False,
        help_text="We ask because the portal counts back from this day and tells you the latest safe day to start. "
        "Leave it empty if no day is fixed.",
    )

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag, helper.disable_csrf = False, True
        helper.layout = Layout(
            Fieldset("What you hold", "ecfmg_certified", "has_ssn", "has_us_address"),
            Fieldset("Your documents and clerkships", "other_language", "clerkships_abroad"),
            Fieldset("Your two dates", "training_ends_on", "license_wanted_on"),
            *(["version"] if "version" in self.fields else []),
        )
        return helper


class ChangedAnswersForm(Versioned, QuestionsForm):
    pass


class SourceForm(CarriedOut):
    name = forms.CharField(max_length=Source._meta.get_field("name").max_length)
    starts_on = day_field("First day")
    ends_on = day_field("Last day")
    in_new_york = forms.BooleanField(
        label="It is in New York State",
        required=False,
        help_text="We ask because training in New York can count for the course on infection control.",
    )

    NAMES: ClassVar[dict[str, tuple[str, str]]] = {
        SourceKind.PROGRAM: (
            "Name of the program",
            "As on your contract, with the hospital: “Internal Medicine, Example Hospital, Buffalo”.",
        ),
        SourceKind.HOSPITAL: ("Name of the hospital", "With its city and country, as your school has it."),
        SourceKind.LICENSE: ("State or country, and the authority", "For example “New Jersey, Board of Examiners”."),
    }
    DAYS: ClassVar[dict[str, tuple[str, str, str]]] = {
        SourceKind.PROGRAM: ("First day", "Last day", "The planned last day if it has not ended yet."),
        SourceKind.HOSPITAL: ("First day there", "Last day there", "Leave the days empty if you do not know them."),
        SourceKind.LICENSE: ("Issued on", "Ended on", "Empty if it has not ended, or if you do not know it."),
    }

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name, first, last = self.fields["name"], self.fields["starts_on"], self.fields["ends_on"]
        name.label, name.help_text = self.NAMES[kind]
        name.error_messages["required"] = "Write the name."
        first.label, last.label, last.help_text = self.DAYS[kind]
        if kind != SourceKind.PROGRAM:
            first.required = last.required = False
            del self.fields["in_new_york"]


class RemovalForm(CarriedOut):
    sure = forms.BooleanField(
        label="Yes, remove my checklist and everything I recorded in it",
        error_messages={"required": "Tick the box if you want to remove it."},
    )
