"""What staff have to know about the messages: who was not reached, and whether the clock runs."""

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format

from .models import Heartbeat, MailState, NoticeQuerySet, State

UNDELIVERED = (MailState.REFUSED, MailState.GIVEN_UP)


def not_reached(notices: NoticeQuerySet) -> NoticeQuerySet:
    """Could not be written, waits for an address that works, or lies in a mail that never arrived."""
    return notices.filter(Q(state__in=(State.FAILED, State.HELD)) | Q(mail__state__in=UNDELIVERED))


def silence() -> str:
    """Since when the scheduler is silent, in words (New York time); empty while it is heard."""
    heartbeat = Heartbeat.objects.filter(name="beat").first()
    if heartbeat is None:
        return "It was never heard"
    at = date_format(timezone.localtime(heartbeat.at), "j F Y, H:i")
    return f"It was last heard on {at} (New York time)" if heartbeat.is_silent else ""
