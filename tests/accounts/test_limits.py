"""How often codes can be asked for and typed, and what the page says then."""

import json
import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings
from django.core import mail
from django.test import Client
from time_machine import TimeMachineFixture

from accounts.models import User
from tests.conftest import app_of

from .signing_in import LOGIN, LOGIN_CODE, SIGN_UP, app_code, ask_for_code, is_signed_in, wait


def ask(address: str, ip: str = "192.0.2.1") -> object:
    return Client(REMOTE_ADDR=ip).post(LOGIN, {"login": address})


def test_three_codes_for_one_address_then_a_sentence(dolores: User) -> None:
    answers = [ask(dolores.email, ip=f"192.0.2.{number}") for number in range(4)]
    assert [answer.status_code for answer in answers] == [302, 302, 302, 200]
    assert "Wait five minutes" in answers[-1].content.decode()
    assert len(mail.outbox) == 3


def test_five_minutes_later_there_is_another_one(dolores: User, time_machine: TimeMachineFixture) -> None:
    for _ in range(3):
        ask(dolores.email)
    wait(time_machine, minutes=5, seconds=1)
    assert ask(dolores.email).status_code == 302


def test_ten_codes_an_hour_for_one_address(dolores: User, time_machine: TimeMachineFixture) -> None:
    answers = []
    for number in range(12):
        answers.append(ask(dolores.email, ip=f"192.0.2.{number}").status_code)
        wait(time_machine, minutes=2)
    assert answers.count(302) == 10


def test_the_same_for_an_address_nobody_has(db: None) -> None:
    answers = [ask("nobody@member.example").status_code for _ in range(4)]
    assert answers == [302, 302, 302, 200]


def test_thirty_sign_ins_from_one_place_then_our_page_says_so(db: None) -> None:
    answers = [ask(f"person{number}@member.example") for number in range(31)]
    assert {answer.status_code for answer in answers[:30]} == {302}
    assert answers[30].status_code == 429
    page = answers[30].content.decode()
    assert "Too many tries in a short time" in page
    assert "Wait ten minutes" in page
    assert 'class="masthead"' in page
    assert ask("somebody@member.example", ip="192.0.2.77").status_code == 302


def test_twenty_new_accounts_from_one_place(db: None) -> None:
    answers = [
        Client().post(SIGN_UP, {"email": f"person{number}@member.example", "full_name": "A Person"}).status_code
        for number in range(21)
    ]
    assert answers == [302] * 20 + [429]


def test_looking_at_the_page_is_not_counted(client: Client, db: None) -> None:
    assert {client.get(LOGIN).status_code for _ in range(40)} == {200}


def test_a_code_is_sent_anew_twice_and_no_more(client: Client, dolores: User) -> None:
    ask_for_code(client, dolores.email)
    for _ in range(4):
        client.post(LOGIN_CODE, {"action": "resend"})
    assert len(mail.outbox) == 3
    assert b"Send a new code" not in client.get(LOGIN_CODE).content


def test_the_second_factor_cannot_be_guessed(client: Client, dolores: User) -> None:
    app_of(dolores)
    client.post(LOGIN_CODE, {"code": ask_for_code(client, dolores.email)})
    pages = [client.post("/accounts/2fa/authenticate/", {"code": "000000"}).content.decode() for _ in range(6)]
    assert all("This code does not fit" in page for page in pages[:5])
    assert "too many tries" in pages[5]
    client.post("/accounts/2fa/authenticate/", {"code": app_code()})
    assert not is_signed_in(client)


def test_behind_a_proxy_the_address_it_saw_counts(db: None, settings: object) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    asked = [
        Client(REMOTE_ADDR="10.0.0.1", headers={"X-Forwarded-For": f"203.0.113.{number % 3}, 198.51.100.7"})
        .post(LOGIN, {"login": f"person{number}@member.example"})
        .status_code
        for number in range(31)
    ]
    assert asked == [302] * 30 + [429]  # what a visitor claims before the proxy's own word does not help


def test_the_setting_follows_how_many_proxies_there_are() -> None:
    program = (
        "import json; from mssny_img import settings as s; "
        "print(json.dumps([s.ALLAUTH_TRUSTED_PROXY_COUNT, s.CACHES['default']['BACKEND']]))"
    )
    environment = {**os.environ, "LOCAL": "1", "TRUSTED_PROXIES": "2", "REDIS_URL": "redis://127.0.0.1:1/0"}
    said = subprocess.run(
        [sys.executable, "-c", program], env=environment, cwd=Path(settings.BASE_DIR), capture_output=True, check=True
    )
    # One count for all workers: in production the cache is Redis.
    assert json.loads(said.stdout) == [2, "django.core.cache.backends.redis.RedisCache"]
