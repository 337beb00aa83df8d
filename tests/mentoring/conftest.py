"""Mohan, who helps, and Mei, who looks for help, on one day that never passes."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.models import User
from mentoring import enrolment_actions as actions
from mentoring import pair_actions
from mentoring.enrolment_parts import Enrolled
from mentoring.models import Mentee, Mentor, Pair
from mentoring.rules_text import rules_in_force
from tests.conftest import signed_in

# Noon in New York, a Monday.
NOW = datetime(2026, 11, 23, 17, tzinfo=UTC)
TODAY = NOW.date()
EVENINGS = [[day, "17:00", "23:00"] for day in range(5)]
MENTOR: dict[str, Any] = {
    "training_stage": "attending",
    "specialties": ["internal", "nephrology"],
    "school_country": "India",
    "graduation_year": 2012,
    "region": "western",
    "languages": ["en", "hi"],
    "hurdles": {"match": 2016, "state_30_flex": 2023},
    "visas": ["j1"],
    "help": ["waiver_job", "mock_interview"],
    "formats": ["year", "session"],
    "contact_by": "video",
    "about": "I know how long the waiting feels.",
    "capacity": 3,
    "free_hours": EVENINGS,
    "employer": "Lakeside Hospital",
    "supervisor": "Dr. Ada Stern",
    "is_listed": True,
}
MENTEE: dict[str, Any] = {
    "stage": "resident",
    "school_country": "China",
    "graduation_year": 2020,
    "region": "nyc",
    "languages": ["en", "zh"],
    "next_hurdle": "state_30_flex",
    "help": ["waiver_job"],
    "goals": "I want to find a job that fits the waiver.",
    "formats": ["year"],
    "free_hours": EVENINGS,
}


@pytest.fixture
def today() -> Iterator[date]:
    with time_machine.travel(NOW, tick=False):
        yield TODAY


@pytest.fixture
def mohan(db: None) -> User:
    """A physician in Buffalo who has got past most of it."""
    return User.objects.create_user("mohan@member.example", "x", full_name="Mohan Rao")


@pytest.fixture
def mei(db: None) -> User:
    """A resident in New York City who needs a waiver next."""
    return User.objects.create_user("mei@member.example", "x", full_name="Mei Lin")


def written(person: User, side: str, **changed: Any) -> Enrolled:
    """Every part answered, nothing sent."""
    enrolled = actions.begin(person=person, side=side)
    answers = {**(MENTOR if side == "mentor" else MENTEE), **changed}
    return actions.save_part(enrolled=enrolled, by=person, version=enrolled.version, **answers)


def applied(person: User, side: str, **changed: Any) -> Enrolled:
    enrolled = written(person, side, **changed)
    return actions.apply(enrolled=enrolled, by=person, rules=rules_in_force(), version=enrolled.version)


def approved(person: User, side: str, by: User, **changed: Any) -> Enrolled:
    checks = {"license_checked_on": TODAY, "membership_checked_on": TODAY, "check_note": "State register, member list"}
    return actions.approve(enrolled=applied(person, side, **changed), by=by, **(checks if side == "mentor" else {}))


@pytest.fixture
def mentor(today: date, mohan: User, amina: User) -> Mentor:
    """Approved, listed, three places."""
    return approved(mohan, "mentor", amina)


@pytest.fixture
def mentee(today: date, mei: User, amina: User) -> Mentee:
    """Approved, waiting."""
    return approved(mei, "mentee", amina)


@pytest.fixture
def as_mohan(today: date, mohan: User) -> Client:
    return signed_in(mohan)


@pytest.fixture
def as_mei(today: date, mei: User) -> Client:
    return signed_in(mei)


# ------------------------------------------------------------------------------------------------ the two of them
@pytest.fixture
def proposal(mentor: Mentor, mentee: Mentee, amina: User) -> Pair:
    """Mohan is asked whether he will be Mei's mentor."""
    return pair_actions.propose(mentor=mentor, mentee=mentee, by=amina, reasons=["You both know the waiting."])


@pytest.fixture
def pair(proposal: Pair, mohan: User, mei: User) -> Pair:
    """Mohan has said yes; Mei reads her page in Karachi."""
    User.objects.filter(pk=mei.pk).update(time_zone="Asia/Karachi")
    mei.refresh_from_db()
    return pair_actions.accept(pair=proposal, by=mohan)


@pytest.fixture
def as_stranger(today: date, amina: User) -> Client:
    """Another approved mentor, who has nothing to do with the two."""
    person = User.objects.create_user("eve@member.example", "x", full_name="Eve Stone")
    approved(person, "mentor", amina)
    return signed_in(person)
