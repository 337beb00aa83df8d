from typing import Any, ClassVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower


def validate_time_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValidationError(
            "Give a time zone by its usual name, such as America/New_York or Asia/Karachi."
        ) from error


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save()
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email__iexact=email)


class User(AbstractBaseUser, PermissionsMixin):
    """A person, known by an e-mail address; there are no user names."""

    email = models.EmailField(unique=True, error_messages={"unique": "There is already an account with this address."})
    full_name = models.CharField(max_length=150)
    preferred_name = models.CharField(
        max_length=60, blank=True, help_text="What the portal calls this person. Empty: the full name."
    )
    time_zone = models.CharField(max_length=60, default="America/New_York", validators=[validate_time_zone])
    is_active = models.BooleanField("active", default=True, help_text="Untick instead of deleting an account.")
    is_staff = models.BooleanField("staff", default=False, help_text="May open the staff desk.")
    date_joined = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]
    PERSONAL_FIELDS = ("email", "full_name", "preferred_name", "time_zone")

    objects = UserManager()

    class Meta:
        ordering = ("full_name", "email")
        constraints = (models.UniqueConstraint(Lower("email"), name="accounts_user_email_any_case"),)

    def __str__(self) -> str:
        return self.preferred_name or self.full_name or self.email

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.preferred_name or self.full_name
