"""A mentor and a mentee as they find each other in the browser: the public forms, the desk, the mail, the yes."""

import re
import subprocess
import sys
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect

from scripts.processes import ROOT
from scripts.screenshot import Portal

from .conftest import Tab
from .test_sign_in import ADMINISTRATOR, code_for, new_address, read, show_the_second_factor, sign_in

MENTOR, MENTEE = "Samuel Okafor", "Farida Khan"
NEW_YORK = "America/New_York"
A_MONTH = """
from datetime import timedelta
import django
django.setup()
from django.db.models import F
from mentoring.models import Pair
from mentoring.pulse_actions import ask_pulses
Pair.objects.update(started_on=F("started_on") - timedelta(days=31))
ask_pulses()
"""
Answers = dict[str, str | list[str] | bool]
FREE: Answers = {"day_0": ["17:00"], "day_2": ["08:00"]}
SCHOOL: Answers = {"school_country": "India", "region": "nyc", "languages": ["en", "hi"]}
OF_A_MENTOR: dict[str, Answers] = {
    "about": SCHOOL | {"training_stage": "attending", "specialties": ["internal"], "graduation_year": "2009"},
    "path": {"hurdle_match": "2012", "visas": ["j1"]},
    "help": {
        "help": ["mock_interview", "cv"],
        "formats": ["half_year"],
        "capacity": "1",
        "contact_by": "Video, then e-mail",
        "about": "I matched on my second try and know how the waiting feels.",
    },
    "times": FREE | {"employer": "Lakeside Hospital"},
    "list": {"is_listed": True},
}
OF_A_MENTEE: dict[str, Answers] = {
    "about": SCHOOL | {"stage": "applying", "graduation_year": "2021"},
    "goals": {"next_hurdle": "match", "help": ["mock_interview"], "goals": "To be calm in interviews."},
    "wishes": {"formats": ["half_year"]},
    "times": FREE,
}
ANSWERS = {"mentor": OF_A_MENTOR, "mentee": OF_A_MENTEE}


class Pair(NamedTuple):
    """Both signed in, with their e-mail addresses, and the path of the pair's page."""

    mentor: Tab
    mentee: Tab
    mentor_mail: str
    mentee_mail: str
    path: str


def today(later: int = 0) -> str:
    """The day in New York, or the one that many days later, as a date field takes it."""
    return (datetime.now(ZoneInfo(NEW_YORK)).date() + timedelta(days=later)).isoformat()


# ------------------------------------------------------------------------------------------------ enrolling
def sign_up_to_enroll(tab: Tab, side: str, name: str) -> str:
    """From the public page to the first question. Returns the e-mail address."""
    page, address = tab.open("/mentoring/"), new_address()
    page.get_by_role("link", name="Become a mentor" if side == "mentor" else "Ask for a mentor").first.click()
    page.get_by_role("link", name="Create an account").click()
    page.get_by_label("E-mail address").fill(address)
    page.get_by_label("Full name").fill(name)
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_label("Code from the mail").fill(code_for(tab.address, address))
    page.get_by_role("button", name="Continue").click()
    expect(page).to_have_url(re.compile(f"/mentoring/{side}/$"))
    press(page, "Begin")
    return address


def fill(page: Page, answers: Answers) -> None:
    for name, answer in answers.items():
        field = page.locator(f'main [name="{name}"]')
        if isinstance(answer, bool):
            field.set_checked(answer)
        elif isinstance(answer, list):
            for value in answer:
                page.locator(f'main [name="{name}"][value="{value}"]').check()
        elif field.evaluate("each => each.tagName") == "SELECT":
            field.select_option(answer)
        else:
            field.fill(answer)


def answer_parts(page: Page, side: str, slugs: Iterable[str] = ()) -> None:
    for slug in slugs or ANSWERS[side]:
        expect(page).to_have_url(re.compile(f"/mentoring/{side}/part/{slug}/$"))
        fill(page, ANSWERS[side][slug])
        press(page, "Save and go on")


def send(page: Page, side: str) -> None:
    expect(page.get_by_role("heading", name="Check your answers")).to_be_visible()
    page.get_by_label("I am an adult").check()
    press(page, "Send to the society")
    expect(page).to_have_url(re.compile(f"/mentoring/{side}/$"))
    expect(page.get_by_role("heading", name="The society has your enrollment")).to_be_visible()


def enroll(tab: Tab, side: str, name: str) -> str:
    address = sign_up_to_enroll(tab, side, name)
    answer_parts(tab.page, side)
    send(tab.page, side)
    return address


def press(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


# ------------------------------------------------------------------------------------------------ at the desk
def sign_in_at_the_desk(tab: Tab) -> None:
    """With both proofs."""
    sign_in(tab, ADMINISTRATOR)
    show_the_second_factor(tab)


def open_at_the_desk(staff: Tab, side: str, address: str) -> Page:
    page = staff.open(f"/admin/mentoring/{side}/?show=all&q={address}")
    page.locator("#result_list tbody th a").click()
    return page


def approve(staff: Tab, side: str, address: str) -> None:
    page = open_at_the_desk(staff, side, address)
    page.get_by_role("link", name="Approve", exact=True).click()
    if side == "mentor":
        for name in ("license_checked_on", "membership_checked_on"):
            page.locator(f"[name={name}]").fill(today())
        page.locator("[name=check_note]").fill("NYSED license search; membership database.")
    press(page, "Approve")
    expect(page.locator(".messagelist")).to_be_visible()


def start_round(staff: Tab, **chosen: str) -> Page:
    page = staff.open("/admin/mentoring/round/add/")
    page.locator("[name=mode]").select_option(chosen.pop("mode"))
    fill(page, chosen)
    press(page, "Save")
    staff.open("/admin/mentoring/round/?show=all").locator("#result_list tbody th a").first.click()
    return page


def do_at_the_desk(staff: Tab, verb: str, done: str) -> None:
    staff.page.get_by_role("link", name=verb, exact=True).click()
    press(staff.page, verb)
    expect(staff.page.locator(".messagelist")).to_contain_text(done)
    assert staff.complaints == []


def bring_together(staff: Tab, mentee: str, mentor: str) -> None:
    """A round over everybody who waits: worked out, looked at, published."""
    page = start_round(staff, mode="optimum")
    expect(page.get_by_role("row", name=mentee)).to_contain_text(mentor)
    do_at_the_desk(staff, "Publish", "Each mentor is being asked")


def close_at_the_desk(staff: Tab, words: str, outcome: str) -> None:
    page = staff.open("/admin/mentoring/concern/")
    page.locator("#result_list tbody th a").last.click()
    expect(page.get_by_text(words)).to_have_count(0)
    page.get_by_label("Why you need to open it").fill("To look into what was reported.")
    press(page, "Open this record")
    expect(page.get_by_text(words)).to_be_visible()
    page.get_by_role("link", name="Close the concern").click()
    page.locator("[name=outcome]").fill(outcome)
    press(page, "Close the concern")
    expect(page.locator(".messagelist")).to_contain_text("Closed")
    assert staff.complaints == []


# ------------------------------------------------------------------------------------------------ mail and days
def a_month_goes_by(started: Portal) -> None:
    """Every pair is a month older, and is asked how it goes."""
    _at_the_server(started, A_MONTH)


def _at_the_server(started: Portal, script: str, *words: str) -> None:
    environment = {**started.environment, "DJANGO_SETTINGS_MODULE": "mssny_img.settings"}
    subprocess.run([sys.executable, "-c", script, *words], cwd=ROOT, env=environment, check=True)


def mails_to(here: str, address: str) -> list[str]:
    """Their paths, the newest first."""
    box = read(f"{here}/dev/mailbox/")
    mails = re.findall(r'href="(/dev/mailbox/\d+/)".*?<span class="quiet">to ([^,<]+),', box, re.DOTALL)
    return [path for path, to in mails if to == address]


def answer_from_the_mail(tab: Tab, address: str, heading: str, answer: str) -> None:
    """In a browser that has never been signed in."""
    context = tab.page.context.browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(
        tab.address + next(path for path in mails_to(tab.address, address) if heading in read(tab.address + path))
    )
    page.locator('.prose a[href*="/notices/answer/"]').first.click()
    expect(page.get_by_text("Opening this page changed nothing.")).to_be_visible()
    press(page, answer)
    expect(page.get_by_role("heading", name="Thank you: your answer is kept")).to_be_visible()
    context.close()
