"""Messages between the two of a pair, and the page on which anybody reports a concern in confidence."""

from typing import Any
from uuid import UUID

from django.contrib import messages as said
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache

from .models import Concern, Message, Pair, Person
from .pair_display import Side
from .pair_views import accepted, known_side_of, look_or_send, page, recorded, sent
from .talk_actions import mark_read, raise_concern, write
from .talk_forms import ConcernForm, MessageForm
from .turns import pairs_of

ON_A_PAGE = 20
DONE = "It is with the safeguarding officer. What happens next stands below."


@never_cache
@look_or_send
def messages(request: HttpRequest, pk: int) -> HttpResponse:
    """Newest first. What is shown counts as read."""
    side = known_side_of(request, pk)
    form = MessageForm(sent(request)) if side.is_under_way else None
    if form and (onwards := recorded(request, side, form, write, f"{side.name} gets your message.", "messages")):
        return onwards
    shown = Paginator(side.pair.messages.order_by("-written_at", "-pk"), ON_A_PAGE).get_page(request.GET.get("page"))
    lines = list(shown)
    if request.method == "GET":
        mark_read(pair=side.pair, by=request.user)
    return page(request, "messages", side=side, pair=side.pair, form=form, page_obj=shown, lines=lines)


# ------------------------------------------------------------------------------------------------ concerns
@never_cache
@look_or_send
def concern(request: HttpRequest) -> HttpResponse:
    """`?pair=` and `?message=` say what it is about; whatever is not the person's own is left out."""
    sides = [Side(pair, request.user) for pair in pairs_of(request.user)]
    about = _about(request)
    form = ConcernForm(sent(request), pairs=[(side.pair.pk, _named(side)) for side in sides], initial=about)
    if form.is_valid() and accepted(form, _raise, by=request.user):
        said.success(request, DONE)
        return redirect("mentoring:concern")
    own = Concern.objects.for_user(request.user).order_by("-received_at")
    shown = _message_of(request.user, form["message"].value())
    return page(request, "concern", form=form, concerns=own, message=shown)


def _about(request: HttpRequest) -> dict[str, Any]:
    message = _message_of(request.user, request.GET.get("message"))
    pair = message.pair_id if message else request.GET.get("pair")
    return {"message": message.pk if message else None, "pair": pair}


def _named(side: Side) -> str:
    return f"{side.title}, {side.pair.get_status_display()}"


def _message_of(person: Person, number: Any) -> Message | None:
    """What the other one of a pair of this person's wrote."""
    if not str(number or "").isdecimal():
        return None
    for pair in Pair.objects.for_user(person):
        if found := pair.messages.filter(pk=number).exclude(person=person).first():
            return found
    return None


def _raise(
    *, by: Person, words: str, may_contact: bool, form_token: UUID, pair: Pair | None, message: int | None
) -> Concern:
    told = _message_of(by, message)
    return raise_concern(by=by, words=words, may_contact=may_contact, form_token=form_token, pair=pair, message=told)
