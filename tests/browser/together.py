"""What a mentor and a mentee do with each other in the browser, looked at on the way."""

from playwright.sync_api import expect

from .conftest import Tab
from .looking import look_at, look_at_refusal, look_everywhere
from .pairs import MENTEE, MENTOR, Pair, do_at_the_desk, fill, press, start_round, today


def rank_each_other(staff: Tab, mentor: Tab, mentee: Tab) -> None:
    """The round of the year, which the society puts away before it ends."""
    start_round(staff, mode="ranking", ranking_ends_on=today(7))
    for tab, other in ((mentee, MENTOR), (mentor, MENTEE)):
        page = tab.open("/my/mentoring/rank/")
        page.get_by_label(other).fill("7")
        press(page, "Save your list")
        look_at_refusal(tab)
        page.get_by_label(other).fill("1")
        press(page, "Save your list")
        look_everywhere(tab)
    do_at_the_desk(staff, "Drop", "Dropped.")


def offer_and_take_a_session(pair: Pair) -> None:
    page = pair.mentor.open("/my/mentoring/slots/")
    press(page, "Offer this session")
    look_at_refusal(pair.mentor)
    fill(page, {"on": today(3), "at": "18:00"})
    press(page, "Offer this session")
    page = look_at(pair.mentee, "/my/mentoring/slots/")
    page.get_by_role("button", name="Take this session").tap()
    expect(page.get_by_text("The session is yours.")).to_be_visible()
    look_everywhere(pair.mentee)
    look_at(pair.mentor, "/my/mentoring/slots/")


def agree(pair: Pair) -> None:
    page = pair.mentee.open(pair.path + "agreement/")
    press(page, f"Save, and ask {MENTOR} to agree")
    look_at_refusal(pair.mentee)
    fill(page, {"goals": "Ten practice answers.", "rhythm": "Weekly", "channel": "By video", "ends_on": today(90)})
    press(page, f"Save, and ask {MENTOR} to agree")
    look_at(pair.mentor, pair.path + "agreement/")
    press(pair.mentor.page, "Yes, I agree")
    expect(pair.mentee.open(pair.path + "agreement/").get_by_role("heading", name="What counts now")).to_be_visible()


def answer_the_two_questions(tab: Tab) -> None:
    page = tab.open("/my/mentoring/")
    page.get_by_role("link", name="Two short questions").tap()
    press(page, "Send your answers")
    look_at_refusal(tab)
    for name in ("of_use", "respected"):
        page.locator(f"[name={name}][value='5']").check()
    press(page, "Send your answers")
    expect(page.get_by_text("The other one never sees your answers.")).to_be_visible()


def certify(mentor: Tab, path: str, anybody: Tab) -> None:
    page = mentor.open(path + "meeting/")
    fill(page, {"on": today(), "at": "00:00", "minutes": "30"})
    press(page, "Save the meeting")
    look_at(mentor, "/my/mentoring/certificate/")
    press(page, "Make a certificate as of today")
    look_everywhere(mentor)
    proof = page.locator("a.address").first.inner_text().removeprefix(mentor.address)
    expect(look_at(anybody, proof).locator(".lead")).to_contain_text(MENTOR)
    expect(anybody.page.get_by_text(MENTEE)).to_have_count(0)
