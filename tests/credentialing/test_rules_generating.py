"""The list that follows from the answers: complete and without a loop, whatever they are."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from credentialing.generating import wanted
from credentialing.graph import loop_in
from credentialing.loading import load_catalogue
from credentialing.models import Answer, Checklist, Need, Party, Repeats, Source, SourceKind, Spec, Status
from credentialing.precedence import coming_first, node_of
from credentialing.standing import State, standing_of

from .building import checklist, d, item, source, spec

TODAY = d("2026-11-23")
STARTED = datetime(2026, 11, 23, 17, tzinfo=UTC)
MANY = st.lists(st.dates(date(2020, 1, 1), date(2032, 12, 31)) | st.none(), max_size=4)
OF_KIND = {
    Repeats.PROGRAM: SourceKind.PROGRAM,
    Repeats.HOSPITAL: SourceKind.HOSPITAL,
    Repeats.LICENSE: SourceKind.LICENSE,
}


@pytest.fixture(scope="module")
def specs(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> list[Spec]:
    """The catalogue that ships with the portal."""
    with django_db_blocker.unblock(), transaction.atomic():
        loaded = list(load_catalogue().specs.all())
        transaction.set_rollback(True)
    return loaded


@st.composite
def cases(draw: st.DrawFn) -> tuple[Checklist, list[Source]]:
    names = ("ecfmg_certified", "has_ssn", "has_us_address", "other_language", "clerkships_abroad")
    answers: dict[str, object] = {name: draw(st.sampled_from(Answer.values)) for name in names}
    answers["training_ends_on"] = draw(st.none() | st.dates(date(2024, 1, 1), date(2032, 12, 31)))
    ends = [(kind, end) for kind in SourceKind.values for end in draw(MANY)]
    removed = draw(st.lists(st.booleans(), min_size=len(ends), max_size=len(ends)))
    sources = [
        source(pk, kind, ends_on=end, removed_at=STARTED if is_removed else None)
        for pk, ((kind, end), is_removed) in enumerate(zip(ends, removed, strict=True), start=1)
    ]
    return checklist(started_at=STARTED, **answers), sources


def keys(specs: Iterable[Spec], own: Checklist, *sources: Source) -> list[tuple[str, int | None]]:
    return wanted(specs, own, sources, TODAY)


def sources_of(key: str, found: list[tuple[str, int | None]]) -> set[int | None]:
    return {pk for name, pk in found if name == key}


# ------------------------------------------------------------------------------------------------ the real catalogue
@pytest.mark.django_db
@given(case=cases())
def test_every_list_is_complete(specs: list[Spec], case: tuple[Checklist, list[Source]]) -> None:
    own, sources = case
    found = wanted(specs, own, sources, TODAY)
    assert len(found) == len(set(found))
    assert {key for key, _pk in found} >= {one.key for one in specs if one.need == Need.ALWAYS}
    kept = {one.pk: one for one in sources if not one.removed_at}
    assert {pk for _key, pk in found if pk} <= kept.keys()
    programs = {pk for pk, one in kept.items() if one.kind == SourceKind.PROGRAM}
    completed, current = sources_of("fcvs_pgt_past", found), sources_of("pgt_final", found)
    assert completed or current, "training is always proved"
    if programs:
        assert completed - {None} == completed and completed <= programs
    licenses = {pk for pk, one in kept.items() if one.kind == SourceKind.LICENSE}
    assert sources_of("ny_license_elsewhere", found) == licenses
    hospitals = {pk for pk, one in kept.items() if one.kind == SourceKind.HOSPITAL}
    wants_hospitals = own.clerkships_abroad != Answer.NO
    assert sources_of("ny_2cc", found) == ((hospitals or {None}) if wants_hospitals else set())
    assert bool(sources_of("fcvs_translations", found)) == (own.other_language != Answer.NO)


@pytest.mark.django_db
@given(case=cases())
def test_no_list_has_a_loop_and_each_can_be_finished(specs: list[Spec], case: tuple[Checklist, list[Source]]) -> None:
    """Doing whatever can be done, again and again, finishes every list."""
    own, sources = case
    by_pk = {one.pk: one for one in sources}
    items = [item(key, source=by_pk.get(pk)) for key, pk in wanted(specs, own, sources, TODAY)]
    first = coming_first(specs, items)
    assert loop_in({str(node): [str(node_of(one)) for one in before] for node, before in first.items()}) == []
    for _round in items:
        for row in standing_of(own, specs, items, TODAY).rows:
            if row.state == State.TO_DO:
                row.item.status, row.item.status_on, row.item.closed_on = Status.VERIFIED, TODAY, TODAY
    assert standing_of(own, specs, items, TODAY).is_complete


@pytest.mark.django_db
@given(case=cases(), later=st.integers(0, 2000))
def test_a_night_that_passes_changes_no_list(
    specs: list[Spec], case: tuple[Checklist, list[Source]], later: int
) -> None:
    own, sources = case
    assert wanted(specs, own, sources, TODAY) == wanted(specs, own, sources, TODAY + timedelta(days=later))


@pytest.mark.django_db
@given(case=cases())
def test_the_license_comes_after_everything_but_what_follows_it(
    specs: list[Spec], case: tuple[Checklist, list[Source]]
) -> None:
    """Whatever is not needed, nothing that is needed drops out of the way."""
    own, sources = case
    by_pk = {one.pk: one for one in sources}
    items = [item(key, source=by_pk.get(pk)) for key, pk in wanted(specs, own, sources, TODAY)]
    first = coming_first(specs, items)
    reached, left = set(), [("ny_licence", None)]
    while left:
        node = left.pop()
        reached.add(node)
        left += [node_of(one) for one in first[node]]
    assert {node_of(one) for one in items} - reached == {("after", None)}


# ------------------------------------------------------------------------------------------------ each answer
PAST = spec("past", need=Need.COMPLETED_TRAINING, repeats=Repeats.PROGRAM)
FINAL = spec("final", need=Need.CURRENT_TRAINING, repeats=Repeats.PROGRAM)
FINAL_ONCE = spec("final", need=Need.CURRENT_TRAINING)
TRAINING = [PAST, FINAL]


@pytest.mark.parametrize(("answer", "is_needed"), [("yes", True), ("no", False), ("unsure", True), ("", True)])
def test_what_you_do_not_know_yet_counts_as_yes(answer: str, is_needed: bool) -> None:
    described = [spec("words", need=Need.TRANSLATIONS), spec("form", need=Need.CLERKSHIPS, repeats=Repeats.HOSPITAL)]
    own = checklist(other_language=answer, clerkships_abroad=answer)
    assert keys(described, own, source(1, SourceKind.HOSPITAL)) == ([("words", None), ("form", 1)] if is_needed else [])


@pytest.mark.parametrize("repeats", [Repeats.PROGRAM, Repeats.HOSPITAL, Repeats.LICENSE])
def test_one_that_repeats_stands_once_until_somebody_is_named(repeats: str) -> None:
    described = [spec(repeats=repeats)]
    other = [source(pk, kind) for pk, kind in enumerate(SourceKind.values, start=10) if kind != OF_KIND[repeats]]
    mine = [source(pk, OF_KIND[repeats]) for pk in (1, 2)]
    assert keys(described, checklist(), *other) == [("thing", None)]
    assert keys(described, checklist(), *other, *mine) == [("thing", 1), ("thing", 2)]
    mine[0].removed_at = STARTED
    assert keys(described, checklist(), *other, *mine) == [("thing", 2)]


@pytest.mark.parametrize(
    ("training_ends", "ends", "past", "final"),
    [
        ("2027-06-30", ["2023-06-30", "2027-06-30"], {1}, {2}),
        ("2027-06-30", ["2023-06-30", None], {1}, {2}),
        ("2027-06-30", ["2027-03-31", "2029-06-30"], {1}, {2}),  # both run; the third year ends in the second
        ("2027-07-01", ["2023-06-30", "2027-06-30"], {1}, {2}),  # a day too many somewhere
        ("2027-06-30", ["2027-06-30", "2029-06-30"], set(), {1, 2}),
        ("2026-11-23", [], {None}, {None}),  # it ends on the day the list was started
        ("2026-11-22", [], {None}, set()),
        ("2027-06-30", ["2023-06-30"], {1}, {None}),  # the last program is not named yet
        ("2025-06-30", ["2023-06-30", "2025-06-30"], {1, 2}, set()),  # trained already
        ("2025-06-30", [], {None}, set()),
        ("2027-06-30", [], {None}, {None}),
        (None, [], {None}, {None}),
        (None, ["2023-06-30"], {1}, set()),
        (None, ["2023-06-30", "2027-06-30"], {1}, {2}),
        (None, ["2026-11-22", "2026-11-23"], {1}, {2}),  # ended the day before the list was started, and on the day
    ],
)
def test_which_training_is_completed_and_which_goes_on(
    training_ends: str | None, ends: list[str | None], past: set[int | None], final: set[int | None]
) -> None:
    own = checklist(started_at=STARTED, training_ends_on=d(training_ends) if training_ends else None)
    programs = [source(pk, ends_on=d(end) if end else None) for pk, end in enumerate(ends, start=1)]
    found = keys(TRAINING, own, *programs)
    assert (sources_of("past", found), sources_of("final", found)) == (past, final)
    assert bool(keys([FINAL_ONCE], own, *programs)) == bool(final)


def test_the_list_was_started_on_the_day_of_the_society() -> None:
    """20:00 in New York on 22 November is 23 November in UTC: a program that ended on the 22nd had not ended before."""
    own = checklist(started_at=datetime(2026, 11, 23, 1, tzinfo=UTC))
    assert keys(TRAINING, own, source(1, ends_on=d("2026-11-22"))) == [("final", 1)]


# ------------------------------------------------------------------------------------------------ what comes first
def test_through_an_item_that_is_not_needed_the_order_is_kept() -> None:
    described = [spec("check"), spec("form", "check"), spec("stamp", "form"), spec("all_in", "stamp", "gone")]
    needed = [item("check"), item("all_in")]
    assert [node_of(one) for one in coming_first(described, needed)["all_in", None]] == [("check", None)]


def test_what_repeats_alike_waits_place_by_place_and_the_next_for_all() -> None:
    ask, get = spec("ask", repeats=Repeats.PROGRAM), spec("get", "ask", repeats=Repeats.PROGRAM)
    described = [ask, get, spec("all_in", "get"), spec("license", "get", repeats=Repeats.LICENSE)]
    places = [source(1), source(2)]
    needed = [item(key, source=place) for key in ("ask", "get") for place in places]
    needed += [item("all_in"), item("license", source=source(9, SourceKind.LICENSE))]
    first = coming_first(described, needed)
    assert [node_of(one) for one in first["get", 2]] == [("ask", 2)]
    assert {node_of(one) for one in first["all_in", None]} == {("get", 1), ("get", 2)}
    assert {node_of(one) for one in first["license", 9]} == {("get", 1), ("get", 2)}


def test_while_nobody_is_named_it_waits_for_every_one_before_it() -> None:
    described = [spec("ask", repeats=Repeats.PROGRAM), spec("get", "ask", repeats=Repeats.PROGRAM)]
    needed = [item("ask", source=source(1)), item("get")]
    assert [node_of(one) for one in coming_first(described, needed)["get", None]] == [("ask", 1)]


@pytest.mark.django_db
def test_parties_of_the_real_catalogue_can_all_be_waited_for(specs: list[Spec]) -> None:
    assert {one.passes_to for one in specs} <= set(Party.values)
    assert len(specs) == 25
