"""What a reader comes for, from the first page to the answer."""

import re

import pytest
from playwright.sync_api import expect

from .conftest import Tab

RULE = "/residency/new-york-12-week-rule/"


def test_a_reader_finds_the_12_week_rule_by_searching_and_sees_who_says_so(tab: Tab) -> None:
    page = tab.open("/")
    page.get_by_role("searchbox").fill("12 week rule")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Check the New York rule on clerkships abroad").first.click()
    page.wait_for_url(f"**{RULE}*")
    expect(page.get_by_role("heading", level=1)).to_have_text("Check the New York rule on clerkships abroad")
    page.locator(".prose a.fact", has_text="12 weeks").first.click()
    shown = page.locator(".sources dl > div:target")
    expect(shown).to_be_visible()
    expect(shown).to_contain_text("Checked on")
    expect(shown.get_by_role("link")).to_have_attribute("href", re.compile("^https://"))


def test_a_reader_finds_it_along_the_path_too(tab: Tab) -> None:
    page = tab.open("/")
    page.get_by_role("link", name="Obtaining a residency").click()
    page.get_by_role("navigation", name="All steps").get_by_role("link").nth(1).click()
    page.wait_for_url(f"**{RULE}")
    expect(page.get_by_text("Step 2 of 18")).to_be_visible()
    page.get_by_role("link", name="Next step").click()
    expect(page.get_by_text("Step 3 of 18")).to_be_visible()


@pytest.mark.parametrize("tab", [{"java_script_enabled": False}], indirect=True, ids=["no script"])
def test_a_reader_says_whether_the_page_was_useful(tab: Tab) -> None:
    page = tab.open("/contact/")
    page.locator(".feedback summary").click()
    page.get_by_label("No", exact=True).check()
    page.get_by_label("What should we change?").fill("The address is old.")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    page.get_by_role("link", name="Back to the page you were reading").click()
    page.wait_for_url("**/contact/")
    assert page.context.cookies() == []


@pytest.mark.parametrize("tab", [{"java_script_enabled": False}], indirect=True, ids=["no script"])
def test_a_reader_who_forgets_to_answer_is_led_to_the_question(tab: Tab) -> None:
    page = tab.open("/feedback/?page=/contact/")
    page.get_by_label("What should we change?").fill("The address is old.")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose yes or no.")
    expect(page.get_by_label("What should we change?")).to_have_value("The address is old.")
    page.get_by_role("alert").get_by_role("link").click()
    expect(page.get_by_label("Yes")).to_be_focused()
    page.get_by_label("Yes").check()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")


def test_a_link_to_a_figure_opens_what_hides_it(tab: Tab) -> None:
    figure = tab.open(RULE).locator(".prose .sources dl > div").first
    name = figure.get_attribute("id")
    assert not figure.is_visible()
    tab.open("/")
    page = tab.open(f"{RULE}#{name}")
    expect(page.locator(f"#{name}")).to_be_visible()
    expect(page.locator(f"#{name}")).to_be_in_viewport()


def test_a_reader_looks_up_an_acronym_and_comes_back(tab: Tab) -> None:
    page = tab.open("/credentialing/fcvs/")
    term = page.locator("a.term").first
    acronym = term.inner_text()
    term.click()
    page.wait_for_url("**/glossary/#*")
    expect(page.locator("dt:target")).to_contain_text(acronym)
    page.go_back()
    page.wait_for_url("**/credentialing/fcvs/")


def test_a_stranger_is_asked_to_sign_in_at_the_staff_s_door(tab: Tab) -> None:
    page = tab.open("/admin/")
    page.wait_for_url("**/accounts/login/?next=/admin/")
    page.get_by_label("E-mail address").fill("nobody@example.org")
    page.get_by_role("button", name="Send me a code").click()
    expect(page.get_by_role("heading", name="Type the code we sent you")).to_be_visible()
    assert [words for words in tab.complaints if "Content Security" in words] == []
