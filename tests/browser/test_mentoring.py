"""Two colleagues are brought together by the portal, from the public page on, with its own server and clock."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from scripts.screenshot import Portal, portal

from .checklists import a_morning_comes
from .conftest import Tab
from .looking import FAILED, look_at, look_at_refusal, look_everywhere, status_of
from .pairs import (
    ANSWERS,
    MENTEE,
    MENTOR,
    Pair,
    a_month_goes_by,
    answer_from_the_mail,
    answer_parts,
    approve,
    bring_together,
    close_at_the_desk,
    enroll,
    fill,
    mails_to,
    press,
    send,
    sign_in_at_the_desk,
    sign_up_to_enroll,
    today,
)
from .test_sign_in import read, sign_up
from .together import agree, answer_the_two_questions, certify, offer_and_take_a_session, rank_each_other

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
TOLD = "To be calm in interviews."
TOGETHER = ("", "message/", "agreement/", "meeting/", "handover/", "own-note/", "end/")
AT_HOME = ("/my/", "/my/mentoring/", "/my/mentoring/slots/", "/my/mentoring/concern/")
TAKING_PART = ("", "pause/", "leave/", "renew/")


@pytest.fixture(scope="module")
def started() -> Iterator[Portal]:
    """A portal of their own: so many people sign up here that a shared one would ask them to wait."""
    with portal() as own:
        yield own


@pytest.fixture(scope="module")
def address(started: Portal) -> str:
    return started.address


@pytest.fixture(scope="module")
def staff(browser: Browser, address: str) -> Iterator[Tab]:
    """The administrator at the desk, after both proofs."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    tab = Tab(context, address)
    sign_in_at_the_desk(tab)
    yield tab
    context.close()


@pytest.fixture(scope="module")
def pair(browser: Browser, started: Portal, staff: Tab) -> Iterator[Pair]:
    """Both came by the public forms, on phones; a round proposed them, and the mentor said yes from the mail."""
    contexts = [browser.new_context(**PHONE) for _ in range(2)]
    mentor, mentee = (Tab(context, started.address) for context in contexts)
    mails = enroll(mentor, "mentor", MENTOR), enroll(mentee, "mentee", MENTEE)
    for side, mail in zip(("mentor", "mentee"), mails, strict=True):
        approve(staff, side, mail)
    rank_each_other(staff, mentor, mentee)
    bring_together(staff, MENTEE, MENTOR)
    read_the_proposal(mentor)
    a_morning_comes(started)
    answer_from_the_mail(mentor, mails[0], "A mentee is proposed to you", "Yes, I will be the mentor")
    mentor.open("/my/mentoring/").get_by_role("link", name=f"{MENTEE}, your mentee").click()
    yield Pair(mentor, mentee, *mails, re.search(r"/my/mentoring/pair/\d+/", mentor.page.url)[0])
    for context in contexts:
        context.close()


def read_the_proposal(mentor: Tab) -> None:
    """Who it is stays unsaid until the yes."""
    page = mentor.open("/my/mentoring/")
    page.get_by_role("link", name="A mentee is proposed to you: yes or no?").click()
    expect(page.get_by_text(TOLD)).to_be_visible()
    expect(page.get_by_text(MENTEE)).to_have_count(0)
    look_everywhere(mentor)
    press(page, "Send your answer")
    look_at_refusal(mentor)


# ------------------------------------------------------------------------------------------------ the two
def test_both_are_introduced_and_only_now_read_the_others_address(pair: Pair) -> None:
    here = pair.mentor.address
    for own, other, name in (
        (pair.mentor_mail, pair.mentee_mail, MENTEE),
        (pair.mentee_mail, pair.mentor_mail, MENTOR),
    ):
        introduction, *before = (read(here + path) for path in mails_to(here, own))
        assert "writes first" in introduction or "write first" in introduction
        assert other in introduction
        assert name in introduction
        assert before
        assert not [mail for mail in before if other in mail or name in mail]
    expect(pair.mentee.open(pair.path).get_by_role("link", name=pair.mentor_mail)).to_be_visible()
    assert (pair.mentee.complaints, pair.mentee.asked_elsewhere) == ([], [])


def test_they_write_and_meet(pair: Pair) -> None:
    page, words = pair.mentee.open(pair.path), "Thank you! I am free on Monday evening."
    page.get_by_role("link", name="Messages", exact=True).last.tap()
    page.get_by_label("Your message").fill(words)
    press(page, "Send the message")
    expect(page.get_by_text(f"{MENTOR} gets your message.")).to_be_visible()
    page = pair.mentor.open("/my/mentoring/")
    page.get_by_role("link", name=f"1 new message from {MENTEE}").tap()
    expect(page.get_by_text(words)).to_be_visible()
    page = pair.mentor.open(pair.path)
    page.get_by_role("link", name="Plan or note a meeting").tap()
    fill(page, {"on": today(800), "at": "18:30", "minutes": "45"})
    press(page, "Save the meeting")
    look_at_refusal(pair.mentor)
    fill(page, {"on": today(), "at": "00:00", "next_step": "Farida sends two answers."})
    press(page, "Save the meeting")
    expect(pair.mentee.open(pair.path).get_by_text("45 minutes, held.")).to_be_visible()
    expect(pair.mentee.page.get_by_text("Farida sends two answers.")).to_be_visible()
    assert (pair.mentor.complaints, pair.mentee.complaints) == ([], [])


def test_a_concern_reaches_the_officer_and_not_the_mentor(pair: Pair, staff: Tab) -> None:
    page, words = pair.mentee.open(pair.path), "He asked me for money."
    page.get_by_role("link", name="Report a concern").tap()
    expect(page.get_by_label("Which pair is it about?").locator("option:checked")).to_contain_text(MENTOR)
    press(page, "Send in confidence")
    look_at_refusal(pair.mentee)
    page.get_by_label("What happened").fill(words)
    press(page, "Send in confidence")
    expect(page.get_by_text("Not looked at yet")).to_be_visible()
    close_at_the_desk(staff, words, "We talked with the mentor.")
    expect(pair.mentee.open("/my/mentoring/concern/").locator(".answer")).to_contain_text("We talked with the mentor.")
    for path in (pair.path, "/my/mentoring/concern/"):
        expect(pair.mentor.open(path).get_by_text(words)).to_have_count(0)


# ------------------------------------------------------------------------------------------------ strangers
def test_a_stranger_finds_nothing_of_a_pair(pair: Pair, tab: Tab) -> None:
    assert status_of(pair.mentor, pair.path) == 200
    page = tab.open(pair.path)
    expect(page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()
    sign_up(tab)
    for name in (*TOGETHER, "answer/", "pulse/", "next/", "did-meet/", "handover/show/"):
        assert status_of(tab, pair.path + name) == 404, name
    expect(tab.open(pair.path).get_by_text(MENTOR)).to_have_count(0)
    assert tab.complaints == [f"{FAILED} 404 (Not Found)"]
    assert status_of(tab, "/mentoring/mentee/mentors/") == 404


# ------------------------------------------------------------------------------------------------ every page
@pytest.mark.slow
@pytest.mark.parametrize("tab", [PHONE], indirect=True, ids=["phone"])
@pytest.mark.parametrize("side", ANSWERS)
def test_every_page_of_enrolling_can_be_used_by_everybody(tab: Tab, side: str) -> None:
    for path in ("/mentoring/", f"/mentoring/{side}/"):
        look_at(tab, path)
    sign_up_to_enroll(tab, side, "Noor Haddad")
    first, *others = ANSWERS[side]
    look_everywhere(tab)
    press(tab.page, "Save and go on")
    look_at_refusal(tab)
    answer_parts(tab.page, side, [first])
    for slug in others:
        look_everywhere(tab)
        answer_parts(tab.page, side, [slug])
    look_at(tab, f"/mentoring/{side}/check/")
    press(tab.page, "Send to the society")
    look_at_refusal(tab)
    look_at(tab, f"/mentoring/{side}/")
    tab.open(f"/mentoring/{side}/check/")
    send(tab.page, side)
    look_everywhere(tab)


@pytest.mark.slow
def test_every_page_of_a_pair_can_be_used_by_everybody(pair: Pair) -> None:
    for side, tab in (("mentor", pair.mentor), ("mentee", pair.mentee)):
        for path in (*AT_HOME, *(pair.path + name for name in TOGETHER)):
            look_at(tab, path)
        for name in TAKING_PART:
            look_at(tab, f"/mentoring/{side}/{name}")
    for path in ("/my/mentoring/certificate/", "/mentoring/mentor/places/"):
        look_at(pair.mentor, path)
    page = look_at(pair.mentee, "/mentoring/mentee/mentors/")
    expect(page.get_by_role("heading", name=MENTOR)).to_be_visible()
    expect(page.get_by_text(pair.mentor_mail)).to_have_count(0)


@pytest.mark.slow
def test_what_two_do_together_until_it_ends(pair: Pair, started: Portal, tab: Tab) -> None:
    """The last one here: afterwards the two are no pair any more."""
    offer_and_take_a_session(pair)
    agree(pair)
    a_month_goes_by(started)
    for each in (pair.mentor, pair.mentee):
        answer_the_two_questions(each)
    page = pair.mentor.open(pair.path + "handover/")
    fill(page, {"where_we_got": "Two answers are ready."})
    press(page, "Save the card")
    look_at(pair.mentee, pair.path + "handover/")
    certify(pair.mentor, pair.path, tab)
    page = pair.mentee.open(pair.path + "end/")
    press(page, "End the pair")
    look_at_refusal(pair.mentee)
    page.get_by_label("Yes, end this pair").check()
    press(page, "End the pair")
    expect(page.get_by_role("heading", name="What would you like next?")).to_be_visible()
    look_everywhere(pair.mentee)
    page.get_by_label("Another mentor").check()
    press(page, "Save your answer")
    look_everywhere(pair.mentee)
    page = look_at(pair.mentor, pair.path)
    expect(page.get_by_text("nother mentor")).to_have_count(0)
    assert status_of(pair.mentor, pair.path + "next/") == 404
