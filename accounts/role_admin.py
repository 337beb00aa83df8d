"""The desk of the roles: who has which, and the two buttons that give and take one."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.db import models
from django.db.models import Count, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from audit.acting import Verb, VerbFields
from audit.desk import ReadOnlyDesk

from . import actions
from .models import Role, User

GIVE = ("accounts.give_role",)


class GiveFields(VerbFields):
    person = forms.EmailField(label="E-mail address", help_text="The main address of the person's account.")

    def clean_person(self) -> User:
        person = User.objects.filter(email=self.cleaned_data["person"].lower(), is_active=True).first()
        if person is None:
            raise forms.ValidationError("Nobody has an account with this main address.")
        return person


class TakeFields(VerbFields):
    person = forms.ModelChoiceField(User.objects.none(), empty_label="Choose a person")

    def __init__(self, *args: Any, subject: Role, **kwargs: Any) -> None:
        super().__init__(*args, subject=subject, **kwargs)
        self.fields["person"].queryset = subject.user_set.order_by("full_name")
        self.fields["person"].label_from_instance = named


def named(person: User) -> str:
    return f"{person.full_name} ({person.email})"


def _give(role: Role, by: User, person: User) -> Role:
    actions.give_role(role=role, person=person, by=by)
    return role


def _take(role: Role, by: User, person: User) -> Role:
    actions.take_role(role=role, person=person, by=by)
    return role


VERBS = (
    Verb(
        name="give",
        label="Give this role",
        says="The person becomes staff and may do what this role may, as soon as they have a second factor.",
        done="{it}: given.",
        run=_give,
        permissions=GIVE,
        form=GiveFields,
    ),
    Verb(
        name="take",
        label="Take this role away",
        says="The person may not do it any more, at once. Somebody without any role left is not staff any more.",
        done="{it}: taken away.",
        run=_take,
        permissions=GIVE,
        form=TakeFields,
        offered=lambda role: role.user_set.exists(),
    ),
)


@admin.register(Role)
class RoleAdmin(ReadOnlyDesk):
    """What a role may do comes with the portal; who has it is decided here."""

    refused = actions.AccountRefused
    verbs = VERBS
    list_display = ("name", "holders", "description")
    ordering = ("name",)
    fields = ("name", "description", "people", "rights")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Role]:
        active = Count("user", filter=Q(user__is_active=True))
        return super().get_queryset(request).annotate(holder_count=active)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return self.fields

    @admin.display(description="people", ordering="holder_count")
    def holders(self, role: Role) -> int:
        return role.holder_count

    @admin.display(description="who has it")
    def people(self, role: Role) -> SafeString | str:
        found = role.user_set.order_by("full_name")
        return _lines(named(person) + ("" if person.is_active else ", closed account") for person in found) or "nobody"

    @admin.display(description="what it may do")
    def rights(self, role: Role) -> SafeString | str:
        """In the words of the desk: “edition: add, change, view”."""
        found: dict[str, list[str]] = {}
        for right in Permission.objects.filter(group=role).select_related("content_type"):
            found.setdefault(right.content_type.name, []).append(right.codename.partition("_")[0])
        return _lines(f"{name}: {', '.join(sorted(verbs))}" for name, verbs in sorted(found.items()))


def _lines(lines: Iterable[str]) -> SafeString:
    return format_html_join(SafeString("<br>"), "{}", ((line,) for line in lines))


def roles_of(person: User) -> SafeString | str:
    """For the page of a person: each role leads to the page where it is taken away."""
    groups = person.groups.order_by("name").values_list("pk", "name")
    links = ((reverse("admin:accounts_role_change", args=(pk,)), name) for pk, name in groups)
    return format_html_join(", ", '<a href="{}">{}</a>', links) or "none"
