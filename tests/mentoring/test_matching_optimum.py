"""The round against solvers that share nothing with it: every assignment tried, and a minimum-cost flow."""

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta
from functools import cache
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import csr_array, vstack

from benchmarks.matching import people
from mentoring.matching.grids import Grid
from mentoring.matching.optimum import cost_of_refused
from mentoring.matching.people import Mentee, Mentor, PairIds, Pool
from mentoring.matching.rounds import Edits, Round, make_round
from mentoring.matching.rules import why_not
from mentoring.matching.scoring import reasons
from mentoring.matching.terms import HIGHEST_WEIGHT, Weights
from tests.mentoring.pools import TERMS, TODAY, a_mentee, a_mentor, pools

Value = tuple[int, int, int]  # pairs, points, pairs kept


def value(done: Round, kept: Collection[PairIds] = ()) -> Value:
    return len(done.pairs), done.score, len(done.ids & set(kept))


def best_value(pool: Pool, forbidden: Collection[PairIds] = (), kept: Collection[PairIds] = ()) -> Value:
    """Every assignment that the rules allow, one mentee after the other."""
    options = [
        [(row, worth(m, mentee, kept)) for row, m in enumerate(pool.mentors) if fits(m, mentee, forbidden)]
        for mentee in pool.mentees
    ]

    @cache
    def best(column: int, places: tuple[int, ...]) -> Value:
        if column == len(options):
            return 0, 0, 0
        found = [best(column + 1, places)]
        for row, more in options[column]:
            if places[row]:
                rest = best(column + 1, (*places[:row], places[row] - 1, *places[row + 1 :]))
                found.append(tuple(a + b for a, b in zip(rest, more, strict=True)))
        return max(found)

    return best(0, tuple(mentor.places for mentor in pool.mentors))


def fits(mentor: Mentor, mentee: Mentee, forbidden: Collection[PairIds]) -> bool:
    return (mentor.id, mentee.id) not in forbidden and why_not(mentor, mentee, TERMS) is None


def worth(mentor: Mentor, mentee: Mentee, kept: Collection[PairIds]) -> Value:
    points = sum(reason.points for reason in reasons(mentor, mentee, TERMS))
    return 1, points, int((mentor.id, mentee.id) in kept)


def assert_sound(pool: Pool, done: Round, forbidden: Collection[PairIds] = ()) -> None:
    """Nobody is forgotten, nobody twice, no place used twice, nothing that a rule forbids."""
    mentors = {mentor.id: mentor for mentor in pool.mentors}
    mentees = {mentee.id: mentee for mentee in pool.mentees}
    asked = [pair.mentee for pair in done.pairs] + [left.mentee for left in done.unmatched]
    assert sorted(asked) == sorted(mentees)
    for mentor in pool.mentors:
        assert sum(pair.mentor == mentor.id for pair in done.pairs) <= mentor.places
    assert all(fits(mentors[pair.mentor], mentees[pair.mentee], forbidden) for pair in done.pairs)


@settings(deadline=None)
@given(pool=pools(), draw=st.data())
def test_a_round_is_the_optimum_of_every_assignment_tried(pool: Pool, draw: st.DataObject) -> None:
    some = st.frozensets(st.sampled_from([(m.id, n.id) for m in pool.mentors for n in pool.mentees] or [(0, 0)]))
    forbidden, kept = draw.draw(some), draw.draw(some)
    edited = make_round(pool, TERMS, Edits(forbidden=forbidden), kept=kept)
    assert_sound(pool, edited, forbidden)
    assert value(edited, kept) == best_value(pool, forbidden, kept)


@settings(deadline=None)
@given(pool=pools(), seed=st.randoms(use_true_random=False))
def test_the_order_in_which_people_are_read_does_not_matter(pool: Pool, seed: Random) -> None:
    mentors, mentees = seed.sample(pool.mentors, len(pool.mentors)), seed.sample(pool.mentees, len(pool.mentees))
    assert make_round(Pool(tuple(mentors), tuple(mentees)), TERMS) == make_round(pool, TERMS)


@pytest.mark.parametrize("seed", range(40))
def test_a_crowded_eight_by_eight_full_of_conflicts_is_the_optimum(seed: int) -> None:
    pool = crowded(Random(seed))
    done = make_round(pool, TERMS)
    assert_sound(pool, done)
    assert value(done) == best_value(pool)


def crowded(random: Random) -> Pool:
    density, hurdles, ids = random.choice([0.3, 0.6, 0.85]), ["FCVS", "State 30 flex", "the Match"], range(1, 9)
    mentors = (
        a_mentor(
            number,
            places=random.choice([0, 1, 1, 2]),
            hurdles=dict.fromkeys(random.sample(hurdles, 2), random.randint(2010, 2026)),
        )
        for number in ids
    )
    mentees = (
        a_mentee(
            100 + number,
            next_hurdle=random.choice(hurdles),
            waiting_since=TODAY - timedelta(days=random.randint(0, 400)),
            conflicts={mentor for mentor in ids if random.random() < density},
        )
        for number in ids
    )
    return Pool(tuple(mentors), tuple(mentees))


# ------------------------------------------------------------------------------------------------ minimum-cost flow
@pytest.mark.parametrize("scarce", [False, True], ids=["enough places", "too few places"])
def test_three_hundred_by_six_hundred_is_the_optimum_of_a_flow(scarce: bool) -> None:
    pool = people(300, 600)
    if scarce:
        pool = Pool(tuple(replace(mentor, places=mentor.id % 3) for mentor in pool.mentors), pool.mentees)
    done = make_round(pool, TERMS)
    assert_sound(pool, done)
    assert (len(done.pairs), done.score) == flow(pool)


def flow(pool: Pool) -> tuple[int, int]:
    """The most that can flow from mentors to mentees, then the most points of such a flow."""
    grid = Grid(pool, TERMS)
    rows, columns = np.concatenate([grid.refused(some) for some in grid.slices()]).__invert__().nonzero()
    points = np.concatenate([grid.points(some) for some in grid.slices()])[rows, columns]
    limits = vstack([incidence(rows, len(pool.mentors)), incidence(columns, len(pool.mentees))])
    most = np.array([*(mentor.places for mentor in pool.mentors), *(1 for _ in pool.mentees)])
    pairs = linprog(-np.ones(len(rows)), limits, most, method="highs")
    through = {"A_eq": np.ones((1, len(rows))), "b_eq": [round(-pairs.fun)]}
    best = linprog(-points, limits, most, method="highs", **through)
    assert pairs.success and best.success, (pairs.message, best.message)
    return round(-pairs.fun), round(-best.fun)


def incidence(of: NDArray[np.intp], many: int) -> csr_array:
    return csr_array((np.ones(len(of)), (of, np.arange(len(of)))), shape=(many, len(of)))


# ------------------------------------------------------------------------------------------------ adversaries
def mentors(*places: int, **own: object) -> tuple[Mentor, ...]:
    return tuple(a_mentor(number, places=free, **own) for number, free in enumerate(places, 1))


def mentees(many: int, **own: object) -> tuple[Mentee, ...]:
    return tuple(a_mentee(100 + number, **own) for number in range(1, many + 1))


@pytest.mark.parametrize(
    "pool",
    [Pool((), ()), Pool(mentors(2), ()), Pool((), mentees(2)), Pool(mentors(0, 0), mentees(2))],
    ids=["nobody", "no mentee", "no mentor", "no place"],
)
def test_where_there_is_nothing_to_assign_everybody_is_told_why(pool: Pool) -> None:
    done = make_round(pool, TERMS)
    assert done.pairs == ()
    assert [left.why for left in done.unmatched] == ["No mentor has a free place."] * len(pool.mentees)


def test_all_forbidden_gives_no_pair() -> None:
    done = make_round(Pool(mentors(9, 9), mentees(3, needs_woman=True)), TERMS)
    assert done.pairs == ()
    why = "No mentor with a free place is possible. What excludes them: a woman needed as mentor (2)."
    assert [left.why for left in done.unmatched] == [why] * 3


def test_one_mentor_takes_as_many_as_there_are_places_and_those_who_waited_longest() -> None:
    waiting = [a_mentee(101 + n, waiting_since=TODAY - timedelta(weeks=n)) for n in range(5)]
    done = make_round(Pool(mentors(2), tuple(waiting)), TERMS)
    assert done.ids == {(1, 104), (1, 105)}
    assert {left.why for left in done.unmatched} == {"1 mentor was possible, but all of their places went to others."}


def test_among_equals_the_smallest_ids_are_served_every_time() -> None:
    done = make_round(Pool(mentors(1, 1), mentees(4)), TERMS)
    assert done.ids == {(1, 101), (2, 102)}


def test_one_more_person_is_worth_any_number_of_points() -> None:
    """The long and good pair would leave the second mentee alone."""
    rich = {"next_hurdle": "FCVS", "choices": (1,), "waiting_since": TODAY - timedelta(days=100_000)}
    first, second = a_mentor(1, hurdles={"FCVS": 2026}), a_mentor(2)
    pool = Pool((first, second), (a_mentee(101, **rich), a_mentee(102, conflicts={2})))
    assert make_round(pool, TERMS).ids == {(1, 102), (2, 101)}


def test_without_any_points_still_as_many_as_possible_are_matched() -> None:
    nothing = replace(TERMS, weights=Weights(**dict.fromkeys(Weights.__dataclass_fields__, 0)))
    pool = Pool(mentors(1, 1), (a_mentee(101), a_mentee(102, conflicts={2})))
    assert make_round(pool, nothing).ids == {(1, 102), (2, 101)}
    assert make_round(pool, nothing, kept={(2, 102)}).ids == {(1, 102), (2, 101)}


def test_no_number_of_kept_pairs_is_worth_a_point() -> None:
    """The one point makes three of four pairs move."""
    one_point = replace(TERMS, weights=Weights(**{**dict.fromkeys(Weights.__dataclass_fields__, 0), "region": 1}))
    first, *others = mentors(1, 1, 1, 1)
    pool = Pool(
        (replace(first, region="Queens"), *others),
        (a_mentee(101, conflicts={2}), a_mentee(102, region="Queens"), a_mentee(103), a_mentee(104)),
    )
    done = make_round(pool, one_point, kept={(number, 100 + number) for number in range(1, 5)})
    assert (1, 102) in done.ids
    assert (len(done.pairs), sum(pair.mentor == pair.mentee - 100 for pair in done.pairs)) == (4, 1)


@pytest.mark.parametrize("places", [[1] * 3, [9] * 3, [700, 0, 1]])
def test_more_places_than_people_and_fewer_come_to_the_same_optimum(places: list[int]) -> None:
    pool = Pool(mentors(*places), mentees(7))
    assert len(make_round(pool, TERMS).pairs) == min(sum(places), 7)


@pytest.mark.parametrize("keeps", [False, True])
def test_counts_stay_exact_for_thirty_thousand_people_at_the_highest_weights(keeps: bool) -> None:
    most = Weights(**dict.fromkeys(Weights.__dataclass_fields__, HIGHEST_WEIGHT)).most
    assert 3 * cost_of_refused(30_000, most, keeps) < 2**53
