"""Who did what, when. Rows are added and never changed; the database refuses the rest (see the migration)."""

from typing import Any

from django.conf import settings
from django.db import models

from .request import request_id


class EntryIsPermanent(Exception):
    def __init__(self) -> None:
        super().__init__("An audit entry is never changed or removed.")


class EntryQuerySet(models.QuerySet["Entry"]):
    def update(self, **kwargs: Any) -> int:
        raise EntryIsPermanent

    def delete(self) -> tuple[int, dict[str, int]]:
        raise EntryIsPermanent

    def bulk_update(self, *args: Any, **kwargs: Any) -> int:
        raise EntryIsPermanent

    def about(self, subject: models.Model) -> "EntryQuerySet":
        return self.filter(subject_type=subject._meta.label_lower, subject_id=str(subject.pk))


class Entry(models.Model):
    """One act of a person (`actor`) or of a named job (`job`). The subject is kept as text and outlives its row."""

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    # The person's row may be erased; the entry then keeps only the number (no foreign key constraint).
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, null=True, db_constraint=False, related_name="+"
    )
    job = models.CharField(max_length=80, blank=True)
    verb = models.CharField(max_length=80)
    subject = models.CharField(max_length=200)
    subject_type = models.CharField(max_length=80)
    subject_id = models.CharField(max_length=64)
    data = models.JSONField(default=dict)
    request_id = models.CharField(max_length=64, blank=True)

    PERSONAL_FIELDS = ("actor",)

    objects = EntryQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        verbose_name_plural = "entries"
        indexes = (models.Index(fields=("subject_type", "subject_id"), name="audit_entry_subject"),)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(actor__isnull=False, job="") | (models.Q(actor__isnull=True) & ~models.Q(job="")),
                name="audit_entry_has_one_doer",
            ),
        )

    def __str__(self) -> str:
        return f"{self.verb}: {self.subject}"

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise EntryIsPermanent


def record(*, by: Any, verb: str, subject: models.Model, data: dict[str, Any] | None = None) -> Entry:
    """Add an entry in the caller's transaction: if it cannot be written, nothing of the act is.

    `by` is a person, or the name of the job that acted. `data` must hold no personal text.
    """
    return Entry.objects.create(
        actor=None if isinstance(by, str) else by,
        job=by if isinstance(by, str) else "",
        verb=verb,
        subject=str(subject)[:200],
        subject_type=subject._meta.label_lower,
        subject_id=str(subject.pk),
        data=data or {},
        request_id=request_id.get(),
    )
