"""Pages and the journeys they form, each page in numbered editions."""

from datetime import date, timedelta
from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxLengthValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from facts.models import Fact

ADDRESS_FORM = RegexValidator(
    r"^/([a-z0-9-]+/)*$",
    "An address starts and ends with / and has lower-case words joined by -, like /state-30/stages/.",
)


class Section(models.TextChoices):
    RESIDENCY = "residency", "Residency"
    STATE_30 = "state-30", "State 30 waiver"
    ECHO = "echo", "ECHO"
    COMMITTEE = "committee", "IMG committee"
    CREDENTIALING = "credentialing", "License and credentialing"
    MENTORING = "mentoring", "Mentoring"
    GET_INVOLVED = "get-involved", "Get involved"
    CONTACT = "contact", "Contact"
    SOURCEBOOK = "sourcebook", "IMG Sourcebook"


class Journey(models.Model):
    slug = models.SlugField(unique=True)
    title = models.CharField(max_length=120)
    address = models.CharField(
        max_length=200, validators=[ADDRESS_FORM], help_text="The page that shows the whole path."
    )

    PERSONAL_FIELDS = ()

    def __str__(self) -> str:
        return self.title


class PageQuerySet(models.QuerySet["Page"]):
    def published(self) -> "PageQuerySet":
        return self.filter(live__isnull=False)

    def due_for_review(self, on: date | None = None) -> "PageQuerySet":
        return self.published().filter(next_review_on__lte=on or timezone.localdate())

    def defer_words(self) -> "PageQuerySet":
        """For lists, which need titles and not the text of every page."""
        return self.defer("live__body", "live__html")

    def steps_of(self, journey: Journey) -> "PageQuerySet":
        return self.published().filter(journey=journey).order_by("position")


class Page(models.Model):
    """An address and who looks after it. What it says is in its editions; readers see the live one."""

    address = models.CharField(
        max_length=200, unique=True, validators=[ADDRESS_FORM], help_text="Where it stands, such as /state-30/stages/."
    )
    section = models.CharField(max_length=20, choices=Section)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="owned_pages",
        help_text="Gets readers' comments, broken links and the call for review.",
    )
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="deputy_pages"
    )
    owner_role = models.CharField(max_length=80, help_text="What readers see, such as “IMG committee”.")
    review_every_days = models.PositiveIntegerField(
        "review every (days)",
        validators=[MinValueValidator(1)],
        help_text="30 for visa matters, 90 for fees, 180 for rules.",
    )
    last_reviewed_on = models.DateField(null=True, blank=True, editable=False)
    # Stored so that lists can ask what is due; always last_reviewed_on + review_every_days (actions set it).
    next_review_on = models.DateField(null=True, blank=True, editable=False, db_index=True)
    journey = models.ForeignKey(Journey, on_delete=models.PROTECT, null=True, blank=True, related_name="pages")
    position = models.PositiveIntegerField(null=True, blank=True, help_text="Which step of the journey.")
    live = models.OneToOneField(
        "Edition", on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="live_for"
    )

    PERSONAL_FIELDS = ("owner", "deputy")

    objects = PageQuerySet.as_manager()

    class Meta:
        ordering = ("address",)
        constraints = (
            models.UniqueConstraint(fields=("journey", "position"), name="content_page_one_per_position"),
            models.CheckConstraint(
                condition=Q(journey__isnull=True, position__isnull=True)
                | Q(journey__isnull=False, position__isnull=False),
                name="content_page_step_has_position",
            ),
            models.CheckConstraint(
                condition=Q(last_reviewed_on__isnull=True, next_review_on__isnull=True)
                | Q(next_review_on__gte=F("last_reviewed_on")),
                name="content_page_review_dates_paired",
            ),
        )

    def __str__(self) -> str:
        return self.address

    def get_absolute_url(self) -> str:
        return self.address

    def computed_next_review_on(self) -> date | None:
        return self.last_reviewed_on and self.last_reviewed_on + timedelta(days=self.review_every_days)

    @property
    def is_overdue(self) -> bool:
        return self.next_review_on is not None and self.next_review_on < timezone.localdate()

    def latest(self) -> "Edition | None":
        return self.editions.order_by("-number").first()


class Status(models.TextChoices):
    DRAFT = "draft", "draft"
    IN_REVIEW = "in_review", "waiting for review"
    SCHEDULED = "scheduled", "scheduled"
    PUBLISHED = "published", "published"
    REPLACED = "replaced", "replaced by a later edition"
    WITHDRAWN = "withdrawn", "withdrawn"


MOVES: dict[str, set[str]] = {
    Status.DRAFT: {Status.IN_REVIEW, Status.WITHDRAWN},
    Status.IN_REVIEW: {Status.DRAFT, Status.SCHEDULED, Status.PUBLISHED},
    Status.SCHEDULED: {Status.DRAFT, Status.PUBLISHED},
    Status.PUBLISHED: {Status.REPLACED, Status.WITHDRAWN},
    Status.REPLACED: set(),
    Status.WITHDRAWN: set(),
}
OPEN_STATUSES = (Status.DRAFT, Status.IN_REVIEW, Status.SCHEDULED)
FROZEN_STATUSES = (Status.PUBLISHED, Status.REPLACED, Status.WITHDRAWN)


class EditionQuerySet(models.QuerySet["Edition"]):
    def announced(self) -> "EditionQuerySet":
        """What readers see under “What changed”, newest first."""
        return (
            self.filter(published_at__isnull=False, page__live__isnull=False)
            .exclude(change_note="")
            .order_by("-published_at", "-pk")
            .select_related("page", "page__live")
            .defer("body", "html", "page__live__body", "page__live__html")
        )

    def due(self) -> "EditionQuerySet":
        return self.filter(status=Status.SCHEDULED, publish_at__lte=timezone.now())


class Edition(models.Model):
    """One version of a page. Open ones are worked on; from the day it is published its words never change."""

    page = models.ForeignKey(Page, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveIntegerField(editable=False)
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT, editable=False)

    title = models.CharField(
        max_length=120, help_text="What a reader would type into a search: what the page helps to do."
    )
    short_title = models.CharField(max_length=60, help_text="For menus and lists.")
    summary = models.CharField(max_length=300, help_text="One or two plain sentences: what the reader gets here.")
    body = models.TextField(
        validators=[MaxLengthValidator(60_000)],
        help_text="Markdown; headings start at ##. Name figures as {fact.key}. "
        "Mark a rule, a preference or advice: see “How to write”.",
    )
    not_legal_advice = models.BooleanField(
        "say that this is not legal advice", default=False, help_text="For visa, license and contract pages."
    )
    runs_it = models.CharField("who runs it", max_length=200, blank=True)
    its_role = models.CharField(max_length=300, blank=True)
    official_url = models.URLField("official site", max_length=500, blank=True)
    when = models.CharField(max_length=300, blank=True)
    change_note = models.CharField(
        max_length=300,
        blank=True,
        help_text="For readers who come back: what is different. Empty for a spelling correction.",
    )

    # Rendered once, when saved; facts are filled in when read (see content/rendering.py).
    html = models.TextField(editable=False)
    facts = models.ManyToManyField(Fact, related_name="editions", editable=False)
    links = models.ManyToManyField("ExternalLink", related_name="editions", editable=False)
    edited_at = models.DateTimeField(editable=False)
    loaded_digest = models.CharField(max_length=64, blank=True, editable=False)

    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, editable=False, related_name="+"
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, editable=False, related_name="+"
    )
    asked_at = models.DateTimeField(null=True, editable=False)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, editable=False, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, editable=False)
    publish_at = models.DateTimeField("publish on", null=True, editable=False, db_index=True)
    published_at = models.DateTimeField(null=True, editable=False, db_index=True)

    PERSONAL_FIELDS = ("written_by", "asked_by", "approved_by")
    WORDS: ClassVar[tuple[str, ...]] = (
        "title", "short_title", "summary", "body", "not_legal_advice", "runs_it", "its_role", "official_url", "when",
    )  # fmt: skip

    objects = EditionQuerySet.as_manager()

    class Meta:
        ordering = ("page", "-number")
        permissions = (("approve_edition", "Can approve and publish an edition"),)
        constraints = (
            models.UniqueConstraint(fields=("page", "number"), name="content_edition_number"),
            models.UniqueConstraint(
                fields=("page",), condition=Q(status__in=OPEN_STATUSES), name="content_edition_one_open_per_page"
            ),
            models.UniqueConstraint(
                fields=("page",), condition=Q(status=Status.PUBLISHED), name="content_edition_one_published_per_page"
            ),
            models.CheckConstraint(
                condition=Q(asked_by__isnull=True) | Q(asked_at__isnull=False), name="content_edition_asked_paired"
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.PUBLISHED) | Q(published_at__isnull=False),
                name="content_edition_published_at",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.SCHEDULED) | Q(publish_at__isnull=False), name="content_edition_scheduled_at"
            ),
        )

    def __str__(self) -> str:
        return f"{self.page} edition {self.number}"

    def get_absolute_url(self) -> str:
        return self.page.address

    @property
    def url(self) -> str:
        return self.page.address

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_STATUSES


class MovedPage(models.Model):
    """An address a page once had. Links to it are all over the web; they keep working."""

    address = models.CharField(max_length=200, unique=True, validators=[ADDRESS_FORM])
    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="moved_from")
    moved_at = models.DateTimeField(auto_now_add=True)

    PERSONAL_FIELDS = ()

    def __str__(self) -> str:
        return f"{self.address} → {self.page}"
