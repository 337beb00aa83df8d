"""Proof, only minutes old, that whoever sits at the keyboard is the account's owner."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.http import HttpRequest, HttpResponse

CODE_LASTS = 15 * 60  # seconds
TRIES = 3
_KEPT = "fresh_code"


def is_fresh(request: HttpRequest) -> bool:
    """Signed in, or proved it again, within ACCOUNT_REAUTHENTICATION_TIMEOUT seconds."""
    records = get_authentication_records(request, request.user)
    return bool(records) and time.time() - records[-1]["at"] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def fresh_sign_in_required(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Sends the person to prove it first and then back; what was posted is kept and carried out afterwards."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not is_fresh(request):
            raise ReauthenticationRequired
        return view(request, *args, **kwargs)

    return guarded


# ------------------------------------------------------------------------------------------------ the code by mail
def send_code(request: HttpRequest) -> None:
    code = get_adapter().generate_login_code()
    request.session[_KEPT] = {"code": code, "at": time.time(), "tries": 0}
    get_adapter().send_mail("account/email/fresh_code", request.user.email, {"code": code})


def pending_code(request: HttpRequest) -> str:
    """Empty when none was sent, it is too old, or it was mistyped too often: an empty code never fits."""
    kept = request.session.get(_KEPT)
    if not kept or kept["tries"] >= TRIES or time.time() - kept["at"] > CODE_LASTS:
        return ""
    return kept["code"]


def count_mistake(request: HttpRequest) -> None:
    if kept := request.session.get(_KEPT):
        request.session[_KEPT] = {**kept, "tries": kept["tries"] + 1}


def accept_code(request: HttpRequest) -> None:
    del request.session[_KEPT]
    record_authentication(request, request.user, method="code", email=request.user.email, reauthenticated=True)
