"""The staff's desk of the messages: who was not reached, the mails behind a reason, bad addresses, the days to come."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from accounts.models import User
from audit.models import Entry
from notices import actions, engine
from notices.models import BadAddress, Heartbeat, Mail, MailState, Notice, State
from tests.conftest import signed_in

NOTICES, MAILS, ADDRESSES = "/admin/notices/notice/", "/admin/notices/mail/", "/admin/notices/badaddress/"
FORECAST = f"{NOTICES}next-days/"
TUESDAY = date(2026, 12, 1)
MORNING = datetime(2026, 12, 1, 13, 0, tzinfo=UTC)  # 08:00 in New York
REASON = {"reason": "The member asks what the portal wrote."}


@pytest.fixture
def notice(gustavo: User) -> Notice:
    return actions.owe(kind="test.waiting", person=gustavo, about="file:1", due_on=TUESDAY)


@pytest.fixture
def failed(notice: Notice) -> Notice:
    Notice.objects.filter(pk=notice.pk).update(state=State.FAILED, problem="RuntimeError: poison")
    notice.refresh_from_db()
    return notice


@pytest.fixture
def mail(notice: Notice) -> Mail:
    engine.send_to([notice.person_id], MORNING)
    return Mail.objects.get()


@pytest.fixture
def bad(gustavo: User) -> BadAddress:
    return actions.mark_bad_address(address=gustavo.email, problem="550 no such user")


@pytest.fixture
def watcher(chidi: User) -> Client:
    """May look at the messages and change nothing."""
    chidi.user_permissions.set(
        Permission.objects.filter(content_type__app_label="notices", codename__startswith="view_")
    )
    return signed_in(chidi)


def listed(client: Client, address: str, **query: str) -> list[int]:
    return [row.pk for row in client.get(address, query).context["cl"].result_list]


def words(client: Client, address: str, **query: str) -> str:
    answer = client.get(address, query)
    assert answer.status_code == 200
    return answer.content.decode()


# ------------------------------------------------------------------------------------------------ the doors
def doors(notice: Notice, mail: Mail, bad: BadAddress) -> list[str]:
    return [
        *(NOTICES, FORECAST, f"{NOTICES}{notice.pk}/change/", f"{NOTICES}{notice.pk}/history/"),
        *(f"{NOTICES}{notice.pk}/do/again/", MAILS, f"{MAILS}{mail.pk}/change/", f"{MAILS}{mail.pk}/open/"),
        *(f"{MAILS}{mail.pk}/history/", ADDRESSES, f"{ADDRESSES}{bad.pk}/change/", f"{ADDRESSES}{bad.pk}/do/works/"),
    ]


def test_every_door_asks_for_sign_in_and_for_the_right(
    client: Client, chidi: User, dolores: User, notice: Notice, mail: Mail, bad: BadAddress
) -> None:
    without_right, member = signed_in(chidi), signed_in(dolores)
    for address in doors(notice, mail, bad):
        assert "login" in client.get(address).url, address
        assert without_right.get(address).status_code == 403, address
        assert member.get(address).status_code == 404, address


def test_every_door_opens_for_who_may(as_amina: Client, notice: Notice, mail: Mail, bad: BadAddress) -> None:
    answers = {address: as_amina.get(address).status_code for address in doors(notice, mail, bad)}
    assert {address for address, status in answers.items() if status == 302} == {
        f"{MAILS}{mail.pk}/change/",
        f"{MAILS}{mail.pk}/history/",
    }
    assert set(answers.values()) == {200, 302}


def test_nothing_is_added_changed_or_removed_by_hand(as_amina: Client, notice: Notice, bad: BadAddress) -> None:
    for address, row in ((NOTICES, notice), (ADDRESSES, bad)):
        assert as_amina.get(f"{address}add/").status_code == 403
        assert as_amina.post(f"{address}{row.pk}/change/", {"state": "withdrawn"}).status_code == 403
        assert as_amina.post(f"{address}{row.pk}/delete/", {"post": "yes"}).status_code == 403
    assert (Notice.objects.count(), BadAddress.objects.count()) == (1, 1)


# ------------------------------------------------------------------------------------------------ notices
def test_the_list_opens_on_who_was_not_reached(as_amina: Client, gustavo: User, farida: User, notice: Notice) -> None:
    assert listed(as_amina, NOTICES) == []
    Notice.objects.filter(pk=notice.pk).update(state=State.FAILED)
    held = actions.owe(kind="test.waiting", person=farida, about="file:2", due_on=TUESDAY)
    actions.mark_bad_address(address=farida.email, problem="550")
    assert set(listed(as_amina, NOTICES)) == {notice.pk, held.pk}


def test_what_lies_in_a_mail_that_never_arrived_is_there_too(as_amina: Client, mail: Mail, notice: Notice) -> None:
    assert notice.pk not in listed(as_amina, NOTICES)
    Mail.objects.update(state=MailState.GIVEN_UP, sent_at=None)
    assert notice.pk in listed(as_amina, NOTICES)


@pytest.mark.parametrize("query", ["gustavo@member", "Lima", "file:1", "test.waiting"])
def test_found_by_person_kind_and_what_it_is_about(as_amina: Client, farida: User, notice: Notice, query: str) -> None:
    actions.owe(kind="test.now", person=farida, about="file:2", due_on=TUESDAY)
    assert listed(as_amina, NOTICES, q=query) == [notice.pk]


def test_filtered_by_kind(as_amina: Client, gustavo: User, notice: Notice) -> None:
    other = actions.owe(kind="test.now", person=gustavo, about="file:2", due_on=TUESDAY)
    assert listed(as_amina, NOTICES, show="all", kind="test.now") == [other.pk]


def test_more_notices_ask_the_database_no_more(as_amina: Client, gustavo: User, django_assert_max_num_queries) -> None:
    for number in range(30):
        actions.owe(kind="test.waiting", person=gustavo, about=f"file:{number}", due_on=TUESDAY)
    as_amina.get(NOTICES)
    with django_assert_max_num_queries(10):
        assert len(listed(as_amina, NOTICES, show="owed")) == 30


def test_a_failed_message_is_sent_again(as_amina: Client, amina: User, failed: Notice) -> None:
    assert "RuntimeError: poison" in words(as_amina, NOTICES)
    assert "It goes out with the person&#x27;s next mail" in words(as_amina, f"{NOTICES}{failed.pk}/do/again/")
    as_amina.post(f"{NOTICES}{failed.pk}/do/again/")
    failed.refresh_from_db()
    assert (failed.state, failed.problem) == (State.OWED, "")
    entry = Entry.objects.about(failed).get()
    assert (entry.verb, entry.actor) == ("notice offered again", amina)


def test_many_are_sent_again_after_a_look(as_amina: Client, gustavo: User, failed: Notice) -> None:
    chosen = {"action": "again", "_selected_action": [failed.pk]}
    as_amina.post(NOTICES, chosen)
    failed.refresh_from_db()
    assert failed.state == State.FAILED
    as_amina.post(NOTICES, chosen | {"confirmed": "yes"})
    failed.refresh_from_db()
    assert failed.state == State.OWED


def test_what_was_sent_can_be_said_once_more(as_amina: Client, mail: Mail, notice: Notice) -> None:
    as_amina.post(f"{NOTICES}{notice.pk}/do/again/")
    notice.refresh_from_db()
    assert (notice.state, notice.mail) == (State.OWED, None)


@pytest.mark.parametrize("state", [State.OWED, State.WITHDRAWN])
def test_what_waits_or_is_not_needed_has_no_button(as_amina: Client, notice: Notice, state: str) -> None:
    Notice.objects.update(state=state)
    assert "/do/again/" not in words(as_amina, f"{NOTICES}{notice.pk}/change/")
    answer = as_amina.post(f"{NOTICES}{notice.pk}/do/again/", follow=True)
    assert "is not possible here any more" in answer.content.decode()
    notice.refresh_from_db()
    assert notice.state == state


def test_a_refusal_stands_on_the_page(as_amina: Client, mail: Mail, notice: Notice) -> None:
    Mail.objects.update(state=MailState.READY, sent_at=None)
    answer = as_amina.post(f"{NOTICES}{notice.pk}/do/again/")
    assert answer.status_code == 422
    assert "This message is on its way." in answer.content.decode()


def test_who_may_only_look_sends_nothing(watcher: Client, failed: Notice) -> None:
    assert watcher.get(NOTICES).status_code == 200
    assert watcher.post(f"{NOTICES}{failed.pk}/do/again/").status_code == 403
    watcher.post(NOTICES, {"action": "again", "_selected_action": [failed.pk], "confirmed": "yes"})
    failed.refresh_from_db()
    assert failed.state == State.FAILED


def test_no_other_method_and_no_other_row(as_amina: Client, failed: Notice) -> None:
    assert as_amina.put(f"{NOTICES}{failed.pk}/do/again/").status_code == 405
    assert as_amina.post(f"{NOTICES}0/do/again/").status_code == 404
    assert as_amina.post(FORECAST).status_code == 405


# ------------------------------------------------------------------------------------------------ mails
def test_the_list_tells_of_mails_and_not_what_they_say(as_amina: Client, mail: Mail) -> None:
    assert listed(as_amina, MAILS) == [], "it opens on what was refused"
    page = words(as_amina, MAILS, show="all")
    assert "gustavo@member.example" in page
    assert "It has waited for a while." not in page


@pytest.mark.parametrize("query", ["gustavo@member", "Lima"])
def test_a_mail_is_found_by_person(as_amina: Client, mail: Mail, query: str) -> None:
    assert listed(as_amina, MAILS, q=query) == [mail.pk]
    assert listed(as_amina, MAILS, q="somebody else") == []


def test_the_text_shows_after_a_reason_and_without_the_person_s_own_links(as_amina: Client, mail: Mail) -> None:
    opened = as_amina.post(f"{MAILS}{mail.pk}/open/", REASON, follow=True)
    page = opened.content.decode()
    assert "It has waited for a while." in page
    assert "/notices/answer/" in mail.text
    assert "/notices/answer/(the person&#x27;s own link)/" in page
    assert not any(token in page for token in mail.text.split() if "/notices/" in token)


def test_what_a_mail_says_is_no_markup(as_amina: Client, mail: Mail) -> None:
    Mail.objects.update(text="<script>alert(1)</script>")
    opened = as_amina.post(f"{MAILS}{mail.pk}/open/", REASON, follow=True)
    assert "<script>alert(1)" not in opened.content.decode()


# ------------------------------------------------------------------------------------------------ addresses
def test_an_address_works_again(as_amina: Client, amina: User, notice: Notice, bad: BadAddress) -> None:
    assert listed(as_amina, ADDRESSES, q="gustavo") == [bad.pk]
    assert 'value="gustavo@member.example"' in words(as_amina, f"{ADDRESSES}{bad.pk}/do/works/")
    as_amina.post(f"{ADDRESSES}{bad.pk}/do/works/", {"address": "somebody@else.example"})
    notice.refresh_from_db()
    assert (notice.state, BadAddress.objects.count()) == (State.OWED, 0)
    assert Entry.objects.about(bad).filter(actor=amina, verb="address works again").exists()


def test_who_may_only_look_clears_no_address(watcher: Client, bad: BadAddress) -> None:
    assert watcher.post(f"{ADDRESSES}{bad.pk}/do/works/").status_code == 403
    assert BadAddress.objects.exists()


# ------------------------------------------------------------------------------------------------ the days to come
@time_machine.travel(datetime(2026, 11, 30, 12, tzinfo=UTC), tick=False)
def test_who_gets_what_by_day_and_kind(amina: User, gustavo: User, farida: User) -> None:
    as_amina = signed_in(amina)
    for person, about, due_on in (
        (gustavo, "file:1", TUESDAY),
        (gustavo, "file:2", TUESDAY),
        (farida, "file:1", date(2026, 12, 3)),  # 08:00 in Karachi is the evening before in New York
        (farida, "file:9", date(2027, 1, 20)),
    ):
        actions.owe(kind="test.waiting", person=person, about=about, due_on=due_on)
    days = as_amina.get(FORECAST).context["days"]
    counts = [(day, [(line.label, line.messages, line.people) for line in lines]) for day, lines in days]
    assert counts == [(TUESDAY, [("Files that wait", 2, 1)]), (date(2026, 12, 2), [("Files that wait", 1, 1)])]
    behind = as_amina.get(f"{NOTICES}?{days[0][1][0].query}").context["cl"].result_list
    assert {(row.person, row.about) for row in behind} == {(gustavo, "file:1"), (gustavo, "file:2")}


def test_only_what_is_owed_to_active_people_is_foreseen(amina: User, gustavo: User, notice: Notice) -> None:
    with time_machine.travel(MORNING, tick=False):
        as_amina = signed_in(amina)
        assert len(as_amina.get(FORECAST).context["days"]) == 1
        User.objects.filter(pk=gustavo.pk).update(is_active=False)
        assert "Nothing is owed for these days." in words(as_amina, FORECAST)
        User.objects.filter(pk=gustavo.pk).update(is_active=True)
        Notice.objects.update(state=State.WITHDRAWN)
        assert "Nothing is owed for these days." in words(as_amina, FORECAST)


def test_the_list_leads_to_the_days_to_come(as_amina: Client) -> None:
    assert f'<a href="{FORECAST}">' in words(as_amina, NOTICES)


# ------------------------------------------------------------------------------------------------ the index
def test_the_index_names_who_was_not_reached_and_what_refuses_mail(
    as_amina: Client, failed: Notice, bad: BadAddress
) -> None:
    page = words(as_amina, "/admin/")
    assert f'<a href="{NOTICES}?show=stopped"><strong>1</strong> Messages that did not reach people</a>' in page
    assert f'<a href="{ADDRESSES}"><strong>1</strong> Addresses that refuse mail</a>' in page
    assert as_amina.get(ADDRESSES).status_code == 200


def test_who_may_not_see_messages_reads_nothing_of_them(chidi: User, failed: Notice) -> None:
    assert "Messages that did not reach" not in words(signed_in(chidi), "/admin/")


@pytest.mark.parametrize(
    ("minutes", "says"), [(None, "It was never heard."), (1, ""), (14, ""), (16, "It was last heard on ")]
)
def test_the_index_says_that_the_scheduler_is_silent(chidi: User, minutes: int | None, says: str) -> None:
    if minutes is not None:
        Heartbeat.objects.create(name="beat", at=timezone.now() - timedelta(minutes=minutes))
    page = words(signed_in(chidi), "/admin/")
    assert ("The scheduler is silent." in page) == bool(says)
    assert says in page
