"""The lines of a result, made here for both databases: the best passage, with what was asked marked in it."""

import re
from collections.abc import Collection, Iterator, Mapping
from itertools import islice
from typing import NamedTuple

from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from facts.models import Fact

from .reading import MISSING, caveat
from .search_engine import Phrase
from .search_words import words
from .writing import FACT_REFERENCE

LENGTH = 240
BEFORE = 60
# Enough to find a good passage, without endless work on a page that says the word all the time.
MARKS_COMPARED = 20
# Letters of a stem that may be written otherwise.
_SPELLED = {"e": "[ao]?e", "z": "[zs]", "s": "[sc]", "c": "[cs]", "i": "[iy]", "l": "ll?"}


class Mark(NamedTuple):
    start: int
    end: int
    phrase: Phrase


def fill(text: str, facts: Mapping[str, Fact]) -> str:
    """Today's values, each with what a reader must know before relying on it."""
    today = timezone.localdate()

    def value(key: str) -> str:
        fact = facts.get(key)
        if fact is None:
            return MISSING
        words_of_care = caveat(fact, today)
        return f"{fact.text} ({words_of_care})" if words_of_care else fact.text

    return FACT_REFERENCE.sub(lambda match: value(match[1]), text)


def snippet(text: str, phrases: Collection[Phrase]) -> SafeString:
    marker = _Marker(phrases)
    start, end = _window(text, _best_start(list(islice(marker.marks(text), MARKS_COMPARED))))
    pieces, place = [], start
    for mark in marker.marks(text, start, end):
        pieces.append((text[place : mark.start], text[mark.start : mark.end]))
        place = mark.end
    marked = format_html_join("", "{}<mark>{}</mark>", pieces)
    return format_html("{}{}{}{}", "… " if start else "", marked, text[place:end], " …" if end < len(text) else "")


class _Marker:
    """Only where a phrase may begin is the text split into words: a page has hundreds of them."""

    def __init__(self, phrases: Collection[Phrase]) -> None:
        self.by_first: dict[str, list[Phrase]] = {}
        for phrase in sorted(phrases, key=lambda phrase: (-len(phrase), phrase)):
            self.by_first.setdefault(phrase[0], []).append(phrase)
        beginnings = "|".join(sorted({_two_words(phrase) for phrase in phrases})) or "(?!)"
        self.may_begin = re.compile(rf"\b(?:{beginnings})", re.IGNORECASE)

    def marks(self, text: str, start: int = 0, end: int | None = None) -> Iterator[Mark]:
        """The phrases that stand in this part of the text, from left to right; none inside another."""
        end = len(text) if end is None else end
        for match in self.may_begin.finditer(text, start, end):
            if match.start() >= start and (mark := self._at(text[match.start() : end], match.start())):
                yield mark
                start = mark.end

    def _at(self, text: str, place: int) -> Mark | None:
        following = words(text[:LENGTH])
        first = next(following, None)
        if first is None or first.start or first.stem not in self.by_first:
            return None
        phrases = self.by_first[first.stem]
        here = [first, *islice(following, len(phrases[0]) - 1)]
        for phrase in phrases:
            if tuple(word.stem for word in here[: len(phrase)]) == phrase:
                return Mark(place, place + here[len(phrase) - 1].end, phrase)
        return None


def _two_words(phrase: Phrase) -> str:
    """How a phrase may begin; between its words may stand short ones that do not count (letters of recommendation)."""
    first = _beginning(phrase[0])
    return rf"{first}\w*\W+(?:\w{{1,6}}\W+){{0,2}}?{_beginning(phrase[1])}" if len(phrase) > 1 else first


def _beginning(stem: str) -> str:
    """How a word with this stem may begin: j1 as J-1 too, pediatr as paediatric too."""
    if match := re.match(r"([a-z]{1,3})(\d)", stem):
        return f"{match[1]}[-‐‑– ]?{match[2]}"
    return "".join(_SPELLED.get(letter, re.escape(letter)) for letter in stem[:4])


def _best_start(marks: list[Mark]) -> int:
    """Where the most different phrases stand together; the first such place."""

    def together(mark: Mark) -> int:
        return len({other.phrase for other in marks if mark.start <= other.start < mark.start + LENGTH - BEFORE})

    return max(marks, key=together).start if marks else 0


def _window(text: str, at: int) -> tuple[int, int]:
    """About LENGTH letters around the place, from one gap between words to another."""
    gaps = [gap.end() for gap in re.finditer(r"\s", text[max(at - BEFORE, 0) : at])]
    start = 0 if at <= BEFORE else at - BEFORE + gaps[0] if gaps else at
    end = start + LENGTH
    if end >= len(text):
        return start, len(text)
    return start, start + len(re.sub(r"\s\S*$", "", text[start:end]))
