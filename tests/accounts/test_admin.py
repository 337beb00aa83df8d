import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.models import User
from audit.models import Entry
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
LIST = "/admin/accounts/user/"


def form(user: User, **changed: object) -> dict[str, object]:
    return {"email": user.email, "full_name": user.full_name, "time_zone": user.time_zone, "is_active": "on", **changed}


def test_sign_in_is_asked_for_and_the_right(client: Client, chidi: User) -> None:
    assert client.get(LIST).url.startswith("/accounts/login/")
    assert signed_in(chidi).get(LIST).status_code == 403


def test_a_change_is_audited_without_a_name(as_amina: Client, amina: User, dolores: User) -> None:
    as_amina.post(f"{LIST}{dolores.pk}/change/", form(dolores, is_staff="on"))
    entry = Entry.objects.get(verb="user changed")
    assert (entry.actor, entry.subject, entry.data) == (amina, f"account {dolores.pk}", {"fields": ["Staff"]})


def test_a_helper_changes_members_and_hands_out_no_rights(chidi: User, dolores: User, amina: User) -> None:
    chidi.user_permissions.add(*Permission.objects.filter(codename__in=("change_user", "view_user")))
    helper = signed_in(chidi)
    helper.post(f"{LIST}{dolores.pk}/change/", form(dolores, full_name="Dolores C.", is_superuser="on", is_staff="on"))
    dolores.refresh_from_db()
    assert (dolores.full_name, dolores.is_superuser, dolores.is_staff) == ("Dolores C.", False, False)
    assert helper.post(f"{LIST}{amina.pk}/change/", form(amina, email="mine@example.org")).status_code == 403


def test_accounts_are_not_deleted(as_amina: Client, dolores: User) -> None:
    assert as_amina.post(f"{LIST}{dolores.pk}/delete/", {"post": "yes"}).status_code == 403
