"""A physician's own checklist: the questions, the list, and its removal. All of it is about request.user alone."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from . import answers_actions
from .display import GROUPS, list_words, source_groups
from .forms import ChangedAnswersForm, QuestionsForm, RemovalForm, SourceForm
from .models import Checklist, Source
from .refusals import ChecklistRefused, StaleForm

look_or_send = require_http_methods(["GET", "HEAD", "POST"])


def checklist_of(request: HttpRequest) -> Checklist:
    """Raises Http404 for somebody who has none."""
    own = Checklist.objects.for_user(request.user).select_related("catalogue", "person")
    return get_object_or_404(own)


def page(request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    form = context.get("form")
    context |= {"nav_section": "my"}
    return render(request, f"credentialing/{template}.html", context, status=422 if form and form.errors else 200)


@never_cache
@require_safe
def checklist(request: HttpRequest) -> HttpResponse:
    if not (own := Checklist.objects.for_user(request.user).select_related("catalogue", "person").first()):
        return redirect("credentialing:start")
    return page(request, "checklist", **list_words(own))


# ------------------------------------------------------------------------------------------------ the questions
@never_cache
@look_or_send
def start(request: HttpRequest) -> HttpResponse:
    if Checklist.objects.for_user(request.user).exists():
        return redirect("credentialing:checklist")
    form = QuestionsForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            answers_actions.start(person=request.user, answers=form.cleaned_data, sources=[])
            messages.success(request, "Your answers are saved. Now list your training programs.")
            return redirect("credentialing:questions")
        except ChecklistRefused as refusal:
            form.refuse(refusal)
    return page(request, "start", form=form)


@never_cache
@look_or_send
def questions(request: HttpRequest) -> HttpResponse:
    own = checklist_of(request)
    form = ChangedAnswersForm(request.POST if request.method == "POST" else None, initial=_answers(own))
    if form.is_valid():
        try:
            answers_actions.change_answers(checklist=own, by=request.user, **form.cleaned_data)
            messages.success(request, "Your answers are saved, and your list follows them. Nothing recorded was lost.")
            return redirect("credentialing:questions")
        except ChecklistRefused as refusal:
            own = checklist_of(request)
            form.refuse(refusal, version=own.version if isinstance(refusal, StaleForm) else None)
    return page(request, "questions", form=form, checklist=own, groups=source_groups(own))


def _answers(checklist: Checklist) -> dict[str, Any]:
    return {name: getattr(checklist, name) for name in (*Checklist.ANSWERS, "version")}


# ------------------------------------------------------------------------------------------------ programs and others
@never_cache
@look_or_send
def source_add(request: HttpRequest, kind: str) -> HttpResponse:
    own = checklist_of(request)
    if kind not in GROUPS:
        raise Http404("There is no such kind.")
    form = SourceForm(request.POST if request.method == "POST" else None, kind=kind)
    if form.is_valid():
        try:
            added = answers_actions.add_source(checklist=own, by=request.user, kind=kind, **form.cleaned_data)
            messages.success(request, f"“{added.name}” is on your list.")
            return redirect("credentialing:questions")
        except ChecklistRefused as refusal:
            form.refuse(refusal)
    return page(request, "source", form=form, title=GROUPS[kind].add)


@never_cache
@look_or_send
def source_change(request: HttpRequest, pk: int) -> HttpResponse:
    source = _source_of(request, pk)
    form = SourceForm(request.POST if request.method == "POST" else None, kind=source.kind, initial=_described(source))
    if form.is_valid():
        try:
            answers_actions.change_source(source=source, by=request.user, **form.cleaned_data)
            messages.success(request, "The change is saved.")
            return redirect("credentialing:questions")
        except ChecklistRefused as refusal:
            form.refuse(refusal)
    return page(request, "source", form=form, title=f"Change: {source.name}")


@require_POST
def source_remove(request: HttpRequest, pk: int) -> HttpResponse:
    source = _source_of(request, pk)
    answers_actions.remove_source(source=source, by=request.user)
    messages.success(request, f"“{source.name}” is off your list. What you recorded about it is kept.")
    return redirect("credentialing:questions")


def _source_of(request: HttpRequest, pk: int) -> Source:
    return get_object_or_404(checklist_of(request).sources.filter(removed_at__isnull=True), pk=pk)


def _described(source: Source) -> dict[str, Any]:
    return {name: getattr(source, name) for name in ("name", "starts_on", "ends_on", "in_new_york")}


# ------------------------------------------------------------------------------------------------ the end
@never_cache
@look_or_send
def remove(request: HttpRequest) -> HttpResponse:
    own = checklist_of(request)
    form = RemovalForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        answers_actions.remove_checklist(checklist=own, by=request.user)
        messages.success(request, "Your checklist is removed, with everything that was recorded in it.")
        return redirect("my")
    return page(request, "remove", form=form)
