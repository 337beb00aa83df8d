"""Run the whole suite on the real servers, on the small installation, and in a browser: `make test`.

    python -m scripts.run_tests [arguments for pytest]

All three runs are made even when the first one fails. Paths among the arguments choose what is run
instead of everything: a path under tests/browser goes to the browser run, any other one to both others.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from scripts.find_chromium import chromium_or_box, is_required
from scripts.processes import ROOT
from scripts.test_servers import NoServer, postgres, redis

BROWSER = "tests/browser"
NOTHING_COLLECTED = 5
THE_PORTALS_OWN = ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "SITE_URL", "ALLOWED_HOSTS", "DEBUG")
TAKES_A_VALUE = ("-k", "-m", "-n", "-p", "-o", "-r", "-W", "--tb", "--durations", "--maxfail")
# Two processes are enough to show tests that disturb one another, and fit the smallest machine.
PARALLEL = ["-n", "2"]


class Run(NamedTuple):
    name: str
    environment: dict[str, str]
    arguments: list[str]


class Outcome(NamedTuple):
    name: str
    result: str
    seconds: float = 0.0
    failed: bool = False


def main(arguments: list[str]) -> int:
    # A var/ of the tests' own: they see the collected static files, and never the mail or keys of a real portal.
    with tempfile.TemporaryDirectory(prefix="test-var-") as folder:
        os.environ["VAR_DIR"] = folder
        collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
        subprocess.run(collect, cwd=ROOT, env=environment({}), check=False)
        outcomes = run_all(arguments)
    report(outcomes)
    return int(any(outcome.failed for outcome in outcomes))


def run_all(arguments: list[str]) -> list[Outcome]:
    paths, options = split(arguments)
    in_browser = [path for path in paths if is_browser(path)]
    elsewhere = [path for path in paths if not is_browser(path)]
    outcomes = []
    if elsewhere or not paths:
        outcomes += on_real_servers(elsewhere, options)
        outcomes.append(on_sqlite(elsewhere, options))
    if in_browser or not paths:
        outcomes.append(in_chromium(in_browser, options))
    return outcomes


def split(arguments: list[str]) -> tuple[list[str], list[str]]:
    """Paths, and everything else; in "-k content" the second word is no path, though it could be."""
    paths, options = [], []
    for before, argument in zip(["", *arguments], arguments, strict=False):
        is_path = before not in TAKES_A_VALUE and (ROOT / argument.split("::")[0]).exists()
        (paths if is_path else options).append(argument)
    return paths, options


def is_browser(path: str) -> bool:
    return Path(path.split("::")[0]).resolve().is_relative_to((ROOT / BROWSER).resolve())


def on_real_servers(paths: list[str], options: list[str]) -> list[Outcome]:
    name = "PostgreSQL and Redis"
    try:
        with postgres() as database, redis() as broker:
            name = f"{database.version}, {broker.version}"
            servers = {"DATABASE_URL": database.url, "REDIS_URL": broker.url}
            run = Run(name, servers, [*plain(paths), "-p", "scripts.redis_per_worker", *options])
            return [pytest(run, may_be_empty=bool(options))]
    except NoServer as reason:
        return [Outcome(name, f"NOT RUN: {reason}", failed=True)]


def on_sqlite(paths: list[str], options: list[str]) -> Outcome:
    return pytest(Run("SQLite, no Redis", {}, [*plain(paths), *options]), may_be_empty=bool(options))


def plain(paths: list[str]) -> list[str]:
    # Without its plugin a fixture called "page" is ours, and no test is run once per kind of browser.
    without_browser = ["-m", "not browser", f"--ignore={BROWSER}", "-p", "no:playwright"]
    return [*(paths or ["tests"]), *without_browser, *PARALLEL]


def in_chromium(paths: list[str], options: list[str]) -> Outcome:
    name = "Browser (SQLite)"
    if not paths and not list((ROOT / BROWSER).glob("test_*.py")):
        return Outcome(name, f"NOT RUN: no tests in {BROWSER}")
    chromium = chromium_or_box()
    if not chromium:
        return Outcome(name, "NOT RUN: no Chromium", failed=is_required())
    run = Run(name, {"CHROMIUM": chromium}, [*(paths or [BROWSER]), *PARALLEL, *options])
    print(f"\nBrowser: {chromium}", flush=True)
    return pytest(run, may_be_empty=bool(options))


def pytest(run: Run, *, may_be_empty: bool) -> Outcome:
    print(f"\n=== {run.name}", flush=True)
    started = time.monotonic()
    command = [sys.executable, "-m", "pytest", *run.arguments]
    code = subprocess.run(command, cwd=ROOT, env=environment(run.environment), check=False).returncode
    # A "-k" may well choose tests of only one of the runs.
    passed = code == 0 or (may_be_empty and code == NOTHING_COLLECTED)
    result = "passed" if passed else f"FAILED (pytest ended with {code})"
    return Outcome(run.name, result, time.monotonic() - started, not passed)


def environment(chosen: dict[str, str]) -> dict[str, str]:
    """The caller's environment without what would turn a test run into somebody's own portal."""
    mine = {name: value for name, value in os.environ.items() if name not in THE_PORTALS_OWN}
    return {**mine, "LOCAL": "1", "SECRET_KEY": "test", **chosen}


def report(outcomes: list[Outcome]) -> None:
    print("\n=== Summary")
    for outcome in outcomes:
        print(f"{outcome.seconds:7.1f} s  {outcome.name}: {outcome.result}")


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit("interrupted")
