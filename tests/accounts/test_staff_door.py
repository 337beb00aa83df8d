"""The staff desk, address by address, for everybody who should not be in it."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from accounts.models import User
from accounts.staff_site import StaffSite
from tests.conftest import app_of, signed_in

from .signing_in import app_code, sign_in

STEP = "/accounts/2fa/reauthenticate/"


def addresses(resolver: URLResolver, before: str) -> list[str]:
    found = []
    for entry in resolver.url_patterns:
        here = before + re.sub(r"<[^>]+>", "1", str(entry.pattern))
        found += addresses(entry, here) if isinstance(entry, URLResolver) else [plain(here)]
    return found


def plain(address: str) -> str:
    """Regular expressions become an address that fits them."""
    return re.sub(
        r"\(\?P<\w+>([\w.*-]*)[^)]*\)|[\^$]", lambda group: (group[1] or "").replace(".*", "nowhere"), address
    )


DESK = next(entry for entry in get_resolver().url_patterns if getattr(entry, "app_name", "") == "admin")
OPEN = {"/admin/login/"}  # it only leads on
ADDRESSES = sorted(set(addresses(DESK, "/admin/")) - OPEN)
METHODS = pytest.mark.parametrize("method", ["get", "post"])


def answers(client: Client, method: str) -> dict[str, tuple[int, str]]:
    found = {}
    for address in ADDRESSES:
        answer = getattr(client, method)(address)
        found[address] = (answer.status_code, answer.headers.get("Location", "").split("?")[0])
    return found


def test_the_walk_finds_the_desk() -> None:
    assert isinstance(admin.site, StaffSite) or isinstance(admin.site._wrapped, StaffSite)
    assert isinstance(DESK.url_patterns[0], URLPattern)
    assert len(ADDRESSES) > 20
    assert "/admin/accounts/user/" in ADDRESSES


@METHODS
def test_a_stranger_is_asked_to_sign_in(client: Client, db: None, method: str) -> None:
    found = answers(client, method)
    assert {where for _, where in found.values()} <= {"/accounts/login/", "/admin/login/"}
    assert {status for status, _ in found.values()} == {302}


@METHODS
def test_a_member_finds_nothing_there(as_dolores: Client, method: str) -> None:
    assert set(answers(as_dolores, method).values()) == {(404, "")}


@METHODS
def test_a_member_with_a_second_factor_neither(dolores: User, method: str) -> None:
    dolores.is_staff = True
    client = signed_in(dolores)
    User.objects.filter(pk=dolores.pk).update(is_staff=False)
    assert client.session["account_authentication_methods"][-1]["method"] == "mfa"
    assert set(answers(client, method).values()) == {(404, "")}


@METHODS
def test_staff_without_a_factor_are_sent_to_set_one_up(amina: User, client: Client, method: str) -> None:
    sign_in(client, amina.email)
    assert set(answers(client, method).values()) == {(302, "/accounts/2fa/")}


@METHODS
def test_staff_who_have_not_shown_it_in_this_session_are_asked_for_it(amina: User, client: Client, method: str) -> None:
    sign_in(client, amina.email)
    app_of(amina)
    assert set(answers(client, method).values()) == {(302, STEP)}


def test_staff_who_have_shown_it_are_in(as_amina: Client) -> None:
    inside = answers(as_amina, "get")
    assert inside["/admin/"] == inside["/admin/accounts/user/"] == (200, "")
    assert not {where for _, where in inside.values()} & {STEP, "/accounts/2fa/", "/accounts/login/"}


def test_a_closed_account_is_out_at_once(as_amina: Client) -> None:
    User.objects.update(is_active=False)
    assert as_amina.get("/admin/").status_code == 302


def test_from_the_mailed_code_to_the_desk(client: Client, amina: User) -> None:
    app_of(amina)
    assert client.get("/admin/login/?next=/admin/audit/")["Location"] == "/accounts/login/?next=/admin/audit/"
    sign_in_both(client, amina)
    assert client.get("/admin/").status_code == 200


def sign_in_both(client: Client, person: User) -> None:
    sign_in(client, person.email)
    client.post("/accounts/2fa/authenticate/", {"code": app_code()})


def test_a_factor_set_up_just_now_is_shown_once_and_then_the_desk_opens(client: Client, amina: User) -> None:
    sign_in(client, amina.email)
    assert "opens only with a second factor" in client.get("/admin/", follow=True).content.decode()
    app_of(amina)
    assert client.get("/admin/")["Location"] == f"{STEP}?next=/admin/"
    assert client.post(STEP, {"code": app_code(), "next": "/admin/"})["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_a_factor_given_up_closes_the_desk(as_amina: Client, amina: User) -> None:
    Authenticator.objects.filter(user=amina).delete()
    assert as_amina.get("/admin/")["Location"] == "/accounts/2fa/"


def test_the_mark_of_another_person_in_the_session_counts_nothing(amina: User, boris: User) -> None:
    client, theirs = signed_in(amina), app_of(boris)
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": time.time(), "id": theirs.pk}]
    session.save()
    assert client.get("/admin/")["Location"].startswith(STEP)


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example/", "javascript:alert()"])
def test_the_desk_sends_nobody_to_another_site(as_amina: Client, wanted: str) -> None:
    assert as_amina.get("/admin/login/", {"next": wanted})["Location"] == "/admin/"


def test_signing_out_of_the_desk_ends_the_session_by_post_only(as_amina: Client) -> None:
    as_amina.get("/admin/logout/")
    assert as_amina.get("/admin/").status_code == 200
    assert as_amina.post("/admin/logout/")["Location"] == "/"
    assert as_amina.get("/admin/").status_code == 302


def test_there_is_no_password_form(as_amina: Client, amina: User) -> None:
    assert as_amina.get("/admin/password_change/").status_code == 404
    assert as_amina.post("/admin/password_change/").status_code == 404
    assert b"password" not in as_amina.get(f"/admin/accounts/user/{amina.pk}/change/").content
    assert b"password" not in as_amina.get("/admin/accounts/user/add/").content
    with pytest.raises(NoReverseMatch):
        reverse("admin:auth_user_password_change", args=(amina.pk,))


@pytest.mark.parametrize("app", ["account", "mfa", "usersessions"])
def test_the_keys_themselves_are_not_on_the_desk(as_amina: Client, app: str) -> None:
    assert as_amina.get(f"/admin/{app}/").status_code == 404
    assert app not in {model._meta.app_label for model in admin.site._registry}
