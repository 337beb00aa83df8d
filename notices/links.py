"""Signed addresses in mails. Opening one never changes anything; its buttons do, once."""

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.db import models
from django.urls import reverse

from .models import Notice

ANSWERS_LAST = timedelta(days=60)
_ANSWER, _OFF = "notices.answer", "notices.unsubscribe"


def answer_address(notice: Notice) -> str:
    return settings.SITE_URL + reverse("notices:answer", args=(signing.dumps(notice.pk, salt=_ANSWER),))


def notice_of(token: str) -> Notice | None:
    """None for a link that is forged, torn or too old."""
    try:
        pk = signing.loads(token, salt=_ANSWER, max_age=ANSWERS_LAST)
    except signing.BadSignature:
        return None
    return Notice.objects.select_related("person").filter(pk=pk).first()


def unsubscribe_address(person: models.Model, kinds: list[str]) -> str:
    return settings.SITE_URL + reverse("notices:unsubscribe", args=(signing.dumps([person.pk, kinds], salt=_OFF),))


def unsubscription_of(token: str) -> tuple[int, list[str]] | None:
    """Whom and which kinds; these links never expire: a person may find an old mail."""
    try:
        person_id, kinds = signing.loads(token, salt=_OFF)
    except signing.BadSignature:
        return None
    return person_id, kinds
