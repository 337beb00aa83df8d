"""What every desk of the staff shares: it writes through actions alone, and its history is the audit itself."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods

from .acting import ActingForm, Verb, VerbFields, sentences
from .models import Entry

ENTRIES_SHOWN = 200
SAFE_AND_POST = ["GET", "HEAD", "POST"]


class Tool(NamedTuple):
    label: str
    url: str


def desk_url(instance: models.Model | type[models.Model], name: str = "change", **more: Any) -> str:
    """Where a row (or, for a class, a list) stands in the admin."""
    at = (instance.pk, *more.values()) if isinstance(instance, models.Model) else ()
    return reverse(f"admin:{instance._meta.app_label}_{instance._meta.model_name}_{name}", args=at)


class DeskAdmin(admin.ModelAdmin):
    """Writes only through `act` and `verbs`; Django's own saving, deleting and logging are switched off."""

    form = ActingForm
    refused: type[Exception]
    verbs: tuple[Verb, ...] = ()
    change_form_template = "admin/desk/change_form.html"
    change_list_template = "admin/desk/change_list.html"
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    fixed_after_creation: tuple[str, ...] = ()
    show_full_result_count = False
    empty_value_display = "none"

    class Media:
        css = {"all": ("css/admin-desk.css",)}

    def act(self, request: HttpRequest, form: ActingForm, change: bool) -> models.Model:
        """Call the one action that saving this form means. May raise `refused`."""
        raise NotImplementedError

    def tools(self, request: HttpRequest, obj: models.Model) -> Iterable[Tool]:
        """Links beside the buttons."""
        return ()

    # ---- saving is an action
    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> type[ActingForm]:
        form = super().get_form(request, obj, change, **kwargs)
        form.carry_out = lambda bound: self.act(request, bound, change)
        form.refused = self.refused
        return form

    def save_model(self, *args: Any) -> None: ...

    def save_related(self, *args: Any) -> None: ...

    def log_addition(self, *args: Any) -> None: ...

    def log_change(self, *args: Any) -> None: ...

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return (*super().get_readonly_fields(request, obj), *(self.fixed_after_creation if obj else ()))

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        # Opening a second window to add a row in passing helps nobody here.
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        if original := context.get("original"):
            context["tools"] = [*self.tools(request, original), *self._buttons(request, original)]
        return super().render_change_form(request, context, *args, **kwargs)

    def _buttons(self, request: HttpRequest, obj: models.Model) -> list[Tool]:
        wanted = [verb for verb in self.verbs if verb.has_button and verb.allowed(request.user) and verb.offered(obj)]
        return [Tool(verb.label, desk_url(obj, "do", verb=verb.name)) for verb in wanted]

    # ---- verbs
    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_do"
        view = self.admin_site.admin_view(self.verb_view)
        return [path("<path:object_id>/do/<slug:verb_name>/", view, name=name), *super().get_urls()]

    @method_decorator(require_http_methods(SAFE_AND_POST))
    def verb_view(self, request: HttpRequest, object_id: str, verb_name: str) -> HttpResponse:
        verb = next((verb for verb in self.verbs if verb.name == verb_name), None)
        if verb is None:
            raise Http404
        subject = self.subject(request, object_id)
        if not verb.allowed(request.user):
            raise PermissionDenied
        if not verb.offered(subject):
            self.message_user(request, f"“{verb.label}” is not possible here any more: {subject}.", messages.ERROR)
            return HttpResponseRedirect(desk_url(subject))
        form = self._fields(request, verb, subject, is_sent=request.method == "POST")
        if form.is_valid() and (answer := self._run(request, verb, subject, form)):
            return answer
        return self._ask(request, verb, form, [subject], desk_url(subject))

    def subject(self, request: HttpRequest, object_id: str) -> models.Model:
        """The row, for somebody who may see it."""
        found = self.get_object(request, unquote(object_id))
        if found is None:
            raise Http404
        if not self.has_view_or_change_permission(request, found):
            raise PermissionDenied
        return found

    def _fields(self, request: HttpRequest, verb: Verb, subject: models.Model | None, is_sent: bool) -> VerbFields:
        data = request.POST if is_sent else None
        return verb.form(data, initial=request.GET.dict(), subject=subject, by=request.user)

    def _run(self, request: HttpRequest, verb: Verb, subject: models.Model, form: VerbFields) -> HttpResponse | None:
        try:
            following = verb.run(subject, request.user, **form.cleaned_data)
        except self.refused as error:
            form.add_error(None, sentences(error))
            return None
        self.message_user(request, verb.done.format(it=following or subject), messages.SUCCESS)
        return HttpResponseRedirect(desk_url(following) if following else desk_url(self.model, "changelist"))

    def _ask(
        self, request: HttpRequest, verb: Verb, form: VerbFields, subjects: list[models.Model], back: str
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": verb.label,
            "verb": verb,
            "form": form,
            "subjects": subjects,
            "back": back,
            "opts": self.opts,
            "media": self.media + form.media,
            "selection": [(name, value) for name in _SELECTION for value in request.POST.getlist(name)],
        }
        return TemplateResponse(request, "admin/desk/verb.html", context, status=422 if form.errors else 200)

    # ---- the same verbs on many rows
    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)
        many = [verb for verb in self.verbs if verb.is_bulk and verb.allowed(request.user)]
        return {**actions, **{verb.name: (_on_many(verb), verb.name, verb.label) for verb in many}} if actions else {}

    def run_on_many(self, request: HttpRequest, queryset: models.QuerySet, verb: Verb) -> HttpResponse:
        subjects = [subject for subject in queryset if verb.offered(subject)]
        form = self._fields(request, verb, None, is_sent="confirmed" in request.POST)
        refusals = self._run_each(request, verb, subjects, form) if form.is_valid() else []
        if not form.is_valid():
            return self._ask(request, verb, form, subjects, request.get_full_path())
        for refusal in refusals:
            self.message_user(request, refusal, messages.ERROR)
        self.message_user(request, f"{verb.label}: done for {len(subjects) - len(refusals)}.", messages.SUCCESS)
        return HttpResponseRedirect(request.get_full_path())

    def _run_each(self, request: HttpRequest, verb: Verb, subjects: list[models.Model], form: VerbFields) -> list[str]:
        """What was refused. If nothing was done at all, the form says so, and what was typed stays."""
        refusals = []
        for subject in subjects:
            try:
                verb.run(subject, request.user, **form.cleaned_data)
            except self.refused as error:
                refusals.append(f"{subject}: {' '.join(sentences(error))}")
        if refusals and len(refusals) == len(subjects):
            form.add_error(None, refusals)
        return refusals

    # ---- the history is the audit
    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        subject = self.subject(request, object_id)
        entries = Entry.objects.about(subject).select_related("actor")[:ENTRIES_SHOWN]
        context = {
            **self.admin_site.each_context(request),
            "title": "History",
            "subtitle": str(subject),
            "subject": subject,
            "opts": self.opts,
            "entries": [(entry, _details(entry)) for entry in entries],
            "media": self.media,
            **(extra_context or {}),
        }
        return TemplateResponse(request, self.object_history_template or "admin/desk/history.html", context)


_SELECTION = ("action", "select_across", "index", "_selected_action")


def _details(entry: Entry) -> str:
    words = {
        name: ", ".join(map(str, value)) if isinstance(value, list) else value for name, value in entry.data.items()
    }
    return "; ".join(f"{name}: {value}" for name, value in words.items())


def _on_many(verb: Verb) -> Callable[..., HttpResponse]:
    def act(model_admin: DeskAdmin, request: HttpRequest, queryset: models.QuerySet) -> HttpResponse:
        return model_admin.run_on_many(request, queryset, verb)

    return act


class ReadOnlyDesk(DeskAdmin):
    """Rows that only actions make and change."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
