"""Enrolling as a mentor or a mentee: part by part, then the check, then the sending. All about request.user alone."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.fresh import fresh_sign_in_required

from . import enrolment_actions as actions
from .enrolment_display import answers_of, is_resting, open_pairs
from .enrolment_forms import form_for
from .enrolment_parts import MODELS, Enrolled, Part, after, parts_of, unanswered
from .models import Enrolment
from .refusals import MentoringRefused, StaleForm
from .rules_forms import AcceptForm
from .rules_text import lines, rules_in_force

look_or_send = require_http_methods(["GET", "HEAD", "POST"])
SAVED, SENT = "Your answers are saved.", "Your enrollment is sent. What happens next stands below."
FINISHED = (Enrolment.REFUSED, Enrolment.LEFT)


def enrolled_of(request: HttpRequest, side: str) -> Enrolled:
    """Raises Http404 for somebody who has not begun on this side."""
    return get_object_or_404(MODELS[side].objects.for_user(request.user).select_related("person", "rules"))


def page(request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    form = context.get("form")
    context |= {"nav_section": "mentoring"}
    return render(request, f"mentoring/enrol/{template}.html", context, status=422 if form and form.errors else 200)


@login_not_required
@never_cache
@look_or_send
def home(request: HttpRequest, side: str) -> HttpResponse:
    """Where the person's enrollment stands; what begins it is sent. A stranger reads what it is, then signs up."""
    if not request.user.is_authenticated:
        return page(request, "start", side=side) if request.method != "POST" else redirect_to_login(request.path)
    if request.method == "POST":
        enrolled = actions.begin(person=request.user, side=side)
        first = (unanswered(enrolled) or parts_of(enrolled))[0]
        return redirect("enrolment:part", side=side, slug=first.slug)
    enrolled = MODELS[side].objects.for_user(request.user).select_related("person", "rules").first()
    if enrolled is None or enrolled.status in FINISHED:
        return page(request, "start", side=side, enrolled=enrolled)
    context = {"side": side, "enrolled": enrolled, "parts": answers_of(enrolled), "pairs": open_pairs(enrolled)}
    return page(request, "home", is_ready=not unanswered(enrolled), is_resting=is_resting(enrolled), **context)


# ------------------------------------------------------------------------------------------------ the parts
@never_cache
@look_or_send
def part(request: HttpRequest, side: str, slug: str) -> HttpResponse:
    enrolled = enrolled_of(request, side)
    asked = _part_named(enrolled, slug)
    form = form_for(enrolled, asked, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            version = form.cleaned_data["version"]
            saved = actions.save_part(enrolled=enrolled, by=request.user, version=version, **form.answers())
            messages.success(request, SAVED)
            return _onwards(saved, side, asked)
        except MentoringRefused as refusal:
            form.refuse(refusal, version=_version_now(request, side, refusal))
    number = parts_of(enrolled).index(asked) + 1
    context = {"side": side, "part": asked, "number": number, "count": len(parts_of(enrolled)), "enrolled": enrolled}
    return page(request, "part", form=form, **context)


def _part_named(enrolled: Enrolled, slug: str) -> Part:
    if enrolled.status in FINISHED:
        raise Http404("It has to be begun again first.")
    for one in parts_of(enrolled):
        if one.slug == slug:
            return one
    raise Http404("There is no such part.")


def _onwards(enrolled: Enrolled, side: str, done: Part) -> HttpResponse:
    following = after(enrolled, done)
    if enrolled.status != Enrolment.DRAFT:
        return redirect("enrolment:home", side=side)
    return (
        redirect("enrolment:part", side=side, slug=following.slug)
        if following
        else redirect("enrolment:check", side=side)
    )


def _version_now(request: HttpRequest, side: str, refusal: MentoringRefused) -> int | None:
    """For a form that came too late: what stands now."""
    return enrolled_of(request, side).version if isinstance(refusal, StaleForm) else None


# ------------------------------------------------------------------------------------------------ check and send
@never_cache
@require_safe
def check(request: HttpRequest, side: str) -> HttpResponse:
    enrolled = enrolled_of(request, side)
    if enrolled.status != Enrolment.DRAFT:
        return redirect("enrolment:home", side=side)
    return _check_page(request, side, enrolled)


@never_cache
@require_POST
@fresh_sign_in_required
def send(request: HttpRequest, side: str) -> HttpResponse:
    enrolled = enrolled_of(request, side)
    form = AcceptForm(request.POST)
    if form.is_valid():
        try:
            rules, version = form.read(rules_in_force()), form.cleaned_data["version"]
            actions.apply(enrolled=enrolled, by=request.user, rules=rules, version=version)
            messages.success(request, SENT)
            return redirect("enrolment:home", side=side)
        except MentoringRefused as refusal:
            form.refuse(refusal, version=_version_now(request, side, refusal))
    return _check_page(request, side, enrolled_of(request, side), form)


def _check_page(request: HttpRequest, side: str, enrolled: Enrolled, form: AcceptForm | None = None) -> HttpResponse:
    rules = rules_in_force()
    form = form or AcceptForm(initial={"rules": rules.number, "version": enrolled.version})
    context = {"side": side, "enrolled": enrolled, "parts": answers_of(enrolled), "is_ready": not unanswered(enrolled)}
    return page(request, "check", form=form, rules=rules, rule_lines=lines(rules), **context)
