"""One pair: its page, and each thing that can be recorded about it. A stranger finds nothing."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from . import agreement_actions, ending_actions, meeting_actions, note_actions, pair_actions, pulse_actions
from .clocks import common_hours
from .forms import CarriedOut
from .meeting_display import calendar_entry
from .meeting_file import meeting_file
from .models import Meeting, Pair
from .pair_display import Side, agreement_words, handovers_for, meetings_of, open_pulse
from .pair_forms import (
    AgreementForm,
    AnswerForm,
    ButtonForm,
    DidMeetForm,
    EndForm,
    HandoverForm,
    HeldForm,
    MeetingForm,
    NextForm,
    OwnNoteForm,
    PulseForm,
)
from .refusals import MentoringRefused, StaleForm
from .turns import pair_turns, pairs_of, turns_of

look_or_send = require_http_methods(["GET", "HEAD", "POST"])
OVER = "There is nothing to do here any more."


def page(request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    form = context.get("form")
    context |= {"nav_section": "my"}
    return render(request, f"mentoring/{template}.html", context, status=422 if form and form.errors else 200)


def side_of(request: HttpRequest, pk: int) -> Side:
    """Raises Http404 for anybody else's pair."""
    rows = Pair.objects.for_user(request.user).select_related("mentor__person", "mentee__person")
    return Side(get_object_or_404(rows, pk=pk), request.user)


def accepted(form: CarriedOut, carry_out: Callable[..., object], **about: Any) -> bool:
    """What is refused stands in the form."""
    try:
        carry_out(**about, **form.cleaned_data)
    except MentoringRefused as refusal:
        form.refuse(refusal)
        form.is_stale = isinstance(refusal, StaleForm)
    return form.is_valid()


@never_cache
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    sides = [Side(pair, request.user) for pair in pairs_of(request.user)]
    return page(request, "overview", sides=sides, turns=turns_of(request.user), **_enrolled(request))


def _enrolled(request: HttpRequest) -> dict[str, Any]:
    return {name: getattr(request.user, name, None) for name in ("mentor", "mentee")}


@never_cache
@require_safe
def pair(request: HttpRequest, pk: int) -> HttpResponse:
    return pair_page(request, side_of(request, pk))
