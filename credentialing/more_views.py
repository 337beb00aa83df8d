"""The pages beside the list: a letter, names and dates, the plan, the costs, the list on paper."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from . import answers_actions
from .item_views import item_of
from .models import Activity, Tone
from .more_display import cost_words, letter_words, name_words, plan_words, print_words
from .more_forms import ActivityForm, SpellingsForm
from .refusals import ChecklistRefused
from .views import checklist_of, look_or_send, page


@never_cache
@require_safe
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """With `alone`, nothing but the letter, as plain text to print or save."""
    item = item_of(request, pk)
    asked = request.GET.get("tone", "")
    try:
        words = letter_words(item, int(asked) if asked in map(str, Tone.values) else None)
    except ChecklistRefused as refusal:
        messages.info(request, str(refusal))
        return redirect("credentialing:item", pk)
    if "alone" in request.GET:
        return HttpResponse(words["letter"].body + "\n", content_type="text/plain; charset=utf-8")
    return page(request, "letter", **words)


@never_cache
@require_safe
def plan(request: HttpRequest) -> HttpResponse:
    own = checklist_of(request)
    return page(request, "plan", checklist=own, **plan_words(own))


@never_cache
@require_safe
def costs(request: HttpRequest) -> HttpResponse:
    return page(request, "costs", **cost_words(checklist_of(request)))


@never_cache
@require_safe
def print_list(request: HttpRequest) -> HttpResponse:
    own = checklist_of(request)
    return page(request, "print", checklist=own, **print_words(own))


# ------------------------------------------------------------------------------------------------ names and dates
@never_cache
@look_or_send
def names(request: HttpRequest) -> HttpResponse:
    own = checklist_of(request)
    typed = dict(own.spellings.values_list("document", "name"))
    form = SpellingsForm(request.POST if request.method == "POST" else None, initial=typed)
    if form.is_valid():
        try:
            answers_actions.set_spellings(checklist=own, by=request.user, names=form.cleaned_data)
            messages.success(request, "The names are saved.")
            return redirect("credentialing:names")
        except ChecklistRefused as refusal:
            form.refuse(refusal)
    return page(request, "names", form=form, typed=typed, **name_words(own))


@never_cache
@look_or_send
def activity_add(request: HttpRequest) -> HttpResponse:
    own = checklist_of(request)
    form = ActivityForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            answers_actions.add_activity(checklist=own, by=request.user, **form.cleaned_data)
            messages.success(request, "The line is added.")
            return redirect("credentialing:names")
        except ChecklistRefused as refusal:
            form.refuse(refusal)
    return page(request, "activity", form=form, title="Add a line to your activities")


@never_cache
@look_or_send
def activity_change(request: HttpRequest, pk: int) -> HttpResponse:
    activity = _activity_of(request, pk)
    kept = {name: getattr(activity, name) for name in ("what", "starts_on", "ends_on")}
    form = ActivityForm(request.POST if request.method == "POST" else None, initial=kept)
    if form.is_valid():
        try:
            answers_actions.change_activity(activity=activity, by=request.user, **form.cleaned_data)
            messages.success(request, "The change is saved.")
            return redirect("credentialing:names")
        except ChecklistRefused as refusal:
            form.refuse(refusal)
    return page(request, "activity", form=form, title="Change a line of your activities")


@require_POST
def activity_remove(request: HttpRequest, pk: int) -> HttpResponse:
    activity = _activity_of(request, pk)
    answers_actions.remove_activity(activity=activity, by=request.user)
    messages.success(request, f"“{activity.what}” is taken out.")
    return redirect("credentialing:names")


def _activity_of(request: HttpRequest, pk: int) -> Activity:
    return get_object_or_404(checklist_of(request).activities.all(), pk=pk)
