"""Concerns, in confidence, for the safeguarding officer alone."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from .pairs import Message, Pair
from .people import Person


class ConcernStatus(models.TextChoices):
    NEW = "new", "new"
    IN_HAND = "in_hand", "in hand"
    CLOSED = "closed", "closed"


class ConcernQuerySet(models.QuerySet["Concern"]):
    def for_user(self, user: Person) -> "ConcernQuerySet":
        return self.filter(reporter=user)


class Concern(models.Model):
    """Neither the other side nor the coordinator sees it. The officer looks at it by `answer_by`."""

    # The society keeps what it was told when the account is gone; it then names nobody as the reporter.
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="concerns"
    )
    pair = models.ForeignKey(Pair, on_delete=models.SET_NULL, null=True, blank=True, related_name="concerns")
    message = models.ForeignKey(Message, on_delete=models.SET_NULL, null=True, blank=True, related_name="concerns")
    # The reported words as they were, since the message may be erased with its writer.
    words_reported = models.TextField(blank=True)
    words = models.TextField(max_length=4000)
    may_contact = models.BooleanField("You may contact me about this", default=True)
    status = models.CharField(max_length=10, choices=ConcernStatus, default=ConcernStatus.NEW)
    received_at = models.DateTimeField(auto_now_add=True)
    answer_by = models.DateField()
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    taken_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    outcome = models.TextField(max_length=2000, blank=True, help_text="What was done. The reporter reads it.")
    form_token = models.UUIDField(unique=True)

    PERSONAL_FIELDS = ("reporter", "pair", "message", "words_reported", "words", "taken_by", "outcome")
    MOVES: ClassVar[dict[str, set[str]]] = {
        ConcernStatus.NEW: {ConcernStatus.IN_HAND, ConcernStatus.CLOSED},
        ConcernStatus.IN_HAND: {ConcernStatus.CLOSED},
        ConcernStatus.CLOSED: {ConcernStatus.IN_HAND},
    }

    objects = ConcernQuerySet.as_manager()

    class Meta:
        ordering = ("answer_by", "pk")
        constraints = (
            models.CheckConstraint(
                condition=~Q(status="closed") | (Q(closed_at__isnull=False) & ~Q(outcome="")),
                name="mentoring_concern_closed_says_what_was_done",
            ),
        )

    def __str__(self) -> str:
        return f"concern {self.pk}"
