# Celery brings no types.
# mypy: disable-error-code="untyped-decorator"
from itertools import islice

from celery import shared_task
from django.utils import timezone

from . import actions, engine


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


@shared_task
def send_to(person_ids: list[int]) -> None:
    engine.send_to(person_ids)


@shared_task
def send_waiting() -> None:
    engine.send_waiting()


@shared_task
def send_at_once(notice_id: int) -> None:
    engine.send_at_once(notice_id)
