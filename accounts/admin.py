"""People and what they may do. Only somebody who may do everything hands out rights."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group
from django.db import models
from django.http import HttpRequest

from audit.models import record

from .models import User

RIGHTS = ("is_staff", "is_superuser", "groups")


class KeptInAudit:
    """What Django's own forms do to accounts and roles stands in the audit, like every other act."""

    def log_addition(self, request: HttpRequest, obj: models.Model, message: Any) -> None:
        _keep(request, obj, "added")

    def log_change(self, request: HttpRequest, obj: models.Model, message: Any) -> None:
        _keep(request, obj, "changed", message)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> None:
        for obj in queryset:
            _keep(request, obj, "removed")


def _keep(request: HttpRequest, obj: models.Model, what: str, message: Any = ()) -> None:
    # An entry outlives the account, so it holds its number and no name.
    subject = User(pk=obj.pk, full_name=f"account {obj.pk}") if isinstance(obj, User) else obj
    parts = message if isinstance(message, list) else []
    fields = [str(name) for part in parts for name in part.get("changed", {}).get("fields", ())]
    record(by=request.user, verb=f"{obj._meta.verbose_name} {what}", subject=subject, data={"fields": fields})


@admin.register(User)
class PersonAdmin(KeptInAudit, UserAdmin):
    ordering = ("full_name", "email")
    list_display = ("email", "full_name", "roles", "is_staff", "is_active", "last_login")
    list_filter = ("is_staff", "is_active", "groups")
    search_fields = ("email", "full_name", "preferred_name")
    search_help_text = "Name or e-mail address."
    readonly_fields = ("last_login", "date_joined")
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("email", "password", "full_name", "preferred_name", "time_zone")}),
        (
            "What this person may do",
            {
                "fields": ("is_active", *RIGHTS),
                "description": "Rights come with a role (a group). Untick “active” when somebody leaves.",
            },
        ),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "full_name", "usable_password", "password1", "password2")}),)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    @admin.display(description="roles")
    def roles(self, user: User) -> str:
        if user.is_superuser:
            return "everything"
        return ", ".join(group.name for group in user.groups.all()) or "none"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return self.readonly_fields if request.user.is_superuser else (*self.readonly_fields, *RIGHTS)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Who could change the address or password of a colleague could act with that colleague's rights."""
        is_colleague = obj is not None and (obj.is_staff or obj.is_superuser)
        return (request.user.is_superuser or not is_colleague) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False

    def formfield_for_manytomany(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> Any:
        return super().formfield_for_manytomany(
            db_field, request, **{**kwargs, "widget": forms.CheckboxSelectMultiple, "help_text": ""}
        )


admin.site.unregister(Group)


@admin.register(Group)
class RoleAdmin(KeptInAudit, GroupAdmin):
    """A role is a named set of rights; only somebody who may do everything changes it."""

    search_fields = ("name",)
    filter_horizontal = ()

    def formfield_for_manytomany(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs["widget"] = forms.CheckboxSelectMultiple
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser and super().has_add_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return request.user.is_superuser and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return request.user.is_superuser and super().has_delete_permission(request, obj)
