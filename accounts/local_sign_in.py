"""Accounts that a newcomer signs in with on their own machine. Nothing here is reachable in production."""

import time

from allauth.account.models import EmailAddress
from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.conf import settings
from django.db import models, transaction
from django.urls import reverse

from .models import User

DOMAIN = "demonstration.example"


@transaction.atomic
def make_ready(*, email: str, name: str) -> User:
    """An administrator of the demonstration: an address that counts as confirmed, and an authenticator app's key."""
    if not settings.LOCAL or not email.endswith(f"@{DOMAIN}"):
        raise ValueError("Only for demonstration accounts on a person's own machine.")
    person = User.objects.filter(email=email).first() or User.objects.create_superuser(email, full_name=name)
    EmailAddress.objects.update_or_create(user=person, email=email, defaults={"verified": True, "primary": True})
    if not _apps().filter(user=person).exists():
        TOTP.activate(person, generate_totp_secret())
    return person


def codes() -> list[tuple[User, str]]:
    """Each demonstration account that has an app, with what the app would show now."""
    return [(app.user, _code_of(app)) for app in _apps().select_related("user").order_by("user__email")]


def _apps() -> models.QuerySet[Authenticator]:
    return Authenticator.objects.filter(type=Authenticator.Type.TOTP, user__email__endswith=f"@{DOMAIN}")


def _code_of(app: Authenticator) -> str:
    secret = get_adapter().decrypt(app.data["secret"])
    return format_hotp_value(hotp_value(secret, int(time.time()) // app_settings.TOTP_PERIOD))


def how_to() -> str:
    lines = (
        "Demonstration accounts, for this machine only:",
        *(f"  {person.email}" for person, _ in codes()),
        f"Sign in at {settings.SITE_URL}{reverse('account_login')} with one of these addresses.",
        f"  The mailed code is in {settings.SITE_URL}/dev/mailbox/",
        f"  The code of the second factor is on {settings.SITE_URL}{reverse('second_factor_codes')}",
    )
    return "\n".join(lines) + "\n"
