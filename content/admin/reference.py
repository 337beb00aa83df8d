"""Links, dates, terms, goals, counties, journeys and old addresses."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.db.models import Count, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from audit.acting import OpensOn
from audit.desk import ReadOnlyDesk
from content.actions import ContentRefused
from content.models import County, ExternalLink, Goal, Journey, KeyDate, LinkState, MovedPage, Page, Term

from .attention import links_in_need
from .desk import ReferenceDesk, remove_verb
from .link_states import checked_in_words, state_in_words
from .verbs import CHECK_LINK


class NeedsALook(OpensOn):
    title = "needs a look"
    offers = {
        "attention": ("does not work or was never checked", links_in_need),
        "dead": ("does not work", lambda links: links.broken()),
        "moved": ("moved to another address", lambda links: links.filter(state=LinkState.MOVED)),
        "unsure": (
            "a person has to look",
            lambda links: links.filter(state__in=(LinkState.REFUSES_ROBOTS, LinkState.NO_ANSWER)),
        ),
        "confirm": ("to be confirmed", lambda links: links.filter(to_confirm=True)),
    }


@admin.register(ExternalLink)
class ExternalLinkAdmin(ReferenceDesk):
    verbs = (CHECK_LINK, remove_verb("content.delete_externallink"))
    list_display = ("name", "organisation", "url", "state_words", "checked", "where_named", "is_listed")
    list_filter = (NeedsALook, "is_listed", "is_legacy")
    list_per_page = 50
    search_fields = ("url", "organisation", "label", "role", "moved_to")
    search_help_text = "Words of the address, the organization or the label."
    # Pages hold the address in their own words: a changed address is a new link.
    fixed_after_creation = ("url",)
    readonly_fields = ("state_words", "checked")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[ExternalLink]:
        live = Q(editions__live_for__isnull=False)
        return super().get_queryset(request).annotate(page_count=Count("editions", filter=live, distinct=True))

    def get_fieldsets(self, request: HttpRequest, obj: ExternalLink | None = None) -> list[Any]:
        own = ("url", "organisation", "label", "role", "is_listed", "is_legacy", "to_confirm", "step_pages")
        check = [("The last check", {"fields": ("state_words", "checked")})] if obj else []
        return [(None, {"fields": own}), *check]

    def formfield_for_manytomany(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> Any:
        steps = Page.objects.filter(journey__isnull=False).order_by("journey", "position")
        kwargs |= {"queryset": steps, "widget": forms.CheckboxSelectMultiple}
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    @admin.display(description="link", ordering="label")
    def name(self, link: ExternalLink) -> str:
        return link.label or "named by pages only"

    @admin.display(description="state", ordering="state")
    def state_words(self, link: ExternalLink) -> str:
        return state_in_words(link)

    @admin.display(description="last checked", ordering="checked_at")
    def checked(self, link: ExternalLink) -> str:
        return checked_in_words(link)

    @admin.display(description="named by", ordering="page_count")
    def where_named(self, link: ExternalLink) -> SafeString | str:
        if not link.page_count:
            return "no page"
        url = f"{reverse('admin:content_page_changelist')}?show=all&live__links__id__exact={link.pk}"
        words = "1 page" if link.page_count == 1 else f"{link.page_count} pages"
        return format_html('<a href="{}">{}<span class="visually-hidden"> naming {}</span></a>', url, words, link.url)


@admin.register(KeyDate)
class KeyDateAdmin(ReferenceDesk):
    verbs = (remove_verb("content.delete_keydate"),)
    list_display = ("title", "day", "season", "page")
    list_filter = ("season",)
    list_select_related = ("starts", "ends", "page")
    search_fields = ("title", "what", "slug", "season", "starts__key")
    fields = ("slug", "title", "what", "starts", "ends", "season", "page")
    fixed_after_creation = ("slug",)

    @admin.display(description="day", ordering="starts__value")
    def day(self, date: KeyDate) -> str:
        return f"{date.starts.text} to {date.ends.text}" if date.ends else date.starts.text


@admin.register(Term)
class TermAdmin(ReferenceDesk):
    verbs = (remove_verb("content.delete_term"),)
    list_display = ("acronym", "name", "page")
    list_select_related = ("page",)
    list_per_page = 50
    search_fields = ("acronym", "name", "also", "meaning")
    fields = ("acronym", "slug", "name", "meaning", "also", "page")
    # Saved pages link to the glossary by it.
    fixed_after_creation = ("slug",)

    def get_prepopulated_fields(self, request: HttpRequest, obj: Term | None = None) -> dict[str, tuple[str, ...]]:
        return {} if obj else {"slug": ("acronym",)}


@admin.register(Goal)
class GoalAdmin(ReferenceDesk):
    verbs = (remove_verb("content.delete_goal"),)
    list_display = ("title", "status", "owner", "reported_on", "position")
    list_filter = ("status",)
    search_fields = ("title", "text", "report", "owner")
    ordering = ("position",)
    fields = ("slug", "position", "title", "text", "status", "owner", "report", "reported_on")
    fixed_after_creation = ("slug",)


@admin.register(County)
class CountyAdmin(ReferenceDesk):
    """The counties of the state are given: none is added, none goes."""

    list_display = ("name", "district", "society", "website", "to_confirm")
    list_filter = ("district", "to_confirm")
    list_per_page = 70
    search_fields = ("name", "society", "contact")
    fields = ("name", "district", "society", "website", "contact", "to_confirm")
    fixed_after_creation = ("name", "district")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(Journey)
class JourneyAdmin(ReferenceDesk):
    list_display = ("title", "address", "step_count")
    search_fields = ("title", "slug", "address")
    ordering = ("title",)
    fields = ("slug", "title", "address")
    fixed_after_creation = ("slug",)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Journey]:
        return super().get_queryset(request).annotate(step_count=Count("pages"))

    @admin.display(description="steps", ordering="step_count")
    def step_count(self, journey: Journey) -> int:
        return journey.step_count


@admin.register(MovedPage)
class MovedPageAdmin(ReadOnlyDesk):
    """Kept when a page moves. Links from elsewhere keep working through them."""

    refused = ContentRefused
    list_display = ("address", "page", "moved_at")
    list_select_related = ("page",)
    search_fields = ("address", "page__address")
    ordering = ("-moved_at",)
    fields = ("address", "page", "moved_at")
