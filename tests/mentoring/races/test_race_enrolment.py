"""Enrolling, leaving and fewer places, at the same moment as somebody else acts on the same rows."""

import pytest

from accounts.models import User
from audit.models import Entry
from mentoring import enrolment_actions as actions
from mentoring.models import Enrolment, Mentee, Mentor, Pair, PairStatus
from mentoring.pair_actions import accept
from notices.models import Notice
from tests.conftest import load_everything
from tests.mentoring.conftest import written
from tests.mentoring.people_rows import a_mentee, a_mentor
from tests.mentoring.races.test_race import at_once, broken, proposals

pytestmark = pytest.mark.django_db(transaction=True)
PLACES = 3


@pytest.fixture(autouse=True)
def everything() -> None:
    load_everything()


def test_a_form_that_begins_eight_times_makes_one_enrollment(mei: User) -> None:
    answers = at_once([lambda: actions.begin(person=mei, side="mentee")] * 8)
    assert broken(answers) == []
    assert Mentee.objects.count() == Entry.objects.filter(verb="enrollment begun").count() == 1


def test_two_tabs_that_save_at_once_do_not_write_over_each_other(mei: User) -> None:
    mentee = written(mei, "mentee")
    goals = [f"Goals of tab {number}." for number in range(6)]
    saves = [
        lambda words=words: actions.save_part(enrolled=mentee, by=mei, version=mentee.version, goals=words)
        for words in goals
    ]
    answers = at_once(saves)
    kept = [one for one in answers if isinstance(one, Mentee)]
    assert (broken(answers), len(kept)) == ([], 1)
    assert Mentee.objects.get().goals == kept[0].goals


def test_a_decision_that_two_of_staff_take_at_once_is_told_once(mei: User, amina: User, boris: User) -> None:
    mentee = written(mei, "mentee")
    Mentee.objects.filter(pk=mentee.pk).update(status=Enrolment.APPLIED)
    Mentee.objects.filter(pk=mentee.pk).update(rules=actions.rules_in_force(), rules_accepted_at=mei.date_joined)
    staff = [amina, boris] * 3
    answers = at_once([lambda by=by: actions.approve(enrolled=mentee, by=by) for by in staff])
    assert broken(answers) == []
    assert Notice.objects.filter(kind="mentoring.approved").count() == 1


def test_fewer_places_while_three_say_yes_leave_no_pair_without_a_place_and_nobody_waiting() -> None:
    pairs = proposals(PLACES)
    mentor = pairs[0].mentor
    by = User.objects.get(pk=mentor.person_id)
    acts = [lambda pair=pair: accept(pair=pair, by=by) for pair in pairs]
    answers = at_once([*acts, lambda: actions.set_capacity(mentor=mentor, by=by, capacity=1, keep="all")])
    assert broken(answers) == []
    active = Pair.objects.active().count()
    assert Mentor.objects.get().capacity == 1
    assert mentor.places.count() == max(1, active)
    assert Pair.objects.filter(status=PairStatus.PROPOSED).count() <= max(0, 1 - active)


def test_a_mentee_who_leaves_while_three_mentors_answer_leaves_nothing_open() -> None:
    mentee = a_mentee()
    mentors = [a_mentor(f"Mentor {number}") for number in range(3)]
    pairs = [_asked(mentor, mentee) for mentor in mentors]
    acts = [lambda pair=pair: accept(pair=pair, by=User.objects.get(pk=pair.mentor.person_id)) for pair in pairs]
    answers = at_once([*acts, lambda: actions.leave(enrolled=mentee, by=mentee.person)])
    assert broken(answers) == []
    assert Mentee.objects.get(pk=mentee.pk).status == Enrolment.LEFT
    assert not Pair.objects.opened().exists()


def _asked(mentor: Mentor, mentee: Mentee) -> Pair:
    day = mentee.decided_at.date().replace(year=mentee.decided_at.year + 1)
    return Pair.objects.create(mentor=mentor, mentee=mentee, proposed_at=mentee.decided_at, answer_by=day)
