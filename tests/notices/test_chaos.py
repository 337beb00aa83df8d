"""Two real workers and two real beats on a real PostgreSQL, Redis and SMTP server, and everything goes wrong.

Only the run on PostgreSQL and Redis collects this file (see conftest.py). Each worker is the command of
docs/operations.md with one process, so that one kill can hit one mail. Looking for what is due every second and a lease
of four seconds stand for five and ten minutes.
"""

import random
import time
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.notices.chaos.stage import Stage, stage

PEOPLE, EACH = 500, 4
KILLS = 10

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def running() -> Iterator[Stage]:
    with stage() as here:
        for _ in range(2):
            here.start_worker()
        for name in ("beat1", "beat2"):
            here.start_beat(name)
        yield here


@pytest.fixture
def portal(running: Stage) -> Stage:
    running.clear()
    return running


def owe(portal: Stage, people: int = PEOPLE, each: int = EACH, *others: str) -> None:
    portal.run("-m", "tests.notices.chaos.fill", str(people), str(each), *others)


def wait_until_all_is_sent(portal: Stage, people: int = PEOPLE) -> None:
    portal.wait(lambda: portal.counts("notices_mail") == {"sent": people}, seconds=90)


def assert_nobody_was_forgotten(portal: Stage, repeats: int, people: int = PEOPLE, each: int = EACH) -> None:
    """Each person got one mail with all that was owed; a repeat has the same Message-ID, and there are few."""
    received = portal.received()
    ids = {(mail["to"], mail["id"]) for mail in received}
    assert len(ids) == len({to for to, _ in ids}) == people
    abouts = Counter(about for mail in {mail["id"]: mail for mail in received}.values() for about in mail["about"])
    assert len(abouts) == people * each
    assert set(abouts.values()) == {1}
    assert len(received) - people <= repeats
    assert portal.counts("notices_notice") == {"in_mail": people * each}


def some_came(portal: Stage, number: int) -> None:
    before = len(portal.received())
    portal.wait(lambda: len(portal.received()) >= min(before + number, PEOPLE))


def test_two_workers_and_two_beats_write_once_to_everybody(portal: Stage) -> None:
    owe(portal)
    wait_until_all_is_sent(portal)
    time.sleep(portal.lease + 2)  # several more runs, and every lease is over
    assert_nobody_was_forgotten(portal, repeats=0)


def test_workers_killed_at_random_moments_lose_nothing(portal: Stage) -> None:
    owe(portal)
    for _ in range(KILLS):
        some_came(portal, 5)
        time.sleep(random.random() / 4)
        portal.kill_worker(random.choice(list(portal.workers)))
        portal.start_worker()
    wait_until_all_is_sent(portal)
    assert_nobody_was_forgotten(portal, repeats=KILLS)


def test_redis_emptied_and_restarted(portal: Stage) -> None:
    owe(portal)
    some_came(portal, 20)
    portal.empty_redis()
    some_came(portal, 50)
    portal.stop("redis")
    time.sleep(1)
    portal.start_redis()
    wait_until_all_is_sent(portal)
    assert_nobody_was_forgotten(portal, repeats=0)


def test_postgresql_restarted(portal: Stage) -> None:
    """Each worker may have sent a mail that it could not mark any more."""
    owe(portal)
    some_came(portal, 50)
    portal.stop("postgres")
    time.sleep(1)
    portal.start_postgres()
    wait_until_all_is_sent(portal)
    assert_nobody_was_forgotten(portal, repeats=2)


def test_the_mail_server_refuses_for_a_while(portal: Stage) -> None:
    """It goes away in the middle: a mail that it took without having said so comes once more."""
    owe(portal)
    some_came(portal, 50)
    portal.stop("smtp")
    time.sleep(portal.lease + 2)
    assert portal.counts("notices_mail")["ready"] > 0
    portal.start_smtp()
    # A mail that was broken off is tried again after five minutes; here it need not be waited for.
    portal.sql("UPDATE notices_mail SET next_try_at = now() WHERE state = 'ready' AND tries > 0")
    wait_until_all_is_sent(portal)
    assert_nobody_was_forgotten(portal, repeats=2)


def test_a_poisoned_notice_and_a_wrong_template_stop_nobody_and_are_seen(portal: Stage) -> None:
    owe(portal, 60, 2, "chaos.poisoned", "chaos.wrong_template")
    wait_until_all_is_sent(portal, 60)
    failed = portal.sql("SELECT kind, count(*), max(problem) FROM notices_notice WHERE state = 'failed' GROUP BY kind")
    assert sorted(failed) == [
        ("chaos.poisoned", 60, "RuntimeError: this notice is poisoned"),
        ("chaos.wrong_template", 60, "TemplateDoesNotExist: emails/there_is_none.txt"),
    ]
    assert portal.counts("notices_notice") == {"in_mail": 120, "failed": 120}
    assert len(portal.received()) == 60
