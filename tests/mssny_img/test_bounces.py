"""What the mail provider reports later, by the library's own door, as Postmark sends it."""

from base64 import b64encode

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from notices.models import BadAddress

SECRET = "provider:a long secret"
DOOR = "/anymail/postmark/tracking/"
REPORT = {
    "RecordType": "Bounce",
    "ID": 42,
    "Type": "HardBounce",
    "TypeCode": 1,
    "MessageID": "2706ee8a-737c-4285-b032-ccd317af53ed",
    "Description": "The server was unable to deliver your message (ex: unknown user).",
    "Email": "dolores@member.example",
    "BouncedAt": "2026-11-20T16:09:19.6421112-05:00",
}


@pytest.fixture(autouse=True)
def with_the_library(settings: Settings) -> None:
    settings.ROOT_URLCONF = "mssny_img.bounces"
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET}


def report(client: Client, secret: str = SECRET, **changed: object) -> int:
    basic = b64encode(secret.encode()).decode()
    answer = client.post(
        DOOR, REPORT | changed, content_type="application/json", headers={"authorization": f"Basic {basic}"}
    )
    return answer.status_code


def test_an_address_that_does_not_exist_is_marked(client: Client, dolores: User) -> None:
    assert report(client) == 200
    assert BadAddress.objects.get().address == dolores.email


def test_a_complaint_stops_the_mail_too(client: Client, dolores: User) -> None:
    assert report(client, RecordType="SpamComplaint", Type="SpamComplaint", TypeCode=512) == 200
    assert BadAddress.objects.filter(address=dolores.email).exists()


def test_what_is_only_late_marks_nothing(client: Client, dolores: User) -> None:
    assert report(client, Type="Transient", TypeCode=2) == 200
    assert not BadAddress.objects.exists()


def test_whoever_does_not_know_the_secret_is_refused(client: Client, dolores: User) -> None:
    assert report(client, secret="provider:guessed") == 400
    assert not BadAddress.objects.exists()
