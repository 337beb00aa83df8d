"""What the pages of a checklist show, read once: the templates ask the database nothing."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import groupby
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from facts.models import Confidence, Fact, day_text
from notices.actions import today_of

from .catalogue_checks import FACT_NAMED
from .models import Answer, Checklist, Need, Section, Source, SourceKind
from .planning import plan
from .settling import days_for
from .standing import Row, Standing, standing_of
from .waiting_times import known

MISSING = "(figure missing: ask the society)"


def standing_for(checklist: Checklist) -> Standing:
    specs = list(checklist.catalogue.specs.all())
    items = checklist.items.select_related("source")
    return standing_of(checklist, specs, items, today_of(checklist.person), days_for(specs))


# ------------------------------------------------------------------------------------------------ the list
def list_words(checklist: Checklist) -> dict[str, Any]:
    specs = list(checklist.catalogue.specs.all())
    items = list(checklist.items.select_related("source"))
    days, today = days_for(specs), today_of(checklist.person)
    standing = standing_of(checklist, specs, items, today, days)
    return {
        "checklist": checklist,
        "standing": standing,
        "parts": parts_of(standing),
        "not_needed": not_needed(standing, checklist),
        "plan": plan(specs, items, checklist, days, known(), today),
    }


@dataclass(frozen=True)
class Part:
    label: str
    rows: list[Row]

    @property
    def done(self) -> int:
        return sum(row.done for row in self.rows)


def parts_of(standing: Standing) -> list[Part]:
    groups = groupby(standing.rows, key=lambda row: row.spec.section)
    return [Part(Section(section).label, list(rows)) for section, rows in groups]


NOT_NEEDED_BECAUSE: dict[str, tuple[str, str]] = {
    Need.TRANSLATIONS: ("You said that all your documents are in English.", "#div_id_other_language"),
    Need.CLERKSHIPS: ("You said that you did no clerkship outside your school’s country.", "#div_id_clerkships_abroad"),
    Need.COMPLETED_TRAINING: ("You have listed no training that has ended.", "#programs"),
    Need.CURRENT_TRAINING: ("You have listed no training that goes on.", "#programs"),
    Need.OTHER_LICENSES: ("You have listed no other license.", "#licenses"),
}


@dataclass(frozen=True)
class NotNeeded:
    row: Row
    why: str
    anchor: str


def not_needed(standing: Standing, checklist: Checklist) -> list[NotNeeded]:
    return [NotNeeded(row, *_why_not(row, checklist)) for row in standing.not_needed]


def _why_not(row: Row, checklist: Checklist) -> tuple[str, str]:
    source = row.item.source if row.item else None
    has_no_place = row.spec.need == Need.CLERKSHIPS and checklist.clerkships_abroad == Answer.NO
    if source is not None and source.removed_at and not has_no_place:
        return f"You took “{source.name}” off your list.", f"#{GROUPS[source.kind].anchor}"
    return NOT_NEEDED_BECAUSE.get(row.spec.need, ("By your answers it does not apply.", ""))


# ------------------------------------------------------------------------------------------------ programs and others
@dataclass(frozen=True)
class SourceGroup:
    """`add` is the name of the page on which one more is added."""

    kind: str
    anchor: str
    title: str
    why: str
    add: str
    empty: str
    rows: tuple[Source, ...] = ()


GROUPS: dict[str, SourceGroup] = {
    SourceKind.PROGRAM: SourceGroup(
        SourceKind.PROGRAM,
        "programs",
        "Your training programs",
        "We ask because each program confirms your training by itself. List every one, also one you left early.",
        "Add a training program",
        "No program is listed yet.",
    ),
    SourceKind.HOSPITAL: SourceGroup(
        SourceKind.HOSPITAL,
        "hospitals",
        "Hospitals of your clerkships",
        "We ask because each hospital outside your school’s country posts its own Form 2CC.",
        "Add a hospital",
        "No hospital is listed yet.",
    ),
    SourceKind.LICENSE: SourceGroup(
        SourceKind.LICENSE,
        "licenses",
        "Other licenses",
        "We ask because each authority that ever licensed you confirms it, in the United States or elsewhere. "
        "If you never held one, leave this empty.",
        "Add another license",
        "No other license is listed.",
    ),
}


def source_groups(checklist: Checklist) -> list[SourceGroup]:
    """Hospitals are asked for only when the answer about clerkships makes them needed."""
    listed = [source for source in checklist.sources.all() if source.removed_at is None]
    return [
        replace(group, rows=tuple(source for source in listed if source.kind == kind))
        for kind, group in GROUPS.items()
        if kind != SourceKind.HOSPITAL or checklist.clerkships_abroad != Answer.NO
    ]


# ------------------------------------------------------------------------------------------------ one item
@dataclass(frozen=True)
class Figures:
    """The facts a page names: put into its sentences, and listed with their sources. `on` is the reader's day."""

    facts: Mapping[str, Fact]
    on: date
    shown: set[str] = field(default_factory=set)

    def lines(self, text: str) -> list[SafeString]:
        return [self.fill(line.strip()) for line in text.splitlines() if line.strip()]

    def fill(self, text: str) -> SafeString:
        words = FACT_NAMED.split(text)
        return format_html_join("", "{}{}", self._pairs(words))

    def _pairs(self, words: list[str]) -> Iterator[tuple[str, str]]:
        for place in range(0, len(words), 2):
            key = words[place + 1] if place + 1 < len(words) else ""
            yield words[place], self._value(key) if key else ""

    def _value(self, key: str) -> SafeString | str:
        if key not in self.facts:
            return MISSING
        self.shown.add(key)
        return format_html('<a class="fact" href="#{}">{}</a>', anchor(key), self.facts[key].text)

    def rows(self, more: Iterable[str] = ()) -> list[dict[str, Any]]:
        """Of the facts shown so far, and of `more`."""
        wanted = sorted(self.facts.keys() & (self.shown | set(more)))
        return [
            {"fact": self.facts[key], "anchor": anchor(key), "caveat": caveat(self.facts[key], self.on)}
            for key in wanted
        ]


def anchor(key: str) -> str:
    return f"figure-{key.replace('.', '-')}"


def caveat(fact: Fact, on: date) -> str:
    """What to know before relying on it."""
    if fact.to_confirm:
        return f"To be confirmed with {fact.confirm_with}"
    if fact.is_stale(on):
        return f"Last checked {day_text(fact.checked_on)}: confirm with {fact.confirm_with}"
    return "Expected, not announced" if fact.confidence == Confidence.EXPECTED else ""
