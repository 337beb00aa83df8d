"""The desk of the pages: who looks after each, what it needs, and the way to writing it."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.db.models import Count, F, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.models import User
from audit.acting import ActingForm, OpensOn
from audit.desk import Tool, desk_url
from content import actions
from content.models import OPEN_STATUSES, Comment, Edition, ExternalLink, Page, Section, Status

from .attention import PAGE_NEEDS, pages_in_need
from .compare import compare
from .desk import ContentDesk, table
from .verbs import MARK_REVIEWED


class NeedsAttention(OpensOn):
    offers = {
        "attention": ("anything below", pages_in_need),
        **{name: (label, lambda pages, need=need: pages.filter(need())) for name, (label, need) in PAGE_NEEDS.items()},
    }


class PageForm(ActingForm):
    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if ("journey" in data and "position" in data) and bool(data["journey"]) != (data["position"] is not None):
            self.add_error("position", "A step needs both its journey and its position; any other page needs neither.")
        return data


def _counted(rows: QuerySet, by: str) -> Coalesce:
    counted = rows.order_by().values(by).annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), Value(0))


@admin.register(Page)
class PageAdmin(ContentDesk):
    form = PageForm
    verbs = (MARK_REVIEWED,)
    list_display = ("address", "live_title", "section", "owner", "next_review", "broken", "comments_open", "open_state")
    list_filter = (NeedsAttention, "section", ("owner", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("live", "owner")
    list_per_page = 50
    search_fields = ("address", "live__title", "live__summary", "owner__full_name", "owner_role")
    search_help_text = "Words of the address, the title, the summary or the owner."
    ordering = ("next_review_on", "address")
    readonly_fields = ("reviews", "editions_table")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Page]:
        opened = Edition.objects.filter(page=OuterRef("pk"), status__in=OPEN_STATUSES)
        return (
            super()
            .get_queryset(request)
            .defer_words()
            .annotate(
                broken_count=_counted(
                    ExternalLink.objects.broken().filter(editions__live_for=OuterRef("pk")), "editions__live_for"
                ),
                comment_count=_counted(Comment.objects.open().filter(page=OuterRef("pk")), "page"),
                open_pk=Subquery(opened.values("pk")[:1]),
                open_status=Subquery(opened.values("status")[:1]),
                open_publish_at=Subquery(opened.values("publish_at")[:1]),
            )
        )

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        is_ours = lookup in ("live__facts__id__exact", "live__links__id__exact")
        return is_ours or super().lookup_allowed(lookup, value, request)

    def get_fieldsets(self, request: HttpRequest, obj: Page | None = None) -> list[Any]:
        moving = "If you change the address of a page, the old one keeps leading to it, so links from elsewhere work."
        sets = [
            (None, {"fields": ("address", "section"), "description": moving if obj else ""}),
            ("Who looks after it", {"fields": ("owner", "deputy", "owner_role", "review_every_days")}),
            ("If it is a step of a journey", {"fields": ("journey", "position")}),
        ]
        return [*sets, ("Reviews and editions", {"fields": ("reviews", "editions_table")})] if obj else sets

    def formfield_for_foreignkey(self, db_field: models.ForeignKey, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.related_model is User:
            kwargs["queryset"] = User.objects.filter(is_staff=True, is_active=True)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_choice_field(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "section":
            kwargs["widget"] = forms.Select
            kwargs["choices"] = [("", "Choose a section"), *Section.choices]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def act(self, request: HttpRequest, form: ActingForm, change: bool) -> Page:
        if not change:
            return actions.add_page(by=request.user, **form.cleaned_data)
        old_address = form.initial["address"]
        page = actions.change_page(page=form.instance, by=request.user, **form.cleaned_data)
        if page.address != old_address:
            self.message_user(request, f"{old_address} now leads to {page.address}.", messages.INFO)
        return page

    def tools(self, request: HttpRequest, obj: Page) -> list[Tool]:
        write = [Tool("Write", write_url(obj))] if request.user.has_perm("content.change_edition") else []
        return [*write, Tool("Compare editions", reverse("admin:content_page_compare", args=(obj.pk,)))]

    def get_view_on_site_url(self, obj: Page | None = None) -> str | None:
        return obj.address if obj and obj.live_id else None

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.compare_view)
        return [path("<int:object_id>/compare/", view, name="content_page_compare"), *super().get_urls()]

    def compare_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return compare(self, request, self.subject(request, str(object_id)))

    # ---- columns
    @admin.display(description="live title", ordering="live__title")
    def live_title(self, page: Page) -> str:
        return page.live.title if page.live else "not published"

    @admin.display(description="next review", ordering="next_review_on")
    def next_review(self, page: Page) -> str:
        if not page.next_review_on:
            return "after publication"
        return f"{date_format(page.next_review_on, 'j M Y')}{': overdue' if page.is_overdue else ''}"

    @admin.display(description="broken links", ordering="broken_count")
    def broken(self, page: Page) -> int:
        return page.broken_count

    @admin.display(description="open comments", ordering="comment_count")
    def comments_open(self, page: Page) -> int:
        return page.comment_count

    @admin.display(description="open edition", ordering="open_status")
    def open_state(self, page: Page) -> SafeString | str:
        if not page.open_pk:
            return "none"
        is_late = page.open_status == Status.SCHEDULED and page.open_publish_at <= timezone.now()
        words = "held back" if is_late else Status(page.open_status).label
        return format_html('<a href="{}">{}</a>', reverse("admin:content_edition_change", args=(page.open_pk,)), words)

    # ---- what the form shows
    @admin.display(description="reviews")
    def reviews(self, page: Page) -> str:
        if not page.last_reviewed_on:
            return "Not reviewed yet."
        return f"Last on {date_format(page.last_reviewed_on, 'j F Y')}. Next: {self.next_review(page)}."

    @admin.display(description="editions")
    def editions_table(self, page: Page) -> SafeString | str:
        editions = page.editions.select_related("written_by").defer("body", "html").order_by(F("number").desc())
        rows = [
            (_link(e), e.get_status_display(), e.written_by or "shipped with the portal", _day(e)) for e in editions
        ]
        names = ("Edition", "State", "Written by", "Published or last saved")
        return table("Editions", names, rows) if rows else "None yet: press “Write”."


def _link(edition: Edition) -> SafeString:
    return format_html('<a href="{}">Edition {}</a>', desk_url(edition), edition.number)


def _day(edition: Edition) -> str:
    return date_format(timezone.localtime(edition.published_at or edition.edited_at), "j M Y")


def write_url(page: Page) -> str:
    """To the open edition, or to a form that holds the live words; nothing is kept before it is saved."""
    opened = page.editions.filter(status__in=OPEN_STATUSES).first()
    return desk_url(opened) if opened else f"{desk_url(Edition, 'add')}?page={page.pk}"
