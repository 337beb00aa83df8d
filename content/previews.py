"""Links that let a reader without an account see a draft, for two weeks."""

from datetime import timedelta

from django.core import signing
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse

from .models import Edition

LASTS = timedelta(days=14)
_SALT = "content.preview"


def preview_address(edition: Edition) -> str:
    return reverse("content:preview", args=(signing.dumps(edition.pk, salt=_SALT),))


def edition_of(token: str) -> Edition:
    """Raises Http404 for a link that is forged, torn or too old."""
    try:
        pk = signing.loads(token, salt=_SALT, max_age=LASTS)
    except signing.BadSignature as error:
        raise Http404("This preview link is not valid any more.") from error
    editions = Edition.objects.select_related("page__journey").prefetch_related("facts")
    return get_object_or_404(editions, pk=pk)
