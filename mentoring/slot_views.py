"""Single sessions at a set time, and the certificate of a mentor's hours."""

from collections.abc import Callable

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from . import slot_actions
from .certificates import address_of, hours_of
from .ending_actions import issue_certificate
from .meeting_display import entry_of_slot
from .meeting_file import meeting_file
from .models import Enrolment, Mentee, Mentor, OpenSlot
from .pair_views import accepted, look_or_send, page, sent
from .slot_display import lines_of, offered_to, open_slots, own_slots, slots_of
from .slot_forms import SlotForm
from .together_views import CALENDAR, pressed


def mentor_of(request: HttpRequest) -> Mentor | None:
    return Mentor.objects.for_user(request.user).select_related("person").first()


def is_approved(enrolled: Mentor | Mentee | None) -> bool:
    return enrolled is not None and enrolled.status == Enrolment.APPROVED


# ------------------------------------------------------------------------------------------------ sessions
@never_cache
@look_or_send
def slots(request: HttpRequest) -> HttpResponse:
    """A mentor offers one from here; a mentee takes one."""
    mentor, mentee = mentor_of(request), Mentee.objects.for_user(request.user).first()
    form = SlotForm(sent(request), time_zone=request.user.time_zone) if is_approved(mentor) else None
    if request.method == "POST" and form is None:
        raise Http404("Only an approved mentor offers sessions.")
    if form and form.is_valid() and accepted(form, slot_actions.offer_slot, mentor=mentor, by=request.user):
        messages.success(request, "The session is open. You get a message when somebody takes it.")
        return redirect("mentoring:slots")
    can_take = is_approved(mentee)
    opened, own = (lines_of(find(request.user), request.user) for find in (open_slots, own_slots))
    return page(request, "slots", form=form, can_take=can_take, open_slots=opened if can_take else [], own=own)


def _button(
    carry_out: Callable[..., object], done: str, find: Callable[..., QuerySet[OpenSlot]] = slots_of
) -> Callable[..., HttpResponse]:
    @never_cache
    @look_or_send
    def door(request: HttpRequest, pk: int) -> HttpResponse:
        slot: OpenSlot = get_object_or_404(find(request.user), pk=pk)
        if request.method == "POST":
            pressed(request, carry_out, done, slot=slot)
        return redirect("mentoring:slots")

    return door


take = _button(
    slot_actions.take_slot, "The session is yours. Both of you get a message with the other’s address.", offered_to
)
call_off = _button(slot_actions.call_off_slot, "The session is called off.")
held = _button(slot_actions.hold_slot, "The session is noted as held.")


@never_cache
@require_safe
def slot_ics(request: HttpRequest, pk: int) -> HttpResponse:
    slot: OpenSlot = get_object_or_404(slots_of(request.user).filter(taken_by__isnull=False), pk=pk)
    people = (slot.mentor.person, slot.taken_by.person)
    other = next(one for one in people if one.pk != request.user.pk)
    return HttpResponse(meeting_file(entry_of_slot(slot, request.user, other)), content_type=CALENDAR)


# ------------------------------------------------------------------------------------------------ certificate
@never_cache
@look_or_send
def certificate(request: HttpRequest) -> HttpResponse:
    mentor = mentor_of(request)
    if mentor is None:
        raise Http404("Certificates are for mentors.")
    if request.method == "POST":
        pressed(request, issue_certificate, "Your certificate is ready. Its address stands below.", mentor=mentor)
        return redirect("mentoring:certificate")
    issued = [(one, address_of(one)) for one in mentor.certificates.all()]
    return page(request, "certificate", mentor=mentor, certificates=issued, hours=hours_of(mentor))
