"""Where a checklist stands: whose turn, since when, what unlocks what, and the sentence that says it."""

from datetime import UTC, datetime

import pytest

from credentialing.models import Checklist, Item, Party, Rule, Section, Spec, Status
from credentialing.standing import AFTER_ALL, NEXT_STEPS, Row, Standing, State, standing_of

from .building import checklist, d, days, item, source, spec

TODAY = d("2026-11-23")
FIGURES = days(six_weeks=42, month=30)


def stands(specs: list[Spec], items: list[Item], own: Checklist | None = None, **more: object) -> Standing:
    return standing_of(own or checklist(), specs, items, TODAY, **more)


def one(described: Spec, having: Item, own: Checklist | None = None, **more: object) -> Row:
    return stands([described], [having], own, **more).rows[0]


def done(key: str, on: str = "2026-11-01") -> Item:
    return item(key, Status.VERIFIED, status_on=d(on), closed_on=d(on))


# ------------------------------------------------------------------------------------------------ rows
@pytest.mark.parametrize(
    ("status", "state", "is_yours", "waits_for", "is_done"),
    [
        (Status.TO_DO, State.TO_DO, True, "", False),
        (Status.SENT, State.SENT, False, "your medical school", False),
        (Status.QUERY, State.QUERY, True, "", False),
        (Status.RECEIVED, State.RECEIVED, False, "your medical school", False),
        (Status.VERIFIED, State.VERIFIED, False, "", True),
        (Status.REJECTED, State.REJECTED, True, "", False),
    ],
)
def test_each_status_says_whose_turn_it_is(
    status: str, state: State, is_yours: bool, waits_for: str, is_done: bool
) -> None:
    row = one(spec(passes_to=Party.SCHOOL), item(status=status, waiting_since=d("2026-10-07")))
    assert (row.state, row.is_yours, row.waits_for, row.done) == (state, is_yours, waits_for, is_done)
    assert row.waited == (None if is_done else 47)


def test_every_status_has_a_state_and_each_state_a_label() -> None:
    assert set(Status.values) == set(State.values) - {State.CANNOT_START}
    assert {status.label for status in Status} <= {state.label for state in State}


def test_what_comes_first_is_named_until_it_is_done() -> None:
    described = [spec("release"), spec("account", position=2), spec("school", "release", "account", position=3)]
    items = [item("release"), done("account"), item("school")]
    row = stands(described, items).rows[2]
    assert (row.state, row.is_yours, row.unlocked_by) == (State.CANNOT_START, False, [described[0]])
    assert (row.since, row.startable_on) == (None, None)
    items[0] = done("release", "2026-11-20")
    row = stands(described, items).rows[2]
    assert (row.state, row.is_yours, row.unlocked_by) == (State.TO_DO, True, [])
    assert (row.startable_on, row.since, row.waited) == (d("2026-11-20"), d("2026-11-20"), 3)


def test_what_was_sent_before_its_turn_keeps_its_status() -> None:
    row = stands([spec("a"), spec("b", "a", position=2)], [item("a"), item("b", Status.SENT)]).rows[1]
    assert (row.state, row.waits_for) == (State.SENT, "FCVS")
    assert [each.key for each in row.unlocked_by] == ["a"]


def test_what_needs_nothing_first_could_start_with_the_list() -> None:
    own = checklist(started_at=datetime(2026, 11, 14, 3, tzinfo=UTC))
    assert one(spec(), item(), own).startable_on == d("2026-11-13")


def test_rows_come_in_the_order_of_the_catalogue_and_of_the_years() -> None:
    described = [spec("later", position=2, title="Training"), spec("sooner", position=1)]
    places = [source(1, name="St. Mary", starts_on=d("2023-07-01")), source(2, name="Elm", starts_on=d("2020-07-01"))]
    rows = stands(described, [*(item("later", source=place) for place in places), item("sooner")]).rows
    assert [row.title for row in rows] == ["sooner", "Training: Elm", "Training: St. Mary"]


@pytest.mark.parametrize(("all_in_on", "state"), [("2026-10-13", State.CANNOT_START), ("2026-10-12", State.TO_DO)])
def test_new_york_cannot_be_asked_before_its_day(all_in_on: str, state: State) -> None:
    described = [spec("all_in"), spec("ask", "all_in", position=2, rule=Rule.NOT_BEFORE, rule_fact="six_weeks")]
    row = stands(described, [done("all_in", all_in_on), item("ask")], days=FIGURES).rows[1]
    assert (row.state, row.unlocked_by) == (state, [])
    assert row.is_yours == (state == State.TO_DO)
    assert (row.opens_on - d(all_in_on)).days == 42


@pytest.mark.parametrize(("ends_on", "state"), [("2026-12-24", State.CANNOT_START), ("2026-12-23", State.TO_DO)])
def test_the_last_proof_cannot_start_before_it_can_be_signed(ends_on: str, state: State) -> None:
    final, own = spec(rule=Rule.OPENS_BEFORE_END, rule_fact="month"), checklist(training_ends_on=d(ends_on))
    assert one(final, item(), own, days=FIGURES).state == state
    assert one(final, item(), own).state == State.TO_DO  # not known without the figures
    assert one(final, item(status=Status.SENT), own, days=FIGURES).state == State.SENT


# ------------------------------------------------------------------------------------------------ not needed
def test_what_is_not_needed_stands_apart_once() -> None:
    described = [spec("words"), spec("form", position=2), spec("never", position=3)]
    items = [item("words"), item("form", is_needed=False)]
    found = stands(described, items)
    assert [row.title for row in found.rows] == ["words"]
    assert [(row.title, row.item) for row in found.not_needed] == [("form", items[1]), ("never", None)]
    assert [(row.is_yours, row.waits_for, row.since, row.done) for row in found.not_needed] == [
        (False, "", None, False)
    ] * 2


def test_a_record_about_a_place_that_was_taken_off_is_still_shown() -> None:
    places = [source(pk, name=f"Place {pk}") for pk in (1, 2, 3)]
    items = [
        item(source=places[0]),
        item(source=places[1], status=Status.SENT, is_needed=False),
        item(source=places[2], is_needed=False),
    ]
    found = stands([spec(title="Form")], items)
    assert [row.title for row in found.not_needed] == ["Form: Place 2"]
    assert found.not_needed[0].state == State.SENT
    assert found.counts.others == 0


# ------------------------------------------------------------------------------------------------ in words
def counted(done_: int = 0, yours: int = 0, others: int = 0, blocked: int = 0, oldest: str = "2026-10-07") -> Standing:
    statuses = [Status.VERIFIED] * done_ + [Status.QUERY] * yours + [Status.SENT] * others
    described = [spec(f"item{n}", passes_to=Party.SCHOOL, position=n) for n in range(len(statuses))]
    items = [
        item(each.key, status, waiting_since=d("2026-11-20")) for each, status in zip(described, statuses, strict=True)
    ]
    if others:
        items[-1].waiting_since = d(oldest)
    late = spec("late", rule=Rule.OPENS_BEFORE_END, rule_fact="month", position=99)
    return standing_of(
        checklist(training_ends_on=d("2027-06-30")),
        [*described, *[spec(f"late{n}", rule=late.rule, rule_fact="month", position=99) for n in range(blocked)]],
        [*items, *[item(f"late{n}") for n in range(blocked)]],
        TODAY,
        FIGURES,
    )


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        ((9, 2, 5), "9 done, 2 wait for you, 5 wait for others; the oldest, 47 days, at your medical school."),
        ((0, 1, 0), "1 waits for you."),
        ((3, 0, 0), "3 done."),
        ((0, 0, 1), "1 waits for others, 47 days, at your medical school."),
        ((1, 1, 2, 4), "1 done, 1 waits for you, 2 wait for others; the oldest, 47 days, at your medical school."),
        ((0, 0, 0, 3), "3 cannot start yet."),
        ((0, 0, 2, 0, "2026-11-22"), "2 wait for others; the oldest, 3 days, at your medical school."),
        ((0, 0, 1, 0, "2026-11-22"), "1 waits for others, 1 day, at your medical school."),
        ((0, 0, 1, 0, "2026-11-23"), "1 waits for others."),
    ],
)
def test_progress_in_words(counts: tuple[int, ...], sentence: str) -> None:
    found = counted(*counts)
    assert found.sentence == sentence
    told = found.counts
    assert (told.done, told.yours, told.others, told.blocked) == (*counts[:3], counts[3] if len(counts) > 3 else 0)
    assert sum((told.done, told.yours, told.others, told.blocked)) == len(found.rows)


def test_the_oldest_is_the_one_that_waits_longest_for_another() -> None:
    described = [spec("mine"), spec("school", passes_to=Party.SCHOOL), spec("fcvs", passes_to=Party.FCVS)]
    items = [
        item("mine", Status.QUERY, waiting_since=d("2020-01-01")),
        item("school", Status.SENT, waiting_since=d("2026-11-01")),
        item("fcvs", Status.RECEIVED, waiting_since=d("2026-10-01")),
    ]
    assert stands(described, items).oldest.spec.key == "fcvs"


# ------------------------------------------------------------------------------------------------ what comes next
def test_finishing_one_part_is_not_finishing() -> None:
    described = [spec(each, section=each, position=n) for n, each in enumerate(Section.values)]
    items = [item(each) for each in Section.values]
    for place, section in enumerate(Section):
        found = stands(described, items)
        assert found.next_step == NEXT_STEPS[section]
        assert not found.is_complete
        items[place] = done(section)
    found = stands(described, items)
    assert found.is_complete
    assert found.next_step == AFTER_ALL
    assert len({AFTER_ALL, *NEXT_STEPS.values()}) == len(Section) + 1


def test_an_empty_list_is_not_complete() -> None:
    assert not stands([], []).is_complete
