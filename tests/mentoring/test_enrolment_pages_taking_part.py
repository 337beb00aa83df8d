"""Whoever takes part: places, pause, renewal, the end, and the list of mentors."""

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from mentoring import enrolment_actions as actions
from mentoring.models import Enrolment, GroundRules, KeptApart, Mentee, Mentor, Pair
from mentoring.pair_actions import accept, propose
from tests.conftest import signed_in
from tests.mentoring.conftest import NOW, TODAY, approved
from tests.mentoring.test_enrolment_pages import text

pytestmark = pytest.mark.django_db
LIST = "/mentoring/mentee/mentors/"
PLACES = "/mentoring/mentor/places/"


# ------------------------------------------------------------------------------------------------ the mentor
def test_places_are_changed_and_asked_about_only_when_they_are_too_few(
    as_mohan: Client, mentor: Mentor, mentee: Mentee, mohan: User, amina: User
) -> None:
    pair = accept(pair=propose(mentor=mentor, mentee=mentee, by=amina), by=mohan)
    assert "What becomes of" not in text(as_mohan.get(PLACES).content)
    as_mohan.post(PLACES, {"capacity": "5"})
    answer = as_mohan.post(PLACES, {"capacity": "0"})
    assert answer.status_code == 422
    assert "Mei Lin, paired with you" in text(answer.content)
    assert "mei@member.example" not in answer.content.decode()
    assert Mentor.objects.get().capacity == 5
    as_mohan.post(PLACES, {"capacity": "0", "what": "all"})
    assert (Mentor.objects.get().capacity, Pair.objects.get().status) == (0, "active")
    as_mohan.post(PLACES, {"capacity": "1"})
    as_mohan.post(PLACES, {"capacity": "0", "what": "choose"})
    pair.refresh_from_db()
    assert pair.status == "ended"


def test_nobody_keeps_a_pair_that_is_not_theirs(
    as_mohan: Client, mentor: Mentor, mentee: Mentee, mohan: User, amina: User
) -> None:
    accept(pair=propose(mentor=mentor, mentee=mentee, by=amina), by=mohan)
    answer = as_mohan.post(PLACES, {"capacity": "0", "what": "choose", "kept": ["99999"]})
    assert answer.status_code == 422
    assert Pair.objects.get().status == "active"


def test_the_list_is_left_and_joined_by_a_button(as_mohan: Client, mentor: Mentor) -> None:
    for wanted in ("no", "yes"):
        as_mohan.post("/mentoring/mentor/listed/", {"is_listed": wanted})
        assert Mentor.objects.get().is_listed == (wanted == "yes")


def test_an_approved_mentor_changes_places_on_their_own_page_only(as_mohan: Client, mentor: Mentor) -> None:
    html = as_mohan.get("/mentoring/mentor/part/help/").content.decode()
    assert 'name="capacity"' not in html
    assert as_mohan.get("/mentoring/mentor/check/")["Location"] == "/mentoring/mentor/"


# ------------------------------------------------------------------------------------------------ both
def test_a_pause_and_the_way_back(as_mohan: Client, mentor: Mentor) -> None:
    back = TODAY + timedelta(days=30)
    assert as_mohan.post("/mentoring/mentor/pause/", {"until": TODAY.isoformat()}).status_code == 422
    as_mohan.post("/mentoring/mentor/pause/", {"until": back.isoformat()})
    assert Mentor.objects.get().paused_until == back
    assert "You are on a pause. Back on 23 December 2026" in text(as_mohan.get("/mentoring/mentor/").content)
    as_mohan.post("/mentoring/mentor/resume/")
    assert Mentor.objects.get().paused_until is None


def test_a_renewal_shows_the_rules_and_takes_those_that_were_read(as_mohan: Client, mentor: Mentor) -> None:
    Mentor.objects.update(renew_on=TODAY + timedelta(days=2))
    assert "No money, gifts or favors" in text(as_mohan.get("/mentoring/mentor/renew/").content)
    rules = GroundRules.objects.create(number=99, words="Be very kind.", in_force_from=NOW)
    answer = as_mohan.post("/mentoring/mentor/renew/", {"rules": "1", "accepted": "on"})
    assert answer.status_code == 422
    assert "Be very kind." in text(answer.content)
    assert 'name="rules" value="99"' in answer.content.decode()
    as_mohan.post("/mentoring/mentor/renew/", {"rules": "99", "accepted": "on"})
    mentor.refresh_from_db()
    assert (mentor.rules, mentor.renew_on) == (rules, TODAY + timedelta(days=365))


def test_to_leave_takes_a_tick(as_mei: Client, mentee: Mentee) -> None:
    assert as_mei.post("/mentoring/mentee/leave/").status_code == 422
    as_mei.post("/mentoring/mentee/leave/", {"sure": "on"})
    assert Mentee.objects.get().status == Enrolment.LEFT
    assert "You left the program." in text(as_mei.get("/mentoring/mentee/").content)


# ------------------------------------------------------------------------------------------------ the list
def test_a_mentee_reads_who_is_there_and_no_address_of_theirs(as_mei: Client, mentor: Mentor, mentee: Mentee) -> None:
    html = as_mei.get(LIST).content.decode()
    shown = text(html.encode())
    for words in ("Mohan Rao", "a State 30 flex slot (2023)", "Hindi", "a job for the J-1 waiver", "Western New York"):
        assert words in shown
    for hidden in ("mohan@member.example", "Lakeside Hospital", "Ada Stern", "State register"):
        assert hidden not in html


def test_only_approved_mentees_read_it(mentor: Mentor, mohan: User, mei: User) -> None:
    actions.begin(person=mei, side="mentee")
    for person in (mohan, mei):
        assert signed_in(person).get(LIST).status_code == 404
        assert signed_in(person).post(f"{LIST}{mentor.pk}/choose/").status_code == 404


def test_choices_are_made_moved_and_taken_off(as_mei: Client, mentor: Mentor, mentee: Mentee, amina: User) -> None:
    people = [User.objects.create_user(f"d{n}@member.example", "x", full_name=f"D {n}") for n in range(3)]
    others = [approved(person, "mentor", amina) for person in people]
    for one in (mentor, *others):
        as_mei.post(f"{LIST}{one.pk}/choose/")
    assert _chosen(mentee) == [mentor.pk, others[0].pk, others[1].pk]
    as_mei.post(f"{LIST}{others[1].pk}/up/")
    as_mei.post(f"{LIST}{mentor.pk}/drop/")
    assert _chosen(mentee) == [others[1].pk, others[0].pk]
    assert as_mei.post(f"{LIST}{mentor.pk}/drop/").status_code == 404
    for one in others[:2]:
        as_mei.post(f"{LIST}{one.pk}/drop/")
    assert _chosen(mentee) == []
    assert "None yet." in text(as_mei.get(LIST).content)


def _chosen(mentee: Mentee) -> list[int]:
    return list(mentee.choices.order_by("rank").values_list("mentor", flat=True))


def test_the_list_is_narrowed_and_nonsense_narrows_nothing(as_mei: Client, mentor: Mentor, mentee: Mentee) -> None:
    fits = ("hurdle=match", "help=mock_interview", "specialty=nephrology", "language=hi", "region=western", "region=xx")
    for query in fits:
        assert "Mohan Rao" in text(as_mei.get(f"{LIST}?{query}").content)
    for query in ("hurdle=green_card", "help=cv", "specialty=urology", "language=ur", "region=nyc"):
        shown = text(as_mei.get(f"{LIST}?{query}").content)
        assert "Mohan Rao" not in shown
        assert "No listed mentor fits all of this." in shown


def test_never_pair_us_takes_the_mentor_out_of_sight(
    as_mei: Client, as_mohan: Client, mentor: Mentor, mentee: Mentee, mei: User, mohan: User
) -> None:
    as_mei.post(f"{LIST}{mentor.pk}/apart/")
    assert KeptApart.objects.between(mei, mohan).count() == 1
    assert "Mohan Rao" not in text(as_mei.get(LIST).content)
    assert as_mei.post(f"{LIST}{mentor.pk}/choose/").status_code == 404
    assert "Mei" not in text(as_mohan.get("/mentoring/mentor/").content)


def test_a_long_list_takes_no_more_questions_of_the_database(
    as_mei: Client, mentor: Mentor, mentee: Mentee, amina: User,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    for number in range(15):
        person = User.objects.create_user(f"d{number}@member.example", "x", full_name=f"D {number}")
        approved(person, "mentor", amina, hurdles={"match": 2020})
    as_mei.get(LIST)
    with django_assert_max_num_queries(12):
        first = text(as_mei.get(LIST).content)
    assert first.index("Mohan Rao") < first.index("D 0")  # got past the mentee's next step
    assert "Page 1 of 2" in first
    assert "D 9" in text(as_mei.get(f"{LIST}?page=2").content)
