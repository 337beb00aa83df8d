"""“Is it still you?” for people whose only proof is the e-mailed code. allauth asks those with a second factor."""

from typing import Any

from allauth.account.views import BaseReauthenticateView
from allauth.core.ratelimit import consume_or_429
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from . import fresh
from .allauth_forms import SignInCodeForm


class FreshCodeView(BaseReauthenticateView):
    form_class = SignInCodeForm
    template_name = "account/fresh_code.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.POST.get("action") != "send":
            return super().post(request, *args, **kwargs)
        too_often = consume_or_429(request, action="request_login_code", key=request.user.email)
        if too_often is None:
            fresh.send_code(request)
        return too_often or redirect(self.passthrough_next_url(request.path))

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "code": fresh.pending_code(self.request)}

    def form_valid(self, form: SignInCodeForm) -> HttpResponse:
        fresh.accept_code(self.request)
        return super().form_valid(form)

    def form_invalid(self, form: SignInCodeForm) -> HttpResponse:
        fresh.count_mistake(self.request)
        return super().form_invalid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "is_sent": bool(fresh.pending_code(self.request))}
