"""Places of a mentor, choices of a mentee, and who is never brought together."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from audit.models import Entry
from mentoring import enrolment_actions as actions
from mentoring.choosing_actions import open_to
from mentoring.models import Choice, KeptApart, Mentee, Mentor, Pair, PairStatus, Place
from mentoring.pair_actions import accept, propose
from mentoring.places import follow_capacity
from mentoring.refusals import MentoringRefused
from tests.mentoring.conftest import TODAY, approved

pytestmark = pytest.mark.django_db


def numbers(mentor: Mentor) -> list[int]:
    return list(mentor.places.values_list("number", flat=True))


@pytest.fixture
def three(mentor: Mentor, mentee: Mentee, mohan: User, amina: User) -> list[Pair]:
    """Two under way and one proposed: the mentor's three places."""
    people = [User.objects.create_user(f"m{number}@member.example", "x", full_name=f"M {number}") for number in (2, 3)]
    mentees = [mentee, *(approved(person, "mentee", amina) for person in people)]
    pairs = [propose(mentor=mentor, mentee=each, by=amina) for each in mentees]
    return [accept(pair=pairs[0], by=mohan), accept(pair=pairs[1], by=mohan), pairs[2]]


def states(pairs: list[Pair]) -> list[str]:
    return [Pair.objects.get(pk=pair.pk).status for pair in pairs]


# ------------------------------------------------------------------------------------------------ places
@pytest.mark.parametrize("capacity", [0, 1, 9])
def test_places_follow_the_number(mentor: Mentor, mohan: User, capacity: int) -> None:
    mentor = actions.set_capacity(mentor=mentor, by=mohan, capacity=capacity)
    assert mentor.capacity == capacity
    assert numbers(mentor) == list(range(1, capacity + 1))


@pytest.mark.parametrize("capacity", [-1, 10])
def test_there_are_from_none_to_nine(mentor: Mentor, mohan: User, capacity: int) -> None:
    with pytest.raises(MentoringRefused) as refusal:
        actions.set_capacity(mentor=mentor, by=mohan, capacity=capacity)
    assert refusal.value.field == "capacity"


def test_fewer_places_than_pairs_asks_first_and_changes_nothing(mentor: Mentor, mohan: User, three: list[Pair]) -> None:
    with pytest.raises(
        MentoringRefused, match="You have 3 pairs and open proposals, and would have 1 place"
    ) as refusal:
        actions.set_capacity(mentor=mentor, by=mohan, capacity=1)
    assert refusal.value.field == "what"
    assert states(three) == ["active", "active", "proposed"]
    assert Mentor.objects.get().capacity == 3


def test_keeping_all_lets_pairs_go_on_and_brings_nobody_new(
    mentor: Mentor, mohan: User, dolores: User, amina: User, three: list[Pair]
) -> None:
    mentor = actions.set_capacity(mentor=mentor, by=mohan, capacity=1, keep="all")
    assert states(three) == ["active", "active", "withdrawn"]
    assert len(numbers(mentor)) == 2
    with pytest.raises(MentoringRefused):
        propose(mentor=mentor, mentee=approved(dolores, "mentee", amina), by=amina)


def test_keeping_all_keeps_a_proposal_that_still_finds_a_place(mentor: Mentor, mohan: User, three: list[Pair]) -> None:
    actions.leave(enrolled=three[0].mentee, by=three[0].mentee.person)
    actions.set_capacity(mentor=mentor, by=mohan, capacity=2)
    assert states(three) == ["ended", "active", "proposed"]


def test_those_that_are_ticked_stay_and_the_others_end(mentor: Mentor, mohan: User, three: list[Pair]) -> None:
    mentor = actions.set_capacity(mentor=mentor, by=mohan, capacity=1, keep=[three[1].pk])
    assert states(three) == ["ended", "active", "withdrawn"]
    assert mentor.capacity == len(numbers(mentor)) == 1
    assert Pair.objects.get(pk=three[1].pk).place in mentor.places.all()


def test_more_cannot_be_kept_than_there_are_places(mentor: Mentor, mohan: User, three: list[Pair]) -> None:
    with pytest.raises(MentoringRefused) as refusal:
        actions.set_capacity(mentor=mentor, by=mohan, capacity=1, keep=[pair.pk for pair in three])
    assert refusal.value.field == "kept"
    assert states(three) == ["active", "active", "proposed"]


def test_the_database_has_no_place_for_one_pair_too_many(mentor: Mentor, mohan: User, three: list[Pair]) -> None:
    actions.set_capacity(mentor=mentor, by=mohan, capacity=2, keep="all")
    assert not Place.objects.filter(mentor=mentor).exclude(pairs__status="active").exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        Pair.objects.filter(pk=three[2].pk).update(status="active", started_on=TODAY, place=three[0].place)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(taken=st.sets(st.integers(1, 9)), steps=st.lists(st.integers(0, 9), min_size=1, max_size=4))
def test_there_are_always_as_many_places_as_the_number_or_the_pairs_if_those_are_more(
    mentor: Mentor, mentee: Mentee, taken: set[int], steps: list[int]
) -> None:
    with transaction.atomic():
        mentor.places.all().delete()
        mentor.capacity = 9
        follow_capacity(mentor)
        for place in mentor.places.filter(number__in=taken):
            _pair(mentor, mentee, place)
        for capacity in steps:
            mentor.capacity = capacity
            follow_capacity(mentor)
            assert mentor.places.count() == max(capacity, len(taken))
            assert taken <= set(numbers(mentor)) <= set(range(1, 10))
        transaction.set_rollback(True)


def _pair(mentor: Mentor, mentee: Mentee, place: Place) -> None:
    person = User.objects.create_user(f"p{place.number}@member.example", "x", full_name="P")
    Pair.objects.create(
        mentor=mentor,
        mentee=Mentee.objects.create(person=person),
        place=place,
        status=PairStatus.ACTIVE,
        proposed_at=mentee.applied_at,
        answer_by=TODAY,
        started_on=TODAY,
    )


# ------------------------------------------------------------------------------------------------ choices
@pytest.fixture
def others(today: date, amina: User, mentor: Mentor) -> list[Mentor]:
    people = [
        User.objects.create_user(f"d{number}@member.example", "x", full_name=f"D {number}") for number in (1, 2, 3)
    ]
    return [approved(person, "mentor", amina) for person in people]


def chosen(mentee: Mentee) -> list[int]:
    return list(mentee.choices.order_by("rank").values_list("mentor", flat=True))


def test_one_to_three_in_their_order_replace_what_was_chosen(
    mentor: Mentor, mentee: Mentee, mei: User, others: list[Mentor]
) -> None:
    actions.choose(mentee=mentee, by=mei, mentors=others)
    actions.choose(mentee=mentee, by=mei, mentors=[mentor, others[1]])
    assert chosen(mentee) == [mentor.pk, others[1].pk]
    version = Mentee.objects.get().version
    actions.choose(mentee=mentee, by=mei, mentors=[mentor, others[1]])
    assert Mentee.objects.get().version == version
    actions.forget_choices(mentee=mentee, by=mei)
    assert chosen(mentee) == []


def test_not_none_not_four_and_nobody_twice(mentor: Mentor, mentee: Mentee, mei: User, others: list[Mentor]) -> None:
    for wanted in ([], [mentor, *others], [mentor, mentor]):
        with pytest.raises(MentoringRefused, match="from one to 3"):
            actions.choose(mentee=mentee, by=mei, mentors=wanted)


def unlist(mentor: Mentor, mei: User) -> None:
    actions.set_listed(mentor=mentor, by=mentor.person, is_listed=False)


def rest(mentor: Mentor, mei: User) -> None:
    actions.pause(enrolled=mentor, by=mentor.person, until=TODAY + timedelta(days=9))


def go(mentor: Mentor, mei: User) -> None:
    actions.leave(enrolled=mentor, by=mentor.person)


def close(mentor: Mentor, mei: User) -> None:
    User.objects.filter(pk=mentor.person_id).update(is_active=False)


def shun(mentor: Mentor, mei: User) -> None:
    actions.keep_apart(by=mentor.person, one=mentor.person, other=mei)


@pytest.mark.parametrize("happens", [unlist, rest, go, close, shun])
def test_only_who_is_there_can_be_seen_and_chosen_and_nobody_learns_why(
    mentor: Mentor, mentee: Mentee, mei: User, happens: Callable[[Mentor, User], None]
) -> None:
    assert list(open_to(mentee)) == [mentor]
    happens(mentor, mei)
    assert not open_to(mentee).exists()
    with pytest.raises(MentoringRefused, match="cannot be chosen now"):
        actions.choose(mentee=mentee, by=mei, mentors=[mentor])


def test_a_wish_stands_while_its_mentor_rests(mentor: Mentor, mentee: Mentee, mei: User, others: list[Mentor]) -> None:
    actions.choose(mentee=mentee, by=mei, mentors=[mentor])
    rest(mentor, mei)
    actions.choose(mentee=mentee, by=mei, mentors=[mentor, others[0]])
    assert chosen(mentee) == [mentor.pk, others[0].pk]


def test_nobody_chooses_themself_or_for_somebody_else(mentor: Mentor, mentee: Mentee, mohan: User, amina: User) -> None:
    own = approved(mohan, "mentee", amina)
    assert not open_to(own).exists()
    with pytest.raises(MentoringRefused):
        actions.choose(mentee=mentee, by=mohan, mentors=[mentor])


# ------------------------------------------------------------------------------------------------ kept apart
def test_two_who_are_kept_apart_lose_choices_and_proposals_and_are_noted_once(
    mentor: Mentor, mentee: Mentee, mei: User, mohan: User, amina: User
) -> None:
    actions.choose(mentee=mentee, by=mei, mentors=[mentor])
    pair = propose(mentor=mentor, mentee=mentee, by=amina)
    first = actions.keep_apart(by=mei, one=mei, other=mohan)
    assert actions.keep_apart(by=amina, one=mohan, other=mei, is_conflict=True) == first
    assert KeptApart.objects.count() == 1
    assert states([pair]) == ["withdrawn"]
    assert not Choice.objects.exists()
    entry = Entry.objects.about(first).get()
    assert "Mei" not in f"{entry.subject}{entry.data}"
    with pytest.raises(MentoringRefused):
        propose(mentor=mentor, mentee=mentee, by=amina)


def test_only_one_of_the_two_or_staff_keep_them_apart(mei: User, mohan: User, dolores: User, chidi: User) -> None:
    with pytest.raises(MentoringRefused):
        actions.keep_apart(by=dolores, one=mei, other=mohan)
    with pytest.raises(MentoringRefused):
        actions.keep_apart(by=mei, one=mei, other=mei)
    assert actions.keep_apart(by=chidi, one=mei, other=mohan, is_conflict=True).is_conflict
