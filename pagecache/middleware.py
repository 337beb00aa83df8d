"""Anonymous pages, rendered once per worker and kept until something public changes.

Public pages are the same bytes for everybody, so they can also stand behind a content delivery network.
"""

import gzip
import hashlib
import re
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property, wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import Error as DatabaseProblem
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import timezone

from .models import clock

_TAKES_GZIP = re.compile(r"\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))")
KEPT_PAGES = 500
LONGEST_ADDRESS = 300
Key = tuple[int, date, str, str]


def public_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The view shows everybody the same: it does not look at the person, the session or a cookie."""

    @wraps(view)
    def marked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.is_public_page = True
        return response

    marked.is_public_page = True
    return login_not_required(marked)


@dataclass(frozen=True)
class Kept:
    content: bytes
    content_type: str
    etag: str

    @cached_property
    def compressed(self) -> bytes:
        # No time stamp inside, so that equal pages have equal bytes in every worker.
        return gzip.compress(self.content, compresslevel=6, mtime=0)

    def answer(self, request: HttpRequest) -> HttpResponse:
        if self.etag in request.headers.get("If-None-Match", ""):
            response: HttpResponse = HttpResponseNotModified()
        elif _TAKES_GZIP.search(request.headers.get("Accept-Encoding", "")):
            response = HttpResponse(self.compressed, content_type=self.content_type)
            response["Content-Encoding"] = "gzip"
        else:
            response = HttpResponse(self.content, content_type=self.content_type)
        if response.content:
            # Otherwise the server sends the page in chunks, and whoever asks with HEAD does not learn its size.
            response["Content-Length"] = str(len(response.content))
        if request.method == "HEAD":
            response.content = b""  # the server would drop it, with a warning in the log each time
        response["ETag"] = f'W/"{self.etag}"'
        response["Cache-Control"] = _cache_control()
        response["Vary"] = "Accept-Encoding"
        return response


def _cache_control() -> str:
    shared = f", s-maxage={settings.CDN_SECONDS}" if settings.CDN_SECONDS else ""
    return f"public, max-age=0{shared}, must-revalidate"


def keep(response: HttpResponse) -> Kept:
    return Kept(
        content=response.content,
        content_type=response["Content-Type"],
        etag=hashlib.sha256(response.content).hexdigest()[:32],
    )


class PublicPages:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.pages: OrderedDict[Key, Kept] = OrderedDict()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        key = self._key(request)
        kept = self.pages.get(key) if key else None
        if kept is None:
            response = self.get_response(request)
            if not getattr(response, "is_public_page", False) or response.status_code != 200:
                return response
            kept = keep(response)
        if key:
            self._remember(key, kept)
        return kept.answer(request)

    def _key(self, request: HttpRequest) -> Key | None:
        """None for an address with a query: those are answered afresh, so that nobody can push good pages out."""
        if request.META.get("QUERY_STRING") or len(request.path) > LONGEST_ADDRESS:
            return None
        try:
            return clock.now(), timezone.localdate(), request.get_host(), request.path
        except DatabaseProblem:
            return None  # whether the process lives, and what is wrong, can be asked all the same

    def _remember(self, key: Key, kept: Kept) -> None:
        """As the latest one asked for; the one that nobody has asked for longest makes room."""
        self.pages.pop(key, None)
        self.pages[key] = kept
        while len(self.pages) > KEPT_PAGES:
            self.pages.popitem(last=False)
