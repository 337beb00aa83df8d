"""A fee, a date, a count or a limit stands once, here, with who says so and when that was last looked at."""

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.utils import timezone
from simple_history.models import HistoricalRecords

KEY_FORM = RegexValidator(
    r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)+$", "Write the key as area.name, in lower case, for example fcvs.initial_fee."
)


class Kind(models.TextChoices):
    MONEY = "money", "money (US dollars)"
    COUNT = "count", "count"
    DAYS = "days", "days"
    PERCENT = "percent", "percent"
    DATE = "date", "date"
    TEXT = "text", "text"


class Confidence(models.TextChoices):
    OFFICIAL = "official", "official source"
    SECONDARY = "secondary", "secondary source"
    EXPECTED = "expected", "expected, not announced"


_FORMS = {
    Kind.MONEY: re.compile(r"[0-9]{1,12}(\.[0-9]{1,2})?"),
    Kind.PERCENT: re.compile(r"[0-9]{1,12}(\.[0-9]+)?"),
    Kind.COUNT: re.compile(r"[0-9]{1,12}"),
    Kind.DAYS: re.compile(r"[0-9]{1,12}"),
    # Dates are also compared as text, so there is one way to write them.
    Kind.DATE: re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
}


def parse_value(kind: str, value: str) -> Decimal | int | date | str:
    """The value as what it is. Raises ValidationError with a sentence for the editor."""
    try:
        if kind in _FORMS and not _FORMS[Kind(kind)].fullmatch(value):
            raise ValueError(value)
        match kind:
            case Kind.MONEY | Kind.PERCENT:
                return Decimal(value)
            case Kind.COUNT | Kind.DAYS:
                return int(value)
            case Kind.DATE:
                return date.fromisoformat(value)
    except ValueError as error:
        example = {Kind.DATE: "2027-03-19", Kind.MONEY: "395 or 395.50"}.get(Kind(kind), "35")
        raise ValidationError(f"“{value}” is not a {kind} value. Write it like {example}.") from error
    return value


class FactQuerySet(models.QuerySet["Fact"]):
    def stale(self, on: date | None = None) -> "FactQuerySet":
        return self.filter(recheck_on__lt=on or timezone.localdate())

    def mapped(self, keys: set[str]) -> dict[str, "Fact"]:
        return {fact.key: fact for fact in self.filter(key__in=keys)}


class Fact(models.Model):
    key = models.CharField(
        max_length=80,
        unique=True,
        validators=[KEY_FORM],
        help_text="How pages name it: {fcvs.initial_fee}. It cannot be changed later.",
    )
    label = models.CharField(max_length=200, help_text="What it is, in a few words a reader understands.")
    kind = models.CharField(max_length=10, choices=Kind)
    value = models.CharField(
        max_length=1000, help_text="Money: 395. Date: 2027-03-19. Percent: 67.8. Text: the words themselves."
    )
    unit = models.CharField(max_length=40, blank=True, help_text="For a count, in the plural: weeks, years, waivers.")
    shown_as = models.CharField(
        max_length=200, blank=True, help_text="Only if it must read otherwise, for example “mid-September 2026”."
    )
    source = models.CharField(max_length=250, help_text="Who says so: organization and document.")
    source_url = models.URLField(max_length=500, blank=True)
    confidence = models.CharField(
        max_length=10, choices=Confidence, help_text="Official: the body that decides it says so itself, in the open."
    )
    to_confirm = models.BooleanField(
        "to be confirmed", default=False, help_text="Weak, old or contradicted: readers are told whom to ask."
    )
    confirm_with = models.CharField(max_length=120, help_text="Who can confirm it.")
    checked_on = models.DateField(help_text="The day somebody last looked at the source.")
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty: checked before the portal opened.",
    )
    recheck_after_days = models.PositiveIntegerField(
        validators=[MinValueValidator(1)], help_text="How long it keeps. After that, readers see “last checked …”."
    )
    # Stored so that lists can ask for stale facts; always checked_on + recheck_after_days (actions set it).
    recheck_on = models.DateField(editable=False, db_index=True)
    period = models.CharField(max_length=60, blank=True, help_text="Season or fiscal year, for example 2027 Match.")
    note = models.TextField(blank=True, help_text="For staff only: conflicts, what was not found.")
    # What the shipped files said when this row was last loaded from them; staff edits make it differ from the row.
    loaded_digest = models.CharField(max_length=64, blank=True, editable=False)

    # Read by simple_history when the row is saved or deleted; actions set them.
    _history_user: models.Model | None
    _change_reason: str

    PERSONAL_FIELDS = ("checked_by",)
    EDITED_FIELDS: ClassVar[tuple[str, ...]] = (
        "label", "kind", "value", "unit", "shown_as", "source", "source_url", "confidence", "to_confirm",
        "confirm_with", "checked_on", "recheck_after_days", "period", "note",
    )  # fmt: skip

    objects = FactQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["loaded_digest"])

    class Meta:
        ordering = ("key",)

    def __str__(self) -> str:
        return f"{self.key} = {self.text}"

    def clean(self) -> None:
        if self.kind in Kind and self.value:
            try:
                parse_value(self.kind, self.value)
            except ValidationError as error:
                raise ValidationError({"value": error.messages}) from error

    @property
    def parsed(self) -> Decimal | int | date | str:
        return parse_value(self.kind, self.value)

    @property
    def text(self) -> str:
        """As a reader sees it: $395, 12 weeks, 67.8%, 23 November 2026."""
        if self.shown_as:
            return self.shown_as
        return self._value_text()

    def _value_text(self) -> str:
        match self.kind:
            case Kind.MONEY:
                return _dollars(Decimal(self.value))
            case Kind.PERCENT:
                return f"{self.value}%"
            case Kind.DAYS:
                return _counted(int(self.value), "days")
            case Kind.COUNT:
                return _counted(int(self.value), self.unit)
            case Kind.DATE:
                return day_text(date.fromisoformat(self.value))
        return self.value

    def is_stale(self, on: date | None = None) -> bool:
        return self.recheck_on < (on or timezone.localdate())

    def computed_recheck_on(self) -> date:
        """Raises ValidationError when that day is beyond the calendar."""
        try:
            return self.checked_on + timedelta(days=self.recheck_after_days)
        except OverflowError as error:
            raise ValidationError({"recheck_after_days": "That is too many days. Write 365 for a year."}) from error


def _dollars(amount: Decimal) -> str:
    return f"${amount:,.0f}" if amount == amount.to_integral_value() else f"${amount:,.2f}"


def day_text(day: date) -> str:
    """23 November 2026. Django's own date format takes many times as long, and a page has dozens of dates."""
    return f"{day.day} {day:%B %Y}"


def _counted(number: int, unit: str) -> str:
    singular = {"ies": "y"}.get(unit[-3:], "")
    if number == 1 and unit.endswith("s"):
        unit = unit[:-3] + singular if singular else unit[:-1]
    return f"{number:,} {unit}".rstrip()
