"""The door of the staff desk: signed in is not enough, the session must also have shown a second factor."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter
from django.contrib import admin, messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache

from . import second_factor

SET_UP = "The staff desk opens only with a second factor. Set up a passkey or an authenticator app here first."
# Their rows are the keys to accounts: there are verbs for what staff may do with them, and nothing else.
KEPT_OUT = {"account", "mfa", "usersessions"}


class StaffSite(admin.AdminSite):
    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        models = model_or_iterable if isinstance(model_or_iterable, list | tuple) else [model_or_iterable]
        welcome = [model for model in models if model._meta.app_label not in KEPT_OUT]
        super().register(welcome, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        return super().has_permission(request) and second_factor.was_used(request)

    def admin_view(self, view: Callable[..., HttpResponse], cacheable: bool = False) -> Callable[..., HttpResponse]:
        inside = super().admin_view(view, cacheable)

        @wraps(inside)
        def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if self.has_permission(request):
                return inside(request, *args, **kwargs)
            return turn_away(request, request.get_full_path())

        return door

    @method_decorator(never_cache)
    @login_not_required
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        wanted = request.GET.get("next", "")
        if not url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure()):
            wanted = reverse("admin:index")
        return redirect(wanted) if self.has_permission(request) else turn_away(request, wanted)

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if request.method == "POST":
            logout(request)
        return redirect("/")

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        raise Http404("Nobody here has a password.")

    password_change_done = password_change


def turn_away(request: HttpRequest, wanted: str) -> HttpResponse:
    """To the sign-in page, to the second factor, or to nowhere."""
    person = request.user
    if person.is_anonymous:
        return redirect_to_login(wanted)
    if not (person.is_active and person.is_staff):
        raise Http404("The staff desk is for staff.")
    if second_factor.factors_of(person).exists():
        return redirect_to_login(wanted, get_adapter().get_reauthentication_methods(person)[0]["url"])
    messages.info(request, SET_UP)
    return redirect("mfa_index")
