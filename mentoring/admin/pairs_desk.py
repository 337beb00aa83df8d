"""The desk of the pairs. What the two wrote to each other, and answered about each other, opens with a reason."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from audit.desk import desk_url
from audit.reasons import SensitiveRecordMixin, is_open
from mentoring.models import Pair, PairQuerySet
from mentoring.refusals import MentoringRefused

from . import needs
from .enrolment_desk import WithoutNamesInFiles
from .filters import PairsNeedUs
from .pair_verbs import END, SEEN, WITHDRAW
from .private import parts_of
from .program_pages import ProgramPages
from .shown import day, lines, moment, who

PRIVATE = "What they wrote and answered"


@admin.register(Pair)
class PairDesk(ProgramPages, SensitiveRecordMixin, WithoutNamesInFiles):
    refused = MentoringRefused
    verbs = (SEEN, WITHDRAW, END)
    change_list_template = "admin/mentoring/pair_list.html"
    list_display = (
        *("number", "needed", "mentor_name", "mentee_name", "status", "proposed_on", "answer_until", "started"),
        "first_met",
    )
    list_filter = (PairsNeedUs, "format")
    list_per_page = 50
    search_fields = ("mentor__person__full_name", "mentor__person__email")
    search_fields += ("mentee__person__full_name", "mentee__person__email")
    search_help_text = "The name or the e-mail address of one of the two."
    ordering = ("proposed_at", "pk")
    fieldsets = (
        ("The two", {"fields": ("mentor_link", "mentee_link", "status", "format", "needed", "why")}),
        ("Days", {"fields": ("proposed", "answer_until", "answered", "started", "first_met", "ends", "over")}),
        ("Meetings", {"fields": ("meetings",)}),
    )
    readonly_fields = (*(name for _, fields in fieldsets for name in fields["fields"]), "private", "closed")
    asks = (
        ("Proposals without an answer", "unanswered", needs.unanswered),
        ("Pairs that have not met", "not-met", needs.not_met),
        ("Pairs with low answers", "low", needs.low_pulse),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Pair]:
        """Without the pairs in which this member of staff is one of the two: a colleague looks after those."""
        rows = super().get_queryset(request).select_related("mentor__person", "mentee__person", "ended_by")
        rows = rows.exclude(Q(mentor__person=request.user) | Q(mentee__person=request.user))
        return rows.annotate(
            is_unanswered=_among(needs.unanswered), is_not_met=_among(needs.not_met), is_low=_among(needs.low_pulse)
        )

    # ---- the reason
    def _closed(self, request: HttpRequest, object_id: str) -> HttpResponse | None:
        """The page is for every day's work and opens without a reason; the private part of it does not."""
        return super()._closed(request, object_id) if request.method == "POST" else None

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> tuple[Any, ...]:
        """A reason for a concern opens what it is about, so that the pair's own history does not tell of it."""
        opened = obj and any(is_open(request, one) for one in (obj, *obj.concerns.only("pk")))
        return (*self.fieldsets, (PRIVATE, {"fields": ("private" if opened else "closed",)}))

    @admin.display(description="private")
    def closed(self, pair: Pair) -> SafeString:
        return format_html(
            '<a href="{}">Open it with a reason</a>. The reason is kept in the audit for good. Their own notes stay'
            " closed to everybody.",
            desk_url(pair, "open"),
        )

    @admin.display(description="private")
    def private(self, pair: Pair) -> SafeString:
        return render_to_string("admin/mentoring/tables.html", {"parts": parts_of(pair)})

    # ---- who
    @admin.display(description="pair", ordering="pk")
    def number(self, pair: Pair) -> str:
        return str(pair).capitalize()

    @admin.display(description="mentor", ordering="mentor__person__full_name")
    def mentor_name(self, pair: Pair) -> str:
        return pair.mentor.person.full_name

    @admin.display(description="mentee", ordering="mentee__person__full_name")
    def mentee_name(self, pair: Pair) -> str:
        return pair.mentee.person.full_name

    @admin.display(description="mentor")
    def mentor_link(self, pair: Pair) -> SafeString:
        return format_html('<a href="{}">{}</a>', desk_url(pair.mentor), who(pair.mentor.person))

    @admin.display(description="mentee")
    def mentee_link(self, pair: Pair) -> SafeString:
        return format_html('<a href="{}">{}</a>', desk_url(pair.mentee), who(pair.mentee.person))

    @admin.display(description="why these two")
    def why(self, pair: Pair) -> SafeString | str:
        return lines(pair.reasons)

    @admin.display(description="needs us")
    def needed(self, pair: Pair) -> str:
        words = ("no answer" * pair.is_unanswered, "has not met" * pair.is_not_met, "low answers" * pair.is_low)
        return ", ".join(filter(None, words)) or "no"

    # ---- when
    @admin.display(description="proposed", ordering="proposed_at")
    def proposed_on(self, pair: Pair) -> str:
        return day(timezone.localdate(pair.proposed_at))

    @admin.display(description="proposed")
    def proposed(self, pair: Pair) -> str:
        return moment(pair.proposed_at)

    @admin.display(description="answer due", ordering="answer_by")
    def answer_until(self, pair: Pair) -> str:
        return day(pair.answer_by)

    @admin.display(description="answered", ordering="answered_at")
    def answered(self, pair: Pair) -> str:
        return moment(pair.answered_at)

    @admin.display(description="started", ordering="started_on")
    def started(self, pair: Pair) -> str:
        return day(pair.started_on)

    @admin.display(description="first met", ordering="met_on")
    def first_met(self, pair: Pair) -> str:
        return day(pair.met_on)

    @admin.display(description="ends", ordering="ends_on")
    def ends(self, pair: Pair) -> str:
        return day(pair.ends_on)

    @admin.display(description="ended")
    def over(self, pair: Pair) -> str:
        return moment(pair.ended_at)

    @admin.display(description="meetings")
    def meetings(self, pair: Pair) -> SafeString:
        rows = [
            (moment(one.starts_at), f"{one.minutes} minutes", _held(one.took_place, one.is_called_off))
            for one in pair.meetings.all()
        ]
        return render_to_string("admin/mentoring/tables.html", {"parts": [("", ("When", "Length", "State"), rows)]})


def _among(rows: Callable[[PairQuerySet], PairQuerySet]) -> Exists:
    return Exists(rows(Pair.objects.filter(pk=OuterRef("pk"))))


def _held(took_place: bool, is_called_off: bool) -> str:
    if is_called_off:
        return "called off"
    return "took place" if took_place else "planned"
