"""A physician's way through the checklist, from the public page to the end, with the portal's own server and clock."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from scripts.screenshot import Portal

from .checklists import (
    QUESTIONS,
    a_morning_comes,
    add_sources,
    ago,
    answer_questions,
    begin,
    fill_chase,
    in_words,
    newest_mail,
    open_item,
    part,
    press,
    record,
    wait_for_the_school,
)
from .conftest import Tab
from .test_every_page import TOO_WIDE
from .test_sign_in import ADMINISTRATOR, code_for, new_address, read, show_the_second_factor, sign_in, sign_up

SCHOOL = "Your medical education, verified"
ENDS = ("It is done", "They confirmed it", "They say that they have received it")
STUCK = "I am stuck and need help"


@pytest.fixture
def staff(browser: Browser, address: str) -> Iterator[Tab]:
    """The administrator at the desk, after both proofs."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    tab = Tab(context, address)
    sign_in(tab, ADMINISTRATOR)
    show_the_second_factor(tab)
    yield tab
    context.close()


# ------------------------------------------------------------------------------------------------ the whole way
def test_from_the_public_page_to_a_list_of_their_own(tab: Tab) -> None:
    page, address = tab.open("/credentialing/"), new_address()
    page.get_by_role("link", name="Start your license checklist").click()
    page.get_by_role("link", name="Create an account").click()
    page.get_by_label("E-mail address").fill(address)
    page.get_by_label("Full name").fill("Farida Khan")
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_label("Code from the mail").fill(code_for(tab.address, address))
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Start your license checklist")).to_be_visible()
    answer_questions(page)
    add_sources(page)
    page.get_by_role("link", name="See your list").click()
    expect(page.locator(".lead")).to_contain_text("for you")
    for title in ("Form 2CC: St. Brigid General", "Verification of your other license: New Jersey Board"):
        expect(page.get_by_role("link", name=title)).to_be_visible()
    expect(page.get_by_role("link", name="Training that has ended, verified: Lakeside Hospital")).to_be_visible()
    assert (tab.complaints, tab.asked_elsewhere) == ([], [])


def test_what_waits_is_followed_up_and_whoever_is_stuck_is_helped(tab: Tab, started: Portal, staff: Tab) -> None:
    address = begin(tab, sources=True)
    page = wait_for_the_school(tab, ago(33))
    expect(page.locator(".standing")).to_contain_text(f"since {in_words(ago(33))}, 33 days")
    press(page, fill_chase(page, ago(20), "Next week."))
    read_the_letter(page)
    a_morning_comes(started)
    answer_from_the_mail(tab, address, "Stuck")
    open_item(tab, SCHOOL)
    expect(page.get_by_text("Not answered yet. You get a message when it is.")).to_be_visible()
    answer_at_the_desk(staff, "Write to the dean’s office; the registrar has moved.")
    told = read(tab.address + newest_mail(tab.address, address))
    assert "The society answered your question" in told
    assert "the registrar has moved." in told
    open_item(tab, SCHOOL)
    expect(page.locator(".answer")).to_contain_text("the registrar has moved.")
    record(page, "They confirmed it", ago(0))
    expect(page.locator(".standing")).to_contain_text(f"finished on {in_words(ago(0))}")
    expect(tab.open("/my/checklist/").locator(".last-step")).to_contain_text("New York decides")
    assert tab.complaints == []


def read_the_letter(page: Page) -> None:
    page.get_by_role("link", name="The letter to send").click()
    letter = page.get_by_label("Letter", exact=True)
    expect(letter).to_have_value(re.compile(rf"{in_words(ago(33))}.*Farida Khan", re.DOTALL))
    assert page.get_by_role("link", name="Open it in your mail program").get_attribute("href").startswith("mailto:")
    page.get_by_role("link", name="Third letter").click()
    expect(letter).to_have_value(re.compile(in_words(ago(20))))


def answer_from_the_mail(tab: Tab, address: str, answer: str) -> None:
    """In a browser that has never been signed in."""
    context = tab.page.context.browser.new_context()
    page = context.new_page()
    page.goto(tab.address + newest_mail(tab.address, address))
    mail = page.locator(".prose")
    expect(mail).to_contain_text(re.compile(r"has waited for 3\d days"))
    for words in ("Dear Dean and Registrar", "Farida Khan", "Answer without signing in"):
        expect(mail).to_contain_text(words)
    mail.locator('a[href*="/notices/answer/"]').first.click()
    expect(page.get_by_text("Opening this page changed nothing.")).to_be_visible()
    page.get_by_role("button", name=answer).click()
    expect(page.get_by_role("heading", name="Thank you: your answer is kept")).to_be_visible()
    context.close()


def answer_at_the_desk(staff: Tab, answer: str) -> None:
    page = staff.open("/admin/credentialing/helprequest/")
    page.locator("#result_list tbody tr").first.get_by_role("link").first.click()
    page.get_by_label("Why you need to open it").fill("They asked the society for help.")
    expect(page.get_by_text("Asked from a reminder")).to_be_hidden()
    page.get_by_role("button", name="Open this record").click()
    expect(page.get_by_text("Asked from a reminder").first).to_be_visible()
    page.get_by_role("link", name="Answer", exact=True).click()
    page.get_by_label("Your answer").fill(answer)
    page.get_by_role("button", name="Answer", exact=True).click()
    expect(page.get_by_text("Answered: help request")).to_be_visible()
    assert staff.complaints == []


def test_a_finished_list_says_what_comes_next(tab: Tab) -> None:
    begin(tab)
    page = tab.open("/my/checklist/")
    for path in page.locator(".task-list a").evaluate_all("links => links.map(link => link.pathname)"):
        tab.open(path)
        titles = page.locator(".recording > :is(summary, h3)").all_inner_texts()
        record(page, next(title for title in ENDS if title in titles), ago(0))
    page = tab.open("/my/checklist/")
    expect(page.get_by_role("heading", name="Everything is done: what comes next")).to_be_visible()
    expect(page.locator(".last-step")).to_contain_text("your registration ends one day and has to be renewed")


# ------------------------------------------------------------------------------------------------ other hands
@pytest.mark.parametrize(
    "tab", [{"viewport": {"width": 390, "height": 844}, "has_touch": True}], indirect=True, ids=["phone"]
)
def test_on_a_phone(tab: Tab) -> None:
    begin(tab)
    page = tab.open("/my/checklist/")
    assert page.evaluate(TOO_WIDE) == []
    page.get_by_role("link", name="One name on every document").tap()
    part(page, "It is done").get_by_role("button").tap()
    expect(page.get_by_role("status")).to_contain_text("It is recorded.")
    open_item(tab, "FCVS application and fee")
    part(page, "I sent it, or asked for it").get_by_role("button").tap()
    expect(page.locator(".standing")).to_contain_text(f"It waits for FCVS since {in_words(ago(0))}")
    page.get_by_role("link", name="I am stuck", exact=True).tap()
    page.get_by_text(STUCK, exact=True).tap()
    page.get_by_label("What holds you up").fill("My card is refused.")
    page.get_by_role("button", name="Send to the society").tap()
    expect(page.get_by_text("My card is refused.")).to_be_visible()
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert page.evaluate(TOO_WIDE) == []


def test_with_the_keyboard_alone(tab: Tab) -> None:
    sign_up(tab)
    page = tab.open("/my/checklist/start/")
    for question in QUESTIONS:
        tab_to(page, f"#id_{question}_0")
        page.keyboard.press("Space")
    enter(page, "button", "Save and go on to your programs")
    enter(page, "a", "See your list")
    enter(page, "a", "One name on every document")
    enter(page, "button", "Record that it is done")
    expect(page.get_by_role("status")).to_contain_text("It is recorded.")
    enter(page, "a", "Your license checklist")
    enter(page, "a", "FCVS application and fee")
    enter(page, "summary", STUCK)
    tab_to(page, "#help_words")
    page.keyboard.type("My card is refused.")
    enter(page, "button", "Send to the society")
    expect(page.get_by_text("Not answered yet.")).to_be_visible()
    expect(page.get_by_text("My card is refused.")).to_be_visible()


def enter(page: Page, tag: str, words: str) -> None:
    tab_to(page, f'main {tag}:text-is("{words}")')
    page.keyboard.press("Enter")
    if tag != "summary":
        page.wait_for_load_state()


def tab_to(page: Page, selector: str) -> None:
    wanted = page.locator(selector).first
    wanted.wait_for()
    for _ in range(120):
        page.keyboard.press("Tab")
        if wanted.evaluate("each => each === document.activeElement"):
            assert wanted.evaluate("each => parseFloat(getComputedStyle(each).outlineWidth)") >= 3
            return
    pytest.fail(f"{selector} cannot be reached with the keyboard.")


@pytest.mark.parametrize("tab", [{"java_script_enabled": False}], indirect=True, ids=["no script"])
def test_without_scripts(tab: Tab) -> None:
    begin(tab, sources=True)
    page = open_item(tab, "FCVS application and fee")
    record(page, "I sent it, or asked for it", ago(3))
    expect(page.locator(".standing")).to_contain_text(f"since {in_words(ago(3))}, 3 days")
    page.get_by_text("They asked me something", exact=True).click()
    form = part(page, "They asked me something")
    form.locator("[name=words]").fill("Which name is right?")
    form.get_by_role("button").click()
    expect(page.locator(".standing")).to_contain_text("Yours, since")
    expect(page.get_by_text("“Which name is right?”")).to_be_visible()
