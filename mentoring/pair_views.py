"""One pair: its page, the answer to a proposal, how it goes, and its end. A stranger finds nothing."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from .clocks import common_hours
from .enrolment_parts import side_of as side_name
from .forms import CarriedOut
from .meeting_actions import did_meet as note_first_meeting
from .models import Pair, PairStatus, Person
from .pair_actions import accept, decline, say_what_next
from .pair_actions import end as end_pair
from .pair_display import Side, agreement_words, handovers_for, meetings_of, open_pulse
from .pair_forms import AnswerForm, DidMeetForm, EndForm, NextForm, PulseForm
from .pulse_actions import answer_pulse
from .refusals import MentoringRefused, StaleForm
from .turns import enrolments_of, pair_turns, pairs_of, turns_of

look_or_send = require_http_methods(["GET", "HEAD", "POST"])
OVER = "There is nothing to do here any more. What stands now is below."
# The hidden fields that say what a form had shown.
MARKS = ("number", "seen", "seen_at")


def page(request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    form = context.get("form")
    context |= {"nav_section": "my"}
    return render(request, f"mentoring/{template}.html", context, status=422 if form and form.errors else 200)


def sent(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def side_of(request: HttpRequest, pk: int) -> Side:
    """Raises Http404 for anybody else's pair."""
    rows = Pair.objects.for_user(request.user).select_related("mentor__person", "mentee__person")
    return Side(get_object_or_404(rows, pk=pk), request.user)


def known_side_of(request: HttpRequest, pk: int) -> Side:
    """Raises Http404 also while the two were not introduced."""
    side = side_of(request, pk)
    if not side.is_known:
        raise Http404("The two are no pair.")
    return side


def over(request: HttpRequest, side: Side) -> HttpResponse:
    messages.info(request, OVER)
    return redirect("mentoring:pair", side.pair.pk)


def accepted(form: CarriedOut, carry_out: Callable[..., object], **about: Any) -> bool:
    """What is refused stands in the form. A form that came too late may be sent again: the page shows what stands."""
    try:
        carry_out(**about, **form.cleaned_data)
    except StaleForm as refusal:
        form.refuse(refusal)
        form.data = form.data.copy()
        form.data.update({name: str(form.initial[name]) for name in MARKS if name in form.initial})
    except MentoringRefused as refusal:
        form.refuse(refusal)
    return form.is_valid()


def recorded(
    request: HttpRequest, side: Side, form: CarriedOut, carry_out: Callable[..., object], done: str, to: str = "pair"
) -> HttpResponse | None:
    """The way on after the action; None: the form is to be shown."""
    if form.is_valid() and accepted(form, carry_out, pair=side.pair, by=request.user):
        messages.success(request, done)
        return redirect(f"mentoring:{to}", side.pair.pk)
    return None


# ------------------------------------------------------------------------------------------------ to look at
@never_cache
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    sides = [Side(pair, request.user) for pair in pairs_of(request.user)]
    enrolments = enrolments_of(request.user)
    named = {side_name(one): one for one in enrolments}
    return page(request, "overview", sides=sides, turns=turns_of(request.user, enrolments), **named)


@never_cache
@require_safe
def pair(request: HttpRequest, pk: int) -> HttpResponse:
    return _pair_page(request, side_of(request, pk))


def _pair_page(request: HttpRequest, side: Side, form: CarriedOut | None = None) -> HttpResponse:
    with_all = next(one for one in pairs_of(request.user) if one.pk == side.pair.pk)
    context: dict[str, Any] = {"turns": pair_turns(Side(with_all, request.user)), "form": form}
    if side.is_known:
        context |= {"meetings": meetings_of(side), **agreement_words(side)}
    if side.is_under_way:
        context |= {"common": common_hours(side.pair, side.person), "handovers": list(handovers_for(side))}
        context["met_form"] = form or DidMeetForm(initial={"on": side.today})
    return page(request, "pair", side=side, pair=side.pair, **context)


# ------------------------------------------------------------------------------------------------ the answer
@never_cache
@look_or_send
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    side = side_of(request, pk)
    if not side.is_asked:
        return over(request, side)
    form = AnswerForm(sent(request))
    onwards = recorded(request, side, form, _answer, "Your answer is recorded. Thank you for giving it.")
    return onwards or page(request, "answer", side=side, pair=side.pair, form=form)


def _answer(*, pair: Pair, by: Person, answer: str, reason: str) -> Pair:
    return accept(pair=pair, by=by) if answer == "yes" else decline(pair=pair, by=by, reason=reason)


# ------------------------------------------------------------------------------------------------ how it goes
@never_cache
@look_or_send
def did_meet(request: HttpRequest, pk: int) -> HttpResponse:
    """The form stands on the pair's page."""
    side = side_of(request, pk)
    if not side.is_under_way:
        return over(request, side)
    if request.method != "POST":  # whoever had to sign in again comes back here
        return redirect("mentoring:pair", pk)
    form = DidMeetForm(request.POST)
    return recorded(request, side, form, note_first_meeting, "Good. It is noted.") or _pair_page(request, side, form)


@never_cache
@look_or_send
def pulse(request: HttpRequest, pk: int) -> HttpResponse:
    side = known_side_of(request, pk)
    asked = open_pulse(side)
    if asked is None:
        return over(request, side)
    form = PulseForm(sent(request))
    if form.is_valid() and accepted(form, answer_pulse, pulse=asked, by=request.user):
        messages.success(request, "Thank you. The other one never sees your answers.")
        return redirect("mentoring:pair", pk)
    return page(request, "pulse", side=side, pair=side.pair, form=form)


# ------------------------------------------------------------------------------------------------ the end
@never_cache
@look_or_send
def end(request: HttpRequest, pk: int) -> HttpResponse:
    side = known_side_of(request, pk)
    if not side.is_under_way:
        return over(request, side)
    form = EndForm(sent(request))
    done = "The pair is ended, without blame. Both of you get a message."
    onwards = recorded(request, side, form, _end, done, "pair" if side.is_mentor else "next")
    return onwards or page(request, "end", side=side, pair=side.pair, form=form)


def _end(*, pair: Pair, by: Person, sure: bool) -> Pair:
    return end_pair(pair=pair, by=by)


@never_cache
@look_or_send
def what_next(request: HttpRequest, pk: int) -> HttpResponse:
    """For the mentee alone: the mentor does not even learn that it is asked here."""
    side = known_side_of(request, pk)
    if side.is_mentor:
        raise Http404("Only the mentee is asked.")
    if side.pair.status != PairStatus.ENDED:
        return over(request, side)
    form = NextForm(sent(request), initial={"wants_next": side.pair.mentee_wants_next})
    onwards = recorded(request, side, form, say_what_next, "Your answer is saved. Only the society’s staff see it.")
    return onwards or page(request, "next", side=side, pair=side.pair, form=form)
