"""The page that proves a certificate, open to whoever was given its address."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from .certificates import address_of, certificate_with, in_words


@login_not_required
@never_cache
@require_safe
def certificate_check(request: HttpRequest, code: str) -> HttpResponse:
    found = certificate_with(code)
    if found is None:
        raise Http404("There is no certificate with this code.")
    context = {"certificate": found, "hours": in_words(found.minutes), "address": address_of(found)}
    context |= {"site": settings.SITE_URL, "nav_section": "mentoring"}
    response = render(request, "mentoring/certificate_check.html", context)
    response.headers["X-Robots-Tag"] = "noindex"
    return response
