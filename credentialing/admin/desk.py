"""The desk of the items and of those who are stuck: what needs us, the oldest first."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from audit.desk import Tool, desk_url
from credentialing.models import HelpRequest, Item

from .board import board
from .filters import HowLong, NeedsUs, Unanswered, WaitsFor, WhichItem, needs_us, unanswered
from .physicians import PhysiciansDesk, title_of
from .shown import day, moment, recorded, since, waits_for
from .verbs import ADD_NOTE, ANSWER_HELP, MARK_SEEN


@admin.register(Item)
class ItemDesk(PhysiciansDesk):
    verbs = (ADD_NOTE, MARK_SEEN)
    change_list_template = "admin/credentialing/item_list.html"
    # No name and no word of a physician: the same columns go into the file for a spreadsheet.
    list_display = ("title", "list_number", "state", "waited_for", "waits_since", "next_follow_up", "needs")
    list_filter = (NeedsUs, WaitsFor, HowLong, WhichItem)
    search_fields = ("checklist__person__email",)
    ordering = (F("waiting_since").asc(nulls_last=True), "pk")
    readonly_fields = ("title", "whose", "state", "waited_for", "waits_since", "next_follow_up", "needs", "recorded")
    fieldsets = (
        ("Where it stands", {"fields": readonly_fields[:-1]}),
        ("What was recorded", {"fields": readonly_fields[-1:], "description": "The private note is not shown."}),
    )
    asks = (("Checklist items that need us", "needs-us", needs_us),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Item]:
        rows = super().get_queryset(request).defer("note")
        return rows.annotate(spec_title=title_of("checklist__catalogue", "key"))

    def wholes(self, part: Item) -> tuple[Any, ...]:
        return (part.checklist,)

    def tools(self, request: HttpRequest, obj: Item) -> list[Tool]:
        asked = obj.help_requests.filter(answered_at__isnull=True) if ANSWER_HELP.allowed(request.user) else ()
        return [Tool("Answer", desk_url(one, "do", verb=ANSWER_HELP.name)) for one in asked]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.board_view)
        return [path("board/", view, name="credentialing_item_board"), *super().get_urls()]

    @method_decorator(require_safe)
    def board_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        today = timezone.localdate()
        context = {
            **self.admin_site.each_context(request),
            "title": "Where items wait, and for how long",
            "opts": self.opts,
            "media": self.media,
            "board": board(today),
            "today": today,
        }
        return TemplateResponse(request, "admin/credentialing/board.html", context)

    @admin.display(description="item", ordering="key")
    def title(self, item: Item) -> str:
        return item.spec_title or item.key

    @admin.display(description="checklist", ordering="checklist")
    def list_number(self, item: Item) -> str:
        return str(item.checklist_id)

    @admin.display(description="state", ordering="status")
    def state(self, item: Item) -> str:
        return item.get_status_display() if item.is_needed else f"not needed ({item.get_status_display()})"

    @admin.display(description="waits for", ordering="waiting_on")
    def waited_for(self, item: Item) -> str:
        return waits_for(item)

    @admin.display(description="since", ordering=F("waiting_since").asc(nulls_last=True))
    def waits_since(self, item: Item) -> str:
        return since(item.waiting_since, item.waited_days())

    @admin.display(description="next follow-up", ordering="follow_up_on")
    def next_follow_up(self, item: Item) -> str:
        return day(item.follow_up_on)

    @admin.display(description="needs us")
    def needs(self, item: Item) -> str:
        words = ("stuck: asks for help" if item.is_stuck else "", "we were told" if MARK_SEEN.offered(item) else "")
        return ", ".join(filter(None, words)) or "no"

    @admin.display(description="physician")
    def whose(self, item: Item) -> SafeString:
        person = item.checklist.person
        address, source = desk_url(item.checklist), f"; {item.source.name}" if item.source else ""
        return format_html(
            '{} ({}){}. <a href="{}">The whole checklist</a>', person.full_name, person.email, source, address
        )

    @admin.display(description="the record")
    def recorded(self, item: Item) -> SafeString:
        return recorded({item.pk: self.title(item)})


@admin.register(HelpRequest)
class HelpRequestDesk(PhysiciansDesk):
    verbs = (ANSWER_HELP,)
    list_display = ("asked", "title", "list_number", "answered")
    list_filter = (Unanswered,)
    search_fields = ("item__checklist__person__email",)
    ordering = ("asked_at", "pk")
    fields = ("title", "whose", "asked", "words", "answered", "answer", "answered_by")
    readonly_fields = ("title", "whose", "asked", "answered")
    asks = (("Physicians who are stuck", "unanswered", unanswered),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[HelpRequest]:
        rows = super().get_queryset(request).select_related("item__checklist__person", "answered_by")
        return rows.defer("item__note").annotate(spec_title=title_of("item__checklist__catalogue", "item__key"))

    def wholes(self, part: HelpRequest) -> tuple[Any, ...]:
        return (part.item, part.item.checklist)

    @admin.display(description="item", ordering="item__key")
    def title(self, request: HelpRequest) -> str:
        return request.spec_title or request.item.key

    @admin.display(description="checklist", ordering="item__checklist")
    def list_number(self, request: HelpRequest) -> str:
        return str(request.item.checklist_id)

    @admin.display(description="asked", ordering="asked_at")
    def asked(self, request: HelpRequest) -> str:
        return moment(request.asked_at)

    @admin.display(description="answered", ordering="answered_at")
    def answered(self, request: HelpRequest) -> str:
        return moment(request.answered_at) if request.answered_at else "not yet"

    @admin.display(description="physician")
    def whose(self, request: HelpRequest) -> SafeString:
        person, item = request.item.checklist.person, desk_url(request.item)
        return format_html('{} ({}). <a href="{}">The item</a>', person.full_name, person.email, item)
