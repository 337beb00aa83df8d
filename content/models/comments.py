"""What readers answer to “Was this page useful?”."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from .pages import Page


class CommentQuerySet(models.QuerySet["Comment"]):
    def open(self) -> "CommentQuerySet":
        return self.filter(closed_at__isnull=True)


class Comment(models.Model):
    """A reader's answer to “Was this page useful?”. No name, no address."""

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="comments")
    edition_number = models.PositiveIntegerField()
    useful = models.BooleanField()
    text = models.TextField(max_length=2000, blank=True)
    sent_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, editable=False, related_name="+"
    )
    close_reason = models.CharField(max_length=300, blank=True, editable=False)

    PERSONAL_FIELDS = ("text", "closed_by")

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering = ("-sent_at",)
        verbose_name = "reader's comment"
        constraints = (
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, close_reason="")
                | (Q(closed_at__isnull=False) & ~Q(close_reason="")),
                name="content_comment_closed_with_reason",
            ),
        )

    def __str__(self) -> str:
        return f"{'useful' if self.useful else 'not useful'}: {self.page}"
