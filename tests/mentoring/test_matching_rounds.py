"""A draft in the hands of staff: what they fix and forbid, what that changes, and why somebody stays alone."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mentoring.matching.optimum import Stage
from mentoring.matching.people import Impossible, PairIds, Pool
from mentoring.matching.rounds import Edits, difference, make_round, what_changes
from mentoring.matching.rules import why_not
from mentoring.matching.suggestions import suggest
from tests.mentoring.pools import TERMS, a_mentee, a_mentor, pools

FLEX, FCVS = {"State 30 flex": 2026}, {"FCVS": 2026}
# Dr 1 suits mentee 101 best, Dr 2 suits 102; Dr 3 suits nobody in particular.
POOL = Pool(
    (a_mentor(1, hurdles=FLEX), a_mentor(2, hurdles=FCVS), a_mentor(3)),
    (a_mentee(101, next_hurdle="State 30 flex"), a_mentee(102, next_hurdle="FCVS")),
)


def edits(*, fixed: set[PairIds] = frozenset(), forbidden: set[PairIds] = frozenset()) -> Edits:
    return Edits(frozenset(fixed), frozenset(forbidden))


def test_a_draft_holds_the_reasons_and_the_points() -> None:
    done = make_round(POOL, TERMS)
    assert done.ids == {(1, 101), (2, 102)}
    assert done.pairs[0].reasons[0].text == "Dr 1 cleared State 30 flex in 2026, the step you are on."
    assert (done.pairs[0].score, done.score) == (400, 800)


def test_a_fixed_pair_stays_and_the_rest_is_the_best_around_it() -> None:
    done = make_round(POOL, TERMS, edits(fixed={(2, 101)}))
    assert (2, 101) in done.ids
    assert len(done.ids) == 2


def test_a_fixed_pair_takes_one_place_and_leaves_the_others() -> None:
    pool = Pool((a_mentor(1, places=2),), tuple(a_mentee(100 + number) for number in range(3)))
    assert make_round(pool, TERMS, edits(fixed={(1, 102)})).ids == {(1, 100), (1, 102)}


def test_a_forbidden_pair_is_never_made() -> None:
    done = make_round(POOL, TERMS, edits(forbidden={(1, 101)}))
    assert (1, 101) not in done.ids
    assert len(done.ids) == 2


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"fixed": {(1, 999)}}, "A fixed pair names somebody who is not in this round."),
        ({"fixed": {(999, 101)}}, "A fixed pair names somebody who is not in this round."),
        ({"fixed": {(1, 101)}, "forbidden": {(1, 101)}}, "A pair of Dr 1 is fixed and forbidden at once."),
        ({"fixed": {(1, 101), (1, 102)}}, "Dr 1 has fewer free places than pairs fixed."),
        ({"fixed": {(1, 101), (2, 101)}}, "A mentee is fixed to more than one mentor."),
    ],
)
def test_edits_that_cannot_be_are_refused_in_a_sentence(wrong: dict[str, Any], told: str) -> None:
    with pytest.raises(Impossible) as refused:
        make_round(POOL, TERMS, edits(**wrong))
    assert str(refused.value) == told


def test_staff_cannot_fix_what_a_hard_rule_forbids() -> None:
    pool = Pool((a_mentor(1),), (a_mentee(101, blocks={1}),))
    told = r"^This pair cannot be fixed\. Dr 1 and the mentee are not to be in contact\.$"
    with pytest.raises(Impossible, match=told):
        make_round(pool, TERMS, edits(fixed={(1, 101)}))


@settings(deadline=None)
@given(pool=pools(), draw=st.data())
def test_whatever_staff_decide_is_honoured_and_nobody_is_lost(pool: Pool, draw: st.DataObject) -> None:
    possible = [(m.id, n.id) for m in pool.mentors for n in pool.mentees if m.places and why_not(m, n, TERMS) is None]
    some = st.lists(st.sampled_from(possible), max_size=5) if possible else st.just([])
    chosen = {mentee: (mentor, mentee) for mentor, mentee in {pair[0]: pair for pair in draw.draw(some)}.values()}
    chosen, forbidden = frozenset(chosen.values()), frozenset(draw.draw(some)) - frozenset(chosen.values())
    done = make_round(pool, TERMS, Edits(chosen, forbidden))
    assert chosen <= done.ids
    assert not forbidden & done.ids
    assert {mentee for _, mentee in done.ids} | {left.mentee for left in done.unmatched} == {n.id for n in pool.mentees}
    assert len(done.pairs) + len(done.unmatched) == len(pool.mentees)


# ------------------------------------------------------------------------------------------------ what changes
def test_staff_see_what_a_fixed_pair_costs() -> None:
    change = what_changes(POOL, TERMS, make_round(POOL, TERMS), edits(fixed={(1, 102)}))
    assert {pair.ids for pair in change.gone} == {(1, 101), (2, 102)}
    assert {pair.ids for pair in change.new} == {(1, 102), (2, 101)}
    assert (change.newly_matched, change.no_longer_matched, change.score) == ((), (), -800)


def test_staff_see_who_loses_their_mentor() -> None:
    pool = Pool((a_mentor(1),), (a_mentee(101), a_mentee(102)))
    draft = make_round(pool, TERMS)
    change = what_changes(pool, TERMS, draft, edits(forbidden={(1, 101)}))
    assert (change.newly_matched, change.no_longer_matched, change.score) == ((102,), (101,), 0)


def test_where_nothing_is_lost_the_pairs_of_the_draft_stay() -> None:
    """Six who fit one another equally well: only the forbidden pair has to find somebody else."""
    pool = Pool(tuple(a_mentor(n) for n in range(1, 7)), tuple(a_mentee(100 + n) for n in range(1, 7)))
    turned = {(n, 100 + n % 6 + 1) for n in range(1, 7)}
    draft = make_round(pool, TERMS, edits(fixed=turned))
    change = what_changes(pool, TERMS, draft, edits(forbidden={(1, 102)}))
    assert len(change.gone) == len(change.new) == 2
    assert (1, 102) in {pair.ids for pair in change.gone}
    assert what_changes(pool, TERMS, draft, Edits()) == difference(draft, draft)


# ------------------------------------------------------------------------------------------------ why not
def test_staff_read_how_many_mentors_each_rule_excludes() -> None:
    mentors = [a_mentor(n, conflicts={101}) for n in (1, 2)] + [a_mentor(n, employer="A") for n in (3, 4, 5)]
    mentors += [a_mentor(6), a_mentor(7, places=0)]
    pool = Pool(tuple(mentors), (a_mentee(101, employer="A"),))
    (left,) = make_round(pool, TERMS, edits(forbidden={(6, 101)})).unmatched
    assert left.mentee == 101
    assert left.why == (
        "No mentor with a free place is possible. What excludes them:"
        " the same employer (3), a conflict of interest (2), forbidden by staff (1)."
    )


def test_a_mentor_whom_two_rules_exclude_is_counted_once() -> None:
    pool = Pool((a_mentor(1, conflicts={101}, employer="A"),), (a_mentee(101, employer="A"),))
    assert make_round(pool, TERMS).unmatched[0].why.endswith("them: a conflict of interest (1).")


def test_who_came_too_late_is_told_how_many_were_possible() -> None:
    pool = Pool((a_mentor(1), a_mentor(2), a_mentor(3, conflicts={103})), tuple(a_mentee(100 + n) for n in range(4)))
    (left,) = make_round(pool, TERMS).unmatched
    assert (left.mentee, left.why) == (103, "2 mentors were possible, but all of their places went to others.")


@settings(deadline=None)
@given(pool=pools())
def test_nobody_is_told_that_a_place_went_to_others_while_it_is_free(pool: Pool) -> None:
    done = make_round(pool, TERMS)
    free = {m.id: m.places - sum(pair.mentor == m.id for pair in done.pairs) for m in pool.mentors}
    mentees = {mentee.id: mentee for mentee in pool.mentees}
    for left in done.unmatched:
        possible = [m for m in pool.mentors if m.places and why_not(m, mentees[left.mentee], TERMS) is None]
        assert left.why.startswith(f"{len(possible)} mentor") == bool(possible)
        assert not any(free[mentor.id] for mentor in possible)


# ------------------------------------------------------------------------------------------------ progress
def test_a_long_round_says_how_far_it_is() -> None:
    heard: list[tuple[Stage, int, int]] = []
    pool = Pool(tuple(a_mentor(n) for n in range(1, 131)), tuple(a_mentee(n) for n in range(201, 451)))
    make_round(pool, TERMS, progress=lambda *told: heard.append(told))
    assert heard == [
        *((Stage.COMPARING, done, 130) for done in (64, 128, 130)),
        *((Stage.ASSIGNING, done, 1) for done in (0, 1)),
        (Stage.EXPLAINING, 130, 130),
    ]


# ------------------------------------------------------------------------------------------------ one mentee
def test_suggestions_are_the_best_mentors_with_a_free_place() -> None:
    mentee = a_mentee(101, next_hurdle="FCVS", choices=(3,))
    mentors = (a_mentor(1), a_mentor(2, hurdles=FCVS), a_mentor(3), a_mentor(4), a_mentor(5, hurdles=FCVS, places=0))
    found = suggest(Pool(mentors, ()), mentee, TERMS, most=3)
    assert [(pair.mentor, pair.score) for pair in found.pairs] == [(2, 400), (3, 120), (1, 0)]
    assert found.pairs[0].reasons[0].text == "Dr 2 cleared FCVS in 2026, the step you are on."
    assert found.why_none == ""


def test_who_has_no_suggestion_is_told_why() -> None:
    mentee = a_mentee(101, needs_woman=True)
    found = suggest(Pool((a_mentor(1), a_mentor(2)), ()), mentee, TERMS, most=3)
    assert found.pairs == ()
    assert found.why_none.endswith("What excludes them: a woman needed as mentor (2).")


@settings(deadline=None)
@given(pool=pools(most=5))
def test_the_first_suggestion_is_what_a_round_for_this_mentee_alone_gives(pool: Pool) -> None:
    for mentee in pool.mentees:
        alone = make_round(replace(pool, mentees=(mentee,)), TERMS)
        found = suggest(pool, mentee, TERMS, most=1)
        assert [pair.score for pair in found.pairs] == [pair.score for pair in alone.pairs]
        assert found.why_none == "".join(left.why for left in alone.unmatched)
