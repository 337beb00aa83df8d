"""From the draft to the proposals and back, what would change, and suggestions for one mentee."""

from datetime import timedelta

import pytest
import time_machine

from accounts.models import User
from audit.models import Entry
from mentoring import outlook, pair_actions, publish_actions, round_actions, tasks
from mentoring.matching.people import Impossible
from mentoring.models import Format, KeptApart, Mentee, Mentor, Pair, PairStatus, Round, RoundStatus, Wish
from mentoring.outlook import TooLargeToLookAhead, what_changes
from mentoring.refusals import MentoringRefused
from mentoring.suggestions import ASKED_ALL, suggestions_for

from .people_rows import NOON, TODAY, a_mentee, a_mentor
from .round_rows import mentee, mentor, pairs_of, start_draft, worked_out

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon() -> None:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def draft(amina: User) -> Round:
    return start_draft(amina)


# ------------------------------------------------------------------------------------------------ publishing
def test_publishing_asks_every_mentor_with_the_reasons(draft: Round, amina: User) -> None:
    publish_actions.publish(round=draft, by=amina)
    draft.refresh_from_db()
    assert (draft.status, draft.published_at) == (RoundStatus.PUBLISHED, NOON)
    pair = Pair.objects.get(mentor=mentor())
    assert (pair.mentee, pair.status, pair.round, pair.format) == (mentee(), PairStatus.PROPOSED, draft, Format.YEAR)
    assert pair.reasons == draft.pairs.get(mentor=mentor()).reasons
    assert Pair.objects.count() == 2


def test_publishing_twice_asks_nobody_twice(draft: Round, amina: User) -> None:
    for _ in range(2):
        publish_actions.publish(round=draft, by=amina)
    assert Pair.objects.count() == 2
    assert Entry.objects.filter(verb="round published").count() == 1


@pytest.mark.parametrize(
    ("happens", "told"),
    [
        (
            lambda: Mentor.objects.filter(pk=mentor().pk).update(paused_until=TODAY + timedelta(3)),
            "has no place any more",
        ),
        (lambda: Mentor.objects.filter(pk=mentor().pk).update(capacity=0), "has no place any more"),
        (lambda: Mentee.objects.filter(pk=mentee().pk).update(waiting_since=None), "does not wait any more"),
        (lambda: KeptApart.objects.create(one=mentor().person, other=mentee().person), "not to be in contact"),
        (lambda: Mentee.objects.filter(pk=mentee().pk).update(needs_woman=True), "needs a woman as mentor"),
        (lambda: Mentor.objects.filter(pk=mentor().pk).update(formats=[Format.SESSION]), "does not offer"),
    ],
)
def test_a_draft_that_is_out_of_date_asks_nobody(draft: Round, amina: User, happens: object, told: str) -> None:
    happens()
    with pytest.raises(MentoringRefused, match=f"{told}.*Work the round out again"):
        publish_actions.publish(round=draft, by=amina)
    draft.refresh_from_db()
    assert draft.status == RoundStatus.DRAFT
    assert not Pair.objects.exists()


def test_an_empty_draft_is_not_published(amina: User) -> None:
    round = worked_out(round_actions.start_round(by=amina))
    with pytest.raises(MentoringRefused, match="holds no pair"):
        publish_actions.publish(round=round, by=amina)


def test_the_longest_kind_of_mentoring_both_chose_is_proposed() -> None:
    one, other = a_mentor(formats=["session", "half_year"]), a_mentee(formats=["half_year", "session", "year"])
    assert publish_actions.common_format(one, other) == Format.HALF_YEAR


def test_a_large_round_is_published_beside_the_page(
    draft: Round, amina: User, django_capture_on_commit_callbacks: object
) -> None:
    with django_capture_on_commit_callbacks() as queued:
        publish_actions.publish_soon(round=draft, by=amina)
    draft.refresh_from_db()
    assert (draft.status, draft.progress, len(queued)) == (RoundStatus.DRAFT, "Being published", 1)
    tasks.publish_round(draft.pk, amina.pk)
    draft.refresh_from_db()
    assert (draft.status, draft.progress, Pair.objects.count()) == (RoundStatus.PUBLISHED, "", 2)


def test_what_stood_in_the_way_of_a_large_round_is_said_in_it(draft: Round, amina: User) -> None:
    Mentor.objects.update(capacity=0)
    tasks.publish_round(draft.pk, amina.pk)
    draft.refresh_from_db()
    assert draft.status == RoundStatus.DRAFT
    assert "has no place any more" in draft.problem


# ------------------------------------------------------------------------------------------------ taking back
def test_a_round_can_be_taken_back_until_somebody_answers(draft: Round, amina: User) -> None:
    publish_actions.publish(round=draft, by=amina)
    publish_actions.undo(round=draft, by=amina)
    draft.refresh_from_db()
    assert draft.status == RoundStatus.UNDONE
    assert {pair.status for pair in Pair.objects.all()} == {PairStatus.WITHDRAWN}
    assert {one.waiting_since for one in Mentee.objects.all()} == {TODAY}


@pytest.mark.parametrize("answer", [pair_actions.accept, pair_actions.decline])
def test_after_the_first_answer_nothing_is_taken_back(draft: Round, amina: User, answer: object) -> None:
    publish_actions.publish(round=draft, by=amina)
    answer(pair=Pair.objects.get(mentor=mentor()), by=mentor().person)
    with pytest.raises(MentoringRefused, match="answered already"):
        publish_actions.undo(round=draft, by=amina)
    assert Pair.objects.filter(status=PairStatus.WITHDRAWN).count() == 0
    draft.refresh_from_db()
    assert draft.status == RoundStatus.PUBLISHED


def test_who_was_taken_back_can_be_matched_again(draft: Round, amina: User) -> None:
    before = pairs_of(draft)
    publish_actions.publish(round=draft, by=amina)
    publish_actions.undo(round=draft, by=amina)
    second = worked_out(round_actions.start_round(by=amina))
    assert pairs_of(second) == before


# ------------------------------------------------------------------------------------------------ looking ahead
def test_what_forbidding_a_pair_changes_is_seen_before_it_is_done(draft: Round) -> None:
    seen = what_changes(round=draft, mentor=mentor(), mentee=mentee(), wish=Wish.FORBIDDEN)
    olga, luis = mentor("Olga Ivanova"), mentee("Luis Diaz")
    assert set(seen.gone) == {(mentor(), mentee()), (olga, luis)}
    assert set(seen.new) == {(mentor(), luis), (olga, mentee())}
    assert seen.score == -760
    assert not seen.newly_matched and not seen.no_longer_matched
    draft.refresh_from_db()
    assert (draft.status, draft.pairs.exclude(wish=Wish.NONE).count()) == (RoundStatus.DRAFT, 0)


def test_who_loses_their_mentor_is_named(draft: Round) -> None:
    Mentor.objects.filter(pk=mentor().pk).update(languages=["ur"])
    Mentee.objects.filter(pk=mentee().pk).update(needs_language=["ur"])
    seen = what_changes(round=draft, mentor=mentor(), mentee=mentee(), wish=Wish.FORBIDDEN)
    assert seen.no_longer_matched == (mentee(),)


def test_fixing_a_pair_of_the_draft_changes_nothing(draft: Round) -> None:
    assert what_changes(round=draft, mentor=mentor(), mentee=mentee(), wish=Wish.FIXED).is_nothing


def test_what_cannot_be_fixed_is_refused_with_the_engines_sentence(draft: Round) -> None:
    Mentee.objects.filter(pk=mentee().pk).update(needs_woman=True)
    with pytest.raises(MentoringRefused, match="needs a woman as mentor") as refused:
        what_changes(round=draft, mentor=mentor(), mentee=mentee(), wish=Wish.FIXED)
    assert isinstance(refused.value.__cause__, Impossible)


def test_a_round_too_large_for_a_page_says_so(draft: Round, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outlook, "MOST_COMPARED", 3)
    with pytest.raises(TooLargeToLookAhead):
        what_changes(round=draft, mentor=mentor(), mentee=mentee(), wish=Wish.FIXED)


# ------------------------------------------------------------------------------------------------ suggestions
def test_the_best_mentors_come_first_with_reasons(draft: Round) -> None:
    found = suggestions_for(mentee=mentee()).found
    assert [str(one.mentor.person) for one in found] == ["Amir Khan", "Olga Ivanova"]
    assert "cleared FCVS and the New York license in 2024" in found[0].reasons[0]
    assert len(suggestions_for(mentee=mentee(), most=1).found) == 1


def test_only_those_mentors_are_suggested_who_are_asked_about(draft: Round) -> None:
    Mentor.objects.filter(pk=mentor().pk).update(is_listed=True)
    found = suggestions_for(mentee=mentee(), mentors=Mentor.objects.filter(is_listed=True)).found
    assert [one.mentor for one in found] == [mentor()]


def test_for_whom_nobody_is_possible_the_reason_is_told(draft: Round) -> None:
    Mentee.objects.filter(pk=mentee().pk).update(needs_woman=True)
    told = suggestions_for(mentee=mentee())
    assert told.found == ()
    assert told.why_none.endswith("What excludes them: a woman needed as mentor (2).")


def test_who_was_asked_in_vain_is_not_suggested_again(draft: Round) -> None:
    for name in ("Amir Khan", "Olga Ivanova"):
        Pair.objects.create(
            mentor=mentor(name), mentee=mentee(), status=PairStatus.DECLINED, proposed_at=NOON, answer_by=TODAY
        )
    assert suggestions_for(mentee=mentee()).why_none == ASKED_ALL
