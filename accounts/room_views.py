"""A person's own account: profile, calendar address, export, deletion. Everything here is about request.user and nobody else."""

from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from . import actions
from .forms import DeletionForm, ProfileForm
from .fresh import fresh_sign_in_required
from .models import Export, User
from .personal_data import what_is_kept


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    form = ProfileForm(request.POST or None, instance=User.objects.get(pk=request.user.pk))
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
    actions.renew_calendar_secret(person=request.user)
    messages.success(request, "Your calendar has a new address. The old one stopped working.")
    return redirect("accounts:profile")


@fresh_sign_in_required
@require_http_methods(["GET", "HEAD", "POST"])
def export(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        actions.ask_for_export(person=request.user)
        return redirect("accounts:export")
    found = Export.objects.filter(person=request.user).first()
    return render(request, "accounts/export.html", {"export": found})


@fresh_sign_in_required
@require_safe
def download_export(request: HttpRequest) -> HttpResponse:
    found = Export.objects.filter(person=request.user).first()
    if found is None or not found.is_ready:
        raise Http404("There is no export, or it is more than a day old.")
    response = JsonResponse(found.content, json_dumps_params={"indent": 2})
    response["Content-Disposition"] = 'attachment; filename="mssny-img-portal-export.json"'
    response["Cache-Control"] = "private, no-store"
    return response


@fresh_sign_in_required
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest) -> HttpResponse:
    form = DeletionForm(request.POST or None)
    if form.is_valid():
        try:
            actions.erase(person=request.user, by=request.user)
            logout(request)
            return render(request, "accounts/deleted.html")
        except actions.AccountRefused as refusal:
            form.add_error(None, str(refusal))
    context = {"form": form, "title": "Delete your account", "kept": what_is_kept()}
    return render(request, "accounts/delete.html", context, status=422 if form.errors else 200)
