import pytest
from django.db import transaction

from pagecache import models
from pagecache.models import ASK_AGAIN_AFTER, Generation, GenerationClock, bump

pytestmark = pytest.mark.django_db


class Time:
    """Stands for the module `time` in the clock: passes when told."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    time = Time()
    monkeypatch.setattr(models, "time", time)
    return time


def test_the_first_change_on_an_empty_database_counts() -> None:
    Generation.objects.all().delete()
    clock = GenerationClock()
    assert clock.now() == 0
    bump()
    clock.forget()
    assert clock.now() > 0
    before = Generation.objects.get().number
    bump()
    assert Generation.objects.get().number == before + 1


def test_what_is_rolled_back_was_no_change() -> None:
    before = Generation.objects.get().number
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        bump()
        raise ZeroDivisionError
    assert Generation.objects.get().number == before


def test_every_process_knows_of_a_change_within_a_second_and_asks_no_more_often(
    time: Time, django_assert_num_queries: object
) -> None:
    first, second = GenerationClock(), GenerationClock()
    with django_assert_num_queries(1):
        (before,) = {first.now() for _ in range(100)}
    time.now += ASK_AGAIN_AFTER * 0.9
    assert second.now() == before
    bump()
    assert first.now() == second.now() == before  # the database is not asked for every page
    time.now += ASK_AGAIN_AFTER * 0.1
    assert (first.now(), second.now()) == (before + 1, before)
    time.now += ASK_AGAIN_AFTER * 0.9
    assert first.now() == second.now() == before + 1
    assert ASK_AGAIN_AFTER < 1
