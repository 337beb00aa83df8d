"""The desk of the catalogue: a draft is written item by item, its effect is looked at, and then it is published."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from audit.acting import ActingForm, OpensOn
from audit.desk import DeskAdmin, Tool, desk_url
from credentialing import catalogue_actions as actions
from credentialing.catalogue_checks import LETTER_BLANKS, problems_of
from credentialing.models import Catalogue, CatalogueStatus, Letter, Spec
from credentialing.refusals import ChecklistRefused
from facts.models import Fact, Kind

from .catalogue_verbs import CATALOGUE_VERBS, REMOVE, effect_words

DAYS_FIELDS = ("first_fact", "again_fact", "usual_fact", "rule_fact", "rule_warn_fact")
DAYS_KINDS, RULE_KINDS, FEE_KINDS = (Kind.DAYS,), (Kind.DAYS, Kind.COUNT), (Kind.MONEY,)
_KINDS = (DAYS_KINDS, RULE_KINDS, FEE_KINDS)
# Labels as long as they need to be.
WIDE = {"class": "radiolist"}


def is_draft(catalogue: Catalogue | None) -> bool:
    return catalogue is not None and catalogue.status == CatalogueStatus.DRAFT


def the_draft() -> Catalogue | None:
    return Catalogue.objects.filter(status=CatalogueStatus.DRAFT).first()


def lines(found: Iterable[object]) -> SafeString:
    return format_html_join("", "<p>{}</p>", ((one,) for one in found))


def linked(rows: Iterable[models.Model]) -> SafeString:
    return lines(format_html('<a href="{}">{}</a>', desk_url(row), row) for row in rows)


# ------------------------------------------------------------------------------------------------ versions
@admin.register(Catalogue)
class CatalogueDesk(DeskAdmin):
    refused = ChecklistRefused
    verbs = CATALOGUE_VERBS
    list_display = ("name", "state", "published", "written_by", "change_note")
    list_select_related = ("written_by",)
    ordering = ("-number",)
    readonly_fields = (
        "state",
        "published",
        "written_by",
        "published_by",
        "items",
        "letters_shown",
        "effect",
        "missing",
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A draft begins as a copy of what is in use, with “Start a draft”."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Catalogue | None = None) -> bool:
        return (obj is None or is_draft(obj)) and super().has_change_permission(request, obj)

    def get_fieldsets(self, request: HttpRequest, obj: Catalogue | None = None) -> list[Any]:
        effect = [("If it is published now", {"fields": ("effect", "missing")})] if is_draft(obj) else []
        stands = ("state", "published", "written_by", "published_by")
        return [
            (None, {"fields": ("change_note",)}),
            ("Where it stands", {"fields": stands}),
            *effect,
            ("What is in it", {"fields": ("items", "letters_shown")}),
        ]

    def act(self, request: HttpRequest, form: ActingForm, change: bool) -> Catalogue:
        return actions.change_note(form.instance, request.user, form.cleaned_data["change_note"])

    def tools(self, request: HttpRequest, obj: Catalogue) -> list[Tool]:
        may_add = is_draft(obj) and request.user.has_perm("credentialing.add_spec")
        return [Tool("Add an item", desk_url(Spec, "add"))] if may_add else []

    # ---- columns
    @admin.display(description="version", ordering="number")
    def name(self, catalogue: Catalogue) -> str:
        return f"Version {catalogue.number}"

    @admin.display(description="state", ordering="status")
    def state(self, catalogue: Catalogue) -> str:
        return catalogue.get_status_display()

    @admin.display(description="published", ordering="published_at")
    def published(self, catalogue: Catalogue) -> str:
        return date_format(localtime(catalogue.published_at), "j M Y, H:i") if catalogue.published_at else "not yet"

    @admin.display(description="items")
    def items(self, catalogue: Catalogue) -> SafeString:
        return linked(catalogue.specs.all())

    @admin.display(description="letters")
    def letters_shown(self, catalogue: Catalogue) -> SafeString:
        return linked(catalogue.letters.all())

    @admin.display(description="effect")
    def effect(self, catalogue: Catalogue) -> SafeString:
        effect = actions.effect_of(catalogue)
        return lines([effect_words(effect), *effect.changed])

    @admin.display(description="what keeps it from being published")
    def missing(self, catalogue: Catalogue) -> SafeString | str:
        problems = list(problems_of(catalogue))
        return lines(problems) if problems else "nothing"


# ------------------------------------------------------------------------------------------------ what is in one
def _of_present(rows: models.QuerySet) -> models.QuerySet:
    """Of the draft; while there is none, of what is in use."""
    draft = the_draft()
    return rows.filter(catalogue=draft) if draft else rows.filter(catalogue__status=CatalogueStatus.PUBLISHED)


class Present(OpensOn):
    title = "version"
    offers = {
        "present": ("the draft, or what is in use", _of_present),
        "in_use": ("in use", lambda rows: rows.filter(catalogue__status=CatalogueStatus.PUBLISHED)),
    }


class PartDesk(DeskAdmin):
    """Of an item and of a letter: written in a draft, looked at for ever."""

    refused = ChecklistRefused
    list_filter = (Present,)
    list_select_related = ("catalogue",)
    readonly_fields = ("version",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return (obj is None or is_draft(obj.catalogue)) and super().has_change_permission(request, obj)

    def tools(self, request: HttpRequest, obj: Any) -> list[Tool]:
        return [Tool(f"The whole version {obj.catalogue.number}", desk_url(obj.catalogue))]

    @admin.display(description="version", ordering="catalogue__number")
    def version(self, part: Any) -> str:
        return f"{part.catalogue.number}, {part.catalogue.get_status_display()}"


class SpecForm(ActingForm):
    depends_on = forms.MultipleChoiceField(
        required=False, label="What comes first", widget=forms.CheckboxSelectMultiple(WIDE)
    )
    cost_facts = forms.MultipleChoiceField(required=False, label="Fees", widget=forms.CheckboxSelectMultiple(WIDE))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        catalogue = self.instance.catalogue if self.instance.pk else the_draft()
        facts = Fact.objects.filter(kind__in=(Kind.DAYS, Kind.COUNT, Kind.MONEY)).order_by("key")
        choices = {
            kind: [(fact.key, f"{fact.key}: {fact.text}") for fact in facts if fact.kind in kind] for kind in _KINDS
        }
        for name in DAYS_FIELDS:
            kinds = RULE_KINDS if name == "rule_fact" else DAYS_KINDS
            self._choose(name, [("", "none"), *choices[kinds]])
        self._choose("cost_facts", choices[FEE_KINDS])
        others = catalogue.specs.exclude(pk=self.instance.pk) if catalogue else Spec.objects.none()
        self._choose("depends_on", [(spec.key, spec.title) for spec in others])

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        """Someone who only looks has a form without fields."""
        if name in self.fields:
            self.fields[name].choices = choices


@admin.register(Spec)
class SpecDesk(PartDesk):
    form = SpecForm
    verbs = (REMOVE,)
    list_display = ("title", "key", "section", "supplier", "passes_to", "need", "repeats", "version")
    list_filter = (Present, "section", "passes_to")
    search_fields = ("key", "title", "what_to_do", "evidence", "traps")
    search_help_text = "Words of the key, the title, the steps, the evidence or the traps."
    ordering = ("-catalogue__number", "position")
    fixed_after_creation = ("key",)
    fieldsets = (
        (None, {"fields": ("version", "key", "title", "section", "position")}),
        ("Who", {"fields": ("supplier", "passes_to", "asks_for", "receipt_is_enough", "need", "repeats")}),
        ("Words", {"fields": ("what_to_do", "evidence", "traps", "read_more")}),
        ("Order", {"fields": ("depends_on",)}),
        ("Days", {"fields": ("first_fact", "again_fact", "usual_fact", "rule", "rule_fact", "rule_warn_fact")}),
        ("Fees", {"fields": ("cost_facts",)}),
    )

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in DAYS_FIELDS:
            return forms.ChoiceField(required=False, label=db_field.verbose_name.capitalize())
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        if self.has_add_permission(request) and not the_draft():
            self.message_user(request, "Start a draft first: a version in use is never changed.", messages.WARNING)
            return HttpResponseRedirect(desk_url(Catalogue, "changelist"))
        return super().add_view(request, form_url, extra_context)

    def act(self, request: HttpRequest, form: ActingForm, change: bool) -> Spec:
        words = {name: value for name, value in form.cleaned_data.items() if name in Spec.WORDS}
        if change:
            return actions.change_spec(form.instance, request.user, **words)
        draft = the_draft()
        if draft is None:
            raise ChecklistRefused("The draft is not there any more. Start another one.")
        return actions.add_spec(draft, request.user, **words)


@admin.register(Letter)
class LetterDesk(PartDesk):
    list_display = ("name", "subject", "version")
    list_filter = (Present, "recipient", "tone")
    search_fields = ("subject", "body")
    ordering = ("-catalogue__number", "recipient", "tone")
    fields = ("version", "recipient", "tone", "subject", "body")
    fixed_after_creation = ("recipient", "tone")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """There is one for everybody who can be waited for."""
        return False

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "body":
            kwargs["help_text"] = f"It can fill in {', '.join(f'{{{blank}}}' for blank in LETTER_BLANKS)}."
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def act(self, request: HttpRequest, form: ActingForm, change: bool) -> Letter:
        return actions.change_letter(form.instance, request.user, **form.cleaned_data)

    @admin.display(description="letter", ordering="recipient")
    def name(self, letter: Letter) -> str:
        return str(letter)
