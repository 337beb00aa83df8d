"""Pages of a person's own machine: mssny_img/urls.py has them only with LOCAL=1."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from . import local_sign_in


@login_not_required
@never_cache
@require_safe
def second_factor_codes(request: HttpRequest) -> HttpResponse:
    return render(request, "dev/second_factor_codes.html", {"codes": local_sign_in.codes()})
