"""From the draft to the proposals, and back as long as nobody has answered."""

from celery import signature
from django.contrib.auth import get_user_model
from django.db import models, transaction
from django.utils import timezone

from audit.models import record

from .matching.rules import why_not
from .models import Format, Mentee, Mentor, Pair, PairStatus, Person, Round, RoundPair, RoundStatus
from .pair_actions import propose, withdraw
from .pool import People, read_people
from .refusals import MentoringRefused
from .round_actions import lock_round, move_round
from .weights_actions import terms_of

_SHOWN = 5  # of what stands in the way; the rest is counted


@transaction.atomic
def publish(*, round: Round, by: Person) -> Round:
    """All proposals of the draft or none: when one is not possible any more, the draft is out of date."""
    round = lock_round(round)
    if round.status == RoundStatus.PUBLISHED:
        return round
    move_round(round, RoundStatus.PUBLISHED)
    chosen = list(_chosen(round).select_related("mentor", "mentee"))
    if not chosen:
        raise MentoringRefused("This draft holds no pair.")
    _lock_people(chosen)
    _refuse_outdated(round, chosen)
    for pair in chosen:
        format = common_format(pair.mentor, pair.mentee)
        propose(mentor=pair.mentor, mentee=pair.mentee, by=by, format=format, round=round, reasons=pair.reasons)
    round.published_at, round.progress, round.problem = timezone.now(), "", ""
    round.save()
    record(by=by, verb="round published", subject=round, data={"pairs": len(chosen)})
    return round


@transaction.atomic
def publish_soon(*, round: Round, by: Person) -> Round:
    """As `publish`, beside the pages: for a round that is large. What stands in the way is said in the round."""
    round = lock_round(round)
    if RoundStatus.PUBLISHED not in Round.MOVES[round.status]:
        raise MentoringRefused(f"This is not possible any more: the round is “{round.get_status_display()}”.")
    round.progress, round.problem = "Being published", ""
    round.save(update_fields=["progress", "problem"])
    transaction.on_commit(signature("mentoring.tasks.publish_round", args=(round.pk, by.pk)).delay, robust=True)
    return round


def publish_queued(*, round_id: int, by_id: int) -> None:
    round, by = Round.objects.get(pk=round_id), get_user_model().objects.get(pk=by_id)
    try:
        publish(round=round, by=by)
    except MentoringRefused as refusal:
        Round.objects.filter(pk=round_id, status=RoundStatus.DRAFT).update(progress="", problem=str(refusal)[:300])


def _chosen(round: Round) -> models.QuerySet[RoundPair]:
    return round.pairs.filter(is_chosen=True).order_by("mentor", "mentee")


def _lock_people(chosen: list[RoundPair]) -> None:
    """Mentors first and each side in order, as everybody else does, so that nobody waits in a circle."""
    for side, ids in ((Mentor, [p.mentor_id for p in chosen]), (Mentee, [p.mentee_id for p in chosen])):
        list(side.objects.filter(pk__in=ids).order_by("pk").select_for_update().values_list("pk", flat=True))


def _refuse_outdated(round: Round, chosen: list[RoundPair]) -> None:
    people = read_people(timezone.localdate())
    problems = [told for pair in chosen if (told := _problem(pair, people, round))]
    if problems:
        more = f" And {len(problems) - _SHOWN} more." if len(problems) > _SHOWN else ""
        raise MentoringRefused(f"{' '.join(problems[:_SHOWN])}{more} Work the round out again.")


def _problem(pair: RoundPair, people: People, round: Round) -> str:
    mentor = people.mentors_by_id.get(pair.mentor.person_id)
    mentee = people.mentees_by_id.get(pair.mentee.person_id)
    if mentor is None:
        return f"{str(pair.mentor).capitalize()} has no place any more."
    if mentee is None:
        return f"{str(pair.mentee).capitalize()} does not wait any more."
    return why_not(mentor, mentee, terms_of(round.weights, timezone.localdate())) or ""


def common_format(mentor: Mentor, mentee: Mentee) -> str:
    """The longest that both have chosen."""
    found = next((kind for kind in Format.values if kind in mentor.formats and kind in mentee.formats), None)
    if found is None:
        raise MentoringRefused("The mentor does not offer what the mentee wants.")
    return found


@transaction.atomic
def undo(*, round: Round, by: Person) -> Round:
    """Take all proposals back, as long as nobody has answered one."""
    round = lock_round(round)
    if round.status == RoundStatus.UNDONE:
        return round
    move_round(round, RoundStatus.UNDONE)
    proposed = list(Pair.objects.filter(round=round).exclude(status=PairStatus.WITHDRAWN).order_by("mentor", "mentee"))
    if any(pair.status != PairStatus.PROPOSED for pair in proposed):
        raise MentoringRefused("Somebody has answered already. Take single proposals back instead.")
    for pair in proposed:
        withdraw(pair=pair, by=by)
    round.save()
    record(by=by, verb="round taken back", subject=round, data={"pairs": len(proposed)})
    return round
