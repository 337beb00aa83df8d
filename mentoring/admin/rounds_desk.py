"""The desk of the rounds: start one, read the draft with its reasons, change it, publish it, take it back."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db import models
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods

from audit.acting import ActingForm, OpensOn
from audit.desk import SAFE_AND_POST, DeskAdmin, Tool, desk_url
from mentoring import round_actions
from mentoring.models import Mode, Round, RoundStatus, Wish
from mentoring.refusals import MentoringRefused

from .round_verbs import CHANGE, VERBS
from .round_wishes import WishForm, carry_out, look, suggested
from .shown import moment, who

ON_A_PAGE = 50


class OpenRounds(OpensOn):
    title = "state"
    offers = {
        "open": ("open", lambda rounds: rounds.filter(status__in=(*round_actions.OPEN, RoundStatus.FAILED))),
        "published": ("published", lambda rounds: rounds.filter(status=RoundStatus.PUBLISHED)),
    }


class RoundForm(ActingForm):
    class Meta:
        model = Round
        fields = ("mode", "ranking_ends_on")
        widgets = {"ranking_ends_on": forms.DateInput(attrs={"type": "date"})}
        help_texts = {
            "ranking_ends_on": "Only for mutual ranking: the last day on which both sides may rank. The round is worked"
            " out in the night after."
        }


@admin.register(Round)
class RoundDesk(DeskAdmin):
    form = RoundForm
    refused = MentoringRefused
    verbs = VERBS
    change_form_template = "admin/mentoring/round.html"
    list_display = ("number", "mode", "status", "started", "mentees", "places", "paired", "without")
    list_filter = (OpenRounds, "mode")
    list_select_related = ("made_by",)
    list_per_page = 50
    fixed_after_creation = ("mode",)
    shown = ("state", "points", "size", "started", "worked_out", "published")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Round]:
        chosen = Count("pairs", filter=Q(pairs__is_chosen=True), distinct=True)
        rows = super().get_queryset(request).select_related("weights", "made_by")
        return rows.annotate(chosen=chosen, alone=Count("left_over", distinct=True))

    def get_readonly_fields(self, request: HttpRequest, obj: Round | None = None) -> tuple[str, ...]:
        fixed = () if obj is None or _may_be_ranked(obj) else ("ranking_ends_on",)
        return (*super().get_readonly_fields(request, obj), *self.shown, *fixed)

    def get_fieldsets(self, request: HttpRequest, obj: Round | None = None) -> list[Any]:
        ends = ("ranking_ends_on",) if obj is None or obj.mode == Mode.RANKING else ()
        return [(None, {"fields": ("mode", *ends, *(self.shown if obj else ()))})]

    def act(self, request: HttpRequest, form: ActingForm, change: bool) -> Round:
        ends_on = form.cleaned_data.get("ranking_ends_on")
        if not change:
            return round_actions.start_round(by=request.user, mode=form.cleaned_data["mode"], ranking_ends_on=ends_on)
        if "ranking_ends_on" not in form.fields or "ranking_ends_on" not in form.changed_data:
            return form.instance
        return round_actions.move_ranking_end(round=form.instance, by=request.user, ranking_ends_on=ends_on)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        round = context.get("original")
        context |= {"show_save": round is None or _may_be_ranked(round), "show_save_and_continue": False}
        context |= {"show_save_and_add_another": False}
        if round is not None:
            context |= self._draft(request, round)
        return super().render_change_form(request, context, *args, **kwargs)

    def _draft(self, request: HttpRequest, round: Round) -> dict[str, Any]:
        q = request.GET.get("q", "").strip()
        pairs = round.pairs.filter(Q(is_chosen=True) | ~Q(wish=Wish.NONE)).filter(_named(q, "mentor", "mentee"))
        pairs = pairs.select_related("mentor__person", "mentee__person")
        alone = round.left_over.filter(_named(q, "mentee")).select_related("mentee__person").order_by("mentee")
        return {
            "q": q,
            "pairs": _page(request, pairs, "pairs"),
            "alone": _page(request, alone, "alone"),
            "may_edit": _may_edit(request, round),
            "is_busy": round.status in (RoundStatus.WAITING, RoundStatus.RUNNING) and not _may_be_ranked(round),
        }

    # ---- one pair of the draft
    def tools(self, request: HttpRequest, obj: Round) -> list[Tool]:
        return [Tool("Fix or forbid a pair", desk_url(obj, "wish"))] if _may_edit(request, obj) else []

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.wish_view)
        return [path("<int:object_id>/wish/", view, name="mentoring_round_wish"), *super().get_urls()]

    @method_decorator(require_http_methods(SAFE_AND_POST))
    def wish_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        round = self.subject(request, str(object_id))
        if not _has_right(request):
            raise PermissionDenied
        form = WishForm(
            request.POST if request.method == "POST" else (request.GET if "mentor" in request.GET else None)
        )
        if request.method == "POST" and form.is_valid() and self._carried_out(request, round, form):
            return HttpResponseRedirect(desk_url(round))
        return self._wish_page(request, round, form)

    def _carried_out(self, request: HttpRequest, round: Round, form: WishForm) -> bool:
        try:
            self.message_user(request, carry_out(round, request.user, form), messages.SUCCESS)
        except MentoringRefused as refusal:
            form.add_error(None, str(refusal))
            return False
        return True

    def _wish_page(self, request: HttpRequest, round: Round, form: WishForm) -> HttpResponse:
        mentee, suggestions = suggested(request)
        if mentee and not form.is_bound:
            form.initial["mentee"] = mentee.pk
        context = {
            **self.admin_site.each_context(request),
            "title": "Fix or forbid a pair",
            "subtitle": str(round),
            "round": round,
            "form": form,
            "look": look(round, form) if form.is_bound and form.is_valid() else None,
            "mentee": mentee,
            "suggestions": suggestions,
            "opts": self.opts,
            "media": self.media,
        }
        status = 422 if request.method == "POST" and form.errors else 200
        return TemplateResponse(request, "admin/mentoring/round_wish.html", context, status=status)

    # ---- columns
    @admin.display(description="round", ordering="pk")
    def number(self, round: Round) -> str:
        return f"Round {round.pk}"

    @admin.display(description="state", ordering="status")
    def state(self, round: Round) -> str:
        return ". ".join(filter(None, (round.get_status_display().capitalize(), round.progress, round.problem)))

    @admin.display(description="paired", ordering="chosen")
    def paired(self, round: Round) -> int:
        return round.chosen

    @admin.display(description="without a mentor", ordering="alone")
    def without(self, round: Round) -> int:
        return round.alone

    @admin.display(description="who took part")
    def size(self, round: Round) -> str:
        if round.worked_out_at is None:
            return "not worked out yet"
        return f"{round.mentors:,} mentors with {round.places:,} free places, {round.mentees:,} mentees"

    @admin.display(description="points")
    def points(self, round: Round) -> SafeString:
        return format_html('<a href="{}">{}</a>', desk_url(round.weights), round.weights)

    @admin.display(description="started", ordering="made_at")
    def started(self, round: Round) -> str:
        return f"{moment(round.made_at)}, by {who(round.made_by)}"

    @admin.display(description="worked out")
    def worked_out(self, round: Round) -> str:
        return moment(round.worked_out_at)

    @admin.display(description="published")
    def published(self, round: Round) -> str:
        return moment(round.published_at)


def _may_be_ranked(round: Round) -> bool:
    return round.mode == Mode.RANKING and round.status == RoundStatus.WAITING


def _has_right(request: HttpRequest) -> bool:
    return any(request.user.has_perm(right) for right in CHANGE)


def _may_edit(request: HttpRequest, round: Round) -> bool:
    is_draft = round.mode == Mode.OPTIMUM and round.status in round_actions.MAY_BE_EDITED
    return is_draft and _has_right(request)


def _named(q: str, *sides: str) -> Q:
    found = Q()
    for side in sides if q else ():
        found |= Q(**{f"{side}__person__full_name__icontains": q}) | Q(**{f"{side}__person__email__iexact": q})
    return found


def _page(request: HttpRequest, rows: models.QuerySet, name: str) -> Page:
    return Paginator(rows, ON_A_PAGE).get_page(request.GET.get(name))
