"""Signing up and in, passkeys, the app and the staff desk, in Chromium under the strict policy."""

import re
import time
from collections.abc import Iterator
from itertools import count
from os import getpid
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from scripts.screenshot import Portal, portal
from tests.accounts.signing_in import app_code

from .conftest import SCHEMES, WIDTHS, Tab
from .test_every_page import TOO_WIDE, violations

ADMINISTRATOR = "administrator@demonstration.example"
NUMBERS = count(1)
PHONE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(scope="module")
def started() -> Iterator[Portal]:
    """A portal of their own: so many people sign up here that a shared one would ask them to wait."""
    with portal() as own:
        yield own


@pytest.fixture(scope="module")
def address(started: Portal) -> str:
    return started.address


@pytest.fixture
def here(address: str) -> str:
    """Passkeys belong to a name, never to a number."""
    return address.replace("127.0.0.1", "localhost")


@pytest.fixture
def person(browser: Browser, here: str) -> Iterator[Tab]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield Tab(context, here)
    context.close()


def new_address() -> str:
    return f"person{next(NUMBERS)}-{getpid()}@member.example"


def code_for(here: str, address: str) -> str:
    """From the newest mail; it must be to this address."""
    box = read(f"{here}/dev/mailbox/")
    letter = read(here + re.search(r'href="(/dev/mailbox/\d+/)"', box)[1])
    assert address in letter
    return re.search(r"\b[B-Z]{4}-[B-Z]{4}\b", letter)[0]


def show_the_second_factor(tab: Tab) -> None:
    """A code of the app that somebody used a moment ago is refused: then the next one is taken."""
    deadline = time.monotonic() + 65
    while tab.page.url.endswith("/2fa/authenticate/") and time.monotonic() < deadline:
        shown = re.search(rf"<dt>(\d{{6}})</dt><dd>{ADMINISTRATOR}", read(f"{tab.address}/dev/second-factor/"))
        tab.page.get_by_label("Code from your authenticator app").fill(shown[1])
        tab.page.get_by_role("button", name="Sign in", exact=True).click()
        if tab.page.url.endswith("/2fa/authenticate/"):
            tab.page.wait_for_timeout(5000)
    expect(tab.page).to_have_url(re.compile(r"/my/$"))


def read(address: str) -> str:
    with urlopen(address) as answer:  # noqa: S310 - our own server
        return answer.read().decode()


def sign_up(tab: Tab) -> str:
    address, page = new_address(), tab.open("/accounts/signup/")
    page.get_by_label("E-mail address").fill(address)
    page.get_by_label("Full name").fill("Farida Khan")
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_label("Code from the mail").fill(code_for(tab.address, address))
    page.get_by_role("button", name="Continue").click()
    expect(page).to_have_url(re.compile(r"/my/$"))
    return address


def ask_for_code(tab: Tab, address: str) -> Page:
    page = tab.open("/accounts/login/")
    page.get_by_label("E-mail address").fill(address)
    page.get_by_role("button", name="Send me a code").click()
    return page


def sign_in(tab: Tab, address: str) -> Page:
    page = ask_for_code(tab, address)
    page.get_by_label("Code from the mail").fill(code_for(tab.address, address))
    page.get_by_role("button", name="Continue").click()
    return page


def sign_out(tab: Tab) -> None:
    page = tab.open("/accounts/logout/")
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile(r":\d+/$"))


def plug_in_phone(context: BrowserContext, page: Page) -> None:
    wire = context.new_cdp_session(page)
    wire.send("WebAuthn.enable")
    wire.send("WebAuthn.addVirtualAuthenticator", {"options": PHONE})


def add_passkey(tab: Tab, *, alone: bool) -> None:
    page = tab.open("/accounts/2fa/webauthn/add/")
    page.get_by_label("Name of this passkey").fill("My phone")
    page.get_by_label("Sign in with it alone").set_checked(alone)
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()


def connect_app(tab: Tab) -> str:
    page = tab.open("/accounts/2fa/totp/activate/")
    key = page.locator(".secret-key").inner_text()
    page.get_by_label("Code that the app shows now").fill(app_code(key))
    page.get_by_role("button", name="Connect the app").click()
    return key


# ------------------------------------------------------------------------------------------------ journeys
def test_signing_up_out_and_in_again(person: Tab) -> None:
    address = sign_up(person)
    sign_out(person)
    expect(sign_in(person, address)).to_have_url(re.compile(r"/my/$"))
    assert person.complaints == []
    assert person.asked_elsewhere == []


def test_three_wrong_codes_and_then_a_new_one(person: Tab) -> None:
    address = sign_up(person)
    sign_out(person)
    page = ask_for_code(person, address)
    for _ in range(2):
        page.get_by_label("Code from the mail").fill("BBBB-BBBB")
        page.get_by_role("button", name="Continue").click()
        expect(page.get_by_role("alert")).to_contain_text("This code does not fit.")
        assert page.title().startswith("Error: ")
        page.get_by_role("alert").get_by_role("link").click()
        expect(page.get_by_label("Code from the mail")).to_be_focused()
    page.get_by_label("Code from the mail").fill("BBBB-BBBB")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("too many tries")
    expect(sign_in(person, address)).to_have_url(re.compile(r"/my/$"))


def test_a_new_code_and_another_address(person: Tab) -> None:
    address = sign_up(person)
    sign_out(person)
    page = ask_for_code(person, address)
    first = code_for(person.address, address)
    page.get_by_role("button", name="Send a new code").click()
    second = code_for(person.address, address)
    assert first != second
    page.get_by_role("button", name="Cancel, or use another address").click()
    expect(page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()


def test_a_passkey_signs_in_alone(person: Tab) -> None:
    sign_up(person)
    plug_in_phone(person.page.context, person.page)
    add_passkey(person, alone=True)
    sign_out(person)
    page = person.open("/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page).to_have_url(re.compile(r"/my/$"))
    assert person.complaints == []


def test_a_passkey_beside_the_mailed_code(person: Tab) -> None:
    address = sign_up(person)
    plug_in_phone(person.page.context, person.page)
    add_passkey(person, alone=False)
    sign_out(person)
    page = sign_in(person, address)
    expect(page.get_by_role("heading", name="Your second factor")).to_be_visible()
    page.get_by_role("button", name="Use your passkey").click()
    expect(page).to_have_url(re.compile(r"/my/$"))
    assert person.complaints == []


def test_an_app_is_connected_and_asked_for(person: Tab) -> None:
    address = sign_up(person)
    picture = person.open("/accounts/2fa/totp/activate/").locator(".qr svg")
    assert picture.bounding_box()["width"] > 150
    key = connect_app(person)
    codes = person.page.locator("main code").all_inner_texts()
    assert len(codes) == 10
    sign_out(person)
    page = sign_in(person, address)
    page.get_by_label("Code from your authenticator app").fill(app_code(key))
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page).to_have_url(re.compile(r"/my/$"))
    assert person.complaints == []


def test_the_desk_opens_only_with_the_second_factor(person: Tab) -> None:
    page = person.open("/admin/")
    expect(page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()
    page = sign_in(person, ADMINISTRATOR)
    expect(page.get_by_role("heading", name="Your second factor")).to_be_visible()
    expect(person.open("/admin/").get_by_role("heading", name="Your second factor")).to_be_visible()
    show_the_second_factor(person)
    expect(person.open("/admin/").get_by_role("link", name="MSSNY IMG portal: staff")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(person.open("/admin/").get_by_role("heading", name="Sign in", exact=True)).to_be_visible()


def test_with_the_keyboard_alone(person: Tab) -> None:
    address = sign_up(person)
    sign_out(person)
    page = person.open("/accounts/login/")
    go_to(page, "id_login")
    page.keyboard.type(address)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Code from the mail")).to_be_visible()
    go_to(page, "id_code")
    page.keyboard.type(code_for(person.address, address))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/my/$"))
    person.open("/accounts/2fa/")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "Add a passkey":
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Add a passkey")).to_be_visible()


def go_to(page: Page, name: str) -> None:
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == name:
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
            assert outline == "3px"
            return
    pytest.fail(f"{name} cannot be reached with the keyboard.")


def test_without_scripts_the_mailed_code_still_works(browser: Browser, here: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    tab = Tab(context, here)
    address = sign_up(tab)
    sign_out(tab)
    expect(sign_in(tab, address)).to_have_url(re.compile(r"/my/$"))
    context.close()


# ------------------------------------------------------------------------------------------------ every page
OPEN = ("/accounts/login/", "/accounts/signup/", "/accounts/inactive/", "/dev/second-factor/")
AT_FIRST = ("email/", "2fa/", "2fa/totp/activate/", "2fa/webauthn/", "2fa/webauthn/add/", "sessions/", "logout/")
WITH_FACTORS = ("2fa/", "2fa/webauthn/", "2fa/recovery-codes/", "2fa/recovery-codes/generate/", "2fa/totp/deactivate/")
ASKED_AGAIN = ("2fa/reauthenticate/", "2fa/webauthn/reauthenticate/")


def check(tab: Tab, path: str) -> None:
    page = tab.open(path)
    assert page.evaluate("location.pathname") == path
    look_at(tab, page)


def look_at(tab: Tab, page: Page) -> None:
    expect(page.locator("footer.foot")).to_be_visible()  # the end of the page: all of it is here
    assert tab.complaints == [], page.url
    assert page.evaluate(TOO_WIDE) == [], page.url
    assert violations(page) == [], page.url
    assert page.locator("h1").count() == 1, page.url


@pytest.mark.slow
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_can_be_used_by_everybody(browser: Browser, here: str, scheme: str, width: int) -> None:
    context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 800})
    tab = Tab(context, here)
    for path in OPEN:
        check(tab, path)
    with_mistakes(tab)
    address = sign_up(tab)
    for path in AT_FIRST:
        check(tab, f"/accounts/{path}")
    with_fresh_code(tab)
    with_factors(tab)
    sign_out(tab)
    look_at(tab, ask_for_code(tab, address))
    tab.page.get_by_label("Code from the mail").fill(code_for(here, address))
    tab.page.get_by_role("button", name="Continue").click()
    expect(tab.page.get_by_role("heading", name="Your second factor")).to_be_visible()
    look_at(tab, tab.page)
    context.close()


def with_mistakes(tab: Tab) -> None:
    for path in ("/accounts/login/", "/accounts/signup/"):
        page = tab.open(path)
        page.get_by_role("button", name="Send me a code").click()
        expect(page.get_by_role("alert")).to_be_visible()
        look_at(tab, page)


def with_fresh_code(tab: Tab) -> None:
    check(tab, "/accounts/reauthenticate/")
    tab.page.get_by_role("button", name="Send a code to").click()
    expect(tab.page.get_by_label("Code from the mail")).to_be_visible()
    look_at(tab, tab.page)
    tab.page.get_by_role("button", name="Continue").click()
    expect(tab.page.get_by_role("alert")).to_be_visible()
    look_at(tab, tab.page)


def with_factors(tab: Tab) -> None:
    plug_in_phone(tab.page.context, tab.page)
    add_passkey(tab, alone=False)
    connect_app(tab)
    for path in (*WITH_FACTORS, *ASKED_AGAIN):
        check(tab, f"/accounts/{path}")
    for what in ("Rename My phone", "Remove My phone"):
        tab.open("/accounts/2fa/webauthn/").get_by_role("link", name=what).click()
        expect(tab.page.get_by_role("heading", level=1)).to_contain_text(what.split()[0])
        look_at(tab, tab.page)
