"""/my/messages/: what was sent, what comes, which kinds, quiet periods, an address that does not work."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from audit.models import Entry
from notices import actions, engine
from notices.models import Mail, MailState, Notice, QuietPeriod, State, SwitchedOff
from tests.conftest import signed_in

PAGE = "/my/messages/"
TUESDAY = date(2026, 12, 1)
MORNING = datetime(2026, 12, 1, 13, 0, tzinfo=UTC)  # 08:00 in New York
DOORS = ("", "kinds/test.waiting/", "quiet/1/remove/", "address-works/")
PERIOD = {"words": "nights", "first_day": "2026-12-01", "last_day": "2026-12-14"}


@pytest.fixture
def as_gustavo(gustavo: User) -> Client:
    return signed_in(gustavo)


def owe(person: User, about: str = "file:1", kind: str = "test.waiting", due_on: date = TUESDAY) -> Notice:
    return actions.owe(kind=kind, person=person, about=about, due_on=due_on)


def send(now: datetime = MORNING) -> None:
    with time_machine.travel(now, tick=False):
        engine.send_to(engine.people_due(now), now)


def shown(client: Client, **query: str) -> str:
    answer = client.get(PAGE, query)
    assert answer.status_code == 200
    return answer.content.decode()


# ------------------------------------------------------------------------------------------------ the doors
@pytest.mark.parametrize("door", DOORS)
def test_sign_in_is_asked_for(client: Client, db: None, door: str) -> None:
    for method in (client.get, client.post):
        assert method(PAGE + door).url.startswith("/accounts/login/")


@pytest.mark.parametrize("door", DOORS[1:])
def test_what_changes_something_is_only_posted(as_gustavo: Client, door: str) -> None:
    assert as_gustavo.get(PAGE + door).status_code == 405


def test_no_other_method(as_gustavo: Client) -> None:
    assert as_gustavo.delete(PAGE).status_code == 405
    assert as_gustavo.head(PAGE).status_code == 200


def test_it_is_kept_by_no_cache(as_gustavo: Client) -> None:
    assert "no-store" in as_gustavo.get(PAGE)["Cache-Control"]


# ------------------------------------------------------------------------------------------------ sent and to come
def test_a_newcomer_reads_what_the_page_is_for(as_gustavo: Client) -> None:
    page = shown(as_gustavo)
    assert "Nothing is waiting to be sent to you." in page
    assert "Nothing was sent to you yet." in page
    assert "Each kind of message appears here" in page


def test_what_was_sent_when_why_and_what_comes_next(as_gustavo: Client, gustavo: User) -> None:
    owe(gustavo)
    send()
    page = shown(as_gustavo)
    assert "<h3>Your file has waited</h3>" in page
    assert '<time datetime="2026-12-01T08:00:00-05:00">1 December 2026, 08:00</time>, sent' in page
    assert "You got it because you asked to be reminded of files that wait." in page
    assert "Files that wait: from" in page
    assert "31 December 2026, 08:00</time>" in page


def test_the_answer_from_the_mail_stands_there(as_gustavo: Client, gustavo: User) -> None:
    notice = owe(gustavo)
    send()
    actions.answer(notice=notice, answer="stuck")
    assert "You answered: Stuck, please help." in shown(as_gustavo)


def test_times_are_those_of_the_person(farida: User) -> None:
    owe(farida)
    page = shown(signed_in(farida))
    assert "Times are those of Asia/Karachi" in page
    assert '<time datetime="2026-12-01T08:00:00+05:00">1 December 2026, 08:00</time>' in page


def test_the_same_thing_twice_at_one_time_is_one_line(as_gustavo: Client, gustavo: User) -> None:
    for number in range(3):
        owe(gustavo, about=f"file:{number}")
    assert shown(as_gustavo).count("Files that wait (3): from") == 1


def test_nobody_reads_the_messages_of_another(as_gustavo: Client, farida: User) -> None:
    owe(farida)
    send()
    owe(farida, about="file:2", due_on=date(2027, 1, 5))
    page = shown(as_gustavo)
    assert "Your file has waited" not in page
    assert "Files that wait" not in page


def test_a_mail_that_was_refused_says_so(as_gustavo: Client, gustavo: User) -> None:
    owe(gustavo)
    send()
    Mail.objects.update(state=MailState.REFUSED, sent_at=None)
    assert "refused for good" in shown(as_gustavo)


def test_a_message_of_a_kind_that_is_gone_is_still_listed(as_gustavo: Client, gustavo: User) -> None:
    owe(gustavo)
    send()
    Notice.objects.update(kind="gone.kind")
    page = shown(as_gustavo)
    assert "<h3>Your file has waited</h3>" in page
    assert "A message: from" in page


def test_twenty_on_a_page(as_gustavo: Client, gustavo: User) -> None:
    Mail.objects.bulk_create(mail(gustavo, number) for number in range(21))
    first, second = shown(as_gustavo), shown(as_gustavo, page="2")
    assert (first.count("<h3>Mail "), second.count("<h3>Mail ")) == (20, 1)
    assert 'rel="next" href="?page=2"' in first
    assert "Page 2 of 2" in second
    assert "Page 2 of 2" in shown(as_gustavo, page="99")


def mail(person: User, number: int) -> Mail:
    return Mail(
        person=person,
        address=person.email,
        message_id=f"<{number}@test>",
        subject=f"Mail {number}",
        text="Words.",
        state=MailState.SENT,
        next_try_at=MORNING,
        sent_at=MORNING + timedelta(minutes=number),
    )


def test_more_messages_ask_the_database_no_more(as_gustavo: Client, gustavo: User) -> None:
    shown(as_gustavo)  # the first visit of a session is written down
    counts = []
    for number in (1, 3):
        for one in range(number):
            day = TUESDAY + timedelta(days=7 * number + one)
            owe(gustavo, about=f"file:{number}.{one}", due_on=day)
            send(MORNING + (day - TUESDAY))
            owe(gustavo, about=f"later:{number}.{one}", due_on=date(2027, 3, number))
            add_period(gustavo)
        with CaptureQueriesContext(connection) as asked:
            shown(as_gustavo)
        counts.append(len(asked))
    assert Mail.objects.count() == 4
    assert counts[0] == counts[1] <= 12


def add_period(person: User) -> QuietPeriod:
    return actions.add_quiet_period(
        person=person, first_day=date(2028, 1, 3), last_day=date(2028, 1, 5), words="boards"
    )


# ------------------------------------------------------------------------------------------------ which kinds
def test_a_kind_is_switched_off_and_on_again(as_gustavo: Client, gustavo: User) -> None:
    owe(gustavo)
    assert "Files that wait: <strong>on</strong>" in shown(as_gustavo)
    assert as_gustavo.post(f"{PAGE}kinds/test.waiting/", {"wanted": "no"}).url == PAGE
    assert SwitchedOff.objects.get().person == gustavo
    assert "Files that wait: <strong>off</strong>" in shown(as_gustavo)
    as_gustavo.post(f"{PAGE}kinds/test.waiting/", {"wanted": "yes"})
    assert not SwitchedOff.objects.exists()
    assert list(Entry.objects.filter(actor=gustavo).values_list("verb", flat=True)) == [
        "kind of message switched on",
        "kind of message switched off",
    ]


def test_a_kind_that_cannot_be_switched_off_has_no_button(as_gustavo: Client, gustavo: User) -> None:
    owe(gustavo, kind="test.now")
    assert "Answers from staff: <strong>on</strong>" in shown(as_gustavo)
    assert f'action="{PAGE}kinds/test.now/"' not in shown(as_gustavo)
    answer = as_gustavo.post(f"{PAGE}kinds/test.now/", {"wanted": "no"}, follow=True)
    assert "This kind of message cannot be switched off." in answer.content.decode()
    assert not SwitchedOff.objects.exists()


@pytest.mark.parametrize(("kind", "wanted"), [("gone.kind", "no"), ("gone.kind", "yes"), ("test.waiting", "perhaps")])
def test_a_choice_that_does_not_exist(as_gustavo: Client, kind: str, wanted: str) -> None:
    assert as_gustavo.post(f"{PAGE}kinds/{kind}/", {"wanted": wanted}).status_code == 404
    assert as_gustavo.post(f"{PAGE}kinds/test.waiting/").status_code == 404
    assert not SwitchedOff.objects.exists()


def test_staff_s_own_kinds_are_no_choice_for_a_member(as_gustavo: Client) -> None:
    assert "Figures of the portal" not in shown(as_gustavo)


# ------------------------------------------------------------------------------------------------ quiet periods
def test_a_quiet_period_puts_off_what_is_owed(as_gustavo: Client, gustavo: User) -> None:
    notice = owe(gustavo)
    answer = as_gustavo.post(PAGE, PERIOD, follow=True)
    assert "Your quiet period is saved." in answer.content.decode()
    notice.refresh_from_db()
    assert (notice.state, notice.send_after) == (State.OWED, MORNING + timedelta(days=14))
    assert "nights: " in shown(as_gustavo)


def test_a_removed_quiet_period_puts_off_nothing(as_gustavo: Client, gustavo: User) -> None:
    as_gustavo.post(PAGE, PERIOD)
    notice = owe(gustavo)
    answer = as_gustavo.post(f"{PAGE}quiet/{QuietPeriod.objects.get().pk}/remove/", follow=True)
    assert "The quiet period is removed." in answer.content.decode()
    notice.refresh_from_db()
    assert notice.send_after == MORNING


@pytest.mark.parametrize(
    ("changed", "field", "sentence"),
    [
        ({"last_day": "2026-11-30"}, "last_day", "The last day is before the first day."),
        ({"last_day": "2028-12-01"}, "last_day", "A quiet period can last a year at most."),
        ({"last_day": ""}, "last_day", "Choose a day."),
        ({"first_day": "2027-02-29"}, "first_day", "Write a day that exists, like 2027-01-31."),
        ({"words": "x" * 81}, "words", "Ensure this value has at most 80 characters (it has 81)."),
    ],
)
def test_a_mistake_is_said_next_to_its_field_and_what_was_typed_stays(
    as_gustavo: Client, changed: dict[str, str], field: str, sentence: str
) -> None:
    typed = PERIOD | changed
    answer = as_gustavo.post(PAGE, typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert answer.context["form"].errors == {field: [sentence]}
    assert f'<a href="#id_{field}">' in page
    assert "<title>Error: " in page
    assert all(f'value="{value}"' in page for value in typed.values() if value)
    assert not QuietPeriod.objects.exists()


def test_an_empty_form_is_a_mistake_too(as_gustavo: Client) -> None:
    assert as_gustavo.post(PAGE).status_code == 422


def test_a_stranger_s_quiet_period_is_not_there(as_gustavo: Client, farida: User) -> None:
    period = add_period(farida)
    assert "boards" not in shown(as_gustavo)
    assert as_gustavo.post(f"{PAGE}quiet/{period.pk}/remove/").status_code == 404
    assert QuietPeriod.objects.exists()


# ------------------------------------------------------------------------------------------------ a bad address
def test_a_bad_address_is_told_and_cleared(as_gustavo: Client, gustavo: User) -> None:
    notice = owe(gustavo)
    assert "came back on" not in shown(as_gustavo)
    actions.mark_bad_address(address=gustavo.email, problem="550 no such user")
    page = shown(as_gustavo)
    assert "Mail to gustavo@member.example came back on" in page
    assert "Files that wait: held until your address works" in page
    assert "550" not in page
    answer = as_gustavo.post(f"{PAGE}address-works/", follow=True)
    assert "What was held back for you goes out again." in answer.content.decode()
    assert "came back on" not in shown(as_gustavo)
    notice.refresh_from_db()
    assert notice.state == State.OWED


def test_one_person_clears_no_other_address(as_gustavo: Client, farida: User) -> None:
    actions.mark_bad_address(address=farida.email, problem="550 no such user")
    as_gustavo.post(f"{PAGE}address-works/")
    assert "came back on" in shown(signed_in(farida))


def test_what_somebody_typed_is_text_and_no_markup(as_gustavo: Client, gustavo: User) -> None:
    as_gustavo.post(PAGE, PERIOD | {"words": "<script>alert(1)</script>"})
    assert "<script>alert(1)" not in shown(as_gustavo)
