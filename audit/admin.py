from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from .desk import ReadOnlyDesk
from .export import export_as_csv
from .models import Entry, EntryIsPermanent

admin.site.add_action(export_as_csv)


@admin.register(Entry)
class EntryAdmin(ReadOnlyDesk):
    """Who did what, when. Nothing here can be added, changed or removed."""

    refused = EntryIsPermanent
    list_display = ("at", "who", "verb", "subject", "subject_type")
    list_display_links = ("at",)
    list_filter = ("at", "verb", "subject_type")
    list_select_related = ("actor",)
    list_per_page = 50
    search_fields = ("actor__email", "actor__full_name", "job", "subject", "subject_id")
    search_help_text = "A person's name or e-mail address, a job, or what it was done to."
    fields = ("at", "who", "verb", "subject", "subject_type", "subject_id", "data", "request_id")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Entry]:
        return super().get_queryset(request).select_related("actor")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return self.fields

    @admin.display(description="who", ordering="actor__full_name")
    def who(self, entry: Entry) -> str:
        if entry.job:
            return f"{entry.job} (by itself)"
        return f"{entry.actor.full_name} ({entry.actor.email})" if entry.actor else f"person {entry.actor_id} (erased)"
