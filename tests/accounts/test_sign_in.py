import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.urls import NoReverseMatch, reverse
from time_machine import TimeMachineFixture

from accounts.models import User

from .signing_in import LOGIN, LOGIN_CODE, ask_for_code, code_in_mail, is_signed_in, sign_in, wait


def test_the_code_from_the_mail_signs_in(client: Client, dolores: User) -> None:
    answer = client.post(LOGIN_CODE, {"code": ask_for_code(client, "dolores@member.example")})
    assert answer["Location"] == "/my/"
    assert client.session["_auth_user_id"] == str(dolores.pk)


def test_capital_letters_and_the_dash_do_not_matter(client: Client, dolores: User) -> None:
    code = ask_for_code(client, "Dolores@Member.EXAMPLE")
    client.post(LOGIN_CODE, {"code": f" {code.replace('-', '').lower()} "})
    assert is_signed_in(client)


def test_one_code_is_enough_for_somebody_whom_staff_added(client: Client, dolores: User) -> None:
    sign_in(client, dolores.email)
    assert len(mail.outbox) == 1
    address = EmailAddress.objects.get(user=dolores)
    assert (address.email, address.verified, address.primary) == (dolores.email, True, True)


def test_the_page_one_wanted_comes_next(client: Client, dolores: User) -> None:
    wanted = client.get("/accounts/email/")["Location"]
    assert wanted == f"{LOGIN}?next=/accounts/email/"
    code = ask_for_code(client, dolores.email, wanted="/accounts/email/")
    assert client.post(f"{LOGIN_CODE}?next=/accounts/email/", {"code": code})["Location"] == "/accounts/email/"


def test_a_page_of_another_site_does_not(client: Client, dolores: User) -> None:
    code = ask_for_code(client, dolores.email, wanted="https://evil.example/")
    answer = client.post(f"{LOGIN_CODE}?next=https://evil.example/", {"code": code, "next": "//evil.example/"})
    assert answer["Location"] == "/my/"


def test_opening_the_pages_sends_nothing(client: Client, dolores: User) -> None:
    for address in (LOGIN, "/accounts/signup/", LOGIN_CODE, "/accounts/login/code/", "/accounts/reauthenticate/"):
        client.get(address)
        client.head(address)
    assert mail.outbox == []


def test_three_wrong_codes_end_it(client: Client, dolores: User) -> None:
    code = ask_for_code(client, dolores.email)
    for _ in range(2):
        page = client.post(LOGIN_CODE, {"code": "AAAA-AAAA"}).content.decode()
        assert "This code does not fit." in page
        assert "<title>Error: " in page
    answer = client.post(LOGIN_CODE, {"code": "AAAA-AAAA"}, follow=True)
    assert answer.redirect_chain[-1][0].startswith(LOGIN)
    assert "too many tries" in answer.content.decode()
    client.post(LOGIN_CODE, {"code": code})
    assert not is_signed_in(client)


def test_a_code_works_once_and_only_in_the_same_browser(client: Client, dolores: User) -> None:
    code = ask_for_code(client, dolores.email)
    other = Client()
    other.post(LOGIN_CODE, {"code": code})
    assert not is_signed_in(other)
    client.post(LOGIN_CODE, {"code": code})
    client.post("/accounts/logout/")
    client.post(LOGIN_CODE, {"code": code})
    assert not is_signed_in(client)


@pytest.mark.parametrize(("minutes", "works"), [(14, True), (16, False)])
def test_a_code_lasts_a_quarter_of_an_hour(
    client: Client, dolores: User, time_machine: TimeMachineFixture, minutes: int, works: bool
) -> None:
    code = ask_for_code(client, dolores.email)
    wait(time_machine, minutes=minutes)
    client.post(LOGIN_CODE, {"code": code})
    assert is_signed_in(client) is works


def test_a_new_code_can_be_asked_for_and_the_old_one_ends(client: Client, dolores: User) -> None:
    old = ask_for_code(client, dolores.email)
    assert client.post(LOGIN_CODE, {"action": "resend"})["Location"] == LOGIN_CODE
    assert code_in_mail() != old
    assert "does not fit" in client.post(LOGIN_CODE, {"code": old}).content.decode()
    client.post(LOGIN_CODE, {"code": code_in_mail()})
    assert is_signed_in(client)


def test_it_can_be_cancelled(client: Client, dolores: User) -> None:
    ask_for_code(client, dolores.email)
    assert client.get(LOGIN)["Location"] == LOGIN_CODE
    assert client.post("/accounts/logout/", {"next": LOGIN})["Location"] == LOGIN
    assert b"Send me a code" in client.get(LOGIN).content


def test_a_closed_account_gets_no_code(client: Client, dolores: User) -> None:
    User.objects.update(is_active=False)
    client.post(LOGIN, {"login": dolores.email})
    assert code_in_mail() == ""


def test_an_account_closed_while_the_code_is_on_its_way(client: Client, dolores: User) -> None:
    code = ask_for_code(client, dolores.email)
    User.objects.update(is_active=False)
    answer = client.post(LOGIN_CODE, {"code": code}, follow=True)
    assert not is_signed_in(client)
    assert "This account is closed" in answer.content.decode()


def test_no_address_is_said_next_to_the_field(client: Client, db: None) -> None:
    page = client.post(LOGIN, {"login": "no address"}).content.decode()
    assert "Enter a valid email address." in page
    assert 'value="no address"' in page
    assert 'href="#id_login"' in page


def test_without_the_token_of_the_form_nothing_is_sent(dolores: User) -> None:
    assert Client(enforce_csrf_checks=True).post(LOGIN, {"login": dolores.email}).status_code == 403
    assert mail.outbox == []


@pytest.mark.parametrize("name", ["change_password", "set_password", "reset_password", "reset_password_done"])
def test_there_is_no_page_about_passwords(name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(f"account_{name}")


@pytest.mark.parametrize("address", [LOGIN, "/accounts/signup/"])
def test_there_is_no_password_field(client: Client, db: None, address: str) -> None:
    assert b'type="password"' not in client.get(address).content


def test_a_password_opens_nothing(client: Client, amina: User) -> None:
    assert amina.has_usable_password()
    assert client.login(email=amina.email, password="correct horse battery staple") is False


def test_signing_out_asks_first_and_then_ends_the_session(as_dolores: Client) -> None:
    assert as_dolores.get("/accounts/logout/").status_code == 200
    assert is_signed_in(as_dolores)
    assert as_dolores.post("/accounts/logout/")["Location"] == "/"
    assert not is_signed_in(as_dolores)


def test_a_closed_account_stays_out(client: Client, dolores: User) -> None:
    User.objects.filter(pk=dolores.pk).update(is_active=False)
    client.post(LOGIN, {"login": dolores.email})
    code = code_in_mail() if mail.outbox else ""
    client.post(LOGIN_CODE, {"code": code})
    assert not is_signed_in(client)


def test_an_account_that_is_closed_between_code_and_answer_stays_out(client: Client, dolores: User) -> None:
    code = ask_for_code(client, dolores.email)
    User.objects.filter(pk=dolores.pk).update(is_active=False)
    client.post(LOGIN_CODE, {"code": code})
    assert not is_signed_in(client)
