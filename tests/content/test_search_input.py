"""Whatever is typed, the answer is a page: 200, or 400 with a sentence beside the field."""

import pytest
from django.http import HttpResponse
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from content.search import LONGEST_QUERY, TOO_LONG, UNREADABLE

pytestmark = pytest.mark.django_db

OPERATORS = ["AND", "OR", "NOT", "NEAR", "NEAR(a b)", "title:", "{title}", "^a", "a*", "-a", "&", "|", "!", "<->", ":*"]
HOSTILE = [
    '"', "'", '""', "''", '"residency', "it's", "O'Neil", "`", "\\", "\\'", "%", "_", "*", "(", ")", "()", "((visa",
    "J-1", "J -1", "H-1B/J-1", "?", "!!!", "...", "—", "؟", "تدريب الأطباء", "\u202evisa\u202c", "רופא", "医师", "врач",
    "😀", "👩🏽‍⚕️ visa", "e\u0301", "\ufeff", "\u200b", "İstanbul", "ß", "ﬁ", "²", "½", "٣", "Ⅻ", "𝟙𝟚", "%s %d %(a)s",
    "'; DROP TABLE content_searchentry; --", '" OR 1=1 --', "visa' & 'b", "a:*", "a <-> b", "visa | !license",
    "{{ q }}", "{fcvs.initial_fee}", "visa " * 30, "a b c d e f g h i j k l m n o p q r s t u v w x y z",
    "1 2 3 4 5 6 7 8 9 10 11 12", "the of and", "a" * LONGEST_QUERY, "\t\n\r", "\x01\x1f\x7f", *OPERATORS,
]  # fmt: skip


def search(query: str, **more: str) -> HttpResponse:
    return Client().get("/search/", {"q": query, **more})


@pytest.mark.parametrize("query", HOSTILE)
def test_hostile_input_is_answered(query: str) -> None:
    response = search(query)
    assert response.status_code == 200
    assert not response.context["error"]


@pytest.mark.parametrize("operator", OPERATORS)
def test_an_operator_is_only_a_word(operator: str) -> None:
    """It neither widens nor excludes: “visa NOT license” is about both."""
    with_it = {result.url for result in search(f"visa {operator} license").context["results"]}
    assert with_it
    assert search(f"{operator} visa").status_code == 200


@pytest.mark.parametrize("length", [LONGEST_QUERY + 1, 10_000])
def test_too_long_keeps_the_beginning(length: int) -> None:
    response = search("visa " + "x" * (length - 5))
    assert response.status_code == 400
    page = response.content.decode()
    assert 'aria-describedby="q-error"' in page
    assert TOO_LONG in page
    assert response.context["query"] == "visa " + "x" * (LONGEST_QUERY - 5)


def test_a_nul_is_taken_out() -> None:
    response = search("vi\0sa")
    assert response.status_code == 400
    assert UNREADABLE in response.content.decode()
    assert "\0" not in response.content.decode()
    assert 'value="vi sa"' in response.content.decode()


def test_bytes_that_are_no_text() -> None:
    for query in ("%FF%FE", "%ED%A0%80", "%C3%28", "%", "%zz", "visa%00"):
        assert Client().get(f"/search/?q={query}").status_code in (200, 400)


def test_several_questions_and_none() -> None:
    assert Client().get("/search/?q=visa&q=license").context["query"] == "license"
    assert Client().get("/search/?Q=visa").context["query"] == ""


@settings(max_examples=120, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    query=st.one_of(
        st.text(st.characters(exclude_categories=["Cs"]), max_size=LONGEST_QUERY + 20),
        st.lists(st.sampled_from([*HOSTILE, "visa", "J-1", "license"]), max_size=6).map(" ".join),
    ),
    page=st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
)
def test_anything_at_all(query: str, page: str) -> None:
    response = Client().get(
        "/search/", {"q": query.encode("utf-8", "replace"), "page": page.encode("utf-8", "replace")}
    )
    assert response.status_code == (400 if response.context["error"] else 200)
    assert response.content.count(b"<mark>") == response.content.count(b"</mark>")
