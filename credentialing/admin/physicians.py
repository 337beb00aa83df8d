"""What the desks of the physicians' records share: a record opens with a reason, and so do its buttons."""

from typing import Any

from django.db.models import OuterRef, Subquery
from django.http import HttpRequest, HttpResponse

from audit.desk import ReadOnlyDesk
from audit.reasons import SensitiveRecordMixin, is_open
from credentialing.models import Spec
from credentialing.refusals import ChecklistRefused


def title_of(catalogue: str, key: str) -> Subquery:
    """The words of the version that the person's own list follows."""
    return Subquery(Spec.objects.filter(catalogue=OuterRef(catalogue), key=OuterRef(key)).values("title")[:1])


class PhysiciansDesk(SensitiveRecordMixin, ReadOnlyDesk):
    """A reason for a whole list opens its items, and a reason for an item opens what was asked about it."""

    refused = ChecklistRefused
    list_per_page = 50
    search_help_text = "The e-mail address of an account."

    def wholes(self, part: Any) -> tuple[Any, ...]:
        """What this record is a part of."""
        return ()

    def _closed(self, request: HttpRequest, object_id: str) -> HttpResponse | None:
        closed = super()._closed(request, object_id)
        if closed and any(is_open(request, whole) for whole in self.wholes(self.subject(request, object_id))):
            return None
        return closed

    def verb_view(self, request: HttpRequest, object_id: str, verb_name: str) -> HttpResponse:
        """The page of a button may show the physician's words, so it asks why as well."""
        is_theirs = any(verb.name == verb_name and verb.allowed(request.user) for verb in self.verbs)
        return (is_theirs and self._closed(request, object_id)) or super().verb_view(request, object_id, verb_name)
