"""What the schedule in mssny_img/celery.py calls. Each may run twice at once: what one run has, the other leaves."""

from celery import shared_task

from . import actions, link_actions, notices, search_index


@shared_task
def publish_due() -> None:
    actions.publish_due()


@shared_task
def check_links() -> None:
    link_actions.check_due_links(by="weekly link check")


@shared_task
def check_unchecked_links() -> None:
    link_actions.check_waiting_links(by="link check of pages in review")


@shared_task
def refresh_search() -> None:
    search_index.index_all()


@shared_task
def owe_notices() -> None:
    """Daily. Nothing is sent here: what is owed goes out on its day."""
    notices.owe_reviews()
    notices.owe_broken_links()
