from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from audit.acting import OpensOn
from audit.desk import ReadOnlyDesk, desk_url
from content.actions import ContentRefused
from content.models import Comment

from .verbs import CLOSE_COMMENT


class OpenOrClosed(OpensOn):
    title = "state"
    offers = {
        "open": ("open", lambda comments: comments.open()),
        "closed": ("closed", lambda comments: comments.filter(closed_at__isnull=False)),
    }


@admin.register(Comment)
class CommentAdmin(ReadOnlyDesk):
    """What readers wrote is never changed; somebody closes it and says why."""

    refused = ContentRefused
    verbs = (CLOSE_COMMENT,)
    list_display = ("sent_at", "answer", "page_link", "words", "owner", "closed_at")
    list_filter = (OpenOrClosed, "useful", "page__section")
    list_select_related = ("page__owner", "closed_by")
    search_fields = ("text", "page__address", "close_reason")
    search_help_text = "Words of the comment, the page's address or the reason it was closed for."
    ordering = ("-sent_at",)
    fields = ("page_link", "edition_number", "answer", "text", "sent_at", "closed_at", "closed_by", "close_reason")
    readonly_fields = ("page_link", "answer")

    @admin.display(description="was it useful?", ordering="useful")
    def answer(self, comment: Comment) -> str:
        return "useful" if comment.useful else "not useful"

    @admin.display(description="page", ordering="page__address")
    def page_link(self, comment: Comment) -> SafeString:
        return format_html('<a href="{}">{}</a>', desk_url(comment.page), comment.page.address)

    @admin.display(description="comment")
    def words(self, comment: Comment) -> str:
        return Truncator(comment.text).words(25) or "no words"

    @admin.display(description="page's owner", ordering="page__owner__full_name")
    def owner(self, comment: Comment) -> str:
        return str(comment.page.owner or "nobody")

    def has_view_permission(self, request: HttpRequest, obj: Comment | None = None) -> bool:
        return super().has_view_permission(request, obj) or request.user.has_perm("content.change_comment")
