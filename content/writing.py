"""What a writer may write: figures stand in facts, and names that hold digits are not figures."""

import re

FACT_REFERENCE = re.compile(r"\{([a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+)\}")

NAMES_WITH_DIGITS = re.compile(
    r"""\b(?:
      J-[12] | R3 | 3RNET | H-1B | H-4 | O-1 | (?:State|Conrad(?:\ State)?)\ 30
    | DS-\d{4} | IAP-66 | I-\d{3}[A-Z]? | G-28 | 214\(l\) | 2CC | 2PGT | 1CE
    | Step\ [123](?:\ C[KS])? | PGY-?[1-9] | Forms?\ \d[A-Z]{0,3} | Pathways?\ \d(?:\ (?:to|and|or)\ \d)?
    | \d+\ NYCRR\ [\d.()a-z]*\d+ | \d+\ USC\ [\d()a-z]+ | \d+\ CFR\ [\d.()a-z]+
    | (?:Education\ Law|section|Proclamation)\ \d+[\w()]* | [SAH]\.?R?\.?\ ?\d{3,5}(?:-A)? | (?:P\.L\.|Public\ Law)\ \d+-\d+
    )(?![\w])""",
    re.VERBOSE,
)
_NOT_PROSE = (
    re.compile(r"\]\([^)]*\)"),  # the address of a link
    re.compile(r"<(?:https?://|mailto:|tel:)[^>]*>"),
    re.compile(r"^:::.*$", re.MULTILINE),  # who says so, and figure blocks
    re.compile(r"^\s*\d+\.\s", re.MULTILINE),  # the number of a list item
)


def bare_figures(text: str) -> list[str]:
    """The lines that hold a digit which is neither a fact, a name, a list number nor part of an address."""
    text = FACT_REFERENCE.sub("", text)
    for pattern in _NOT_PROSE:
        text = pattern.sub(" ", text)
    text = NAMES_WITH_DIGITS.sub(" ", text)
    return [line.strip() for line in text.splitlines() if re.search(r"\d", line)]


def facts_named(*texts: str) -> set[str]:
    return {key for text in texts for key in FACT_REFERENCE.findall(text)}
