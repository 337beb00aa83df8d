"""Two pages beside the list of the pairs: supply and demand, and the report on the program."""

import csv
import io

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods, require_safe

from audit.desk import SAFE_AND_POST, DeskAdmin
from audit.export import BYTE_ORDER_MARK, harmless
from audit.models import record
from mentoring.models import Pair

from .board import board
from .report import Report, report


class ProgramPages(DeskAdmin):
    """Named before the kind of desk."""

    def get_urls(self) -> list[URLPattern]:
        pages = (("board", self.board_view), ("report", self.report_view))
        own = [
            path(f"{name}/", self.admin_site.admin_view(view), name=f"mentoring_pair_{name}") for name, view in pages
        ]
        return [*own, *super().get_urls()]

    @method_decorator(require_safe)
    def board_view(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, "board", "Supply and demand", board=board(timezone.localdate()))

    @method_decorator(require_http_methods(SAFE_AND_POST))
    def report_view(self, request: HttpRequest) -> HttpResponse:
        """Sent by the button, it is a file."""
        found = report(timezone.localdate())
        answer = self._page(request, "report", "Program report", report=found)
        return _file(request, found) if request.method == "POST" else answer

    def _page(self, request: HttpRequest, name: str, title: str, **shown: object) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            "media": self.media,
            "today": timezone.localdate(),
            **shown,
        }
        return TemplateResponse(request, f"admin/mentoring/{name}.html", context)


def _file(request: HttpRequest, found: Report) -> HttpResponse:
    today = timezone.localdate()
    subject = ContentType.objects.get_for_model(Pair)
    record(by=request.user, verb="program report exported", subject=subject, data={"day": today.isoformat()})
    text = io.StringIO()
    csv.writer(text).writerows([harmless(cell) for cell in line] for line in found.lines())
    response = HttpResponse(BYTE_ORDER_MARK + text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="mentoring-report-{today:%Y-%m-%d}.csv"'
    return response
