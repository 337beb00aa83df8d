"""What the desks of this app share."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from audit.acting import ActingForm, Verb
from audit.desk import DeskAdmin
from content import actions
from content.models import Page


class ContentDesk(DeskAdmin):
    refused = actions.ContentRefused


class ReferenceDesk(ContentDesk):
    """Rows without a draft: what is saved is what readers see."""

    def act(self, request: HttpRequest, form: ActingForm, change: bool) -> models.Model:
        lists = [field.name for field in self.opts.many_to_many if field.name in form.cleaned_data]
        related = {name: form.cleaned_data[name] for name in lists}
        return actions.save_reference(instance=form.instance, by=request.user, **related)

    def formfield_for_foreignkey(self, db_field: models.ForeignKey, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.related_model is Page:
            kwargs["queryset"] = Page.objects.order_by("address")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


def table(label: str, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> SafeString:
    """A small table inside a form; on a phone it scrolls by itself."""
    cells = (format_html_join("", "<td>{}</td>", ((cell,) for cell in row)) for row in rows)
    return format_html(
        '<div class="desk-scroll" role="region" aria-label="{}" tabindex="0"><table class="desk-table">'
        "<thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>",
        label,
        format_html_join("", '<th scope="col">{}</th>', ((name,) for name in names)),
        format_html_join("", "<tr>{}</tr>", ((row,) for row in cells)),
    )


def _remove(row: models.Model, by: Any) -> None:
    actions.remove_reference(instance=row, by=by)


def remove_verb(permission: str) -> Verb:
    return Verb(
        name="remove",
        label="Remove",
        says="It disappears for readers at once. What came with the portal cannot be removed, only changed.",
        done="Removed: {it}",
        run=_remove,
        permissions=(permission,),
    )
