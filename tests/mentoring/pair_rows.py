"""Pairs as the actions make them."""

from datetime import UTC, datetime
from typing import Any

from accounts.models import User
from mentoring import pair_actions
from mentoring.models import Mentee, Mentor, Pair
from notices.models import Notice, State

from .people_rows import a_mentee, a_mentor

# Noon in New York on Tuesday, 1 December 2026.
TUESDAY = datetime(2026, 12, 1, 17, tzinfo=UTC)


def staff() -> User:
    found = User.objects.filter(email="amina@mssny.example").first()
    return found or User.objects.create_superuser("amina@mssny.example", "x", full_name="Amina Rahman")


def a_proposal(mentor: Mentor | None = None, mentee: Mentee | None = None, **more: Any) -> Pair:
    pair = (mentor or a_mentor(), mentee or a_mentee())
    return pair_actions.propose(mentor=pair[0], mentee=pair[1], by=staff(), **more)


def a_pair(mentor: Mentor | None = None, mentee: Mentee | None = None, **more: Any) -> Pair:
    pair = a_proposal(mentor, mentee, **more)
    return pair_actions.accept(pair=pair, by=pair.mentor.person)


def owed(kind: str, **more: Any) -> list[tuple[str, str]]:
    """To whom and for which day, as it still is to be said."""
    found = Notice.objects.filter(kind=kind, state=State.OWED, **more).order_by("due_on", "person__full_name")
    return [(notice.person.full_name, notice.due_on.isoformat()) for notice in found]
