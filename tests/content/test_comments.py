"""“Was this page useful?”: for everybody, without a cookie, and safe from floods and programs."""

import re

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from content.comment_views import COMMENTS_AN_HOUR
from content.models import Comment, Edition

GOOD = {"page": "/test-page/", "useful": "yes", "text": "Clear, thank you."}


def send(client: Client, *, origin: str = "", visitor: str = "127.0.0.1", **changed: str) -> HttpResponse:
    headers = {"origin": origin} if origin else {}
    return client.post("/feedback/", {**GOOD, **changed}, headers=headers, REMOTE_ADDR=visitor)


def field(answer: HttpResponse, name: str) -> str:
    """The part of the form that belongs to one field."""
    found = re.search(rf'<div id="div_id_{name}".*?(?=<div id="div_id_|<button)', answer.content.decode(), re.DOTALL)
    return found[0]


def test_an_answer_reaches_the_page_s_owner_and_the_reader_is_thanked(client: Client, published: Edition) -> None:
    answer = send(client, useful="no", text="  The fee is old.\r\nIt went up.  ")
    assert answer.status_code == 200
    assert "Thank you" in answer.content.decode()
    assert 'href="/test-page/"' in answer.content.decode()
    comment = Comment.objects.open().get(page=published.page)
    assert (comment.useful, comment.text, comment.edition_number) == (False, "The fee is old.\nIt went up.", 1)


def test_no_cookie_is_needed_and_none_is_set(published: Edition) -> None:
    strict = Client(enforce_csrf_checks=True)
    answers = [strict.get("/feedback/?page=/test-page/"), send(strict), send(strict, useful="")]
    assert [answer.status_code for answer in answers] == [200, 200, 422]
    assert not strict.cookies


def test_the_form_stands_on_every_page(client: Client, published: Edition) -> None:
    shown = client.get("/test-page/").content.decode()
    assert '<form method="post" action="/feedback/">' in shown
    assert 'name="page" value="/test-page/"' in shown


# ------------------------------------------------------------------------------------------------ bad input
@pytest.mark.parametrize(
    ("name", "changed", "sentence"),
    [
        ("useful", {"useful": ""}, "Choose yes or no."),
        ("useful", {"useful": "perhaps"}, "perhaps is not one of the available choices"),
        ("text", {"text": "x" * 2001}, "Keep it under 2,000 characters; it has 2001 now."),
        ("text", {"text": "nul \x00 byte"}, "Null characters are not allowed."),
    ],
)
def test_a_mistake_is_told_beside_the_field_and_the_words_stay(
    client: Client, published: Edition, name: str, changed: dict[str, str], sentence: str
) -> None:
    answer = send(client, **changed)
    assert answer.status_code == 422
    assert sentence in field(answer, name)
    assert "<title>Error: " in answer.content.decode()
    assert {**GOOD, **changed}["text"] in field(answer, "text").replace("&#x27;", "'")
    assert f'href="#id_{name}' in answer.content.decode()
    assert not Comment.objects.exists()


def test_a_line_break_counts_as_one_character_as_in_the_browser(client: Client, published: Edition) -> None:
    assert send(client, text="x\r\n" * 1000).status_code == 200
    assert send(client, text="x\r\n" * 1001).status_code == 422


def test_hostile_words_are_shown_as_words_and_kept_as_they_are(client: Client, published: Edition) -> None:
    hostile = "</textarea><script>alert(1)</script>"
    assert "<script" not in send(client, text=hostile, useful="").content.decode()
    assert "<script" not in send(client, page=f"/{hostile}").content.decode()
    send(client, text=hostile)
    assert Comment.objects.get().text == hostile


@pytest.mark.parametrize("address", ["/nope/", "", "/test-page/\x00", "x" * 500, "https://evil.example/"])
def test_only_a_published_page_takes_comments(client: Client, published: Edition, address: str) -> None:
    answer = send(client, page=address)
    assert answer.status_code == 422
    assert "This page is not in the portal any more." in answer.content.decode()
    assert GOOD["text"] in field(answer, "text")
    assert client.get("/feedback/", {"page": address}).status_code == 404
    assert not Comment.objects.exists()


def test_a_draft_takes_no_comments(client: Client, draft: Edition) -> None:
    assert send(client).status_code == 422
    assert client.get("/feedback/?page=/test-page/").status_code == 404


# ------------------------------------------------------------------------------------------------ programs and floods
def test_a_program_is_thanked_and_nothing_is_kept(client: Client, published: Edition) -> None:
    answer = send(client, website="https://spam.example")
    assert "Thank you" in answer.content.decode()
    assert not Comment.objects.exists()


def test_one_visitor_is_asked_to_wait_and_the_words_stay(client: Client, published: Edition) -> None:
    assert [send(client).status_code for _ in range(COMMENTS_AN_HOUR)] == [200] * COMMENTS_AN_HOUR
    refused = send(client, text="One more thing.")
    assert refused.status_code == 429
    assert "Wait an hour" in refused.content.decode()
    assert "One more thing." in field(refused, "text")
    assert Comment.objects.count() == COMMENTS_AN_HOUR
    assert send(client, visitor="192.0.2.7").status_code == 200


def test_a_mistake_does_not_count_as_a_comment(client: Client, published: Edition) -> None:
    for _ in range(COMMENTS_AN_HOUR + 1):
        send(client, useful="")
    assert send(client).status_code == 200


@pytest.mark.parametrize(
    ("proxies", "forwarded", "same"),
    [
        (0, ("1.1.1.1", "2.2.2.2"), True),
        (1, ("1.1.1.1", "2.2.2.2"), False),
        (1, ("6.6.6.6, 1.1.1.1", "7.7.7.7, 1.1.1.1"), True),
    ],
)
def test_only_the_society_s_own_proxies_are_believed(
    client: Client, published: Edition, settings: Settings, proxies: int, forwarded: tuple[str, str], same: bool
) -> None:
    settings.TRUSTED_PROXIES = proxies
    for _ in range(COMMENTS_AN_HOUR):
        client.post("/feedback/", GOOD, headers={"x-forwarded-for": forwarded[0]})
    last = client.post("/feedback/", GOOD, headers={"x-forwarded-for": forwarded[1]})
    assert last.status_code == (429 if same else 200)


@pytest.mark.parametrize("origin", ["https://evil.example", "http://testserver.evil.example", "null"])
def test_a_form_from_another_site_is_refused(client: Client, published: Edition, origin: str) -> None:
    answer = send(client, origin=origin)
    assert answer.status_code == 403
    assert "This form was sent from another site." in answer.content.decode()
    assert GOOD["text"] in field(answer, "text")
    assert not Comment.objects.exists()


def test_a_form_from_here_is_taken(client: Client, published: Edition) -> None:
    assert send(client, origin="http://testserver").status_code == 200


def test_other_methods_are_refused(client: Client, published: Edition) -> None:
    assert [getattr(client, method)("/feedback/").status_code for method in ("put", "delete")] == [405, 405]
    assert client.head("/feedback/?page=/test-page/").content == b""


def test_a_visitor_is_counted_for_an_hour(client: Client, published: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    lasts: list[int] = []
    monkeypatch.setattr(
        cache, "add", lambda key, value, timeout: lasts.append(timeout) or cache.set(key, value, timeout)
    )
    send(client)
    assert lasts == [3600]
