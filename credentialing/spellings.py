"""How one person's name differs from document to document, in the words of somebody who reads both side by side."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import NamedTuple

from django.utils.text import get_text_list

from .models import Document, Spelling

# Letters that are no base letter with a mark, as passports write them in plain letters.
_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"})
_DOCUMENTS = {
    Document.PASSPORT: "your passport",
    Document.DIPLOMA: "your diploma",
    Document.ECFMG: "your ECFMG record",
    Document.USMLE: "your USMLE record",
    Document.TRAINING: "your training records",
}
_KEEPERS = {
    Document.PASSPORT: "the passport office",
    Document.DIPLOMA: "your medical school",
    Document.ECFMG: "Intealth",
    Document.USMLE: "FSMB",
    Document.TRAINING: "the office of your training program",
}
_TITLES = ("dr", "prof", "mr", "mrs", "ms")
# Below this likeness two words are two names and not one name in two spellings.
_ALIKE = 0.6


class Told(NamedTuple):
    title: str
    words: str
    asks_for: str


@dataclass
class Difference:
    """Words of the first name and of the other one, paired where they seem to be the same name."""

    respelled: list[tuple[str, str]] = field(default_factory=list)
    initials: list[tuple[str, str]] = field(default_factory=list)
    only_first: list[str] = field(default_factory=list)
    only_other: list[str] = field(default_factory=list)
    is_divided_otherwise: bool = False
    is_other_order: bool = False

    def __bool__(self) -> bool:
        lists = (self.respelled, self.initials, self.only_first, self.only_other)
        return any(lists) or self.is_divided_otherwise or self.is_other_order

    @property
    def needs_proof(self) -> bool:
        return bool(self.respelled or self.only_first or self.only_other)


def differences_in(spellings: Iterable[Spelling]) -> list[Told]:
    """Each spelling that differs from the passport's, or from the first one typed, once with all its documents."""
    typed = {one.document: one.name for one in spellings if plain_words(one.name)}
    ordered = [(document, typed[document]) for document in Document if document in typed]
    if not ordered:
        return []
    (first_document, first), *others = ordered
    groups: dict[str, list[tuple[Document, str]]] = {}
    for document, name in others:
        groups.setdefault(" ".join(plain_words(name)), []).append((document, name))
    return [
        _told(first_document, first, group, found)
        for group in groups.values()
        if (found := difference(first, group[0][1]))
    ]


def plain_words(name: str) -> list[str]:
    """Without case, accents, hyphens, full stops and apostrophes, which registers write in different ways, without a
    title, and with “Khan, Ali” read as Ali Khan."""
    family, comma, given = name.partition(",")
    ordered = f"{given} {family}" if comma and "," not in given else name
    base = unicodedata.normalize("NFKD", ordered.casefold().translate(_PLAIN))
    letters = "".join(letter for letter in base if not unicodedata.combining(letter))
    words = re.sub(r"[^\w\s]|_", " ", re.sub(r"['’ʼ`´]", "", letters)).split()
    return words[1:] if len(words) > 1 and words[0] in _TITLES else words


def difference(first: str, other: str) -> Difference:
    mine, theirs = plain_words(first), plain_words(other)
    if "".join(mine) == "".join(theirs):
        return Difference(is_divided_otherwise=mine != theirs)
    left, right = _without(mine, theirs), _without(theirs, mine)
    found = Difference(is_other_order=_order(mine, theirs) != _order(theirs, mine))
    found.initials = _paired(left, right, _is_initial)
    found.respelled = _paired(left, right, _is_alike)
    if len(left) == len(right) == 1:
        found.respelled.append((left.pop(), right.pop()))
    found.only_first, found.only_other = left, right
    return found


def _without(words: list[str], taken: list[str]) -> list[str]:
    """Those of the one that the other does not have; a name that stands twice has to be there twice."""
    spare = Counter(taken)
    rest = []
    for word in words:
        if spare[word]:
            spare[word] -= 1
        else:
            rest.append(word)
    return rest


def _order(words: list[str], others: list[str]) -> list[str]:
    common = Counter(words) & Counter(others)
    return [word for word in words if common[word]]


def _paired(left: list[str], right: list[str], is_same: Callable[[str, str], bool]) -> list[tuple[str, str]]:
    """Takes the pairs out of both lists."""
    pairs = []
    for mine in list(left):
        theirs = next((word for word in right if is_same(mine, word)), None)
        if theirs is not None:
            left.remove(mine)
            right.remove(theirs)
            pairs.append((mine, theirs))
    return pairs


def _is_initial(mine: str, theirs: str) -> bool:
    return min(len(mine), len(theirs)) == 1 and mine[0] == theirs[0]


def _is_alike(mine: str, theirs: str) -> bool:
    return min(len(mine), len(theirs)) > 1 and SequenceMatcher(None, mine, theirs).ratio() >= _ALIKE


# ------------------------------------------------------------------------------------------------ words
def _told(first_document: Document, first: str, group: list[tuple[Document, str]], found: Difference) -> Told:
    documents = [document for document, _ in group]
    passport, others = _DOCUMENTS[first_document], get_text_list([_DOCUMENTS[one] for one in documents], "and")
    says = "say" if len(documents) > 1 or documents == [Document.TRAINING] else "says"
    opening = f"{_upper(passport)} says “{first}”; {others} {says} “{group[0][1]}”."
    parts = [opening, *_explained(found, first, group[0][1], passport, others)]
    return Told(f"The name on {passport} and on {others} differs", " ".join(parts), _asks_for(found, documents))


def _explained(found: Difference, first: str, other: str, passport: str, others: str) -> list[str]:
    here, there = _as_typed(first), _as_typed(other)
    told = [f"“{here(mine)}” stands there as “{there(theirs)}”." for mine, theirs in found.respelled]
    told += [f"Of “{here(mine)}” and “{there(theirs)}”, one is only the initial." for mine, theirs in found.initials]
    if found.only_first:
        told.append(f"{_quoted(map(here, found.only_first))} {_is(found.only_first)} missing on {others}.")
    if found.only_other:
        told.append(f"{_quoted(map(there, found.only_other))} {_is(found.only_other)} missing on {passport}.")
    if found.is_other_order:
        told.append("The names stand in another order.")
    if found.is_divided_otherwise:
        told.append("The letters are the same, but one has a space where the other has none.")
    return told


def _is(words: list[str]) -> str:
    return "is" if len(words) == 1 else "are"


def _asks_for(found: Difference, documents: list[Document]) -> str:
    keepers = get_text_list([_KEEPERS[one] for one in documents], "and")
    if found.needs_proof:
        return (
            "A copy of the document that changed your name: FCVS asks for one wherever a document carries another "
            f"name. If you never changed your name, ask {keepers} to correct the record before you apply."
        )
    return (
        "Which of the two is your full name in its right order. Write it in the FCVS application exactly as on your "
        f"passport, and ask {keepers} whether the record can be written the same way."
    )


def _as_typed(name: str) -> "_Lookup":
    return _Lookup({word: typed for typed in re.split(r"[\s\-]+", name) for word in plain_words(typed)})


class _Lookup(dict[str, str]):
    """The word as the document has it, for a plain one."""

    def __call__(self, word: str) -> str:
        return self.get(word, word).strip(",;")


def _quoted(words: Iterable[str]) -> str:
    return get_text_list([f"“{word}”" for word in words], "and")


def _upper(words: str) -> str:
    return words[0].upper() + words[1:]
