"""Nobody learns from these pages whether an address has an account: only its own mailbox tells."""

import re
from collections.abc import Callable

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from time_machine import TimeMachineFixture

from accounts.models import User

from .signing_in import ADDRESS_CODE, LOGIN, LOGIN_CODE, SIGN_UP, code_in_mail, wait

KNOWN, UNKNOWN = "dolores@member.example", "nobody1@member.example"
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')


def sign_in_steps(client: Client, address: str) -> list[object]:
    return [
        client.get(LOGIN),
        client.post(LOGIN, {"login": address}),
        client.get(LOGIN_CODE),
        client.get(LOGIN),
        client.post(LOGIN_CODE, {"action": "resend"}),
        client.get(LOGIN_CODE),
        *(client.post(LOGIN_CODE, {"code": wrong}) for wrong in ("-", "AAAA-AAAA", "ß")),
        client.get(LOGIN),
    ]


def sign_up_steps(client: Client, address: str) -> list[object]:
    return [
        client.get(SIGN_UP),
        client.post(SIGN_UP, {"email": address, "full_name": "A Person"}),
        client.get(ADDRESS_CODE),
        client.get(SIGN_UP),
        *(client.post(ADDRESS_CODE, {"code": wrong}) for wrong in ("-", "AAAA-AAAA", "ß")),
        client.get(LOGIN),
    ]


def seen(answers: list[object], address: str) -> list[tuple[object, ...]]:
    """All that a visitor can compare: status, where to, and every byte but the address and the form's token."""
    return [
        (answer.status_code, answer.headers.get("Location"), sorted(answer.cookies), plain(answer, address))
        for answer in answers
    ]


def plain(answer: object, address: str) -> str:
    return TOKEN.sub("", answer.content.decode().replace(address, "ADDRESS"))


@pytest.mark.parametrize("steps", [sign_in_steps, sign_up_steps])
def test_the_pages_are_the_same(dolores: User, steps: Callable[[Client, str], list[object]]) -> None:
    known, unknown = (seen(steps(Client(), address), address) for address in (KNOWN, UNKNOWN))
    assert known == unknown


@pytest.mark.parametrize("steps", [sign_in_steps, sign_up_steps])
def test_they_cost_about_the_same(dolores: User, steps: Callable[[Client, str], list[object]]) -> None:
    Client().get(LOGIN)
    asked = []
    for address in (KNOWN, UNKNOWN):
        with CaptureQueriesContext(connection) as queries:
            steps(Client(), address)
        asked.append(len(queries))
    # Making the account or knowing the address is a few quick queries; the one slow thing, a mail, is sent either way.
    assert abs(asked[0] - asked[1]) <= 20


@pytest.mark.parametrize("address", [KNOWN, UNKNOWN])
def test_one_mail_goes_out_either_way(dolores: User, address: str) -> None:
    Client().post(LOGIN, {"login": address})
    Client().post(SIGN_UP, {"email": address, "full_name": "A Person"})
    assert [letter.to for letter in mail.outbox] == [[address], [address]]


def test_the_mail_to_an_unknown_address_says_how_to_create_an_account(db: None) -> None:
    Client().post(LOGIN, {"login": UNKNOWN})
    assert code_in_mail() == ""
    assert "There is no open account with it" in mail.outbox[0].body
    assert "http://localhost:8000/accounts/signup/" in mail.outbox[0].body


def test_the_mail_to_a_known_address_says_how_to_sign_in(dolores: User) -> None:
    Client().post(SIGN_UP, {"email": KNOWN, "full_name": "Somebody Else"})
    assert code_in_mail() == ""
    assert "http://localhost:8000/accounts/login/" in mail.outbox[0].body
    dolores.refresh_from_db()
    assert dolores.full_name == "Dolores Cruz"


def test_letters_that_only_look_alike_are_another_address(dolores: User) -> None:
    Client().post(LOGIN, {"login": "dolores@member.exampIe"})
    assert code_in_mail() == ""


def test_adding_a_taken_address_tells_nothing_until_its_code_is_typed(
    as_dolores: Client, chidi: User, time_machine: TimeMachineFixture
) -> None:
    answers = {}
    for address in (chidi.email, "nobody1@member.example"):
        answer = as_dolores.post("/accounts/email/", {"action_add": "1", "email": address})
        answers[address] = (answer.status_code, answer["Location"], plain(as_dolores.get(ADDRESS_CODE), address))
        wait(time_machine, seconds=11)
    assert len(set(answers.values())) == 1
