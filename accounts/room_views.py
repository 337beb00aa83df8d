"""A person's own account: profile, calendar address, export, deletion. All of it is about request.user alone."""

from copy import copy

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from . import actions
from .forms import DeletionForm, ProfileForm
from .fresh import fresh_sign_in_required
from .models import Export
from .personal_data import what_is_kept

FILE_NAME = "mssny-img-portal-my-data.json"
_look_or_send = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@_look_or_send
def profile(request: HttpRequest) -> HttpResponse:
    # A copy: the page around a refused form still shows what is kept.
    form = ProfileForm(request.POST or None, instance=copy(request.user))
    if form.is_valid():
        actions.change_profile(person=request.user, by=request.user, **form.cleaned_data)
        messages.success(request, "Your profile is saved.")
        return redirect("accounts:profile")
    secret = request.user.calendar_secret
    feed = request.build_absolute_uri(reverse("my_calendar", args=(secret,))) if secret else ""
    context = {"form": form, "title": "Your profile", "feed_address": feed}
    return render(request, "accounts/profile.html", context, status=422 if form.errors else 200)


@require_POST
def renew_calendar(request: HttpRequest) -> HttpResponse:
    had_one = bool(request.user.calendar_secret)
    actions.renew_calendar_secret(person=request.user)
    stopped = " The old one stopped working." if had_one else ""
    messages.success(request, f"Your calendar has a new address.{stopped}")
    return redirect("accounts:profile")


@never_cache
@_look_or_send
@fresh_sign_in_required
def export(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        actions.ask_for_export(person=request.user)
        return redirect("accounts:export")
    return render(request, "accounts/export.html", {"export": Export.objects.for_user(request.user).first()})


@never_cache
@require_safe
@fresh_sign_in_required
def download_export(request: HttpRequest) -> HttpResponse:
    content = actions.take_export(person=request.user)
    if content is None:
        messages.info(request, "There is no copy to download: it is kept for a day. Ask for a new one.")
        return redirect("accounts:export")
    response = JsonResponse(content, json_dumps_params={"indent": 2, "ensure_ascii": False})
    response["Content-Disposition"] = f'attachment; filename="{FILE_NAME}"'
    return response


@never_cache
@_look_or_send
@fresh_sign_in_required
def delete(request: HttpRequest) -> HttpResponse:
    form = DeletionForm(request.POST or None)
    if form.is_valid():
        try:
            actions.erase(person=request.user, by=request.user)
            logout(request)
            return render(request, "accounts/deleted.html")
        except actions.AccountRefused as refusal:
            form.add_error(None, str(refusal))
    context = {"form": form, "title": "Delete your account", "kept": what_is_kept(request.user)}
    return render(request, "accounts/delete.html", context, status=422 if form.errors else 200)
