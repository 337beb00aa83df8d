"""The round by mutual ranking, against every stable matching there is."""

from collections import Counter
from collections.abc import Iterator
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mentoring.matching.people import Pool
from mentoring.matching.ranking import defer, make_ranked_round
from tests.mentoring.pools import TERMS, a_mentee, a_mentor

Lists = dict[int, list[int]]
NOBODY = "Of the mentors whom the mentee ranked, none with a free place is possible and ranked the mentee too."
MENTORS, MENTEES = [1, 2, 3, 4], [11, 12, 13, 14]


def lists(who: list[int], whom: list[int]) -> st.SearchStrategy[Lists]:
    """Incomplete: not everybody ranks everybody."""
    ranked = st.permutations(whom).flatmap(lambda all_: st.integers(0, len(all_)).map(lambda many: list(all_[:many])))
    return st.fixed_dictionaries(dict.fromkeys(who, ranked))


places_of = st.fixed_dictionaries({mentor: st.integers(0, 3) for mentor in MENTORS})


def matchings(by_mentees: Lists, by_mentors: Lists, places: dict[int, int]) -> Iterator[dict[int, int]]:
    """Each that is mutual and keeps to the places."""
    options = [[None, *(m for m in by_mentees[n] if n in by_mentors[m])] for n in MENTEES]
    for chosen in product(*options):
        found = {n: m for n, m in zip(MENTEES, chosen, strict=True) if m is not None}
        if all(used <= places[mentor] for mentor, used in Counter(found.values()).items()):
            yield found


def is_stable(found: dict[int, int], by_mentees: Lists, by_mentors: Lists, places: dict[int, int]) -> bool:
    return not any(
        would_rather(mentee, mentor, found, by_mentees)
        and would_take(mentor, mentee, found, by_mentors, places[mentor])
        for mentee in MENTEES
        for mentor in by_mentees[mentee]
    )


def would_rather(mentee: int, mentor: int, found: dict[int, int], by_mentees: Lists) -> bool:
    liked = by_mentees[mentee]
    return mentee not in found or liked.index(mentor) < liked.index(found[mentee])


def would_take(mentor: int, mentee: int, found: dict[int, int], by_mentors: Lists, places: int) -> bool:
    if mentee not in by_mentors[mentor]:
        return False
    liked = by_mentors[mentor]
    held = [other for other, theirs in found.items() if theirs == mentor]
    return len(held) < places or any(liked.index(mentee) < liked.index(other) for other in held)


@settings(deadline=None)
@given(by_mentees=lists(MENTEES, MENTORS), by_mentors=lists(MENTORS, MENTEES), places=places_of)
def test_it_is_stable_and_no_mentee_does_better_in_any_stable_matching(
    by_mentees: Lists, by_mentors: Lists, places: dict[int, int]
) -> None:
    found = defer(by_mentees, by_mentors, places)
    everything = list(matchings(by_mentees, by_mentors, places))
    stable = [one for one in everything if is_stable(one, by_mentees, by_mentors, places)]
    assert found in stable
    for other in stable:
        assert other.keys() == found.keys()
        for mentee, mentor in found.items():
            liked = by_mentees[mentee]
            assert liked.index(mentor) <= liked.index(other[mentee])


@settings(deadline=None)
@given(by_mentees=lists(MENTEES, MENTORS), by_mentors=lists(MENTORS, MENTEES), places=places_of, draw=st.data())
def test_no_mentee_gains_by_ranking_otherwise(
    by_mentees: Lists, by_mentors: Lists, places: dict[int, int], draw: st.DataObject
) -> None:
    liar = draw.draw(st.sampled_from(MENTEES))
    lie = by_mentees | {liar: draw.draw(lists([liar], MENTORS))[liar]}
    honest, gained = defer(by_mentees, by_mentors, places).get(liar), defer(lie, by_mentors, places).get(liar)
    liked = by_mentees[liar]
    if gained in liked:
        assert honest is not None
        assert liked.index(honest) <= liked.index(gained)


def test_the_order_of_the_lists_of_people_does_not_matter() -> None:
    by_mentees = {11: [1, 2], 12: [1, 2], 13: [2, 1]}
    by_mentors = {1: [13, 12, 11], 2: [11, 12, 13]}
    turned = dict(reversed(by_mentees.items())), dict(reversed(by_mentors.items()))
    assert defer(*turned, {2: 1, 1: 1}) == defer(by_mentees, by_mentors, {1: 1, 2: 1}) == {13: 1, 11: 2}


def test_thousands_who_want_the_same_mentor_are_no_trouble() -> None:
    mentees = range(10_000, 13_000)
    found = defer({mentee: [1, 2] for mentee in mentees}, {1: list(reversed(mentees)), 2: list(mentees)}, {1: 5, 2: 5})
    assert Counter(found.values()) == {1: 5, 2: 5}
    assert {mentee for mentee, mentor in found.items() if mentor == 1} == set(range(12_995, 13_000))


# ------------------------------------------------------------------------------------------------ with the rules
def test_a_hard_rule_stands_above_both_lists() -> None:
    pool = Pool((a_mentor(1), a_mentor(2)), (a_mentee(11, blocks={1}), a_mentee(12)))
    done = make_ranked_round(pool, TERMS, by_mentees={11: [1, 2], 12: [1]}, by_mentors={1: [11, 12], 2: [11]})
    assert done.pairs == ((2, 11), (1, 12))
    assert done.unmatched == ()


@pytest.mark.parametrize(
    ("ranked", "by_mentors", "told"),
    [
        ([], {1: [12]}, "The mentee ranked no mentor."),
        ([1], {1: [11]}, NOBODY),
        ([99], {1: [11, 12]}, NOBODY),
        ([1], {1: [11, 12]}, "The mentors whom the mentee ranked gave their places to people they ranked higher."),
    ],
)
def test_who_stays_alone_is_told_why(ranked: list[int], by_mentors: Lists, told: str) -> None:
    pool = Pool((a_mentor(1),), (a_mentee(11), a_mentee(12)))
    done = make_ranked_round(pool, TERMS, by_mentees={11: [1], 12: ranked}, by_mentors=by_mentors)
    assert [left.why for left in done.unmatched if left.mentee == 12] == [told]


def test_a_mentor_without_a_place_gave_none_to_others() -> None:
    pool = Pool((a_mentor(1, places=0),), (a_mentee(11),))
    done = make_ranked_round(pool, TERMS, by_mentees={11: [1]}, by_mentors={1: [11]})
    assert (done.pairs, [left.why for left in done.unmatched]) == ((), [NOBODY])
