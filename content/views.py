"""The public pages. All of them show everybody the same bytes (see pagecache)."""

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from pagecache.middleware import public_page

from . import display
from .calendar import calendar_file
from .dates import key_dates
from .figures import residency_year
from .models import Edition, Page
from .previews import edition_of

CHANGES_ON_A_PAGE = 30


@require_safe
@public_page
def page(request: HttpRequest, address: str) -> HttpResponse:
    pages = Page.objects.published().select_related("live", "journey")
    found = get_object_or_404(pages, address=f"/{address}")
    return render(request, "content/page_detail.html", display.page_context(found, found.live))


@login_not_required
@require_safe
def preview(request: HttpRequest, token: str) -> HttpResponse:
    """A draft as readers would see it, for whoever holds the link, until the link expires."""
    edition = edition_of(token)
    note = f"This is edition {edition.number}, {edition.get_status_display()}. Readers do not see it."
    context = display.page_context(edition.page, edition, is_preview=True, preview_note=note)
    response = render(request, "content/page_detail.html", context)
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response


@require_safe
@public_page
def calendar(request: HttpRequest) -> HttpResponse:
    entries = key_dates()
    today = timezone.localdate()
    context = {
        "dates": [entry for entry in entries if entry.last_day >= today],
        "past_dates": [entry for entry in reversed(entries) if entry.last_day < today],
        "timeline": mark_safe(residency_year()),  # noqa: S308 - a rendered template
    }
    return render(request, "content/calendar.html", context)


@require_safe
@public_page
def calendar_feed(request: HttpRequest) -> HttpResponse:
    return HttpResponse(calendar_file(key_dates()), content_type="text/calendar; charset=utf-8")


@require_safe
@public_page
def glossary(request: HttpRequest) -> HttpResponse:
    return render(request, "content/glossary.html", {"letters": display.glossary()})


@require_safe
@public_page
def links(request: HttpRequest) -> HttpResponse:
    return render(request, "content/links.html", {"groups": display.link_groups()})


@require_safe
@public_page
def changes(request: HttpRequest) -> HttpResponse:
    announced = Edition.objects.announced()
    page_obj = Paginator(announced, CHANGES_ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "content/changes.html", {"changes": display.changes(page_obj), "page_obj": page_obj})
