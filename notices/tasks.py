from itertools import islice

from celery import shared_task
from django.utils import timezone

from . import actions, engine

# Redis hands out the lowest number first: a morning's thousand digests delay neither the heartbeat nor an urgent mail.
BULK = 6


@shared_task
def beat() -> None:
    """Every minute: proof that the scheduler and a worker are alive."""
    actions.beat()


@shared_task
def send_due() -> None:
    """Every few minutes: hand the people who are owed something to workers, a batch each."""
    actions.release()
    people = iter(engine.people_due(timezone.now()))
    while batch := list(islice(people, engine.BATCH)):
        send_to.delay(batch)
    send_waiting.delay()


@shared_task(priority=BULK)
def send_to(person_ids: list[int]) -> None:
    engine.send_to(person_ids)


@shared_task(priority=BULK)
def send_waiting() -> None:
    engine.send_waiting()


@shared_task
def send_at_once(notice_id: int) -> None:
    engine.send_at_once(notice_id)
