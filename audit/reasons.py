"""Records that staff open only with a reason: it is kept in the audit, and the record stays open for a while."""

import time
from typing import Any

from django import forms
from django.contrib.admin.utils import unquote
from django.core.validators import MinLengthValidator
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from .acting import Verb, VerbFields
from .desk import SAFE_AND_POST, DeskAdmin, desk_url
from .models import record

OPEN_SECONDS = 15 * 60
OPENED = "record opened"
_IN_SESSION = "opened_records"
_REMEMBERED = 50


class WhyFields(VerbFields):
    reason = forms.CharField(
        label="Why you need to open it",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=300,
        validators=[MinLengthValidator(10, "Give the reason in a sentence.")],
        help_text="A sentence without personal detail. It is kept in the audit for good.",
    )


def _nothing(subject: models.Model, by: models.Model) -> None: ...


_OPEN = Verb(
    name="open",
    label="Open this record",
    says="This record is about a person. Say why you need it; then it is open to you, in this session, for 15 minutes.",
    done="",
    run=_nothing,
    permissions=(),
)


def is_open(request: HttpRequest, subject: models.Model) -> bool:
    """A form that was opened in time may still be sent: what somebody typed for twenty minutes is not thrown away."""
    at = request.session.get(_IN_SESSION, {}).get(_name_of(subject))
    return at is not None and (request.method == "POST" or time.time() - at < OPEN_SECONDS)


def open_record(request: HttpRequest, subject: models.Model, reason: str) -> None:
    record(by=request.user, verb=OPENED, subject=subject, data={"reason": reason})
    opened = request.session.get(_IN_SESSION, {}) | {_name_of(subject): time.time()}
    newest = sorted(opened.items(), key=lambda item: item[1])[-_REMEMBERED:]
    request.session[_IN_SESSION] = dict(newest)


def _name_of(subject: models.Model) -> str:
    return f"{subject._meta.label_lower}:{subject.pk}"


class SensitiveRecordMixin(DeskAdmin):
    """Named before the kind of desk: neither the record nor its history shows before a reason is given."""

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_open"
        view = self.admin_site.admin_view(self.open_view)
        return [path("<path:object_id>/open/", view, name=name), *super().get_urls()]

    @method_decorator(never_cache)
    @method_decorator(require_http_methods(SAFE_AND_POST))
    def open_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        subject = self.subject(request, object_id)
        form = WhyFields(request.POST if request.method == "POST" else None, subject=subject, by=request.user)
        if form.is_valid():
            open_record(request, subject, form.cleaned_data["reason"])
            return HttpResponseRedirect(desk_url(subject))
        return self._ask(request, _OPEN, form, [subject], desk_url(self.model, "changelist"))

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._closed(request, object_id) or super().change_view(request, object_id, *args, **kwargs)

    def history_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._closed(request, object_id) or super().history_view(request, object_id, *args, **kwargs)

    def _closed(self, request: HttpRequest, object_id: str) -> HttpResponse | None:
        """To the question why, for a record that this person may see and has not opened."""
        subject = self.get_object(request, unquote(object_id))
        if subject is None or not self.has_view_or_change_permission(request, subject) or is_open(request, subject):
            return None  # Django's own answer to a missing row and a missing right is the right one
        return HttpResponseRedirect(desk_url(subject, "open"))
