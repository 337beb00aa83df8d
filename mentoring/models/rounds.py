"""Rounds of matching: what staff saw as a draft, changed, published, and may take back."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from .people import Mentee, Mentor


class Weights(models.Model):
    """How many points what counts. Only the newest row is in force; the older ones say how earlier rounds were made."""

    points = models.JSONField(help_text="Name of the weight: points.")
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    set_at = models.DateTimeField(auto_now_add=True)
    why = models.CharField(max_length=300)

    PERSONAL_FIELDS = ("set_by",)

    class Meta:
        ordering = ("-pk",)
        verbose_name_plural = "weights"

    def __str__(self) -> str:
        return f"weights {self.pk}"


class Mode(models.TextChoices):
    OPTIMUM = "optimum", "most people, best fit"
    RANKING = "ranking", "mutual ranking, as in the Match"


class RoundStatus(models.TextChoices):
    WAITING = "waiting", "about to be worked out"
    RUNNING = "running", "being worked out"
    DRAFT = "draft", "draft"
    PUBLISHED = "published", "published"
    UNDONE = "undone", "taken back"
    FAILED = "failed", "could not be worked out"
    DROPPED = "dropped", "dropped"


class Round(models.Model):
    mode = models.CharField(max_length=10, choices=Mode, default=Mode.OPTIMUM)
    status = models.CharField(max_length=10, choices=RoundStatus, default=RoundStatus.WAITING)
    weights = models.ForeignKey(Weights, on_delete=models.PROTECT, related_name="+")
    # For the yearly round: both sides may rank until this day.
    ranking_ends_on = models.DateField(null=True, blank=True)
    progress = models.CharField(max_length=120, blank=True)
    problem = models.CharField(max_length=300, blank=True)
    mentors = models.PositiveIntegerField(default=0)
    places = models.PositiveIntegerField(default=0)
    mentees = models.PositiveIntegerField(default=0)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    made_at = models.DateTimeField(auto_now_add=True)
    worked_out_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)

    PERSONAL_FIELDS = ("made_by",)
    MOVES: ClassVar[dict[str, set[str]]] = {
        RoundStatus.WAITING: {RoundStatus.RUNNING, RoundStatus.DROPPED},
        RoundStatus.RUNNING: {RoundStatus.DRAFT, RoundStatus.FAILED, RoundStatus.WAITING},
        RoundStatus.DRAFT: {RoundStatus.PUBLISHED, RoundStatus.WAITING, RoundStatus.DROPPED},
        RoundStatus.FAILED: {RoundStatus.WAITING, RoundStatus.DROPPED},
        RoundStatus.PUBLISHED: {RoundStatus.UNDONE},
        RoundStatus.UNDONE: set(),
        RoundStatus.DROPPED: set(),
    }

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("mode",),
                condition=Q(status__in=("waiting", "running", "draft")),
                name="mentoring_round_one_open_of_a_mode",
            ),
        )

    def __str__(self) -> str:
        return f"round {self.pk} ({self.get_status_display()})"


class Wish(models.TextChoices):
    NONE = "", "as worked out"
    FIXED = "fixed", "fixed by staff"
    FORBIDDEN = "forbidden", "forbidden by staff"


class RoundPair(models.Model):
    """A pair of the draft, or one that staff fixed or forbade. `reasons` are sentences."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="pairs")
    mentor = models.ForeignKey(Mentor, on_delete=models.CASCADE, related_name="+")
    mentee = models.ForeignKey(Mentee, on_delete=models.CASCADE, related_name="+")
    wish = models.CharField(max_length=10, choices=Wish, blank=True)
    is_chosen = models.BooleanField(default=False)
    score = models.IntegerField(default=0)
    reasons = models.JSONField(default=list)

    PERSONAL_FIELDS = ("mentor", "mentee", "reasons")
    # A draft of the staff names people who were never brought together.
    NOT_EXPORTED_BY = ("mentor", "mentee")

    class Meta:
        ordering = ("-score", "pk")
        constraints = (models.UniqueConstraint(fields=("round", "mentor", "mentee"), name="mentoring_round_pair_once"),)

    def __str__(self) -> str:
        return f"mentor {self.mentor_id} and mentee {self.mentee_id} in round {self.round_id}"


class LeftOver(models.Model):
    """A mentee without a mentor in this round, and the sentence that says why."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="left_over")
    mentee = models.ForeignKey(Mentee, on_delete=models.CASCADE, related_name="+")
    why = models.CharField(max_length=500)

    PERSONAL_FIELDS = ("mentee", "why")
    NOT_EXPORTED_BY = ("mentee",)  # the sentence names mentors

    class Meta:
        constraints = (models.UniqueConstraint(fields=("round", "mentee"), name="mentoring_left_over_once"),)

    def __str__(self) -> str:
        return f"mentee {self.mentee_id} in round {self.round_id}"


class Ranked(models.Model):
    """For the yearly round: whom this person would like, best first."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="rankings")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    mentor = models.ForeignKey(Mentor, on_delete=models.CASCADE, related_name="+")
    mentee = models.ForeignKey(Mentee, on_delete=models.CASCADE, related_name="+")
    # Somebody may be a mentor and a mentee of one round, with a list for each.
    by_mentor = models.BooleanField()
    rank = models.PositiveSmallIntegerField()

    PERSONAL_FIELDS = ("person", "mentor", "mentee")

    class Meta:
        ordering = ("rank",)
        verbose_name_plural = "ranked"
        constraints = (
            models.UniqueConstraint(fields=("round", "person", "by_mentor", "rank"), name="mentoring_ranked_rank_once"),
            models.UniqueConstraint(fields=("round", "person", "mentor", "mentee"), name="mentoring_ranked_once"),
        )

    def __str__(self) -> str:
        return f"rank {self.rank} of person {self.person_id} in round {self.round_id}"
