"""From the first answer to the last day, as actions."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from audit.models import Entry
from mentoring import enrolment_actions as actions
from mentoring.models import Enrolment, GroundRules, Mentee, Mentor, Pair, PairStatus
from mentoring.pair_actions import accept, propose
from mentoring.refusals import MentoringRefused, StaleForm
from mentoring.rules_text import rules_in_force
from notices.models import Notice, State
from tests.mentoring.conftest import MENTEE, MENTOR, TODAY, applied, approved, written

pytestmark = pytest.mark.django_db
CHECKS = {"license_checked_on": TODAY, "membership_checked_on": TODAY, "check_note": "State register"}


def owed(person: User, kind: str) -> list[date]:
    notices = Notice.objects.filter(person=person, kind=f"mentoring.{kind}").exclude(state=State.WITHDRAWN)
    return list(notices.order_by("due_on").values_list("due_on", flat=True))


def new_rules() -> GroundRules:
    return GroundRules.objects.create(number=99, words="Be kind.", in_force_from=timezone.now())


# ------------------------------------------------------------------------------------------------ writing
def test_to_begin_twice_is_one_enrollment_and_a_person_may_be_on_both_sides(today: date, mohan: User) -> None:
    first = actions.begin(person=mohan, side="mentor")
    assert actions.begin(person=mohan, side="mentor") == first
    assert actions.begin(person=mohan, side="mentee").person == mohan
    assert (Mentor.objects.count(), Mentee.objects.count()) == (1, 1)


def test_a_part_is_kept_and_the_audit_holds_no_answer(today: date, mohan: User) -> None:
    mentor = written(mohan, "mentor")
    mentor.refresh_from_db()
    assert mentor.hurdles == MENTOR["hurdles"]
    entry = Entry.objects.about(mentor).get(verb="enrollment written")
    assert "about" in entry.data["fields"]
    assert MENTOR["about"] not in str(entry.data)
    assert mohan.full_name not in entry.subject


def test_a_part_that_was_changed_meanwhile_is_refused_and_nothing_is_lost(today: date, mohan: User) -> None:
    mentor = written(mohan, "mentor")
    actions.save_part(enrolled=mentor, by=mohan, version=mentor.version, about="Newer words.")
    with pytest.raises(StaleForm):
        actions.save_part(enrolled=mentor, by=mohan, version=mentor.version, about="Older words.")
    mentor.refresh_from_db()
    assert mentor.about == "Newer words."


@pytest.mark.parametrize(
    ("side", "field", "value"),
    [
        ("mentor", "specialties", ["astrology"]),
        ("mentor", "languages", "en"),
        ("mentor", "hurdles", {"match": 2027}),
        ("mentor", "hurdles", {"moon": 2020}),
        ("mentor", "hurdles", {"match": True}),
        ("mentor", "graduation_year", 2027),
        ("mentor", "graduation_year", 12),
        ("mentor", "capacity", 10),
        ("mentor", "region", "atlantis"),
        ("mentor", "about", "x" * 1001),
        ("mentor", "free_hours", [[7, "08:00", "12:00"]]),
        ("mentor", "free_hours", [[0, "8 am", "12:00"]]),
        ("mentor", "free_hours", [["Monday", "08:00"]]),
        ("mentee", "match_year", 2099),
        ("mentee", "next_hurdle", "moon"),
        ("mentee", "needs_language", ["xx"]),
        ("mentee", "further_hurdles", {"match": 2020}),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(today: date, mohan: User, side: str, field: str, value: Any) -> None:
    enrolled = written(mohan, side)
    with pytest.raises(MentoringRefused) as refusal:
        actions.save_part(enrolled=enrolled, by=mohan, version=enrolled.version, **{field: value})
    assert refusal.value.field == field
    before = getattr(enrolled, field)
    enrolled.refresh_from_db()
    assert getattr(enrolled, field) == before


@pytest.mark.parametrize("field", ["status", "waiting_since", "license_checked_on", "rules", "unanswered"])
def test_nobody_writes_what_only_the_society_decides(today: date, mei: User, mohan: User, field: str) -> None:
    for person, side in ((mei, "mentee"), (mohan, "mentor")):
        enrolled = written(person, side)
        with pytest.raises(MentoringRefused):
            actions.save_part(enrolled=enrolled, by=person, version=enrolled.version, **{field: "approved"})


def test_nobody_writes_for_somebody_else(mentor: Mentor, mei: User) -> None:
    with pytest.raises(MentoringRefused):
        actions.save_part(enrolled=mentor, by=mei, version=mentor.version, about="Not mine.")
    with pytest.raises(MentoringRefused):
        actions.renew(enrolled=mentor, by=mei)


# ------------------------------------------------------------------------------------------------ sending
def test_it_is_sent_once_with_the_rules_that_are_in_force(today: date, mei: User) -> None:
    mentee = applied(mei, "mentee")
    again = actions.apply(enrolled=mentee, by=mei, rules=rules_in_force(), version=1)
    assert again.status == Enrolment.APPLIED
    assert again.rules == rules_in_force()
    assert again.rules_accepted_at == again.applied_at == timezone.now()
    assert Entry.objects.about(mentee).filter(verb="enrollment sent").count() == 1


def test_what_is_not_complete_is_not_sent_and_says_where(today: date, mei: User) -> None:
    mentee = actions.begin(person=mei, side="mentee")
    answers = {name: value for name, value in MENTEE.items() if name != "goals"}
    mentee = actions.save_part(enrolled=mentee, by=mei, version=mentee.version, **answers)
    with pytest.raises(MentoringRefused, match="What you want to reach"):
        actions.apply(enrolled=mentee, by=mei, rules=rules_in_force(), version=mentee.version)


def test_rules_that_are_no_longer_in_force_are_not_accepted(today: date, mei: User) -> None:
    mentee, old = written(mei, "mentee"), rules_in_force()
    new_rules()
    with pytest.raises(MentoringRefused, match="have changed") as refusal:
        actions.apply(enrolled=mentee, by=mei, rules=old, version=mentee.version)
    assert refusal.value.field == "accepted"


def test_rules_that_come_later_do_not_hold_yet(today: date, db: None) -> None:
    GroundRules.objects.create(number=99, words="Be kind.", in_force_from=timezone.now() + timedelta(days=1))
    assert rules_in_force().number == 1


def test_what_was_sent_stays_complete(today: date, mei: User) -> None:
    mentee = applied(mei, "mentee")
    with pytest.raises(MentoringRefused) as refusal:
        actions.save_part(enrolled=mentee, by=mei, version=mentee.version, goals="")
    assert refusal.value.field == "goals"


# ------------------------------------------------------------------------------------------------ the society decides
def test_an_approved_mentor_has_places_and_is_told(mentor: Mentor, mohan: User, amina: User) -> None:
    assert [place.number for place in mentor.places.all()] == [1, 2, 3]
    assert (mentor.status, mentor.decided_by, mentor.license_checked_on) == (Enrolment.APPROVED, amina, TODAY)
    assert owed(mohan, "approved") == [TODAY]
    assert owed(mohan, "renewal") == [mentor.renew_on] == [TODAY + timedelta(days=365)]


def test_an_approved_mentee_waits_from_that_day(mentee: Mentee, mei: User) -> None:
    assert mentee.waiting_since == TODAY
    assert owed(mei, "approved") == [TODAY]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("license_checked_on", None),
        ("membership_checked_on", None),
        ("license_checked_on", TODAY + timedelta(days=1)),
        ("check_note", " "),
    ],
)
def test_a_mentor_is_approved_only_after_the_look_ups(
    today: date, mohan: User, amina: User, field: str, value: object
) -> None:
    mentor = applied(mohan, "mentor")
    with pytest.raises(MentoringRefused) as refusal:
        actions.approve(enrolled=mentor, by=amina, **{**CHECKS, field: value})
    assert refusal.value.field == field
    mentor.refresh_from_db()
    assert mentor.status == Enrolment.APPLIED


def test_nobody_approves_themself(today: date, amina: User) -> None:
    mentor = applied(amina, "mentor")
    with pytest.raises(MentoringRefused, match="Ask a colleague"):
        actions.approve(enrolled=mentor, by=amina, **CHECKS)


def test_what_was_not_sent_is_not_approved(today: date, mei: User, amina: User) -> None:
    with pytest.raises(MentoringRefused, match="being written"):
        actions.approve(enrolled=written(mei, "mentee"), by=amina)


def test_a_refusal_has_a_reason_and_a_letter_and_one_may_begin_again(today: date, mei: User, amina: User) -> None:
    mentee = applied(mei, "mentee")
    with pytest.raises(MentoringRefused) as refusal:
        actions.refuse(enrolled=mentee, by=amina, reason=" no ")
    assert refusal.value.field == "reason"
    mentee = actions.refuse(enrolled=mentee, by=amina, reason="We take residents of New York State only.")
    assert owed(mei, "refused") == [TODAY]
    with pytest.raises(MentoringRefused):
        actions.save_part(enrolled=mentee, by=mei, version=mentee.version, goals="Other goals.")
    again = actions.begin(person=mei, side="mentee")
    assert (again.status, again.goals, again.refusal_reason) == (Enrolment.DRAFT, MENTEE["goals"], "")


def test_the_database_approves_nobody_without_rules(today: date, mei: User) -> None:
    mentee = written(mei, "mentee")
    with pytest.raises(IntegrityError), transaction.atomic():
        Mentee.objects.filter(pk=mentee.pk).update(status=Enrolment.APPROVED, decided_at=timezone.now())


# ------------------------------------------------------------------------------------------------ pause, renew, leave
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
