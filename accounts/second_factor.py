"""The second proof beside the e-mailed code: a passkey, an authenticator app, or a recovery code."""

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.db import models
from django.http import HttpRequest

from .models import User


def was_used(request: HttpRequest) -> bool:
    """In this session, and with a factor the person still has."""
    records = get_authentication_records(request, request.user)
    used = {record.get("id") for record in records if record["method"] == "mfa"}
    return bool(used) and factors_of(request.user).filter(pk__in=used).exists()


def factors_of(person: User) -> models.QuerySet[Authenticator]:
    return Authenticator.objects.filter(user_id=person.pk)
