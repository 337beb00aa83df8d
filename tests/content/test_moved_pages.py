import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from content import actions
from content.models import Edition, MovedPage


@pytest.fixture
def moved(published: Edition, amina: User) -> Edition:
    actions.change_page(page=published.page, by=amina, address="/new-place/")
    return published


@pytest.mark.parametrize("method", ["get", "head"])
def test_the_old_address_leads_to_the_new_one_for_ever(client: Client, moved: Edition, method: str) -> None:
    answer = getattr(client, method)("/test-page/")
    assert (answer.status_code, answer["Location"]) == (301, "/new-place/")
    assert client.get("/new-place/").status_code == 200


def test_without_its_last_stroke_it_leads_there_too(client: Client, moved: Edition) -> None:
    assert client.get("/test-page", follow=True).redirect_chain[-1] == ("/new-place/", 301)


def test_after_two_moves_each_old_address_leads_to_the_last(client: Client, moved: Edition, amina: User) -> None:
    moved.page.refresh_from_db()
    actions.change_page(page=moved.page, by=amina, address="/third-place/")
    assert [client.get(old)["Location"] for old in ("/test-page/", "/new-place/")] == ["/third-place/"] * 2


def test_a_page_that_moves_back_answers_itself(client: Client, moved: Edition, amina: User) -> None:
    moved.page.refresh_from_db()
    actions.change_page(page=moved.page, by=amina, address="/test-page/")
    assert client.get("/test-page/").status_code == 200
    assert client.get("/new-place/")["Location"] == "/test-page/"


def test_a_withdrawn_page_leads_nowhere(client: Client, moved: Edition, boris: User) -> None:
    actions.withdraw(edition=moved, by=boris, reason="No longer true.")
    assert client.get("/test-page/").status_code == 404


def test_a_form_sent_to_an_old_address_is_not_sent_on(client: Client, moved: Edition) -> None:
    assert client.post("/test-page/").status_code in (404, 405)


@pytest.mark.parametrize("address", ["/test-page%00/", "/wp-login.php", "/Ünïcode/", f"/{'a' * 5000}/"])
def test_an_odd_address_gets_the_calm_page(client: Client, moved: Edition, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 404
    assert "There is no page at this address" in answer.content.decode()


def test_ordinary_pages_pay_nothing_for_it(
    client: Client, moved: Edition, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.get("/new-place/")
    with django_assert_max_num_queries(1) as asked:
        client.get("/new-place/")
    assert MovedPage._meta.db_table not in str(asked.captured_queries)
