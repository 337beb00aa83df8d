"""/my/mentoring/rank/: both sides say whom they would like."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from accounts.models import User
from mentoring import round_actions
from mentoring.models import Mentee, Mentor, Mode, Ranked, Round, RoundStatus
from mentoring.ranking_actions import open_ranking, ranked_by, save_ranking
from mentoring.refusals import MentoringRefused, StaleForm
from tests.conftest import signed_in

from .people_rows import NOON, TODAY, a_mentee, a_mentor
from .round_rows import mentee, mentor

pytestmark = pytest.mark.django_db
AS_MENTEE, AS_MENTOR = "/my/mentoring/rank/mentee/", "/my/mentoring/rank/mentor/"


@pytest.fixture(autouse=True)
def noon() -> None:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def ranking(amina: User) -> Round:
    """Two listed mentors and one who is not; two mentees."""
    a_mentor(is_listed=True, hurdles={"match": 2024})
    a_mentor("Olga Ivanova", is_listed=True, hurdles={"match": 2010})
    a_mentor("Nobody Listed")
    a_mentee(goals="To match in psychiatry.", stage="certified")
    a_mentee("Luis Diaz")
    return round_actions.start_round(by=amina, mode=Mode.RANKING, ranking_ends_on=TODAY + timedelta(days=7))


def numbers(given: dict[Mentor | Mentee, object], version: str = "") -> dict[str, object]:
    return {"version": version, **{f"rank_{one.pk}": number for one, number in given.items()}}


def rank_as_mentee(name: str, *mentors: Mentor) -> None:
    one = mentee(name)
    given = {other: place for place, other in enumerate(mentors, 1)}
    assert signed_in(one.person).post(AS_MENTEE, numbers(given)).status_code == 302


# ------------------------------------------------------------------------------------------------ mentees
def test_a_mentee_sees_listed_mentors_with_reasons_and_saves_a_list(ranking: Round) -> None:
    client = signed_in(mentee().person)
    page = client.get(AS_MENTEE).content.decode()
    assert "Amir Khan cleared the Match in 2024, the step you are on." in page
    assert "until the end of" in page and "30 November 2026" in page
    assert "Nobody Listed" not in page and "@member.example" not in page.replace(mentee().person.email, "")
    answer = client.post(AS_MENTEE, numbers({mentor(): 9999, mentor("Olga Ivanova"): 1}))
    assert answer.status_code == 422
    answer = client.post(AS_MENTEE, numbers({mentor(): 2, mentor("Olga Ivanova"): 1}), follow=True)
    assert "Your list is saved" in answer.content.decode()
    assert ranked_by(ranking, mentee()) == [mentor("Olga Ivanova").pk, mentor().pk]


def test_a_list_replaces_the_one_before(ranking: Round) -> None:
    rank_as_mentee("Mei Lin", mentor("Olga Ivanova"), mentor())
    version = f"{mentor('Olga Ivanova').pk}-{mentor().pk}"
    signed_in(mentee().person).post(AS_MENTEE, numbers({mentor(): 1}, version))
    assert ranked_by(ranking, mentee()) == [mentor().pk]


def test_a_list_that_changed_in_another_tab_is_not_overwritten(ranking: Round) -> None:
    rank_as_mentee("Mei Lin", mentor())
    answer = signed_in(mentee().person).post(AS_MENTEE, numbers({mentor("Olga Ivanova"): 1}, version=""))
    assert answer.status_code == 422
    assert "changed after you opened the page" in answer.content.decode()
    assert ranked_by(ranking, mentee()) == [mentor().pk]


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        (1, 1, "You gave 1 to Amir Khan too"),
        (0, "", "Write a whole number from 1 to 2"),
        (3, "", "Write a whole number from 1 to 2"),
        ("best", "", "Write a whole number from 1 to 2"),
    ],
)
def test_every_bad_number_gets_a_sentence(ranking: Round, first: object, second: object, told: str) -> None:
    answer = signed_in(mentee().person).post(AS_MENTEE, numbers({mentor(): first, mentor("Olga Ivanova"): second}))
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert not Ranked.objects.exists()


# ------------------------------------------------------------------------------------------------ mentors
def test_a_mentor_sees_only_the_mentees_who_ranked_them(ranking: Round) -> None:
    client = signed_in(mentor().person)
    assert "No mentee has ranked you yet." in client.get(AS_MENTOR).content.decode()
    rank_as_mentee("Mei Lin", mentor())
    rank_as_mentee("Luis Diaz", mentor("Olga Ivanova"))
    page = client.get(AS_MENTOR).content.decode()
    assert "Goals: To match in psychiatry." in page and "Now: ECFMG-certified." in page
    assert "Luis Diaz" not in page and mentee().person.email not in page
    client.post(AS_MENTOR, numbers({mentee(): 1}))
    assert ranked_by(ranking, mentor()) == [mentee().pk]


def test_what_people_wrote_is_never_markup(ranking: Round) -> None:
    User.objects.filter(pk=mentee().person_id).update(full_name="Mei <b>Lin")
    Mentee.objects.filter(person__full_name="Mei <b>Lin").update(goals="<script>alert(1)</script>")
    rank_as_mentee("Mei <b>Lin", mentor())
    page = signed_in(mentor().person).get(AS_MENTOR).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page and "Mei <b>" not in page


def test_whom_a_hard_rule_forbids_is_not_there(ranking: Round) -> None:
    rank_as_mentee("Mei Lin", mentor())
    Mentee.objects.filter(pk=mentee().pk).update(needs_woman=True)
    assert "Mei Lin" not in signed_in(mentor().person).get(AS_MENTOR).content.decode()
    assert "Amir Khan" not in signed_in(mentee().person).get(AS_MENTEE).content.decode()


# ------------------------------------------------------------------------------------------------ who and when
def test_somebody_on_both_sides_has_two_lists(ranking: Round) -> None:
    both = a_mentor("Both Sides", is_listed=True).person
    a_mentee("Both Sides")
    rank_as_mentee("Both Sides", mentor())
    rank_as_mentee("Mei Lin", mentor("Both Sides"))
    client = signed_in(both)
    assert client.get("/my/mentoring/rank/")["Location"] == AS_MENTEE
    assert "You are a mentee, too" in client.get(AS_MENTOR).content.decode()
    client.post(AS_MENTOR, numbers({mentee(): 1}))
    assert ranked_by(ranking, mentee("Both Sides")) == [mentor().pk]
    assert ranked_by(ranking, mentor("Both Sides")) == [mentee().pk]


def test_who_takes_no_part_finds_nothing(ranking: Round, dolores: User, client: Client) -> None:
    for address in ("/my/mentoring/rank/", AS_MENTEE, AS_MENTOR):
        assert signed_in(dolores).get(address).status_code == 404
        assert client.get(address).status_code == 302
    for address in (AS_MENTOR, "/my/mentoring/rank/nobody/"):
        assert signed_in(mentee().person).get(address).status_code == 404


def test_after_the_last_day_nobody_ranks(ranking: Round) -> None:
    page = signed_in(mentee().person)
    assert open_ranking(TODAY + timedelta(days=7)) == ranking
    with time_machine.travel(NOON + timedelta(days=8)):
        assert open_ranking() is None
        assert signed_in(mentee().person).get(AS_MENTEE).status_code == 404
        with pytest.raises(MentoringRefused, match="time to rank is over"):
            save_ranking(round=ranking, enrolled=mentee(), by=mentee().person, others=[], version="")
    Round.objects.update(status=RoundStatus.DROPPED)
    assert page.get(AS_MENTEE).status_code == 404


def test_only_the_person_themself_ranks(ranking: Round, dolores: User) -> None:
    with pytest.raises(MentoringRefused, match="Only the person"):
        save_ranking(round=ranking, enrolled=mentee(), by=dolores, others=[mentor()], version="")
    with pytest.raises(MentoringRefused, match="cannot be ranked now"):
        save_ranking(round=ranking, enrolled=mentee(), by=mentee().person, others=[mentor("Nobody Listed")], version="")
    with pytest.raises(StaleForm):
        save_ranking(round=ranking, enrolled=mentee(), by=mentee().person, others=[mentor()], version="7")
