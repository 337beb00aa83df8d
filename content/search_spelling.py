"""One wrong, missing, superfluous or swapped letter."""

from collections.abc import Iterator
from string import ascii_lowercase

from .models import SearchWord
from .search_words import Word, stem, words

SHORTEST, LONGEST = 4, 25
MOST_WORDS = 6


def corrected(query: str) -> str:
    """The question with its unknown words replaced by known ones that differ by one letter; empty if there are none."""
    doubtful = [word for word in words(query) if SHORTEST <= len(word.plain) <= LONGEST and word.plain.isalpha()]
    near = {word: dict(_one_letter_away(word.plain)) for word in doubtful[:MOST_WORDS]}
    wanted = {other for others in near.values() for other in others} | {word.plain for word in near}
    known = set(SearchWord.objects.filter(word__in=sorted(wanted)).values_list("word", flat=True)) if wanted else set()
    better = {word: best for word, others in near.items() if (best := _best(word, others, known))}
    for word in sorted(better, reverse=True):  # from the end, so that the places before stay right
        query = query[: word.start] + better[word] + query[word.end :]
    return query if better else ""


def _best(word: Word, others: dict[str, int], known: set[str]) -> str:
    """The likeliest slip; none for a word that is known in this or another form."""
    candidates = [other for other in others if other in known]
    if word.plain in known or any(stem(other) == word.stem for other in candidates):
        return ""
    return min(candidates, key=lambda other: (others[other], -_same_beginning(word.plain, other), other), default="")


def _same_beginning(one: str, other: str) -> int:
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))


def _one_letter_away(word: str) -> Iterator[tuple[str, int]]:
    """Each with how unlikely a slip it is. A later one does not hide an earlier: the likeliest comes last."""
    splits = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    yield from ((head + tail[1:], 1) for head, tail in splits if tail)
    yield from ((head + letter + tail[1:], 1) for head, tail in splits if tail for letter in ascii_lowercase)
    yield from ((head + tail[1] + tail[0] + tail[2:], 0) for head, tail in splits if len(tail) > 1)
    yield from ((head + letter + tail, 0) for head, tail in splits for letter in ascii_lowercase)
