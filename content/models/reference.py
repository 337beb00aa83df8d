"""What pages refer to: external links, the season's dates, terms, the committee's goals, counties."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from facts.models import Fact

from .pages import Page


class LinkState(models.TextChoices):
    UNCHECKED = "unchecked", "not checked yet"
    WORKS = "works", "works"
    MOVED = "moved", "moved to another address"
    REFUSES_ROBOTS = "refuses_robots", "refuses automatic checks"
    DEAD = "dead", "does not work"
    NO_ANSWER = "no_answer", "check could not run"


class PublicQuerySet(models.QuerySet):
    """Rows of these tables have no draft: what staff save is what readers see."""

    def published(self) -> "PublicQuerySet":
        return self.all()


class ExternalLinkQuerySet(models.QuerySet["ExternalLink"]):
    def published(self) -> "ExternalLinkQuerySet":
        """What stands on the links page."""
        return self.filter(is_listed=True)

    def broken(self) -> "ExternalLinkQuerySet":
        return self.filter(state=LinkState.DEAD)


class ExternalLink(models.Model):
    """An address outside the portal: listed on /links/, or named by a page, or both."""

    url = models.URLField(max_length=500, unique=True)
    organisation = models.CharField("organization", max_length=150, blank=True)
    label = models.CharField(max_length=150, blank=True)
    role = models.CharField(max_length=250, blank=True, help_text="What the reader does there.")
    is_listed = models.BooleanField("shown on the links page", default=False)
    is_legacy = models.BooleanField("old name or service", default=False)
    to_confirm = models.BooleanField("to be confirmed", default=False)
    step_pages = models.ManyToManyField(Page, blank=True, related_name="step_links")

    state = models.CharField(max_length=15, choices=LinkState, default=LinkState.UNCHECKED, editable=False)
    http_status = models.PositiveSmallIntegerField(null=True, editable=False)
    moved_to = models.URLField(max_length=1000, blank=True, editable=False)
    checked_at = models.DateTimeField(null=True, editable=False)
    # Set by the one worker that is about to check this link, so that two runs never call a site twice.
    claimed_at = models.DateTimeField(null=True, editable=False)
    loaded_digest = models.CharField(max_length=64, blank=True, editable=False)

    PERSONAL_FIELDS = ()

    objects = ExternalLinkQuerySet.as_manager()

    class Meta:
        ordering = ("organisation", "url")
        verbose_name = "link"

    def __str__(self) -> str:
        return self.label or self.url

    def forget_check(self) -> None:
        """What is known of another address says nothing about this one."""
        self.state, self.http_status, self.moved_to = LinkState.UNCHECKED, None, ""
        self.checked_at = self.claimed_at = None


class KeyDate(models.Model):
    """A date of the season. The day itself is a fact, so it has its source and its confidence."""

    slug = models.SlugField(max_length=80, unique=True, help_text="Calendars know the event by it: never change it.")
    title = models.CharField(max_length=150)
    what = models.CharField("what happens", max_length=400)
    starts = models.ForeignKey(Fact, on_delete=models.PROTECT, related_name="+", limit_choices_to={"kind": "date"})
    ends = models.ForeignKey(
        Fact, on_delete=models.PROTECT, null=True, blank=True, related_name="+", limit_choices_to={"kind": "date"}
    )
    season = models.CharField(max_length=60, blank=True)
    page = models.ForeignKey(Page, on_delete=models.SET_NULL, null=True, blank=True, related_name="key_dates")
    loaded_digest = models.CharField(max_length=64, blank=True, editable=False)

    PERSONAL_FIELDS = ()

    objects = PublicQuerySet.as_manager()

    class Meta:
        ordering = ("starts__value", "slug")

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        if self.ends and self.starts and self.ends.value < self.starts.value:
            raise ValidationError({"ends": "The last day is before the first day."})


class Term(models.Model):
    slug = models.SlugField(max_length=80, unique=True)
    acronym = models.CharField("acronym or term", max_length=60, unique=True)
    name = models.CharField("in full", max_length=150, blank=True)
    meaning = models.TextField(max_length=600)
    also = models.CharField(
        "other words for it",
        max_length=300,
        blank=True,
        help_text="What a reader might search instead, separated by commas.",
    )
    page = models.ForeignKey(Page, on_delete=models.SET_NULL, null=True, blank=True, related_name="terms")
    loaded_digest = models.CharField(max_length=64, blank=True, editable=False)

    PERSONAL_FIELDS = ()

    objects = PublicQuerySet.as_manager()

    class Meta:
        ordering = ("acronym",)
        verbose_name = "glossary term"

    def __str__(self) -> str:
        return self.acronym


class GoalStatus(models.TextChoices):
    TO_REPORT = "to_report", "status to be reported"
    UNDER_WAY = "under_way", "under way"
    ACHIEVED = "achieved", "achieved"
    PAUSED = "paused", "paused"


class Goal(models.Model):
    slug = models.SlugField(unique=True)
    position = models.PositiveIntegerField(default=1)
    title = models.CharField(max_length=150)
    text = models.TextField(max_length=1000)
    status = models.CharField(max_length=10, choices=GoalStatus, default=GoalStatus.TO_REPORT)
    owner = models.CharField(max_length=120, help_text="Who answers for it.")
    report = models.TextField(max_length=1000, blank=True, help_text="What happened last, in a few sentences.")
    reported_on = models.DateField(null=True, blank=True)
    loaded_digest = models.CharField(max_length=64, blank=True, editable=False)

    PERSONAL_FIELDS = ("owner",)

    objects = PublicQuerySet.as_manager()

    class Meta:
        ordering = ("position",)
        verbose_name = "committee goal"

    def __str__(self) -> str:
        return self.title


class County(models.Model):
    name = models.CharField(max_length=40, unique=True)
    district = models.PositiveSmallIntegerField("district branch")
    society = models.CharField("county medical society", max_length=120, blank=True)
    website = models.URLField(blank=True)
    contact = models.CharField(
        max_length=200, blank=True, help_text="Office phone or address, as the society gives it."
    )
    to_confirm = models.BooleanField("to be confirmed", default=True)
    loaded_digest = models.CharField(max_length=64, blank=True, editable=False)

    PERSONAL_FIELDS = ("contact",)

    objects = PublicQuerySet.as_manager()

    class Meta:
        ordering = ("district", "name")
        verbose_name_plural = "counties"
        constraints = (models.CheckConstraint(condition=Q(district__range=(1, 9)), name="content_county_district"),)

    def __str__(self) -> str:
        return self.name
