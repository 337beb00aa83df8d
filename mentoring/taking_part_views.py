"""What somebody who takes part may change at any time: places, the list, a pause, another year, the end."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from . import enrolment_actions as actions
from .enrolment_display import open_pairs
from .enrolment_views import enrolled_of, look_or_send, page
from .refusals import MentoringRefused
from .rules_forms import RenewalForm
from .rules_text import lines, rules_in_force
from .taking_part_forms import CapacityForm, LeavingForm, PauseForm


@never_cache
@look_or_send
def places(request: HttpRequest) -> HttpResponse:
    mentor = enrolled_of(request, "mentor")
    data = request.POST if request.method == "POST" else None
    form = CapacityForm(data, pairs=open_pairs(mentor), initial={"capacity": mentor.capacity})
    if form.is_valid():
        try:
            number = form.cleaned_data["capacity"]
            actions.set_capacity(mentor=mentor, by=request.user, capacity=number, keep=form.keep())
            messages.success(request, "The number of your places is saved.")
            return redirect("enrolment:home", side="mentor")
        except MentoringRefused as refusal:
            form.refuse(refusal)
    return page(request, "places", form=form, side="mentor", enrolled=mentor)


@require_POST
def listed(request: HttpRequest) -> HttpResponse:
    mentor = enrolled_of(request, "mentor")
    wanted = request.POST.get("is_listed") == "yes"
    actions.set_listed(mentor=mentor, by=request.user, is_listed=wanted)
    told = "Mentees can find you in the list now." if wanted else "You are off the list. Your pairs go on."
    messages.success(request, told)
    return redirect("enrolment:home", side="mentor")


@never_cache
@look_or_send
def pause(request: HttpRequest, side: str) -> HttpResponse:
    enrolled = enrolled_of(request, side)
    form = PauseForm(request.POST if request.method == "POST" else None, initial={"until": enrolled.paused_until})
    if form.is_valid():
        try:
            actions.pause(enrolled=enrolled, by=request.user, until=form.cleaned_data["until"])
            messages.success(request, "Your pause is noted. Nobody new is brought to you until that day.")
            return redirect("enrolment:home", side=side)
        except MentoringRefused as refusal:
            form.refuse(refusal)
    return page(request, "pause", form=form, side=side, enrolled=enrolled)


@require_POST
def resume(request: HttpRequest, side: str) -> HttpResponse:
    actions.resume(enrolled=enrolled_of(request, side), by=request.user)
    messages.success(request, "Welcome back. You can be proposed again.")
    return redirect("enrolment:home", side=side)


@never_cache
@look_or_send
def renew(request: HttpRequest, side: str) -> HttpResponse:
    enrolled, rules = enrolled_of(request, side), rules_in_force()
    form = RenewalForm(request.POST if request.method == "POST" else None, initial={"rules": rules.number})
    if form.is_valid():
        try:
            actions.renew(enrolled=enrolled, by=request.user, rules=form.read(rules))
            messages.success(request, "Thank you. Your enrollment holds for another year.")
            return redirect("enrolment:home", side=side)
        except MentoringRefused as refusal:
            form.refuse(refusal)
    return page(request, "renew", form=form, side=side, enrolled=enrolled, rules=rules, rule_lines=lines(rules))


@never_cache
@look_or_send
def leave(request: HttpRequest, side: str) -> HttpResponse:
    enrolled = enrolled_of(request, side)
    form = LeavingForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.leave(enrolled=enrolled, by=request.user)
            messages.success(request, "You have left the program. Thank you for having been part of it.")
            return redirect("enrolment:home", side=side)
        except MentoringRefused as refusal:
            form.refuse(refusal)
    return page(request, "leave", form=form, side=side, enrolled=enrolled, pairs=open_pairs(enrolled))
