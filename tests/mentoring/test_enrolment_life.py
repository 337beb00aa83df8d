"""While somebody takes part: pause, renewal, the list, the end."""

from datetime import date, timedelta

import pytest

from accounts.models import User
from mentoring import enrolment_actions as actions
from mentoring.models import Enrolment, GroundRules, Mentee, Mentor, Pair, PairStatus
from mentoring.pair_actions import accept, propose
from mentoring.refusals import MentoringRefused
from tests.mentoring.conftest import TODAY, applied, approved
from tests.mentoring.test_enrolment import new_rules, owed

pytestmark = pytest.mark.django_db


def test_a_pause_keeps_pairs_and_takes_back_what_nobody_answered(
    mentor: Mentor, mentee: Mentee, mohan: User, dolores: User, amina: User
) -> None:
    accept(pair=propose(mentor=mentor, mentee=mentee, by=amina), by=mohan)
    waiting = propose(mentor=mentor, mentee=approved(dolores, "mentee", amina), by=amina)
    back = TODAY + timedelta(days=40)
    mentor = actions.pause(enrolled=mentor, by=mohan, until=back)
    assert mentor.paused_until == back
    assert owed(mohan, "back") == [back]
    assert set(Pair.objects.values_list("status", flat=True)) == {PairStatus.ACTIVE, PairStatus.WITHDRAWN}
    waiting.refresh_from_db()
    assert waiting.mentee.waiting_since == TODAY


def test_a_mentee_on_pause_keeps_their_turn_and_choices(mentor: Mentor, mentee: Mentee, mei: User) -> None:
    actions.choose(mentee=mentee, by=mei, mentors=[mentor])
    mentee = actions.pause(enrolled=mentee, by=mei, until=TODAY + timedelta(days=9))
    assert mentee.waiting_since == TODAY
    assert mentee.choices.count() == 1


def test_a_new_day_replaces_the_old_one_and_coming_back_early_too(mentor: Mentor, mohan: User) -> None:
    for days in (10, 20):
        mentor = actions.pause(enrolled=mentor, by=mohan, until=TODAY + timedelta(days=days))
    assert owed(mohan, "back") == [TODAY + timedelta(days=20)]
    mentor = actions.resume(enrolled=mentor, by=mohan)
    assert mentor.paused_until is None
    assert owed(mohan, "back") == []


@pytest.mark.parametrize("days", [0, -3, 366])
def test_a_pause_ends_after_today_and_within_a_year(mentor: Mentor, mohan: User, days: int) -> None:
    with pytest.raises(MentoringRefused) as refusal:
        actions.pause(enrolled=mentor, by=mohan, until=TODAY + timedelta(days=days))
    assert refusal.value.field == "until"


def test_whoever_is_not_approved_has_nothing_to_pause(today: date, mei: User) -> None:
    with pytest.raises(MentoringRefused):
        actions.pause(enrolled=applied(mei, "mentee"), by=mei, until=TODAY + timedelta(days=5))


def test_a_renewal_moves_the_day_by_a_year_and_asks_for_new_rules(mentor: Mentor, mohan: User) -> None:
    Mentor.objects.filter(pk=mentor.pk).update(renew_on=TODAY + timedelta(days=3))
    mentor = actions.renew(enrolled=mentor, by=mohan)
    assert mentor.renew_on == TODAY + timedelta(days=365)
    rules = new_rules()
    with pytest.raises(MentoringRefused, match="have changed"):
        actions.renew(enrolled=Mentor.objects.get(), by=mohan, rules=GroundRules.objects.get(number=1))
    assert actions.renew(enrolled=mentor, by=mohan, rules=rules).rules == rules
    assert owed(mohan, "renewal") == [TODAY + timedelta(days=365)]


def test_whoever_leaves_leaves_nothing_open(
    mentor: Mentor, mentee: Mentee, mohan: User, mei: User, dolores: User, amina: User
) -> None:
    other = approved(dolores, "mentee", amina)
    actions.choose(mentee=other, by=dolores, mentors=[mentor])
    accept(pair=propose(mentor=mentor, mentee=mentee, by=amina), by=mohan)
    propose(mentor=mentor, mentee=other, by=amina)
    mentor = actions.leave(enrolled=mentor, by=mohan)
    assert (mentor.status, mentor.is_listed) == (Enrolment.LEFT, False)
    assert not mentor.pairs.opened().exists()
    assert not other.choices.exists()
    assert owed(mohan, "renewal") == []
    assert actions.leave(enrolled=mentor, by=mohan).version == mentor.version


def test_a_mentee_who_left_waits_no_more_and_may_come_back(mentor: Mentor, mentee: Mentee, mei: User) -> None:
    propose(mentor=mentor, mentee=mentee, by=mei)
    mentee = actions.leave(enrolled=mentee, by=mei)
    assert mentee.waiting_since is None
    assert actions.begin(person=mei, side="mentee").status == Enrolment.DRAFT


def test_a_mentor_is_on_the_list_or_not(mentor: Mentor, mohan: User) -> None:
    assert actions.set_listed(mentor=mentor, by=mohan, is_listed=False).is_listed is False
    version = Mentor.objects.get().version
    assert actions.set_listed(mentor=mentor, by=mohan, is_listed=False).version == version
