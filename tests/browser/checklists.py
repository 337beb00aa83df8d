"""What a physician does with the checklist in the browser, and what the portal does for it in the morning."""

import re
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import Locator, Page, expect

from notices.mornings import next_moment
from scripts.processes import ROOT
from scripts.screenshot import Portal

from .conftest import Tab
from .test_sign_in import read, sign_up

NEW_YORK = "America/New_York"
QUESTIONS = {
    "ecfmg_certified": "yes",
    "has_ssn": "no",
    "has_us_address": "yes",
    "other_language": "no",
    "clerkships_abroad": "yes",
}
# As the scheduler does it, at the hour given.
THE_MORNING = """
import sys
from datetime import datetime
import django
import time_machine
django.setup()
from credentialing.tasks import owe_follow_ups
from notices.tasks import send_due
with time_machine.travel(datetime.fromisoformat(sys.argv[1])):
    owe_follow_ups()
    send_due()
"""


def ago(days: int) -> str:
    """That many days before the physician's today, as a date field takes it; fewer than 0 are still to come."""
    return (datetime.now(ZoneInfo(NEW_YORK)).date() - timedelta(days=days)).isoformat()


def in_words(day: str) -> str:
    return f"{date.fromisoformat(day):%-d %B %Y}"


def answer_questions(page: Page, **changed: str) -> None:
    for question, answer in (QUESTIONS | changed).items():
        page.locator(f"[name={question}][value={answer}]").check()
    page.get_by_label("When does the third year of your approved training end?").fill(ago(-220))
    page.get_by_label("By which day do you need the license?").fill(ago(-400))
    page.get_by_role("button", name="Save and go on to your programs").click()
    expect(page.get_by_role("heading", name="Your answers", level=1)).to_be_visible()


def add_source(page: Page, button: str, name: str, *days: str) -> None:
    page.get_by_role("link", name=button).click()
    page.locator("[name=name]").fill(name)
    for field, day in zip(("starts_on", "ends_on"), days, strict=False):
        page.locator(f"[name={field}]").fill(day)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()


def add_sources(page: Page) -> None:
    add_source(page, "Add a training program", "Lakeside Hospital", ago(900), ago(536))
    add_source(page, "Add a training program", "Northgate Medical Center", ago(535), ago(-220))
    add_source(page, "Add a hospital", "St. Brigid General")
    add_source(page, "Add another license", "New Jersey Board")


def begin(tab: Tab, *, sources: bool = False) -> str:
    """A new physician with a list. Returns the e-mail address."""
    address = sign_up(tab)
    answer_questions(tab.open("/my/checklist/start/"))
    if sources:
        add_sources(tab.page)
    return address


def open_item(tab: Tab, title: str) -> Page:
    page = tab.open("/my/checklist/")
    page.get_by_role("link", name=title, exact=True).click()
    expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()
    return page


def part(page: Page, title: str) -> Locator:
    """One form of an item's page, opened."""
    found = page.locator(".recording").filter(has=page.locator("summary, h3").get_by_text(title, exact=True))
    if (summary := found.locator("summary")).count() and not found.locator("form").is_visible():
        summary.click()
    return found


def record(page: Page, title: str, on: str, **typed: str) -> None:
    form = part(page, title)
    for name, value in {"on": on, **typed}.items():
        form.locator(f"[name={name}]").fill(value)
    press(page, form)
    expect(page.get_by_role("status")).to_be_visible()


def press(page: Page, form: Locator) -> None:
    with page.expect_navigation():
        form.get_by_role("button").click()


def fill_chase(page: Page, on: str, answer: str) -> Locator:
    form = part(page, "Add an entry to the log")
    form.get_by_label("Day on which you asked").fill(on)
    form.get_by_label("How").select_option("email")
    form.get_by_label("Whom you asked").fill("The registrar")
    form.get_by_label("What the answer was").fill(answer)
    return form


def wait_for_the_school(tab: Tab, since: str) -> Page:
    """All that comes first is done; since that day it is the school's turn."""
    for title in ("One name on every document", "ECFMG Certificate"):
        record(open_item(tab, title), "It is done" if title.startswith("One") else "They confirmed it", ago(60))
    for title in ("FCVS application and fee", "Affidavit and Release, notarized"):
        record(open_item(tab, title), "I sent it, or asked for it", ago(50))
        record(tab.page, "They say that they have received it", ago(45))
    record(open_item(tab, "Your medical education, verified"), "I sent it, or asked for it", since)
    return tab.page


def a_morning_comes(started: Portal) -> None:
    """The next hour at which messages may go out."""
    moment = next_moment(datetime.now(UTC), NEW_YORK) + timedelta(minutes=1)
    environment = {**started.environment, "DJANGO_SETTINGS_MODULE": "mssny_img.settings"}
    command = [sys.executable, "-c", THE_MORNING, moment.isoformat()]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)


def newest_mail(here: str, address: str) -> str:
    """The path of the newest mail to this address."""
    box = read(f"{here}/dev/mailbox/")
    mails = re.findall(r'href="(/dev/mailbox/\d+/)".*?<span class="quiet">to ([^,<]+),', box, re.DOTALL)
    return next(path for path, to in mails if to == address)
