"""From the first answer to the last day, as actions."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from audit.models import Entry
from mentoring import enrolment_actions as actions
from mentoring.models import Enrolment, GroundRules, Mentee, Mentor
from mentoring.refusals import MentoringRefused, StaleForm
from mentoring.rules_text import rules_in_force
from notices.models import Notice, State
from tests.mentoring.conftest import MENTEE, MENTOR, TODAY, applied, written

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
