"""Nobody is forgotten because somebody else's account is gone. Run daily; a rerun is harmless."""

from django.db import models, transaction
from django.db.models import Q

from audit.models import record
from notices.actions import owe, today_of

from .daily import each
from .kinds import MENTOR_LEFT
from .models import Format, Mentee, Pair, PairStatus
from .pair_actions import end, withdraw

ACCOUNT_CLOSED = "account closed"


def let_go_of_closed_accounts() -> int:
    """Pairs with somebody whose account is closed end; what was proposed to them is taken back."""
    closed = Q(mentor__person__is_active=False) | Q(mentee__person__is_active=False)
    return each(Pair.objects.opened().filter(closed), _let_go)


def _let_go(pair: Pair) -> Pair:
    return (withdraw if pair.status == PairStatus.PROPOSED else end)(pair=pair, by=ACCOUNT_CLOSED)


def find_the_lost() -> int:
    """A mentor who erased their account took the pair with them: its mentee waits again, and is told so."""
    return each(_lost(), _wait_again)


def _lost() -> "models.QuerySet[Mentee]":
    """Approved, with no mentor, waiting for none, and never having said that they want none."""
    there = Pair.objects.filter(mentee=models.OuterRef("pk")).exclude(format=Format.SESSION)
    known = there.filter(Q(status__in=(PairStatus.PROPOSED, PairStatus.ACTIVE, PairStatus.ENDED)))
    return Mentee.objects.approved().filter(~models.Exists(known), waiting_since=None, paused_until=None)


@transaction.atomic
def _wait_again(mentee: Mentee) -> bool:
    mentee = Mentee.objects.select_for_update(of=("self",)).select_related("person").get(pk=mentee.pk)
    if not _lost().filter(pk=mentee.pk).exists():
        return False
    mentee.waiting_since = today_of(mentee.person)
    mentee.save(update_fields=["waiting_since"])
    record(by=ACCOUNT_CLOSED, verb="waits for a mentor again", subject=mentee)
    owe(kind=MENTOR_LEFT, person=mentee.person, about=mentee, due_on=mentee.waiting_since)
    return True
