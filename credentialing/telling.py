"""Who is told what: the helpers of the society about somebody who needs them, the physician about their answer."""

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import PermissionsMixin
from django.db import models

from notices.actions import owe, today_of, withdraw

from .models import HelpRequest, Item

ANSWERED, CHANGED, NEEDS_HELP = "credentialing.answered", "credentialing.changed", "credentialing.needs_help"
RIGHT = "credentialing.change_helprequest"


def helpers() -> models.QuerySet[PermissionsMixin]:
    """Staff whose task it is; while nobody has that role, those who may do everything."""
    people = ModelBackend().with_perm(RIGHT, include_superusers=False).filter(is_staff=True)
    return people if people.exists() else ModelBackend().with_perm(RIGHT).filter(is_staff=True)


def tell_helpers(about: HelpRequest | Item) -> None:
    for helper in helpers():
        owe(kind=NEEDS_HELP, person=helper, about=about, due_on=today_of(helper))


def is_dealt_with(about: HelpRequest | Item) -> None:
    withdraw(about=about, kind=NEEDS_HELP)


def tell_answered(request: HelpRequest) -> None:
    person = request.item.checklist.person
    owe(kind=ANSWERED, person=person, about=request, due_on=today_of(person))
