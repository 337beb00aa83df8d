"""RFC 8058: one POST by a mail program, without a cookie, switches off the kinds in that mail and no other."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core import mail as outbox
from django.core.mail import send_mail
from django.test import Client

from accounts.models import User
from notices import actions, engine, kinds, links
from notices.models import Mail, Notice, SwitchedOff

TUESDAY = date(2026, 12, 1)
MORNING = datetime(2026, 12, 1, 13, 0, tzinfo=UTC)
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(MORNING, tick=False) as traveller:
        yield traveller


@pytest.fixture
def address(gustavo: User) -> str:
    """What stands in the header of a mail with one kind that can be switched off."""
    actions.owe(kind="test.once", person=gustavo, about="file:1", due_on=TUESDAY)
    engine.send_to([gustavo.pk])
    header = outbox.outbox[0].extra_headers["List-Unsubscribe"]
    return header.strip("<>").removeprefix("http://localhost:8000")


def off() -> list[tuple[str, str]]:
    return list(SwitchedOff.objects.order_by("kind").values_list("person__email", "kind"))


def test_a_mail_program_posts_once_and_needs_no_cookie(address: str) -> None:
    program = Client(enforce_csrf_checks=True)
    response = program.post(address, ONE_CLICK)
    assert response.status_code == 200
    assert not response.cookies
    assert off() == [("gustavo@member.example", "test.once")]


def test_twice_is_as_good_as_once(client: Client, address: str) -> None:
    for _ in range(2):
        assert client.post(address, ONE_CLICK).status_code == 200
    assert len(off()) == 1


def test_a_person_sees_a_page_and_presses_a_button(client: Client, address: str) -> None:
    page = client.get(address)
    assert "Opening this page changed nothing." in page.content.decode()
    assert "News" in page.content.decode()
    assert off() == []
    done = client.post(address)
    assert "You will not get these messages any more" in done.content.decode()
    assert len(off()) == 1


@pytest.mark.parametrize("method", ["get", "head"])
def test_fetching_the_link_changes_nothing(client: Client, address: str, method: str) -> None:
    for _ in range(10):
        assert getattr(client, method)(address).status_code == 200
    assert off() == []


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_other_methods_are_refused(client: Client, address: str, method: str) -> None:
    assert getattr(client, method)(address).status_code == 405
    assert off() == []


def test_only_the_kinds_of_that_mail(client: Client, gustavo: User, address: str) -> None:
    client.post(address, ONE_CLICK)
    actions.owe(kind="test.waiting", person=gustavo, about="file:2", due_on=TUESDAY)
    actions.owe(kind="test.once", person=gustavo, about="file:2", due_on=TUESDAY)
    with time_machine.travel(datetime(2026, 12, 2, 13, tzinfo=UTC), tick=False):
        assert engine.send_to([gustavo.pk]) == 1
    assert [n.kind for n in Mail.objects.latest("pk").notices.all()] == ["test.waiting"]


def test_a_mail_of_two_kinds_switches_off_both(client: Client, gustavo: User) -> None:
    for kind in ("test.waiting", "test.once"):
        actions.owe(kind=kind, person=gustavo, about="file:1", due_on=TUESDAY)
    engine.send_to([gustavo.pk])
    client.post(Mail.objects.get().unsubscribe_url, ONE_CLICK)
    assert [kind for _, kind in off()] == ["test.once", "test.waiting"]


def test_sign_in_codes_and_urgent_messages_still_arrive(client: Client, gustavo: User, address: str) -> None:
    """A code is sent by itself and asks nothing of this engine; an urgent kind cannot be switched off."""
    client.post(address, ONE_CLICK)
    client.post(links.unsubscribe_address(gustavo, ["test.now"]), ONE_CLICK)
    actions.mark_bad_address(address="somebody@else.example", problem="550")
    outbox.outbox.clear()
    notice = actions.owe(kind="test.now", person=gustavo, about="file:3", due_on=TUESDAY)
    assert engine.send_at_once(notice.pk) == 1
    assert send_mail("Your code", "ABCD-EFGH", None, [gustavo.email]) == 1
    assert len(outbox.outbox) == 2


def test_an_old_mail_still_unsubscribes(client: Client, address: str, clock: time_machine.Traveller) -> None:
    clock.move_to(datetime(2036, 12, 1, tzinfo=UTC))
    assert client.post(address, ONE_CLICK).status_code == 200
    assert len(off()) == 1


def test_a_kind_that_is_gone_does_not_hinder(client: Client, gustavo: User) -> None:
    address = links.unsubscribe_address(gustavo, ["test.once", "test.gone"])
    kinds.forget("test.gone")
    assert client.post(address, ONE_CLICK).status_code == 200
    assert [kind for _, kind in off()] == ["test.once"]


def test_a_person_who_is_gone(client: Client, gustavo: User, address: str) -> None:
    gustavo.delete()
    assert client.post(address, ONE_CLICK).status_code == 404


def test_forged_and_torn_links_change_nothing(client: Client, gustavo: User, address: str) -> None:
    token = address.split("/")[-2]
    answer = links.answer_address(Notice.objects.get()).split("/")[-2]
    for bad in (token[:-1], token[1:], token + "x", "x", answer):
        response = client.post(f"/notices/off/{bad}/", ONE_CLICK)
        assert response.status_code == 410, bad
        assert "Nothing was changed" in response.content.decode()
    assert off() == []
