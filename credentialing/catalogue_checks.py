"""What an item, a letter and a whole version must hold. Each problem is a sentence for whoever writes the catalogue."""

import re
from collections.abc import Iterable, Iterator

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.utils.text import capfirst

from facts.models import Fact, Kind

from .graph import loop_in
from .models import Catalogue, Letter, Party, Rule, Spec, Tone
from .refusals import ChecklistRefused

FACT_NAMED = re.compile(r"\{([a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+)\}")
_TYPED_FIGURE = re.compile(
    r"\$\s?\d|\b\d+(?:st|nd|rd|th)?[ -](?:minute|hour|day|week|month|year)s?\b|\b(?:19|20)\d\d\b|\d\s?%", re.IGNORECASE
)
_BLANK = re.compile(r"\{([^{}]*)\}")
LETTER_BLANKS = ("name", "asks_for", "to", "sent_on", "days", "chases", "today")
WARNED_RULES = (Rule.DRAFT_LOST, Rule.VALID_FOR)
_KINDS = {
    "first_fact": (Kind.DAYS,),
    "again_fact": (Kind.DAYS,),
    "usual_fact": (Kind.DAYS,),
    "rule_fact": (Kind.DAYS, Kind.COUNT),
    "rule_warn_fact": (Kind.DAYS,),
    "cost_facts": (Kind.MONEY,),
}


def refuse(problems: Iterable[str]) -> None:
    if told := list(problems):
        raise ChecklistRefused(" ".join(told))


def facts_of(spec: Spec) -> dict[str, Fact]:
    """Every fact that the item names, in its words or for its days and fees, by key."""
    words = "\n".join((spec.what_to_do, spec.evidence, spec.traps))
    return Fact.objects.mapped(spec.fact_keys() | set(FACT_NAMED.findall(words)))


# ------------------------------------------------------------------------------------------------ one item
def problems_of_spec(spec: Spec) -> Iterator[str]:
    yield from _model_problems(spec)
    facts = facts_of(spec)
    yield from _word_problems(spec, facts)
    yield from _fact_problems(spec, facts)
    if not spec.is_own_task and not spec.asks_for:
        yield "Say what a letter asks for: somebody else is waited for."
    if (spec.rule != Rule.NONE) != bool(spec.rule_fact):
        yield "A rule and the fact of its days belong together: give both or neither."
    if (spec.rule in WARNED_RULES) != bool(spec.rule_warn_fact):
        yield "A fact of the warning belongs to a draft that is lost, to what stops being valid, and to nothing else."


def _model_problems(row: models.Model) -> Iterator[str]:
    try:
        row.full_clean()
    except ValidationError as error:
        for field, told in error.message_dict.items():
            name = "" if field == NON_FIELD_ERRORS else capfirst(row._meta.get_field(field).verbose_name)
            yield from (f"{name}: {words}" if name else words for words in told)


def _word_problems(spec: Spec, facts: dict[str, Fact]) -> Iterator[str]:
    for text in (spec.title, spec.what_to_do, spec.evidence, spec.traps, spec.asks_for):
        for found in _TYPED_FIGURE.findall(FACT_NAMED.sub("", text)):
            yield f"A figure is never typed: make it a fact and name it in braces. “{found}”"
    for text in (spec.what_to_do, spec.evidence, spec.traps):
        yield from (f"There is no fact named {{{key}}}." for key in _BLANK.findall(text) if key not in facts)


def _fact_problems(spec: Spec, facts: dict[str, Fact]) -> Iterator[str]:
    for field, kinds in _KINDS.items():
        named = getattr(spec, field)
        for key in [named] if isinstance(named, str) else named:
            if key and key not in facts:
                yield f"There is no fact named {key}."
            elif key and facts[key].kind not in kinds:
                yield f"{capfirst(Spec._meta.get_field(field).verbose_name)}: {key} is a fact of another kind."


# ------------------------------------------------------------------------------------------------ one letter
def problems_of_letter(letter: Letter) -> Iterator[str]:
    yield from _model_problems(letter)
    blanks = [blank for text in (letter.subject, letter.body) for blank in _BLANK.findall(text)]
    for blank in blanks:
        if blank not in LETTER_BLANKS:
            yield f"A letter cannot fill in {{{blank}}}. It knows {', '.join(LETTER_BLANKS)}."
    if "name" not in blanks:
        yield "A letter is signed: put {name} where the physician's name goes."
    if not letter.subject.isprintable():
        yield "The subject is one line."


# ------------------------------------------------------------------------------------------------ the whole
def problems_of_order(specs: Iterable[Spec]) -> Iterator[str]:
    """Items that come first and are not there, and the loop in which each waits for the next."""
    named = {spec.key: spec for spec in specs}
    for spec in named.values():
        for key in spec.depends_on:
            if key not in named:
                yield f"“{spec.title}” waits for {key}, which is not in the list."
    if loop := loop_in({spec.key: spec.depends_on for spec in named.values()}):
        titles = [f"“{named[key].title}”" for key in loop]
        yield f"These items wait for each other: {' waits for '.join(titles[:2])}{_rest(titles)}. Take one of them out."


def _rest(titles: list[str]) -> str:
    return "".join(f", which waits for {title}" for title in titles[2:])


def problems_of(catalogue: Catalogue) -> Iterator[str]:
    """What keeps this version from being published."""
    specs, letters = list(catalogue.specs.all()), list(catalogue.letters.all())
    if not specs:
        yield "The list is empty."
    for spec in specs:
        yield from (f"“{spec.title}”: {problem}" for problem in problems_of_spec(spec))
    for letter in letters:
        yield from (f"{letter}: {problem}" for problem in problems_of_letter(letter))
    yield from problems_of_order(specs)
    written = {(letter.recipient, letter.tone) for letter in letters}
    for party in sorted({spec.passes_to for spec in specs} - {Party.YOU}):
        if missing := [tone.label for tone in Tone if (party, tone) not in written]:
            yield f"There is no {' and no '.join(missing)} letter to {Party(party).label}."
