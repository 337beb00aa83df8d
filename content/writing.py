"""What a writer may write: figures stand in facts, and names that hold digits are not figures."""

import re

FACT_REFERENCE = re.compile(r"\{([a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+)\}")

NAMES_WITH_DIGITS = re.compile(
    r"""\b(?:
      J-[12] | R3 | 3RNET | H-1B | H-4 | O-1 | (?:State|Conrad(?:\ State)?)\ 30
    | DS-\d{4} | IAP-66 | I-\d{3}[A-Z]? | G-28 | 214\(l\) | 2CC | 2PGT | 1CE
    | Step\ [123](?:\ C[KS])? | PGY-?[1-9] | Forms?\ \d[A-Z]{0,3} | Pathways?\ \d(?:\ (?:to|and|or)\ \d)?
    | \d+\ NYCRR\ [\d.()a-z]*\d+ | \d+\ USC\ [\d()a-z]+ | \d+\ CFR\ [\d.()a-z]+
    | (?:Education\ Law|section|Proclamation)\ \d+[\w()]* | (?:[SA]|[SAH]\.(?:R\.)?\ ?)\d{3,5}(?:-A)?
    | (?:P\.L\.|Public\ Law)\ \d+-\d+
    )(?![\w])""",
    re.VERBOSE,
)
_NOT_PROSE = (
    re.compile(r"\]\([^)\s]*\)"),  # the address of a link
    re.compile(r"<(?:https?://|mailto:|tel:)[^>\s]*>"),
    re.compile(r"^:::.*$", re.MULTILINE),  # who says so, and figure blocks
)
_LIST_NUMBER = re.compile(r"^[ \t>]*(\d{1,3})[.)]\s", re.MULTILINE)


def bare_figures(text: str) -> list[str]:
    """The lines that hold a digit which is neither a fact, a name, a list number nor part of an address."""
    text = FACT_REFERENCE.sub("", text)
    for pattern in _NOT_PROSE:
        text = pattern.sub(" ", text)
    text = NAMES_WITH_DIGITS.sub(" ", _without_list_numbers(text))
    # ½ and ² are figures too.
    return [line.strip() for line in text.splitlines() if any(map(str.isnumeric, line))]


def _without_list_numbers(text: str) -> str:
    """Lists count up from one; any other number at the start of a line ends a sentence."""
    counted = {0}

    def blank(match: re.Match[str]) -> str:
        if int(match[1]) - 1 not in counted:
            return match[0]
        counted.add(int(match[1]))
        return " "

    return _LIST_NUMBER.sub(blank, text)


def facts_named(*texts: str) -> set[str]:
    return {key for text in texts for key in FACT_REFERENCE.findall(text)}
