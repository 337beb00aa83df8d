"""The desk of the weights: what counts how much, in whole points, and why it was changed."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from audit.acting import ActingForm
from audit.desk import DeskAdmin
from mentoring.matching.terms import (
    HIGHEST_WEIGHT,
    MOST_CHOICES,
    MOST_HELP,
    MOST_HURDLES,
    MOST_LANGUAGES,
    MOST_SPECIALTIES,
    MOST_UNANSWERED,
    MOST_WEEKS,
    MOST_YEARS,
)
from mentoring.models import Weights
from mentoring.refusals import MentoringRefused
from mentoring.weights_actions import NAMES, points_of, set_weights, weights_in_force

ASKS = {
    "next_hurdle": ("The next step of the mentee", "The mentor has cleared it. This should count most."),
    "year_since": ("Taken off for each year since", f"From the line above, for at most {MOST_YEARS} years."),
    "further_hurdle": ("Each further step", f"The mentor has cleared it too; at most {MOST_HURDLES} count."),
    "language": ("Each language in common", f"English does not count; at most {MOST_LANGUAGES} do."),
    "specialty": ("Each specialty in common", f"At most {MOST_SPECIALTIES} count."),
    "help": ("Each kind of help wanted and offered", f"At most {MOST_HELP} count."),
    "region": ("The same region of New York State", ""),
    "school_country": ("Medical school in the same country", ""),
    "choice": ("The mentee's own choice", f"{MOST_CHOICES} times for the first choice, once for the last."),
    "week_waiting": ("Each week of waiting", f"At most {MOST_WEEKS} weeks count."),
    "unanswered": ("Each proposal that nobody answered", f"At most {MOST_UNANSWERED} count."),
}


def _points_field(name: str) -> forms.IntegerField:
    label, help_text = ASKS[name]
    return forms.IntegerField(label=label, help_text=help_text, min_value=0, max_value=HIGHEST_WEIGHT)


class _PlainForm(ActingForm):
    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Weights
        fields = ("why",)
        widgets = {"why": forms.TextInput(attrs={"size": 80})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stands = weights_in_force()
        points = points_of(stands)
        self.initial |= {"version": stands.pk, "why": "", **{name: getattr(points, name) for name in NAMES}}


# One field for each weight of the engine: a new one needs a sentence in ASKS before the portal starts.
WeightsForm = type("WeightsForm", (_PlainForm,), {name: _points_field(name) for name in NAMES})


@admin.register(Weights)
class WeightsAdmin(DeskAdmin):
    """The newest row is in force. Saving makes a new one; the older ones say how earlier rounds were made."""

    form = WeightsForm
    refused = MentoringRefused
    list_display = ("number", "set_at", "set_by", "why", "is_in_force")
    list_display_links = ("number",)
    list_select_related = ("set_by",)
    list_per_page = 50
    fieldsets = (
        (
            "Points",
            {"fields": NAMES, "description": "The hard rules come first; points only decide among what is left."},
        ),
        ("Why", {"fields": ("why", "version")}),
    )

    def has_change_permission(self, request: HttpRequest, obj: Weights | None = None) -> bool:
        return (obj is None or obj.pk == weights_in_force().pk) and super().has_change_permission(request, obj)

    def get_fieldsets(self, request: HttpRequest, obj: Weights | None = None) -> Any:
        """A row that is only looked at shows what it held."""
        if obj is not None and not self.has_change_permission(request, obj):
            return (("How rounds were made with these", {"fields": ("held", "why", "set_by", "set_at")}),)
        return self.fieldsets

    def get_readonly_fields(self, request: HttpRequest, obj: Weights | None = None) -> tuple[str, ...]:
        return ("held", "set_by", "set_at")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> type[ActingForm]:
        if obj is not None and not self.has_change_permission(request, obj):
            kwargs["form"] = ActingForm
        return super().get_form(request, obj, change, **kwargs)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        context |= {"show_save_and_add_another": False, "show_save_and_continue": False}
        return super().render_change_form(request, context, *args, **kwargs)

    def act(self, request: HttpRequest, form: ActingForm, change: bool) -> Weights:
        data = form.cleaned_data
        points = {name: data[name] for name in NAMES}
        return set_weights(by=request.user, version=data["version"], points=points, why=data["why"])

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "why":
            kwargs["help_text"] = "For colleagues: a sentence. It is kept."
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @admin.display(description="weights", ordering="pk")
    def number(self, weights: Weights) -> str:
        return str(weights)

    @admin.display(description="in force", boolean=True)
    def is_in_force(self, weights: Weights) -> bool:
        return weights.pk == weights_in_force().pk

    @admin.display(description="points")
    def held(self, weights: Weights) -> str:
        points = points_of(weights)
        return "; ".join(f"{ASKS[name][0].lower()}: {getattr(points, name):,}" for name in NAMES)
