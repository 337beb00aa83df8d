"""Mails a second through the engine against a bare smtplib loop, and what a million owed notices cost.

    python -m benchmarks.notices

Everything is real: PostgreSQL, Redis, Celery workers and an SMTP server that takes 7 milliseconds for each of its three
answers to a mail, as a server in the same town does. Each figure is a ratio of two things measured in this run.
"""

import json
import os
import smtplib
import subprocess
import sys
import time
import tracemalloc
from email import policy
from email.message import EmailMessage
from statistics import median

import django
from django.db import connection, transaction
from django.utils import timezone

from benchmarks.ratios import Ratio, table
from scripts.processes import ROOT
from tests.notices.chaos.stage import Stage, stage

PEOPLE, EACH = 500, 2
BATCH = 50
SECONDS_TO_ANSWER = 0.007
ROUNDS = 5
DUE, FEW, MANY = 1_000, 10_000, 1_000_000


def ratios() -> list[Ratio]:
    with stage(lease=60, seconds_to_answer=SECONDS_TO_ANSWER) as here:
        to_bare, to_one = speeds(here)
        few, many = run_with(here, FEW), run_with(here, MANY)
    against = f"send_due with {MANY:,} owed against {FEW:,}, {DUE:,} due"
    return [
        Ratio("mails a second: one worker, a bare smtplib loop", [to_bare], 0.5, is_least=True),
        Ratio("mails a second: two workers, one worker", [to_one], 1.7, is_least=True),
        Ratio(f"time: {against}", [many["seconds"] / few["seconds"]], 1.3),
        Ratio(f"memory: {against}", [many["memory"] / few["memory"]], 1.3),
    ]


# ------------------------------------------------------------------------------------------------ mails a second
def speeds(here: Stage) -> tuple[float, float]:
    """One worker against the bare loop, two against one: each round measures all three."""
    found = []
    here.start_ready_worker()
    for _ in range(ROUNDS):
        bare, one = by_hand(here), by_workers(here, 1)
        second = here.start_ready_worker()
        found.append((bare, one, by_workers(here, 2)))
        here.kill_worker(second)
        print("mails a second, bare, one worker, two workers: {:.1f} {:.1f} {:.1f}".format(*found[-1]), flush=True)
    return median(one / bare for bare, one, _ in found), median(two / one for _, one, two in found)


def by_hand(here: Stage) -> float:
    """A loop that sends ready bytes of the same size over one connection."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"], mail["Message-ID"] = "a@b.example", "c@d.example", "bare", "<bare@x>"
    mail.set_content("A line of the text of a mail, as long as such lines are.\n" * 20)
    mail.add_alternative("<p>A line of the text of a mail, as long as such lines are.</p>\n" * 40, subtype="html")
    data = mail.as_bytes(policy=policy.SMTP)
    with smtplib.SMTP("127.0.0.1", here.ports["smtp"]) as server:
        begun = time.perf_counter()
        for _ in range(PEOPLE // 2):
            server.sendmail("a@b.example", ["c@d.example"], data)
        return PEOPLE // 2 / (time.perf_counter() - begun)


def by_workers(here: Stage, workers: int) -> float:
    """While each worker is busy: after its first batch, before the last. Making the mails counts like sending them."""
    here.clear()
    here.run("-m", "tests.notices.chaos.fill", str(PEOPLE), str(EACH))
    here.run("-c", "import django; django.setup()\nfrom notices.tasks import send_due; send_due.delay()")
    here.wait(lambda: len(here.received()) >= PEOPLE, seconds=120)
    times = [mail["at"] for mail in here.received()][BATCH * workers - 1 : PEOPLE - BATCH * workers]
    return (len(times) - 1) / (times[-1] - times[0])


# ------------------------------------------------------------------------------------------------ a million owed
def run_with(here: Stage, owed: int) -> dict[str, float]:
    """Seconds and bytes of one whole run, in a process of its own, with nothing sent to any server."""
    here.clear()
    here.run("-m", "tests.notices.chaos.fill", str(DUE), "1")
    here.sql(
        "INSERT INTO notices_notice (kind, person_id, about, due_on, step, state, send_after, heading, problem,"
        " owed_at, answer) SELECT 'chaos.plain', u.id, 'later:' || n, current_date + 30 + n, 0, 'owed',"
        " now() + interval '30 days' + n * interval '1 hour', '', '', now(), ''"
        f" FROM accounts_user u, generate_series(1, {owed // DUE}) n"
    )
    here.sql("ANALYZE")
    environment = {**here.environment, "EMAIL_URL": "dummymail://"}
    command = [sys.executable, "-m", "benchmarks.notices", "one-run"]
    answer = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    print(f"{owed:,} owed: {answer.stdout.strip()}")
    return json.loads(answer.stdout)


def one_run() -> None:
    """Print the best time, and the memory of one more run; each is taken back."""
    django.setup()
    seconds = min(_timed() for _ in range(ROUNDS))
    tracemalloc.start()
    _timed()
    print(json.dumps({"seconds": seconds, "memory": tracemalloc.get_traced_memory()[1]}))


def _timed() -> float:
    from notices import engine  # noqa: PLC0415 - models can be imported only after setup

    with transaction.atomic():
        begun = time.perf_counter()
        people = engine.people_due(timezone.now())
        sent = sum(engine.send_to(people[at : at + BATCH]) for at in range(0, len(people), BATCH))
        taken = time.perf_counter() - begun
        transaction.set_rollback(True)
    assert sent == DUE, (sent, connection.vendor)
    return taken


if __name__ == "__main__":
    if sys.argv[1:] == ["one-run"]:
        one_run()
    else:
        os.environ.setdefault("LOCAL", "1")
        print(table(ratios()))
