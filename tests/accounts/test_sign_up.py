import pytest
from allauth.account.forms import SignupForm
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.utils import timezone
from time_machine import TimeMachineFixture

from accounts.models import User

from .signing_in import ADDRESS_CODE, LOGIN, SIGN_UP, code_in_mail, is_signed_in, sign_in, wait

NEW = {"email": "Emeka@Member.example", "full_name": "Emeka Nwosu"}
pytestmark = pytest.mark.django_db


def test_a_code_makes_the_account_and_signs_in(client: Client) -> None:
    answer = client.post(SIGN_UP, NEW)
    assert answer["Location"] == ADDRESS_CODE
    assert not is_signed_in(client)
    answer = client.post(ADDRESS_CODE, {"code": code_in_mail()})
    assert answer["Location"] == "/my/"
    assert is_signed_in(client)
    person = User.objects.get(email="emeka@member.example")
    assert person.full_name == "Emeka Nwosu"
    assert not person.has_usable_password()
    assert not person.is_staff
    assert EmailAddress.objects.get(user=person).verified


def test_who_has_just_signed_up_is_not_asked_for_another_code(client: Client) -> None:
    client.post(SIGN_UP, NEW)
    client.post(ADDRESS_CODE, {"code": code_in_mail()})
    assert client.get("/accounts/2fa/totp/activate/").status_code == 200


def test_the_mail_says_what_to_do_and_no_name(client: Client) -> None:
    client.post(SIGN_UP, NEW)
    letter = mail.outbox[0]
    assert letter.to == ["emeka@member.example"]
    assert letter.subject == "Your code for the IMG portal"
    assert letter.extra_headers["Auto-Submitted"] == "auto-generated"
    assert "quarter of an hour" in letter.body
    assert "Emeka" not in letter.body  # anybody can type any name and any address
    assert "http://localhost:8000" in letter.body


def test_the_page_comes_back_to_where_the_person_was(client: Client) -> None:
    client.post(SIGN_UP, {**NEW, "next": "/calendar/"})
    answer = client.post(ADDRESS_CODE, {"code": code_in_mail()})
    assert answer["Location"] == "/calendar/"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"email": "", "full_name": "Emeka Nwosu"}, "This field is required."),
        ({"email": "no address", "full_name": "Emeka Nwosu"}, "Enter a valid email address."),
        ({"email": "emeka@member.example", "full_name": ""}, "This field is required."),
        ({"email": "emeka@member.example", "full_name": "E" * 151}, "at most 150 characters"),
    ],
)
def test_a_mistake_is_said_and_the_rest_is_kept(client: Client, typed: dict[str, str], sentence: str) -> None:
    page = client.post(SIGN_UP, typed).content.decode()
    assert sentence in page
    assert "<title>Error: Create an account" in page
    assert all(f'value="{value}"' in page for value in typed.values() if value)
    assert mail.outbox == []
    assert not User.objects.exists()


def test_a_wrong_code_is_said_and_three_end_it(client: Client) -> None:
    client.post(SIGN_UP, NEW)
    for _ in range(2):
        page = client.post(ADDRESS_CODE, {"code": "AAAA-AAAA"}).content.decode()
        assert "This code does not fit." in page
        assert 'value="AAAA-AAAA"' in page
    assert client.post(ADDRESS_CODE, {"code": "AAAA-AAAA"})["Location"] == LOGIN
    client.post(ADDRESS_CODE, {"code": code_in_mail()})
    assert not is_signed_in(client)


def test_a_new_code_replaces_the_old_one(client: Client, time_machine: TimeMachineFixture) -> None:
    client.post(SIGN_UP, NEW)
    old = code_in_mail()
    wait(time_machine, seconds=11)
    client.post(ADDRESS_CODE, {"action": "resend"})
    assert len(mail.outbox) == 2
    assert code_in_mail() != old
    assert "does not fit" in client.post(ADDRESS_CODE, {"code": old}).content.decode()
    client.post(ADDRESS_CODE, {"code": code_in_mail()})
    assert is_signed_in(client)


def test_cancelling_leads_back_to_the_first_page_of_signing_in(client: Client) -> None:
    client.post(SIGN_UP, NEW)
    assert client.get(SIGN_UP)["Location"] == ADDRESS_CODE
    assert client.post("/accounts/logout/", {"next": LOGIN})["Location"] == LOGIN
    assert client.get(LOGIN).status_code == 200


def test_who_did_not_finish_can_sign_in_with_the_address(client: Client) -> None:
    client.post(SIGN_UP, NEW)
    assert is_signed_in(sign_in(Client(), "emeka@member.example"))
    assert EmailAddress.objects.get(email="emeka@member.example").verified


def test_the_same_form_sent_twice_at_once_makes_one_account(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    save = SignupForm.save

    def beaten_to_it(form: SignupForm, request: object) -> User:
        User.objects.create_user("emeka@member.example", full_name="Emeka Nwosu")
        return save(form, request)

    monkeypatch.setattr(SignupForm, "save", beaten_to_it)
    assert client.post(SIGN_UP, NEW)["Location"] == ADDRESS_CODE
    assert "belongs to an account already" in mail.outbox[-1].body


def test_somebody_signed_in_has_no_use_for_it(as_dolores: Client) -> None:
    assert as_dolores.get(SIGN_UP)["Location"] == "/my/"


def test_the_moment_is_kept(client: Client) -> None:
    client.post(SIGN_UP, NEW)
    client.post(ADDRESS_CODE, {"code": code_in_mail()})
    assert (timezone.now() - User.objects.get().last_login).total_seconds() < 60
