"""One number that goes up whenever anything the public can see has changed."""

import time

from django.db import models
from django.db.models import F

# A worker asks for the number this often (seconds), so that a publication reaches every worker within a second.
ASK_AGAIN_AFTER = 0.5


class Generation(models.Model):
    number = models.PositiveBigIntegerField(default=1)

    PERSONAL_FIELDS = ()

    def __str__(self) -> str:
        return f"generation {self.number}"


def bump() -> None:
    """Call in the transaction that changes something public: every cached page is stale once it commits."""
    if not Generation.objects.filter(pk=1).update(number=F("number") + 1):
        Generation.objects.create(pk=1, number=2)


class GenerationClock:
    """The present number, read from the database at most every half second by this process."""

    def __init__(self) -> None:
        self._number = 0
        self._asked_at = float("-inf")

    def now(self) -> int:
        if time.monotonic() - self._asked_at >= ASK_AGAIN_AFTER:
            self._number = Generation.objects.filter(pk=1).values_list("number", flat=True).first() or 0
            self._asked_at = time.monotonic()
        return self._number

    def forget(self) -> None:
        self._asked_at = float("-inf")


clock = GenerationClock()
