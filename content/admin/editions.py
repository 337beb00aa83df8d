"""The desk where a page is written, looked at, reviewed and published."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from audit.acting import ActingForm, OpensOn
from audit.desk import Tool, desk_url
from content import actions
from content.markdown import BLOCKS, FIGURES
from content.models import Edition, Page, Status
from content.previews import LASTS, preview_address

from .attention import editions_held_back, editions_in_review, open_editions
from .desk import ContentDesk
from .link_states import links_table
from .pages import write_url
from .verbs import EDITION_VERBS

STEP_FIELDS = ("runs_it", "its_role", "official_url", "when")
HELP = {
    "title": "What a reader would type into a search: what the page helps to do. No figures.",
    "summary": "One or two plain sentences: what the reader gets from this page. It may name facts as {fact.key}.",
    "body": "Markdown. Headings start at ##. Say first what to do, then why. “How to write” shows every form.",
    "when": "When a reader does this step. It may name facts as {fact.key}.",
    "change_note": "For readers who come back: what is different, and for whom. Empty for a spelling correction.",
}


class OpenOrAll(OpensOn):
    title = "state"
    offers = {
        "open": ("open: being worked on", open_editions),
        "in_review": ("waiting for review", editions_in_review),
        "held_back": ("scheduled and held back", editions_held_back),
        "published": ("published", lambda editions: editions.filter(status=Status.PUBLISHED)),
    }


class EditionForm(ActingForm):
    opened_at = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["opened_at"] = self.instance.edited_at.isoformat()
        for name, words in HELP.items():
            if name in self.fields:
                self.fields[name].help_text = words

    def clean(self) -> dict[str, Any]:
        """All problems at once, even while a field is still empty."""
        data = super().clean() or {}
        self._refuse_stale_form(data.pop("opened_at", ""))
        if self.errors and "body" in data:
            try:
                actions.check_words(page=self.page, words=data)
            except actions.ContentRefused as error:
                self.add_error(None, list(error.messages))
        return data

    def _refuse_stale_form(self, opened_at: str) -> None:
        if opened_at and self.instance.pk and opened_at != self.instance.edited_at.isoformat():
            who = self.instance.written_by or "somebody"
            self.add_error(
                None,
                f"{who} saved this edition after you opened it. Your words still stand below and are not kept:"
                " copy what you need, open the edition again, and put it in.",
            )


@admin.register(Edition)
class EditionAdmin(ContentDesk):
    form = EditionForm
    verbs = EDITION_VERBS
    list_display = ("name", "title", "state", "written_by", "edited_at", "publish_on")
    list_filter = (OpenOrAll, "page__section")
    list_select_related = ("page", "written_by")
    list_per_page = 50
    search_fields = ("page__address", "title", "summary", "body")
    search_help_text = "Words of the address, the title, the summary or the body, in every edition."
    ordering = ("-edited_at",)
    readonly_fields = ("page_address", "state", "people", "publish_on", "links_shown")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Edition]:
        return (
            super().get_queryset(request).select_related("page", "written_by", "asked_by", "approved_by").defer("html")
        )

    # ---- who may do what
    def has_change_permission(self, request: HttpRequest, obj: Edition | None = None) -> bool:
        return (obj is None or obj.is_open) and super().has_change_permission(request, obj)

    def has_view_permission(self, request: HttpRequest, obj: Edition | None = None) -> bool:
        rights = ("content.view_edition", "content.change_edition", "content.approve_edition")
        return any(request.user.has_perm(right) for right in rights)

    def get_model_perms(self, request: HttpRequest) -> dict[str, bool]:
        """An edition begins at its page, with “Write”."""
        return {**super().get_model_perms(request), "add": False}

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return super().changelist_view(request, {"has_add_permission": False, **(extra_context or {})})

    # ---- writing
    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        page = _page_of(request)
        if page is None:
            self.message_user(request, "Choose the page first, then press “Write”.", messages.WARNING)
            return HttpResponseRedirect(desk_url(Page, "changelist") + "?show=all")
        if request.method == "GET" and (address := write_url(page)) != request.get_full_path():
            return HttpResponseRedirect(address)
        return super().add_view(request, form_url, {"subtitle": str(page), **(extra_context or {})})

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """The words readers see now, or the last ones there were."""
        page = _page_of(request)
        earlier = page and (page.live or page.latest())
        return {name: getattr(earlier, name) for name in Edition.WORDS} if earlier else {}

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> type[ActingForm]:
        form = super().get_form(request, obj, change, **kwargs)
        form.page = obj.page if obj else _page_of(request)
        return form

    def get_fieldsets(self, request: HttpRequest, obj: Edition | None = None) -> list[Any]:
        page = obj.page if obj else _page_of(request)
        is_open = obj is None or self.has_change_permission(request, obj)
        state = ("page_address", "state", "people", "publish_on")
        body = {"fields": ("body", *(("opened_at",) if is_open else ()))}
        if is_open:
            body |= {"classes": ("desk-write",), "description": _how_to_write()}
        step = [("The step", {"fields": STEP_FIELDS})] if page and page.journey_id else []
        return [
            *([("Where it stands", {"fields": state})] if obj else []),
            ("What readers see in lists", {"fields": ("title", "short_title", "summary")}),
            ("The page itself", body),
            *step,
            ("Around it", {"fields": ("not_legal_advice", "change_note")}),
            *([("Addresses outside the portal", {"fields": ("links_shown",)})] if obj else []),
        ]

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "body":
            kwargs["widget"] = forms.Textarea(attrs={"rows": 32, "spellcheck": "true"})
        elif db_field.name in ("summary", "its_role", "change_note"):
            kwargs["widget"] = forms.Textarea(attrs={"rows": 3, "cols": 80})
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def act(self, request: HttpRequest, form: ActingForm, change: bool) -> Edition:
        """Fields the form does not show keep what they held."""
        words = {name: form.cleaned_data.get(name, getattr(form.instance, name)) for name in Edition.WORDS}
        return actions.save_draft(
            page=form.page, by=request.user, words=words, change_note=form.cleaned_data["change_note"]
        )

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """One button, and it stays here: what comes next (preview, review) stands above."""
        context |= {"show_save": False, "show_save_and_add_another": False}
        return super().render_change_form(request, context, *args, **kwargs)

    # ---- looking at it
    def tools(self, request: HttpRequest, obj: Edition) -> list[Tool]:
        compare = f"{reverse('admin:content_page_compare', args=(obj.page_id,))}?older={{}}&newer={obj.pk}"
        against = obj.page.live_id if obj.page.live_id not in (None, obj.pk) else obj.pk
        return [
            Tool("Preview", reverse("admin:content_edition_preview", args=(obj.pk,))),
            Tool("Compare", compare.format(against)),
        ]

    def get_view_on_site_url(self, obj: Edition | None = None) -> str | None:
        return obj.page.address if obj and obj.page.live_id == obj.pk else None

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.preview_view)
        return [path("<int:object_id>/preview/", view, name="content_edition_preview"), *super().get_urls()]

    @method_decorator(require_safe)
    def preview_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        edition = self.subject(request, str(object_id))
        context = {
            **self.admin_site.each_context(request),
            "title": "Preview",
            "subtitle": str(edition),
            "edition": edition,
            "address": f"{settings.SITE_URL}{preview_address(edition)}",
            "here": preview_address(edition),
            "expires_at": timezone.now() + LASTS,
            "opts": self.opts,
            "media": self.media,
        }
        return TemplateResponse(request, "admin/content/preview.html", context)

    # ---- columns
    @admin.display(description="edition", ordering="page__address")
    def name(self, edition: Edition) -> str:
        return str(edition)

    @admin.display(description="page", ordering="page__address")
    def page_address(self, edition: Edition) -> SafeString:
        return format_html('<a href="{}">{}</a>', desk_url(edition.page), edition.page.address)

    @admin.display(description="state", ordering="status")
    def state(self, edition: Edition) -> str:
        is_late = edition.status == Status.SCHEDULED and edition.publish_at <= timezone.now()
        return "scheduled, held back: its time has come and it is not out" if is_late else edition.get_status_display()

    @admin.display(description="publish on", ordering="publish_at")
    def publish_on(self, edition: Edition) -> str:
        moment = edition.publish_at or edition.published_at
        return f"{date_format(timezone.localtime(moment), 'j M Y, H:i')} (New York)" if moment else "no date"

    @admin.display(description="who")
    def people(self, edition: Edition) -> str:
        named = (("written", edition.written_by), ("review asked", edition.asked_by), ("approved", edition.approved_by))
        return "; ".join(f"{what} by {person}" for what, person in named if person) or "loaded with the portal"

    @admin.display(description="links")
    def links_shown(self, edition: Edition) -> SafeString | str:
        return links_table(edition)


def _page_of(request: HttpRequest) -> Page | None:
    number = request.GET.get("page", "")
    return Page.objects.select_related("live").filter(pk=number).first() if number.isdecimal() else None


def _how_to_write() -> str:
    return render_to_string("admin/content/how_to_write.html", {"figures": FIGURES, "blocks": BLOCKS})
