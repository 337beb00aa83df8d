"""Which members of staff a message of mentoring goes to."""

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import PermissionsMixin
from django.db import models

COORDINATES, SAFEGUARDS = "mentoring.change_pair", "mentoring.change_concern"


def coordinators() -> "models.QuerySet[PermissionsMixin]":
    return _with(COORDINATES)


def safeguarding_officers() -> "models.QuerySet[PermissionsMixin]":
    return _with(SAFEGUARDS)


def _with(right: str) -> "models.QuerySet[PermissionsMixin]":
    """Those whose task it is; while nobody has that role, those who may do everything, so that nothing is lost."""
    people = ModelBackend().with_perm(right, include_superusers=False).filter(is_staff=True)
    return people if people.exists() else ModelBackend().with_perm(right).filter(is_staff=True)
