"""The choices beside the lists of this desk."""

from typing import ClassVar

from django.contrib import admin
from django.db import models
from django.db.models.functions import Cast
from django.http import HttpRequest

from audit.acting import OpensOn
from mentoring.models import ConcernStatus, Enrolment, Hurdle, Language, PairStatus, Specialty

from . import needs


def _approved(enrolled: models.QuerySet) -> models.QuerySet:
    return enrolled.filter(status=Enrolment.APPROVED)


class MentorsNeedUs(OpensOn):
    offers = {
        "needs-us": ("needs us: to approve, or coming back", needs.mentors_in_need),
        "applied": ("to approve", needs.applied),
        "returning": ("coming back from a pause", needs.returning),
        "renewal": ("the yearly renewal is overdue", needs.renewal_due),
        "place": ("has a free place now", needs.with_place),
        "approved": ("approved", _approved),
    }


class MenteesNeedUs(OpensOn):
    offers = {
        "applied": ("to approve", needs.applied),
        "waiting": ("waits for a mentor", needs.who_wait),
        "renewal": ("the yearly renewal is overdue", needs.renewal_due),
        "approved": ("approved", _approved),
    }


class PairsNeedUs(OpensOn):
    offers = {
        "needs-us": ("needs us", needs.pairs_in_need),
        "unanswered": ("no answer: reminded, or the time is over", needs.unanswered),
        "not-met": ("has not met in time", needs.not_met),
        "low": ("low answers to the two questions", needs.low_pulse),
        "proposed": ("waits for the mentor", lambda pairs: pairs.filter(status=PairStatus.PROPOSED)),
        "active": ("under way", lambda pairs: pairs.filter(status=PairStatus.ACTIVE)),
        "ended": ("ended", lambda pairs: pairs.filter(status=PairStatus.ENDED)),
    }


class ConcernsOpen(OpensOn):
    offers = {
        "open": ("open", needs.open_concerns),
        "late": ("its day has passed, and nobody took it", needs.late_concerns),
        "closed": ("closed", lambda concerns: concerns.filter(status=ConcernStatus.CLOSED)),
    }


class _HasKey(admin.SimpleListFilter):
    """Rows whose list (or whose map) holds this key of choices.py."""

    field: ClassVar[str]
    keys: ClassVar[type[models.TextChoices]]

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return list(self.keys.choices)

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        if not self.value():
            return queryset
        # SQLite has no question for “is it in this list”; the keys hold letters only, so the text answers it.
        as_text = {f"{self.field}_text": Cast(self.field, models.TextField())}
        return queryset.alias(**as_text).filter(**{f"{self.field}_text__contains": f'"{self.value()}"'})


class HasSpecialty(_HasKey):
    title, parameter_name = "specialty", "specialty"
    field, keys = "specialties", Specialty


class SpeaksLanguage(_HasKey):
    title, parameter_name = "language", "language"
    field, keys = "languages", Language


class ClearedHurdle(_HasKey):
    title, parameter_name = "step cleared", "hurdle"
    field, keys = "hurdles", Hurdle
