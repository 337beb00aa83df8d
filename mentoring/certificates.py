"""A mentor's hours: so far, and as a certificate says them to anybody who has its address."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse

from .models import Certificate, Mentor
from .sittings import sittings_of


@dataclass(frozen=True)
class Hours:
    minutes: int
    meetings: int

    def __str__(self) -> str:
        return in_words(self.minutes)


def hours_of(mentor: Mentor) -> Hours:
    held = sittings_of(mentor)
    return Hours(sum(sitting.minutes for sitting in held), len(held))


def certificate_with(code: str) -> Certificate | None:
    return Certificate.objects.select_related("mentor__person").filter(code=code).first()


def address_of(certificate: Certificate) -> str:
    """The whole one, to be typed or printed."""
    return settings.SITE_URL + reverse("mentoring:certificate_check", args=(certificate.code,))


def in_words(minutes: int) -> str:
    """2 hours and 15 minutes."""
    hours, rest = divmod(minutes, 60)
    parts = [_count(hours, "hour")] if hours else []
    if rest or not hours:
        parts.append(_count(rest, "minute"))
    return " and ".join(parts)


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'}"
