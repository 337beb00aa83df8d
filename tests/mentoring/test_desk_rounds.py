"""The desk of rounds and weights, as a coordinator uses it."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from accounts.actions import give_role
from accounts.models import Role, User
from mentoring import round_actions
from mentoring.admin import round_verbs, rounds_desk
from mentoring.models import Mentee, Mode, Pair, Round, RoundStatus, Weights, Wish
from mentoring.weights_actions import NAMES, points_of, weights_in_force
from tests.conftest import signed_in

from .people_rows import NOON, TODAY, a_mentee
from .round_rows import BEST, CROSSED, mentee, mentor, pairs_of, start_draft, worked_out

pytestmark = pytest.mark.django_db
ROUNDS, WEIGHTS = "/admin/mentoring/round/", "/admin/mentoring/weights/"


@pytest.fixture(autouse=True)
def noon() -> None:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def draft(amina: User) -> Round:
    return start_draft(amina)


@pytest.fixture
def desk(amina: User) -> Client:
    """A coordinator's, with the rights of that role and no other."""
    person = User.objects.create_user("carla@mssny.example", full_name="Carla Rossi")
    give_role(role=Role.objects.get(slug="mentoring-coordinator"), person=person, by=amina)
    person.refresh_from_db()
    return signed_in(person)


def at(round: Round, more: str = "change/") -> str:
    return f"{ROUNDS}{round.pk}/{more}"


def wished(wish: str, with_mentee: str = "Mei Lin") -> dict[str, object]:
    return {"mentor": mentor().pk, "mentee": mentee(with_mentee).pk, "wish": wish}


# ------------------------------------------------------------------------------------------------ the draft
def test_a_round_is_started_and_worked_out(desk: Client, django_capture_on_commit_callbacks: object) -> None:
    a_mentee()
    with django_capture_on_commit_callbacks() as queued:
        answer = desk.post(f"{ROUNDS}add/", {"mode": "optimum", "ranking_ends_on": ""})
    assert (answer.status_code, len(queued)) == (302, 1)
    worked_out(Round.objects.get())
    page = desk.get(at(Round.objects.get())).content.decode()
    assert "0 mentors with 0 free places, 1 mentees" in page
    assert "No mentor has a free place." in page
    assert 'name="_save"' not in page


def test_a_second_open_round_is_refused_in_the_form(desk: Client, draft: Round) -> None:
    answer = desk.post(f"{ROUNDS}add/", {"mode": "optimum", "ranking_ends_on": ""})
    assert "open already" in answer.content.decode()
    assert Round.objects.count() == 1


def test_the_draft_shows_pairs_with_reasons(desk: Client, draft: Round) -> None:
    page = desk.get(at(draft)).content.decode()
    assert "Amir Khan cleared FCVS and the New York license in 2024, the step you are on." in page
    assert "Pairs (2)" in page and "Without a mentor (0)" in page
    found = desk.get(at(draft), {"q": "mei"}).content.decode()
    assert "Pairs (1)" in found and "Luis Diaz" not in found
    assert desk.get(ROUNDS).status_code == 200


def test_many_pairs_come_in_pages(desk: Client, draft: Round, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds_desk, "ON_A_PAGE", 1)
    first, second = (desk.get(at(draft), {"pairs": number}).content.decode() for number in (1, 2))
    assert "Page 1 of 2" in first and "Page 2 of 2" in second
    assert ("Mei Lin" in first) is not ("Mei Lin" in second)


def test_a_round_that_runs_tells_how_far_it_is(desk: Client, draft: Round) -> None:
    Round.objects.update(status=RoundStatus.RUNNING, progress="Comparing mentors and mentees: 64 of 3,000")
    page = desk.get(at(draft)).content.decode()
    assert "Comparing mentors and mentees: 64 of 3,000" in page and "Look again" in page
    assert "/wish/" not in page


def test_the_number_of_queries_does_not_grow_with_the_pairs(
    desk: Client, draft: Round, django_assert_max_num_queries: object
) -> None:
    with django_assert_max_num_queries(22):
        desk.get(at(draft))


# ------------------------------------------------------------------------------------------------ one pair
def test_what_would_change_is_seen_first_and_done_by_a_button(desk: Client, draft: Round) -> None:
    page = desk.get(at(draft, "wish/"), wished("forbidden")).content.decode()
    assert "Mei Lin with Olga Ivanova" in page and "Points of the whole draft: 760 fewer" in page
    assert 'value="Forbid this pair"' in page
    assert pairs_of(draft) == BEST
    answer = desk.post(at(draft, "wish/"), wished("forbidden"), follow=True)
    assert "Forbid this pair: done" in answer.content.decode()
    assert pairs_of(worked_out(draft)) == CROSSED
    assert "Forbidden by staff" in answer.content.decode()


def test_a_pair_is_named_by_number_or_address(desk: Client, draft: Round) -> None:
    names = {"mentor": mentor().person.email.upper(), "mentee": mentee("Luis Diaz").person.email, "wish": "fixed"}
    assert "Luis Diaz with Amir Khan" in desk.get(at(draft, "wish/"), names).content.decode()


@pytest.mark.parametrize("typed", ["", "0", "9" * 30, "nobody@member.example", "１２", "' or 1=1"])
def test_who_is_not_there_gets_a_sentence(desk: Client, draft: Round, typed: str) -> None:
    answer = desk.post(at(draft, "wish/"), {"mentor": typed, "mentee": mentee().pk, "wish": "fixed"})
    assert answer.status_code == 422
    told = answer.content.decode()
    assert "No approved mentor has this number or address." in told or "This field is required." in told
    assert not draft.pairs.exclude(wish=Wish.NONE).exists()


def test_what_cannot_be_fixed_has_no_button(desk: Client, draft: Round) -> None:
    Mentee.objects.filter(pk=mentee().pk).update(needs_woman=True)
    page = desk.get(at(draft, "wish/"), wished("fixed")).content.decode()
    assert "needs a woman as mentor" in page and 'value="Fix this pair"' not in page
    answer = desk.post(at(draft, "wish/"), wished("fixed"))
    assert answer.status_code == 422 and "needs a woman as mentor" in answer.content.decode()


def test_for_a_mentee_who_is_left_the_best_mentors_are_shown(desk: Client, draft: Round) -> None:
    page = desk.get(at(draft, "wish/"), {"mentee": mentee().pk}).content.decode()
    assert page.index("Amir Khan (") < page.index("Olga Ivanova (")
    Mentee.objects.filter(pk=mentee().pk).update(needs_woman=True)
    assert "a woman needed as mentor (2)" in desk.get(at(draft, "wish/"), {"mentee": mentee().pk}).content.decode()


def test_staff_without_the_right_change_nothing(draft: Round, chidi: User) -> None:
    client = signed_in(chidi)
    for address in (at(draft), at(draft, "wish/"), at(draft, "do/publish/"), WEIGHTS):
        assert client.get(address).status_code == 403


# ------------------------------------------------------------------------------------------------ buttons
def test_publish_and_take_back(desk: Client, draft: Round) -> None:
    assert "do/publish/" in desk.get(at(draft)).content.decode()
    desk.post(at(draft, "do/publish/"), {"confirmed": "yes"})
    draft.refresh_from_db()
    assert (draft.status, Pair.objects.opened().count()) == (RoundStatus.PUBLISHED, 2)
    page = desk.get(at(draft)).content.decode()
    assert "do/undo/" in page and "do/again/" not in page
    desk.post(at(draft, "do/undo/"), {"confirmed": "yes"})
    draft.refresh_from_db()
    assert (draft.status, Pair.objects.opened().count()) == (RoundStatus.UNDONE, 0)


def test_what_stands_in_the_way_is_said_on_the_page(desk: Client, draft: Round) -> None:
    Mentee.objects.filter(pk=mentee().pk).update(waiting_since=None)
    answer = desk.post(at(draft, "do/publish/"), {"confirmed": "yes"})
    assert answer.status_code == 422
    assert "does not wait any more. Work the round out again." in answer.content.decode()


def test_a_large_round_is_published_beside_the_page(
    desk: Client, draft: Round, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: object
) -> None:
    monkeypatch.setattr(round_verbs, "MOST_ON_A_PAGE", 1)
    with django_capture_on_commit_callbacks() as queued:
        desk.post(at(draft, "do/publish/"), {"confirmed": "yes"})
    assert len(queued) == 1 and not Pair.objects.exists()
    assert "Being published" in desk.get(at(draft)).content.decode()


def test_a_draft_can_be_worked_out_again_or_dropped(desk: Client, draft: Round) -> None:
    desk.post(at(draft, "do/again/"), {"confirmed": "yes"})
    draft.refresh_from_db()
    assert draft.status == RoundStatus.WAITING
    worked_out(draft)
    assert draft.status == RoundStatus.DRAFT
    desk.post(at(draft, "do/drop/"), {"confirmed": "yes"})
    draft.refresh_from_db()
    assert draft.status == RoundStatus.DROPPED
    assert "do/publish/" not in desk.get(at(draft)).content.decode()


def test_the_last_day_of_ranking_is_moved_in_the_form(desk: Client, amina: User) -> None:
    ends = TODAY + timedelta(days=7)
    round = round_actions.start_round(by=amina, mode=Mode.RANKING, ranking_ends_on=ends)
    assert "do/again/" not in desk.get(at(round)).content.decode()
    answer = desk.post(at(round), {"ranking_ends_on": TODAY.isoformat()})
    assert "Choose a day after today" in answer.content.decode()
    desk.post(at(round), {"ranking_ends_on": "2027-01-31"})
    round.refresh_from_db()
    assert round.ranking_ends_on.isoformat() == "2027-01-31"


# ------------------------------------------------------------------------------------------------ weights
def filled(**changed: object) -> dict[str, object]:
    stands = weights_in_force()
    points = {name: getattr(points_of(stands), name) for name in NAMES}
    return {"version": stands.pk, **points, "why": "Languages matter more.", **changed}


def test_the_weights_are_read_and_changed_with_a_reason(desk: Client) -> None:
    first = weights_in_force()
    assert "The next step of the mentee" in desk.get(f"{WEIGHTS}add/").content.decode()
    assert desk.post(f"{WEIGHTS}add/", filled(language=90)).status_code == 302
    assert points_of(weights_in_force()).language == 90
    older = desk.get(f"{WEIGHTS}{first.pk}/change/").content.decode()
    assert "each language in common: 60" in older and 'name="_save"' not in older
    assert "Languages matter more." in desk.get(WEIGHTS).content.decode()


def test_changing_the_row_in_force_makes_a_new_one(desk: Client) -> None:
    first = weights_in_force()
    desk.post(f"{WEIGHTS}{first.pk}/change/", filled(help=55))
    assert (points_of(weights_in_force()).help, points_of(Weights.objects.get(pk=first.pk)).help) == (55, 50)
    assert desk.post(f"{WEIGHTS}{first.pk}/change/", filled(help=56)).status_code == 403


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"language": -1}, "greater than or equal to 0"),
        ({"language": "many"}, "Enter a whole number"),
        ({"why": ""}, "This field is required"),
        ({}, "Nothing was changed"),
        ({"language": 61, "version": 0}, "changed after you opened"),
    ],
)
def test_every_bad_weight_gets_a_sentence(desk: Client, changed: dict[str, object], told: str) -> None:
    answer = desk.post(f"{WEIGHTS}add/", filled(**changed))
    assert told in answer.content.decode()
    assert Weights.objects.count() == 1
