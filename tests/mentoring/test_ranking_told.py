"""Whoever may rank in the yearly round is told, sees it on their page, and is left in peace once it is done."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine

from accounts.models import User
from mentoring import round_actions
from mentoring.kinds import RANKING_OPEN
from mentoring.models import Mode, Round
from mentoring.ranking_actions import ranked_by, save_ranking, tell_rankers
from mentoring.turns import YOU, enrolments_of, turns_of
from notices import engine
from notices.models import Mail, Notice, State

from .people_rows import NOON, TODAY, a_mentee, a_mentor
from .round_rows import mentee, mentor

pytestmark = pytest.mark.django_db
ENDS = TODAY + timedelta(days=21)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def ranking(clock: time_machine.Traveller, amina: User) -> Round:
    a_mentor(is_listed=True, hurdles={"match": 2024})
    a_mentee()
    return round_actions.start_round(by=amina, mode=Mode.RANKING, ranking_ends_on=ENDS)


def rank(ranking: Round) -> None:
    one = mentee()
    save_ranking(round=ranking, enrolled=one, by=one.person, others=[mentor()], version="")
    assert ranked_by(ranking, one) == [mentor().pk]


def told() -> list[str]:
    found = Notice.objects.filter(kind=RANKING_OPEN, state=State.OWED)
    return sorted(found.values_list("person__full_name", flat=True))


def test_mentees_are_told_first_and_once(ranking: Round) -> None:
    assert tell_rankers() == 1
    assert tell_rankers() == 1
    assert told() == [mentee().person.full_name]


def test_a_mentor_is_told_once_somebody_ranked_them(ranking: Round) -> None:
    rank(ranking)
    assert tell_rankers() == 1
    assert told() == [mentor().person.full_name]


def test_the_mail_says_until_when_and_names_nobody(ranking: Round, clock: time_machine.Traveller) -> None:
    tell_rankers()
    clock.shift(timedelta(days=1))
    engine.send_to([mentee().person_id])
    text = Mail.objects.get(person=mentee().person).text
    assert "Until the end of 14 December 2026" in text and "/my/mentoring/rank/" in text
    assert mentor().person.full_name not in text


def test_who_has_ranked_is_left_in_peace(ranking: Round, clock: time_machine.Traveller) -> None:
    tell_rankers()
    rank(ranking)
    clock.shift(timedelta(days=1))
    assert engine.send_to([mentee().person_id]) == 0


def test_their_page_says_it_until_it_is_done(ranking: Round) -> None:
    person = mentee().person
    (turn,) = [one for one in turns_of(person, enrolments_of(person)) if "/rank/" in one.url]
    assert (turn.day, turn.waits_for) == (ENDS, YOU)
    rank(ranking)
    assert not [one for one in turns_of(person, enrolments_of(person)) if "/rank/" in one.url]


def test_without_a_ranking_nobody_is_told(clock: time_machine.Traveller) -> None:
    a_mentee()
    assert tell_rankers() == 0
