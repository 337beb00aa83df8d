from celery import shared_task

from . import actions


@shared_task
def make_export(export_id: int) -> None:
    actions.make_export(export_id=export_id)


@shared_task
def drop_old_exports() -> None:
    """Hourly: a copy of a person's data stays for a day."""
    actions.drop_old_exports()


@shared_task
def drop_old_sessions() -> None:
    """Daily: what is left of sessions that are over."""
    actions.drop_old_sessions()
