"""“Is it still you?” before something important."""

import pytest
from django.core import mail
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path
from time_machine import TimeMachineFixture

from accounts.fresh import fresh_sign_in_required
from accounts.models import User
from mssny_img.urls import urlpatterns as real
from tests.conftest import app_of, signed_in

from .signing_in import app_code, code_in_mail, wait

PAGE, ASK = "/secret/", "/accounts/reauthenticate/"


@fresh_sign_in_required
def secret(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{request.method} {request.POST.get('word', '')}")


urlpatterns = [path("secret/", secret), path("", include(real))]
pytestmark = pytest.mark.urls(__name__)


@pytest.fixture
def stale(dolores: User, time_machine: TimeMachineFixture) -> Client:
    """Dolores signed in eleven minutes ago."""
    client = signed_in(dolores)
    wait(time_machine, minutes=11)
    return client


def test_somebody_who_has_just_signed_in_is_not_asked(as_dolores: Client) -> None:
    assert as_dolores.get(PAGE).content == b"GET "


def test_after_ten_minutes_a_code_is_asked_for(stale: Client) -> None:
    assert stale.get(PAGE)["Location"] == f"{ASK}?next=%2Fsecret%2F"
    assert b"Send a code to dolores@member.example" in stale.get(f"{ASK}?next=/secret/").content
    assert mail.outbox == []


def test_the_code_leads_back(stale: Client) -> None:
    stale.get(PAGE)
    sent = stale.post(ASK, {"action": "send", "next": PAGE})
    assert sent["Location"] == f"{ASK}?next=%2Fsecret%2F"
    assert mail.outbox[-1].to == ["dolores@member.example"]
    assert stale.post(ASK, {"code": code_in_mail(), "next": PAGE})["Location"] == PAGE
    assert stale.get(PAGE).status_code == 200


def test_what_was_posted_is_carried_out_afterwards(stale: Client) -> None:
    stale.post(PAGE, {"word": "erase"})
    stale.post(ASK, {"action": "send", "next": PAGE})
    assert stale.post(ASK, {"code": code_in_mail(), "next": PAGE}).content == b"POST erase"


def test_three_wrong_codes_use_it_up(stale: Client) -> None:
    stale.post(ASK, {"action": "send", "next": PAGE})
    for _ in range(2):
        assert "does not fit" in stale.post(ASK, {"code": "AAAA-AAAA"}).content.decode()
    assert "used up" in stale.post(ASK, {"code": "AAAA-AAAA"}).content.decode()
    stale.post(ASK, {"code": code_in_mail(), "next": PAGE})
    assert stale.get(PAGE).status_code == 302


def test_an_old_code_does_not_fit(stale: Client, time_machine: TimeMachineFixture) -> None:
    stale.post(ASK, {"action": "send"})
    wait(time_machine, minutes=16)
    stale.post(ASK, {"code": code_in_mail(), "next": PAGE})
    assert stale.get(PAGE).status_code == 302


@pytest.mark.parametrize("typed", ["", "-", "AAAA-AAAA"])
def test_without_having_asked_nothing_fits(stale: Client, typed: str) -> None:
    stale.post(ASK, {"code": typed, "next": PAGE})
    assert stale.get(PAGE).status_code == 302


def test_only_three_codes_in_five_minutes(stale: Client) -> None:
    answers = [stale.post(ASK, {"action": "send"}).status_code for _ in range(4)]
    assert answers == [302, 302, 302, 429]


def test_who_has_a_second_factor_shows_that_one(stale: Client, dolores: User) -> None:
    app_of(dolores)
    assert stale.get(PAGE)["Location"] == "/accounts/2fa/reauthenticate/?next=%2Fsecret%2F"
    assert stale.post(ASK, {"action": "send"})["Location"] == "/accounts/2fa/reauthenticate/"
    assert mail.outbox == []
    stale.post("/accounts/2fa/reauthenticate/", {"code": app_code(), "next": PAGE})
    assert stale.get(PAGE).status_code == 200


def test_a_stranger_is_asked_to_sign_in(client: Client, db: None) -> None:
    assert client.get(PAGE)["Location"] == "/accounts/login/?next=/secret/"
    assert client.post(ASK, {"action": "send"})["Location"].startswith("/accounts/login/")
    assert mail.outbox == []


def test_it_does_not_lead_to_another_site(stale: Client) -> None:
    stale.post(ASK, {"action": "send"})
    answer = stale.post(ASK, {"code": code_in_mail(), "next": "https://evil.example/"})
    assert answer["Location"] == "/my/"
