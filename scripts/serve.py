"""Start the whole portal on this machine: `make run`.

Checks the port and the disk, brings the database and its text up to date, then runs the web server
and the scheduler as children. Ctrl-C stops everything; when one child dies, so do the others.
"""

import errno
import io
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import django
from django.core.management import CommandError, call_command
from django.db import DatabaseError

from scripts.processes import ROOT, Children, answers

DISK_FULL = "The disk is full: free some space, then run the same command again."


class CannotStart(Exception):
    """Why not, in one line for the person who typed the command."""


class Asked(Exception):
    """Somebody pressed Ctrl-C or sent a signal."""


def main() -> int:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, ask_to_stop)
    try:
        port = read_port()
        check_port(port)
        set_defaults(port)
        check_disk(var_dir())
        prepare_in_a_child()
        return serve(port)
    except CannotStart as reason:
        print(f"portal: {reason}", file=sys.stderr)
        return 1
    except Asked:
        return 0


def ask_to_stop(number: int, frame: object) -> None:
    # One is enough: a second Ctrl-C must not interrupt the stopping of the children.
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)
    raise Asked


def read_port() -> int:
    text = os.environ.get("PORT") or "8000"
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise CannotStart(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text)


def check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            other = port + 1 if 1024 <= port < 65535 else 8001
            why = "is taken" if error.errno == errno.EADDRINUSE else f"cannot be used ({error.strerror})"
            raise CannotStart(f"Port {port} {why}. Choose another one: PORT={other} make run") from error


def set_defaults(port: int) -> None:
    """Without any production variable this is a person's own machine."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mssny_img.settings")
    if not os.environ.get("SECRET_KEY") and not os.environ.get("DATABASE_URL"):
        os.environ.setdefault("LOCAL", "1")
    if is_local() and not os.environ.get("SITE_URL"):
        os.environ["SITE_URL"] = f"http://localhost:{port}"


def is_local() -> bool:
    return os.environ.get("LOCAL", "").lower() in ("1", "true", "yes", "on")


def var_dir() -> Path:
    return Path(os.environ.get("VAR_DIR") or ROOT / "var")


def check_disk(folder: Path) -> None:
    probe = folder / f"probe-{secrets.token_hex(4)}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe.write_bytes(b"\0" * 4_000_000)
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        raise CannotStart(DISK_FULL if full else f"{folder} cannot be written: {error.strerror}.") from error
    finally:
        if probe.exists():
            probe.unlink()


def prepare_in_a_child() -> None:
    """A child, so that the memory Django takes is given back before the servers start."""
    # A session of its own: Ctrl-C then reaches only this process, which ends the child without a traceback.
    command = [sys.executable, "-m", "scripts.serve", "--prepare"]
    if subprocess.run(command, cwd=ROOT, start_new_session=True, check=False).returncode:
        raise CannotStart("The portal was not started; the reason stands above.")


def prepare() -> int:
    try:
        django.setup()
        call_command("migrate", verbosity=0, interactive=False)
        call_command("load_roles", verbosity=0)
        call_command("collectstatic", verbosity=0, interactive=False)
        call_command("load_guidance", stdout=io.StringIO())
        call_command("load_catalogue", verbosity=0)
        call_command("load_mentoring", verbosity=0)
        if is_local():
            # What it has to say about signing in is said last, when the site answers.
            call_command("load_demonstration", stdout=io.StringIO())
    except (CommandError, DatabaseError, OSError) as error:
        full = getattr(error, "errno", None) == errno.ENOSPC or "disk is full" in str(error)
        print(f"portal: {DISK_FULL if full else error}", file=sys.stderr)
        return 1
    return 0


def commands(port: int) -> dict[str, list[str]]:
    web = ["gunicorn", "mssny_img.wsgi:application", "--bind", f"127.0.0.1:{port}", "--no-control-socket"]
    web += ["--worker-class", "gthread", "--threads", "8", "--log-level", "warning"]
    celery = ["celery", "--quiet", "-A", "mssny_img"]
    beat = [*celery, "beat", "-l", "WARNING", "--pidfile=", "-s", str(var_dir() / "celerybeat-schedule")]
    wanted = {"the web server": web, "the scheduler": beat}
    if os.environ.get("REDIS_URL"):
        wanted["the worker"] = [*celery, "worker", "-l", "WARNING", "--concurrency", "2"]
    # -m: the start scripts in .venv/bin name a fixed path, which a moved tree no longer has.
    return {name: [sys.executable, "-m", *command] for name, command in wanted.items()}


def serve(port: int) -> int:
    children, starter = Children(), os.getppid()
    try:
        for name, command in commands(port).items():
            children.start(name, command, cwd=ROOT)
        announced = False
        while not (ended := children.ended()):
            if not announced and answers(port):
                announced = announce(port)
            time.sleep(0.2)
            if os.environ.get("MAKELEVEL") and os.getppid() != starter:
                raise Asked  # make itself was killed, so nobody is left who could press Ctrl-C
        print(f"portal: {ended} has stopped unexpectedly, so everything is stopped.", file=sys.stderr)
        return 1
    finally:
        children.close()
        print("portal: stopped.", flush=True)


def announce(port: int) -> bool:
    print(f"\nThe portal is ready: http://localhost:{port}/   (staff desk: /admin/; stop with Ctrl-C)")
    sign_in = var_dir() / "admin-sign-in.txt"
    if is_local() and sign_in.exists():
        print(sign_in.read_text().strip())
    print(flush=True)
    return True


if __name__ == "__main__":
    sys.exit(prepare() if sys.argv[1:] == ["--prepare"] else main())
