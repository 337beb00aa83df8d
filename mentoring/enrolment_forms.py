"""What a mentor and a mentee are asked, in short parts. Each question says who sees the answer."""

from collections.abc import Iterator
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Field, Fieldset, Layout
from django import forms

from .countries import country_choices
from .enrolment_fields import (
    EVERYBODY,
    NOBODY,
    ONLY_STAFF,
    HoursFields,
    HurdlesFields,
    many,
    one,
    seen,
    text,
    years,
)
from .enrolment_parts import Enrolled, Part, side_of
from .forms import Versioned, words_field
from .models import (
    MOST_PLACES,
    Enrolment,
    Format,
    Help,
    Hurdle,
    Language,
    Mentee,
    Mentor,
    Region,
    Specialty,
    Stage,
    TrainingStage,
    Visa,
)

MENTOR_SEES = "the mentor who is asked to take you, and staff"
LONG_LISTS = ("specialties", "languages", "help", "needs_language", "further_hurdles")


class PartForm(Versioned):
    """One part of an enrollment; `answers` are the fields of the row."""

    def __init__(self, *args: Any, enrolled: Enrolled, **kwargs: Any) -> None:
        kwargs["initial"] = {**self.kept(enrolled), "version": enrolled.version, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        if country := self.fields.get("school_country"):
            country.choices = country_choices(enrolled.school_country)

    def kept(self, enrolled: Enrolled) -> dict[str, Any]:
        return {name: getattr(enrolled, name) for name in self.base_fields if hasattr(enrolled, name)}

    def answers(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    @property
    def helper(self) -> FormHelper:
        helper = super().helper
        helper.layout = Layout(*self._laid_out())
        return helper

    def _laid_out(self) -> Iterator[Any]:
        """What belongs together, such as the days of a week, comes first and in a frame of its own."""
        together = getattr(self, "names", ())
        if together:
            hint = HTML(f'<p class="form-text">{self.hint}</p>')
            yield Fieldset(self.legend, hint, Div(*together, css_class="many"), css_class="together")
        for name in (name for name in self.fields if name not in together):
            yield Div(Field(name), css_class="many") if name in LONG_LISTS else Field(name)


class WhoForm(PartForm):
    school_country = one("Country of your medical school", [], who=EVERYBODY, help_text="Where the school stands.")
    graduation_year = years("Year of graduation", who=EVERYBODY)
    region = one("Where you live now", Region.choices, who=EVERYBODY)
    languages = many("Languages you speak well enough to talk about work", Language.choices, who=EVERYBODY)


class MentorWhoForm(WhoForm):
    training_stage = one("Where you are now", TrainingStage.choices, who=EVERYBODY)
    specialties = many("Your specialties", Specialty.choices, who=EVERYBODY)
    subspecialty = text("Subspecialty", Mentor, "subspecialty", who=EVERYBODY)
    county = text("County", Mentor, "county", who=EVERYBODY, help_text="If you live in New York State.")
    is_woman = forms.BooleanField(
        label="I am a woman",
        required=False,
        help_text=seen("Used only when a mentee asks for a woman as mentor. You need not say it.", NOBODY),
    )
    field_order = (
        "training_stage", "specialties", "subspecialty", "school_country", "graduation_year", "region", "county",
        "is_woman",
    )  # fmt: skip


class MentorPathForm(HurdlesFields, PartForm):
    visas = many("The visas you trained or worked on", Visa.choices, who=EVERYBODY, required=False)


class MentorHelpForm(PartForm):
    help = many("What you will help with", Help.choices, who=EVERYBODY)
    formats = many("How long", Format.choices, who=EVERYBODY)
    capacity = forms.IntegerField(
        label="How many people you can take at a time",
        min_value=0,
        max_value=MOST_PLACES,
        help_text=seen("You can change it at any time. Zero means nobody new.", ONLY_STAFF),
        error_messages={"required": "Write a number."},
    )
    hours_a_month = forms.IntegerField(
        label="Hours a month you can give",
        required=False,
        min_value=1,
        max_value=100,
        help_text=seen("", "the people you are paired with, and staff"),
    )
    contact_by = text(
        "How you prefer to talk",
        Mentor,
        "contact_by",
        required=True,
        who="the people you are paired with, and staff",
        help_text="For example “video, then e-mail”. Do not write a telephone number or an address here.",
    )
    about = words_field(
        "A few sentences about you",
        Mentor,
        "about",
        help_text=seen("What would you have liked to know at the start? Nothing about patients.", EVERYBODY),
    )

    def __init__(self, *args: Any, enrolled: Enrolled, **kwargs: Any) -> None:
        super().__init__(*args, enrolled=enrolled, **kwargs)
        if enrolled.status == Enrolment.APPROVED:
            del self.fields["capacity"]  # it has a page of its own, which asks what becomes of the pairs


class TimesForm(HoursFields, PartForm):
    employer = text(
        "Your hospital or employer",
        Mentor,
        "employer",
        who=ONLY_STAFF,
        help_text="Nobody is paired with a colleague of the same hospital.",
    )
    supervisor = text(
        "Your supervisor or program director",
        Mentor,
        "supervisor",
        who=NOBODY,
        help_text="So that you are never paired with them, or with another person who works for them.",
    )


class MentorListForm(PartForm):
    is_listed = forms.BooleanField(
        label="Show me in the list of mentors",
        required=False,
        help_text=seen(
            "Mentees can then ask for you by name. If you leave it empty, the society proposes mentees to you.",
            "approved mentees. They see your name and the answers that say so, and never your e-mail address",
        ),
    )


class MenteeWhoForm(WhoForm):
    stage = one("Where you are on your way", Stage.choices, who=MENTOR_SEES)
    match_year = years("The year in which you want to match, or did", who=MENTOR_SEES, required=False)
    visa_need = one(
        "The visa you will need",
        Visa.choices,
        who=MENTOR_SEES,
        required=False,
        help_text="Leave it empty if you do not want to say.",
    )
    field_order = ("stage", "match_year", "visa_need")


class MenteeGoalsForm(PartForm):
    next_hurdle = one(
        "The next step you want to get past",
        Hurdle.choices,
        who=MENTOR_SEES,
        help_text="It counts most: we look for a mentor who has got past it.",
    )
    help = many("What you want help with", Help.choices, who=MENTOR_SEES)
    goals = words_field(
        "What you want to reach",
        Mentee,
        "goals",
        help_text=seen("Two or three sentences. No exam scores, nothing about patients.", MENTOR_SEES),
        error_messages={"required": "Write a sentence or two. The mentor reads it."},
    )
    further_hurdles = many("Steps that come later", Hurdle.choices, who=MENTOR_SEES, required=False)
    specialties = many("Specialties you think of", Specialty.choices, who=MENTOR_SEES, required=False)


class MenteeWishesForm(PartForm):
    formats = many("How long", Format.choices, who=MENTOR_SEES)
    needs_woman = forms.BooleanField(
        label="Only a woman as mentor",
        required=False,
        help_text=seen("You may have to wait longer. You need not say why.", ONLY_STAFF),
    )
    needs_language = many(
        "Only a mentor who speaks",
        Language.choices,
        who=ONLY_STAFF,
        required=False,
        help_text="Tick none if English is enough. With several ticks, one of them will do.",
    )


FORMS: dict[tuple[str, str], type[PartForm]] = {
    ("mentor", "about"): MentorWhoForm,
    ("mentor", "path"): MentorPathForm,
    ("mentor", "help"): MentorHelpForm,
    ("mentor", "times"): TimesForm,
    ("mentor", "list"): MentorListForm,
    ("mentee", "about"): MenteeWhoForm,
    ("mentee", "goals"): MenteeGoalsForm,
    ("mentee", "wishes"): MenteeWishesForm,
    ("mentee", "times"): TimesForm,
}


def form_for(enrolled: Enrolled, part: Part, data: Any = None) -> PartForm:
    return FORMS[side_of(enrolled), part.slug](data, enrolled=enrolled)
