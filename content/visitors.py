"""Telling visitors apart just enough to stop floods: an address is counted for an hour, and never in the database."""

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str:
    """The visitor's own address, as far as the society's own proxies vouch for it."""
    if settings.TRUSTED_PROXIES:
        forwarded = request.headers.get("X-Forwarded-For", "").split(",")
        if len(forwarded) >= settings.TRUSTED_PROXIES:
            return forwarded[-settings.TRUSTED_PROXIES].strip()
    return str(request.META.get("REMOTE_ADDR", ""))


def is_too_often(request: HttpRequest, what: str, *, limit: int, seconds: int) -> bool:
    """Count this visit; true from the one after `limit` within `seconds`."""
    key = f"visits:{what}:{address_of(request)}"
    cache.add(key, 0, timeout=seconds)
    try:
        return cache.incr(key) > limit
    except ValueError:  # it ran out between the two calls
        cache.set(key, 1, timeout=seconds)
        return False


def came_from_here(request: HttpRequest) -> bool:
    """Was the form sent from this site? A browser that says nothing is believed: nothing secret is at stake."""
    origin = request.headers.get("Origin", "")
    return not origin or origin.partition("://")[2] == request.get_host()
