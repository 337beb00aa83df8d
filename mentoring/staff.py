"""Which members of staff a message of mentoring goes to."""

from collections.abc import Collection

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import PermissionsMixin
from django.db import models

COORDINATES, SAFEGUARDS = "mentoring.change_pair", "mentoring.change_concern"


def coordinators() -> "models.QuerySet[PermissionsMixin]":
    return _with(COORDINATES)


def safeguarding_officers(*, but: Collection[int] = ()) -> "models.QuerySet[PermissionsMixin]":
    """`but` are the numbers of people whom the concern is about or from: none of them is the one to look at it."""
    return _with(SAFEGUARDS, but)


def _with(right: str, but: Collection[int] = ()) -> "models.QuerySet[PermissionsMixin]":
    """Those whose task it is; while nobody else has that role, those who may do everything, so that nothing is lost."""
    fit = ModelBackend().with_perm(right, include_superusers=False).filter(is_staff=True).exclude(pk__in=but)
    return fit if fit.exists() else ModelBackend().with_perm(right).filter(is_staff=True).exclude(pk__in=but)
