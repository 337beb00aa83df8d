"""A pair from the answer to the end: what each of the two reads, and what neither does."""

from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client

from accounts.models import User
from mentoring import ending_actions, pair_actions
from mentoring.models import Mentor, Pair, PairStatus, Pulse
from mentoring.pair_display import Side
from notices.models import QuietPeriod
from tests.conftest import signed_in
from tests.mentoring.conftest import NOW, TODAY, approved
from tests.mentoring.test_pages import at, filled, read, text

pytestmark = pytest.mark.django_db


# ------------------------------------------------------------------------------------------------ the proposal
def test_nobody_learns_a_name_before_the_yes(as_mohan: Client, as_mei: Client, proposal: Pair) -> None:
    asked = read(as_mohan, at(proposal)) + read(as_mohan, at(proposal, "answer/")) + read(as_mohan, "/my/mentoring/")
    waiting = read(as_mei, at(proposal)) + read(as_mei, "/my/mentoring/")
    assert "I want to find a job that fits the waiver." in asked
    assert "You both know the waiting." in asked and "You both know the waiting." not in waiting
    assert "30 November 2026" in asked and "30 November 2026" in waiting
    for name in ("Mei", "mei@", "Lakeside"):
        assert name not in asked
    for name in ("Mohan", "mohan@", "Buffalo", "I know how long"):
        assert name not in waiting


def test_only_the_mentor_answers(as_mei: Client, proposal: Pair) -> None:
    assert as_mei.get(at(proposal, "answer/"))["Location"] == at(proposal)
    assert as_mei.post(at(proposal, "answer/"), filled(proposal, "answer/"))["Location"] == at(proposal)
    proposal.refresh_from_db()
    assert proposal.status == PairStatus.PROPOSED


def test_a_yes_brings_the_two_together(as_mohan: Client, as_mei: Client, proposal: Pair) -> None:
    assert as_mohan.post(at(proposal, "answer/"), filled(proposal, "answer/"))["Location"] == at(proposal)
    his, hers = read(as_mohan, at(proposal)), read(as_mei, at(proposal))
    assert "Mei Lin, your mentee" in his and "mei@member.example" in his and "Mei Lin writes first" in his
    assert "Mohan Rao, your mentor" in hers and "mohan@member.example" in hers and "You write first" in hers
    assert "a State 30 flex slot (2023)" in hers
    assert "Dr. Ada Stern" not in hers + his and "Lakeside" not in hers
    assert as_mohan.post(at(proposal, "answer/"), filled(proposal, "answer/"))["Location"] == at(proposal)


def test_a_no_closes_the_door_and_keeps_the_reason_for_staff(as_mohan: Client, as_mei: Client, proposal: Pair) -> None:
    as_mohan.post(at(proposal, "answer/"), {"answer": "no", "reason": "Night shifts"})
    proposal.refresh_from_db()
    assert (proposal.status, proposal.decline_reason) == (PairStatus.DECLINED, "Night shifts")
    his, hers = read(as_mohan, at(proposal)), read(as_mei, at(proposal))
    assert Side(proposal, proposal.mentor.person).profile() == Side(proposal, proposal.mentee.person).profile() == []
    assert "find a job" not in his and "Night shifts" not in hers and "You keep your turn" in hers
    for door in ("message/", "agreement/", "own-note/", "handover/", "end/", "pulse/"):
        assert as_mei.get(at(proposal, door)).status_code == 404, door


def test_after_the_last_day_the_page_says_so(as_mohan: Client, proposal: Pair) -> None:
    with time_machine.travel(NOW + timedelta(days=8), tick=False):
        as_late = signed_in(proposal.mentor.person)
        assert as_late.post(at(proposal, "answer/"), filled(proposal, "answer/"))["Location"] == at(proposal)
        assert "The time to answer ended on 30 November 2026" in read(as_late, at(proposal))
    proposal.refresh_from_db()
    assert proposal.status == PairStatus.PROPOSED


def test_a_yes_without_a_free_place_is_refused_with_a_sentence(
    as_mohan: Client, pair: Pair, mentor: Mentor, amina: User
) -> None:
    person = User.objects.create_user("kofi@member.example", "x", full_name="Kofi Mensah")
    second = pair_actions.propose(mentor=mentor, mentee=approved(person, "mentee", amina), by=amina)
    mentor.places.exclude(pk=pair.place_id).delete()
    answer = as_mohan.post(at(second, "answer/"), filled(second, "answer/"))
    assert answer.status_code == 422
    assert "of your places are taken" in text(answer.content)


# ------------------------------------------------------------------------------------------------ how it goes
def test_one_button_says_that_they_met(as_mei: Client, pair: Pair) -> None:
    assert "We have met" in read(as_mei, at(pair))
    as_mei.post(at(pair, "did-meet/"), filled(pair, "did-meet/"))
    pair.refresh_from_db()
    assert pair.met_on == TODAY
    assert "We have met" not in read(as_mei, at(pair))


def test_who_is_away_is_back_on_a_day_without_a_reason(as_mei: Client, pair: Pair, mohan: User) -> None:
    QuietPeriod.objects.create(person=mohan, first_day=TODAY, last_day=date(2026, 12, 14), words="night float")
    page = read(as_mei, at(pair))
    assert "Mohan Rao is away and will be back on 15 December 2026" in page
    assert "night float" not in page


def test_the_two_questions_are_asked_once_and_kept_from_the_other(
    as_mei: Client, as_mohan: Client, pair: Pair, mei: User
) -> None:
    assert as_mei.get(at(pair, "pulse/"))["Location"] == at(pair)
    pulse = Pulse.objects.create(pair=pair, person=mei, due_on=TODAY)
    assert as_mohan.post(at(pair, "pulse/"), filled(pair, "pulse/"))["Location"] == at(pair)
    as_mei.post(at(pair, "pulse/"), {"of_use": "1", "respected": "5", "words": "Too rare"})
    pulse.refresh_from_db()
    assert (pulse.of_use, pulse.respected, pulse.words) == (1, 5, "Too rare")
    assert as_mei.get(at(pair, "pulse/"))["Location"] == at(pair)
    assert "Too rare" not in read(as_mohan, at(pair))


# ------------------------------------------------------------------------------------------------ the end
def test_the_mentee_ends_it_and_says_in_private_what_comes_next(as_mei: Client, as_mohan: Client, pair: Pair) -> None:
    assert as_mei.post(at(pair, "end/"), filled(pair, "end/"))["Location"] == at(pair, "next/")
    assert as_mei.post(at(pair, "next/"), {"wants_next": "other"})["Location"] == at(pair)
    pair.refresh_from_db()
    assert (pair.status, pair.mentee_wants_next) == (PairStatus.ENDED, "other")
    his = read(as_mohan, at(pair)) + read(as_mohan, "/my/mentoring/")
    assert "another mentor" not in his and "like next" not in his
    assert as_mohan.get(at(pair, "next/")).status_code == 404
    assert as_mohan.post(at(pair, "next/"), {"wants_next": "same"}).status_code == 404
    assert "You said what you would like next: another mentor" in read(as_mei, at(pair))


def test_the_mentor_ends_it_and_is_asked_nothing(as_mohan: Client, as_mei: Client, pair: Pair) -> None:
    assert as_mohan.post(at(pair, "end/"), filled(pair, "end/"))["Location"] == at(pair)
    assert "ended on 23 November 2026, without blame" in read(as_mei, at(pair))
    assert "Say what you would like next" in read(as_mei, "/my/mentoring/")
    assert as_mei.get(at(pair, "meeting/"))["Location"] == at(pair)
    assert "mohan@member.example" not in read(as_mei, at(pair))


def test_what_comes_next_is_not_asked_while_the_pair_goes_on(as_mei: Client, pair: Pair) -> None:
    assert as_mei.post(at(pair, "next/"), {"wants_next": "same"})["Location"] == at(pair)
    pair.refresh_from_db()
    assert pair.mentee_wants_next == ""


def test_the_card_of_an_earlier_pair_is_read_only_with_the_mentees_yes(
    as_mei: Client, pair: Pair, mei: User, amina: User
) -> None:
    ending_actions.write_handover(
        pair=pair, by=mei, where_we_got="Two letters sent", try_next="", not_again="", seen_at=None
    )
    pair_actions.end(pair=pair, by=mei, wants_next="other")
    person = User.objects.create_user("noor@member.example", "x", full_name="Noor Khan")
    mentor = approved(person, "mentor", amina)
    second = pair_actions.propose(mentor=mentor, mentee=pair.mentee, by=amina)
    as_noor = signed_in(person)
    assert "Two letters sent" not in read(as_noor, at(second, "answer/"))
    pair_actions.accept(pair=second, by=person)
    assert "Two letters sent" not in read(as_noor, at(second))
    as_mei.post(at(pair, "handover/show/"), {"agrees": "yes"})
    assert "Two letters sent" in read(as_noor, at(second))
    as_mei.post(at(pair, "handover/show/"), {"agrees": "no"})
    assert "Two letters sent" not in read(as_noor, at(second))
