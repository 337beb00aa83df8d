"""What differs between two editions of a page, line by line, told apart by sign and word."""

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from content.models import Edition, Page


class Line(NamedTuple):
    sign: str  # "+" added, "-" removed, "" unchanged
    text: str


class EditionChoice(forms.ModelChoiceField):
    def label_from_instance(self, edition: Edition) -> str:
        return f"Edition {edition.number}, {edition.get_status_display()}"


class CompareForm(forms.Form):
    older = EditionChoice(queryset=Edition.objects.none(), label="From")
    newer = EditionChoice(queryset=Edition.objects.none(), label="To")

    def __init__(self, *args: Any, page: Page, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("older", "newer"):
            self.fields[name].queryset = page.editions.order_by("-number")


def compare(model_admin: admin.ModelAdmin, request: HttpRequest, page: Page) -> HttpResponse:
    form = CompareForm(_choice(request, page), page=page)
    is_chosen = form.is_valid()
    context = {
        **model_admin.admin_site.each_context(request),
        "title": "Compare editions",
        "subtitle": page.address,
        "form": form,
        "page": page,
        "opts": model_admin.opts,
        "media": model_admin.media,
        "differences": list(differences(form.cleaned_data["older"], form.cleaned_data["newer"])) if is_chosen else None,
        "older": form.cleaned_data.get("older") if is_chosen else None,
        "newer": form.cleaned_data.get("newer") if is_chosen else None,
    }
    return TemplateResponse(request, "admin/content/compare.html", context)


def _choice(request: HttpRequest, page: Page) -> Any:
    """Without a choice: what readers see and the newest edition."""
    if request.GET:
        return request.GET
    latest = page.latest()
    return {"older": page.live_id or (latest and latest.pk), "newer": latest and latest.pk}


def differences(older: Edition, newer: Edition) -> Iterator[tuple[str, list[Line]]]:
    """Each field whose words differ, with its lines."""
    for name in (*Edition.WORDS, "change_note"):
        before, after = _words(older, name), _words(newer, name)
        if before != after:
            yield Edition._meta.get_field(name).verbose_name, list(lines(before, after))


def _words(edition: Edition, name: str) -> str:
    value = getattr(edition, name)
    return ("yes" if value else "no") if isinstance(value, bool) else str(value).replace("\r\n", "\n").strip()


def lines(before: str, after: str) -> Iterator[Line]:
    old, new = before.splitlines(), after.splitlines()
    for _, old_from, old_to, new_from, new_to in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if old[old_from:old_to] == new[new_from:new_to]:
            yield from (Line("", text) for text in old[old_from:old_to])
            continue
        yield from (Line("-", text) for text in old[old_from:old_to])
        yield from (Line("+", text) for text in new[new_from:new_to])
