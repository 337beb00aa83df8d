"""The desk of the messages: who was not reached, what each person got, and what comes next."""

import re
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from audit.acting import OpensOn, Verb, VerbFields
from audit.desk import ReadOnlyDesk, desk_url
from audit.reasons import SensitiveRecordMixin

from . import actions
from .attention import UNDELIVERED, not_reached
from .display import label_of
from .forecast import DAYS, days_ahead
from .kinds import all_kinds
from .models import MOVES, BadAddress, Mail, MailState, Notice, State

# Whoever has such a link can answer for the person, so staff do not get it.
_PERSONS_OWN_LINKS = re.compile(r"/notices/(answer|off)/[^\s/]+/")


# ------------------------------------------------------------------------------------------------ verbs
class AddressFields(VerbFields):
    address = forms.EmailField(disabled=True, required=False)

    def __init__(self, *args: Any, subject: BadAddress, **kwargs: Any) -> None:
        super().__init__(*args, subject=subject, **kwargs)
        self.fields["address"].initial = subject.address


def _again(notice: Notice, by: models.Model) -> Notice:
    return actions.try_again(notice=notice, by=by)


def _works(bad: BadAddress, by: models.Model, address: str) -> None:
    actions.clear_bad_address(address=address, by=by)


SEND_AGAIN = Verb(
    name="again",
    label="Send again",
    says="It goes out with the person's next mail, at a decent hour there, if it is still true. A held message waits"
    " until the address works.",
    done="Owed again: {it}",
    run=_again,
    permissions=("notices.change_notice",),
    offered=lambda notice: State.OWED in MOVES[notice.state] and notice.state != State.WITHDRAWN,
    is_bulk=True,
)
WORKS_AGAIN = Verb(
    name="works",
    label="It works again",
    says="You know that mail reaches this address now. What was held back goes out with the next mails.",
    done="Mail goes to this address again.",
    run=_works,
    permissions=("notices.change_badaddress",),
    form=AddressFields,
)


# ------------------------------------------------------------------------------------------------ lists
class MessageStates(OpensOn):
    title = "state"
    offers = {
        "stopped": ("failed, held or never arrived", not_reached),
        "owed": ("wait for their day", lambda notices: notices.filter(state=State.OWED)),
        "sent": ("in a mail", lambda notices: notices.filter(state=State.IN_MAIL)),
        "withdrawn": ("not needed any more", lambda notices: notices.filter(state=State.WITHDRAWN)),
    }


class MailStates(OpensOn):
    title = "state"
    offers = {
        "stopped": ("refused or given up", lambda mails: mails.filter(state__in=UNDELIVERED)),
        "ready": ("on the way", lambda mails: mails.filter(state=MailState.READY)),
        "sent": ("sent", lambda mails: mails.filter(state=MailState.SENT)),
    }


class OfKind(admin.SimpleListFilter):
    """The declared kinds: asking a table of millions which kinds it holds would take long."""

    title = "kind"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return sorted(((kind.name, kind.label) for kind in all_kinds()), key=lambda choice: choice[1])

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        return queryset.filter(kind=self.value()) if self.value() else queryset


# ------------------------------------------------------------------------------------------------ desks
@admin.register(Notice)
class NoticeAdmin(ReadOnlyDesk):
    refused = actions.NoticeRefused
    verbs = (SEND_AGAIN,)
    change_list_template = "admin/notices/change_list.html"
    list_display = ("due_on", "label", "person", "state", "goes_out", "problem")
    list_filter = (MessageStates, OfKind)
    list_per_page = 50
    search_fields = ("person__email", "person__full_name", "kind", "about")
    search_help_text = "A person's name or e-mail address, a kind, or what it is about."
    fields = (
        *("label", "kind", "person", "about", "due_on", "step", "goes_out", "state", "problem"),
        *("heading", "mail_link", "answer", "answered_at", "owed_at"),
    )
    readonly_fields = ("label", "goes_out", "mail_link")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Notice]:
        return super().get_queryset(request).select_related("person", "mail").defer("mail__text", "mail__html")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.forecast_view)
        return [path("next-days/", view, name="notices_notice_forecast"), *super().get_urls()]

    @method_decorator(require_safe)
    def forecast_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": f"Who gets what in the next {DAYS} days",
            "opts": self.opts,
            "media": self.media,
            "days": days_ahead(),
            "list_url": reverse("admin:notices_notice_changelist"),
        }
        return TemplateResponse(request, "admin/notices/forecast.html", context)

    @admin.display(description="what", ordering="kind")
    def label(self, notice: Notice) -> str:
        return label_of(notice.kind)

    @admin.display(description="goes out from", ordering="send_after")
    def goes_out(self, notice: Notice) -> str:
        return date_format(timezone.localtime(notice.send_after), "j M Y, H:i") if notice.state == State.OWED else ""

    @admin.display(description="mail")
    def mail_link(self, notice: Notice) -> SafeString | str:
        return format_html('<a href="{}">{}</a>', desk_url(notice.mail), notice.mail) if notice.mail else "none"


@admin.register(Mail)
class MailAdmin(SensitiveRecordMixin, ReadOnlyDesk):
    refused = actions.NoticeRefused
    list_display = ("made_at", "person", "address", "subject", "state", "sent_at", "tries", "problem")
    list_filter = (MailStates,)
    list_select_related = ("person",)
    list_per_page = 50
    search_fields = ("person__email", "person__full_name", "address", "message_id")
    search_help_text = "A person's name, an e-mail address, or the mail's Message-ID."
    fields = (
        *("person", "address", "subject", "words", "state", "tries", "problem"),
        *("digest_day", "made_at", "sent_at", "next_try_at", "message_id", "in_reply_to"),
    )
    readonly_fields = ("words",)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Mail]:
        return super().get_queryset(request).defer("html")

    @admin.display(description="text")
    def words(self, mail: Mail) -> SafeString:
        text = _PERSONS_OWN_LINKS.sub(r"/notices/\1/(the person's own link)/", mail.text)
        return format_html('<pre class="desk-mail">{}</pre>', text)


@admin.register(BadAddress)
class BadAddressAdmin(ReadOnlyDesk):
    refused = actions.NoticeRefused
    verbs = (WORKS_AGAIN,)
    list_display = ("address", "since", "problem")
    list_per_page = 50
    search_fields = ("address",)
    ordering = ("-since",)
    fields = ("address", "since", "problem")
