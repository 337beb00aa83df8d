"""Signed addresses in mails. Opening one never changes anything; its buttons do, once."""

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse

from .kinds import Kind, UnknownKind, all_kinds, kind_named
from .models import Notice, Person

ANSWERS_LAST = timedelta(days=60)
_ANSWER, _OFF = "notices.answer", "notices.unsubscribe"


def answer_address(notice: Notice) -> str:
    return f"{settings.SITE_URL}{reverse('notices:answer', args=(signing.dumps(notice.pk, salt=_ANSWER),))}"


def notice_of(token: str) -> Notice | None:
    """None for a link that is forged, torn or too old, or of a kind that no longer takes answers."""
    try:
        pk = signing.loads(token, salt=_ANSWER, max_age=ANSWERS_LAST)
        notice = Notice.objects.select_related("person").get(pk=pk)
        return notice if kind_named(notice.kind).answers else None
    except (signing.BadSignature, Notice.DoesNotExist, UnknownKind):
        return None


def unsubscribe_address(person: Person, kinds: list[str]) -> str:
    token = signing.dumps([person.pk, kinds], salt=_OFF, compress=True)
    return f"{settings.SITE_URL}{reverse('notices:unsubscribe', args=(token,))}"


def unsubscription_of(token: str) -> tuple[int, list[Kind]] | None:
    """Whom and which kinds; these links never expire: a person may find an old mail."""
    try:
        person_id, names = signing.loads(token, salt=_OFF)
    except signing.BadSignature:
        return None
    return person_id, [kind for kind in all_kinds() if kind.name in names and kind.can_be_switched_off]
