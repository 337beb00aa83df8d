"""Find a Chromium for the browser tests, or get one: prints its path.

python -m scripts.find_chromium
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ASK_PLAYWRIGHT = """
from playwright.sync_api import sync_playwright
with sync_playwright() as started:
    print(started.chromium.executable_path)
"""
NOT_FOUND = (
    "NO CHROMIUM: THE BROWSER TESTS DO NOT RUN.",
    "",
    "Looked at $CHROMIUM, at chromium and google-chrome on PATH, asked apt-get",
    "(as root on Debian or Ubuntu) and playwright's own download.",
    "Install Chromium, or set CHROMIUM=/path/to/it, then run the same command again.",
)


def find_chromium() -> str | None:
    """The first one that really starts; each source is only asked when those before it had none."""
    for candidate in candidates():
        if candidate and starts(candidate):
            return candidate
    return None


def candidates() -> Iterator[str | None]:
    if given := os.environ.get("CHROMIUM"):
        yield given
    yield from map(shutil.which, NAMES)
    yield playwrights_own()
    if may_use_apt() and told("apt-get", "update") and told("apt-get", "install", "-y", "chromium"):
        # Ubuntu's package is a stub for snap; it does not start in a container and so is passed over.
        yield shutil.which("chromium")
    if told(sys.executable, "-m", "playwright", "install", "chromium"):
        yield playwrights_own()


def may_use_apt() -> bool:
    return os.geteuid() == 0 and Path("/etc/debian_version").exists() and shutil.which("apt-get") is not None


def starts(program: str) -> bool:
    try:
        done = subprocess.run([program, "--version"], capture_output=True, timeout=30, check=False)
        return done.returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def playwrights_own() -> str | None:
    command = [sys.executable, "-c", ASK_PLAYWRIGHT]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    return answer.stdout.strip() or None


def told(*command: str) -> bool:
    print(f"Looking for Chromium: {' '.join(command[-3:])} ...", file=sys.stderr, flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        # What it writes goes to the error channel: the answer of this program is the path and nothing else.
        done = subprocess.run(command, env=environment, stdout=sys.stderr, timeout=900, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def box(lines: tuple[str, ...]) -> str:
    width = max(map(len, lines))
    edge = "#" * (width + 6)
    return "\n".join([edge, *(f"#  {line.ljust(width)}  #" for line in lines), edge])


def chromium_or_box() -> str | None:
    """As find_chromium, but never silent about finding none."""
    found = find_chromium()
    if not found:
        print(box(NOT_FOUND), file=sys.stderr, flush=True)
    return found


def is_required() -> bool:
    """On a person's machine the browser tests may be missing; where a change is accepted they may not."""
    return os.environ.get("CI", "").lower() == "true"


if __name__ == "__main__":
    path = chromium_or_box()
    print(path or "")
    sys.exit(1 if not path and is_required() else 0)
