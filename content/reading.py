"""What a reader is shown: the saved HTML with today's facts, their sources, and the portal's own figures filled in."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from html import escape

from django.utils.safestring import SafeString, mark_safe

from facts.models import Confidence, Fact, day_text

from .writing import FACT_REFERENCE

_MARK = re.compile(r'<data class="(fact|sources|figure)" value="([^"]*)"></data>')
MISSING = "(figure missing: ask the society)"


@dataclass
class Reader:
    """Fills the marks of one page. `figure` draws a named figure; `on` is the reader's day in New York."""

    facts: Mapping[str, Fact]
    on: date
    figure: Callable[[str], str] = lambda name: ""
    prefix: str = "figure"
    _section: int = field(default=1, init=False)
    _caveats_said: set[str] = field(default_factory=set, init=False)
    _shown: dict[str, None] = field(default_factory=dict, init=False)

    def fill(self, html: str) -> SafeString:
        return mark_safe(_MARK.sub(self._filled, html))  # noqa: S308 - the HTML was sanitised when it was saved

    def _filled(self, match: re.Match[str]) -> str:
        kind, value = match[1], match[2]
        if kind == "fact":
            return self._fact(value)
        return self._sources(value.split()) if kind == "sources" else self.figure(value)

    def _fact(self, key: str) -> str:
        fact = self.facts.get(key)
        if fact is None:
            return MISSING
        self._shown[key] = None
        shown = f'<a class="fact" href="#{self._anchor(key)}">{escape(fact.text)}</a>'
        words = caveat(fact, self.on)
        if not words or key in self._caveats_said:
            return shown
        self._caveats_said.add(key)
        return f'{shown} <span class="fact-caveat">({escape(words)})</span>'

    def all_sources(self) -> SafeString:
        """For short fields, which carry no marks of their own: the sources of every fact shown so far."""
        return mark_safe(self._sources(list(self._shown)))  # noqa: S308 - made of escaped parts

    def _anchor(self, key: str) -> str:
        return f"{self.prefix}-{self._section}-{key.replace('.', '-')}"

    def _sources(self, keys: list[str]) -> str:
        rows = [source_row(self.facts[key], self._anchor(key), self.on) for key in keys if key in self.facts]
        self._section += 1
        self._caveats_said.clear()
        if not rows:
            return ""
        summary = f"Where {'this figure comes' if len(rows) == 1 else 'these figures come'} from"
        return f'<details class="sources"><summary>{summary}</summary><dl>{"".join(rows)}</dl></details>\n'


def caveat(fact: Fact, on: date) -> str:
    """What a reader must know before relying on it; empty for a fresh fact from a source that decides it."""
    if fact.to_confirm:
        return f"to be confirmed with {fact.confirm_with}"
    if fact.is_stale(on):
        return f"last checked {day_text(fact.checked_on)}, confirm with {fact.confirm_with}"
    return "expected, not announced" if fact.confidence == Confidence.EXPECTED else ""


def source_row(fact: Fact, anchor: str, on: date) -> str:
    """Escaped by hand: a page has dozens of these, and format_html would take longer than its template."""
    source = escape(fact.source)
    if fact.source_url:
        source = f'<a href="{escape(fact.source_url)}">{source}</a>'
    words = escape(caveat(fact, on))
    return (
        f'<div id="{anchor}"><dt>{escape(fact.label)}: {escape(fact.text)}</dt>'
        f"<dd>{source} ({escape(fact.get_confidence_display().lower())}). "
        f'Checked on <time datetime="{fact.checked_on.isoformat()}">{day_text(fact.checked_on)}</time>.'
        f"{f' {words[0].upper()}{words[1:]}.' if words else ''}</dd></div>"
    )


def plain(text: str, facts: Mapping[str, Fact]) -> str:
    """The words alone, for titles of browser windows, lists and search."""
    return FACT_REFERENCE.sub(lambda match: facts[match[1]].text if match[1] in facts else MISSING, text)
