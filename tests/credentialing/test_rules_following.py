"""Which day an item is followed up on: every rule, across month ends, leap years, clock changes and weekends."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credentialing.days import Days, add_years, keys_for
from credentialing.following import (
    DRAFT_LOST,
    FOLLOW_UP,
    OPENS,
    OWN_TURN,
    RENEW,
    REPORT_ENDS,
    FollowUp,
    escalation,
    is_done,
    next_follow_up,
    reason,
    rule_dates,
    whose_turn,
)
from credentialing.models import Party, Rule, Status
from facts.models import Fact, Kind
from notices.mornings import local_day, send_after

from .building import checklist, d, days, item, source, spec

NEW_YORK = "America/New_York"
FIGURES = days(
    **{"fcvs.society_follow_up": 30},
    week=7,
    fortnight=14,
    month=30,
    six_weeks=42,
    draft=30,
    draft_warn=20,
    valid=365,
    valid_warn=300,
    four_years="4 years",
    weeks="6 weeks",
)
DRAFT = spec(passes_to=Party.NYSED, rule=Rule.DRAFT_LOST, rule_fact="draft", rule_warn_fact="draft_warn")
REPORT = spec(passes_to=Party.ECFMG, rule=Rule.VALID_FOR, rule_fact="valid", rule_warn_fact="valid_warn")
STATUS = spec(
    passes_to=Party.NYSED, rule=Rule.NOT_BEFORE, rule_fact="six_weeks", first_fact="six_weeks", again_fact="month"
)
FINAL = spec(
    passes_to=Party.PROGRAM,
    rule=Rule.OPENS_BEFORE_END,
    rule_fact="month",
    first_fact="fortnight",
    again_fact="week",
)
COURSE = spec(passes_to=Party.YOU, rule=Rule.RENEWED_EVERY, rule_fact="four_years", first_fact="month")
ORDINARY = spec(passes_to=Party.SCHOOL)

DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))


def sent(day: str) -> dict[str, object]:
    return {"status": Status.SENT, "status_on": d(day), "waiting_since": d(day), "waiting_on": Party.SCHOOL}


# ------------------------------------------------------------------------------------------------ thirty days
@pytest.mark.parametrize(
    ("passed_on", "asked_on"),
    [
        ("2026-01-31", "2026-03-02"),  # over the end of February
        ("2028-01-30", "2028-02-29"),  # onto a leap day
        ("2027-01-30", "2027-03-01"),  # the same days without one
        ("2028-02-29", "2028-03-30"),  # from a leap day
        ("2026-12-02", "2027-01-01"),  # over the year's end, onto a holiday
        ("2026-02-15", "2026-03-17"),  # clocks go forward on 8 March
        ("2026-10-15", "2026-11-14"),  # clocks go back on 1 November
        ("2100-01-30", "2100-03-01"),  # 2100 has no leap day
    ],
)
def test_another_party_is_followed_up_thirty_days_after_it_passed_to_them(passed_on: str, asked_on: str) -> None:
    assert reason(ORDINARY, item(**sent(passed_on)), checklist(), FIGURES) == FollowUp(d(asked_on), FOLLOW_UP)


@given(DAYS, st.integers(1, 400))
def test_it_is_exactly_as_many_days_as_the_fact_says(day: date, number: int) -> None:
    own = spec(first_fact="own")
    waiting = item(status=Status.SENT, status_on=day, waiting_since=day)
    assert next_follow_up(own, waiting, checklist(), days(own=number)) == day + timedelta(days=number)


def test_a_missing_fact_leaves_the_societys_thirty_days_and_a_missing_society_thirty_still() -> None:
    own = spec(first_fact="gone.long_ago")
    assert next_follow_up(own, item(**sent("2026-06-01")), checklist(), FIGURES) == d("2026-07-01")
    assert next_follow_up(own, item(**sent("2026-06-01")), checklist(), Days({})) == d("2026-07-01")
    assert next_follow_up(own, item(**sent("2026-06-01")), checklist(), days(**{"fcvs.society_follow_up": 21})) == d(
        "2026-06-22"
    )


def test_a_receipt_begins_the_time_anew() -> None:
    waiting = item(status=Status.RECEIVED, waiting_since=d("2026-06-01"), status_on=d("2026-06-20"))
    assert reason(ORDINARY, waiting, checklist(), FIGURES) == FollowUp(d("2026-07-20"), FOLLOW_UP)


@pytest.mark.parametrize("zone", [NEW_YORK, "Asia/Kolkata", "Pacific/Kiritimati"])
@pytest.mark.parametrize(
    ("passed_on", "follow_up", "goes_out"),
    [
        ("2026-10-15", "2026-11-14", "2026-11-16"),  # a Saturday: Monday
        ("2026-10-16", "2026-11-15", "2026-11-16"),  # a Sunday: Monday
        ("2026-10-27", "2026-11-26", "2026-11-27"),  # Thanksgiving: the day after
        ("2026-12-02", "2027-01-01", "2027-01-04"),  # New Year on a Friday: Monday
        ("2027-05-06", "2027-06-05", "2027-06-07"),  # a Saturday again, in summer
        ("2026-02-06", "2026-03-08", "2026-03-09"),  # the Sunday on which clocks go forward
        ("2026-10-02", "2026-11-01", "2026-11-02"),  # the Sunday on which they go back
        ("2026-10-13", "2026-11-12", "2026-11-12"),  # an ordinary Thursday
    ],
)
def test_it_goes_out_at_eight_on_the_next_working_morning(
    passed_on: str, follow_up: str, goes_out: str, zone: str
) -> None:
    day = next_follow_up(ORDINARY, item(**sent(passed_on)), checklist(), FIGURES)
    assert day == d(follow_up)
    moment = send_after(day, zone)
    assert local_day(moment, zone) == d(goes_out)
    if zone == NEW_YORK:
        summer = d("2026-03-08") <= day < d("2026-11-01") or d("2027-03-14") <= day < d("2027-11-07")
        assert moment == datetime.fromisoformat(goes_out).replace(hour=12 if summer else 13, tzinfo=UTC)


# ------------------------------------------------------------------------------------------------ your own turn
@pytest.mark.parametrize("status", [Status.QUERY, Status.REJECTED])
def test_a_question_or_a_refusal_waits_for_you_from_the_day_it_came(status: str) -> None:
    asked = item(status=status, status_on=d("2028-02-20"), waiting_since=d("2028-02-20"))
    weekly = spec(passes_to=Party.FCVS, first_fact="week")
    assert reason(weekly, asked, checklist(), FIGURES) == FollowUp(d("2028-02-27"), OWN_TURN)
    assert reason(ORDINARY, asked, checklist(), FIGURES) == FollowUp(d("2028-03-21"), OWN_TURN)


def test_an_item_to_do_waits_for_you_from_the_day_it_could_start() -> None:
    startable = item(waiting_since=d("2027-01-31"))
    assert reason(spec(first_fact="fortnight"), startable, checklist(), FIGURES) == FollowUp(d("2027-02-14"), OWN_TURN)


def test_an_item_that_cannot_start_yet_is_not_followed_up() -> None:
    assert reason(ORDINARY, item(), checklist(), FIGURES) is None
    put_back = item(status_on=d("2026-01-01"))
    assert reason(ORDINARY, put_back, checklist(), FIGURES) is None


def test_nobody_is_late_with_what_waited_before_the_list_was_started() -> None:
    """Started at 20:00 in New York, which is the next day in UTC: the day of the society counts."""
    started = checklist(started_at=datetime(2026, 11, 24, 1, tzinfo=UTC))
    startable = item(waiting_since=d("2025-06-01"))
    assert reason(spec(first_fact="week"), startable, started, FIGURES) == FollowUp(d("2026-11-30"), OWN_TURN)


def test_your_own_task_is_never_asked_of_others() -> None:
    own = spec(passes_to=Party.YOU, first_fact="week")
    assert reason(own, item(**sent("2026-06-01")), checklist(), FIGURES) == FollowUp(d("2026-06-08"), OWN_TURN)


# ------------------------------------------------------------------------------------------------ whose turn, and done
@pytest.mark.parametrize(
    ("status", "ordinary", "enough", "own"),
    [
        (Status.TO_DO, "you", "you", "you"),
        (Status.SENT, "school", "school", "you"),
        (Status.QUERY, "you", "you", "you"),
        (Status.RECEIVED, "school", "", ""),
        (Status.VERIFIED, "", "", ""),
        (Status.REJECTED, "you", "you", "you"),
    ],
)
def test_whose_turn_it_is(status: str, ordinary: str, enough: str, own: str) -> None:
    specs = (ORDINARY, spec(passes_to=Party.SCHOOL, receipt_is_enough=True), spec(passes_to=Party.YOU))
    assert [whose_turn(each, status) for each in specs] == [ordinary, enough, own]
    assert [is_done(each, status) for each in specs] == [not turn for turn in (ordinary, enough, own)]


@pytest.mark.parametrize("status", [Status.VERIFIED, Status.RECEIVED])
@pytest.mark.parametrize("described", [ORDINARY, DRAFT, STATUS, FINAL])
def test_what_is_done_is_left_alone(described: object, status: str) -> None:
    enough = spec(passes_to=Party.FCVS, receipt_is_enough=True, rule=described.rule, rule_fact=described.rule_fact)
    done = item(status=status, status_on=d("2026-06-01"), waiting_since=d("2026-05-01"), rule_from=d("2026-05-01"))
    assert reason(enough, done, checklist(training_ends_on=d("2027-06-30")), FIGURES) is None


@pytest.mark.parametrize("described", [ORDINARY, DRAFT, REPORT, STATUS, FINAL, COURSE])
@pytest.mark.parametrize("status", Status.values)
def test_what_is_not_needed_is_left_alone(described: object, status: str) -> None:
    day = d("2026-06-01")
    hidden = item(status=status, status_on=day, waiting_since=day, rule_from=day, is_needed=False)
    assert reason(described, hidden, checklist(training_ends_on=d("2027-06-30")), FIGURES) is None


@pytest.mark.parametrize("described", [ORDINARY, DRAFT, REPORT, STATUS, FINAL, COURSE])
@pytest.mark.parametrize("status", Status.values)
@given(day=DAYS)
def test_whatever_waits_is_followed_up_on_a_later_day(described: object, status: str, day: date) -> None:
    """Nothing that is needed and open is ever forgotten."""
    waiting = item(status=status, status_on=day, waiting_since=day)
    found = next_follow_up(described, waiting, checklist(), FIGURES)
    assert (found is None) == is_done(described, status)
    assert found is None or found > day


# ------------------------------------------------------------------------------------------------ draft lost
@pytest.mark.parametrize(
    ("saved_on", "warned_on", "lost_on"),
    [
        ("2026-11-23", "2026-12-13", "2026-12-23"),
        ("2028-02-09", "2028-02-29", "2028-03-10"),
        ("2027-02-09", "2027-03-01", "2027-03-11"),
        ("2026-12-31", "2027-01-20", "2027-01-30"),
        ("2026-10-20", "2026-11-09", "2026-11-19"),
    ],
)
def test_a_saved_draft_warns_before_it_is_lost(saved_on: str, warned_on: str, lost_on: str) -> None:
    drafted = item(waiting_since=d("2026-01-01"), rule_from=d(saved_on))
    assert reason(DRAFT, drafted, checklist(), FIGURES) == FollowUp(d(warned_on), DRAFT_LOST)
    assert rule_dates(DRAFT, drafted, checklist(), FIGURES) == [
        ("Draft saved", d(saved_on)),
        ("Warning", d(warned_on)),
        ("Draft is lost", d(lost_on)),
    ]


def test_each_word_about_a_draft_comes_while_it_can_still_be_saved() -> None:
    steps = escalation(DRAFT, FIGURES, DRAFT_LOST)
    assert steps == (5, 9)
    assert max(steps) < FIGURES.of("draft") - FIGURES.of("draft_warn")


def test_a_draft_that_was_lost_leaves_the_form_to_be_done() -> None:
    drafted = item(waiting_since=d("2026-01-01"), rule_from=d("2026-06-01"))
    warned = reason(DRAFT, drafted, checklist(), FIGURES)
    assert reason(DRAFT, drafted, checklist(), FIGURES, after=warned.on) == FollowUp(d("2026-07-31"), OWN_TURN)


def test_without_a_draft_and_after_it_was_sent_the_form_is_an_ordinary_item() -> None:
    assert reason(DRAFT, item(waiting_since=d("2026-06-01")), checklist(), FIGURES).kind == OWN_TURN
    filed = item(**sent("2026-06-20"), rule_from=d("2026-06-01"))
    assert reason(DRAFT, filed, checklist(), FIGURES) == FollowUp(d("2026-07-20"), FOLLOW_UP)
    assert rule_dates(DRAFT, item(), checklist(), FIGURES) == []


# ------------------------------------------------------------------------------------------------ report ends
@pytest.mark.parametrize("status", [Status.RECEIVED, Status.VERIFIED])
@pytest.mark.parametrize(
    ("issued_on", "warned_on", "void_on"),
    [
        ("2026-11-23", "2027-09-19", "2027-11-23"),
        ("2027-11-23", "2028-09-18", "2028-11-22"),  # a leap day lies between
        ("2028-02-29", "2028-12-25", "2029-02-28"),
        ("2027-03-01", "2027-12-26", "2028-02-29"),
    ],
)
def test_a_report_warns_before_it_ends_and_says_so_when_it_has_ended(
    status: str, issued_on: str, warned_on: str, void_on: str
) -> None:
    done = spec(**{name: getattr(REPORT, name) for name in ("rule", "rule_fact", "rule_warn_fact", "passes_to")})
    done.receipt_is_enough = True
    issued = item(status=status, status_on=d(issued_on), rule_from=d(issued_on))
    first = reason(done, issued, checklist(), FIGURES)
    assert first == FollowUp(d(warned_on), REPORT_ENDS)
    assert reason(done, issued, checklist(), FIGURES, after=first.on) == FollowUp(d(void_on), REPORT_ENDS)
    assert reason(done, issued, checklist(), FIGURES, after=d(void_on)) is None
    assert rule_dates(done, issued, checklist(), FIGURES)[-1] == ("No longer valid", d(void_on))


def test_a_report_that_is_still_awaited_is_asked_for_first() -> None:
    waiting = item(**sent("2026-06-01"), rule_from=d("2026-06-10"))
    first = reason(REPORT, waiting, checklist(), FIGURES)
    assert first == FollowUp(d("2026-07-01"), FOLLOW_UP)
    assert reason(REPORT, waiting, checklist(), FIGURES, after=first.on) == FollowUp(d("2027-04-06"), REPORT_ENDS)


def test_the_last_word_about_a_report_comes_on_the_day_it_ends() -> None:
    assert escalation(REPORT, FIGURES, REPORT_ENDS) == (30, 65)
    assert escalation(REPORT, days(valid=345, valid_warn=300), REPORT_ENDS) == (30, 45)


def test_once_the_license_is_there_no_report_is_bought_again() -> None:
    issued = item(status=Status.VERIFIED, status_on=d("2026-06-01"), rule_from=d("2026-06-01"))
    assert reason(REPORT, issued, checklist(), FIGURES, is_licensed=True) is None


# ------------------------------------------------------------------------------------------------ not before
@pytest.mark.parametrize(
    ("all_in_on", "asked_on"),
    [
        ("2026-11-23", "2027-01-04"),
        ("2028-01-18", "2028-02-29"),
        ("2027-01-18", "2027-03-01"),
        ("2026-02-01", "2026-03-15"),  # clocks go forward between
        ("2026-10-01", "2026-11-12"),  # and back
    ],
)
def test_new_york_is_not_asked_before_day_forty_two(all_in_on: str, asked_on: str) -> None:
    startable = item(waiting_since=d(all_in_on))
    assert reason(STATUS, startable, checklist(), FIGURES) == FollowUp(d(asked_on), OPENS)
    assert rule_dates(STATUS, startable, checklist(), FIGURES) == [("Do not ask before", d(asked_on))]


def test_once_new_york_was_asked_the_repeated_time_counts() -> None:
    """Day 42 to ask at all, then every 30 days."""
    assert next_follow_up(STATUS, item(**sent("2027-01-04")), checklist(), FIGURES) == d("2027-02-03")
    assert escalation(STATUS, FIGURES) == (30, 60)


def test_the_official_six_weeks_are_as_good_as_forty_two_days() -> None:
    official = spec(passes_to=Party.NYSED, rule=Rule.NOT_BEFORE, rule_fact="weeks", first_fact="week")
    assert next_follow_up(official, item(waiting_since=d("2026-11-23")), checklist(), FIGURES) == d("2027-01-04")


# ------------------------------------------------------------------------------------------------ opens before the end
@pytest.mark.parametrize(
    ("ends_on", "opens_on"),
    [
        ("2027-06-30", "2027-05-31"),
        ("2028-03-30", "2028-02-29"),
        ("2027-03-30", "2027-02-28"),
        ("2027-01-15", "2026-12-16"),
        ("2026-11-20", "2026-10-21"),  # clocks go back between
        ("2026-03-31", "2026-03-01"),  # and forward
    ],
)
def test_the_last_proof_opens_thirty_days_before_training_ends(ends_on: str, opens_on: str) -> None:
    final, own = item(waiting_since=d("2025-07-01")), checklist(training_ends_on=d(ends_on))
    assert reason(FINAL, final, own, FIGURES) == FollowUp(d(opens_on), OPENS)
    assert rule_dates(FINAL, final, own, FIGURES) == [
        ("Can be signed from", d(opens_on)),
        ("Training ends", d(ends_on)),
    ]


def test_the_programs_own_end_counts_where_the_third_year_is_not_known() -> None:
    final = item(waiting_since=d("2025-07-01"), source=source(1, ends_on=d("2027-06-30")))
    assert next_follow_up(FINAL, final, checklist(), FIGURES) == d("2027-05-31")
    known = checklist(training_ends_on=d("2027-12-31"))
    assert next_follow_up(FINAL, final, known, FIGURES) == d("2027-12-01")


def test_an_open_one_is_yours_after_fourteen_days_then_seven_and_seven() -> None:
    own = checklist(training_ends_on=d("2026-06-30"))
    late = item(waiting_since=d("2026-06-10"))
    assert reason(FINAL, late, own, FIGURES) == FollowUp(d("2026-06-24"), OWN_TURN)
    assert escalation(FINAL, FIGURES, OPENS) == (14, 21)
    assert escalation(FINAL, FIGURES) == (7, 14)


def test_a_proof_asked_for_too_early_is_not_chased_before_it_can_be_signed() -> None:
    own = checklist(training_ends_on=d("2027-06-30"))
    assert reason(FINAL, item(**sent("2027-03-01")), own, FIGURES) == FollowUp(d("2027-05-31"), FOLLOW_UP)
    assert reason(FINAL, item(**sent("2027-06-01")), own, FIGURES) == FollowUp(d("2027-06-15"), FOLLOW_UP)


def test_a_question_about_the_proof_waits_for_no_day() -> None:
    own, asked = checklist(training_ends_on=d("2027-06-30")), item(status=Status.QUERY, status_on=d("2027-03-01"))
    assert reason(FINAL, asked, own, FIGURES) == FollowUp(d("2027-03-15"), OWN_TURN)


def test_an_unknown_end_of_training_does_not_make_it_forgotten() -> None:
    final = item(waiting_since=d("2026-07-01"))
    assert reason(FINAL, final, checklist(), FIGURES) == FollowUp(d("2026-07-15"), OWN_TURN)
    assert rule_dates(FINAL, final, checklist(), FIGURES) == []


# ------------------------------------------------------------------------------------------------ renewed
@pytest.mark.parametrize(
    ("completed_on", "renew_on"),
    [
        ("2026-11-23", "2030-11-23"),
        ("2028-02-29", "2032-02-29"),
        ("2096-02-29", "2100-02-28"),  # 2100 has no leap day
        ("2024-02-28", "2028-02-28"),
        ("2024-12-31", "2028-12-31"),
    ],
)
def test_a_course_is_renewed_after_four_calendar_years(completed_on: str, renew_on: str) -> None:
    done = item(status=Status.VERIFIED, status_on=d(completed_on), rule_from=d(completed_on))
    assert reason(COURSE, done, checklist(), FIGURES) == FollowUp(d(renew_on), RENEW)
    assert rule_dates(COURSE, done, checklist(), FIGURES)[-1] == ("Renew by", d(renew_on))


@given(DAYS, st.integers(0, 40))
def test_years_keep_the_day_of_the_year(day: date, years: int) -> None:
    later = add_years(day, years)
    assert (later.year, later.month) == (day.year + years, day.month)
    assert later.day == day.day or (day.month, day.day, later.day) == (2, 29, 28)


def test_a_course_that_is_not_done_yet_is_asked_for_like_any_other() -> None:
    assert reason(COURSE, item(waiting_since=d("2026-06-01")), checklist(), FIGURES) == FollowUp(
        d("2026-07-01"), OWN_TURN
    )


# ------------------------------------------------------------------------------------------------ again; figures
@pytest.mark.parametrize(
    ("first", "again", "steps"),
    [("month", "month", (30, 60)), ("week", "week", (7, 14)), ("six_weeks", "month", (30, 60)), ("week", "", (7, 14))],
)
def test_it_is_said_three_times_and_then_it_stops(first: str, again: str, steps: tuple[int, ...]) -> None:
    assert escalation(spec(first_fact=first, again_fact=again), FIGURES) == steps


def test_a_fact_of_no_days_never_asks_twice_on_one_day() -> None:
    none = days(none=0)
    hurried = spec(first_fact="none", again_fact="none")
    assert next_follow_up(hurried, item(**sent("2026-06-01")), checklist(), none) == d("2026-06-02")
    assert escalation(hurried, none) == (1, 2)


@pytest.mark.parametrize(
    ("kind", "value", "unit", "in_days", "in_years"),
    [
        (Kind.DAYS, "35", "", 35, None),
        (Kind.COUNT, "6", "weeks", 42, None),
        (Kind.COUNT, "1", "week", 7, None),
        (Kind.COUNT, "4", "years", None, 4),
        (Kind.COUNT, "1", "year", None, 1),
        (Kind.COUNT, "3", "waivers", None, None),
        (Kind.COUNT, "2", "working days", None, None),
        (Kind.TEXT, "about 1 June", "", None, None),
        (Kind.MONEY, "395", "", None, None),
    ],
)
def test_a_fact_is_read_as_what_it_is(
    kind: str, value: str, unit: str, in_days: int | None, in_years: int | None
) -> None:
    found = Days({"a.b": Fact(key="a.b", kind=kind, value=value, unit=unit)})
    assert (found.of("a.b"), found.years("a.b")) == (in_days, in_years)
    assert (found.of("not.there"), found.years("not.there"), found.after(None, "a.b")) == (None, None, None)


def test_the_figures_of_a_catalogue_are_named_once_with_the_societys() -> None:
    specs = [STATUS, FINAL, REPORT]
    assert keys_for(specs) == {
        "fcvs.society_follow_up", "six_weeks", "month", "fortnight", "week", "valid", "valid_warn",
    }  # fmt: skip
