from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from accounts.dev_views import second_factor_codes

from . import health, mailbox, my_views, views

if apps.is_installed("anymail"):
    from . import bounces

urlpatterns = [
    path("", views.home, name="home"),
    path("robots.txt", views.robots, name="robots"),
    path(".well-known/security.txt", views.security_contact, name="security_contact"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("admin/", admin.site.urls),
    path("accounts/", include("accounts.sign_in_urls")),
    path("my/", my_views.my, name="my"),
    path("my/calendar/<slug:secret>.ics", my_views.my_calendar, name="my_calendar"),
    path("my/", include("accounts.urls")),
    path("my/checklist/", include("credentialing.urls")),
    path("mentoring/", include("mentoring.enrol_urls")),
    path("", include("mentoring.urls")),
    path("", include("notices.urls")),
    path("", include("content.urls")),
]

if apps.is_installed("anymail"):
    urlpatterns = [*bounces.urlpatterns, *urlpatterns]

if settings.LOCAL:
    urlpatterns = [
        path("dev/mailbox/", mailbox.mailbox, name="mailbox"),
        path("dev/mailbox/<int:number>/", mailbox.mail, name="mail"),
        path("dev/second-factor/", second_factor_codes, name="second_factor_codes"),
        *urlpatterns,
    ]
