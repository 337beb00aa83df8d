"""The page behind a mail's link: works without sign-in, for one item, once; opening it changes nothing."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from accounts.models import User
from audit.models import Entry
from notices import actions, engine, kinds, links
from notices.kinds import Kind
from notices.models import Answer, Notice, State
from tests.notices.conftest import ANSWERS, WAITING

TUESDAY = date(2026, 12, 1)
MORNING = datetime(2026, 12, 1, 13, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MORNING, tick=False) as traveller:
        yield traveller


@pytest.fixture
def notice(gustavo: User) -> Notice:
    owed = actions.owe(kind="test.waiting", person=gustavo, about="file:1", due_on=TUESDAY)
    engine.send_to([gustavo.pk])
    owed.refresh_from_db()
    return owed


@pytest.fixture
def address(notice: Notice) -> str:
    return links.answer_address(notice).removeprefix("http://localhost:8000")


def everything() -> list[tuple]:
    return [*Notice.objects.order_by("pk").values_list(), *Entry.objects.order_by("pk").values_list()]


# ------------------------------------------------------------------------------------------------ it works
@pytest.mark.parametrize("answer", [Answer.DONE, Answer.WAITING, Answer.STUCK])
def test_an_answer_is_taken_without_sign_in(client: Client, notice: Notice, address: str, answer: str) -> None:
    response = client.post(address, {"answer": answer})
    assert response.status_code == 200
    assert "Thank you" in response.content.decode()
    notice.refresh_from_db()
    assert (notice.answer, notice.answered_at) == (answer, MORNING)
    assert [(answer, "file:1")] == ANSWERS
    entry = Entry.objects.get(verb="notice answered")
    assert (entry.actor, entry.data) == (notice.person, {"answer": answer})


def test_a_browser_with_its_cookie_can_answer(notice: Notice, address: str) -> None:
    browser = Client(enforce_csrf_checks=True)
    page = browser.get(address)
    token = page.content.decode().partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    assert browser.post(address, {"answer": "done"}).status_code == 403
    assert browser.post(address, {"answer": "done", "csrfmiddlewaretoken": token}).status_code == 200


def test_the_page_says_no_more_than_the_kind(client: Client, notice: Notice, address: str) -> None:
    page = client.get(address)
    text = page.content.decode()
    assert "Files that wait" in text
    for detail in ("Gustavo", "Lima", "gustavo@", "file:1", "Your file has waited"):
        assert detail not in text
    assert "no-store" in page["Cache-Control"]
    assert "noindex" in text


def test_only_the_answers_the_kind_takes(client: Client, gustavo: User) -> None:
    kinds.declare(
        Kind("test.two", "x", "x", WAITING.still_true, WAITING.words, answers={"done": WAITING.answers["done"]})
    )
    owed = actions.owe(kind="test.two", person=gustavo, about="file:2", due_on=TUESDAY)
    address = links.answer_address(owed).removeprefix("http://localhost:8000")
    page = client.get(address).content.decode()
    assert 'value="done"' in page
    assert 'value="remind"' in page
    assert 'value="stuck"' not in page
    response = client.post(address, {"answer": "stuck"})
    assert response.status_code == 422
    assert "does not take that answer" in response.content.decode()
    assert Notice.objects.get(pk=owed.pk).answer == ""


def test_still_waiting_says_when_it_is_asked_again(client: Client, address: str) -> None:
    assert "You will be reminded on 31 December 2026." in client.post(address, {"answer": "waiting"}).content.decode()


def test_done_says_that_it_ends(client: Client, address: str) -> None:
    page = client.post(address, {"answer": "done"}).content.decode()
    assert "You will not be reminded of this any more." in page


def test_a_refusal_of_the_app_is_a_sentence_on_the_page(client: Client, gustavo: User) -> None:
    def refuse(notice: Notice, data: dict) -> None:
        raise actions.NoticeRefused("The page was closed yesterday.")

    kinds.declare(Kind("test.no", "x", "x", WAITING.still_true, WAITING.words, answers={"done": refuse}))
    owed = actions.owe(kind="test.no", person=gustavo, about="file:2", due_on=TUESDAY)
    response = client.post(links.answer_address(owed), {"answer": "done"})
    assert response.status_code == 422
    assert "The page was closed yesterday." in response.content.decode()
    assert Notice.objects.get(pk=owed.pk).answer == ""


# ------------------------------------------------------------------------------------------------ opening it
def test_a_scanner_that_fetches_every_link_ten_times_changes_nothing(
    client: Client, notice: Notice, address: str
) -> None:
    before = everything()
    off = notice.mail.unsubscribe_url
    for _ in range(10):
        for link in (address, off):
            assert client.get(link).status_code == client.head(link).status_code == 200
    assert everything() == before
    assert not notice.person.switched_off.exists()
    assert client.post(address, {"answer": "done"}).status_code == 200


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "trace"])
def test_other_methods_are_refused(client: Client, address: str, method: str) -> None:
    before = everything()
    assert getattr(client, method)(address).status_code == 405
    assert everything() == before


def test_an_answer_in_the_address_is_no_answer(client: Client, notice: Notice, address: str) -> None:
    client.get(address + "?answer=done")
    notice.refresh_from_db()
    assert notice.answer == ""


# ------------------------------------------------------------------------------------------------ once
def test_the_second_answer_is_not_taken_and_the_page_says_so(client: Client, notice: Notice, address: str) -> None:
    client.post(address, {"answer": "done"})
    page = client.post(address, {"answer": "stuck"}).content.decode()
    assert "This was answered already" in page
    assert "Your answer: Done." in page
    assert ANSWERS == [("done", "file:1")]
    assert "This was answered already" in client.get(address).content.decode()


def test_a_double_click_thanks_twice_and_counts_once(client: Client, notice: Notice, address: str) -> None:
    for _ in range(2):
        assert "Thank you" in client.post(address, {"answer": "done"}).content.decode()
    assert ANSWERS == [("done", "file:1")]


def test_the_rule_itself_takes_only_the_first(notice: Notice) -> None:
    stale = Notice.objects.get(pk=notice.pk)
    actions.answer(notice=notice, answer=Answer.DONE)
    with pytest.raises(actions.NoticeRefused, match="used already"):
        actions.answer(notice=stale, answer=Answer.STUCK)


def test_the_link_is_for_that_item_only(client: Client, gustavo: User, notice: Notice, address: str) -> None:
    other = actions.owe(kind="test.waiting", person=gustavo, about="file:2", due_on=TUESDAY)
    client.post(address, {"answer": "done"})
    other.refresh_from_db()
    assert (other.answer, other.state) == ("", State.OWED)


# ------------------------------------------------------------------------------------------------ bad links
def test_an_old_link_is_over(client: Client, notice: Notice, address: str, clock: time_machine.Traveller) -> None:
    clock.shift(links.ANSWERS_LAST - timedelta(seconds=1))
    assert client.get(address).status_code == 200
    clock.shift(timedelta(seconds=2))
    for response in (client.get(address), client.post(address, {"answer": "done"})):
        assert response.status_code == 410
        assert "too old" in response.content.decode()
    notice.refresh_from_db()
    assert notice.answer == ""


def test_forged_and_torn_links_are_over(client: Client, notice: Notice, address: str) -> None:
    token = address.split("/")[-2]
    off_token = notice.mail.unsubscribe_url.split("/")[-2]
    for bad in (token[:-1], token[1:], token + "x", "x", "1:2:3", off_token, token.upper()):
        assert client.post(f"/notices/answer/{bad}/", {"answer": "done"}).status_code == 410, bad
    assert ANSWERS == []


def test_a_link_to_what_is_gone_is_over(client: Client, notice: Notice, address: str) -> None:
    kinds.forget("test.waiting")
    assert client.get(address).status_code == 410
    Notice.objects.all().delete()
    assert client.get(address).status_code == 410


# ------------------------------------------------------------------------------------------------ bad answers
@pytest.mark.parametrize("data", [{}, {"answer": ""}, {"answer": "perhaps"}, {"until": "2026-12-24"}])
def test_no_answer_is_asked_for_again(client: Client, notice: Notice, address: str, data: dict[str, str]) -> None:
    response = client.post(address, data)
    if data:
        assert response.status_code == 422
        assert "Choose one of the answers below." in response.content.decode()
    notice.refresh_from_db()
    assert notice.answer == ""


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("2026-11-30", "Choose a day after today."),
        ("2026-12-01", "Choose a day after today."),
        ("2027-12-03", "Choose a day within a year from now."),
        ("9999-12-31", "Choose a day within a year from now."),
        ("2028-02-29", "Choose a day within a year from now."),
        ("2027-02-29", "Write a day that exists"),
        ("tomorrow", "Write a day that exists"),
        ("", "Choose the day on which you want to be reminded."),
    ],
)
def test_a_bad_day_keeps_what_was_typed_and_says_so_beside_the_field(
    client: Client, notice: Notice, address: str, typed: str, sentence: str
) -> None:
    response = client.post(address, {"answer": "remind", "until": typed})
    page = response.content.decode()
    assert response.status_code == 422
    beside = page.partition('id="id_until_error"')[2].partition("</p>")[0]
    assert sentence in beside
    assert f'name="until" value="{typed}"' in page
    assert 'aria-describedby="id_until_error"' in page
    assert f'<a href="#id_until">{sentence}' in page
    notice.refresh_from_db()
    assert notice.answer == ""


@pytest.mark.parametrize("day", [date(2026, 12, 2), date(2027, 2, 28), date(2027, 12, 2)])
def test_a_good_day_is_taken(client: Client, notice: Notice, address: str, day: date) -> None:
    page = client.post(address, {"answer": "remind", "until": day.isoformat()}).content.decode()
    assert f"You will be reminded on {day.day} {day:%B %Y}." in page
    assert Notice.objects.filter(state=State.OWED).get().due_on == day


def test_the_twenty_ninth_of_february_is_taken_where_it_exists(
    client: Client, gustavo: User, clock: time_machine.Traveller
) -> None:
    clock.move_to(datetime(2027, 12, 1, 13, tzinfo=UTC))
    owed = actions.owe(kind="test.waiting", person=gustavo, about="file:9", due_on=date(2027, 12, 1))
    assert client.post(links.answer_address(owed), {"answer": "remind", "until": "2028-02-29"}).status_code == 200


def test_the_field_offers_a_week_from_the_persons_today(client: Client, notice: Notice, address: str) -> None:
    assert 'value="2026-12-08"' in client.get(address).content.decode()
    notice.person.time_zone = "Pacific/Kiritimati"
    notice.person.save()
    assert 'value="2026-12-09"' in client.get(address).content.decode()


def test_a_bad_day_does_not_hinder_another_answer(client: Client, notice: Notice, address: str) -> None:
    assert client.post(address, {"answer": "done", "until": "nonsense"}).status_code == 200
