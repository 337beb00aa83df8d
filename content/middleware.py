"""Addresses that pages once had."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect

from .models import MovedPage
from .models.pages import ADDRESS_FORM


class MovedPages:
    """Asked only when nothing else answers, so that ordinary pages pay nothing for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 404 or request.method not in ("GET", "HEAD"):
            return response
        address = f"{request.path_info.rstrip('/')}/"
        if not ADDRESS_FORM.regex.match(address):
            return response
        moved = MovedPage.objects.filter(address=address, page__live__isnull=False).select_related("page").first()
        return HttpResponsePermanentRedirect(moved.page.address) if moved else response
