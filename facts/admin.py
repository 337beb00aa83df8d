"""The desk of the figures: what is stale comes first, every version can be looked at and given back."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from audit.acting import ActingForm, OpensOn, Verb, VerbFields
from audit.desk import DeskAdmin, Tool

from .actions import FactRefused, add_fact, change_fact, confirm_fact, remove_fact, restore_fact
from .models import Fact, FactQuerySet

LATELY = timedelta(days=14)


class VersionFields(VerbFields):
    history_id = forms.IntegerField(widget=forms.HiddenInput)


def _confirm(fact: Fact, by: models.Model) -> Fact:
    return confirm_fact(fact=fact, by=by)


def _restore(fact: Fact, by: models.Model, history_id: int) -> Fact:
    return restore_fact(fact=fact, history_id=history_id, by=by)


def _remove(fact: Fact, by: models.Model) -> None:
    remove_fact(fact=fact, by=by)


VERBS = (
    Verb(
        name="confirm",
        label="Checked today, unchanged",
        says="You looked at the source today and it still says so. Readers see today as the day of the check.",
        done="{it}: checked today.",
        run=_confirm,
        permissions=("facts.change_fact",),
        is_bulk=True,
    ),
    Verb(
        name="restore",
        label="Restore an earlier version",
        says="The fact gets the words it had in that version, its day of checking too. The history keeps both.",
        done="Restored: {it}",
        run=_restore,
        permissions=("facts.change_fact",),
        form=VersionFields,
        has_button=False,
    ),
    Verb(
        name="remove",
        label="Remove",
        says="Only a fact that staff added and that nothing names can be removed. The audit keeps what it said.",
        done="Removed: {it}",
        run=_remove,
        permissions=("facts.delete_fact",),
    ),
)


def _changed_lately(facts: FactQuerySet) -> models.QuerySet[Fact]:
    # Loading the shipped figures is nobody's change: those versions carry no person.
    recent = Fact.history.filter(history_date__gte=timezone.now() - LATELY, history_user__isnull=False)
    return facts.filter(pk__in=recent.values("id"))


class NeedsALook(OpensOn):
    title = "needs a look"
    offers = {
        "stale": ("stale: its check is overdue", lambda facts: facts.stale()),
        "confirm": ("to be confirmed", lambda facts: facts.filter(to_confirm=True)),
        "changed": ("changed by staff in the last two weeks", _changed_lately),
    }


class FactForm(ActingForm):
    reason = forms.CharField(
        required=False,
        max_length=100,
        label="Why it changes",
        help_text="For colleagues; it is kept in the history.",
        widget=forms.TextInput(attrs={"size": 80}),
    )


@admin.register(Fact)
class FactAdmin(DeskAdmin):
    form = FactForm
    refused = FactRefused
    verbs = VERBS
    object_history_template = "admin/facts/versions.html"
    list_display = ("key", "label", "value_as_shown", "confidence", "checked", "recheck", "where_used")
    list_filter = (NeedsALook, "confidence", "kind")
    list_per_page = 50
    search_fields = ("key", "label", "value", "shown_as", "source", "period", "note")
    search_help_text = "Words of the key, the label, the value, the source or the note."
    ordering = ("recheck_on", "key")
    # Pages and charts count on a date staying a date.
    fixed_after_creation = ("key", "kind")
    readonly_fields = ("recheck", "checked_by")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Fact]:
        live = Q(editions__live_for__isnull=False)
        return super().get_queryset(request).annotate(page_count=Count("editions", filter=live, distinct=True))

    def get_fieldsets(self, request: HttpRequest, obj: Fact | None = None) -> list[Any]:
        reason = ("reason",) if obj and self.has_change_permission(request, obj) else ()
        checked = ("checked_on", "recheck_after_days", *(("recheck", "checked_by") if obj else ()))
        return [
            (None, {"fields": ("key", "label", "kind", "value", "unit", "shown_as", "period")}),
            ("Who says so", {"fields": ("source", "source_url", "confidence", "to_confirm", "confirm_with")}),
            ("When it was checked", {"fields": (*checked, "note", *reason)}),
        ]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {
            "checked_on": timezone.localdate(),
            "recheck_after_days": 90,
            **super().get_changeform_initial_data(request),
        }

    def act(self, request: HttpRequest, form: ActingForm, change: bool) -> Fact:
        """Who gives a new day of checking is who checked."""
        fields = {name: value for name, value in form.cleaned_data.items() if name != "reason"}
        if "checked_on" in form.changed_data:
            fields["checked_by"] = request.user
        if not change:
            return add_fact(by=request.user, **fields)
        return change_fact(fact=form.instance, by=request.user, reason=form.cleaned_data["reason"], **fields)

    def tools(self, request: HttpRequest, obj: Fact) -> list[Tool]:
        return [Tool(f"Pages that name it ({obj.page_count})", _pages_naming(obj))] if obj.page_count else []

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        fact = self.subject(request, object_id)
        may_restore = self.has_change_permission(request, fact)
        return super().history_view(request, object_id, {"versions": _versions(fact), "may_restore": may_restore})

    # ---- columns
    @admin.display(description="value as shown")
    def value_as_shown(self, fact: Fact) -> str:
        return f"{fact.text} (to be confirmed)" if fact.to_confirm else fact.text

    @admin.display(description="checked on", ordering="checked_on")
    def checked(self, fact: Fact) -> str:
        return date_format(fact.checked_on, "j M Y")

    @admin.display(description="check again on", ordering="recheck_on")
    def recheck(self, fact: Fact) -> str:
        day = date_format(fact.recheck_on, "j M Y")
        return f"{day}: overdue" if fact.is_stale() else day

    @admin.display(description="where used", ordering="page_count")
    def where_used(self, fact: Fact) -> SafeString | str:
        if not fact.page_count:
            return "no page"
        words = "1 page" if fact.page_count == 1 else f"{fact.page_count} pages"
        return format_html(
            '<a href="{}">{}<span class="visually-hidden"> naming {}</span></a>', _pages_naming(fact), words, fact.key
        )


def _pages_naming(fact: Fact) -> str:
    return f"{reverse('admin:content_page_changelist')}?show=all&live__facts__id__exact={fact.pk}"


def _versions(fact: Fact) -> list[dict[str, Any]]:
    """Newest first, each with what it changed. A restored version is in the list like any other."""
    versions = list(fact.history.select_related("history_user"))
    earlier = [*versions[1:], None]
    return [
        {"version": version, "changes": _changes(version, before), "is_current": version is versions[0]}
        for version, before in zip(versions, earlier, strict=True)
    ]


def _changes(version: Any, before: Any) -> list[tuple[str, Any, Any]]:
    if before is None:
        return []
    delta = version.diff_against(before, included_fields=Fact.EDITED_FIELDS)
    return [(Fact._meta.get_field(change.field).verbose_name, change.old, change.new) for change in delta.changes]
