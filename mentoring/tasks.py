"""What runs beside the pages, and what the schedule in mssny_img/celery.py calls. Each may run twice at once."""

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded

from . import (
    ending_actions,
    expiry_actions,
    following,
    lost_actions,
    publish_actions,
    pulse_actions,
    ranking_actions,
    round_actions,
    round_work,
)


@shared_task
def work_out_round(round_id: int) -> None:
    """A run that breaks or is stopped says so in the round; nothing of it stays."""
    try:
        round_work.work_out(round_id=round_id)
    except SoftTimeLimitExceeded:
        round_work.give_up(round_id=round_id, problem=round_work.TOO_LONG)
        raise
    except Exception:
        round_work.give_up(round_id=round_id, problem=round_work.BROKEN)
        raise


@shared_task
def publish_round(round_id: int, by_id: int) -> None:
    publish_actions.publish_queued(round_id=round_id, by_id=by_id)


@shared_task
def work_out_ranked_rounds() -> None:
    """Daily."""
    round_actions.work_out_ranked(by="rounds that are due")


@shared_task
def look_after_pairs() -> None:
    """Daily. Nothing is sent here: what is owed goes out on its day."""
    lost_actions.let_go_of_closed_accounts()
    lost_actions.find_the_lost()
    expiry_actions.stretch_answers()
    expiry_actions.expire_due()
    ending_actions.end_due()
    pulse_actions.ask_pulses()
    following.owe_follow_ups()
    following.owe_ends()
    ranking_actions.tell_rankers()
