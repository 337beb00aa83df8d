"""Approved mentors and mentees as rows: any two of them fit unless a test says otherwise."""

from datetime import UTC, date, datetime
from typing import Any

from accounts.models import User
from mentoring.models import Enrolment, Format, GroundRules, Mentee, Mentor, Place

TODAY = date(2026, 11, 23)
NOON = datetime(2026, 11, 23, 17, tzinfo=UTC)  # noon in New York
EVENING = [0, "18:00", "20:00"]


def a_mentor(name: str = "Amir Khan", **own: Any) -> Mentor:
    usual = {"capacity": 1, "hurdles": {"match": 2020}}
    mentor = Mentor.objects.create(**_enrolled(name, usual | own))
    Place.objects.bulk_create([Place(mentor=mentor, number=number + 1) for number in range(mentor.capacity)])
    return mentor


def a_mentee(name: str = "Mei Lin", **own: Any) -> Mentee:
    usual = {"waiting_since": TODAY, "next_hurdle": "match"}
    return Mentee.objects.create(**_enrolled(name, usual | own))


def _enrolled(name: str, own: dict[str, Any]) -> dict[str, Any]:
    address = f"{name.lower().replace(' ', '.')}@member.example"
    person = User.objects.filter(email=address).first() or User.objects.create_user(address, full_name=name)
    rules = GroundRules.objects.order_by("number").last() or GroundRules.objects.create(
        number=1, words="Advice only.", in_force_from=NOON
    )
    accepted = {"rules": rules, "rules_accepted_at": NOON, "status": Enrolment.APPROVED, "decided_at": NOON}
    return {"person": person, **accepted, "free_hours": [EVENING], "formats": [Format.YEAR], **own}
