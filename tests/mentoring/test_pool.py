"""Rows as the engine sees them."""

from datetime import date, time, timedelta

import pytest

from mentoring.matching.people import Window
from mentoring.models import Choice, Enrolment, Format, KeptApart, Mentor, Next, Pair, PairStatus
from mentoring.pool import read_people, tried_before, waiting, with_a_place

from .people_rows import NOON, TODAY, a_mentee, a_mentor

pytestmark = pytest.mark.django_db
TOMORROW = TODAY + timedelta(days=1)


def a_pair(mentor: Mentor, mentee: object, status: str, **own: object) -> Pair:
    more = {
        PairStatus.ACTIVE: lambda: {"place": mentor.places.first(), "started_on": TODAY},
        PairStatus.ENDED: lambda: {"ended_at": NOON},
    }.get(status, dict)()
    return Pair.objects.create(
        mentor=mentor, mentee=mentee, status=status, proposed_at=NOON, answer_by=TODAY, **more, **own
    )


# ------------------------------------------------------------------------------------------------ who
@pytest.mark.parametrize(
    ("own", "is_in"),
    [
        ({}, True),
        ({"status": Enrolment.APPLIED}, False),
        ({"status": Enrolment.LEFT}, False),
        ({"paused_until": TOMORROW}, False),
        ({"paused_until": TODAY}, True),
    ],
)
def test_only_who_is_approved_and_not_away_takes_part(own: dict[str, object], is_in: bool) -> None:
    a_mentor(**own)
    a_mentee(**own)
    assert with_a_place(TODAY).exists() is is_in
    assert waiting(TODAY).exists() is is_in


def test_a_closed_account_takes_no_part() -> None:
    for enrolled in (a_mentor(), a_mentee()):
        enrolled.person.is_active = False
        enrolled.person.save()
    assert not with_a_place(TODAY).exists()
    assert not waiting(TODAY).exists()


def test_places_are_what_open_pairs_leave() -> None:
    mentor, declined = a_mentor(capacity=3), a_mentee("Mentee Declined")
    a_pair(mentor, a_mentee("Mentee Active"), PairStatus.ACTIVE)
    a_pair(mentor, a_mentee("Mentee Asked"), PairStatus.PROPOSED)
    a_pair(mentor, declined, PairStatus.DECLINED)
    assert [one.places for one in read_people(TODAY).pool.mentors] == [1]
    a_pair(mentor, declined, PairStatus.PROPOSED)
    assert read_people(TODAY).pool.mentors == ()


def test_a_mentor_with_fewer_places_than_pairs_is_not_asked() -> None:
    mentor = a_mentor(capacity=2)
    a_pair(mentor, a_mentee("Mentee One"), PairStatus.ACTIVE)
    Mentor.objects.update(capacity=0)
    assert not with_a_place(TODAY).exists()


@pytest.mark.parametrize(
    ("status", "format", "waits"),
    [
        (PairStatus.PROPOSED, Format.YEAR, False),
        (PairStatus.ACTIVE, Format.YEAR, False),
        (PairStatus.ACTIVE, Format.HALF_YEAR, False),
        (PairStatus.ACTIVE, Format.SESSION, True),
        (PairStatus.ENDED, Format.YEAR, True),
        (PairStatus.EXPIRED, Format.YEAR, True),
    ],
)
def test_who_is_asked_for_or_has_a_mentor_does_not_wait(status: str, format: str, waits: bool) -> None:
    mentee = a_mentee()
    a_pair(a_mentor(), mentee, status, format=format)
    assert waiting(TODAY).exists() is waits


def test_who_wants_nobody_now_does_not_wait() -> None:
    a_mentee(waiting_since=None)
    assert not waiting(TODAY).exists()


def test_who_was_asked_in_vain_is_known() -> None:
    pairs = {
        name: a_pair(a_mentor(f"Mentor {name}"), a_mentee(f"Mentee {name}"), status, mentee_wants_next=wish)
        for name, status, wish in (
            ("Declined", PairStatus.DECLINED, ""),
            ("Expired", PairStatus.EXPIRED, ""),
            ("Other", PairStatus.ENDED, Next.OTHER),
            ("Same", PairStatus.ENDED, Next.SAME),
            ("Withdrawn", PairStatus.WITHDRAWN, ""),
            ("Active", PairStatus.ACTIVE, ""),
        )
    }
    expected = {
        (pairs[name].mentor.person_id, pairs[name].mentee.person_id) for name in ("Declined", "Expired", "Other")
    }
    assert tried_before() == expected


# ------------------------------------------------------------------------------------------------ what
def test_a_mentor_is_read_in_the_words_of_readers() -> None:
    row = a_mentor(
        capacity=2,
        languages=["ur", "en"],
        specialties=["internal"],
        help=["cv"],
        formats=["year", "session"],
        region="nyc",
        school_country="Pakistan",
        employer="General Hospital",
        supervisor="Jane Roe",
        is_woman=True,
        hurdles={"state_30_flex": 2023},
        free_hours=[[2, "18:30", "00:00"]],
    )
    (mentor,) = read_people(TODAY).pool.mentors
    assert (mentor.id, mentor.name, mentor.places, mentor.is_woman) == (row.person_id, "Amir Khan", 2, True)
    assert mentor.languages == {"Urdu", "English"}
    assert mentor.specialties == {"internal medicine"}
    assert mentor.help == {"the CV"}
    assert mentor.formats == {"12 months", "a single session"}
    assert mentor.hurdles == {"a State 30 flex slot": 2023}
    assert mentor.free == (Window(2, time(18, 30), time(0)),)
    assert (mentor.region, mentor.school_country) == ("New York City", "Pakistan")
    assert (mentor.employer, mentor.supervisor, mentor.time_zone) == (
        "General Hospital",
        "Jane Roe",
        "America/New_York",
    )


def test_a_mentee_is_read_with_their_choices_in_order() -> None:
    first, second = a_mentor("Mentor First"), a_mentor("Mentor Second")
    row = a_mentee(
        waiting_since=date(2026, 10, 1), further_hurdles=["fcvs"], needs_language=["ur"], needs_woman=True, unanswered=2
    )
    for rank, mentor in ((2, second), (1, first)):
        Choice.objects.create(mentee=row, mentor=mentor, rank=rank)
    (mentee,) = read_people(TODAY).pool.mentees
    assert mentee.choices == (first.person_id, second.person_id)
    assert (mentee.id, mentee.waiting_since, mentee.unanswered) == (row.person_id, date(2026, 10, 1), 2)
    assert (mentee.next_hurdle, mentee.further_hurdles) == ("the Match", {"FCVS and the New York license"})
    assert (mentee.needs_woman, mentee.needs_language) == (True, {"Urdu"})


@pytest.mark.parametrize("region", ["abroad", "other_state"])
def test_two_people_far_away_are_not_in_one_region(region: str) -> None:
    a_mentor(region=region)
    assert read_people(TODAY).pool.mentors[0].region == ""


def test_a_word_that_is_no_longer_offered_is_left_out() -> None:
    a_mentor(languages=["ur", "latin"], hurdles={"gone": 2020})
    (mentor,) = read_people(TODAY).pool.mentors
    assert (mentor.languages, mentor.hurdles) == ({"Urdu"}, {})


def test_who_is_kept_apart_is_read_whoever_asked_for_it() -> None:
    mentor, mentee, other = a_mentor(), a_mentee(), a_mentee("Other Mentee")
    KeptApart.objects.create(one=mentor.person, other=mentee.person, is_conflict=True)
    KeptApart.objects.create(one=other.person, other=mentor.person)
    people = read_people(TODAY)
    assert people.mentors_by_id[mentor.person_id].conflicts == {mentee.person_id}
    assert people.mentees_by_id[other.person_id].blocks == {mentor.person_id}
    assert people.mentees_by_id[mentee.person_id].blocks == frozenset()


def test_somebody_on_both_sides_is_one_person(django_assert_num_queries: object) -> None:
    mentor, mentee = a_mentor("Both Sides"), a_mentee("Both Sides")
    with django_assert_num_queries(5):
        people = read_people(TODAY)
    assert people.mentors == {mentor.person_id: mentor.pk}
    assert people.mentees == {mentor.person_id: mentee.pk}
    assert people.places == 1
