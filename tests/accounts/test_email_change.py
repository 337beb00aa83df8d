import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from time_machine import TimeMachineFixture

from accounts.models import User
from audit.models import Entry
from tests.conftest import signed_in

from .signing_in import ADDRESS_CODE, LOGIN, code_in_mail, is_signed_in, sign_in, wait

PAGE, NEW = "/accounts/email/", "dolores@hospital.example"


@pytest.fixture
def with_two(as_dolores: Client, dolores: User) -> Client:
    """Dolores has confirmed a second address."""
    as_dolores.post(PAGE, {"action_add": "1", "email": NEW})
    assert as_dolores.post(ADDRESS_CODE, {"code": code_in_mail()}).status_code == 302
    mail.outbox.clear()
    return as_dolores


def addresses(person: User) -> set[tuple[str, bool, bool]]:
    return set(EmailAddress.objects.filter(user=person).values_list("email", "verified", "primary"))


def test_the_code_goes_to_the_new_address_and_nothing_counts_before_it_is_typed(
    as_dolores: Client, dolores: User
) -> None:
    assert as_dolores.post(PAGE, {"action_add": "1", "email": NEW})["Location"] == ADDRESS_CODE
    assert mail.outbox[-1].to == [NEW]
    assert NEW not in {address for address, *_ in addresses(dolores)}
    Client().post(LOGIN, {"login": NEW})
    assert code_in_mail() == ""


def test_the_old_address_is_told(as_dolores: Client, dolores: User) -> None:
    as_dolores.post(PAGE, {"action_add": "1", "email": NEW})
    as_dolores.post(ADDRESS_CODE, {"code": code_in_mail()})
    assert (mail.outbox[-1].to, mail.outbox[-1].subject) == ([dolores.email], "An address was added to your account")
    assert NEW in mail.outbox[-1].body
    assert Entry.objects.about(dolores).get().verb == "e-mail address added"


def test_either_address_signs_in(with_two: Client, dolores: User) -> None:
    for address in (dolores.email, NEW):
        assert is_signed_in(sign_in(Client(), address))


def test_the_new_one_becomes_the_main_one_and_the_old_one_is_told(with_two: Client, dolores: User) -> None:
    with_two.post(PAGE, {"action_primary": "1", "email": NEW})
    dolores.refresh_from_db()
    assert dolores.email == NEW
    assert addresses(dolores) == {("dolores@member.example", True, False), (NEW, True, True)}
    assert mail.outbox[-1].to == ["dolores@member.example"]
    assert f"from dolores@member.example to {NEW}" in mail.outbox[-1].body
    assert Entry.objects.about(dolores).first().verb == "main e-mail address changed"


def test_the_old_one_is_removed_and_opens_nothing(with_two: Client, dolores: User) -> None:
    with_two.post(PAGE, {"action_primary": "1", "email": NEW})
    with_two.post(PAGE, {"action_remove": "1", "email": "dolores@member.example"})
    assert addresses(dolores) == {(NEW, True, True)}
    assert mail.outbox[-1].to == [NEW]
    Client().post(LOGIN, {"login": "dolores@member.example"})
    assert code_in_mail() == ""


def test_the_main_address_cannot_be_removed(with_two: Client, dolores: User) -> None:
    page = with_two.post(PAGE, {"action_remove": "1", "email": dolores.email}, follow=True).content.decode()
    assert "Make another one the main address first." in page
    assert len(addresses(dolores)) == 2


def test_two_are_the_most(with_two: Client) -> None:
    assert b"action_add" not in with_two.get(PAGE).content
    page = with_two.post(PAGE, {"action_add": "1", "email": "third@member.example"}).content.decode()
    assert "You can keep 2 addresses." in page


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "This field is required."),
        ("no address", "Enter a valid email address."),
        ("dolores@member.example", "belongs to your account already"),
    ],
)
def test_a_mistake_is_said_next_to_the_field(as_dolores: Client, typed: str, sentence: str) -> None:
    page = as_dolores.post(PAGE, {"action_add": "1", "email": typed}).content.decode()
    assert sentence in page
    assert "<title>Error: " in page
    assert mail.outbox == []


def test_the_address_of_somebody_else_is_never_taken_over(as_dolores: Client, dolores: User, chidi: User) -> None:
    as_dolores.post(PAGE, {"action_add": "1", "email": chidi.email})
    as_dolores.post(ADDRESS_CODE, {"code": code_in_mail() or "AAAA-AAAA"})
    assert addresses(dolores) == {("dolores@member.example", True, True)}
    assert addresses(dolores).isdisjoint(addresses(chidi))


@pytest.mark.parametrize("action", ["action_primary", "action_remove", "action_send"])
def test_the_address_of_somebody_else_is_not_there(with_two: Client, chidi: User, action: str) -> None:
    sign_in(Client(), chidi.email)
    before = addresses(chidi)
    mail.outbox.clear()
    assert with_two.post(PAGE, {action: "1", "email": chidi.email}).status_code == 302
    assert addresses(chidi) == before
    assert mail.outbox == []


@pytest.mark.parametrize("posted", [{"action_add": "1", "email": NEW}, {"action_remove": "1", "email": NEW}])
def test_a_fresh_sign_in_comes_first(
    with_two: Client, dolores: User, time_machine: TimeMachineFixture, posted: dict[str, str]
) -> None:
    if "action_add" in posted:
        EmailAddress.objects.filter(email=NEW).delete()
    before = addresses(dolores)
    wait(time_machine, minutes=11)
    assert with_two.post(PAGE, posted)["Location"] == "/accounts/reauthenticate/?next=%2Faccounts%2Femail%2F"
    assert addresses(dolores) == before
    with_two.post("/accounts/reauthenticate/", {"action": "send", "next": PAGE})
    assert mail.outbox[-1].to == [dolores.email]
    answer = with_two.post("/accounts/reauthenticate/", {"code": code_in_mail(), "next": PAGE})
    assert answer.status_code == 302
    assert (mail.outbox[-1].to == [NEW]) if "action_add" in posted else (len(addresses(dolores)) == 1)


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_stranger_is_asked_to_sign_in(client: Client, db: None, method: str) -> None:
    assert getattr(client, method)(PAGE)["Location"] == f"{LOGIN}?next={PAGE}"


def test_an_address_removed_by_the_person_is_free_again(
    with_two: Client, chidi: User, time_machine: TimeMachineFixture
) -> None:
    with_two.post(PAGE, {"action_remove": "1", "email": NEW})
    wait(time_machine, seconds=11)
    other = signed_in(chidi)
    other.post(PAGE, {"action_add": "1", "email": NEW})
    other.post(ADDRESS_CODE, {"code": code_in_mail()})
    assert (NEW, True, False) in addresses(chidi)
