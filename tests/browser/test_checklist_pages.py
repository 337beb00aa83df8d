"""Every page of a checklist in every light and width, on paper, in two tabs, sent twice, asked for by a stranger."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect

from .checklists import ago, begin, fill_chase, open_item, part, press, record, wait_for_the_school
from .conftest import SCHEMES, WIDTHS, Tab
from .test_every_page import OPEN_EVERYTHING
from .test_sign_in import look_at, sign_up

PAGES = (
    "", "questions/", "questions/add/program/", "names/", "names/activity/", "plan/", "costs/", "print/", "remove/",
)  # fmt: skip
ASKED = "They asked me something"
FINISHED = "FCVS application and fee"
SIDES = ("top", "right", "bottom", "left")


@pytest.fixture(scope="session")
def farida(browser: Browser, address: str) -> tuple[StorageState, str]:
    """Signed in, half way through her list: her cookies, and the path of the item that waits for the school."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    tab = Tab(context, address)
    begin(tab, sources=True)
    page = wait_for_the_school(tab, ago(33))
    press(page, fill_chase(page, ago(20), "Next week."))
    path, cookies = page.evaluate("location.pathname"), context.storage_state()
    context.close()
    return cookies, path


@pytest.fixture
def her_tab(browser: Browser, address: str, farida: tuple) -> Iterator[Tab]:
    context = browser.new_context(storage_state=farida[0])
    yield Tab(context, address)
    context.close()


# ------------------------------------------------------------------------------------------------ for everybody
@pytest.mark.slow
def test_every_page_can_be_used_by_everybody(her_tab: Tab, farida: tuple) -> None:
    item = farida[1]
    for path in (*(f"/my/checklist/{name}" for name in PAGES), item, f"{item}letter/"):
        check(her_tab, path)
    open_item(her_tab, FINISHED)
    check_shown(her_tab)


@pytest.mark.slow
def test_refused_forms_can_be_used_by_everybody(her_tab: Tab, farida: tuple) -> None:
    page = her_tab.open(farida[1])
    press(page, part(page, "Add an entry to the log"))
    check_refused(her_tab)
    page = her_tab.open("/my/checklist/questions/")
    page.get_by_label("By which day do you need the license?").fill("1949-01-01")
    page.get_by_role("button", name="Save the answers").click()
    check_refused(her_tab)
    for path, button in (("questions/add/program/", "Save"), ("remove/", "Remove my checklist")):
        her_tab.open(f"/my/checklist/{path}").get_by_role("button", name=button, exact=True).click()
        check_refused(her_tab)


@pytest.mark.slow
def test_the_start_can_be_used_by_everybody(tab: Tab) -> None:
    sign_up(tab)
    check(tab, "/my/checklist/start/")
    tab.page.get_by_role("button", name="Save and go on to your programs").click()
    check_refused(tab)


def check(tab: Tab, path: str) -> None:
    page = tab.open(path)
    assert page.evaluate("location.pathname") == path
    check_shown(tab)


def check_shown(tab: Tab) -> None:
    """In each light and width. Without motion, no color is on its way to another one while it is looked at."""
    tab.page.evaluate(OPEN_EVERYTHING)
    for scheme in SCHEMES:
        tab.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        for width in WIDTHS:
            tab.page.set_viewport_size({"width": width, "height": 800})
            look_at(tab, tab.page)
    assert tab.asked_elsewhere == []


def check_refused(tab: Tab) -> None:
    expect(tab.page.get_by_role("alert")).to_contain_text("There is a problem")
    expect(tab.page).to_have_title(re.compile("^Error: "))
    tab.complaints[:] = [each for each in tab.complaints if "422" not in each]
    check_shown(tab)


@pytest.mark.parametrize("paper", ["Letter", "A4"])
def test_the_list_fits_on_two_sheets(her_tab: Tab, paper: str) -> None:
    sheets = her_tab.open("/my/checklist/print/").pdf(format=paper, margin=dict.fromkeys(SIDES, "1.5cm"))
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", sheets)) <= 2


# ------------------------------------------------------------------------------------------------ nobody else
@pytest.mark.parametrize("has_own", [False, True])
def test_a_stranger_finds_nothing(tab: Tab, farida: tuple, has_own: bool) -> None:
    begin(tab) if has_own else sign_up(tab)
    for path in (farida[1], f"{farida[1]}letter/", f"{farida[1]}letter/?alone"):
        assert tab.page.goto(tab.address + path).status == 404
    assert tab.page.get_by_text("Your medical education").count() == 0


# ------------------------------------------------------------------------------------------------ twice
def test_in_the_second_tab_a_stale_form_says_so_and_keeps_what_was_typed(tab: Tab) -> None:
    begin(tab)
    first = open_item(tab, FINISHED)
    second = tab.page.context.new_page()
    second.goto(first.url)
    record(first, "I sent it, or asked for it", ago(2))
    ask = part(second, ASKED)
    ask.locator("[name=words]").fill("Which name is right?")
    press(second, ask)
    expect(second.get_by_role("alert")).to_contain_text("This changed after you opened the page")
    expect(second.locator(".standing")).to_contain_text("It waits for FCVS")
    expect(part(second, ASKED).locator("[name=words]")).to_have_value("Which name is right?")
    press(second, part(second, ASKED))
    expect(second.locator(".standing")).to_contain_text("Yours, since")
    assert second.locator("section[aria-labelledby=history] li").count() == 2


def test_a_form_that_is_sent_twice_counts_once(tab: Tab) -> None:
    begin(tab)
    page = open_item(tab, FINISHED)
    form = fill_chase(page, ago(1), "They look into it.")
    address, sent = form.locator("form").evaluate("form => [form.action, Object.fromEntries(new FormData(form))]")
    assert page.context.request.post(address, form=sent, headers={"Referer": page.url}).ok
    press(page, form)
    expect(page.get_by_text("They look into it.")).to_have_count(1)


def test_going_back_and_sending_again_counts_once(tab: Tab) -> None:
    """The browser fetches the page anew, and shows in its forms what had been typed."""
    begin(tab)
    page = open_item(tab, FINISHED)
    record(page, "I sent it, or asked for it", ago(2))
    page.go_back()
    expect(page.locator(".standing")).to_contain_text("It waits for FCVS")
    expect(page.locator(".recording", has_text="I sent it, or asked for it")).to_have_count(0)
    press(page, fill_chase(page, ago(1), "They look into it."))
    page.go_back()
    form = part(page, "Add an entry to the log")
    expect(form.locator("[name=answer]")).to_have_value("They look into it.")
    press(page, form)
    expect(page.get_by_role("status")).to_contain_text("It is in your log.")
    assert chases(open_item(tab, FINISHED)) == 1


def chases(page: Page) -> int:
    return page.locator("section[aria-labelledby=log] ul > li").count()
