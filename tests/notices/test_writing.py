"""What stands in a mail, and in its headers."""

from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
import time_machine
from django.core import mail as outbox

from accounts.models import User
from notices import actions, engine, links, making, writing
from notices.delivery import as_message
from notices.kinds import Words
from notices.models import Mail, Notice

TUESDAY = date(2026, 12, 1)
MORNING = datetime(2026, 12, 1, 13, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(MORNING, tick=False) as traveller:
        yield traveller


def send(person: User, *kinds: str) -> EmailMessage:
    for number, kind in enumerate(kinds):
        actions.owe(kind=kind, person=person, about=f"file:{number}", due_on=TUESDAY)
    engine.send_to([person.pk])
    return message_from_bytes(outbox.outbox[-1].message().as_bytes(), policy=policy.default)


def test_text_first_then_simple_html_and_nothing_else(gustavo: User) -> None:
    parts = [part.get_content_type() for part in send(gustavo, "test.waiting").walk()]
    assert parts == ["multipart/alternative", "text/plain", "text/html"]


@pytest.mark.parametrize("form", ["plain", "html"])
def test_why_what_next_link_answers_and_how_to_change_it(gustavo: User, form: str) -> None:
    text = send(gustavo, "test.waiting").get_body((form,)).get_content()
    notice = Notice.objects.get(step=0)
    for words in (
        "Your file has waited",
        "It has waited for a while.",
        "What happens next:",
        "Somebody looks at it.",
        "you hear from us again on 31 December 2026",
        "http://localhost:8000/my/",
        links.answer_address(notice),
        "Done / Still waiting / Stuck, please help / Remind me on a day",
        "Why you get this: you asked to be reminded of files that wait.",
        "Choose which messages you get, and when",
        "http://localhost:8000/my/messages/",
        Mail.objects.get().unsubscribe_url,
    ):
        assert words in text


def test_a_kind_without_answers_has_no_buttons(gustavo: User) -> None:
    assert "Answer without" not in send(gustavo, "test.once").get_body(("plain",)).get_content()


def test_the_html_shows_words_as_words(gustavo: User, monkeypatch: pytest.MonkeyPatch) -> None:
    words = Words("A < B", ("<script>x</script>",), "c")
    item = _item(gustavo, words, monkeypatch)
    assert "<script>" not in item.html
    assert "A &lt; B" in item.html
    assert "<script>x</script>" in item.text


def _item(person: User, words: Words, monkeypatch: pytest.MonkeyPatch) -> writing.Item:
    notice = actions.owe(kind="test.once", person=person, about="file:1", due_on=TUESDAY)
    kind = writing.kind_named("test.once")
    monkeypatch.setattr(writing, "kind_named", lambda name: _with_words(kind, words))
    return writing.write_item(notice, TUESDAY)


def _with_words(kind, words: Words):
    return type(kind)(**{**vars(kind), "words": lambda notice: words})


def test_nothing_is_loaded_from_anywhere(gustavo: User) -> None:
    """No picture, no style sheet, no tracking."""
    html = send(gustavo, "test.waiting").get_body(("html",)).get_content()
    for word in ("<img", "src=", "<link", "@import", "url(", "<script", "utm_"):
        assert word not in html


# ------------------------------------------------------------------------------------------------ the subject
def test_one_thing_is_the_subject(gustavo: User) -> None:
    assert send(gustavo, "test.waiting")["Subject"] == "Your file has waited"


def test_several_things_are_counted_in_the_subject(gustavo: User) -> None:
    assert send(gustavo, "test.waiting", "test.once")["Subject"] == "2 things to look at in the IMG portal"


@pytest.mark.parametrize("heading", ["Gustavo Lima must act", "Write to GUSTAVO@member.example"])
def test_a_subject_that_names_the_person_is_refused(
    gustavo: User, heading: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ValueError, match="names nobody"):
        _item(gustavo, Words(heading, ("b",), "c"), monkeypatch)


@pytest.mark.parametrize("heading", ["", "  ", "a\nBcc: x@y.z", "a\rb", "a\x00b", "a\x85b", "a\u2028b", "x" * 151])
def test_a_heading_that_is_not_one_line_is_refused(heading: str) -> None:
    with pytest.raises(ValueError, match="one line"):
        Words(heading, ("b",), "c")


@pytest.mark.parametrize("link", ["https://evil.example/", "//evil.example/", "my/", "javascript:alert(1)"])
def test_a_link_out_of_the_portal_is_refused(link: str) -> None:
    with pytest.raises(ValueError, match="page of the portal"):
        Words("a", ("b",), "c", link)


# ------------------------------------------------------------------------------------------------ headers
def test_headers(gustavo: User) -> None:
    mail = send(gustavo, "test.waiting")
    kept = Mail.objects.get()
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"] == kept.message_id
    assert mail["List-Unsubscribe"].strip() == f"<{kept.unsubscribe_url}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["To"] == "gustavo@member.example"
    assert mail["In-Reply-To"] is None


def test_what_cannot_be_switched_off_offers_no_unsubscribing(gustavo: User) -> None:
    actions.owe(kind="test.now", person=gustavo, about="file:1", due_on=TUESDAY)
    engine.send_at_once(Notice.objects.get().pk)
    headers = outbox.outbox[0].extra_headers
    assert "List-Unsubscribe" not in headers
    assert "List-Unsubscribe-Post" not in headers
    assert "Switch off" not in outbox.outbox[0].body


def test_the_message_id_is_the_same_for_every_try_and_other_for_every_mail(gustavo: User, farida: User) -> None:
    for person in (gustavo, farida):
        actions.owe(kind="test.once", person=person, about="file:1", due_on=TUESDAY)
    first, second = making.make_mails(Notice.objects.due(), MORNING)
    assert as_message(first).message()["Message-ID"] == as_message(first).message()["Message-ID"]
    assert first.message_id != second.message_id
    assert writing.message_id("digest:1") == writing.message_id("digest:1")
    assert first.message_id.endswith("@localhost>")


def test_a_second_try_sends_the_same_words(gustavo: User, clock: time_machine.Traveller) -> None:
    actions.owe(kind="test.once", person=gustavo, about="file:1", due_on=TUESDAY)
    (mail,) = making.make_mails(Notice.objects.due(), MORNING)
    before = as_message(mail).body
    clock.shift(making.lease())
    engine.send_waiting()
    assert outbox.outbox[0].body == before


@pytest.mark.parametrize("name", ["subject", "address", "message_id", "in_reply_to", "unsubscribe_url"])
def test_a_forged_header_is_never_sent(gustavo: User, name: str) -> None:
    """Even if the words of a mail were tampered with in the database."""
    actions.owe(kind="test.once", person=gustavo, about="file:1", due_on=TUESDAY)
    (mail,) = making.make_mails(Notice.objects.due(), MORNING)
    setattr(mail, name, "a@b.example\r\nBcc: everybody@example.org")
    mail.save()
    assert engine._deliver_all([mail]) == 0
    mail.refresh_from_db()
    assert mail.state == "refused"
    assert "newline" in mail.problem.lower()


def test_fifty_kinds_fit_in_one_link(gustavo: User) -> None:
    names = [f"some_long_application.some_long_kind_{number}" for number in range(50)]
    assert len(links.unsubscribe_address(gustavo, names)) < 900
