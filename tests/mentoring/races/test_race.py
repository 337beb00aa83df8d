"""Many at the same moment: never more pairs than places, one mentor for a mentee, one mentee for a session.

Each race has its control: the same without the lock, and that one goes wrong.
"""

import contextlib
import threading
import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connection
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from facts.loading import load_facts
from mentoring import pair_actions, slot_actions
from mentoring.kinds import PROPOSED
from mentoring.models import Mentee, Mentor, Message, OpenSlot, Pair, PairStatus
from mentoring.pair_actions import accept, end
from mentoring.refusals import MentoringRefused
from mentoring.slot_actions import offer_slot, take_slot
from mentoring.talk_actions import write
from notices.actions import answer, owe, today_of
from notices.models import Answer, Notice
from tests.mentoring.pair_rows import a_pair, a_proposal
from tests.mentoring.people_rows import a_mentee, a_mentor

PLACES, AT_ONCE = 3, 64
FULL = "All 3 of your places are taken. Raise the number of your places first."

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def days() -> None:
    load_facts()


def at_once(acts: list[Callable[[], Any]]) -> list[Any]:
    """Each in a thread with a connection of its own; what it answers, or the exception it ends with."""
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        connection.ensure_connection()
        start.wait(timeout=60)
        try:
            return act()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def refusals(answers: list[Any]) -> Counter[str]:
    return Counter(str(one) for one in answers if isinstance(one, MentoringRefused))


def broken(answers: list[Any]) -> list[Any]:
    return [one for one in answers if isinstance(one, Exception) and not isinstance(one, MentoringRefused)]


@pytest.fixture
def no_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **options: rows)


@pytest.fixture
def all_read_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody writes before others have read: the worst moment. Where a lock keeps them waiting, the first goes on."""
    together, real = threading.Barrier(8), pair_actions.move

    def slow(*args: Any, **more: Any) -> None:
        with contextlib.suppress(threading.BrokenBarrierError):
            together.wait(timeout=0.5)
        real(*args, **more)

    monkeypatch.setattr(pair_actions, "move", slow)


# ------------------------------------------------------------------------------------------------ places
def proposals(number: int) -> list[Pair]:
    """More than there are places: as if each had been proposed before the mentor lowered them."""
    mentor, now = a_mentor(capacity=PLACES), timezone.now()
    day = today_of(mentor.person) + timedelta(days=7)
    mentees = [a_mentee(f"Mentee {n}") for n in range(number)]
    rows = [Pair(mentor=mentor, mentee=mentee, proposed_at=now, answer_by=day) for mentee in mentees]
    return Pair.objects.bulk_create(rows)


def accept_all(pairs: list[Pair]) -> list[Any]:
    by = User.objects.get(pk=pairs[0].mentor.person_id)
    return at_once([lambda pair=pair: accept(pair=pair, by=by) for pair in pairs])


def test_sixty_four_acceptances_for_three_places_are_exactly_three() -> None:
    answers = accept_all(proposals(AT_ONCE))
    assert broken(answers) == []
    assert refusals(answers) == {FULL: AT_ONCE - PLACES}
    active = Pair.objects.active()
    assert sorted(active.values_list("place__number", flat=True)) == [1, 2, 3]
    assert Pair.objects.filter(status=PairStatus.PROPOSED).count() == AT_ONCE - PLACES
    assert Notice.objects.filter(kind="mentoring.introduced").count() == 2 * PLACES
    assert Mentee.objects.filter(waiting_since=None).count() == PLACES


def test_with_the_lock_nobody_runs_into_the_database(all_read_first: None) -> None:
    answers = accept_all(proposals(8))
    assert (broken(answers), refusals(answers)) == ([], {FULL: 5})


def test_control_without_the_lock_only_the_database_stands_between(no_locks: None, all_read_first: None) -> None:
    answers = accept_all(proposals(8))
    assert any(isinstance(one, IntegrityError) for one in broken(answers))
    assert Pair.objects.active().count() <= PLACES


def test_control_without_lock_and_constraint_there_are_more_pairs_than_places(
    no_locks: None, all_read_first: None
) -> None:
    """What the two together prevent."""
    constraint = next(one for one in Pair._meta.constraints if one.name == "mentoring_pair_place_given_once")
    with connection.schema_editor() as editor:
        editor.remove_constraint(Pair, constraint)
    try:
        accept_all(proposals(8))
        assert Pair.objects.active().count() > PLACES
    finally:
        Notice.objects.all().delete()
        Pair.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(Pair, constraint)


# ------------------------------------------------------------------------------------------------ one mentee
def two_mentors_of_one() -> list[Pair]:
    mentee, now = a_mentee(), timezone.now()
    day = today_of(mentee.person) + timedelta(days=7)
    mentors = [a_mentor(f"Mentor {n}") for n in range(8)]
    rows = [Pair(mentor=mentor, mentee=mentee, proposed_at=now, answer_by=day) for mentor in mentors]
    return Pair.objects.bulk_create(rows)


def accept_each(pairs: list[Pair]) -> list[Any]:
    return at_once([lambda pair=pair: accept(pair=pair, by=pair.mentor.person) for pair in pairs])


def test_of_eight_mentors_who_say_yes_to_one_mentee_one_becomes_the_mentor() -> None:
    answers = accept_each(two_mentors_of_one())
    assert broken(answers) == []
    assert refusals(answers) == {"This mentee has found a mentor meanwhile. Thank you all the same.": 7}
    assert Pair.objects.active().count() == 1


def test_control_without_the_lock_the_database_refuses_the_second_mentor(no_locks: None, all_read_first: None) -> None:
    answers = accept_each(two_mentors_of_one())
    assert any(isinstance(one, IntegrityError) for one in broken(answers))
    assert Pair.objects.active().count() == 1


# ------------------------------------------------------------------------------------------------ others
def take_at_once(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Each reads that the session is free before anybody writes, unless a lock keeps them waiting."""
    together, real = threading.Barrier(8), slot_actions._refuse_gone

    def slow(slot: OpenSlot, by: User) -> None:
        real(slot, by)
        with contextlib.suppress(threading.BrokenBarrierError):
            together.wait(timeout=0.5)

    monkeypatch.setattr(slot_actions, "_refuse_gone", slow)
    mentor = a_mentor()
    starts_at = timezone.now() + timedelta(days=3)
    slot = offer_slot(mentor=mentor, by=mentor.person, starts_at=starts_at, minutes=45)
    people = [a_mentee(f"Mentee {n}").person for n in range(8)]
    return at_once([lambda person=person: take_slot(slot=slot, by=person) for person in people])


def test_one_of_eight_gets_the_session(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = take_at_once(monkeypatch)
    assert (broken(answers), refusals(answers).total()) == ([], 7)


def test_control_without_the_lock_several_are_told_that_they_have_it(
    monkeypatch: pytest.MonkeyPatch, no_locks: None
) -> None:
    answers = take_at_once(monkeypatch)
    assert sum(isinstance(one, OpenSlot) for one in answers) > 1


def test_a_form_that_is_sent_eight_times_at_once_is_one_message() -> None:
    pair, token = a_pair(), uuid.uuid4()
    by = pair.mentee.person
    answers = at_once([lambda: write(pair=pair, by=by, words="Hello.", form_token=token)] * 8)
    assert broken(answers) == []
    assert Message.objects.count() == 1


def test_control_without_the_lock_a_form_sent_twice_runs_into_the_database(
    no_locks: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    together, real = threading.Barrier(8), Message.save

    def slow(message: Message, *args: Any, **more: Any) -> None:
        with contextlib.suppress(threading.BrokenBarrierError):
            together.wait(timeout=0.5)
        real(message, *args, **more)

    monkeypatch.setattr(Message, "save", slow)
    pair, token = a_pair(), uuid.uuid4()
    by = pair.mentee.person
    answers = at_once([lambda: write(pair=pair, by=by, words="Hello.", form_token=token)] * 8)
    assert any(isinstance(one, IntegrityError) for one in broken(answers))


def test_a_yes_from_the_mail_and_one_on_the_page_do_not_wait_for_each_other_in_a_ring() -> None:
    for round_number in range(8):
        pair = a_proposal(a_mentor(f"Mentor {round_number}"), a_mentee(f"Mentee {round_number}"))
        notice = Notice.objects.get(kind=PROPOSED, about=f"mentoring.pair:{pair.pk}")
        by = pair.mentor.person
        answers = at_once(
            [
                lambda notice=notice: answer(notice=notice, answer=Answer.YES),
                lambda pair=pair, by=by: accept(pair=pair, by=by),
            ]
        )
        assert [one for one in answers if isinstance(one, OperationalError)] == []
        pair.refresh_from_db()
        assert pair.status == PairStatus.ACTIVE


def test_a_pair_that_both_end_at_once_ends_once() -> None:
    pair = a_pair()
    people = (pair.mentor.person, pair.mentee.person)
    answers = at_once([lambda by=by: end(pair=pair, by=by) for by in people * 4])
    assert broken(answers) == []
    assert Notice.objects.filter(kind="mentoring.ended").count() == 2
    assert Mentor.objects.get().places.count() == 1
    assert owe(kind="mentoring.ended", person=people[0], about=pair, due_on=today_of(people[0])).pk
