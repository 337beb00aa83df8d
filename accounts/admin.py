"""People and what they may do. Roles are given on their own desk; all other rights by somebody who has every right."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.db import models
from django.http import HttpRequest

from audit.models import record

from .models import User
from .person_admin import LostFactor, WithoutPassword
from .role_admin import RoleAdmin, roles_of

__all__ = ["PersonAdmin", "RoleAdmin"]

RIGHTS = ("is_staff", "is_superuser")


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
class PersonAdmin(LostFactor, WithoutPassword, KeptInAudit, UserAdmin):
    ordering = ("full_name", "email")
    list_display = ("email", "full_name", "roles", "is_staff", "is_active", "last_login")
    list_filter = ("is_staff", "is_active", "groups")
    search_fields = ("email", "full_name", "preferred_name")
    search_help_text = "Name or e-mail address."
    readonly_fields = ("roles_given", "last_login", "date_joined", "second_factor")
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("email", "full_name", "preferred_name", "time_zone")}),
        (
            "What this person may do",
            {
                "fields": ("roles_given", "is_active", *RIGHTS),
                "description": "Rights come with a role: give one under “Roles”. Untick “active” when somebody leaves.",
            },
        ),
        ("Signing in", {"fields": ("second_factor", "last_login", "date_joined")}),
    )

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    @admin.display(description="roles")
    def roles(self, user: User) -> str:
        if user.is_superuser:
            return "everything"
        return ", ".join(group.name for group in user.groups.all()) or "none"

    @admin.display(description="roles")
    def roles_given(self, user: User) -> str:
        return roles_of(user)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Nobody takes their own rights away, or gives themselves any."""
        if obj == request.user:
            return (*self.readonly_fields, "is_active", *RIGHTS)
        return self.readonly_fields if request.user.is_superuser else (*self.readonly_fields, *RIGHTS)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Who could change the address or password of a colleague could act with that colleague's rights."""
        is_colleague = obj is not None and (obj.is_staff or obj.is_superuser)
        return (request.user.is_superuser or not is_colleague) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False


# Roles have a desk of their own, and there is no other kind of group.
admin.site.unregister(Group)
