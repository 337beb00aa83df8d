"""The desk of the checklists: one person's whole list, opened with a reason."""

from django.contrib import admin
from django.db.models import Count, Min, OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from credentialing.display import standing_for
from credentialing.models import Checklist, Item

from .filters import ListNeedsUs
from .physicians import PhysiciansDesk
from .shown import answers_of, day, recorded, rows_shown


def _worked_out(number: Count | Min) -> Subquery:
    """Asked for the rows of one page, and not for the whole table."""
    items = Item.objects.opened().filter(checklist=OuterRef("pk")).order_by()
    return Subquery(items.values("checklist").annotate(number=number).values("number"))


@admin.register(Checklist)
class ChecklistDesk(PhysiciansDesk):
    list_display = ("name", "started", "open_items", "oldest")
    list_filter = (ListNeedsUs,)
    search_fields = ("person__email",)
    ordering = ("started_at", "pk")
    fieldsets = (
        ("Whose it is", {"fields": ("whose", "started", "catalogue")}),
        ("What they answered", {"fields": ("answers",)}),
        ("Their list", {"fields": ("rows",)}),
        ("What was recorded", {"fields": ("recorded",), "description": "Private notes are not shown."}),
    )
    readonly_fields = ("whose", "started", "answers", "rows", "recorded")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Checklist]:
        rows = super().get_queryset(request).select_related("person", "catalogue")
        return rows.annotate(opened=_worked_out(Count("pk")), oldest_since=_worked_out(Min("waiting_since")))

    @admin.display(description="checklist", ordering="pk")
    def name(self, checklist: Checklist) -> str:
        return f"Checklist {checklist.pk}"

    @admin.display(description="started", ordering="started_at")
    def started(self, checklist: Checklist) -> str:
        return day(timezone.localdate(checklist.started_at))

    @admin.display(description="open items")
    def open_items(self, checklist: Checklist) -> int:
        return checklist.opened or 0

    @admin.display(description="the oldest waits since")
    def oldest(self, checklist: Checklist) -> str:
        return day(checklist.oldest_since)

    # ---- what an opened one shows
    @admin.display(description="physician")
    def whose(self, checklist: Checklist) -> SafeString:
        return format_html("{} ({})", checklist.person.full_name, checklist.person.email)

    @admin.display(description="answers")
    def answers(self, checklist: Checklist) -> SafeString:
        return format_html_join("", "<p>{} <strong>{}</strong></p>", answers_of(checklist))

    @admin.display(description="items")
    def rows(self, checklist: Checklist) -> SafeString:
        return rows_shown(standing_for(checklist))

    @admin.display(description="the record")
    def recorded(self, checklist: Checklist) -> SafeString:
        return recorded({row.item.pk: row.title for row in standing_for(checklist).rows})
