"""Where allauth asks this portal what to do."""

import base64
import hashlib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.core.mail import EmailMessage
from django.forms import BaseForm
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from . import security_actions
from .fresh import is_fresh
from .models import User

WAYS_TO_PROVE = {
    "mfa_reauthenticate": "Use your authenticator app or a recovery code",
    "mfa_reauthenticate:webauthn": "Use your passkey",
}
WRONG_CODE = "This code does not fit. Compare it with the newest mail from us, or with what the app shows now."


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "incorrect_code": WRONG_CODE,
        "too_many_login_attempts": "That was too many tries. Wait five minutes, then ask for a new code.",
        "rate_limited": "You have just asked for a code. Wait a minute, then ask again.",
        "duplicate_email": "This address belongs to your account already.",
        "max_email_addresses": "You can keep %d addresses. Remove one first.",
        "email_taken": "This address cannot be added to your account.",
        "unverified_primary_email": "Confirm this address first, then make it the main one.",
    }

    def save_user(self, request: HttpRequest, user: User, form: BaseForm, commit: bool = True) -> User:
        user.full_name = form.cleaned_data["full_name"]
        return super().save_user(request, user, form, commit)

    # ------------------------------------------------------------------------------------------ is it still you?
    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """allauth itself would not ask people whose only proof is the e-mailed code."""
        if not is_fresh(self.request):
            raise ReauthenticationRequired
        return False

    def get_reauthentication_methods(self, user: User) -> list[dict[str, Any]]:
        methods = [method for method in super().get_reauthentication_methods(user) if method["id"] in WAYS_TO_PROVE]
        if methods or not user.is_authenticated:
            return [method | {"description": WAYS_TO_PROVE[method["id"]]} for method in methods]
        return [{"id": "code", "description": "Get a code by e-mail", "url": reverse("account_reauthenticate")}]

    # ------------------------------------------------------------------------------------------ mail
    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Also outside a request: everything a mail names is in its context."""
        self.render_mail(template_prefix, email, {**context, "email": email, "site": settings.SITE_URL}).send()

    def render_mail(self, template_prefix: str, email: Any, context: Any, headers: Any = None) -> EmailMessage:
        headers = {"Auto-Submitted": "auto-generated", **(headers or {})}
        return super().render_mail(template_prefix, email, context, headers)

    def send_account_already_exists_mail(self, email: str) -> None:
        self.send_mail("account/email/account_already_exists", email, {})

    def send_notification_mail(
        self, template_prefix: str, user: User, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """allauth calls this after each change to the ways into an account."""
        security_actions.note(person=user, mail=template_prefix)
        super().send_notification_mail(template_prefix, user, context, email)

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        person, is_second = email_address.user, email_address.user.emailaddress_set.filter(verified=True).exists()
        is_confirmed = super().confirm_email(request, email_address)
        if is_confirmed and is_second:
            self.send_notification_mail("account/email/address_added", person, {"address": email_address.email})
        elif is_confirmed and request.user.is_anonymous:
            # The end of signing up: as good a proof as the code of a sign-in.
            record_authentication(request, person, method="code", email=email_address.email)
        return is_confirmed


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": WRONG_CODE,
        "unverified_email": "Confirm your e-mail address first.",
        "cannot_generate_recovery_codes": "Set up a passkey or an authenticator app first.",
    }

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return "My passkey" if number == 1 else f"My passkey {number}"

    def build_totp_svg(self, url: str) -> SafeString:
        """Without the head of an XML file, so that it can stand inside a page."""
        svg = super().build_totp_svg(url)
        return mark_safe(svg[svg.index("<svg") :])  # noqa: S308 - drawn here, and the address in it is a pattern of dots

    def _get_site_name(self) -> str:
        return settings.MFA_TOTP_ISSUER

    def encrypt(self, text: str) -> str:
        """A copy of the database alone opens no account."""
        return _keys().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _keys().decrypt(encrypted_text.encode()).decode()


def _keys() -> MultiFernet:
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return MultiFernet([Fernet(_key_from(secret)) for secret in secrets])


def _key_from(secret: str) -> bytes:
    return base64.urlsafe_b64encode(hashlib.sha256(f"second factors:{secret}".encode()).digest())
