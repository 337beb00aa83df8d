"""Every public page, in light and dark, on the smallest phone and on a desk."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from .conftest import PAGES, Tab

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
OPEN_EVERYTHING = "document.querySelectorAll('details').forEach(each => each.open = true)"
TOO_WIDE = """() => document.documentElement.scrollWidth > innerWidth
    ? [...document.querySelectorAll('body *')].filter(each => each.getBoundingClientRect().right > innerWidth + 1
        && !each.closest('.table-wrap')).map(each => each.outerHTML.slice(0, 80)) || ['?'] : []"""
axe = Axe()


def violations(page: Page) -> list[str]:
    found = axe.run(page, options=AXE).response["violations"]
    return [f"{each['id']}: {node['html'][:120]}" for each in found for node in each["nodes"]]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_can_be_used_by_everybody(view: Tab, path: str) -> None:
    page = view.open(path)
    expected = (
        ["Failed to load resource: the server responded with a status of 404 (Not Found)"] if path == "/nope/" else []
    )
    assert view.complaints == expected
    assert view.asked_elsewhere == []
    page.evaluate(OPEN_EVERYTHING)
    assert page.evaluate(TOO_WIDE) == []
    assert violations(page) == []


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("tab", [{"viewport": {"width": 640, "height": 400}}], indirect=True, ids=["zoomed"])
def test_at_double_size_nothing_has_to_be_scrolled_sideways(tab: Tab, path: str) -> None:
    page = tab.open(path)
    page.evaluate(OPEN_EVERYTHING)
    assert page.evaluate(TOO_WIDE) == []


@pytest.mark.parametrize("path", ["/", "/residency/eras/", "/feedback/?page=/contact/", "/search/?q=visa"])
def test_without_scripts_the_words_are_the_same(browser: Browser, tab: Tab, path: str) -> None:
    without = browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 800}).new_page()
    without.goto(tab.address + path)
    with_scripts = tab.open(path)
    assert without.locator("body").inner_text() == with_scripts.locator("body").inner_text()
    assert with_scripts.locator("script").count() == 0
    without.context.close()
