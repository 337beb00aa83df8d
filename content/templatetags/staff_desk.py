from typing import Any

from django import template
from django.db import models

from audit.models import Entry
from content.admin.attention import Waiting, waiting_for
from notices.attention import silence

register = template.Library()


@register.simple_tag
def waiting_today(user: Any) -> list[Waiting]:
    return waiting_for(user)


@register.simple_tag
def done_lately(user: Any) -> models.QuerySet[Entry]:
    return Entry.objects.filter(actor=user)[:8]


@register.simple_tag
def scheduler_silence() -> str:
    return silence()
