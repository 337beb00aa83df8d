"""What a person does with the sign-in pages."""

import re
import time
from datetime import timedelta

from allauth.mfa import app_settings
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from django.test import Client
from django.utils import timezone
from time_machine import TimeMachineFixture

from tests.conftest import APP_KEY

LOGIN, SIGN_UP = "/accounts/login/", "/accounts/signup/"
LOGIN_CODE, ADDRESS_CODE = "/accounts/login/code/confirm/", "/accounts/confirm-email/"
CODE = re.compile(r"^ +([B-Z]{4}-[B-Z]{4})$", re.MULTILINE)


def code_in_mail() -> str:
    """Of the newest mail; empty when it holds none."""
    found = CODE.search(mail.outbox[-1].body)
    return found[1] if found else ""


def app_code(key: str = APP_KEY) -> str:
    return format_hotp_value(hotp_value(key, int(time.time()) // app_settings.TOTP_PERIOD))


def ask_for_code(client: Client, address: str, wanted: str = "") -> str:
    """Returns the code; the address must belong to somebody."""
    answer = client.post(LOGIN, {"login": address, **({"next": wanted} if wanted else {})})
    assert answer.status_code == 302, answer.content
    assert answer["Location"].startswith(LOGIN_CODE)
    return code_in_mail()


def sign_in(client: Client, address: str) -> Client:
    answer = client.post(LOGIN_CODE, {"code": ask_for_code(client, address)})
    assert answer.status_code == 302, answer.content
    return client


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def wait(clock: TimeMachineFixture, **how_long: float) -> None:
    clock.move_to(timezone.now() + timedelta(**how_long))
