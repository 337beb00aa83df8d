"""What two people share, and what they do not tell each other, in the export of each."""

from typing import Any

import pytest

from accounts.models import User
from accounts.personal_data import everything_about
from mentoring import agreement_actions, pair_actions
from mentoring.choosing_actions import keep_apart
from mentoring.models import Next, Pair, Pulse

from .conftest import TODAY

pytestmark = pytest.mark.django_db


def yours(person: User) -> dict[str, list[dict[str, Any]]]:
    return everything_about(person)["yours"]


def test_a_pair_is_in_the_export_of_both(pair: Pair, mohan: User, mei: User) -> None:
    agreement_actions.write_agreement(
        pair=pair, by=mei, goals="A job by May.", rhythm="monthly", channel="video", ends_on=pair.ends_on, number=0
    )
    for person in (mohan, mei):
        assert len(yours(person)["Pairs"]) == 1
        assert [row["goals"] for row in yours(person)["Agreements"]] == ["A job by May."]


def test_what_the_mentee_wants_next_is_the_mentees_alone(pair: Pair, mohan: User, mei: User) -> None:
    pair_actions.end(pair=pair, by=mei, wants_next=Next.OTHER)
    assert yours(mei)["Pairs"][0]["mentee wants next"] == Next.OTHER.label
    assert "mentee wants next" not in yours(mohan)["Pairs"][0]


def test_why_the_mentor_said_no_is_not_for_the_mentee(proposal: Pair, mohan: User, mei: User) -> None:
    pair_actions.decline(pair=proposal, by=mohan, reason="Too many nights.")
    assert yours(mohan)["Pairs"][0]["decline reason"] == "Too many nights."
    assert "Too many nights." not in str(everything_about(mei))


def test_an_answer_to_the_two_questions_is_not_for_the_other(pair: Pair, mohan: User, mei: User) -> None:
    Pulse.objects.create(pair=pair, person=mei, due_on=TODAY, words="He does not listen.")
    assert yours(mei)["Pulses"][0]["words"] == "He does not listen."
    assert "He does not listen." not in str(everything_about(mohan))


def test_whoever_is_kept_apart_does_not_find_out(mohan: User, mei: User) -> None:
    keep_apart(by=mei, one=mei, other=mohan)
    assert len(yours(mei)["Kept apart"]) == 1
    assert "Kept apart" not in yours(mohan)
