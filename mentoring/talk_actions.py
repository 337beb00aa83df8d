"""Messages between the two, and concerns, in confidence, for the safeguarding officer alone."""

import uuid
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from audit.models import record
from notices.actions import owe, today_of
from notices.actions import withdraw as withdraw_notices
from notices.models import State

from .kinds import CONCERN_ANSWERED, CONCERN_DUE, CONCERN_RECEIVED, NEW_MESSAGE
from .models import Concern, ConcernStatus, Message, Pair, Person
from .pair_rows import already_there, is_one_of, lock_under_way
from .refusals import MentoringRefused
from .staff import safeguarding_officers
from .terms import days_of, working_days_after
from .typed import fitting

# The audit is read by others than the officer, so it does not say who raised a concern.
IN_CONFIDENCE = "report a concern"
NOTHING = "Write a few words."


# ------------------------------------------------------------------------------------------------ messages
def talk_of(pair: Pair) -> str:
    """What a notice of new messages is about: it outlives the end of the pair."""
    return f"mentoring.talk:{pair.pk}"


@transaction.atomic
def write(*, pair: Pair, by: Person, words: str, form_token: uuid.UUID) -> Message:
    """Text only. The other one hears that there is something to read, once a day, without the text."""
    pair = lock_under_way(pair, by)
    if there := already_there(Message, form_token, pair_id=pair.pk, person_id=by.pk):
        return there
    kept = fitting(Message, "words", words, missing=NOTHING)
    message = Message.objects.create(pair=pair, person=by, words=kept, form_token=form_token)
    record(by=by, verb="message written", subject=message)
    _tell(pair, pair.other_than(by))
    return message


def _tell(pair: Pair, person: Person) -> None:
    """What comes after today's mail went out is in tomorrow's."""
    today = today_of(person)
    notice = owe(kind=NEW_MESSAGE, person=person, about=talk_of(pair), due_on=today)
    if notice.state == State.IN_MAIL:
        owe(kind=NEW_MESSAGE, person=person, about=talk_of(pair), due_on=today + timedelta(days=1))


@transaction.atomic
def mark_read(*, pair: Pair, by: Person) -> int:
    """What the other one wrote has been seen. Returns how many messages were new."""
    if not is_one_of(pair, by):
        raise MentoringRefused("This pair is not yours.")
    withdraw_notices(about=talk_of(pair), kind=NEW_MESSAGE, person=by)
    return pair.messages.filter(read_at=None).exclude(person=by).update(read_at=timezone.now())


# ------------------------------------------------------------------------------------------------ concerns
@transaction.atomic
def raise_concern(
    *,
    by: Person,
    words: str,
    may_contact: bool,
    form_token: uuid.UUID,
    pair: Pair | None = None,
    message: Message | None = None,
) -> Concern:
    """Goes to the safeguarding officer at once; nobody else is told, neither the other one nor the coordinator."""
    if there := already_there(Concern, form_token, reporter_id=by.pk):
        return there
    pair = message.pair if message else pair
    if pair is not None and not is_one_of(pair, by):
        raise MentoringRefused("This pair is not yours.")
    concern = Concern(reporter=by, pair=pair, message=message, may_contact=may_contact)
    concern.words = fitting(Concern, "words", words, missing=NOTHING)
    concern.words_reported = message.words if message else ""
    concern.answer_by = working_days_after(timezone.localdate(), days_of("concern_days"))
    concern.form_token = form_token
    concern.save()
    record(by=IN_CONFIDENCE, verb="concern received", subject=concern)
    for officer in safeguarding_officers(but=(pair.mentor.person_id, pair.mentee.person_id) if pair else ()):
        owe(kind=CONCERN_RECEIVED, person=officer, about=concern, due_on=today_of(officer))
        owe(kind=CONCERN_DUE, person=officer, about=concern, due_on=concern.answer_by)
    return concern


@transaction.atomic
def take_concern(*, concern: Concern, by: Person) -> Concern:
    """The officer has looked at it; a closed one is opened again."""
    concern = _lock(concern)
    if concern.status == ConcernStatus.IN_HAND:
        return concern
    concern.taken_by, concern.taken_at, concern.closed_at = by, timezone.now(), None
    _move(concern, ConcernStatus.IN_HAND, by=by, verb="concern taken in hand")
    return concern


@transaction.atomic
def close_concern(*, concern: Concern, by: Person, outcome: str) -> Concern:
    """`outcome` is what was done, as the reporter reads it."""
    concern = _lock(concern)
    if concern.status == ConcernStatus.CLOSED and concern.outcome == outcome.strip():
        return concern
    missing = "Write what was done. The person who reported it reads it."
    concern.outcome = fitting(Concern, "outcome", outcome, missing=missing)
    concern.closed_at = timezone.now()
    _move(concern, ConcernStatus.CLOSED, by=by, verb="concern closed")
    if concern.reporter and concern.may_contact:
        owe(kind=CONCERN_ANSWERED, person=concern.reporter, about=concern, due_on=today_of(concern.reporter))
    return concern


def _lock(concern: Concern) -> Concern:
    return Concern.objects.select_for_update(of=("self",)).select_related("reporter").get(pk=concern.pk)


def _move(concern: Concern, to: str, *, by: Person, verb: str) -> None:
    if by.pk == concern.reporter_id:
        raise MentoringRefused("Somebody else has to look at a concern that you raised yourself.")
    if to not in Concern.MOVES[concern.status]:
        raise MentoringRefused(f"This is not possible: the concern is “{concern.get_status_display()}”.")
    concern.status = to
    concern.save()
    withdraw_notices(about=concern)
    record(by=by, verb=verb, subject=concern)
