"""How the tests of the desk look at it."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.test import Client
from django.utils import timezone

from mentoring.models import Concern, Mentee, Mentor, Pair, PairStatus, Pulse
from tests.mentoring.people_rows import TODAY

MENTORS, MENTEES, PAIRS, CONCERNS = (f"/admin/mentoring/{name}/" for name in ("mentor", "mentee", "pair", "concern"))
REASON = {"reason": "The mentee asked us by telephone to look."}


def at(row: Any, door: str = "change") -> str:
    return f"/admin/mentoring/{row._meta.model_name}/{row.pk}/{door}/"


def listed(client: Client, address: str, **query: str) -> list[int]:
    return [row.pk for row in client.get(address, query).context["cl"].result_list]


def page(client: Client, address: str, **query: str) -> str:
    answer = client.get(address, query)
    assert answer.status_code == 200, answer
    return answer.content.decode()


def opened(client: Client, row: Any) -> str:
    assert client.post(at(row, "open"), REASON).url == at(row)
    return page(client, at(row))


def a_pair(mentor: Mentor, mentee: Mentee, *, days: int = 0, **own: Any) -> Pair:
    """Proposed, or under way, since so many days."""
    since = TODAY - timedelta(days=days)
    asked = {"proposed_at": timezone.now() - timedelta(days=days), "answer_by": since + timedelta(days=7)}
    if own.get("status") == PairStatus.ACTIVE:
        own = {"place": mentor.places.first(), "started_on": since, "ends_on": since + timedelta(days=365)} | own
    return Pair.objects.create(mentor=mentor, mentee=mentee, **asked | own)


def a_pulse(pair: Pair, **own: Any) -> Pulse:
    usual = {"person": pair.mentee.person, "due_on": TODAY, "of_use": 4, "respected": 5, "answered_at": timezone.now()}
    return Pulse.objects.create(pair=pair, **usual | own)


def a_concern(pair: Pair | None = None, **own: Any) -> Concern:
    reporter = pair.mentee.person if pair else None
    usual = {"reporter": reporter, "words": "He asked me for money.", "answer_by": TODAY, "form_token": uuid4()}
    return Concern.objects.create(pair=pair, **usual | own)
