import re

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client

from accounts.models import User
from audit.models import Entry
from tests.conftest import APP_KEY, app_of, signed_in

from .signing_in import LOGIN_CODE, app_code, ask_for_code, is_signed_in

INDEX, CONNECT = "/accounts/2fa/", "/accounts/2fa/totp/activate/"
STEP, CODES = "/accounts/2fa/authenticate/", "/accounts/2fa/recovery-codes/"
KEY = re.compile(r'class="secret-key">([A-Z2-7]+)<')
RECOVERY = re.compile(r"<code>(\d{8})</code>")


def connect(client: Client) -> Client:
    key = KEY.search(client.get(CONNECT).content.decode())[1]
    answer = client.post(CONNECT, {"code": app_code(key)})
    assert answer.status_code == 302, answer.content
    return client


def recovery_codes(client: Client) -> list[str]:
    return RECOVERY.findall(client.get(CODES).content.decode())


@pytest.fixture
def halfway(client: Client, dolores: User) -> Client:
    """Dolores, who has an app, has typed the e-mailed code and not yet the second one."""
    app_of(dolores)
    answer = client.post(LOGIN_CODE, {"code": ask_for_code(client, dolores.email)})
    assert answer["Location"] == STEP
    return client


def test_nobody_must_have_one(as_dolores: Client) -> None:
    page = as_dolores.get(INDEX).content.decode()
    assert "You choose whether you want one." in page
    assert "No app is connected." in page


def test_an_app_is_connected_and_told_and_audited(
    as_dolores: Client, dolores: User, django_capture_on_commit_callbacks: object
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        connect(as_dolores)
    assert set(dolores.authenticator_set.values_list("type", flat=True)) == {"totp", "recovery_codes"}
    assert [letter.subject for letter in mail.outbox] == ["An authenticator app was connected"]
    assert Entry.objects.about(dolores).get().verb == "authenticator app added"


def test_the_picture_stands_in_the_page(as_dolores: Client) -> None:
    """The policy allows no data: address, and a cautious browser shows no other picture."""
    page = as_dolores.get(CONNECT).content.decode()
    assert "<svg" in page
    assert "<?xml" not in page
    assert "data:" not in page


def test_a_wrong_code_connects_nothing(as_dolores: Client) -> None:
    as_dolores.get(CONNECT)
    page = as_dolores.post(CONNECT, {"code": "000000"}).content.decode()
    assert "This code does not fit." in page
    assert not Authenticator.objects.exists()


def test_the_key_is_not_readable_in_the_database(dolores: User) -> None:
    assert APP_KEY not in str(app_of(dolores).data)


def test_a_key_made_under_the_former_secret_still_works(dolores: User, settings: object) -> None:
    app = app_of(dolores)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "a new one"
    assert app.wrap().validate_code(app_code())


def test_the_mailed_code_alone_does_not_sign_in(halfway: Client) -> None:
    assert not is_signed_in(halfway)
    assert halfway.get("/accounts/email/").status_code == 302


def test_both_together_do(halfway: Client) -> None:
    halfway.post(STEP, {"code": app_code()})
    assert is_signed_in(halfway)


def test_a_code_of_the_app_works_once(halfway: Client, dolores: User) -> None:
    code = app_code()
    halfway.post(STEP, {"code": code})
    other = Client()
    other.post(LOGIN_CODE, {"code": ask_for_code(other, dolores.email)})
    assert "does not fit" in other.post(STEP, {"code": code}).content.decode()


@pytest.mark.parametrize("typed", ["", "000000", "abc", "ß"])
def test_a_wrong_second_code_is_said(halfway: Client, typed: str) -> None:
    page = halfway.post(STEP, {"code": typed}).content.decode()
    assert "<title>Error: " in page
    assert not is_signed_in(halfway)


def test_the_second_step_alone_leads_to_the_first(client: Client, db: None) -> None:
    assert client.get(STEP)["Location"] == "/accounts/login/"
    assert client.post(STEP, {"code": app_code()})["Location"] == "/accounts/login/"


def test_a_recovery_code_works_once(as_dolores: Client, dolores: User) -> None:
    codes = recovery_codes(connect(as_dolores))
    assert len(set(codes)) == 10
    for works in (True, False):
        client = Client()
        client.post(LOGIN_CODE, {"code": ask_for_code(client, dolores.email)})
        client.post(STEP, {"code": codes[0]})
        assert is_signed_in(client) is works


def test_new_recovery_codes_end_the_old_ones(as_dolores: Client, django_capture_on_commit_callbacks: object) -> None:
    old = recovery_codes(connect(as_dolores))
    with django_capture_on_commit_callbacks(execute=True):
        as_dolores.post(f"{CODES}generate/")
    assert not set(old) & set(recovery_codes(as_dolores))
    assert mail.outbox[-1].subject == "New recovery codes were made"


def test_the_codes_come_as_a_file(as_dolores: Client) -> None:
    codes = recovery_codes(connect(as_dolores))
    answer = as_dolores.get(f"{CODES}download/")
    assert answer.content.decode().split() == codes
    assert answer["Content-Disposition"].startswith("attachment")


def test_disconnecting_is_told_and_takes_the_recovery_codes_along(as_dolores: Client, dolores: User) -> None:
    connect(as_dolores)
    as_dolores.post("/accounts/2fa/totp/deactivate/")
    assert not dolores.authenticator_set.exists()
    assert mail.outbox[-1].subject == "The authenticator app was disconnected"
    assert Entry.objects.about(dolores).filter(verb="authenticator app removed").exists()


PRIVATE = (INDEX, CONNECT, CODES, f"{CODES}generate/", f"{CODES}download/", "/accounts/2fa/webauthn/")
PRIVATE += ("/accounts/2fa/webauthn/add/", "/accounts/2fa/totp/deactivate/", "/accounts/2fa/reauthenticate/")


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("address", PRIVATE)
def test_a_stranger_is_asked_to_sign_in(client: Client, db: None, address: str, method: str) -> None:
    assert getattr(client, method)(address)["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("what", ["edit", "remove"])
def test_a_passkey_of_somebody_else_is_not_there(as_dolores: Client, chidi: User, what: str) -> None:
    theirs = Authenticator.objects.create(user=chidi, type="webauthn", data={"name": "Chidi's key"})
    assert as_dolores.get(f"/accounts/2fa/webauthn/keys/{theirs.pk}/{what}/").status_code == 404
    assert as_dolores.post(f"/accounts/2fa/webauthn/keys/{theirs.pk}/{what}/", {"name": "mine"}).status_code == 404


def test_a_passkey_made_up_signs_nobody_in(client: Client, dolores: User) -> None:
    for credential in ("", "{}", "[]", '{"response": {"userHandle": "MQ"}}', "no json"):
        answer = client.post("/accounts/2fa/webauthn/login/", {"credential": credential})
        assert answer.status_code == 302
    assert not is_signed_in(client)


def test_a_second_person_at_the_same_browser_has_not_shown_it(amina: User, boris: User) -> None:
    client = signed_in(amina)
    assert client.get("/admin/").status_code == 200
    proofs = client.session["account_authentication_methods"]
    client.force_login(boris)
    session = client.session
    session["account_authentication_methods"] = proofs
    session.save()
    assert client.get("/admin/").status_code == 302
