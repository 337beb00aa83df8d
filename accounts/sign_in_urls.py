"""The doors of django-allauth that this portal has: each is named here, and those with a password are not."""

from allauth.account import views
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.generic import RedirectView

from .fresh_views import FreshCodeView

urlpatterns = [
    path("signup/", views.signup, name="account_signup"),
    path("login/", views.login, name="account_login"),
    path(
        "login/code/",
        login_not_required(RedirectView.as_view(pattern_name="account_login", query_string=True)),
        name="account_request_login_code",
    ),
    path("login/code/confirm/", views.confirm_login_code, name="account_confirm_login_code"),
    path("confirm-email/", views.email_verification_sent, name="account_email_verification_sent"),
    # Also for somebody who is still between two steps of signing in and cancels.
    path("logout/", login_not_required(views.logout), name="account_logout"),
    path("inactive/", login_not_required(views.account_inactive), name="account_inactive"),
    path("reauthenticate/", FreshCodeView.as_view(), name="account_reauthenticate"),
    path("email/", views.email, name="account_email"),
    path("2fa/", include("allauth.mfa.urls")),
    path("sessions/", include("allauth.usersessions.urls")),
]
