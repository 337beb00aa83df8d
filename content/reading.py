"""What a reader is shown: the saved HTML with today's facts, their sources, and the portal's own figures filled in."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.utils.formats import date_format
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from facts.models import Confidence, Fact

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
        shown = format_html('<a class="fact" href="#{}">{}</a>', self._anchor(key), fact.text)
        words = caveat(fact, self.on)
        if not words or key in self._caveats_said:
            return shown
        self._caveats_said.add(key)
        return format_html('{} <span class="fact-caveat">({})</span>', shown, words)

    def all_sources(self) -> SafeString:
        """For short fields, which carry no marks of their own: the sources of every fact shown so far."""
        return mark_safe(self._sources(list(self._shown)))  # noqa: S308 - made of escaped parts

    def _anchor(self, key: str) -> str:
        return f"{self.prefix}-{self._section}-{key.replace('.', '-').replace('_', '-')}"

    def _sources(self, keys: list[str]) -> str:
        rows = [source_row(self.facts[key], self._anchor(key), self.on) for key in keys if key in self.facts]
        self._section += 1
        self._caveats_said.clear()
        if not rows:
            return ""
        return (
            '<details class="sources"><summary>Where '
            f"{'this figure comes' if len(rows) == 1 else 'these figures come'} from</summary><dl>{''.join(rows)}</dl></details>\n"
        )


def caveat(fact: Fact, on: date) -> str:
    """What a reader must know before relying on it; empty for a fresh fact from a source that decides it."""
    if fact.to_confirm:
        return f"to be confirmed with {fact.confirm_with}"
    if fact.is_stale(on):
        return f"last checked {date_format(fact.checked_on, 'j F Y')}, confirm with {fact.confirm_with}"
    return "expected, not announced" if fact.confidence == Confidence.EXPECTED else ""


def source_row(fact: Fact, anchor: str, on: date) -> str:
    source = format_html('<a href="{}">{}</a>', fact.source_url, fact.source) if fact.source_url else escape(fact.source)
    words = caveat(fact, on)
    return format_html(
        '<div id="{}"><dt>{}: {}</dt><dd>{} ({}). Checked on <time datetime="{}">{}</time>.{}</dd></div>',
        anchor,
        fact.label,
        fact.text,
        source,
        fact.get_confidence_display().lower(),
        fact.checked_on.isoformat(),
        date_format(fact.checked_on, "j F Y"),
        f" {words[0].upper()}{words[1:]}." if words else "",
    )


def plain(text: str, facts: Mapping[str, Fact]) -> str:
    """The words alone, for titles of browser windows, lists and search."""
    return FACT_REFERENCE.sub(lambda match: facts[match[1]].text if match[1] in facts else MISSING, text)
