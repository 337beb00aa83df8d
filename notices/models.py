"""Every message the portal owes a person, and every mail it sent."""

from datetime import datetime, timedelta
from typing import Any, TypeAlias

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from .mornings import Quiet

# A row of settings.AUTH_USER_MODEL: the ground imports nothing that stands above it.
Person: TypeAlias = Any

SILENCE_IS_ALARMING_AFTER = timedelta(minutes=15)


class State(models.TextChoices):
    OWED = "owed", "waits for its day"
    IN_MAIL = "in_mail", "in a mail"
    WITHDRAWN = "withdrawn", "not needed any more"
    HELD = "held", "held: the address does not work"
    FAILED = "failed", "could not be written"


MOVES: dict[str, set[str]] = {
    State.OWED: {State.IN_MAIL, State.WITHDRAWN, State.HELD, State.FAILED},
    State.HELD: {State.OWED, State.WITHDRAWN},
    State.FAILED: {State.OWED, State.WITHDRAWN},
    State.IN_MAIL: {State.OWED, State.HELD},
    State.WITHDRAWN: {State.OWED},
}


class Answer(models.TextChoices):
    DONE = "done", "Done"
    YES = "yes", "Yes"
    NO = "no", "No"
    WAITING = "waiting", "Still waiting"
    STUCK = "stuck", "Stuck, please help"
    REMIND = "remind", "Remind me on a day"


class NoticeQuerySet(models.QuerySet["Notice"]):
    def due(self, now: datetime | None = None) -> "NoticeQuerySet":
        return self.filter(state=State.OWED, send_after__lte=now or timezone.now())

    def for_user(self, user: Person) -> "NoticeQuerySet":
        return self.filter(person=user)


class Notice(models.Model):
    """One thing to tell one person, owed from a day on. Owing it twice is owing it once."""

    kind = models.CharField(max_length=60)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    about = models.CharField(max_length=120, help_text="What it is about: app.model:number.")
    due_on = models.DateField()
    step = models.PositiveSmallIntegerField(default=0, help_text="0: the first time it is said.")
    first = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True, related_name="later_steps")
    state = models.CharField(max_length=10, choices=State, default=State.OWED)
    send_after = models.DateTimeField()
    mail = models.ForeignKey("Mail", on_delete=models.RESTRICT, null=True, blank=True, related_name="notices")
    heading = models.CharField(max_length=200, blank=True)
    problem = models.CharField(max_length=300, blank=True)
    owed_at = models.DateTimeField(auto_now_add=True)
    # When it was first put in a mail: said once more, it neither begins its next steps nor tells staff a second time.
    said_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=10, choices=Answer, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    PERSONAL_FIELDS = ("person", "about", "heading")

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ("-owed_at", "-pk")
        constraints = (
            models.UniqueConstraint(fields=("kind", "person", "about", "due_on"), name="notices_notice_owed_once"),
            models.CheckConstraint(
                condition=Q(state=State.IN_MAIL, mail__isnull=False) | (~Q(state=State.IN_MAIL) & Q(mail__isnull=True)),
                name="notices_notice_in_mail_has_mail",
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True) | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="notices_notice_answer_paired",
            ),
        )
        indexes = (
            # The daily question asks only for what is still owed; sent ones may be millions.
            models.Index(fields=("send_after",), condition=Q(state=State.OWED), name="notices_notice_owed_after"),
            models.Index(
                fields=("person", "send_after"), condition=Q(state=State.OWED), name="notices_notice_owed_person"
            ),
            models.Index(fields=("person",), condition=Q(state=State.HELD), name="notices_notice_held"),
            models.Index(fields=("person", "-owed_at"), name="notices_notice_by_person"),
            models.Index(fields=("about",), name="notices_notice_about"),
        )

    def __str__(self) -> str:
        return f"{self.kind} to {self.person_id} about {self.about}, due {self.due_on}"

    @property
    def next_one(self) -> "Notice | None":
        """The same thing, still owed to the same person."""
        same = Notice.objects.filter(kind=self.kind, person=self.person_id, about=self.about, state=State.OWED)
        return same.order_by("due_on").first()


class MailState(models.TextChoices):
    READY = "ready", "ready to go"
    SENT = "sent", "sent"
    REFUSED = "refused", "refused for good"
    GIVEN_UP = "given_up", "given up after several tries"


class MailQuerySet(models.QuerySet["Mail"]):
    def waiting(self, now: datetime | None = None) -> "MailQuerySet":
        """Ready, and held by no worker: the first try never happened, was put off, or its worker died."""
        return self.filter(state=MailState.READY, next_try_at__lte=now or timezone.now())

    def for_user(self, user: Person) -> "MailQuerySet":
        return self.filter(person=user)


class Mail(models.Model):
    """One mail, with the words it was sent with: a second try sends the same bytes under the same Message-ID."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mails")
    address = models.EmailField()
    # The person's own day, for the one digest of a day; empty for a mail that goes at once.
    digest_day = models.DateField(null=True)
    message_id = models.CharField(max_length=200, unique=True)
    in_reply_to = models.CharField(max_length=200, blank=True)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField(blank=True)
    unsubscribe_url = models.CharField(max_length=2000, blank=True)
    state = models.CharField(max_length=10, choices=MailState, default=MailState.READY)
    tries = models.PositiveSmallIntegerField(default=0)
    # Doubles as the worker's lease: whoever takes the mail moves it into the future first.
    next_try_at = models.DateTimeField()
    problem = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    PERSONAL_FIELDS = ("person", "address", "subject", "text", "html")

    objects = MailQuerySet.as_manager()

    class Meta:
        ordering = ("-made_at", "-pk")
        constraints = (
            models.UniqueConstraint(fields=("person", "digest_day"), name="notices_mail_one_digest_a_day"),
            models.CheckConstraint(
                condition=Q(state=MailState.SENT, sent_at__isnull=False)
                | (~Q(state=MailState.SENT) & Q(sent_at__isnull=True)),
                name="notices_mail_sent_paired",
            ),
        )
        indexes = (
            models.Index(fields=("next_try_at",), condition=Q(state=MailState.READY), name="notices_mail_ready"),
        )

    def __str__(self) -> str:
        return f"{self.subject} ({self.get_state_display()})"


class QuietPeriod(models.Model):
    """“Nights until 14 February”, “exam week”: messages wait until it is over."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="quiet_periods")
    first_day = models.DateField()
    last_day = models.DateField()
    words = models.CharField("what it is", max_length=80, blank=True)

    PERSONAL_FIELDS = ("person", "words")

    class Meta:
        ordering = ("first_day",)
        constraints = (
            models.CheckConstraint(condition=Q(last_day__gte=models.F("first_day")), name="notices_quiet_in_order"),
        )

    def __str__(self) -> str:
        return f"{self.words or 'quiet'}: {self.first_day} to {self.last_day}"

    def as_quiet(self) -> Quiet:
        return Quiet(self.first_day, self.last_day)


class SwitchedOff(models.Model):
    """A kind of message this person does not want."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="switched_off")
    kind = models.CharField(max_length=60)
    since = models.DateTimeField(auto_now_add=True)

    PERSONAL_FIELDS = ("person",)

    class Meta:
        verbose_name_plural = "switched off"
        constraints = (models.UniqueConstraint(fields=("person", "kind"), name="notices_switched_off_once"),)

    def __str__(self) -> str:
        return f"{self.person_id} does not want {self.kind}"


class BadAddress(models.Model):
    """An address that refused mail for good. Nothing is sent there until its owner or staff say that it works again."""

    address = models.EmailField(unique=True)
    problem = models.CharField(max_length=300)
    since = models.DateTimeField(auto_now_add=True)

    PERSONAL_FIELDS = ("address",)

    class Meta:
        verbose_name_plural = "bad addresses"

    def __str__(self) -> str:
        # The audit keeps this text for good, so the address is not in it.
        return f"bad address {self.pk}"


class Heartbeat(models.Model):
    """Each named job leaves its time here. Silence is the alarm."""

    name = models.CharField(max_length=60, primary_key=True)
    at = models.DateTimeField()

    PERSONAL_FIELDS = ()

    def __str__(self) -> str:
        return f"{self.name} at {self.at:%Y-%m-%d %H:%M:%S}"

    @property
    def is_silent(self) -> bool:
        return timezone.now() - self.at > SILENCE_IS_ALARMING_AFTER
