"""PostgreSQL, Redis, an SMTP server, Celery workers and beats: real ones, of this stage alone, that can be killed."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg2

from scripts import test_servers
from scripts.processes import ROOT, Children, answers, free_port

# The commands of docs/operations.md. One process each, so that one kill can hit one mail.
WORKER = "-A mssny_img worker --loglevel INFO --concurrency 1"
BEAT = "-A mssny_img beat --loglevel INFO --pidfile= --schedule"


class Stage:
    def __init__(self, folder: Path, children: Children, lease: int = 4, seconds_to_answer: float = 0.007) -> None:
        self.folder, self.children, self.lease = folder, children, lease
        self.mails = folder / "mails"
        self.ports = {name: free_port() for name in ("postgres", "redis", "smtp")}
        self.workers: dict[str, subprocess.Popen[bytes]] = {}
        self.seconds_to_answer = seconds_to_answer
        self._started = 0
        self._postgres = test_servers.reachable(test_servers.find_postgres()[0], folder)
        self._redis = test_servers.find_redis()[0]
        test_servers.create_cluster(self._postgres, folder / "data")

    @property
    def database(self) -> str:
        return f"postgres://postgres@127.0.0.1:{self.ports['postgres']}/postgres"

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.notices.chaos.settings",
            "LOCAL": "1",
            "SECRET_KEY": "test",
            "VAR_DIR": str(self.folder / "var"),
            "DATABASE_URL": self.database,
            "REDIS_URL": f"redis://127.0.0.1:{self.ports['redis']}/0",
            "EMAIL_URL": f"smtp://127.0.0.1:{self.ports['smtp']}",
            "NOTICES_SEND_EVERY_SECONDS": "1",
            "NOTICES_LEASE_SECONDS": str(self.lease),
        }

    # ------------------------------------------------------------------------------------------------ servers
    def start_postgres(self) -> None:
        options = [part for option in test_servers.POSTGRES_OPTIONS for part in ("-c", option)]
        program, port = str(self._postgres / "postgres"), str(self.ports["postgres"])
        command = [program, "-D", str(self.folder / "data"), "-p", port, *options]
        self._start("postgres", command, stop_with=signal.SIGINT, cwd="/", **test_servers.powerless())
        self.wait(self._database_answers)

    def start_redis(self) -> None:
        command = [self._redis, "--bind", "127.0.0.1", "--port", str(self.ports["redis"]), "--save", ""]
        self._start("redis", [*command, "--appendonly", "no", "--dir", str(self.folder)])
        self.wait(lambda: answers(self.ports["redis"]))

    def start_smtp(self) -> None:
        what = [str(self.ports["smtp"]), str(self.mails), str(self.seconds_to_answer)]
        self._start("smtp", [sys.executable, "-m", "tests.notices.chaos.sink", *what], cwd=ROOT)
        self.wait(lambda: answers(self.ports["smtp"]))

    def stop(self, name: str) -> None:
        child = self.children.running[name]
        child.send_signal(self.children.signals[name])
        child.wait()

    def empty_redis(self) -> None:
        with socket.create_connection(("127.0.0.1", self.ports["redis"])) as connection:
            connection.sendall(b"FLUSHALL\r\n")
            assert connection.recv(16).startswith(b"+OK")

    def _database_answers(self) -> bool:
        with contextlib.suppress(psycopg2.OperationalError):
            psycopg2.connect(self.database).close()
            return True
        return False

    # ------------------------------------------------------------------------------------------------ processes
    def start_worker(self) -> str:
        self._started += 1
        name = f"worker{self._started}"
        command = [sys.executable, "-m", "celery", *WORKER.split(), "--hostname", f"{name}@chaos"]
        self.workers[name] = self._start(name, command, cwd=ROOT, env=self.environment)
        return name

    def start_ready_worker(self) -> str:
        name = self.start_worker()
        self.wait(lambda: b" ready." in (self.folder / f"{name}.log").read_bytes())
        return name

    def start_beat(self, name: str) -> None:
        command = [sys.executable, "-m", "celery", *BEAT.split(), str(self.folder / f"{name}-schedule")]
        self._start(name, command, cwd=ROOT, env=self.environment)

    def kill_worker(self, name: str) -> None:
        """All of it at once, with no chance to say goodbye."""
        child = self.workers.pop(name)
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()

    def run(self, *command: str) -> None:
        subprocess.run([sys.executable, *command], cwd=ROOT, env=self.environment, check=True)

    def _start(self, name: str, command: list[str], **options: object) -> subprocess.Popen[bytes]:
        with (self.folder / f"{name}.log").open("ab") as log:
            return self.children.start(name, command, stdout=log, stderr=log, **options)

    # ------------------------------------------------------------------------------------------------ what came of it
    def clear(self) -> None:
        self.sql("TRUNCATE accounts_user, notices_notice, notices_mail, notices_badaddress CASCADE")
        self.mails.write_text("")

    def sql(self, statement: str) -> list[tuple]:
        connection = psycopg2.connect(self.database)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(statement)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def counts(self, table: str) -> dict[str, int]:
        """How many rows of notices_notice (step 0) or notices_mail there are of each state."""
        where = "WHERE step = 0" if table == "notices_notice" else ""
        return dict(self.sql(f"SELECT state, count(*) FROM {table} {where} GROUP BY state"))  # noqa: S608

    def received(self) -> list[dict]:
        return [json.loads(line) for line in self.mails.read_text().splitlines()]

    def wait(self, condition: Callable[[], bool], seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, f"not within {seconds} s: see {self.folder}"
            time.sleep(0.05)


@contextlib.contextmanager
def stage(**options: float) -> Iterator[Stage]:
    """All servers, migrated, without workers and beats."""
    with test_servers.scratch() as (folder, children):
        here = Stage(folder, children, **options)
        here.mails.write_text("")
        here.start_postgres()
        here.start_redis()
        here.start_smtp()
        here.run("manage.py", "migrate", "--verbosity", "0")
        yield here
