"""The latest safe day, against every path walked one by one; and what the plan says about it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import assume, given
from hypothesis import strategies as st

from credentialing.days import Days, keys_for
from credentialing.generating import wanted
from credentialing.loading import load_catalogue
from credentialing.models import Checklist, Item, Party, Rule, Section, Source, Spec, Status, WaitingTime
from credentialing.planning import plan
from credentialing.plans import GOAL, NOTHING_TO_BEGIN, START, Plan
from facts.models import Fact

from .building import checklist, d, days, item, source, spec

TODAY = d("2026-11-23")
WANTED = d("2027-07-01")


def planned(
    specs: list[Spec],
    items: list[Item],
    figures: Days,
    own: Checklist | None = None,
    times: dict[str, WaitingTime] | None = None,
) -> Plan:
    return plan(specs, items, own or checklist(license_wanted_on=WANTED), figures, times or {}, TODAY)


def chain(*keys: str, **fields: object) -> list[Spec]:
    """Each waits for the one before it; its usual time is the fact of its own name."""
    before = ("", *keys)
    return [
        spec(key, *([earlier] if earlier else []), usual_fact=key, position=n, **fields)
        for n, (earlier, key) in enumerate(zip(before, keys, strict=False))
    ]


def of(found: Plan, key: str) -> object:
    return next(row for row in found.rows if row.spec.key == key)


# ------------------------------------------------------------------------------------------------ every path
@st.composite
def networks(draw: st.DrawFn) -> tuple[list[Spec], list[Item], dict[str, int]]:
    """Up to nine items in a random order without a loop, some with others, some done; the license is one of them."""
    size = draw(st.integers(1, 9))
    place = draw(st.integers(0, size - 1))
    names = [GOAL if number == place else f"item{number}" for number in range(size)]
    specs, items, lengths = [], [], {}
    for number, name in enumerate(names):
        before = draw(st.lists(st.sampled_from(names[:number]), unique=True)) if number else []
        lengths[name] = draw(st.integers(0, 60))
        specs.append(spec(name, *before, usual_fact=name, position=size - number))
        status = draw(st.sampled_from([Status.TO_DO, Status.TO_DO, Status.QUERY, Status.SENT, Status.VERIFIED]))
        since = TODAY - timedelta(days=draw(st.integers(0, 90))) if status != Status.TO_DO else None
        closed = since if status == Status.VERIFIED else None
        items.append(item(name, status, status_on=since, waiting_since=since, closed_on=closed))
    return specs, items, lengths


def paths_to(name: str, before: dict[str, list[str]]) -> Iterator[list[str]]:
    """Every way that ends there, however short."""
    yield [name]
    for earlier in before[name]:
        for path in paths_to(earlier, before):
            yield [*path, name]


def left_of(one: Item, length: int) -> int:
    return max(0, length - (TODAY - one.waiting_since).days) if one.status == Status.SENT else length


@given(network=networks(), wanted_in=st.integers(-100, 400))
def test_it_agrees_with_walking_every_path(
    network: tuple[list[Spec], list[Item], dict[str, int]], wanted_in: int
) -> None:
    specs, items, lengths = network
    done = {one.key for one in items if one.status == Status.VERIFIED}
    assume(GOAL not in done)
    left = {one.key: left_of(one, lengths[one.key]) for one in items}
    before = {one.key: [key for key in one.depends_on if key not in done] for one in specs if one.key not in done}
    day_wanted = TODAY + timedelta(days=wanted_in)
    found = planned(specs, items, days(**lengths), checklist(license_wanted_on=day_wanted))
    assert {row.spec.key for row in found.rows} == set(lengths)
    ways = list(paths_to(GOAL, before))
    for row in found.rows:
        key = row.spec.key
        if key in done:
            assert (row.duration, row.latest_start, row.earliest_finish) == (0, None, row.item.closed_on)
            continue
        longest_before = max(sum(left[name] for name in path) for path in paths_to(key, before))
        assert (row.earliest_finish - TODAY).days == longest_before
        assert (row.earliest_finish - row.earliest_start).days == row.duration == left[key]
        onward = [sum(left[name] for name in path[path.index(key) :]) for path in ways if key in path]
        assert row.latest_start == (day_wanted - timedelta(days=max(onward)) if onward else None)
        assert row.latest_finish is None or (row.latest_finish - row.latest_start).days == left[key]
    longest = max(sum(left[name] for name in path) for path in ways)
    assert found.expected_on == TODAY + timedelta(days=longest)
    assert found.days_too_late == max(0, longest - wanted_in)
    critical = [row.spec.key for row in found.critical]
    assert critical in ways
    assert sum(left[key] for key in critical) == longest
    assert {of(found, key).slack for key in critical} == {wanted_in - longest}
    assert min(row.slack for row in found.rows if row.slack is not None) == wanted_in - longest


# ------------------------------------------------------------------------------------------------ the real catalogue
@pytest.fixture(scope="module")
def real(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> tuple[list[Spec], Days]:
    """The catalogue that ships with the portal, and its figures."""
    with django_db_blocker.unblock(), transaction.atomic():
        specs = list(load_catalogue().specs.all())
        figures = Days(Fact.objects.mapped(keys_for(specs)))
        transaction.set_rollback(True)
    return specs, figures


def fresh(specs: list[Spec], own: Checklist, *sources: Source) -> list[Item]:
    by_pk = {one.pk: one for one in sources}
    return [item(key, source=by_pk.get(pk)) for key, pk in wanted(specs, own, sources, TODAY)]


@pytest.mark.django_db
def test_a_new_list_has_a_latest_day_for_everything_before_the_license(real: tuple[list[Spec], Days]) -> None:
    specs, figures = real
    own = checklist(license_wanted_on=d("2028-07-01"), training_ends_on=d("2028-06-30"), clerkships_abroad="yes")
    found = planned(specs, fresh(specs, own, source(1, ends_on=d("2023-06-30"))), figures, own)
    assert [row.spec.key for row in found.rows if row.latest_start is None] == ["after"]
    assert found.first_open.spec.key == START
    assert found.critical[-1].spec.key == GOAL
    assert all(row.source for row in found.rows)
    assert TODAY < found.latest_safe_start < d("2028-07-01")
    assert "Latest safe day to start FCVS: " in found.sentence


@pytest.mark.django_db
def test_the_last_proof_holds_the_license_until_training_is_nearly_over(real: tuple[list[Spec], Days]) -> None:
    specs, figures = real
    own = checklist(license_wanted_on=WANTED, training_ends_on=d("2030-06-30"))
    found = planned(specs, fresh(specs, own, source(1, ends_on=None)), figures, own)
    final = of(found, "pgt_final")
    assert final.earliest_start == d("2030-05-31")
    assert found.expected_on > d("2030-06-30")
    assert [row.spec.key for row in found.critical] == ["pgt_final", "ny_all_in", "ny_status", GOAL]
    assert (
        found.can_still_move[0] == f"“{final.title}” cannot begin before 31 May 2030. Nothing brings that day nearer."
    )


@pytest.mark.django_db
def test_new_york_has_its_forty_two_days_once(real: tuple[list[Spec], Days]) -> None:
    specs, figures = real
    own = checklist(license_wanted_on=WANTED)
    items = [item(each.key, Status.VERIFIED, status_on=d("2026-11-13"), closed_on=d("2026-11-13")) for each in specs]
    for one in items[-3:]:
        one.status, one.closed_on = Status.TO_DO, None
    ask = of(planned(specs, items, figures, own), "ny_status")
    assert (ask.duration, ask.earliest_finish) == (32, d("2026-12-25"))


# ------------------------------------------------------------------------------------------------ how long
def test_what_the_portal_has_seen_counts_before_the_usual_time_and_that_before_nothing() -> None:
    times = {"b": WaitingTime(key="b", count=23, half=41, three_quarters=62, as_of=TODAY)}
    specs = [spec("a", usual_fact="a"), spec("b", usual_fact="a"), spec("c", first_fact="first"), spec("e")]
    found = planned(specs, [item(one.key) for one in specs], days(a=35, first=14), times=times)
    assert [(row.duration, row.source) for row in found.rows] == [
        (35, "source of a"),
        (62, "three quarters of 23 closed items took no longer"),
        (14, "no usual time is known: the time after which the portal asks"),
        (30, "no usual time is known: the time after which the portal asks"),
    ]


@pytest.mark.parametrize(("status", "left"), [(Status.SENT, 25), (Status.RECEIVED, 25), (Status.QUERY, 35)])
def test_what_lies_with_others_has_been_running(status: str, left: int) -> None:
    waiting = item("a", status, waiting_since=d("2026-11-13"), status_on=d("2026-11-13"))
    assert planned(chain("a"), [waiting], days(a=35)).rows[0].duration == left
    waiting.waiting_since = d("2026-01-01")
    assert planned(chain("a"), [waiting], days(a=35)).rows[0].duration == (35 if status == Status.QUERY else 0)


def test_the_wait_for_new_york_is_at_least_its_own_days() -> None:
    ask = spec("ask", "a", rule=Rule.NOT_BEFORE, rule_fact="rule", usual_fact="usual", position=2)
    items = [item("a"), item("ask")]
    found = planned([*chain("a"), ask], items, days(a=10, rule=42, usual=5)).rows[1]
    assert (found.duration, found.source, found.earliest_finish) == (42, "source of rule", TODAY + timedelta(days=52))
    assert planned([*chain("a"), ask], items, days(a=10, rule=42, usual=50)).rows[1].duration == 50


# ------------------------------------------------------------------------------------------------ leap years, clocks
@pytest.mark.parametrize(
    ("wanted_on", "number", "latest"),
    [
        ("2028-03-31", 31, "2028-02-29"),
        ("2027-03-31", 31, "2027-02-28"),
        ("2027-03-31", 30, "2027-03-01"),
        ("2027-01-10", 40, "2026-12-01"),
        ("2027-03-20", 10, "2027-03-10"),  # clocks go forward between
    ],
)
def test_days_are_counted_back_over_the_calendar(wanted_on: str, number: int, latest: str) -> None:
    own = checklist(license_wanted_on=d(wanted_on))
    assert planned(chain(GOAL), [item(GOAL)], days(ny_licence=number), own).latest_safe_start == d(latest)


# ------------------------------------------------------------------------------------------------ in words
FCVS = chain(START, "school", GOAL, passes_to=Party.SCHOOL)
LENGTHS = {START: 10, "school": 60, GOAL: 30}


@pytest.mark.parametrize(
    ("wanted_on", "sentence", "late_by"),
    [
        ("2027-03-03", "Latest safe day to start FCVS: 23 November 2026; that is today.", 0),
        ("2027-03-13", "Latest safe day to start FCVS: 3 December 2026; you have 10 days.", 0),
        ("2027-03-04", "Latest safe day to start FCVS: 24 November 2026; you have 1 day.", 0),
        ("2027-02-22", "Latest safe day to start FCVS: 14 November 2026; you are 9 days past it.", 9),
    ],
)
def test_the_latest_safe_day_is_said(wanted_on: str, sentence: str, late_by: int) -> None:
    own = checklist(license_wanted_on=d(wanted_on))
    found = planned(FCVS, [item(one.key) for one in FCVS], days(**LENGTHS), own)
    assert (found.sentence, found.late_by) == (sentence, late_by)
    assert found.expected_on == d("2027-03-03")
    assert bool(found.can_still_move) == bool(late_by)


def test_late_says_what_can_still_move() -> None:
    own = checklist(license_wanted_on=d("2027-02-22"))
    found = planned(FCVS, [item(one.key) for one in FCVS], days(**LENGTHS), own)
    assert found.can_still_move == [
        "Begin “fcvs account” today: the license waits for it, and it waits for you.",
        "Or change the day on which you need the license. With usual times the license comes about 3 March 2027, "
        "9 days after the day you named.",
    ]


def test_once_all_is_begun_others_are_asked_again() -> None:
    own = checklist(license_wanted_on=d("2026-12-01"))
    items = [item(one.key, Status.SENT, waiting_since=d("2026-10-07")) for one in FCVS]
    found = planned(FCVS, items, days(**LENGTHS), own)
    assert (found.latest_safe_start, found.late_by) == (None, 0)
    assert found.sentence == (
        "With usual times the license comes about 6 December 2026, 5 days after the day you named. Ask your medical "
        f"school about “fcvs account” again: they have had it for 47 days. {NOTHING_TO_BEGIN}"
    )
    assert [row.spec.key for row in found.critical] == [START, "school", GOAL]
    items[1].waiting_since = TODAY
    found = planned(FCVS, items, days(**LENGTHS), own)
    assert found.sentence == (
        "With usual times the license comes about 22 January 2027, 52 days after the day you named. Ask your medical "
        f"school about “fcvs account” again: they have had it for 47 days. {NOTHING_TO_BEGIN}"
    )
    assert found.can_still_move[:2] == [
        "Ask your medical school about “fcvs account” again: they have had it for 47 days.",
        "Ask your medical school about “school” again: they have it since today.",
    ]


def test_after_fcvs_was_started_its_next_item_is_named() -> None:
    items = [item(START, Status.VERIFIED, closed_on=TODAY), item("school"), item(GOAL)]
    own = checklist(license_wanted_on=d("2027-03-01"))
    specs = [*chain(START, "school"), spec(GOAL, "school", usual_fact=GOAL, section=Section.DECISION, position=9)]
    assert planned(specs, items, days(**LENGTHS), own).sentence == (
        "Latest safe day to start “school”: 1 December 2026; you have 8 days."
    )


@pytest.mark.parametrize(("is_started", "named"), [(False, START), (True, "slow")])
def test_fcvs_is_named_before_what_is_more_urgent(is_started: bool, named: str) -> None:
    specs = [
        spec("course", usual_fact="year", section=Section.NEW_YORK),
        spec("slow", usual_fact="half"),
        spec(START, usual_fact="month"),
        spec(GOAL, "course", "slow", START, usual_fact="month", section=Section.DECISION),
    ]
    items = [item(one.key) for one in specs]
    if is_started:
        items[2] = item(START, Status.SENT, waiting_since=TODAY)
    found = planned(specs, items, days(year=365, half=180, month=30), checklist(license_wanted_on=d("2029-01-01")))
    assert found.first_open.spec.key == named
    assert found.latest_safe_start > of(found, "course").latest_start


def test_without_a_wanted_day_it_asks_for_one() -> None:
    found = planned(FCVS, [item(one.key) for one in FCVS], days(**LENGTHS), checklist())
    assert found.sentence == (
        "With usual times the license comes about 3 March 2027. "
        "Say when you need it, and you see the latest safe day for each item."
    )
    assert {row.latest_start for row in found.rows} == {None}
    assert (found.late_by, found.can_still_move) == (0, [])
    assert [row.spec.key for row in found.critical] == [START, "school", GOAL]


def test_with_the_license_nothing_is_late() -> None:
    items = [item(one.key, Status.VERIFIED, closed_on=d("2026-11-01")) for one in FCVS]
    found = planned(FCVS, items, days(**LENGTHS), checklist(license_wanted_on=d("2026-12-01")))
    assert found.sentence == "Nothing that is still open holds up the license."
    assert (found.expected_on, found.critical, found.late_by) == (d("2026-11-01"), [], 0)
    assert {row.latest_start for row in found.rows} == {None}


def test_an_end_of_training_that_comes_too_late_is_said_although_fcvs_is_in_time() -> None:
    final = spec("final", rule=Rule.OPENS_BEFORE_END, rule_fact="month", usual_fact="final", position=5)
    goal = spec(GOAL, "school", "final", usual_fact=GOAL, position=9)
    specs = [*chain(START, "school"), final, goal]
    own = checklist(license_wanted_on=d("2027-06-01"), training_ends_on=d("2027-06-30"))
    found = planned(specs, [item(one.key) for one in specs], days(**LENGTHS, month=30, final=14), own)
    assert of(found, "final").earliest_start == d("2027-05-31")
    assert found.late_by == 0
    assert found.sentence == (
        "With usual times the license comes about 14 July 2027, 43 days after the day you named. "
        "“final” cannot begin before 31 May 2027. Nothing brings that day nearer. "
        "Latest safe day to start FCVS: 21 February 2027; you have 90 days."
    )
    assert found.can_still_move[0] == "“final” cannot begin before 31 May 2027. Nothing brings that day nearer."
