"""Whether what a tab shows can be used by everybody, in every light and width, where a journey has led to it."""

from playwright.sync_api import Page, expect

from .conftest import SCHEMES, WIDTHS, Tab
from .test_every_page import OPEN_EVERYTHING, TOO_WIDE, violations

FAILED = "Failed to load resource: the server responded with a status of"


def look_everywhere(tab: Tab) -> None:
    """At what the tab shows now: light and dark, on the smallest phone and on a desk."""
    page, size = tab.page, tab.page.viewport_size
    page.wait_for_load_state()
    expect(page.locator("h1")).to_have_count(1)
    assert (tab.complaints, tab.asked_elsewhere) == ([], []), page.url
    page.evaluate(OPEN_EVERYTHING)
    for scheme in SCHEMES:
        for width in WIDTHS:
            # Without motion: a color that is still on its way is neither of the two.
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate(TOO_WIDE) == [], (page.url, scheme, width)
            assert violations(page) == [], (page.url, scheme, width)
    page.set_viewport_size(size)


def look_at_refusal(tab: Tab) -> None:
    """The browser says that a form was refused, and nothing else."""
    expect(tab.page.get_by_role("alert")).to_be_visible()
    assert tab.complaints == [f"{FAILED} 422 (Unprocessable Entity)"], tab.page.url
    tab.complaints.clear()
    assert tab.page.title().startswith("Error: ")
    look_everywhere(tab)


def look_at(tab: Tab, path: str) -> Page:
    page = tab.open(path)
    assert page.evaluate("location.pathname") == path
    look_everywhere(tab)
    return page


def status_of(tab: Tab, path: str) -> int:
    return tab.page.request.get(tab.address + path).status
