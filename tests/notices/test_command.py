"""`manage.py notices`: who gets what, and whether the clock still runs."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import User
from notices import actions
from notices.models import Heartbeat


def said(*arguments: str) -> str:
    out = StringIO()
    call_command("notices", *arguments, stdout=out)
    return out.getvalue()


def test_it_shows_who_gets_what_in_the_days_asked_for(gustavo: User) -> None:
    today = timezone.localdate()
    actions.owe(kind="test.waiting", person=gustavo, about="file:soon", due_on=today + timedelta(days=3))
    actions.owe(kind="test.waiting", person=gustavo, about="file:later", due_on=today + timedelta(days=60))
    shown = said("--days", "30")
    assert "gustavo@member.example  test.waiting  file:soon" in shown
    assert "file:later" not in shown
    assert shown.rstrip().endswith("Messages in the next 30 days: 1.")


def test_a_clock_that_was_heard_is_fine(db: None) -> None:
    actions.beat()
    assert said("--check").startswith("The scheduler was heard at ")


@pytest.mark.parametrize("minutes", [None, 16])
def test_a_silent_clock_ends_with_an_error(db: None, minutes: int | None) -> None:
    if minutes:
        Heartbeat.objects.create(name="beat", at=timezone.now() - timedelta(minutes=minutes))
    with pytest.raises(CommandError, match="The scheduler is silent"):
        said("--check")
