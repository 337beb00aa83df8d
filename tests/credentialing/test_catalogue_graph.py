"""The order of the items and the loop in it, for graphs of every shape."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credentialing.graph import in_order, loop_in

NAMES = [f"item_{number}" for number in range(7)]
SOME = st.lists(st.sampled_from(NAMES), unique=True, max_size=4)
GRAPHS = st.permutations(NAMES).flatmap(lambda names: st.fixed_dictionaries(dict.fromkeys(names, SOME)))
# Each waits only for names that stand before it in the alphabet, in whatever order they are given.
ACYCLIC = GRAPHS.map(lambda graph: {name: [need for need in needs if need < name] for name, needs in graph.items()})


def reaches_itself(name: str, graph: dict[str, list[str]]) -> bool:
    seen: set[str] = set()
    waiting = list(graph[name])
    while waiting:
        if (here := waiting.pop()) not in seen:
            seen.add(here)
            waiting += graph[here]
    return name in seen


@given(GRAPHS)
def test_a_loop_is_found_exactly_when_something_waits_for_itself(graph: dict[str, list[str]]) -> None:
    loop = loop_in(graph)
    assert bool(loop) is any(reaches_itself(name, graph) for name in graph)
    if loop:
        assert loop[0] == loop[-1]
        assert len(set(loop)) == len(loop) - 1
        assert all(later in graph[earlier] for earlier, later in pairwise(loop))


@given(GRAPHS)
def test_what_has_an_order_has_no_loop_and_the_other_way_round(graph: dict[str, list[str]]) -> None:
    if loop_in(graph):
        with pytest.raises(ValueError, match="They wait for each other: item_"):
            in_order(graph)
    else:
        assert sorted(in_order(graph)) == NAMES


@given(ACYCLIC)
def test_everything_stands_after_what_it_waits_for(graph: dict[str, list[str]]) -> None:
    place = {name: number for number, name in enumerate(in_order(graph))}
    assert all(place[need] < place[name] for name, needs in graph.items() for need in needs)


@given(ACYCLIC)
def test_an_order_that_is_right_already_stays(graph: dict[str, list[str]]) -> None:
    sorted_graph = {name: graph[name] for name in NAMES}
    assert in_order(sorted_graph) == NAMES


def test_the_order_is_otherwise_the_given_one() -> None:
    assert in_order({"c": ["a"], "b": [], "a": []}) == ["b", "a", "c"]


def test_a_name_that_is_no_key_is_there_already() -> None:
    assert in_order({"a": ["elsewhere"]}) == ["a"]
    assert loop_in({"a": ["elsewhere"]}) == []


def test_an_item_that_waits_for_itself_is_a_loop() -> None:
    assert loop_in({"a": ["a"]}) == ["a", "a"]
