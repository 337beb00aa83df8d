"""What one of the two keeps for themself."""

import hashlib

from django.db import transaction

from audit.models import record

from .models import OwnNote, Pair, PairStatus, Person
from .pair_rows import is_one_of, lock
from .refusals import MentoringRefused, StaleForm


def mark_of(words: str) -> str:
    """Tells one text from another; a form carries that of the note it showed."""
    return hashlib.sha256(words.encode()).hexdigest()[:16]


@transaction.atomic
def write_own_note(*, pair: Pair, by: Person, words: str, seen: str) -> OwnNote:
    """`seen` is the mark of the note that the form showed. It can be written as long as the pair is readable."""
    pair = lock(pair)
    if not is_one_of(pair, by) or pair.status not in (PairStatus.ACTIVE, PairStatus.ENDED):
        raise MentoringRefused("Only the two of a pair keep notes about it.")
    note = pair.own_notes.filter(person=by).first() or OwnNote(pair=pair, person=by)
    if note.words == words.strip():
        return note
    if mark_of(note.words) != seen:
        raise StaleForm
    note.words = words.strip()
    note.save()
    record(by=by, verb="own note written", subject=note)
    return note
