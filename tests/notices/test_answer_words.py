"""A kind may have words of its own on its buttons, and ask for more with the answer “done”."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any, ClassVar

import pytest
import time_machine
from django import forms
from django.test import Client

from accounts.models import User
from notices import actions, display, engine, kinds, links
from notices.forms import AnswerForm
from notices.kinds import Kind
from notices.models import Answer, Notice
from tests.notices.conftest import WAITING

TAKEN: list[tuple[str, Any]] = []


class HoursForm(AnswerForm):
    more: ClassVar[tuple[str, ...]] = ("hours",)
    hours = forms.IntegerField(label="How many hours?", error_messages={"required": "Write the hours."})


def take(name: str) -> Any:
    return lambda notice, data: TAKEN.append((name, data.get("hours")))


@pytest.fixture
def notice(gustavo: User) -> Iterator[Notice]:
    TAKEN.clear()
    with time_machine.travel(datetime(2026, 12, 1, 13, tzinfo=UTC), tick=False):
        kinds.declare(
            Kind(
                "test.words", "Shifts", "you work shifts.", WAITING.still_true, WAITING.words,
                answers={name: take(name) for name in (Answer.YES, Answer.NO, Answer.DONE)},
                button_words={Answer.YES: "Yes, I come", Answer.DONE: "I was there"},
                form=HoursForm,
            )
        )  # fmt: skip
        owed = actions.owe(kind="test.words", person=gustavo, about="file:1", due_on=date(2026, 12, 1))
        engine.send_to([gustavo.pk])
        owed.refresh_from_db()
        yield owed


def post(notice: Notice, **data: str) -> tuple[int, str]:
    response = Client().post(links.answer_address(notice).removeprefix("http://localhost:8000"), data)
    return response.status_code, response.content.decode()


def test_the_mail_and_the_page_say_what_is_on_the_buttons(notice: Notice) -> None:
    assert "(Yes, I come / No / I was there / Remind me on a day)" in notice.mail.text
    page = Client().get(links.answer_address(notice).removeprefix("http://localhost:8000")).content.decode()
    assert [words for words in ("Yes, I come<", ">No<", "I was there<", "How many hours?") if words not in page] == []
    assert page.count('name="hours"') == 1


def test_the_page_after_it_and_the_list_of_messages_say_it_in_the_same_words(notice: Notice) -> None:
    status, page = post(notice, answer="yes")
    assert (status, "Your answer: Yes, I come." in page) == (200, True)
    notice.refresh_from_db()
    assert display.answer_words(notice) == "Yes, I come"
    assert TAKEN == [("yes", None)]


def test_done_asks_for_more_and_hands_it_on(notice: Notice) -> None:
    status, page = post(notice, answer="done")
    assert (status, TAKEN) == (422, [])
    assert '<a href="#id_hours">Write the hours.</a>' in page
    assert post(notice, answer="done", hours="5")[0] == 200
    assert TAKEN == [("done", 5)]


def test_another_answer_asks_for_nothing_more(notice: Notice) -> None:
    assert post(notice, answer="no", hours="lots")[0] == 200
    assert TAKEN == [("no", None)]


def test_an_answer_of_an_app_that_is_gone_keeps_plain_words(notice: Notice) -> None:
    post(notice, answer="yes")
    kinds.forget("test.words")
    notice.refresh_from_db()
    assert display.answer_words(notice) == "Yes"
