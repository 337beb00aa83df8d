"""A round from its start to the draft: what staff may do, and what the draft says."""

from datetime import timedelta

import pytest
import time_machine
from celery.exceptions import SoftTimeLimitExceeded
from django.db import IntegrityError, transaction

from accounts.models import User
from audit.models import Entry
from mentoring import round_actions, round_work, tasks
from mentoring.models import (
    KeptApart,
    LeftOver,
    Mentee,
    Mentor,
    Mode,
    Pair,
    PairStatus,
    Ranked,
    Round,
    RoundPair,
    RoundStatus,
    Wish,
)
from mentoring.refusals import MentoringRefused
from mentoring.weights_actions import NAMES, points_of, set_weights, weights_in_force

from .people_rows import NOON, TODAY, a_mentee, a_mentor
from .round_rows import BEST, CROSSED, mentee, mentor, pairs_of, start_draft, worked_out

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon() -> None:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def draft(amina: User) -> Round:
    return start_draft(amina)


@pytest.fixture
def again(amina: User) -> object:
    def run(round: Round, act: object = round_actions.work_out_again, **more: object) -> Round:
        act(round=round, by=amina, **more)
        return worked_out(round)

    return run


# ------------------------------------------------------------------------------------------------ working out
def test_a_round_becomes_a_draft_with_reasons(draft: Round) -> None:
    assert (draft.status, draft.problem, draft.progress) == (RoundStatus.DRAFT, "", "")
    assert (draft.mentors, draft.places, draft.mentees) == (2, 2, 2)
    assert pairs_of(draft) == BEST
    pair = draft.pairs.get(mentor=mentor())
    assert pair.reasons == ["Amir Khan cleared FCVS and the New York license in 2024, the step you are on."]
    assert pair.score == 380
    assert not Pair.objects.exists()


def test_who_is_left_without_a_mentor_is_told_to_staff_with_the_reason(amina: User) -> None:
    a_mentor(languages=["ur"])
    a_mentee("Mentee Possible")
    a_mentee("Mentee Russian", needs_language=["ru"])
    round = worked_out(round_actions.start_round(by=amina))
    left = LeftOver.objects.get(round=round)
    assert left.mentee == mentee("Mentee Russian")
    assert left.why == "No mentor with a free place is possible. What excludes them: the language needed (1)."


def test_an_empty_pool_gives_an_empty_draft(amina: User) -> None:
    round = worked_out(round_actions.start_round(by=amina))
    assert (round.status, round.mentees, pairs_of(round)) == (RoundStatus.DRAFT, 0, set())


def test_nobody_is_asked_again_who_was_asked_in_vain(draft: Round, amina: User, again: object) -> None:
    Pair.objects.create(mentor=mentor(), mentee=mentee(), status=PairStatus.DECLINED, proposed_at=NOON, answer_by=TODAY)
    again(draft)
    assert pairs_of(draft) == CROSSED
    Pair.objects.create(
        mentor=mentor("Olga Ivanova"), mentee=mentee(), status=PairStatus.EXPIRED, proposed_at=NOON, answer_by=TODAY
    )
    again(draft)
    assert "forbidden by staff, or asked before in vain (2)" in LeftOver.objects.get(mentee=mentee()).why


def test_the_same_people_give_the_same_draft_again(draft: Round, again: object) -> None:
    before = list(draft.pairs.order_by("mentor").values_list("mentor", "mentee", "score", "reasons"))
    again(draft)
    assert list(draft.pairs.order_by("mentor").values_list("mentor", "mentee", "score", "reasons")) == before


def test_weights_that_changed_count_from_the_next_time(draft: Round, amina: User, again: object) -> None:
    set_weights(by=amina, version=weights_in_force().pk, points={"next_hurdle": 1_000}, why="A try.")
    assert draft.pairs.get(mentor=mentor()).score == 380
    again(draft)
    assert draft.pairs.get(mentor=mentor()).score == 980
    assert draft.weights == weights_in_force()


def test_only_one_round_of_a_kind_is_open(draft: Round, amina: User) -> None:
    with pytest.raises(MentoringRefused, match="open already"):
        round_actions.start_round(by=amina)
    with pytest.raises(IntegrityError), transaction.atomic():
        Round.objects.create(weights=draft.weights)
    round_actions.drop_round(round=draft, by=amina)
    assert round_actions.start_round(by=amina).pk != draft.pk


# ------------------------------------------------------------------------------------------------ runs that go wrong
def test_a_task_that_comes_twice_keeps_one_draft(draft: Round) -> None:
    entries = Entry.objects.count()
    tasks.work_out_round(draft.pk)
    draft.refresh_from_db()
    assert draft.status == RoundStatus.DRAFT
    assert Entry.objects.count() == entries


def test_a_run_that_was_cut_off_is_made_again(draft: Round) -> None:
    Round.objects.update(status=RoundStatus.RUNNING, progress="Comparing mentors and mentees")
    draft.pairs.all().delete()
    tasks.work_out_round(draft.pk)
    draft.refresh_from_db()
    assert (draft.status, draft.progress) == (RoundStatus.DRAFT, "")
    assert pairs_of(draft) == BEST


@pytest.mark.parametrize(
    ("error", "problem"), [(SoftTimeLimitExceeded, round_work.TOO_LONG), (MemoryError, round_work.BROKEN)]
)
def test_a_run_that_breaks_says_so(
    draft: Round, monkeypatch: pytest.MonkeyPatch, error: type[Exception], problem: str, amina: User
) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise error

    round_actions.work_out_again(round=draft, by=amina)
    with monkeypatch.context() as broken_world:
        broken_world.setattr(round_work, "make_round", broken)
        with pytest.raises(error):
            tasks.work_out_round(draft.pk)
    draft.refresh_from_db()
    assert (draft.status, draft.problem) == (RoundStatus.FAILED, problem)
    round_actions.work_out_again(round=draft, by=amina)
    tasks.work_out_round(draft.pk)
    draft.refresh_from_db()
    assert (draft.status, draft.problem) == (RoundStatus.DRAFT, "")


def test_a_result_that_came_too_late_is_not_kept(draft: Round, amina: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """While it was worked out, staff changed what the round must honor."""
    whole = round_work.make_round

    def slow(*args: object, **kwargs: object) -> object:
        RoundPair.objects.filter(mentor=mentor()).update(wish=Wish.FORBIDDEN)
        return whole(*args, **kwargs)

    Round.objects.update(status=RoundStatus.RUNNING)
    monkeypatch.setattr(round_work, "make_round", slow)
    assert round_work.work_out(round_id=draft.pk) is None
    draft.refresh_from_db()
    assert draft.status == RoundStatus.RUNNING


def test_progress_is_told_while_it_runs_and_not_after(draft: Round) -> None:
    tell = round_work._teller(draft)
    Round.objects.update(status=RoundStatus.RUNNING)
    tell(round_work.Stage.COMPARING, 64, 3_000)
    draft.refresh_from_db()
    assert draft.progress == "Comparing mentors and mentees: 64 of 3,000"
    tell(round_work.Stage.COMPARING, 128, 3_000)  # in the same second
    tell(round_work.Stage.ASSIGNING, 0, 1)
    draft.refresh_from_db()
    assert draft.progress == "Finding the best round"
    Round.objects.update(status=RoundStatus.WAITING, progress="")
    tell(round_work.Stage.EXPLAINING, 0, 2)
    draft.refresh_from_db()
    assert draft.progress == ""


# ------------------------------------------------------------------------------------------------ editing
def test_a_forbidden_pair_never_comes_back_and_the_rest_follows(draft: Round, again: object) -> None:
    again(draft, round_actions.forbid_pair, mentor=mentor(), mentee=mentee())
    assert pairs_of(draft) == CROSSED
    again(draft)
    assert pairs_of(draft) == CROSSED
    again(draft, round_actions.let_pair_be, mentor=mentor(), mentee=mentee())
    assert pairs_of(draft) == BEST


def test_a_fixed_pair_stays(draft: Round, again: object) -> None:
    again(draft, round_actions.fix_pair, mentor=mentor(), mentee=mentee("Luis Diaz"))
    assert pairs_of(draft) == CROSSED
    assert draft.pairs.get(mentor=mentor(), wish=Wish.FIXED).is_chosen


def test_a_pair_asked_in_vain_may_still_be_fixed(draft: Round, again: object) -> None:
    Pair.objects.create(mentor=mentor(), mentee=mentee(), status=PairStatus.DECLINED, proposed_at=NOON, answer_by=TODAY)
    again(draft, round_actions.fix_pair, mentor=mentor(), mentee=mentee())
    assert pairs_of(draft) == BEST


def test_what_breaks_a_rule_cannot_be_fixed(draft: Round, amina: User) -> None:
    KeptApart.objects.create(one=mentor().person, other=mentee().person, is_conflict=True)
    with pytest.raises(MentoringRefused, match="A conflict of interest is declared between Amir Khan and the mentee"):
        round_actions.fix_pair(round=draft, by=amina, mentor=mentor(), mentee=mentee())
    draft.refresh_from_db()
    assert (draft.status, draft.pairs.filter(wish=Wish.FIXED).count()) == (RoundStatus.DRAFT, 0)


def test_more_pairs_than_places_cannot_be_fixed(draft: Round, amina: User, again: object) -> None:
    again(draft, round_actions.fix_pair, mentor=mentor(), mentee=mentee())
    with pytest.raises(MentoringRefused, match="fewer free places than pairs fixed"):
        round_actions.fix_pair(round=draft, by=amina, mentor=mentor(), mentee=mentee("Luis Diaz"))


def test_a_fixed_pair_that_became_impossible_fails_the_round_until_staff_let_it_be(draft: Round, again: object) -> None:
    again(draft, round_actions.fix_pair, mentor=mentor(), mentee=mentee())
    Mentor.objects.filter(pk=mentor().pk).update(paused_until=TODAY + timedelta(days=9))
    again(draft)
    assert draft.status == RoundStatus.FAILED
    assert draft.problem == "A fixed pair names somebody who is not in this round."
    again(draft, round_actions.let_pair_be, mentor=mentor(), mentee=mentee())
    assert draft.status == RoundStatus.DRAFT


def test_a_round_that_runs_is_not_edited(draft: Round, amina: User) -> None:
    Round.objects.update(status=RoundStatus.RUNNING)
    with pytest.raises(MentoringRefused, match="only in a draft"):
        round_actions.forbid_pair(round=draft, by=amina, mentor=mentor(), mentee=mentee())


def test_every_act_is_in_the_audit_without_a_name(draft: Round, amina: User, again: object) -> None:
    again(draft, round_actions.forbid_pair, mentor=mentor(), mentee=mentee())
    entries = Entry.objects.filter(subject_type__startswith="mentoring.round")
    assert {"round started", "round worked out", "pair forbidden by staff"} <= {entry.verb for entry in entries}
    assert not any("Khan" in f"{entry.subject} {entry.data}" for entry in entries)


# ------------------------------------------------------------------------------------------------ mutual ranking
@pytest.fixture
def ranking(amina: User) -> Round:
    """Both mentees like Amir best; Amir likes Luis best, Olga takes either."""
    a_mentor()
    a_mentor("Olga Ivanova")
    a_mentee()
    a_mentee("Luis Diaz")
    round = round_actions.start_round(by=amina, mode=Mode.RANKING, ranking_ends_on=TODAY + timedelta(days=7))
    for name in ("Mei Lin", "Luis Diaz"):
        rank(round, mentee(name), [mentor(), mentor("Olga Ivanova")])
    rank(round, mentor(), [mentee("Luis Diaz"), mentee()])
    rank(round, mentor("Olga Ivanova"), [mentee("Luis Diaz"), mentee()])
    return round


def rank(round: Round, by: Mentor | Mentee, others: list[Mentor] | list[Mentee]) -> None:
    by_mentor = isinstance(by, Mentor)
    for place, other in enumerate(others, 1):
        pair = {"mentor": by, "mentee": other} if by_mentor else {"mentor": other, "mentee": by}
        Ranked.objects.create(round=round, person=by.person, by_mentor=by_mentor, rank=place, **pair)


def test_a_ranked_round_waits_until_both_sides_had_their_time(
    ranking: Round, amina: User, django_capture_on_commit_callbacks: object
) -> None:
    assert round_actions.work_out_ranked(by="x", today=TODAY + timedelta(days=7)) == 0
    with pytest.raises(MentoringRefused, match="may still rank"):
        round_actions.work_out_again(round=ranking, by=amina)
    with time_machine.travel(NOON + timedelta(days=8)), django_capture_on_commit_callbacks() as queued:
        tasks.work_out_ranked_rounds()
        worked_out(ranking)
    assert len(queued) == 1
    assert pairs_of(ranking) == {("Amir Khan", "Luis Diaz"), ("Olga Ivanova", "Mei Lin")}
    assert ranking.pairs.get(mentor=mentor()).reasons[0] == "You and Amir Khan ranked each other."


def test_the_last_day_of_ranking_can_be_moved_while_they_rank(ranking: Round, amina: User) -> None:
    later = TODAY + timedelta(days=14)
    assert round_actions.move_ranking_end(round=ranking, by=amina, ranking_ends_on=later).ranking_ends_on == later
    with pytest.raises(MentoringRefused, match="after today") as refused:
        round_actions.move_ranking_end(round=ranking, by=amina, ranking_ends_on=TODAY)
    assert refused.value.field == "ranking_ends_on"


def test_staff_do_not_edit_what_both_sides_ranked(ranking: Round, amina: User) -> None:
    Round.objects.update(status=RoundStatus.DRAFT)
    with pytest.raises(MentoringRefused, match="follows what both sides ranked"):
        round_actions.fix_pair(round=ranking, by=amina, mentor=mentor(), mentee=mentee())


@pytest.mark.parametrize("ends_on", [None, TODAY])
def test_a_ranked_round_needs_a_day_to_come(amina: User, ends_on: object) -> None:
    with pytest.raises(MentoringRefused, match="after today"):
        round_actions.start_round(by=amina, mode=Mode.RANKING, ranking_ends_on=ends_on)


# ------------------------------------------------------------------------------------------------ weights
def test_the_weights_keep_their_history(amina: User) -> None:
    first = weights_in_force()
    second = set_weights(by=amina, version=first.pk, points={"language": 90}, why="Languages matter more.")
    assert weights_in_force() == second
    assert (points_of(second).language, points_of(second).specialty) == (90, points_of(first).specialty)
    assert Entry.objects.about(second).get().data == {"language": "60 → 90"}
    assert set(second.points) == set(NAMES)


@pytest.mark.parametrize(
    ("points", "why", "told"),
    [
        ({"language": -1}, "x", "from 0 to 10,000"),
        ({"language": 10_001}, "x", "from 0 to 10,000"),
        ({"language": 60}, "x", "Nothing was changed"),
        ({"language": 61}, " ", "Say in a sentence why"),
    ],
)
def test_what_cannot_be_set_is_refused(amina: User, points: dict[str, int], why: str, told: str) -> None:
    with pytest.raises(MentoringRefused, match=told):
        set_weights(by=amina, version=weights_in_force().pk, points=points, why=why)


def test_a_form_that_somebody_else_overtook_is_refused(amina: User, boris: User) -> None:
    opened = weights_in_force().pk
    set_weights(by=boris, version=opened, points={"language": 90}, why="First.")
    with pytest.raises(MentoringRefused, match="changed after you opened"):
        set_weights(by=amina, version=opened, points={"language": 10}, why="Second.")
    assert points_of(weights_in_force()).language == 90
