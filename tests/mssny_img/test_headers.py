"""Headers on every kind of answer."""

import pytest
from django.http import HttpResponse
from django.templatetags.static import static
from django.test import Client

from content import display

ANSWERS = {
    "a page": ("get", "/", 200),
    "a page again, from memory": ("get", "/", 200),
    "a list": ("get", "/changes/?page=2", 200),
    "a calendar": ("get", "/calendar.ics", 200),
    "a feed": ("get", "/changes.atom", 200),
    "a form": ("get", "/feedback/?page=/contact/", 200),
    "a mistake in a form": ("post", "/feedback/", 422),
    "health": ("get", "/healthz", 200),
    "the sign-in page": ("get", "/accounts/login/", 200),
    "a closed door": ("get", "/admin/", 302),
    "nothing": ("get", "/nope/", 404),
    "nothing in the static files": ("get", "/static/nope.css", 404),
    "a wrong method": ("post", "/", 405),
}


def answer_to(client: Client, case: str) -> HttpResponse:
    method, address, status = ANSWERS[case]
    answer = getattr(client, method)(address)
    assert answer.status_code == status
    return answer


def check(answer: HttpResponse) -> None:
    policy = {part.split()[0]: part.split()[1:] for part in answer["Content-Security-Policy"].split("; ")}
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == ["'none'"]
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == ["'self'"]
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert "*" not in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] in ("strict-origin-when-cross-origin", "no-referrer", "same-origin")
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in answer["Permissions-Policy"]
    assert answer["X-Request-Id"]
    assert "Server" not in answer


@pytest.mark.parametrize("case", ANSWERS)
def test_every_answer_carries_them(client: Client, db: None, case: str) -> None:
    answer_to(client, case)
    check(answer_to(client, case))


def test_a_failure_carries_them_and_tells_nothing(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise RuntimeError("the inside of the program")

    monkeypatch.setattr(display, "glossary", fail)
    answer = Client(raise_request_exception=False).get("/glossary/")
    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.content.decode()
    assert "inside of the program" not in answer.content.decode()
    check(answer)


def test_a_request_for_another_host_is_refused(client: Client, db: None) -> None:
    answer = client.get("/", headers={"host": "evil.example"})
    assert answer.status_code == 400
    assert "We could not read that request" in answer.content.decode()
    assert "evil.example" not in answer.content.decode()
    check(answer)


def test_a_static_file_carries_them_and_is_kept_for_ever(client: Client, db: None) -> None:
    answer = client.get(static("css/portal.css"))
    assert answer.status_code == 200
    answer.close()
    assert "immutable" in answer["Cache-Control"]
    check(answer)


def test_a_refused_form_carries_them(db: None) -> None:
    answer = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "x@example.org"})
    assert answer.status_code == 403
    check(answer)


@pytest.mark.parametrize(
    "case", [case for case, (_, at, _s) in ANSWERS.items() if "/admin" not in at and "/accounts" not in at]
)
def test_no_public_answer_sets_a_cookie_or_depends_on_one(client: Client, db: None, case: str) -> None:
    answer = answer_to(client, case)
    assert not answer.cookies
    assert "Cookie" not in answer.get("Vary", "")


@pytest.mark.parametrize(
    ("given", "kept"),
    [("0123456789abcdef", True), ("short", False), ("x" * 65, False), ("line\nbreak", False), ("<b>alert</b>", False)],
)
def test_a_harmless_request_id_is_kept(client: Client, db: None, given: str, kept: bool) -> None:
    answer = client.get("/healthz", headers={"x-request-id": given})
    assert (answer["X-Request-Id"] == given) is kept
    assert len(answer["X-Request-Id"]) >= 8
