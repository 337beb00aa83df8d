from celery import shared_task

from . import notices


@shared_task
def owe_notices() -> None:
    """Daily. Nothing is sent here: what is owed goes out on its day."""
    notices.owe_stale_facts()
