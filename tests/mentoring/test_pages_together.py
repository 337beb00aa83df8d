"""What the two make together: the agreement, meetings with both clocks, the card, and each one's own note."""

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from icalendar import Calendar

from accounts.models import User
from mentoring import agreement_actions, ending_actions, meeting_actions
from mentoring.clocks import common_hours
from mentoring.models import Agreement, Meeting, OwnNote, Pair
from notices.models import QuietPeriod
from tests.conftest import signed_in
from tests.mentoring.conftest import NOW, TODAY
from tests.mentoring.test_pages import AGREED, at, planned, read, text

pytestmark = pytest.mark.django_db
WEDNESDAY = "2026-11-25"


def meeting(**changed: str) -> dict[str, str]:
    filled = {"on": WEDNESDAY, "at": "18:00", "minutes": "45", "next_step": "", "form_token": str(uuid4())}
    return {**filled, **changed}


# ------------------------------------------------------------------------------------------------ agreement
def test_what_one_writes_counts_with_the_others_yes(as_mohan: Client, as_mei: Client, pair: Pair) -> None:
    assert as_mei.post(at(pair, "agreement/"), AGREED)["Location"] == at(pair, "agreement/")
    assert "You said yes; Mohan Rao has still to" in read(as_mei, at(pair, "agreement/"))
    assert "Waits for you" in read(as_mohan, at(pair))
    asked = read(as_mohan, at(pair, "agreement/"))
    assert "Mei Lin asks you to agree" in asked and "A job by May." in asked
    as_mohan.post(at(pair, "agreement/1/agree/"))
    assert pair.agreements.get().is_agreed
    pair.refresh_from_db()
    assert pair.ends_on.isoformat() == "2027-06-30"
    assert "What counts now" in read(as_mei, at(pair, "agreement/"))


def test_a_change_leaves_what_counts_until_both_agree(as_mohan: Client, pair: Pair, mohan: User, mei: User) -> None:
    first = agreement_actions.write_agreement(
        pair=pair, by=mei, goals="A", rhythm="B", channel="C", ends_on=TODAY + timedelta(days=90), number=0
    )
    agreement_actions.agree(agreement=first, by=mohan)
    as_mohan.post(at(pair, "agreement/"), AGREED | {"number": "1"})
    page = read(as_mohan, at(pair, "agreement/"))
    assert page.index("Mei Lin has still to") < page.index("What counts now")
    assert [one.is_agreed for one in pair.agreements.order_by("number")] == [True, False]


def test_a_form_that_came_too_late_keeps_what_was_typed_and_can_be_sent_again(
    as_mohan: Client, pair: Pair, mei: User
) -> None:
    agreement_actions.write_agreement(
        pair=pair, by=mei, goals="Hers", rhythm="B", channel="C", ends_on=TODAY + timedelta(days=90), number=0
    )
    answer = as_mohan.post(at(pair, "agreement/"), AGREED)
    assert answer.status_code == 422
    shown = text(answer.content)
    assert "This changed after you opened the page" in shown and "Hers" in shown and "A job by May." in shown
    again = AGREED | {"number": re.search(r'name="number" value="(\d+)"', answer.content.decode())[1]}
    assert as_mohan.post(at(pair, "agreement/"), again).status_code == 302
    assert Agreement.objects.count() == 2


def test_a_yes_to_words_that_have_changed_is_not_taken(as_mohan: Client, pair: Pair, mei: User) -> None:
    for number, goals in enumerate(("First", "Second")):
        agreement_actions.write_agreement(
            pair=pair, by=mei, goals=goals, rhythm="B", channel="C", ends_on=TODAY + timedelta(days=90), number=number
        )
    answer = as_mohan.post(at(pair, "agreement/1/agree/"), follow=True)
    assert "This changed after you opened the page" in text(answer.content)
    assert not any(one.is_agreed for one in pair.agreements.all())
    assert as_mohan.post(at(pair, "agreement/9/agree/")).status_code == 404


# ------------------------------------------------------------------------------------------------ meetings
def test_a_time_is_taken_by_the_writers_own_clock_and_shown_by_both(
    as_mei: Client, as_mohan: Client, pair: Pair
) -> None:
    as_mei.post(at(pair, "meeting/"), meeting(at="06:30"))
    assert Meeting.objects.get().starts_at == datetime(2026, 11, 25, 1, 30, tzinfo=UTC)
    hers, his = read(as_mei, at(pair)), read(as_mohan, at(pair))
    assert "Wednesday 25 November 2026, 06:30" in hers
    assert "For Mohan Rao in New York: Tuesday 24 November 2026, 20:30" in hers
    assert "Tuesday 24 November 2026, 20:30" in his
    assert "For Mei Lin in Karachi: Wednesday 25 November 2026, 06:30" in his


def test_what_is_over_is_noted_as_held_and_counts_once(as_mohan: Client, pair: Pair) -> None:
    sent = meeting(on=TODAY.isoformat(), at="09:00", next_step="Mei drafts the letter")
    for _ in range(2):
        assert as_mohan.post(at(pair, "meeting/"), sent).status_code == 302
    assert Meeting.objects.get().took_place
    pair.refresh_from_db()
    assert pair.met_on == TODAY
    assert "45 minutes, held. Next step: Mei drafts the letter" in read(as_mohan, at(pair))


def test_a_planned_meeting_is_noted_as_held_or_called_off(as_mohan: Client, pair: Pair, mohan: User) -> None:
    first, second = planned(pair, mohan, days=1), planned(pair, mohan, days=2)
    with time_machine.travel(NOW + timedelta(days=3), tick=False):
        later = signed_in(mohan)
        assert "Did the meeting with Mei Lin take place?" in read(later, "/my/mentoring/")
        assert read(later, at(pair, f"meeting/{first.pk}/held/")).count("Tuesday 24 November 2026") == 1
        later.post(at(pair, f"meeting/{first.pk}/held/"), {"minutes": "50", "next_step": "Send it"})
        later.post(at(pair, f"meeting/{second.pk}/call-off/"))
        assert later.get(at(pair, f"meeting/{second.pk}/held/"))["Location"] == at(pair)
        assert "Did the meeting" not in read(later, "/my/mentoring/")
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.took_place, first.minutes, first.next_step) == (True, 50, "Send it")
    assert second.is_called_off and not second.took_place


def test_the_calendar_file_holds_both_local_times_and_names_nobody(as_mei: Client, pair: Pair, mohan: User) -> None:
    one = planned(pair, mohan, days=1)
    address = at(pair, f"meeting/{one.pk}/meeting.ics")
    answer = as_mei.get(address)
    assert answer["Content-Type"].startswith("text/calendar")
    event = Calendar.from_ical(answer.content).walk("VEVENT")[0]
    assert event.decoded("dtstart") == one.starts_at
    assert event.decoded("dtend") - event.decoded("dtstart") == timedelta(minutes=30)
    assert "Your time (Karachi): Tuesday 24 November 2026, 22:00" in event["description"]
    assert "Their time (New York): Tuesday 24 November 2026, 12:00" in event["description"]
    assert event["url"].endswith(at(pair))
    assert b"Mohan" not in answer.content and b"Mei" not in answer.content
    meeting_actions.call_off(meeting=one, by=mohan)
    gone = Calendar.from_ical(as_mei.get(address).content).walk("VEVENT")[0]
    assert (gone["status"], gone["uid"], gone["sequence"]) == ("CANCELLED", event["uid"], 1)


def test_common_hours_lie_in_both_weeks_and_in_nobodys_quiet_days(pair: Pair, mohan: User, mei: User) -> None:
    mohan.mentor.free_hours = [[1, "07:00", "12:00"]]
    mohan.mentor.save()
    mei.mentee.free_hours = [[1, "20:00", "23:00"]]
    mei.mentee.save()
    pair = Pair.objects.select_related("mentor__person", "mentee__person").get()
    assert [(one.yours, one.theirs) for one in common_hours(pair, pair.mentee.person)] == [
        ("Tuesday 24 November 2026, 20:00 to 22:00", "Tuesday 24 November 2026, 10:00 to 12:00"),
        ("Tuesday 1 December 2026, 20:00 to 22:00", "Tuesday 1 December 2026, 10:00 to 12:00"),
    ]
    QuietPeriod.objects.create(person=mohan, first_day=TODAY, last_day=TODAY + timedelta(days=1))
    pair = Pair.objects.select_related("mentor__person", "mentee__person").get()
    assert [one.yours[:24] for one in common_hours(pair, pair.mentee.person)] == ["Tuesday 1 December 2026,"]


# ------------------------------------------------------------------------------------------------ card and note
def test_both_write_the_card_and_a_late_one_is_not_lost(as_mohan: Client, pair: Pair, mei: User) -> None:
    ending_actions.write_handover(pair=pair, by=mei, where_we_got="Hers", try_next="", not_again="", seen_at=None)
    late = {"where_we_got": "His", "try_next": "", "not_again": "", "seen_at": ""}
    answer = as_mohan.post(at(pair, "handover/"), late)
    assert answer.status_code == 422
    assert "Hers" in text(answer.content) and ">\nHis</textarea>" in answer.content.decode()
    seen = re.search(r'name="seen_at" value="([^"]+)"', answer.content.decode())[1]
    assert as_mohan.post(at(pair, "handover/"), late | {"seen_at": seen}).status_code == 302
    assert "Hers" not in read(as_mohan, at(pair, "handover/"))


def test_only_the_mentee_lets_the_card_be_read(as_mohan: Client, as_mei: Client, pair: Pair, mei: User) -> None:
    ending_actions.write_handover(pair=pair, by=mei, where_we_got="A", try_next="", not_again="", seen_at=None)
    as_mohan.post(at(pair, "handover/show/"), {"agrees": "yes"})
    pair.refresh_from_db()
    assert not pair.handover.mentee_agrees
    as_mei.post(at(pair, "handover/show/"), {"agrees": "yes"})
    pair.handover.refresh_from_db()
    assert pair.handover.mentee_agrees


def test_a_note_is_read_by_its_writer_alone_also_after_the_end(as_mohan: Client, as_mei: Client, pair: Pair) -> None:
    def sent(client: Client, words: str) -> dict[str, str]:
        html = client.get(at(pair, "own-note/")).content.decode()
        return {"words": words, "seen": re.search(r'name="seen" value="(\w+)"', html)[1]}

    first = sent(as_mohan, "Ask her about Rochester")
    assert as_mohan.post(at(pair, "own-note/"), first).status_code == 302
    assert "Rochester" not in read(as_mei, at(pair, "own-note/")) + read(as_mei, at(pair))
    late = as_mohan.post(at(pair, "own-note/"), first | {"words": "From another tab"})
    assert late.status_code == 422 and "Rochester" in text(late.content)
    as_mohan.post(at(pair, "end/"), {"sure": "on"})
    assert as_mohan.post(at(pair, "own-note/"), sent(as_mohan, "Still mine")).status_code == 302
    assert OwnNote.objects.get().words == "Still mine"
