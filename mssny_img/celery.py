"""The Celery app and the whole schedule. Every entry names a task by its full path; a test checks that each exists."""

import os

from celery import Celery
from celery.schedules import crontab
from celery.signals import task_postrun, task_prerun
from django.db import close_old_connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mssny_img.settings")

app = Celery("mssny_img")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# Times are New York times (settings.TIME_ZONE).
app.conf.beat_schedule = {
    "publish what is scheduled": {"task": "content.tasks.publish_due", "schedule": crontab()},
    # Hourly, for what was last checked six and a half days ago: each link once a week. A run takes as many as fit into
    # its time and the next goes on, so neither a long list nor a worker that was down for a day forgets a link.
    "check every link weekly": {"task": "content.tasks.check_links", "schedule": crontab(minute=10)},
    # A page's text holds the values of facts, and facts change without an edit of the page.
    "keep the search up to date": {"task": "content.tasks.refresh_search", "schedule": crontab(minute=40)},
    "check links of pages in review": {
        "task": "content.tasks.check_unchecked_links",
        "schedule": crontab(minute="*/5"),
    },
    "forget copies of personal data": {"task": "accounts.tasks.drop_old_exports", "schedule": crontab(minute=25)},
    "forget sessions that are over": {
        "task": "accounts.tasks.drop_old_sessions",
        "schedule": crontab(hour=4, minute=40),
    },
    # Before the first morning of a working day; each owes a month ahead, so a night without a clock loses nothing.
    "owe who looks after pages": {"task": "content.tasks.owe_notices", "schedule": crontab(hour=4, minute=20)},
    "owe who keeps facts": {"task": "facts.tasks.owe_notices", "schedule": crontab(hour=4, minute=40)},
    # Before the first morning of the day; the follow-ups of a month ahead, so a night without a clock loses nothing.
    "owe follow-ups of checklists": {
        "task": "credentialing.tasks.owe_follow_ups",
        "schedule": crontab(hour=4, minute=30),
    },
    "tell of changed facts": {
        "task": "credentialing.tasks.tell_of_changed_facts",
        "schedule": crontab(hour=4, minute=10),
    },
    "work out waiting times": {
        "task": "credentialing.tasks.work_out_waiting_times",
        "schedule": crontab(hour=3, minute=50),
    },
    "work out the rounds of mentoring that were ranked": {
        "task": "mentoring.tasks.work_out_ranked_rounds",
        "schedule": crontab(hour=4, minute=30),
    },
    "look after mentoring pairs": {"task": "mentoring.tasks.look_after_pairs", "schedule": crontab(hour=4, minute=50)},
    # What was not taken for so long is stale: after an outage each runs once, not once for every time it was missed.
    "show that the clock runs": {"task": "notices.tasks.beat", "schedule": 60, "options": {"expires": 300}},
    "send what is due": {
        "task": "notices.tasks.send_due",
        # Seconds. From the environment itself: the settings may still be on their way when this file is read.
        "schedule": int(os.environ.get("NOTICES_SEND_EVERY_SECONDS", "300")),
        "options": {"expires": 300},
    },
}


@task_prerun.connect
@task_postrun.connect
def refresh_connections(**kwargs: object) -> None:
    """Beat that runs tasks itself lives for days: a database restart must not leave it with a dead connection."""
    close_old_connections()
