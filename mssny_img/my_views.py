from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import User
from content.calendar import days_file

from .my import dates_of, parts_of


@never_cache
@require_safe
def my(request: HttpRequest) -> HttpResponse:
    return render(request, "my.html", {"parts": parts_of(request.user)})


# A calendar program has no session: the secret in the address is the key.
@login_not_required
@never_cache
@require_safe
def my_calendar(request: HttpRequest, secret: str) -> HttpResponse:
    person = get_object_or_404(User, calendar_secret=secret, is_active=True)
    return HttpResponse(days_file("MSSNY IMG portal: my dates", dates_of(person)), content_type="text/calendar; charset=utf-8")
