"""allauth's forms in this portal's words."""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse

from . import security_actions
from .models import User

TYPE_IT = "Capital or small letters, with or without the dash."


class PlainWords:
    """Labels stand above a field and stay there; a placeholder is gone when it is needed."""

    words: dict[str, tuple[str, str]] = {}  # field: label, help text

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
        for name, (label, help_text) in self.words.items():
            self.fields[name].label, self.fields[name].help_text = label, help_text


class SignInForm(PlainWords, account.LoginForm):
    words = {"login": ("E-mail address", "Any address that you have confirmed here.")}

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        if self.user:
            security_actions.know_address(person=self.user)
        return super().login(request, redirect_url=redirect_url)


class SignUpForm(PlainWords, account.SignupForm):
    full_name = forms.CharField(max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    field_order = ("email", "full_name")
    words = {
        "email": ("E-mail address", "One that you will still have next year. You can add a second one later."),
        "full_name": ("Full name", "As it stands in your passport."),
    }

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        try:
            with transaction.atomic():
                return super().try_save(request)
        except IntegrityError:  # the form was sent twice at the same moment
            self.account_already_exists = True
            return super().try_save(request)


class SignInCodeForm(PlainWords, account.ConfirmLoginCodeForm):
    words = {"code": ("Code from the mail", TYPE_IT)}


class AddressCodeForm(PlainWords, account.ConfirmEmailVerificationCodeForm):
    words = {"code": ("Code from the mail", TYPE_IT)}


class AddAddressForm(PlainWords, account.AddEmailForm):
    words = {"email": ("Second e-mail address", "We send a code to it. It counts once you have typed that code here.")}


class SecondStepForm(PlainWords, mfa.AuthenticateForm):
    words = {"code": ("Code from your authenticator app", "Or one of your recovery codes. Each of those works once.")}


class SecondStepAgainForm(PlainWords, mfa.ReauthenticateForm):
    words = SecondStepForm.words


class AppCodeForm(PlainWords, ActivateTOTPForm):
    words = {"code": ("Code that the app shows now", "Six digits; a new one appears every half minute.")}


class AddPasskeyForm(PlainWords, AddWebAuthnForm):
    words = {
        "name": ("Name of this passkey", "So that you know later which device it is on."),
        "passwordless": (
            "Sign in with it alone",
            "Without an e-mailed code. The device asks for a finger, a face or a PIN.",
        ),
    }


class RenamePasskeyForm(PlainWords, EditWebAuthnForm):
    words = {"name": AddPasskeyForm.words["name"]}
