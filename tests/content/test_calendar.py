from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client
from icalendar import Calendar, Event
from pytest_django import Settings

from content.calendar import calendar_file
from content.dates import DateEntry, key_dates, next_dates
from content.models import KeyDate
from facts.models import Confidence, Fact

HOSTILE = "Match; Day, \\ or\nnot? <script>" + " é" * 60


def events(client: Client) -> dict[str, Event]:
    parsed = Calendar.from_ical(client.get("/calendar.ics").content)
    found = parsed.walk("VEVENT")
    by_uid = {str(event["uid"]): event for event in found}
    assert len(by_uid) == len(found)
    return by_uid


def one(**changed: object) -> DateEntry:
    plain = dict.fromkeys(DateEntry.__dataclass_fields__, "")
    days = {"starts": date(2027, 2, 28), "ends": None, "checked_on": date(2026, 11, 23)}
    return DateEntry(**(plain | {"slug": "a-day", "title": "A day"} | days | changed))


def event_of(**changed: object) -> Event:
    return Calendar.from_ical(calendar_file([one(**changed)])).walk("VEVENT")[0]


def test_the_feed_holds_every_date_as_a_whole_day(client: Client, db: None) -> None:
    answer = client.get("/calendar.ics")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    found = events(client)
    assert len(found) == KeyDate.objects.count() > 5
    for entry in key_dates():
        event = found[f"{entry.slug}@localhost"]
        assert event["dtstart"].params["VALUE"] == event["dtend"].params["VALUE"] == "DATE"
        assert event["dtstart"].dt == entry.starts
        assert event["dtend"].dt == entry.last_day + timedelta(days=1)


@pytest.mark.parametrize(
    ("starts", "ends", "after"),
    [
        (date(2027, 2, 28), None, date(2027, 3, 1)),
        (date(2028, 2, 28), None, date(2028, 2, 29)),
        (date(2026, 12, 30), date(2026, 12, 31), date(2027, 1, 1)),
    ],
)
def test_an_event_ends_the_day_after_its_last(starts: date, ends: date | None, after: date) -> None:
    assert event_of(starts=starts, ends=ends)["dtend"].dt == after


def test_an_event_keeps_its_name_when_its_words_and_its_day_change(client: Client, db: None) -> None:
    before = set(events(client))
    row = KeyDate.objects.select_related("starts").first()
    Fact.objects.filter(pk=row.starts_id).update(value="2027-12-24")
    KeyDate.objects.filter(pk=row.pk).update(title="Another title")
    after = events(Client())
    assert set(after) == before
    assert after[f"{row.slug}@localhost"]["dtstart"].dt == date(2027, 12, 24)


def test_hostile_words_survive_the_way_through_a_calendar_program() -> None:
    raw = calendar_file([one(title=HOSTILE, what=HOSTILE, source=HOSTILE, page_url="/contact/")])
    event = Calendar.from_ical(raw).walk("VEVENT")[0]
    assert str(event["summary"]) == HOSTILE
    assert HOSTILE in str(event["description"])
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    assert raw.count(b"BEGIN:VEVENT") == 1


def test_equal_content_gives_equal_bytes(db: None) -> None:
    with time_machine.travel("2026-11-23 09:00"):
        first = calendar_file(key_dates())
    with time_machine.travel("2026-11-23 17:30"):
        assert calendar_file(key_dates()) == first


def test_an_event_says_who_says_so_and_when_that_was_checked() -> None:
    event = event_of(
        source="NRMP",
        confidence_label="official source",
        checked_on=date(2026, 11, 3),
        caveat="to be confirmed with NRMP",
    )
    assert str(event["summary"]) == "A day (expected)"
    assert "Source: NRMP, official source, checked on 3 November 2026." in str(event["description"])
    assert "To be confirmed with NRMP." in str(event["description"])
    assert event["dtstamp"].dt.date() == date(2026, 11, 3)


def test_the_address_of_the_site_stands_in_the_feed(settings: Settings) -> None:
    settings.SITE_URL = "https://portal.example.org"
    event = event_of(page_url="/residency/match-week/")
    assert str(event["uid"]) == "a-day@portal.example.org"
    assert str(event["url"]) == "https://portal.example.org/residency/match-week/"


def test_a_doubt_about_the_last_day_is_a_doubt_about_the_date(db: None) -> None:
    row = KeyDate.objects.exclude(ends=None).select_related("starts", "ends").first()
    Fact.objects.filter(pk=row.starts_id).update(to_confirm=False, confidence=Confidence.OFFICIAL)
    Fact.objects.filter(pk=row.ends_id).update(to_confirm=True, confirm_with="the dean", shown_as="the end of June")
    entry = next(entry for entry in key_dates() if entry.slug == row.slug)
    assert entry.caveat == "to be confirmed with the dean"
    assert entry.shown_as == f"{row.starts.text} to the end of June"


def test_a_date_is_coming_up_until_its_last_day_is_over(client: Client, db: None) -> None:
    row = KeyDate.objects.exclude(ends=None).select_related("ends").first()
    ends = date.fromisoformat(row.ends.value)
    for day, coming in ((ends, True), (ends + timedelta(days=1), False)):
        with time_machine.travel(f"{day.isoformat()}T12:00:00-05:00", tick=False):
            assert (row.slug in {entry.slug for entry in next_dates()}) is coming
            passed = client.get("/calendar/").content.decode().partition('id="past-dates"')[2]
            assert (f"<h3>{row.title}</h3>" in passed) is not coming


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_the_feed_is_only_read(client: Client, db: None, method: str) -> None:
    assert getattr(client, method)("/calendar.ics").status_code == 405
    assert client.head("/calendar.ics").content == b""
