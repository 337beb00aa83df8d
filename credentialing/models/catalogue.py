"""What a New York license takes: the items, in numbered versions that staff write and publish."""

from typing import ClassVar

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from facts.models import Fact

KEY_FORM = RegexValidator(r"^[a-z][a-z0-9_]*$", "Use lower-case letters, digits and underscores, for example ny_form1.")


class Party(models.TextChoices):
    """Who can be waited for. The label stands after “waits for”."""

    YOU = "you", "you"
    SCHOOL = "school", "your medical school"
    PROGRAM = "program", "your training program"
    HOSPITAL = "hospital", "the hospital of your clerkship"
    AUTHORITY = "authority", "the other licensing authority"
    TRANSLATOR = "translator", "your translator"
    ECFMG = "ecfmg", "ECFMG"
    FCVS = "fcvs", "FCVS"
    FSMB = "fsmb", "FSMB"
    NYSED = "nysed", "NYSED"


class Section(models.TextChoices):
    BEFORE = "before", "Before you apply"
    FCVS = "fcvs", "Your FCVS file"
    NEW_YORK = "new_york", "Your New York application"
    DECISION = "decision", "The decision, and after"


class Need(models.TextChoices):
    """For whom an item is. The answers to the questions decide."""

    ALWAYS = "always", "everybody"
    TRANSLATIONS = "translations", "documents in another language than English"
    CLERKSHIPS = "clerkships", "clerkships outside the country of the school"
    COMPLETED_TRAINING = "completed_training", "training that has ended"
    CURRENT_TRAINING = "current_training", "training that has not ended"
    OTHER_LICENSES = "other_licenses", "a license elsewhere"


class Repeats(models.TextChoices):
    ONCE = "once", "once"
    PROGRAM = "program", "for each training program"
    HOSPITAL = "hospital", "for each hospital of a clerkship"
    LICENSE = "license", "for each other license"


class Rule(models.TextChoices):
    """Where thirty days would be wrong. `rule_fact` names days or years, `rule_warn_fact` the days of the warning."""

    NONE = "none", "none"
    DRAFT_LOST = "draft_lost", "a saved draft is lost after …"
    VALID_FOR = "valid_for", "no longer valid after …"
    NOT_BEFORE = "not_before", "do not ask before …"
    OPENS_BEFORE_END = "opens_before_end", "opens … before the training ends"
    RENEWED_EVERY = "renewed_every", "renewed every …"


class CatalogueStatus(models.TextChoices):
    DRAFT = "draft", "draft"
    PUBLISHED = "published", "in use"
    REPLACED = "replaced", "replaced"


class Catalogue(models.Model):
    """One version of the whole list. A published one is never changed; each checklist follows one version."""

    number = models.PositiveIntegerField(unique=True)
    status = models.CharField(max_length=10, choices=CatalogueStatus, default=CatalogueStatus.DRAFT)
    change_note = models.TextField(
        blank=True, help_text="What is different from the version before, in a sentence for the physicians."
    )
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    made_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True, blank=True)

    PERSONAL_FIELDS = ("written_by", "published_by")
    MOVES: ClassVar[dict[str, set[str]]] = {
        CatalogueStatus.DRAFT: {CatalogueStatus.PUBLISHED},
        CatalogueStatus.PUBLISHED: {CatalogueStatus.REPLACED},
        CatalogueStatus.REPLACED: set(),
    }

    class Meta:
        ordering = ("-number",)
        constraints = (
            models.UniqueConstraint(
                fields=("status",), condition=Q(status="published"), name="credentialing_catalogue_one_in_use"
            ),
            models.UniqueConstraint(
                fields=("status",), condition=Q(status="draft"), name="credentialing_catalogue_one_draft"
            ),
            models.CheckConstraint(
                condition=Q(status="draft", published_at__isnull=True)
                | (~Q(status="draft") & Q(published_at__isnull=False)),
                name="credentialing_catalogue_published_paired",
            ),
        )

    def __str__(self) -> str:
        return f"Catalogue {self.number} ({self.get_status_display()})"


class Spec(models.Model):
    """One item as the catalogue describes it. Days and fees are named by the key of their fact."""

    catalogue = models.ForeignKey(Catalogue, on_delete=models.CASCADE, related_name="specs")
    key = models.CharField(max_length=40, validators=[KEY_FORM], help_text="It cannot be changed later.")
    position = models.PositiveSmallIntegerField()
    section = models.CharField(max_length=10, choices=Section)
    title = models.CharField(max_length=120)
    supplier = models.CharField("comes from", max_length=12, choices=Party)
    passes_to = models.CharField(
        "who is waited for",
        max_length=12,
        choices=Party,
        help_text="Whose turn it is once you have sent it; the letters go there. “you”: nobody else is needed.",
    )
    what_to_do = models.TextField(help_text="A line for each step. {fcvs.initial_fee} stands for that fact.")
    evidence = models.CharField("done when", max_length=250)
    traps = models.TextField("known traps", blank=True, help_text="A line for each.")
    asks_for = models.CharField(
        max_length=200, blank=True, help_text="What a letter asks for: “the verification of my medical education”."
    )
    need = models.CharField("for whom", max_length=20, choices=Need, default=Need.ALWAYS)
    repeats = models.CharField(max_length=10, choices=Repeats, default=Repeats.ONCE)
    depends_on = models.JSONField(default=list, blank=True, help_text="Keys of the items that come first.")
    first_fact = models.CharField("first follow-up", max_length=80, blank=True)
    again_fact = models.CharField("repeated follow-up", max_length=80, blank=True)
    usual_fact = models.CharField("usual time", max_length=80, blank=True)
    rule = models.CharField(max_length=20, choices=Rule, default=Rule.NONE)
    rule_fact = models.CharField(max_length=80, blank=True)
    rule_warn_fact = models.CharField(max_length=80, blank=True)
    cost_facts = models.JSONField(default=list, blank=True, help_text="Keys of the fees.")
    receipt_is_enough = models.BooleanField(
        default=False, help_text="Done when it was received; nobody verifies it afterwards."
    )
    read_more = models.CharField(max_length=200, blank=True, help_text="Address of a guidance page.")
    facts = models.ManyToManyField(Fact, blank=True, related_name="+", editable=False)

    PERSONAL_FIELDS = ()
    WORDS: ClassVar[tuple[str, ...]] = (
        "key", "position", "section", "title", "supplier", "passes_to", "what_to_do", "evidence", "traps", "asks_for",
        "need", "repeats", "depends_on", "first_fact", "again_fact", "usual_fact", "rule", "rule_fact",
        "rule_warn_fact", "cost_facts", "receipt_is_enough", "read_more",
    )  # fmt: skip

    class Meta:
        ordering = ("position", "key")
        verbose_name = "catalogue item"
        constraints = (models.UniqueConstraint(fields=("catalogue", "key"), name="credentialing_spec_key_once"),)

    def __str__(self) -> str:
        return self.title

    @property
    def is_own_task(self) -> bool:
        """Nobody else is needed: it is done when the physician says so."""
        return self.passes_to == Party.YOU

    def fact_keys(self) -> set[str]:
        """Those that its days, rule and fees are named by; the words may name more."""
        named = (self.first_fact, self.again_fact, self.usual_fact, self.rule_fact, self.rule_warn_fact)
        return {key for key in (*named, *self.cost_facts) if key}


class Tone(models.IntegerChoices):
    FIRST = 1, "first"
    SECOND = 2, "second"
    THIRD = 3, "third"


class Letter(models.Model):
    """What the physician writes to that party the first, the second and the third time."""

    catalogue = models.ForeignKey(Catalogue, on_delete=models.CASCADE, related_name="letters")
    recipient = models.CharField(max_length=12, choices=Party)
    tone = models.PositiveSmallIntegerField(choices=Tone)
    subject = models.CharField(max_length=150)
    body = models.TextField(
        help_text="{name}, {asks_for}, {to}, {sent_on}, {days}, {chases} and {today} stand for what the portal knows."
    )

    PERSONAL_FIELDS = ()
    WORDS: ClassVar[tuple[str, ...]] = ("recipient", "tone", "subject", "body")

    class Meta:
        ordering = ("recipient", "tone")
        constraints = (
            models.UniqueConstraint(fields=("catalogue", "recipient", "tone"), name="credentialing_letter_once"),
            models.CheckConstraint(condition=Q(tone__in=(1, 2, 3)), name="credentialing_letter_tone"),
        )

    def __str__(self) -> str:
        return f"{self.get_tone_display()} letter to {self.get_recipient_display()}"
