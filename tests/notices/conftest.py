"""A kind of notice for the tests, and people in several zones."""

from collections.abc import Iterator

import pytest

from accounts.models import User
from notices import kinds
from notices.kinds import Kind, Words
from notices.models import Notice

TRUTH: dict[str, bool] = {}
ANSWERS: list[tuple[str, str]] = []


def _words(notice: Notice) -> Words:
    if notice.about.startswith("poison"):
        raise RuntimeError("this notice cannot be written")
    return Words("Your file has waited", ("It has waited for a while.",), "You are asked again in a month.", "/my/")


def _answered(name: str):
    return lambda notice, data: ANSWERS.append((name, notice.about))


@pytest.fixture(autouse=True)
def kinds_for_tests() -> Iterator[None]:
    TRUTH.clear()
    ANSWERS.clear()
    kinds.declare(
        Kind(
            name="test.waiting",
            label="Files that wait",
            why="you asked to be reminded of files that wait.",
            still_true=lambda notice: TRUTH.get(notice.about, True),
            words=_words,
            escalation=(30, 60),
            answers={name: _answered(name) for name in ("done", "waiting", "stuck")},
        )
    )
    kinds.declare(
        Kind(
            name="test.now",
            label="Answers from staff",
            why="you asked for help.",
            still_true=lambda notice: TRUTH.get(notice.about, True),
            words=_words,
            transactional=True,
            can_be_switched_off=False,
        )
    )
    yield
    kinds.forget("test.waiting")
    kinds.forget("test.now")


@pytest.fixture
def farida(db: None) -> User:
    """In Karachi."""
    return User.objects.create_user("farida@member.example", full_name="Farida Khan", time_zone="Asia/Karachi")


@pytest.fixture
def gustavo(db: None) -> User:
    """In New York."""
    return User.objects.create_user("gustavo@member.example", full_name="Gustavo Lima")
