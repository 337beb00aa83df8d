"""What a reader types, and what is found: word forms, acronyms and their full names, one wrong letter."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from django.core.paginator import Page as PageOfList
from django.utils.safestring import SafeString

from facts.models import Fact

from . import search_engine as engine
from .models import SearchEntry
from .search_documents import PLACES_OF_GUIDANCE
from .search_engine import Hit, Phrase, Tier, every, phrase, some
from .search_snippets import fill, snippet
from .search_spelling import corrected
from .search_synonyms import Synonyms, synonyms
from .search_words import name_word, stems, words
from .writing import facts_named

LONGEST_QUERY = 200
MOST_WORDS = 10
MOST_RESULTS = 60
TOO_LONG = "Search for fewer words: what you typed is longer than the search can read. The beginning is kept here."
# Worth of a hit: what stands in the title counts most. Likeness to a title adds 2 at most.
NAMED_SO, IN_TITLE, NEAR_TITLE, OFTEN = 10, 5, 0.6, 0.3
GUIDANCE_IN_TITLE, GUIDANCE = 1.5, 0.5
UNREADABLE = "What you typed holds a character that cannot be read. It is taken out here; search again."


@dataclass(frozen=True)
class Span:
    """A word of the question, or several that are a name, and what else it is called."""

    own: Phrase
    others: tuple[Phrase, ...] = ()

    def words(self) -> str:
        return every(phrase((word,)) for word in self.own)

    def words_or_others(self) -> str:
        return some((self.words(), *map(phrase, self.others)))

    def name_or_others(self) -> str:
        """In a long text the words of a name must stand together, or they say something else."""
        return some(map(phrase, (self.own, *self.others)))

    def to_mark(self) -> Iterable[Phrase]:
        return (self.own, *((word,) for word in self.own), *self.others)


class MoreThan(int):
    """Nobody counts on: that would take longer the more pages there are."""

    def __str__(self) -> str:
        return f"more than {int(self)}"


@dataclass(frozen=True)
class Found:
    ids: list[int] = field(default_factory=list)
    total: int = 0
    corrected: str = ""
    marked: frozenset[Phrase] = frozenset()


@dataclass(frozen=True)
class Result:
    title: str
    url: str
    kind_label: str
    snippet: SafeString


def checked(typed: str) -> tuple[str, str]:
    """The question, and what is wrong with it (empty: nothing)."""
    query = " ".join(typed.replace("\0", " ").split())
    if len(query) > LONGEST_QUERY:
        return query[:LONGEST_QUERY], TOO_LONG
    return query, UNREADABLE if "\0" in typed else ""


# ------------------------------------------------------------------------------------------------ finding
def find(query: str) -> Found:
    """Entries that hold every word; if there are none, a misspelled word is corrected; then most words will do."""
    known = synonyms()
    spans = _spans(query, known)
    if not spans:
        return Found()
    tiers = _all_words(query, spans)
    if hits := engine.hits(tiers, MOST_RESULTS + 1):
        return _found(query, spans, tiers, hits)
    better = corrected(query)
    if not better and len(spans) == 1:
        return Found()
    return _nearest(better or query, known, corrected=better)


def _nearest(query: str, known: Synonyms, corrected: str) -> Found:
    spans = _spans(query, known)
    strict = _all_words(query, spans)
    tiers = [*strict, *_most_words(spans)] if len(spans) > 1 else strict
    hits = engine.hits(tiers, MOST_RESULTS + 1)
    fitting = [hit for hit in hits if hit.tier < len(strict)]
    return _found(query, spans, tiers, fitting or hits, corrected=corrected if hits else "")


def _spans(query: str, known: Synonyms) -> list[Span]:
    """The longest names first: “shortage area” is one thing, not two words."""
    asked = stems(query)
    spans: dict[Span, None] = {}
    while asked and len(spans) < MOST_WORDS:
        length = next((n for n in range(min(known.longest, len(asked)), 1, -1) if tuple(asked[:n]) in known.of), 1)
        own = tuple(asked[:length])
        spans[Span(own, known.of.get(own, ()))] = None
        asked = asked[length:]
    return list(spans)


def _all_words(query: str, spans: Sequence[Span]) -> list[Tier]:
    in_any_way = every(span.words_or_others() for span in spans)
    as_names = every(span.name_or_others() for span in spans)
    tiers = [
        Tier("title", phrase((name_word(query),)), NAMED_SO),
        Tier("title", every(span.words() for span in spans), IN_TITLE),
        Tier("about", in_any_way, NEAR_TITLE),
        Tier("often", as_names, OFTEN),
        Tier("body", as_names),
    ]
    return tiers if all(len(span.own) == 1 for span in spans) else [*tiers, Tier("body", in_any_way, -OFTEN)]


def _most_words(spans: Sequence[Span]) -> list[Tier]:
    """All words but one, then any word."""
    parts = [span.words_or_others() for span in spans]
    all_but_one = some(every(parts[:n] + parts[n + 1 :]) for n in range(len(parts)))
    any_one = some(parts)
    return [
        Tier("about", all_but_one, 2 * NEAR_TITLE),
        Tier("body", all_but_one, NEAR_TITLE),
        Tier("about", any_one, OFTEN),
        Tier("body", any_one),
    ]


def _found(query: str, spans: Sequence[Span], tiers: Sequence[Tier], hits: Sequence[Hit], corrected: str = "") -> Found:
    asked = list(words(query))
    plain, stemmed = {word.plain for word in asked}, {word.stem for word in asked}

    def worth(hit: Hit) -> float:
        base = tiers[hit.tier].worth
        for_guidance = GUIDANCE_IN_TITLE if base >= IN_TITLE else GUIDANCE
        likeness = max(_likeness(name, plain, stemmed) for name in hit.names.splitlines())
        return base + likeness + (for_guidance if hit.place < PLACES_OF_GUIDANCE else 0)

    return Found(
        ids=[hit.entry for hit in sorted(hits, key=lambda hit: (-worth(hit), hit.place, hit.key))[:MOST_RESULTS]],
        total=len(hits) if len(hits) <= MOST_RESULTS else MoreThan(MOST_RESULTS),
        corrected=corrected,
        marked=frozenset(mark for span in spans for mark in span.to_mark()),
    )


def _likeness(name: str, plain: set[str], stemmed: set[str]) -> float:
    """2 when name and question are the same, letter for letter; 0 when they share no word."""
    named, forms = _words_of(name)
    return round(len(named & plain) / len(named | plain) + len(forms & stemmed) / len(forms | stemmed), 3)


@lru_cache(maxsize=4096)
def _words_of(name: str) -> tuple[frozenset[str], frozenset[str]]:
    return frozenset(word.plain for word in words(name)), frozenset(stems(name))


# ------------------------------------------------------------------------------------------------ showing
def results(page: PageOfList, found: Found) -> list[Result]:
    entries = SearchEntry.objects.in_bulk(list(page))
    shown = [entries[pk] for pk in page if pk in entries]
    keys = {key for entry in shown for key in facts_named(entry.text)}
    facts = Fact.objects.mapped(keys) if keys else {}
    return [
        Result(entry.title, entry.url, entry.get_kind_display(), snippet(fill(entry.text, facts), found.marked))
        for entry in shown
    ]
