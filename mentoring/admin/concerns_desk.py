"""Concerns, for the safeguarding officer: the one due first on top, and not a word of it without a reason."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from audit.desk import ReadOnlyDesk, desk_url
from audit.reasons import SensitiveRecordMixin
from mentoring.models import Concern
from mentoring.refusals import MentoringRefused

from . import needs
from .filters import ConcernsOpen
from .pair_verbs import CLOSE, TAKE
from .shown import day, moment, who


@admin.register(Concern)
class ConcernDesk(SensitiveRecordMixin, ReadOnlyDesk):
    refused = MentoringRefused
    verbs = (TAKE, CLOSE)
    list_display = ("number", "received", "due", "status", "in_hands_of")
    list_filter = (ConcernsOpen,)
    list_per_page = 50
    ordering = ("answer_by", "pk")
    fieldsets = (
        ("Where it stands", {"fields": ("received", "due", "status", "in_hands_of", "closed", "outcome")}),
        ("What was said", {"fields": ("from_whom", "may_contact", "words", "words_reported", "about")}),
    )
    asks = (("Concerns", "open", needs.open_concerns),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Concern]:
        """Without those about a pair of the officer's own: a concern never reaches the person it is about."""
        rows = super().get_queryset(request).select_related("reporter", "taken_by", "pair")
        mine = Q(pair__mentor__person=request.user) | Q(pair__mentee__person=request.user)
        return rows.exclude(mine)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return tuple(name for _, options in self.fieldsets for name in options["fields"])

    @admin.display(description="concern", ordering="pk")
    def number(self, concern: Concern) -> str:
        return str(concern).capitalize()

    @admin.display(description="received", ordering="received_at")
    def received(self, concern: Concern) -> str:
        return moment(concern.received_at)

    @admin.display(description="to be looked at by", ordering="answer_by")
    def due(self, concern: Concern) -> str:
        return day(concern.answer_by)

    @admin.display(description="in the hands of")
    def in_hands_of(self, concern: Concern) -> str:
        return f"{concern.taken_by}, since {moment(concern.taken_at)}" if concern.taken_by else "nobody yet"

    @admin.display(description="closed")
    def closed(self, concern: Concern) -> str:
        return moment(concern.closed_at) if concern.closed_at else "not yet"

    @admin.display(description="raised by")
    def from_whom(self, concern: Concern) -> str:
        return who(concern.reporter)

    @admin.display(description="about")
    def about(self, concern: Concern) -> SafeString | str:
        if concern.pair is None:
            return "no pair in particular"
        return format_html(
            '<a href="{}">{}</a>. What the two wrote is open to you as long as this concern is.',
            desk_url(concern.pair),
            str(concern.pair).capitalize(),
        )
