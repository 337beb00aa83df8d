"""From a notice back to the rows it is about, and the addresses its words lead to."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from django.db import models
from django.urls import reverse

from facts.models import day_text
from mentoring.models import Pair, PairStatus, Person
from mentoring.refusals import MentoringRefused
from notices.actions import NoticeRefused
from notices.models import Notice
from notices.mornings import zone

Row = TypeVar("Row", bound=models.Model)
MINE = "/my/mentoring/"


def row_of(notice: Notice, rows: "models.QuerySet[Row]") -> Row | None:
    """`about` is app.model:number, perhaps with more after it."""
    return rows.filter(pk=notice.about.split(":")[1]).first()


def pair_of(notice: Notice) -> Pair | None:
    """Of one of the two only: a pair never speaks to anybody else."""
    pairs = Pair.objects.select_related("mentor__person", "mentee__person")
    return row_of(notice, pairs.for_user(notice.person))


def is_in(*statuses: str) -> Callable[[Notice], bool]:
    return lambda notice: (pair := pair_of(notice)) is not None and pair.status in statuses


is_under_way = is_in(PairStatus.ACTIVE)


def page_of(pair: Pair, part: str = "") -> str:
    return f"{MINE}pair/{pair.pk}/{part}"


def desk_of(row: models.Model) -> str:
    return f"{reverse('admin:index')}{row._meta.app_label}/{row._meta.model_name}/{row.pk}/change/"


def is_mentor(pair: Pair, person: Person) -> bool:
    return bool(pair.mentor.person_id == person.pk)


def person_line(person: Person) -> str:
    return f"{person.get_full_name()}, {person.email}. Their clock is that of {place_of(person)}."


def place_of(person: Person) -> str:
    area, _, place = person.time_zone.partition("/")
    return (place or area).replace("_", " ").replace("/", ", ")


def time_for(person: Person, moment: datetime) -> str:
    """1 December 2026, 18:00 (New York)."""
    local = moment.astimezone(zone(person.time_zone))
    return f"{day_text(local.date())}, {local:%H:%M} ({place_of(person)})"


def refusing(act: Callable[[Notice, dict[str, Any]], object]) -> Callable[[Notice, dict[str, Any]], None]:
    """A refusal of mentoring becomes the sentence on the page behind the mail's button."""

    def answer(notice: Notice, data: dict[str, Any]) -> None:
        try:
            act(notice, data)
        except MentoringRefused as refusal:
            raise NoticeRefused(str(refusal)) from refusal

    return answer


def nothing(notice: Notice, data: dict[str, Any]) -> None:
    """The answer itself is all there is to it."""
