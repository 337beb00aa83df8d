"""What is measured: the portal as it is today, the same portal grown large, and the bare view; each its own server."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from secrets import token_hex
from typing import NamedTuple
from urllib.parse import urlsplit

import psycopg2

from benchmarks.load import Target, fetch
from scripts.processes import ROOT, Children, answers, free_port
from scripts.serve import commands

PAGE = "/residency/eras/"
# An address with a query is never kept by the page cache.
UNCACHED = f"{PAGE}?uncached"
PORTAL = "mssny_img.wsgi:application"
BARE = "django.core.wsgi:get_wsgi_application()"
FILL = "from benchmarks.many_pages import add; add()"
PATIENCE = 30


class Sites(NamedTuple):
    bare: int
    today: int
    large: int


class DoesNotStart(Exception):
    """A server gave no answer."""


@contextmanager
def sites() -> Iterator[Sites]:
    """All three run at once, so that they can be asked in turn; nothing of them is left afterwards."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="benchmark-")))
        today, large = (stack.enter_context(_portal(folder / name)) for name in ("today", "large"))
        run_in(large, FILL)
        children = Children()
        stack.callback(children.close)
        ports = {"today": _start(children, PORTAL, today), "large": _start(children, PORTAL, large)}
        page = folder / "page.html"
        page.write_bytes(fetch(Target(ports["today"], PAGE)))
        bare = os.environ | {"DJANGO_SETTINGS_MODULE": "benchmarks.bare", "BARE_PAGE": str(page)}
        yield Sites(bare=_start(children, BARE, bare), **ports)


def _environment(folder: Path, database_url: str) -> dict[str, str]:
    mine = {
        "LOCAL": "1",
        "DEBUG": "0",
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "DJANGO_SETTINGS_MODULE": "mssny_img.settings",
        "VAR_DIR": str(folder),
        "DATABASE_URL": database_url or f"sqlite:///{folder / 'portal.sqlite3'}",
    }
    return os.environ | mine


@contextmanager
def portal() -> Iterator[dict[str, str]]:
    """The environment of a portal in which nobody works."""
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder, _portal(Path(folder)) as environment:
        yield environment


@contextmanager
def _portal(folder: Path) -> Iterator[dict[str, str]]:
    with _database() as url:
        environment = _environment(folder, url)
        _run(environment, "-m", "scripts.serve", "--prepare")
        yield environment


@contextmanager
def _database() -> Iterator[str]:
    """A scratch database beside the one DATABASE_URL names, dropped at the end; an empty string stands for SQLite."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        yield ""
        return
    name = f"portal_benchmark_{token_hex(6)}"
    connection = psycopg2.connect(url)
    connection.autocommit = True
    try:
        connection.cursor().execute(f"CREATE DATABASE {name}")
        yield urlsplit(url)._replace(path=f"/{name}").geturl()
    finally:
        connection.cursor().execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.close()


def run_in(environment: dict[str, str], statements: str) -> str:
    """What the statements print, inside that portal."""
    return _run(environment, "manage.py", "shell", "--no-imports", "--command", statements)


def _run(environment: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout


def _start(children: Children, application: str, environment: dict[str, str]) -> int:
    """The very command line of `make run`, with another application in it where that is asked for."""
    port = free_port()
    command = [part.replace(PORTAL, application) for part in commands(port)["the web server"]]
    children.start(f"{application} on {port}", command, cwd=ROOT, env=environment)
    patience = time.monotonic() + PATIENCE
    while not answers(port):
        if children.ended() or time.monotonic() > patience:
            raise DoesNotStart(f"{application} does not start.")
        time.sleep(0.1)
    return port
