"""Messages between the two, and concerns in confidence."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import User
from audit.models import Entry
from mentoring import pair_actions, talk_actions
from mentoring.models import Concern, Message, Pair
from tests.mentoring.test_pages import at, read, text

pytestmark = pytest.mark.django_db
CONCERN = "/my/mentoring/concern/"


def wrote(pair: Pair, by: User, words: str = "Hello") -> Message:
    return talk_actions.write(pair=pair, by=by, words=words, form_token=uuid4())


def told(**changed: Any) -> dict[str, Any]:
    filled = {"words": "He asked me for money.", "may_contact": "on", "form_token": str(uuid4()), "pair": ""}
    return {**filled, **changed}


# ------------------------------------------------------------------------------------------------ messages
def test_the_same_form_writes_once_and_the_other_reads_it(as_mei: Client, as_mohan: Client, pair: Pair) -> None:
    sent = {"words": "Dear Mohan,\r\nthank you <b>so</b> much", "form_token": str(uuid4())}
    for _ in range(2):
        assert as_mei.post(at(pair, "message/"), sent)["Location"] == at(pair, "message/")
    assert Message.objects.get().words == "Dear Mohan,\nthank you <b>so</b> much"
    assert "1 new message from Mei Lin" in read(as_mohan, "/my/mentoring/")
    html = as_mohan.get(at(pair, "message/")).content.decode()
    assert "Dear Mohan,<br>thank you &lt;b&gt;so&lt;/b&gt; much" in html
    assert "New</span>" in html
    assert "new message" not in read(as_mohan, "/my/mentoring/")
    assert "New</span>" not in as_mohan.get(at(pair, "message/")).content.decode()


def test_a_message_shows_the_readers_own_hour(as_mei: Client, as_mohan: Client, pair: Pair, mei: User) -> None:
    wrote(pair, mei)
    assert "23 November 2026, 22:00" in read(as_mei, at(pair, "message/"))
    assert "23 November 2026, 12:00" in read(as_mohan, at(pair, "message/"))


def test_a_refused_message_marks_nothing_as_read(as_mohan: Client, pair: Pair, mei: User) -> None:
    message = wrote(pair, mei)
    answer = as_mohan.post(at(pair, "message/"), {"words": "", "form_token": str(uuid4())})
    assert answer.status_code == 422
    message.refresh_from_db()
    assert message.read_at is None


def test_after_the_end_there_is_only_reading(as_mohan: Client, pair: Pair, mei: User) -> None:
    wrote(pair, mei, "The last word")
    pair_actions.end(pair=pair, by=mei)
    page = read(as_mohan, at(pair, "message/"))
    assert "The last word" in page and "Send the message" not in page
    as_mohan.post(at(pair, "message/"), {"words": "Wait", "form_token": str(uuid4())})
    assert Message.objects.count() == 1


def test_long_threads_come_in_pages_the_newest_first(as_mohan: Client, pair: Pair, mei: User) -> None:
    for number in range(21):
        wrote(pair, mei, f"Letter {number}.")
    first, second = read(as_mohan, at(pair, "message/")), read(as_mohan, at(pair, "message/?page=2"))
    assert "Letter 20." in first and "Letter 0." not in first and "Older" in first
    assert "Letter 0." in second and "Letter 1." not in second


# ------------------------------------------------------------------------------------------------ concerns
def test_a_concern_is_confirmed_with_its_day_and_told_to_nobody_else(
    as_mei: Client, as_mohan: Client, pair: Pair
) -> None:
    answer = as_mei.post(CONCERN, told(pair=str(pair.pk)), follow=True)
    concern = Concern.objects.get()
    assert (concern.pair, concern.reporter, concern.may_contact) == (pair, pair.mentee.person, True)
    assert "looks at it by 25 November 2026" in text(answer.content)
    seen = "".join(read(as_mohan, address) for address in ("/my/mentoring/", at(pair), CONCERN, "/my/"))
    assert "money" not in seen and "What you reported" not in seen
    assert "money" not in str(list(Entry.objects.values_list("data", "subject")))


def test_a_message_is_reported_with_its_words(as_mei: Client, pair: Pair, mohan: User) -> None:
    message = wrote(pair, mohan, "Send me the fee first.")
    link = re.search(r'href="([^"]+\?message=\d+)"', as_mei.get(at(pair, "message/")).content.decode())[1]
    page = as_mei.get(link)
    assert "Send me the fee first." in text(page.content)
    assert page.context["form"]["pair"].value() == pair.pk
    as_mei.post(CONCERN, told(message=str(message.pk), pair=str(pair.pk)))
    concern = Concern.objects.get()
    assert (concern.message, concern.words_reported, concern.pair) == (message, "Send me the fee first.", pair)


def test_what_is_not_ones_own_cannot_be_named(as_stranger: Client, as_mei: Client, pair: Pair, mohan: User) -> None:
    message = wrote(pair, mohan, "Between us two")
    for number in (message.pk, "x", "9" * 30):
        page = read(as_stranger, f"{CONCERN}?message={number}&pair={pair.pk}")
        assert "Between us two" not in page and "Mei" not in page
    assert as_stranger.post(CONCERN, told(pair=str(pair.pk))).status_code == 422
    as_stranger.post(CONCERN, told(message=str(message.pk)))
    assert list(Concern.objects.values_list("message", "pair", "words_reported")) == [(None, None, "")]


def test_ones_own_message_is_not_reported_as_the_others(as_mei: Client, pair: Pair, mei: User) -> None:
    message = wrote(pair, mei, "What I wrote myself")
    assert "What I wrote myself" not in read(as_mei, f"{CONCERN}?message={message.pk}")
    as_mei.post(CONCERN, told(message=str(message.pk)))
    assert Concern.objects.get().message is None


def test_who_is_in_no_pair_reports_too_and_a_second_click_counts_once(as_stranger: Client) -> None:
    sent = told()
    for _ in range(2):
        assert as_stranger.post(CONCERN, sent)["Location"] == CONCERN
    assert Concern.objects.count() == 1


def test_a_concern_without_words_is_refused_and_the_rest_stays(as_mei: Client, pair: Pair) -> None:
    answer = as_mei.post(CONCERN, told(words=" ", pair=str(pair.pk)))
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["words"])
    assert answer.context["form"]["pair"].value() == str(pair.pk)
    assert not Concern.objects.exists()


def test_the_reporter_reads_what_was_done(as_mei: Client, pair: Pair, mei: User, amina: User) -> None:
    as_mei.post(CONCERN, told())
    concern = talk_actions.take_concern(concern=Concern.objects.get(), by=amina)
    assert "In hand" in read(as_mei, CONCERN)
    talk_actions.close_concern(concern=concern, by=amina, outcome="We spoke with him.")
    assert "We spoke with him." in read(as_mei, CONCERN)


def test_the_public_page_leads_to_it(client: Client, as_mei: Client) -> None:
    assert f'href="{CONCERN}"' in client.get("/mentoring/").content.decode()
