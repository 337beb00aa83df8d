"""A pair from the proposal to the end, and everything the two leave behind."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from .choices import Format, Help
from .people import Mentee, Mentor, Person, Place
from .rounds import Round


class PairStatus(models.TextChoices):
    PROPOSED = "proposed", "waits for an answer"
    ACTIVE = "active", "under way"
    DECLINED = "declined", "declined"
    EXPIRED = "expired", "not answered in time"
    WITHDRAWN = "withdrawn", "taken back"
    ENDED = "ended", "ended"


PAIR_MOVES: dict[str, set[str]] = {
    PairStatus.PROPOSED: {PairStatus.ACTIVE, PairStatus.DECLINED, PairStatus.EXPIRED, PairStatus.WITHDRAWN},
    PairStatus.ACTIVE: {PairStatus.ENDED},
    PairStatus.DECLINED: set(),
    PairStatus.EXPIRED: set(),
    PairStatus.WITHDRAWN: set(),
    PairStatus.ENDED: set(),
}


class Next(models.TextChoices):
    """What the mentee wants after a pair; asked in private, never shown to the mentor."""

    SAME = "same", "the same mentor again"
    OTHER = "other", "another mentor"
    FINISHED = "finished", "nothing more, I have what I needed"
    PAUSE = "pause", "a pause"


class PairQuerySet(models.QuerySet["Pair"]):
    def for_user(self, user: Person) -> "PairQuerySet":
        return self.filter(Q(mentor__person=user) | Q(mentee__person=user))

    def active(self) -> "PairQuerySet":
        return self.filter(status=PairStatus.ACTIVE)

    def opened(self) -> "PairQuerySet":
        return self.filter(status__in=(PairStatus.PROPOSED, PairStatus.ACTIVE))


class Pair(models.Model):
    """An active pair holds one of the mentor's places; the database gives each place once."""

    mentor = models.ForeignKey(Mentor, on_delete=models.CASCADE, related_name="pairs")
    mentee = models.ForeignKey(Mentee, on_delete=models.CASCADE, related_name="pairs")
    # Restricted, not protected: with a mentor who is erased, places and pairs go together.
    place = models.ForeignKey(Place, on_delete=models.RESTRICT, null=True, blank=True, related_name="pairs")
    round = models.ForeignKey(Round, on_delete=models.SET_NULL, null=True, blank=True, related_name="proposed")
    format = models.CharField(max_length=10, choices=Format, default=Format.YEAR)
    status = models.CharField(max_length=10, choices=PairStatus, default=PairStatus.PROPOSED)
    reasons = models.JSONField(default=list, blank=True)
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    answer_by = models.DateField()
    answered_at = models.DateTimeField(null=True, blank=True)
    decline_reason = models.CharField(max_length=300, blank=True)
    started_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    met_on = models.DateField("first met on", null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    mentee_wants_next = models.CharField(max_length=10, choices=Next, blank=True)
    version = models.PositiveIntegerField(default=1)

    PERSONAL_FIELDS = (
        "mentor", "mentee", "reasons", "proposed_by", "decline_reason", "met_on", "ended_by", "mentee_wants_next",
    )  # fmt: skip
    PRIVATE_TO: ClassVar[dict[str, tuple[str, ...]]] = {
        "mentor": ("decline_reason",),
        "mentee": ("mentee_wants_next",),
    }

    objects = PairQuerySet.as_manager()

    class Meta:
        ordering = ("-proposed_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("place",), condition=Q(status="active"), name="mentoring_pair_place_given_once"
            ),
            models.CheckConstraint(
                condition=~Q(status="active") | Q(place__isnull=False, started_on__isnull=False),
                name="mentoring_pair_active_has_place",
            ),
            models.UniqueConstraint(
                fields=("mentor", "mentee"),
                condition=Q(status__in=("proposed", "active")),
                name="mentoring_pair_open_once",
            ),
            models.UniqueConstraint(
                fields=("mentee",),
                condition=Q(status="active") & ~Q(format="session"),
                name="mentoring_pair_one_mentor_at_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(status="ended") | Q(ended_at__isnull=False), name="mentoring_pair_ended_paired"
            ),
        )
        indexes = (
            models.Index(fields=("answer_by",), condition=Q(status="proposed"), name="mentoring_pair_answer_by"),
            models.Index(fields=("ends_on",), condition=Q(status="active"), name="mentoring_pair_ends_on"),
        )

    def __str__(self) -> str:
        return f"pair {self.pk}"

    def other_than(self, person: Person) -> Person:
        return self.mentee.person if self.mentor.person_id == person.pk else self.mentor.person


class Agreement(models.Model):
    """What the two agreed on. A change is a new row, and it counts once both have said yes."""

    pair = models.ForeignKey(Pair, on_delete=models.CASCADE, related_name="agreements")
    number = models.PositiveSmallIntegerField()
    goals = models.TextField(max_length=1500)
    rhythm = models.CharField(max_length=120)
    channel = models.CharField(max_length=120)
    ends_on = models.DateField()
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    written_at = models.DateTimeField(auto_now_add=True)
    mentor_agreed_at = models.DateTimeField(null=True, blank=True)
    mentee_agreed_at = models.DateTimeField(null=True, blank=True)

    PERSONAL_FIELDS = ("pair", "goals", "written_by")

    class Meta:
        ordering = ("-number",)
        constraints = (models.UniqueConstraint(fields=("pair", "number"), name="mentoring_agreement_once"),)

    def __str__(self) -> str:
        return f"agreement {self.number} of pair {self.pair_id}"

    @property
    def is_agreed(self) -> bool:
        return self.mentor_agreed_at is not None and self.mentee_agreed_at is not None


class Meeting(models.Model):
    """Planned or past, in one line. `minutes` count for the mentor's certificate once it took place."""

    pair = models.ForeignKey(Pair, on_delete=models.CASCADE, related_name="meetings")
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField(default=30)
    took_place = models.BooleanField(default=False)
    is_called_off = models.BooleanField(default=False)
    next_step = models.CharField(max_length=200, blank=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    form_token = models.UUIDField(unique=True)

    PERSONAL_FIELDS = ("pair", "starts_at", "next_step", "written_by")

    class Meta:
        ordering = ("-starts_at", "-pk")
        constraints = (
            models.CheckConstraint(condition=Q(minutes__gte=5, minutes__lte=600), name="mentoring_meeting_minutes"),
        )

    def __str__(self) -> str:
        return f"meeting {self.pk} of pair {self.pair_id}"


class OwnNote(models.Model):
    """What one of the two keeps for themself. Nobody else reads it, staff included."""

    pair = models.ForeignKey(Pair, on_delete=models.CASCADE, related_name="own_notes")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    words = models.TextField(max_length=4000, blank=True)

    PERSONAL_FIELDS = ("pair", "person", "words")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("pair", "person"), name="mentoring_own_note_once"),)

    def __str__(self) -> str:
        return f"note of person {self.person_id} on pair {self.pair_id}"


class Message(models.Model):
    """Text between the two. Staff read it only with a reason."""

    pair = models.ForeignKey(Pair, on_delete=models.CASCADE, related_name="messages")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    words = models.TextField(max_length=4000)
    written_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)
    form_token = models.UUIDField(unique=True)

    PERSONAL_FIELDS = ("pair", "person", "words")

    class Meta:
        ordering = ("written_at", "pk")

    def __str__(self) -> str:
        return f"message {self.pk} of pair {self.pair_id}"


class Pulse(models.Model):
    """Two questions, each answered from 1 to 5: is it of use, and do you feel respected. Empty: not answered yet."""

    pair = models.ForeignKey(Pair, on_delete=models.CASCADE, related_name="pulses")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    due_on = models.DateField()
    of_use = models.PositiveSmallIntegerField(null=True, blank=True)
    respected = models.PositiveSmallIntegerField(null=True, blank=True)
    words = models.CharField(max_length=500, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    staff_seen_at = models.DateTimeField(null=True, blank=True)

    PERSONAL_FIELDS = ("pair", "person", "of_use", "respected", "words")
    LOW: ClassVar[int] = 2

    class Meta:
        ordering = ("-due_on",)
        constraints = (
            models.UniqueConstraint(fields=("pair", "person", "due_on"), name="mentoring_pulse_once"),
            models.CheckConstraint(
                condition=(Q(of_use__isnull=True) | Q(of_use__gte=1, of_use__lte=5))
                & (Q(respected__isnull=True) | Q(respected__gte=1, respected__lte=5)),
                name="mentoring_pulse_range",
            ),
        )

    def __str__(self) -> str:
        return f"pulse {self.pk} of pair {self.pair_id}"

    @property
    def is_low(self) -> bool:
        return any(one is not None and one <= self.LOW for one in (self.of_use, self.respected))


class Handover(models.Model):
    """One page for the next mentor. Shown only if the mentee agrees."""

    pair = models.OneToOneField(Pair, on_delete=models.CASCADE, related_name="handover")
    where_we_got = models.TextField(max_length=1500, blank=True)
    try_next = models.TextField(max_length=1500, blank=True)
    not_again = models.TextField(max_length=1500, blank=True)
    mentee_agrees = models.BooleanField(default=False)
    changed_at = models.DateTimeField(auto_now=True)

    PERSONAL_FIELDS = ("pair", "where_we_got", "try_next", "not_again")

    def __str__(self) -> str:
        return f"handover of pair {self.pair_id}"


class Certificate(models.Model):
    """Hours of a mentor that anyone can verify at a web address. It names the mentor and no mentee."""

    mentor = models.ForeignKey(Mentor, on_delete=models.CASCADE, related_name="certificates")
    code = models.CharField(max_length=32, unique=True)
    first_day = models.DateField()
    last_day = models.DateField()
    minutes = models.PositiveIntegerField()
    meetings = models.PositiveIntegerField()
    issued_at = models.DateTimeField(auto_now_add=True)

    PERSONAL_FIELDS = ("mentor",)

    class Meta:
        ordering = ("-issued_at",)

    def __str__(self) -> str:
        return f"certificate {self.pk}"


class OpenSlot(models.Model):
    """A single session that a mentor offers at a set time; the first approved mentee who takes it has it."""

    mentor = models.ForeignKey(Mentor, on_delete=models.CASCADE, related_name="slots")
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField(default=45)
    what_for = models.CharField(max_length=20, choices=Help, default=Help.MOCK_INTERVIEW)
    taken_by = models.ForeignKey(Mentee, on_delete=models.SET_NULL, null=True, blank=True, related_name="slots")
    taken_at = models.DateTimeField(null=True, blank=True)
    is_called_off = models.BooleanField(default=False)
    took_place = models.BooleanField(default=False)

    PERSONAL_FIELDS = ("mentor", "starts_at", "taken_by")

    class Meta:
        ordering = ("starts_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("mentor", "starts_at"), condition=Q(is_called_off=False), name="mentoring_slot_once"
            ),
        )

    def __str__(self) -> str:
        return f"slot {self.pk} of mentor {self.mentor_id}"
