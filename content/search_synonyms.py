"""What else a thing is called: the glossary's acronyms, full names and other words, and a few everyday words."""

from collections import defaultdict
from functools import lru_cache
from typing import NamedTuple

from .models import Term
from .search_engine import Phrase
from .search_words import stems

EVERYDAY = (
    ("fee", "cost", "price"),
    ("doctor", "physician"),
    ("deadline", "last day", "due date", "closing date"),
    ("job", "position", "employment"),
    ("hospital letter", "letter of recommendation", "reference letter", "LoR"),
)


class Synonyms(NamedTuple):
    of: dict[Phrase, tuple[Phrase, ...]]
    longest: int


def synonyms() -> Synonyms:
    rows = Term.objects.published().order_by("pk").values_list("acronym", "name", "also")
    return _synonyms(tuple(rows))


@lru_cache(maxsize=2)  # by the rows themselves, so a changed glossary counts at once
def _synonyms(rows: tuple[tuple[str, str, str], ...]) -> Synonyms:
    # USMLE leads to Step 3, but not back: it is a term of its own, and wider.
    acronyms = {_phrase(acronym) for acronym, _, _ in rows}
    of: dict[Phrase, dict[Phrase, None]] = defaultdict(dict)
    for names in [*((acronym, name, *also.split(",")) for acronym, name, also in rows), *EVERYDAY]:
        phrases = dict.fromkeys(phrase for name in names if (phrase := _phrase(name)))
        leading_back = [phrase for phrase in phrases if phrase == _phrase(names[0]) or phrase not in acronyms]
        for phrase in phrases:
            of[phrase].update((other, None) for other in leading_back if other != phrase)
    return Synonyms({phrase: tuple(others) for phrase, others in of.items()}, max(map(len, of), default=1))


def _phrase(name: str) -> Phrase:
    return tuple(stems(name))
