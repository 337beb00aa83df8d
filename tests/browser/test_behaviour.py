"""Keyboard, paper, darkness, text alone, and fingers."""

import re

import pytest
from playwright.sync_api import Page

from .conftest import Tab

STEP = "/residency/new-york-12-week-rule/"
FOCUSED = """() => { const it = document.activeElement, style = getComputedStyle(it), box = it.getBoundingClientRect();
    return {words: (it.innerText || it.getAttribute('name') || it.id).trim(), width: parseFloat(style.outlineWidth),
            style: style.outlineStyle, tag: it.localName, seen: box.width > 1 && box.height > 1}; }"""
SMALL = """() => [...document.querySelectorAll('nav a, button, summary, input:not([type=hidden]), textarea, .pager a')]
    .filter(each => each.checkVisibility() && !each.closest('.visually-hidden, p'))
    .map(each => [each.outerHTML.slice(0, 80), (each.closest('.steps li') ?? each).getBoundingClientRect()])
    .filter(([html, box]) => Math.min(box.width, box.height) < 24).map(([html]) => html)"""


def press(page: Page, key: str, times: int = 1) -> dict[str, object]:
    for _ in range(times):
        page.keyboard.press(key)
    return page.evaluate(FOCUSED)


def walk_to(page: Page, words: str) -> dict[str, object]:
    for _ in range(80):
        if (here := press(page, "Tab"))["words"] == words:
            return here
    raise AssertionError(f"the Tab key does not reach “{words}”")


# ------------------------------------------------------------------------------------------------ keyboard
def test_the_first_stop_leads_past_the_menu(tab: Tab) -> None:
    page = tab.open(STEP)
    first = press(page, "Tab")
    assert (first["words"], first["seen"]) == ("Skip to main content", True)
    page.keyboard.press("Enter")
    assert press(page, "Tab")["words"] == "Obtaining a residency in New York State"


@pytest.mark.parametrize("path", ["/", STEP, "/calendar/", "/feedback/?page=/contact/"])
def test_every_stop_is_seen(tab: Tab, path: str) -> None:
    page, stops = tab.open(path), []
    while (here := press(page, "Tab"))["tag"] != "body" and len(stops) < 40:
        stops.append(here)
    assert len(stops) > 10
    assert [stop for stop in stops if stop["width"] < 3 or stop["style"] == "none" or not stop["seen"]] == []


def test_keys_alone_reach_the_menu_search_and_a_disclosure(tab: Tab) -> None:
    page = tab.open("/")
    walk_to(page, "q")
    page.keyboard.type("FCVS")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=FCVS")
    walk_to(page, "Residency")
    page.keyboard.press("Enter")
    page.wait_for_url("**/residency/")
    tab.open(STEP)
    walk_to(page, "Was this page useful?")
    assert not page.locator(".feedback button").is_visible()
    page.keyboard.press("Enter")
    assert page.locator(".feedback button").is_visible()


@pytest.mark.parametrize("tab", [{"viewport": {"width": 320, "height": 640}}], indirect=True, ids=["phone"])
def test_on_a_phone_the_menu_opens_without_a_script(tab: Tab) -> None:
    page = tab.open("/")
    assert not page.locator("nav.menu").is_visible()
    page.locator(".menu-toggle summary").click()
    page.get_by_role("navigation", name="Main").get_by_role("link", name="State 30 waiver").click()
    page.wait_for_url("**/state-30/")


# ------------------------------------------------------------------------------------------------ paper and light
def test_paper_gets_the_words_and_not_the_controls(tab: Tab) -> None:
    page = tab.open(STEP)
    page.emulate_media(media="print")
    for hidden in (".menu", ".search-form", ".skip", ".pager", ".path", ".feedback", ".foot nav"):
        assert not page.locator(hidden).first.is_visible(), hidden
    for seen in ("h1", ".key-facts", ".sources dl", ".page-foot", ".statement"):
        assert page.locator(seen).first.is_visible(), seen
    after = page.locator('.prose a[href^="http"]').first.evaluate("link => getComputedStyle(link, '::after').content")
    assert "http" in after
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"


def brightness(page: Page, selector: str, what: str) -> float:
    colour = page.locator(selector).first.evaluate(f"each => getComputedStyle(each).{what}")
    red, green, blue = map(int, re.findall(r"\d+", colour)[:3])
    return (0.299 * red + 0.587 * green + 0.114 * blue) / 255


@pytest.mark.parametrize("tab", [{"color_scheme": "dark"}], indirect=True, ids=["dark"])
@pytest.mark.parametrize("path", ["/", STEP, "/feedback/?page=/contact/", "/accounts/login/"])
def test_dark_is_dark(tab: Tab, path: str) -> None:
    page = tab.open(path)
    assert brightness(page, "body", "backgroundColor") < 0.2
    assert brightness(page, "h1", "color") > 0.7


@pytest.mark.parametrize(
    ("tab", "moves"),
    [({"reduced_motion": "reduce"}, False), ({"reduced_motion": "no-preference"}, True)],
    indirect=["tab"],
)
def test_nothing_moves_for_those_who_asked_for_stillness(tab: Tab, moves: bool) -> None:
    page = tab.open("/")
    times = page.evaluate(
        "[...document.querySelectorAll('*')].map(each => parseFloat(getComputedStyle(each).transitionDuration))"
    )
    assert any(times) is moves
    assert max(times) <= 0.2
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"


# ------------------------------------------------------------------------------------------------ text alone, fingers
ORDER = [
    "Skip to main content", "International Medical Graduates", "Residency", "Step 2 of 18", "Check the New York rule",
    "Key facts", "Next step", "Last reviewed", "Was this page useful?", "Privacy", "not a government site",
]  # fmt: skip


def test_the_words_alone_stand_in_a_sensible_order(tab: Tab) -> None:
    text = tab.open(STEP).locator("body").evaluate("body => body.textContent")
    places = [text.find(words) for words in ORDER]
    assert places == sorted(places)
    assert -1 not in places


@pytest.mark.parametrize(
    "tab", [{"viewport": {"width": 320, "height": 640}, "has_touch": True}], indirect=True, ids=["phone"]
)
@pytest.mark.parametrize("path", ["/", "/residency/", STEP, "/glossary/", "/links/", "/feedback/?page=/contact/"])
def test_a_finger_hits_what_it_means(tab: Tab, path: str) -> None:
    page = tab.open(path)
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert page.evaluate(SMALL) == []
