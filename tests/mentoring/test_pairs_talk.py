"""Messages between the two, and concerns in confidence."""

import uuid
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import time_machine

from accounts.models import Role, User
from audit.models import Entry
from mentoring.kinds import CONCERN_ANSWERED, CONCERN_DUE, CONCERN_RECEIVED, NEW_MESSAGE
from mentoring.models import Concern, ConcernStatus, Message, Pair
from mentoring.pair_actions import end
from mentoring.refusals import MentoringRefused, StaleForm
from mentoring.talk_actions import close_concern, mark_read, raise_concern, take_concern, write
from notices import engine
from notices.models import Notice

from .pair_rows import TUESDAY, a_pair, owed, staff
from .people_rows import a_mentee, a_mentor

pytestmark = pytest.mark.django_db
TOKEN = uuid.UUID("6f1c1a0e-0d5c-4c8e-9a8e-6f3f0a6d0001")


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(TUESDAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def pair() -> Pair:
    return a_pair()


def say(pair: Pair, words: str = "Could we talk about my rank list?") -> Message:
    return write(pair=pair, by=pair.mentee.person, words=words, form_token=uuid.uuid4())


# ------------------------------------------------------------------------------------------------ messages
def test_a_message_is_announced_without_its_text(pair: Pair) -> None:
    message = say(pair, "  Could we talk? ")
    assert (message.words, message.read_at) == ("Could we talk?", None)
    assert owed(NEW_MESSAGE) == [("Amir Khan", "2026-12-01")]
    assert "talk?" not in str(list(Entry.objects.values_list("data", "subject")))


def test_several_messages_of_a_day_are_announced_once(pair: Pair) -> None:
    for _ in range(3):
        say(pair)
    assert len(owed(NEW_MESSAGE)) == 1


def test_what_comes_after_todays_mail_is_announced_tomorrow(pair: Pair) -> None:
    say(pair)
    engine.send_to([pair.mentor.person_id])
    assert owed(NEW_MESSAGE) == []
    say(pair)
    assert owed(NEW_MESSAGE) == [("Amir Khan", "2026-12-02")]


def test_what_was_read_is_not_announced(pair: Pair) -> None:
    say(pair)
    assert mark_read(pair=pair, by=pair.mentee.person) == 0  # one's own
    assert [mark_read(pair=pair, by=pair.mentor.person) for _ in range(2)] == [1, 0]
    assert owed(NEW_MESSAGE) == []
    assert Message.objects.get().read_at == TUESDAY
    say(pair)
    assert owed(NEW_MESSAGE) == [("Amir Khan", "2026-12-01")]


def test_the_same_form_sent_twice_is_one_message(pair: Pair) -> None:
    first, second = (write(pair=pair, by=pair.mentee.person, words="Hello.", form_token=TOKEN) for _ in range(2))
    assert first == second
    with pytest.raises(StaleForm):
        write(pair=pair, by=pair.mentor.person, words="Hello.", form_token=TOKEN)


@pytest.mark.parametrize("words", ["", " \n ", "x" * 4001])
def test_an_empty_or_endless_message_is_refused(pair: Pair, words: str) -> None:
    with pytest.raises(MentoringRefused) as refused:
        say(pair, words)
    assert refused.value.field == "words"


def test_a_stranger_neither_writes_nor_reads(pair: Pair, dolores: User) -> None:
    with pytest.raises(MentoringRefused, match="not yours"):
        write(pair=pair, by=dolores, words="Hello.", form_token=TOKEN)
    with pytest.raises(MentoringRefused, match="not yours"):
        mark_read(pair=pair, by=staff())


def test_after_the_end_what_was_written_is_still_announced_and_nothing_new_is_written(pair: Pair) -> None:
    say(pair)
    end(pair=pair, by=staff())
    assert owed(NEW_MESSAGE) == [("Amir Khan", "2026-12-01")]
    with pytest.raises(MentoringRefused, match="under way"):
        say(pair)


# ------------------------------------------------------------------------------------------------ concerns
def report(mine: Pair, /, **more: object) -> Concern:
    usual = {"by": mine.mentee.person, "words": "He asks for money.", "may_contact": True, "form_token": TOKEN}
    return raise_concern(**usual | more)


def test_a_concern_goes_to_the_officer_at_once_with_a_clock(pair: Pair) -> None:
    officer = staff()
    message = write(pair=pair, by=pair.mentor.person, words="It costs 200 dollars.", form_token=uuid.uuid4())
    concern = report(pair, message=message)
    assert (concern.pair, concern.words_reported) == (pair, "It costs 200 dollars.")
    assert concern.answer_by == date(2026, 12, 3)
    assert owed(CONCERN_RECEIVED) == [(officer.full_name, "2026-12-01")]
    assert owed(CONCERN_DUE) == [(officer.full_name, "2026-12-03")]
    assert set(Notice.objects.filter(kind__contains="concern").values_list("person", flat=True)) == {officer.pk}


def test_the_audit_does_not_say_who_raised_it(pair: Pair) -> None:
    concern = report(pair)
    entry = Entry.objects.about(concern).get()
    assert (entry.actor, entry.job, entry.data) == (None, "report a concern", {})


def test_an_officer_whom_it_is_about_is_not_told(pair: Pair) -> None:
    officer = pair.mentor.person
    officer.is_staff = True
    officer.save()
    officer.groups.add(Role.objects.get(slug="safeguarding-officer"))
    report(pair, pair=pair)
    told = set(Notice.objects.filter(kind=CONCERN_RECEIVED).values_list("person", flat=True))
    assert told == {staff().pk}, "there is no other officer, so whoever may do everything looks at it"


def test_a_concern_needs_no_pair(dolores: User) -> None:
    concern = raise_concern(by=dolores, words="Somebody sells places.", may_contact=False, form_token=TOKEN)
    assert (concern.pair, concern.message) == (None, None)


def test_a_concern_sent_twice_is_one(pair: Pair) -> None:
    assert report(pair) == report(pair)
    with pytest.raises(StaleForm):
        report(pair, by=pair.mentor.person)


def test_nobody_reports_a_pair_that_is_not_theirs(pair: Pair, dolores: User) -> None:
    other = a_pair(a_mentor("Ines Costa"), a_mentee("Olu Ade"))
    theirs = write(pair=other, by=other.mentee.person, words="Private.", form_token=uuid.uuid4())
    for more in ({"pair": other}, {"message": theirs}, {"pair": pair, "message": theirs}):
        with pytest.raises(MentoringRefused, match="not yours"):
            report(pair, **more)
    assert not Concern.objects.exists()


@pytest.mark.parametrize("words", ["", "x" * 4001])
def test_a_concern_says_something(pair: Pair, words: str) -> None:
    with pytest.raises(MentoringRefused) as refused:
        report(pair, words=words)
    assert refused.value.field == "words"


def test_taken_in_hand_and_closed_with_an_answer(pair: Pair, clock: time_machine.Traveller) -> None:
    officer, concern = staff(), report(pair)
    clock.shift(timedelta(hours=5))
    for _ in range(2):
        concern = take_concern(concern=concern, by=officer)
    assert (concern.status, concern.taken_by, concern.taken_at) == (
        ConcernStatus.IN_HAND, officer, TUESDAY + timedelta(hours=5),
    )  # fmt: skip
    assert owed(CONCERN_RECEIVED) == owed(CONCERN_DUE) == []
    for _ in range(2):
        concern = close_concern(concern=concern, by=officer, outcome=" We spoke to the mentor. ")
    assert (concern.status, concern.outcome) == (ConcernStatus.CLOSED, "We spoke to the mentor.")
    assert owed(CONCERN_ANSWERED) == [("Mei Lin", "2026-12-01")]
    assert take_concern(concern=concern, by=officer).closed_at is None  # opened again
    assert owed(CONCERN_ANSWERED) == []


def test_whoever_asked_not_to_be_contacted_is_not(pair: Pair) -> None:
    close_concern(concern=report(pair, may_contact=False), by=staff(), outcome="Looked into.")
    assert owed(CONCERN_ANSWERED) == []


def test_a_concern_is_not_closed_without_saying_what_was_done(pair: Pair) -> None:
    with pytest.raises(MentoringRefused) as refused:
        close_concern(concern=report(pair), by=staff(), outcome=" ")
    assert refused.value.field == "outcome"


def test_nobody_decides_about_their_own_concern() -> None:
    officer = staff()
    concern = raise_concern(by=officer, words="About a colleague.", may_contact=True, form_token=TOKEN)
    for act in (lambda: take_concern(concern=concern, by=officer),
                lambda: close_concern(concern=concern, by=officer, outcome="Nothing.")):  # fmt: skip
        with pytest.raises(MentoringRefused, match="Somebody else"):
            act()


def test_the_officer_hears_of_it_and_the_coordinator_does_not(pair: Pair, chidi: User) -> None:
    boris = User.objects.create_user("boris@mssny.example", full_name="Boris Petrov", is_staff=True)
    chidi.groups.add(Role.objects.get(slug="safeguarding-officer"))
    boris.groups.add(Role.objects.get(slug="mentoring-coordinator"))
    report(pair)
    assert owed(CONCERN_RECEIVED) == [("Chidi Okafor", "2026-12-01")]
