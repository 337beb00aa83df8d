"""What the schedule in mssny_img/celery.py calls, daily. Each may run twice at once."""

from celery import shared_task
from django.utils import timezone

from . import changed_facts, scan, waiting_times


@shared_task
def owe_follow_ups() -> None:
    """Nothing is sent here: what is owed goes out on its day."""
    scan.owe_follow_ups()


@shared_task
def tell_of_changed_facts() -> None:
    changed_facts.tell_of_changed_facts()


@shared_task
def work_out_waiting_times() -> None:
    waiting_times.work_out(timezone.localdate())
