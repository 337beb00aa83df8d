"""Who enrolled, with what each side told, and who agreed to which ground rules."""

from typing import Any, ClassVar, TypeAlias

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q

from .choices import Format, Help, Hurdle, Region, Stage, TrainingStage, Visa

# A row of settings.AUTH_USER_MODEL.
Person: TypeAlias = Any
MOST_PLACES = 9


class GroundRules(models.Model):
    """One version of the rules both sides accept. A version that somebody accepted is never changed."""

    number = models.PositiveIntegerField(unique=True)
    words = models.TextField(help_text="A line for each rule.")
    proposed_to = models.CharField(max_length=120, blank=True, help_text="Empty once the committee adopted them.")
    in_force_from = models.DateTimeField()

    PERSONAL_FIELDS = ()

    class Meta:
        ordering = ("-number",)
        verbose_name_plural = "ground rules"

    def __str__(self) -> str:
        return f"Ground rules {self.number}"


class Enrolment(models.TextChoices):
    DRAFT = "draft", "being written"
    APPLIED = "applied", "waits for the society"
    APPROVED = "approved", "approved"
    REFUSED = "refused", "not taken"
    LEFT = "left", "left the program"


ENROLMENT_MOVES: dict[str, set[str]] = {
    Enrolment.DRAFT: {Enrolment.APPLIED, Enrolment.LEFT},
    Enrolment.APPLIED: {Enrolment.APPROVED, Enrolment.REFUSED, Enrolment.DRAFT, Enrolment.LEFT},
    Enrolment.APPROVED: {Enrolment.LEFT},
    Enrolment.REFUSED: {Enrolment.DRAFT},
    Enrolment.LEFT: {Enrolment.DRAFT},
}


class EnrolledQuerySet(models.QuerySet):
    def for_user(self, user: Person) -> "EnrolledQuerySet":
        return self.filter(person=user)

    def approved(self) -> "EnrolledQuerySet":
        return self.filter(status=Enrolment.APPROVED, person__is_active=True)


class Enrolled(models.Model):
    """What both sides have in common. The lists hold keys of choices.py."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="%(class)s")
    status = models.CharField(max_length=10, choices=Enrolment, default=Enrolment.DRAFT)
    rules = models.ForeignKey(GroundRules, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    rules_accepted_at = models.DateTimeField(null=True, blank=True)
    school_country = models.CharField("country of the medical school", max_length=80, blank=True)
    graduation_year = models.PositiveSmallIntegerField(null=True, blank=True)
    specialties = models.JSONField(default=list, blank=True)
    languages = models.JSONField(default=list, blank=True)
    help = models.JSONField(default=list, blank=True)
    formats = models.JSONField(default=list, blank=True)
    region = models.CharField(max_length=20, choices=Region, blank=True)
    employer = models.CharField("hospital or employer", max_length=150, blank=True)
    supervisor = models.CharField(
        max_length=150, blank=True, help_text="Nobody is paired with their own supervisor. Nobody sees this name."
    )
    # [weekday (0 is Monday), "18:00", "21:00"] by the person's own clock.
    free_hours = models.JSONField(default=list, blank=True)
    paused_until = models.DateField(null=True, blank=True, help_text="Back on this day; pairs and preferences stay.")
    applied_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    refusal_reason = models.CharField(max_length=500, blank=True)
    renew_on = models.DateField(null=True, blank=True, help_text="Once a year each says that it still holds.")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True
        constraints = (
            models.CheckConstraint(
                condition=Q(rules__isnull=True, rules_accepted_at__isnull=True)
                | Q(rules__isnull=False, rules_accepted_at__isnull=False),
                name="mentoring_%(class)s_rules_paired",
            ),
            models.CheckConstraint(
                condition=~Q(status="refused") | ~Q(refusal_reason=""), name="mentoring_%(class)s_refusal_says_why"
            ),
            models.CheckConstraint(
                condition=~Q(status="approved") | Q(rules__isnull=False, decided_at__isnull=False),
                name="mentoring_%(class)s_approved_accepted_rules",
            ),
        )

    def __str__(self) -> str:
        # The audit keeps this text for good, so nobody's name is in it.
        return f"{self._meta.verbose_name} {self.pk}"


_SHARED = (
    "person", "school_country", "graduation_year", "specialties", "languages", "help", "region", "employer",
    "supervisor", "free_hours", "paused_until", "refusal_reason", "decided_by",
)  # fmt: skip


class Mentor(Enrolled):
    training_stage = models.CharField(max_length=10, choices=TrainingStage, blank=True)
    subspecialty = models.CharField(max_length=80, blank=True)
    county = models.CharField(max_length=40, blank=True)
    visas = models.JSONField("visa path lived", default=list, blank=True)
    hurdles = models.JSONField("hurdles cleared, and when", default=dict, blank=True)
    is_woman = models.BooleanField(
        default=False, help_text="Optional. Used only when a mentee asks for a woman as mentor."
    )
    capacity = models.PositiveSmallIntegerField("places", default=1, validators=[MaxValueValidator(MOST_PLACES)])
    hours_a_month = models.PositiveSmallIntegerField(null=True, blank=True)
    contact_by = models.CharField(max_length=80, blank=True)
    about = models.TextField(max_length=1000, blank=True, help_text="A few sentences that mentees see.")
    is_listed = models.BooleanField(default=False, help_text="Approved mentees may see you and ask for you.")
    license_checked_on = models.DateField(null=True, blank=True)
    membership_checked_on = models.DateField(null=True, blank=True)
    check_note = models.CharField(
        max_length=300, blank=True, help_text="Where staff looked it up. No document is kept."
    )

    PERSONAL_FIELDS = (
        *_SHARED, "training_stage", "subspecialty", "county", "visas", "hurdles", "is_woman", "hours_a_month",
        "contact_by", "about", "check_note",
    )  # fmt: skip
    VISAS, HELP, HURDLES, FORMATS = Visa, Help, Hurdle, Format

    objects = EnrolledQuerySet.as_manager()

    class Meta(Enrolled.Meta):
        constraints = (
            *Enrolled.Meta.constraints,
            models.CheckConstraint(condition=Q(capacity__lte=MOST_PLACES), name="mentoring_mentor_capacity"),
        )


class Place(models.Model):
    """One of a mentor's places. There are as many rows as the mentor's capacity, so nobody can take one too many."""

    mentor = models.ForeignKey(Mentor, on_delete=models.CASCADE, related_name="places")
    number = models.PositiveSmallIntegerField()

    PERSONAL_FIELDS = ("mentor",)

    class Meta:
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=("mentor", "number"), name="mentoring_place_once"),
            models.CheckConstraint(condition=Q(number__gte=1, number__lte=MOST_PLACES), name="mentoring_place_number"),
        )

    def __str__(self) -> str:
        return f"place {self.number} of mentor {self.mentor_id}"


class Mentee(Enrolled):
    stage = models.CharField(max_length=10, choices=Stage, blank=True)
    match_year = models.PositiveSmallIntegerField(null=True, blank=True)
    visa_need = models.CharField(max_length=10, choices=Visa, blank=True, help_text="Optional.")
    next_hurdle = models.CharField(max_length=20, choices=Hurdle, blank=True)
    further_hurdles = models.JSONField(default=list, blank=True)
    needs_woman = models.BooleanField("a woman as mentor", default=False)
    needs_language = models.JSONField("a mentor who speaks", default=list, blank=True)
    goals = models.TextField(max_length=1000, blank=True, help_text="Two or three sentences.")
    waiting_since = models.DateField(null=True, blank=True)
    # Proposals that ran out without an answer: each one raises the mentee's turn.
    unanswered = models.PositiveSmallIntegerField(default=0)

    PERSONAL_FIELDS = (
        *_SHARED, "stage", "match_year", "visa_need", "next_hurdle", "further_hurdles", "needs_woman",
        "needs_language", "goals",
    )  # fmt: skip
    MOST_CHOICES: ClassVar[int] = 3

    objects = EnrolledQuerySet.as_manager()


class Choice(models.Model):
    """A mentor whom a mentee asks for: the first, the second, the third."""

    mentee = models.ForeignKey(Mentee, on_delete=models.CASCADE, related_name="choices")
    mentor = models.ForeignKey(Mentor, on_delete=models.CASCADE, related_name="chosen_by")
    rank = models.PositiveSmallIntegerField()

    PERSONAL_FIELDS = ("mentee", "mentor")
    NOT_EXPORTED_BY = ("mentor",)  # who asked for a mentor is the mentee's own

    class Meta:
        ordering = ("rank",)
        constraints = (
            models.UniqueConstraint(fields=("mentee", "mentor"), name="mentoring_choice_once"),
            models.UniqueConstraint(fields=("mentee", "rank"), name="mentoring_choice_rank_once"),
            models.CheckConstraint(condition=Q(rank__gte=1, rank__lte=3), name="mentoring_choice_rank"),
        )

    def __str__(self) -> str:
        return f"choice {self.rank} of mentee {self.mentee_id}"


class KeptApartQuerySet(models.QuerySet["KeptApart"]):
    def between(self, one: Person, other: Person) -> "KeptApartQuerySet":
        return self.filter(Q(one=one, other=other) | Q(one=other, other=one))


class KeptApart(models.Model):
    """These two are never paired: one of them said so, or staff know of a conflict. The other one is never told."""

    one = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    is_conflict = models.BooleanField("conflict of interest", default=False)
    since = models.DateTimeField(auto_now_add=True)

    PERSONAL_FIELDS = ("one", "other")
    NOT_EXPORTED_BY = ("other",)

    objects = KeptApartQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "kept apart"
        constraints = (
            models.UniqueConstraint(fields=("one", "other"), name="mentoring_kept_apart_once"),
            models.CheckConstraint(condition=~Q(one=models.F("other")), name="mentoring_kept_apart_two"),
        )

    def __str__(self) -> str:
        return f"kept apart {self.pk}"
