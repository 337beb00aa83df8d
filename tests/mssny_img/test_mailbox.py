"""/dev/mailbox/: on a person's own machine the mails can be read in the browser; in production it does not exist."""

from pathlib import Path

import pytest
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection
from django.test import Client

from tests.mssny_img.test_settings import PRODUCTION, run

PAGE = "/dev/mailbox/"
ASK_PRODUCTION = """
import django, warnings
warnings.simplefilter("ignore")
django.setup()
from django.urls import resolve
for address in ("/dev/mailbox/", "/dev/mailbox/0/", "/healthz"):
    print(resolve(address).view_name)
"""


@pytest.fixture(autouse=True)
def folder(settings, tmp_path: Path, db: None) -> Path:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    return tmp_path / "mail"


def send(subject: str = "Your code", body: str = "It is 1234.", to: str = "dolores@member.example") -> None:
    EmailMessage(subject, body, to=[to]).send()


def listed(client: Client) -> list[str]:
    return [mail.subject for mail in client.get(PAGE).context["mails"]]


def test_an_empty_mailbox_says_what_will_be_there(client: Client) -> None:
    assert "No mail yet." in client.get(PAGE).content.decode()


def test_a_mail_is_listed_and_read(client: Client) -> None:
    send()
    assert f'<a href="{PAGE}0/">Your code</a>' in client.get(PAGE).content.decode()
    page = client.get(f"{PAGE}0/").content.decode()
    assert "It is 1234." in page
    assert "to dolores@member.example" in page


def test_several_mails_of_one_connection_newest_first(client: Client) -> None:
    mails = [EmailMessage(f"Mail {number}", "Words.", to=["a@example.org"]) for number in range(3)]
    get_connection().send_messages(mails)
    send("Mail 3")
    assert listed(client) == ["Mail 3", "Mail 2", "Mail 1", "Mail 0"]
    assert "Mail 1</h1>" in client.get(f"{PAGE}1/").content.decode()


def test_a_link_in_a_mail_can_be_followed(client: Client) -> None:
    send(body="Open http://localhost:8000/my/ now.")
    assert '<a href="http://localhost:8000/my/" rel="nofollow">' in client.get(f"{PAGE}0/").content.decode()


def test_the_plain_text_is_what_shows(client: Client) -> None:
    mail = EmailMultiAlternatives("Both", "The plain one: 5 € and ü.", to=["a@example.org"])
    mail.attach_alternative("<p>The other one.</p>", "text/html")
    mail.send()
    page = client.get(f"{PAGE}0/").content.decode()
    assert "The plain one: 5 € and ü." in page
    assert "The other one." not in page


@pytest.mark.parametrize(
    "hostile", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "javascript:alert(1)"]
)
def test_a_hostile_mail_is_only_text(client: Client, hostile: str) -> None:
    send(subject=f"A {hostile}", body=f"B {hostile} http://x.example/?{hostile}")
    for address in (PAGE, f"{PAGE}0/"):
        page = client.get(address).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert 'href="javascript' not in page


def test_a_mail_of_html_alone_is_only_text_too(client: Client) -> None:
    mail = EmailMessage("Html", "<script>alert(1)</script>", to=["a@example.org"])
    mail.content_subtype = "html"
    mail.send()
    page = client.get(f"{PAGE}0/").content.decode()
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page


def test_a_file_of_rubbish_breaks_nothing(client: Client, folder: Path) -> None:
    folder.mkdir()
    (folder / "rubbish.log").write_bytes(b"\xff\xfe no header at all\n\n\x00\n")
    send()
    assert client.get(f"{PAGE}0/").status_code == 200
    assert listed(client)[0] == "Your code"


def test_mails_that_really_leave_are_not_here(client: Client, settings) -> None:
    settings.EMAIL_FILE_PATH = ""
    assert listed(client) == []


def test_another_mail_or_method_is_refused(client: Client) -> None:
    assert client.get(f"{PAGE}0/").status_code == 404
    for address in (PAGE, f"{PAGE}0/"):
        assert client.post(address).status_code == 405


def test_no_cache_keeps_it(client: Client) -> None:
    assert "no-store" in client.get(PAGE)["Cache-Control"]


def test_the_sign_in_page_leads_there(client: Client) -> None:
    assert f'href="{PAGE}"' in client.get("/accounts/login/").content.decode()


def test_in_production_there_is_no_such_address(tmp_path: Path) -> None:
    (tmp_path / "static").mkdir()
    answer = run({**PRODUCTION, "LOG_LEVEL": "ERROR"}, ASK_PRODUCTION, folder=tmp_path)
    guidance = "content:page"  # which has no such page and says so
    assert answer.stdout.split() == [guidance, guidance, "healthz"], answer.stderr
