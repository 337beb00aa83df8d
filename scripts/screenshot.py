"""Pictures of the portal's pages, from a portal of their own that is gone afterwards: `make screenshot`.

python -m scripts.screenshot              the README's picture, and the first page in every width and light
python -m scripts.screenshot / /calendar/ these pages in every width and light, in var/screenshots
"""

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, sync_playwright

from scripts.find_chromium import chromium_or_box
from scripts.processes import ROOT, Children, answers, free_port
from scripts.run_tests import THE_PORTALS_OWN
from scripts.serve import commands

README = ROOT / "docs" / "screenshot.png"
FOLDER = ROOT / "var" / "screenshots"
WIDTHS = (320, 390, 768, 1280)
LIGHTS = ("light", "dark")
LOADED_BY = (("load_guidance",), ("load_catalogue",), ("load_mentoring",), ("local_sign_in",))
PREPARED_BY = (("migrate",), ("collectstatic", "--no-input"), *LOADED_BY)
PATIENCE = 60


class DidNotStart(Exception):
    """The web server ended, or did not answer in time."""


class Portal(NamedTuple):
    address: str
    environment: dict[str, str]


@contextlib.contextmanager
def portal() -> Iterator[Portal]:
    """A portal with an empty folder of its own, its text loaded, served as `make run` serves it."""
    children, folder, port = Children(), Path(tempfile.mkdtemp(prefix="portal-")), free_port()
    try:
        children.remove_at_end(folder)
        address = f"http://127.0.0.1:{port}"
        others = {name: value for name, value in os.environ.items() if name not in THE_PORTALS_OWN}
        environment = {**others, "LOCAL": "1", "VAR_DIR": str(folder), "SITE_URL": address}
        for words in PREPARED_BY:
            command = [sys.executable, "manage.py", *words, "--verbosity", "0"]
            subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, check=True)
        children.start("the web server", commands(port)["the web server"], cwd=ROOT, env=environment)
        wait_for(children, port)
        yield Portal(address, environment)
    finally:
        children.close()


def wait_for(children: Children, port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while not answers(port):
        if children.ended() or time.monotonic() > deadline:
            raise DidNotStart
        time.sleep(0.1)


def launch_options(chromium: str) -> dict[str, object]:
    # Chromium's sandbox refuses to work for root.
    return {"executable_path": chromium, "args": ["--no-sandbox"] if os.geteuid() == 0 else []}


def take(browser: Browser, address: str, path: Path, *, width: int, light: str, height: int | None = None) -> None:
    """The whole page, or its first `height` pixels."""
    path.parent.mkdir(parents=True, exist_ok=True)
    context = browser.new_context(viewport={"width": width, "height": height or 800}, color_scheme=light)
    page = context.new_page()
    page.goto(address)
    page.screenshot(path=path, full_page=height is None)
    context.close()
    print(path.relative_to(ROOT), flush=True)


def name_of(page: str, width: int, light: str) -> str:
    return f"{page.strip('/').replace('/', '-') or 'home'}-{width}-{light}.png"


def main(pages: list[str]) -> int:
    chromium = chromium_or_box()
    if not chromium:
        return 1
    with portal() as (address, _), sync_playwright() as started:
        browser = started.chromium.launch(**launch_options(chromium))
        if not pages:
            take(browser, f"{address}/", README, width=1280, light="light", height=800)
        for page in pages or ["/"]:
            for width in WIDTHS:
                for light in LIGHTS:
                    take(browser, address + page, FOLDER / name_of(page, width, light), width=width, light=light)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
