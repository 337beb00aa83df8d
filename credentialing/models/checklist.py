"""One physician's way to the license: the answers, the items, and everything that was recorded about them."""

from datetime import date
from typing import Any, ClassVar, TypeAlias

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from .catalogue import Catalogue, Party

# A row of settings.AUTH_USER_MODEL.
Person: TypeAlias = Any


class Answer(models.TextChoices):
    YES = "yes", "Yes"
    NO = "no", "No"
    UNSURE = "unsure", "I do not know yet"


class ChecklistQuerySet(models.QuerySet["Checklist"]):
    def for_user(self, user: Person) -> "ChecklistQuerySet":
        return self.filter(person=user)


class Checklist(models.Model):
    """A person has one. The answers decide which items are needed; a changed answer hides items and loses nothing."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="checklist")
    catalogue = models.ForeignKey(Catalogue, on_delete=models.PROTECT, related_name="checklists")
    ecfmg_certified = models.CharField(max_length=6, choices=Answer)
    has_ssn = models.CharField(max_length=6, choices=Answer)
    has_us_address = models.CharField(max_length=6, choices=Answer)
    other_language = models.CharField(max_length=6, choices=Answer)
    clerkships_abroad = models.CharField(max_length=6, choices=Answer)
    training_ends_on = models.DateField(
        null=True, blank=True, help_text="Last day of the third year of approved postgraduate training."
    )
    license_wanted_on = models.DateField(null=True, blank=True)
    started_at = models.DateTimeField(auto_now_add=True)
    # Counts the changes: a form that was opened before one of them is stale.
    version = models.PositiveIntegerField(default=1)

    PERSONAL_FIELDS = (
        "person", "ecfmg_certified", "has_ssn", "has_us_address", "other_language", "clerkships_abroad",
        "training_ends_on", "license_wanted_on",
    )  # fmt: skip
    ANSWERS: ClassVar[tuple[str, ...]] = PERSONAL_FIELDS[1:]

    objects = ChecklistQuerySet.as_manager()

    def __str__(self) -> str:
        # The audit keeps this text for good, so nobody's name is in it.
        return f"checklist {self.pk}"

    @property
    def online_notary(self) -> bool:
        """Online only with a US SSN and a US address; else, and while unknown, the paper route that always works."""
        return self.has_ssn == Answer.YES == self.has_us_address


class SourceKind(models.TextChoices):
    PROGRAM = "program", "training program"
    HOSPITAL = "hospital", "hospital of a clerkship"
    LICENSE = "license", "other license"


class Source(models.Model):
    """A program, a hospital or a licensing authority that has to confirm something about this person."""

    checklist = models.ForeignKey(Checklist, on_delete=models.CASCADE, related_name="sources")
    kind = models.CharField(max_length=10, choices=SourceKind)
    name = models.CharField(max_length=150)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    in_new_york = models.BooleanField(default=False)
    # Taken off the list by the person; what was recorded about it stays.
    removed_at = models.DateTimeField(null=True, blank=True)

    PERSONAL_FIELDS = ("checklist", "name", "starts_on", "ends_on")

    class Meta:
        ordering = ("kind", "starts_on", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(starts_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="credentialing_source_in_order",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"


class Status(models.TextChoices):
    """Where an item stands. “Not needed” and “cannot start yet” follow from the answers and the other items."""

    TO_DO = "to_do", "to do"
    SENT = "sent", "sent"
    QUERY = "query", "query open"
    RECEIVED = "received", "received"
    VERIFIED = "verified", "verified"
    REJECTED = "rejected", "rejected"


MOVES: dict[str, set[str]] = {
    Status.TO_DO: {Status.SENT, Status.QUERY, Status.RECEIVED, Status.VERIFIED},
    Status.SENT: {Status.TO_DO, Status.QUERY, Status.RECEIVED, Status.VERIFIED, Status.REJECTED},
    Status.QUERY: {Status.SENT, Status.RECEIVED, Status.VERIFIED, Status.REJECTED},
    Status.RECEIVED: {Status.SENT, Status.QUERY, Status.VERIFIED, Status.REJECTED},
    Status.VERIFIED: {Status.TO_DO, Status.SENT, Status.QUERY, Status.RECEIVED, Status.REJECTED},
    Status.REJECTED: {Status.TO_DO, Status.SENT},
}
WITH_OTHERS = (Status.SENT, Status.RECEIVED)


class ItemQuerySet(models.QuerySet["Item"]):
    def for_user(self, user: Person) -> "ItemQuerySet":
        return self.filter(checklist__person=user)

    def needed(self) -> "ItemQuerySet":
        return self.filter(is_needed=True)

    def opened(self) -> "ItemQuerySet":
        return self.needed().filter(closed_on__isnull=True)

    def waiting_on_others(self) -> "ItemQuerySet":
        return self.opened().exclude(waiting_on__in=("", Party.YOU)).filter(waiting_since__isnull=False)


class Item(models.Model):
    """One thing of one checklist; `key` names its description in the checklist's catalogue."""

    checklist = models.ForeignKey(Checklist, on_delete=models.CASCADE, related_name="items")
    key = models.CharField(max_length=40)
    source = models.ForeignKey(Source, on_delete=models.CASCADE, null=True, blank=True, related_name="items")
    is_needed = models.BooleanField(default=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.TO_DO)
    # The day on which it came to this status, as the person gave it.
    status_on = models.DateField(null=True, blank=True)
    sent_on = models.DateField("first sent on", null=True, blank=True)
    waiting_on = models.CharField(max_length=12, choices=Party, default=Party.YOU)
    waiting_since = models.DateField(null=True, blank=True)
    # The next day on which the portal follows it up; empty when nothing is waited for.
    follow_up_on = models.DateField(null=True, blank=True)
    # The follow-up that the daily scan has already owed.
    owed_for = models.DateField(null=True, blank=True, editable=False)
    # A draft saved, a report issued, a course completed: the day from which the item's rule counts.
    rule_from = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    # Calendar days from the first sending to the end, for honest waiting times.
    took_days = models.PositiveIntegerField(null=True, blank=True)
    note = models.TextField("private note", blank=True, max_length=2000)
    is_stuck = models.BooleanField(default=False)
    staff_told_at = models.DateTimeField(null=True, blank=True)
    staff_seen_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    PERSONAL_FIELDS = (
        "checklist", "source", "status_on", "sent_on", "waiting_since", "follow_up_on", "rule_from", "closed_on",
        "took_days", "note",
    )  # fmt: skip

    objects = ItemQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("checklist", "key"), condition=Q(source__isnull=True), name="credentialing_item_once"
            ),
            models.UniqueConstraint(fields=("checklist", "key", "source"), name="credentialing_item_once_per_source"),
            models.CheckConstraint(
                condition=Q(took_days__isnull=True) | Q(closed_on__isnull=False), name="credentialing_item_took_closed"
            ),
        )
        indexes = (
            models.Index(
                # The daily scan asks only for what is not owed yet; what waits for years stays out of it.
                fields=("follow_up_on",),
                condition=Q(follow_up_on__isnull=False, owed_for__isnull=True),
                name="credentialing_item_follow_up",
            ),
            models.Index(
                fields=("waiting_since",),
                condition=Q(is_needed=True, closed_on__isnull=True, waiting_since__isnull=False),
                name="credentialing_item_waiting",
            ),
            models.Index(
                fields=("key", "closed_on"), condition=Q(took_days__isnull=False), name="credentialing_item_closed"
            ),
        )

    def __str__(self) -> str:
        return f"item {self.pk} ({self.key})"

    def waited_days(self, today: date | None = None) -> int | None:
        """Whole days since it passed to whoever it waits for."""
        return ((today or timezone.localdate()) - self.waiting_since).days if self.waiting_since else None


class Move(models.Model):
    """What happened to an item. Rows are added; a wrong one is corrected by another one."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="moves")
    from_status = models.CharField(max_length=10, choices=Status)
    to_status = models.CharField(max_length=10, choices=Status)
    on = models.DateField()
    words = models.CharField("what they said", max_length=500, blank=True)
    recorded_at = models.DateTimeField(auto_now_add=True)

    PERSONAL_FIELDS = ("item", "on", "words")

    class Meta:
        ordering = ("-recorded_at", "-pk")

    def __str__(self) -> str:
        return f"{self.from_status} to {self.to_status} on {self.on}"


class Channel(models.TextChoices):
    EMAIL = "email", "e-mail"
    PHONE = "phone", "telephone"
    PORTAL = "portal", "their web site"
    POST = "post", "post or courier"
    PERSON = "person", "in person"


class Chase(models.Model):
    """The physician asked somebody: when, how, whom, and what the answer was."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="chases")
    on = models.DateField()
    channel = models.CharField(max_length=10, choices=Channel)
    whom = models.CharField(max_length=120, blank=True)
    answer = models.CharField(max_length=500, blank=True)
    # One form, one row: the second click of a double click finds the first one's.
    form_token = models.UUIDField(unique=True)
    recorded_at = models.DateTimeField(auto_now_add=True)

    PERSONAL_FIELDS = ("item", "on", "whom", "answer")

    class Meta:
        ordering = ("-on", "-pk")

    def __str__(self) -> str:
        return f"chase {self.pk} of item {self.item_id}"


class Payment(models.Model):
    """What the physician paid for an item; `fact` is the key of the fee."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="payments")
    fact = models.CharField(max_length=80, blank=True)
    amount = models.DecimalField(max_digits=9, decimal_places=2)
    on = models.DateField()
    form_token = models.UUIDField(unique=True)

    PERSONAL_FIELDS = ("item", "amount", "on")

    class Meta:
        ordering = ("-on", "-pk")
        constraints = (models.CheckConstraint(condition=Q(amount__gt=0), name="credentialing_payment_above_zero"),)

    def __str__(self) -> str:
        return f"payment {self.pk} for item {self.item_id}"


class HelpRequest(models.Model):
    """“Stuck, please help”: the physician's words, and what staff answered."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="help_requests")
    words = models.TextField(max_length=2000)
    asked_at = models.DateTimeField(auto_now_add=True)
    answer = models.TextField(blank=True, max_length=4000)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    form_token = models.UUIDField(unique=True)

    PERSONAL_FIELDS = ("item", "words", "answer", "answered_by")

    class Meta:
        ordering = ("asked_at", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True) | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="credentialing_help_answer_paired",
            ),
        )

    def __str__(self) -> str:
        return f"help request {self.pk} for item {self.item_id}"


class StaffNote(models.Model):
    """What staff note for each other about an item. It belongs to the physician's data and is exported with it."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="staff_notes")
    words = models.TextField(max_length=2000)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    written_at = models.DateTimeField(auto_now_add=True)

    PERSONAL_FIELDS = ("item", "words", "written_by")

    class Meta:
        ordering = ("-written_at", "-pk")

    def __str__(self) -> str:
        return f"note {self.pk} on item {self.item_id}"


class Document(models.TextChoices):
    PASSPORT = "passport", "Passport"
    DIPLOMA = "diploma", "Medical diploma"
    ECFMG = "ecfmg", "ECFMG record"
    USMLE = "usmle", "USMLE record"
    TRAINING = "training", "Training records"


class Spelling(models.Model):
    """A name exactly as one document has it, typed by the physician. No number of any document is kept."""

    checklist = models.ForeignKey(Checklist, on_delete=models.CASCADE, related_name="spellings")
    document = models.CharField(max_length=10, choices=Document)
    name = models.CharField(max_length=150)

    PERSONAL_FIELDS = ("checklist", "name")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("checklist", "document"), name="credentialing_spelling_once"),)

    def __str__(self) -> str:
        return f"{self.get_document_display()} of checklist {self.checklist_id}"


class Activity(models.Model):
    """A line of the activity history since medical school.."""

    checklist = models.ForeignKey(Checklist, on_delete=models.CASCADE, related_name="activities")
    what = models.CharField(max_length=150)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True, help_text="Empty: it goes on.")

    PERSONAL_FIELDS = ("checklist", "what", "starts_on", "ends_on")

    class Meta:
        ordering = ("starts_on", "pk")
        verbose_name_plural = "activities"
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="credentialing_activity_in_order",
            ),
        )

    def __str__(self) -> str:
        return f"activity {self.pk} of checklist {self.checklist_id}"


class WaitingTime(models.Model):
    """How long closed items of one key took, worked out once a day. `half` and `three_quarters` are days."""

    key = models.CharField(max_length=40, unique=True)
    count = models.PositiveIntegerField(help_text="Closed items of the last twelve months.")
    half = models.PositiveIntegerField()
    three_quarters = models.PositiveIntegerField()
    as_of = models.DateField()

    PERSONAL_FIELDS = ()
    FEWEST = 5  # fewer say more about somebody than about the time

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(count__gte=5), name="credentialing_waiting_time_not_of_few"),)

    def __str__(self) -> str:
        return f"{self.key}: half within {self.half} days ({self.count} cases)"
