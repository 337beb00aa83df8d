from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import User
from content.calendar import days_file

from .my import count_yours, dates_of, parts_of

CALENDAR_NAME = "MSSNY IMG portal: my dates"


@never_cache
@require_safe
def my(request: HttpRequest) -> HttpResponse:
    parts = parts_of(request.user)
    return render(request, "my.html", {"parts": parts, "yours": count_yours(parts), "nav_section": "my"})


# A calendar program has no session: the secret in the address is the key.
@login_not_required
@never_cache
@require_safe
def my_calendar(request: HttpRequest, secret: str) -> HttpResponse:
    person = get_object_or_404(User, calendar_secret=secret, is_active=True)
    return HttpResponse(days_file(CALENDAR_NAME, dates_of(person)), content_type="text/calendar; charset=utf-8")
