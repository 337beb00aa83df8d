from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from content.dates import next_dates
from content.display import latest_changes
from pagecache.middleware import public_page


@require_safe
@public_page
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "home.html", {"changes": latest_changes(), "dates": next_dates()})


@require_safe
@public_page
def robots(request: HttpRequest) -> HttpResponse:
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in ("/admin/", "/preview/", "/search/", "/feedback/")),
        f"Sitemap: {settings.SITE_URL}{reverse('content:sitemap')}",
    ]
    return _text(lines)


@require_safe
@public_page
def security_contact(request: HttpRequest) -> HttpResponse:
    """RFC 9116. The expiry moves with the calendar month, so that equal days give equal bytes."""
    expires = (timezone.now() + timedelta(days=180)).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    lines = [
        f"Contact: {settings.SECURITY_CONTACT or settings.SITE_URL + '/contact/'}",
        f"Expires: {_utc(expires)}",
        "Preferred-Languages: en",
        f"Canonical: {settings.SITE_URL}/.well-known/security.txt",
    ]
    return _text(lines)


def _utc(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _text(lines: list[str]) -> HttpResponse:
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
