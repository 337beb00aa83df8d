"""Forms that ask for a day and a time by the person's own clock."""

from datetime import UTC, datetime
from typing import Any

from django import forms

from notices.mornings import zone

from .forms import CarriedOut, day_field
from .refusals import MentoringRefused

NO_SUCH_TIME = {"required": "Choose a time.", "invalid": "Write a time like 18:30."}
NO_SUCH_HOUR = "The clocks change that night, and this time does not come. Choose another one."


class WithMoment(CarriedOut):
    """The action gets the moment as `starts_at`."""

    on = day_field("Day")
    at = forms.TimeField(
        label="Time, by your own clock",
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        error_messages=NO_SUCH_TIME,
    )

    def __init__(self, *args: Any, time_zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.time_zone = time_zone

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "on" in cleaned and "at" in cleaned:
            typed = datetime.combine(cleaned.pop("on"), cleaned.pop("at"), zone(self.time_zone))
            cleaned["starts_at"] = self._moment(typed)
        return cleaned

    def _moment(self, typed: datetime) -> datetime | None:
        moment = _in_utc(typed)
        if moment is None:
            self.add_error("on", "Choose a day nearer to today.")
        elif moment.astimezone(typed.tzinfo).replace(tzinfo=None) != typed.replace(tzinfo=None):
            self.add_error("at", NO_SUCH_HOUR)
        return moment

    def refuse(self, refusal: MentoringRefused, **more: Any) -> None:
        if refusal.field == "starts_at":
            refusal.field = "on"
        super().refuse(refusal, **more)


def _in_utc(typed: datetime) -> datetime | None:
    """None at the very ends of the calendar."""
    try:
        return typed.astimezone(UTC)
    except OverflowError:
        return None
