"""What the two of a pair make together: the agreement, meetings, the handover card; and each one's own note."""

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from . import meeting_actions
from .agreement_actions import agree as agree_to
from .agreement_actions import write_agreement
from .clocks import common_hours
from .ending_actions import agree_to_show, write_handover
from .meeting_display import entry_of_meeting
from .meeting_file import meeting_file
from .models import Meeting, Pair, Person
from .note_actions import mark_of, write_own_note
from .pair_display import agreement_words, meetings_of
from .pair_forms import AgreementForm, HandoverForm, HeldForm, MeetingForm, OwnNoteForm
from .pair_views import accepted, known_side_of, look_or_send, over, page, recorded, sent
from .refusals import MentoringRefused

CALENDAR = "text/calendar; charset=utf-8"


def pressed(request: HttpRequest, carry_out: Callable[..., object], done: str, **about: Any) -> None:
    """A button without a form: what is refused is said on the page that follows."""
    try:
        carry_out(by=request.user, **about)
        messages.success(request, done)
    except MentoringRefused as refusal:
        messages.error(request, str(refusal))


# ------------------------------------------------------------------------------------------------ agreement
@never_cache
@look_or_send
def agreement(request: HttpRequest, pk: int) -> HttpResponse:
    side = known_side_of(request, pk)
    words = agreement_words(side)
    if not side.is_under_way:
        return page(request, "agreement", side=side, pair=side.pair, form=None, **words)
    form = AgreementForm(sent(request), initial=_as_agreed(words["latest"], side.pair))
    done = f"It is saved. It counts once {side.name} has said yes, too."
    onwards = recorded(request, side, form, write_agreement, done, "agreement")
    return onwards or page(request, "agreement", side=side, pair=side.pair, form=form, **words)


def _as_agreed(latest: Any, pair: Pair) -> dict[str, Any]:
    if latest is None:
        return {"number": 0, "ends_on": pair.ends_on, "goals": pair.mentee.goals}
    return {name: getattr(latest, name) for name in ("number", "goals", "rhythm", "channel", "ends_on")}


@never_cache
@look_or_send
def agree(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    side = known_side_of(request, pk)
    if request.method == "POST":
        shown = get_object_or_404(side.pair.agreements, number=number)
        pressed(request, agree_to, "You both agree on this now, or will as soon as both said yes.", agreement=shown)
    return redirect("mentoring:agreement", pk)


# ------------------------------------------------------------------------------------------------ meetings
@never_cache
@look_or_send
def meeting(request: HttpRequest, pk: int) -> HttpResponse:
    side = known_side_of(request, pk)
    if not side.is_under_way:
        return over(request, side)
    form = MeetingForm(sent(request), time_zone=request.user.time_zone)
    if onwards := recorded(request, side, form, _note, "The meeting is saved."):
        return onwards
    return page(request, "meeting", side=side, pair=side.pair, form=form, common=common_hours(side.pair, request.user))


def _note(*, pair: Pair, by: Person, starts_at: datetime, form_token: uuid.UUID, **words: Any) -> Meeting:
    """One to come is planned, one that is over took place."""
    ahead = starts_at > timezone.now()
    act = meeting_actions.plan_meeting if ahead else meeting_actions.log_meeting
    return act(pair=pair, by=by, starts_at=starts_at, form_token=form_token, **words)


def _meeting_of(request: HttpRequest, pk: int, meeting_pk: int) -> Meeting:
    return get_object_or_404(known_side_of(request, pk).pair.meetings.select_related("pair"), pk=meeting_pk)


@never_cache
@look_or_send
def held(request: HttpRequest, pk: int, meeting_pk: int) -> HttpResponse:
    """The planned meeting took place: how long, and what comes next."""
    side, one = known_side_of(request, pk), _meeting_of(request, pk, meeting_pk)
    if one.took_place or one.is_called_off or not side.is_under_way:
        return over(request, side)
    form = HeldForm(sent(request), initial={"minutes": one.minutes, "next_step": one.next_step})
    if form.is_valid() and accepted(form, meeting_actions.confirm_meeting, meeting=one, by=request.user):
        messages.success(request, "The meeting is noted as held.")
        return redirect("mentoring:pair", pk)
    line = next(line for line in meetings_of(side) if line.meeting.pk == one.pk)
    return page(request, "held", side=side, pair=side.pair, form=form, line=line)


@never_cache
@look_or_send
def call_off(request: HttpRequest, pk: int, meeting_pk: int) -> HttpResponse:
    one = _meeting_of(request, pk, meeting_pk)
    if request.method == "POST":
        done = "The meeting is called off. The other one gets a message."
        pressed(request, meeting_actions.call_off, done, meeting=one)
    return redirect("mentoring:pair", pk)


@never_cache
@require_safe
def meeting_ics(request: HttpRequest, pk: int, meeting_pk: int) -> HttpResponse:
    entry = entry_of_meeting(known_side_of(request, pk), _meeting_of(request, pk, meeting_pk))
    return HttpResponse(meeting_file(entry), content_type=CALENDAR)


# ------------------------------------------------------------------------------------------------ handover, note
@never_cache
@look_or_send
def handover(request: HttpRequest, pk: int) -> HttpResponse:
    side = known_side_of(request, pk)
    card = getattr(side.pair, "handover", None)
    names = ("where_we_got", "try_next", "not_again")
    shown = {name: getattr(card, name, "") for name in names}
    form = HandoverForm(sent(request), initial=shown | {"seen_at": card.changed_at.isoformat() if card else ""})
    onwards = recorded(request, side, form, write_handover, "The card is saved.", "handover")
    return onwards or page(request, "handover", side=side, pair=side.pair, form=form, card=card)


@never_cache
@look_or_send
def handover_show(request: HttpRequest, pk: int) -> HttpResponse:
    side = known_side_of(request, pk)
    if request.method == "POST":
        agrees = request.POST.get("agrees") == "yes"
        done = "Your next mentor may read the card." if agrees else "Nobody but you two reads the card."
        pressed(request, agree_to_show, done, pair=side.pair, agrees=agrees)
    return redirect("mentoring:handover", pk)


@never_cache
@look_or_send
def own_note(request: HttpRequest, pk: int) -> HttpResponse:
    side = known_side_of(request, pk)
    kept = side.pair.own_notes.filter(person=request.user).first()
    words = kept.words if kept else ""
    form = OwnNoteForm(sent(request), initial={"words": words, "seen": mark_of(words)})
    onwards = recorded(request, side, form, write_own_note, "Your note is saved.")
    return onwards or page(request, "own_note", side=side, pair=side.pair, form=form, words=words)
