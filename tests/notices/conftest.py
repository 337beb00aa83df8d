"""Kinds of notice for the tests, people in several zones, and a mail server that answers as it is told."""

from collections.abc import Iterator

import pytest
from django.conf import settings

from accounts.models import User
from notices import kinds
from notices.kinds import Kind, Words
from notices.models import Notice
from tests.notices.smtp import Sink

# What these show needs a real PostgreSQL and a real Redis: only the run that has both collects them.
collect_ignore = [] if settings.REDIS_URL else ["test_race.py", "test_chaos.py"]

TRUTH: dict[str, bool] = {}
ANSWERS: list[tuple[str, str]] = []
TOLD_STAFF: list[str] = []


def _words(notice: Notice) -> Words:
    if notice.about.startswith("poison"):
        raise RuntimeError("this notice cannot be written")
    return Words("Your file has waited", ("It has waited for a while.",), "Somebody looks at it.", "/my/")


def _answered(name: str):
    return lambda notice, data: ANSWERS.append((name, notice.about))


def _true(notice: Notice) -> bool:
    return TRUTH.get(notice.about, True)


WAITING = Kind(
    name="test.waiting",
    label="Files that wait",
    why="you asked to be reminded of files that wait.",
    still_true=_true,
    words=_words,
    escalation=(30, 60),
    tell_staff=lambda notice: TOLD_STAFF.append(notice.about),
    answers={name: _answered(name) for name in ("done", "waiting", "stuck")},
)
ONCE = Kind(name="test.once", label="News", why="you follow the news.", still_true=_true, words=_words)
NOW = Kind(
    name="test.now",
    label="Answers from staff",
    why="you asked for help.",
    still_true=_true,
    words=_words,
    transactional=True,
    can_be_switched_off=False,
)


@pytest.fixture(autouse=True)
def kinds_for_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy, so that what a test declares is gone after it."""
    monkeypatch.setattr(kinds, "_KINDS", dict(kinds._KINDS))
    for memory in (TRUTH, ANSWERS, TOLD_STAFF):
        memory.clear()
    for kind in (WAITING, ONCE, NOW):
        kinds.declare(kind)


@pytest.fixture
def farida(db: None) -> User:
    """In Karachi."""
    return User.objects.create_user("farida@member.example", full_name="Farida Khan", time_zone="Asia/Karachi")


@pytest.fixture
def gustavo(db: None) -> User:
    """In New York."""
    return User.objects.create_user("gustavo@member.example", full_name="Gustavo Lima")


@pytest.fixture
def sink(settings) -> Iterator[Sink]:
    """A real SMTP server on the loopback; the portal sends there."""
    with Sink() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_TIMEOUT = 1
        yield server
