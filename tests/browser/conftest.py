"""A real Chromium, and a real server started as `make run` starts it. No test here touches the ORM: the server has a
process and a database of its own."""

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from scripts.find_chromium import NAMES
from scripts.screenshot import Portal, launch_options, portal

ROOT = Path(__file__).resolve().parent.parent.parent
GUIDANCE = sorted((ROOT / "content/guidance/pages").rglob("*.md"))
WRITTEN = [re.search(r'^path = "([^"]+)"', path.read_text(), re.MULTILINE)[1] for path in GUIDANCE]
LISTS = ["/", "/calendar/", "/glossary/", "/links/", "/changes/", "/search/", "/search/?q=visa", "/search/?q=qqqqqq"]
FORMS = ["/feedback/?page=/contact/", "/accounts/login/"]
PAGES = [*LISTS, *WRITTEN, *FORMS, "/nope/"]
SCHEMES = ("light", "dark")
WIDTHS = (320, 1280)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    chromium = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if not chromium:
        pytest.skip("no Chromium")
    return launch_options(chromium)


@pytest.fixture(scope="session")
def started() -> Iterator[Portal]:
    with portal() as running:
        yield running


@pytest.fixture(scope="session")
def address(started: Portal) -> str:
    return started.address


class Tab:
    """A page that remembers what the browser complained about and whom it asked."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.page: Page = context.new_page()
        self.address = address
        self.complaints: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))

    def open(self, path: str) -> Page:
        self.complaints.clear()
        self.asked.clear()
        self.page.goto(self.address + path)
        return self.page

    @property
    def asked_elsewhere(self) -> list[str]:
        return [url for url in self.asked if not url.startswith(f"{self.address}/")]


@pytest.fixture(scope="session", params=[(scheme, width) for scheme in SCHEMES for width in WIDTHS], ids=str)
def view(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Tab]:
    """One tab for each light and width, used by all pages in turn."""
    scheme, width = request.param
    context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 800})
    yield Tab(context, address)
    context.close()


@pytest.fixture
def tab(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Tab]:
    """A tab of a visitor who was never here; a test that needs other options gives them as `tab`, indirectly."""
    options = {"viewport": {"width": 1280, "height": 800}, **getattr(request, "param", {})}
    context = browser.new_context(**options)
    yield Tab(context, address)
    context.close()
