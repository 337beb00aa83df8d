"""A round while it is a draft: what staff decide. What is worked out in between stands in round_work.py."""

from datetime import date

from celery import signature
from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.models import record

from .models import Mentee, Mentor, Mode, Person, Round, RoundPair, RoundStatus, Wish
from .refusals import MentoringRefused
from .round_work import edits_of, refuse_impossible
from .weights_actions import weights_in_force

OPEN = (RoundStatus.WAITING, RoundStatus.RUNNING, RoundStatus.DRAFT)
MAY_BE_EDITED = (RoundStatus.DRAFT, RoundStatus.FAILED)


# ------------------------------------------------------------------------------------------------ starting
def start_round(*, by: Person, mode: str = Mode.OPTIMUM, ranking_ends_on: date | None = None) -> Round:
    """Worked out at once; a round by mutual ranking after the last day on which both sides may rank."""
    if mode == Mode.RANKING:
        _refuse_past(ranking_ends_on)
    try:
        return _start(by, mode, ranking_ends_on if mode == Mode.RANKING else None)
    except IntegrityError as error:
        raise MentoringRefused("A round of this kind is open already. Publish it or drop it first.") from error


@transaction.atomic
def _start(by: Person, mode: str, ranking_ends_on: date | None) -> Round:
    round = Round.objects.create(mode=mode, weights=weights_in_force(), ranking_ends_on=ranking_ends_on, made_by=by)
    record(by=by, verb="round started", subject=round, data={"mode": mode})
    if mode == Mode.OPTIMUM:
        _queue(round)
    return round


@transaction.atomic
def move_ranking_end(*, round: Round, by: Person, ranking_ends_on: date | None) -> Round:
    round = lock_round(round)
    if round.mode != Mode.RANKING or round.status != RoundStatus.WAITING:
        raise MentoringRefused("The ranking is over.", field="ranking_ends_on")
    _refuse_past(ranking_ends_on)
    round.ranking_ends_on = ranking_ends_on
    round.save(update_fields=["ranking_ends_on"])
    record(by=by, verb="last day of ranking moved", subject=round, data={"to": str(ranking_ends_on)})
    return round


def _refuse_past(ranking_ends_on: date | None) -> None:
    if ranking_ends_on is None or ranking_ends_on <= timezone.localdate():
        raise MentoringRefused("Choose a day after today: both sides need time to rank.", field="ranking_ends_on")


@transaction.atomic
def work_out_again(*, round: Round, by: Person | str) -> Round:
    """With everybody who waits today and the weights in force today. What staff fixed and forbade stays."""
    round = lock_round(round)
    if round.mode == Mode.RANKING and round.status == RoundStatus.WAITING and timezone.localdate() <= _last_day(round):
        raise MentoringRefused("Both sides may still rank. Move the last day, or wait until it is over.")
    if round.status != RoundStatus.WAITING:
        move_round(round, RoundStatus.WAITING)
    round.weights = weights_in_force()
    round.problem = ""
    round.save()
    record(by=by, verb="round to be worked out", subject=round)
    _queue(round)
    return round


def work_out_ranked(*, by: str, today: date | None = None) -> int:
    """The rounds whose ranking is over. Run daily; a rerun is harmless. Returns how many were queued."""
    over = Round.objects.filter(
        mode=Mode.RANKING, status=RoundStatus.WAITING, ranking_ends_on__lt=today or timezone.localdate()
    )
    return sum(bool(work_out_again(round=round, by=by)) for round in over)


def _last_day(round: Round) -> date:
    return round.ranking_ends_on or timezone.localdate()


def _queue(round: Round) -> None:
    transaction.on_commit(signature("mentoring.tasks.work_out_round", args=(round.pk,)).delay, robust=True)


@transaction.atomic
def drop_round(*, round: Round, by: Person) -> Round:
    round = lock_round(round)
    if round.status != RoundStatus.DROPPED:
        move_round(round, RoundStatus.DROPPED)
        round.save()
        record(by=by, verb="round dropped", subject=round)
    return round


# ------------------------------------------------------------------------------------------------ editing
def fix_pair(*, round: Round, by: Person, mentor: Mentor, mentee: Mentee) -> Round:
    return _wish(round, by, mentor, mentee, Wish.FIXED)


def forbid_pair(*, round: Round, by: Person, mentor: Mentor, mentee: Mentee) -> Round:
    return _wish(round, by, mentor, mentee, Wish.FORBIDDEN)


def let_pair_be(*, round: Round, by: Person, mentor: Mentor, mentee: Mentee) -> Round:
    """Neither fixed nor forbidden any more."""
    return _wish(round, by, mentor, mentee, Wish.NONE)


@transaction.atomic
def _wish(round: Round, by: Person, mentor: Mentor, mentee: Mentee, wish: Wish) -> Round:
    """The draft is worked out again, and keeps the pairs it has wherever it can."""
    round = lock_round(round)
    refuse_edit(round)
    if _wish_of(round, mentor, mentee) == wish:
        return round
    if wish == Wish.FIXED:
        refuse_impossible(round, edits_of(round, (mentor.person_id, mentee.person_id, wish)))
    pair, _ = RoundPair.objects.update_or_create(round=round, mentor=mentor, mentee=mentee, defaults={"wish": wish})
    record(by=by, verb=f"pair {wish.label}", subject=pair)
    return work_out_again(round=round, by=by)


def refuse_edit(round: Round) -> None:
    if round.mode == Mode.RANKING:
        raise MentoringRefused(
            "This round follows what both sides ranked. Two people who must not meet are kept apart."
        )
    if round.status not in MAY_BE_EDITED:
        raise MentoringRefused(f"This is possible only in a draft; this round is “{round.get_status_display()}”.")


def _wish_of(round: Round, mentor: Mentor, mentee: Mentee) -> str:
    found = round.pairs.filter(mentor=mentor, mentee=mentee).values_list("wish", flat=True).first()
    return found or Wish.NONE


# ------------------------------------------------------------------------------------------------ moving
def lock_round(round: Round) -> Round:
    return Round.objects.select_for_update(of=("self",)).select_related("weights").get(pk=round.pk)


def move_round(round: Round, to: str) -> None:
    if to not in Round.MOVES[round.status]:
        raise MentoringRefused(f"This is not possible any more: the round is “{round.get_status_display()}”.")
    round.status = to
