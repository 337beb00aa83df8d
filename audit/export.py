"""Any list of the staff desk as a file for a spreadsheet."""

import csv
from collections.abc import Iterator
from html import unescape
from typing import Any
from unicodedata import normalize

from django.contrib import admin
from django.contrib.admin.utils import display_for_field, display_for_value, label_for_field, lookup_field
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.safestring import SafeString

from .models import record

ROWS_AT_ONCE = 500
# Spreadsheet programs take the file for their own old code page without it.
BYTE_ORDER_MARK = "\ufeff"
_CONTROL_STARTS = ("\t", "\r", "\n")


class _Line:
    """A file that hands back what is written to it, for csv.writer."""

    def write(self, text: str) -> str:
        return text


@admin.action(description="Export as CSV", permissions=["view"])
def export_as_csv(
    model_admin: admin.ModelAdmin, request: HttpRequest, queryset: models.QuerySet
) -> StreamingHttpResponse:
    """The chosen rows with the list's own columns, as shown."""
    columns = [name for name in model_admin.get_list_display(request) if name != "action_checkbox"]
    subject = ContentType.objects.get_for_model(model_admin.model, for_concrete_model=False)
    record(by=request.user, verb="list exported", subject=subject, data={"rows": queryset.count(), "columns": columns})
    response = StreamingHttpResponse(_lines(model_admin, columns, queryset), content_type="text/csv; charset=utf-8")
    name = f"{model_admin.opts.model_name}-{timezone.localdate():%Y-%m-%d}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _lines(model_admin: admin.ModelAdmin, columns: list[str], queryset: models.QuerySet) -> Iterator[str]:
    write = csv.writer(_Line()).writerow
    labels = [label_for_field(name, model_admin.model, model_admin) for name in columns]
    yield BYTE_ORDER_MARK + write([harmless(str(label).capitalize()) for label in labels])
    for row in queryset.iterator(chunk_size=ROWS_AT_ONCE):
        yield write([harmless(_shown(model_admin, name, row)) for name in columns])


def _shown(model_admin: admin.ModelAdmin, name: str, row: models.Model) -> str:
    field, attribute, value = lookup_field(name, row, model_admin)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if field is None:
        shown = display_for_value(value, getattr(attribute, "empty_value_display", ""))
    elif isinstance(field, models.ForeignKey):
        shown = getattr(row, field.name) or ""
    else:
        shown = display_for_field(value, field, "")
    return _plain(shown)


def _plain(shown: Any) -> str:
    """Our own markup goes; what somebody typed stays as typed."""
    return unescape(strip_tags(shown)).strip() if isinstance(shown, SafeString) else str(shown)


def harmless(cell: str) -> str:
    """A spreadsheet takes such a cell for a formula, in full-width letters too; an apostrophe makes it text."""
    first = normalize("NFKC", cell.lstrip(" \u00a0\u3000")[:1])
    return f"'{cell}" if cell.startswith(_CONTROL_STARTS) or (first and first in "=+-@\t\r\n") else cell
