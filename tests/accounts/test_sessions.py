import pytest
from allauth.usersessions.models import UserSession
from django.test import Client

from accounts.models import User
from accounts.security_actions import end_sessions
from tests.conftest import signed_in

from .signing_in import is_signed_in, sign_in

PAGE = "/accounts/sessions/"


@pytest.fixture
def phone(dolores: User) -> Client:
    return sign_in(Client(REMOTE_ADDR="192.0.2.1", headers={"User-Agent": "A phone"}), dolores.email)


@pytest.fixture
def laptop(dolores: User) -> Client:
    return sign_in(Client(REMOTE_ADDR="192.0.2.2", headers={"User-Agent": "A laptop <b>"}), dolores.email)


def test_a_person_sees_where_they_are_signed_in(phone: Client, laptop: Client) -> None:
    page = phone.get(PAGE).content.decode()
    assert all(words in page for words in ("This browser", "Another browser", "A phone", "192.0.2.2"))
    assert "A laptop &lt;b&gt;" in page


def test_and_nothing_of_others(phone: Client, chidi: User) -> None:
    sign_in(Client(headers={"User-Agent": "Chidi's computer"}), chidi.email)
    assert "Chidi" not in phone.get(PAGE).content.decode()


def test_all_others_end_at_once(phone: Client, laptop: Client, chidi: User) -> None:
    stranger = sign_in(Client(), chidi.email)
    assert phone.post(PAGE)["Location"] == PAGE
    assert phone.get(PAGE).status_code == 200
    assert laptop.get(PAGE).status_code == 302
    assert stranger.get(PAGE).status_code == 200


def test_looking_ends_nothing(phone: Client, laptop: Client) -> None:
    phone.get(PAGE)
    assert laptop.get(PAGE).status_code == 200


def test_signed_in_nowhere_else(phone: Client) -> None:
    page = phone.get(PAGE).content.decode()
    assert "You are signed in nowhere else." in page
    assert "Sign out everywhere else" not in page


def test_ending_them_from_outside_ends_even_those_that_were_never_listed(phone: Client, dolores: User) -> None:
    never_listed = signed_in(dolores)
    assert UserSession.objects.count() == 1
    end_sessions(person=dolores)
    assert [client.get(PAGE).status_code for client in (phone, never_listed)] == [302, 302]
    assert not UserSession.objects.exists()


def test_a_session_ends_after_twelve_hours_or_with_the_browser(phone: Client) -> None:
    cookie = phone.cookies["sessionid"]
    assert (cookie["max-age"], cookie["httponly"], cookie["samesite"]) == ("", True, "Lax")
    assert phone.session.get_expiry_age() <= 12 * 3600


def test_the_session_gets_a_new_name_at_sign_in(client: Client, dolores: User) -> None:
    client.get("/accounts/login/")
    client.post("/accounts/login/", {"login": dolores.email})
    before = client.cookies["sessionid"].value
    client.post("/accounts/logout/")
    sign_in(client, dolores.email)
    assert is_signed_in(client)
    assert client.cookies["sessionid"].value != before


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_stranger_is_asked_to_sign_in(client: Client, db: None, method: str) -> None:
    assert getattr(client, method)(PAGE)["Location"] == f"/accounts/login/?next={PAGE}"
