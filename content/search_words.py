"""Text as words, the same for what is indexed, what is asked and what is marked in a result.

The databases' own word splitters differ and tear J-1 and DS-2019 apart; ours does not, so both databases find the same.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

TOKEN = re.compile(
    r"""
      (?<![^\W_])(?:(?:[b-z]|ds|pgy|iap)[-‐‑–\ ]?\d+-?[a-z]?|e[-‐‑][a-z]+)(?![^\W_])  # J-1, J1, H1-B, DS 2019, e-mail
    | (?<![^\W_])(?:[a-z]\.){2,}                                                      # U.S.
    | [^\W\d_]{4,}(?=\d) | \d+(?=[^\W\d_]{4,})                                        # step3, 12week
    | [^\W_]+(?:['’][^\W_]+)?
    """,
    re.VERBOSE | re.IGNORECASE,
)
_COMPOUND = re.compile(r"[^\W_]+(?:[-‐‑][^\W_]+)+")
_LONGEST = 60
# Raise it when words are split or shortened differently: the next index_all then writes everything anew.
VERSION = "1"

# People write “how do I get a visa for the residency”. In capitals (DO, IT) it is an acronym and counts.
STOP_WORDS = frozenset(
    """
    a about am an and any are as at be by can did do does for from get had has have how i if in into is it its long
    many me much my of on or our should so take takes that the their them there these they this to was we were what
    when where which who whom why will with would you your
    """.split()  # noqa: SIM905 - a list of seventy short strings is hard to read
)
_AMERICAN = {
    "licence": "license", "licences": "license", "licensure": "license", "practise": "practice", "defence": "defense",
    "programme": "program", "programmes": "program", "offence": "offense", "judgement": "judgment", "ageing": "aging",
    "enquiry": "inquiry", "cheque": "check", "centre": "center", "centres": "center", "theatre": "theater",
    "exam": "examination", "exams": "examination", "two": "2", "three": "3", "twelve": "12", "thirty": "30",
}  # fmt: skip
_SPELLING = (
    (re.compile(r"is(e[sdr]?|ing|ations?)$"), r"iz\1"),  # organisation
    (re.compile(r"yse([sdr]?)$"), r"yze\1"),
    (re.compile(r"(?<=[^aeiou])our(?=$|s|e|i|a)"), "or"),  # favourable
    (re.compile(r"[ao]e(?=.{3})"), "e"),  # paediatrics, foetal
    (re.compile(r"ll"), "l"),  # enrolment, counsellor
)
# The first ending that fits and leaves enough of the word is taken off.
_ENDINGS = (
    ("ications", "i", 3), ("ication", "i", 3), ("icants", "i", 3), ("icant", "i", 3), ("icates", "i", 4),
    ("icate", "i", 4), ("ations", "", 4), ("ation", "", 4), ("ating", "", 5), ("ated", "", 5), ("ates", "", 5),
    ("ate", "", 5), ("ships", "", 4), ("ship", "", 4), ("ies", "i", 2), ("ied", "i", 2), ("sses", "ss", 2),
    ("ings", "", 3), ("ing", "", 3), ("ed", "", 3), ("es", "", 4), ("s", "", 3), ("e", "", 3), ("y", "i", 3),
)  # fmt: skip
# What no rule brings together.
_SAME = {
    "register": "registr", "notariz": "notari", "enrolment": "enrol", "practiz": "practic", "requirement": "requir",
}  # fmt: skip

# Before a whole name written as one word; nobody types it.
_NAME_MARK = "0"


class Word(NamedTuple):
    start: int
    end: int
    plain: str
    stem: str


def words(text: str) -> Iterator[Word]:
    """All but the stop words, which nobody looks for and which may stand inside a name or not."""
    for match in TOKEN.finditer(text):
        if not _is_stop_word(match[0]):
            plain = plain_word(match[0])
            yield Word(match.start(), match.end(), plain, stem(plain))


def stems(text: str) -> list[str]:
    return [word.stem for word in words(text)]


def compounds(text: str) -> list[str]:
    """ "OB-GYN" as "obgyn", for those who write it so."""
    return [stem(plain_word(match[0])) for match in _COMPOUND.finditer(text)]


@lru_cache(maxsize=20_000)
def plain_word(written: str) -> str:
    """In small letters, without accents, hyphens and possessive."""
    letters = unicodedata.normalize("NFKD", written).casefold()
    letters = re.sub(r"['’]s$", "", letters)
    return "".join(letter for letter in letters if letter.isalnum())[:_LONGEST]


@lru_cache(maxsize=20_000)
def stem(plain: str) -> str:
    """What the forms of a word have in common: license, licences, licensed, licensing → licens."""
    word = _AMERICAN.get(plain, plain)
    if len(word) < 4 or not word.isalpha():
        return word
    if len(word) > 5:
        for british, american in _SPELLING:
            word = british.sub(american, word)
    for ending, instead, least in _ENDINGS:
        if word.endswith(ending) and _may_lose(word, ending, least):
            word = _settled(word.removesuffix(ending) + instead, ending)
            break
    return _SAME.get(word, word)


def _may_lose(word: str, ending: str, least: int) -> bool:
    rest = word.removesuffix(ending)
    if ending == "s" and rest[-1] in "sui":  # class, status, basis
        return False
    return len(rest) >= least and any(letter in "aeiouy" for letter in rest)


def _settled(rest: str, ending: str) -> str:
    """After matched, matching: one consonant for two, no silent e, i for y."""
    if ending in ("ed", "ing", "ings") and rest[-1] == rest[-2] and rest[-1] not in "aeioulsz":
        return rest[:-1]
    if rest[-1] == "e" and ending == "s" and len(rest) > 3:
        return rest[:-1]
    return rest[:-1] + "i" if rest[-1] == "y" and len(rest) > 3 else rest


def name_word(name: str) -> str:
    """A whole name as one word, so that whoever types it in full finds its owner first."""
    return (_NAME_MARK + "".join(stems(name)))[:200]


def _is_stop_word(written: str) -> bool:
    return written.lower() in STOP_WORDS and not (written.isupper() and len(written) > 1)
