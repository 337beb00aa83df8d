"""Markdown to clean HTML, once, when a page is saved.

What changes without an edit (a fact's value, a chart) is left as a `<data>` mark and filled in when the page is read:
see reading.py. Raw HTML is off and the result is sanitised all the same.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import nh3
from django.utils.html import escape
from django.utils.text import slugify
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.container import container_plugin

from .writing import FACT_REFERENCE

STATEMENTS = {"rule": "Rule", "preference": "Preference", "advice": "Advice"}
ASIDES = {"warning": "Warning", "note": "Note"}
FIGURES = (
    "residency-year",
    "match-rates",
    "journey-steps",
    "state30-places",
    "committee-goals",
    "county-societies",
    "useful-links",
)
BLOCKS = (*STATEMENTS, *ASIDES, "figure")
# Ids that the templates around the text use.
TAKEN_IDS = {"main", "path", "path-title", "key-facts", "section-title", "site-search", "useful-yes", "useful-no"}
LONGEST_ADDRESS = 500
_LINK = re.compile(r"https?://[^\s/]\S*|(?:mailto|tel):\S+|/(?!/)\S*|#\S+")
_SOURCE_ADDRESS = re.compile(r"https?://[^\s/]\S*|/(?!/)\S*")

_TAGS = {
    *("p", "br", "hr", "ul", "ol", "li", "strong", "em", "code", "pre", "blockquote", "h2", "h3", "h4", "a"),
    *("table", "thead", "tbody", "tr", "th", "td", "div", "span", "data"),
}
_ATTRIBUTES = {
    "a": {"href", "class", "title"},
    "div": {"class", "role", "tabindex", "aria-label"},
    "p": {"class"},
    "span": {"class"},
    "data": {"class", "value"},
    "th": {"scope"},
    "ol": {"start"},
    **{heading: {"id"} for heading in ("h2", "h3", "h4")},
}


@dataclass
class Compiled:
    """A body, rendered. `problems` are sentences for the writer; with any of them the page is not saved."""

    html: str
    facts: set[str] = field(default_factory=set)
    urls: set[str] = field(default_factory=set)
    figures: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def compile_body(
    body: str, *, every_block_is_a_statement: bool = False, terms: Mapping[str, str] | None = None
) -> Compiled:
    """`terms` maps an acronym to its slug in the glossary: its first use is linked."""
    parser = _parser()
    tokens = parser.parse(body, {"terms": dict(terms or {})})
    problems = [*_problems(tokens), *(_outside_statements(tokens) if every_block_is_a_statement else ())]
    inline = list(_inline(tokens))
    html = parser.renderer.render(tokens, parser.options, {})
    return Compiled(
        html=_with_source_marks(_clean(html)),
        facts={token.content for token in inline if token.type == "fact"},
        urls={url for url in (*map(_href, inline), *(_source(token)[1] for token in tokens)) if url.startswith("http")},
        figures=[_argument(token) for token in tokens if token.type == "container_figure_open"],
        problems=problems,
    )


def compile_line(text: str) -> str:
    """A short field (who runs it, when, a glossary meaning): plain words and facts."""
    return FACT_REFERENCE.sub(r'<data class="fact" value="\1"></data>', str(escape(text)))


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    for name in BLOCKS:
        container_plugin(parser, name, render=_render_block)
    parser.inline.ruler.before("emphasis", "fact", _fact_rule)
    parser.add_render_rule("fact", _render_fact)
    parser.core.ruler.push("headings", _number_headings)
    parser.core.ruler.push("tables", _label_tables)
    parser.core.ruler.push("terms", _link_terms)
    for name in ("table_open", "table_close"):
        parser.add_render_rule(name, _render_table)
    return parser


# --------------------------------------------------------------------------------------------------- facts
def _fact_rule(state: StateInline, silent: bool) -> bool:
    match = FACT_REFERENCE.match(state.src, state.pos)
    if not match:
        return False
    if not silent:
        state.push("fact", "", 0).content = match[1]
    state.pos = match.end()
    return True


def _render_fact(self: RendererHTML, tokens: list[Token], index: int, options: object, env: object) -> str:
    return f'<data class="fact" value="{tokens[index].content}"></data>'


# --------------------------------------------------------------------------------------------------- blocks
def _argument(token: Token) -> str:
    return token.info.strip().partition(" ")[2].strip()


def _source(token: Token) -> tuple[str, str]:
    """Who says so, and where: `::: rule NYSED, license requirements | https://…`."""
    kind = token.type.removeprefix("container_").removesuffix("_open")
    if not token.type.endswith("_open") or kind not in STATEMENTS:
        return "", ""
    name, _, url = _argument(token).rpartition("|") if "|" in token.info else (_argument(token), "", "")
    return name.strip(), url.strip()


def _href(token: Token) -> str:
    return str(token.attrs["href"]) if token.type == "link_open" else ""


def _render_block(self: RendererHTML, tokens: list[Token], index: int, options: object, env: object) -> str:
    token = tokens[index]
    kind = token.type.removeprefix("container_").removesuffix("_open").removesuffix("_close")
    if kind == "figure":
        return f'<data class="figure" value="{escape(_argument(token))}"></data>\n' if token.nesting == 1 else ""
    if token.nesting == -1:
        return "</div>\n"
    if kind in ASIDES:
        return f'<div class="{kind}"><p class="aside-kind"><strong>{ASIDES[kind]}</strong></p>\n'
    name, url = _source(token)
    shown = f'<a href="{escape(url)}">{escape(name)}</a>' if url else escape(name)
    source = f' <span class="statement-source">{shown}</span>' if name else ""
    head = f'<p class="statement-kind"><strong>{STATEMENTS[kind]}</strong>{source}</p>'
    return f'<div class="statement statement-{kind}">{head}\n'


def _problems(tokens: list[Token]) -> Iterator[str]:
    depth = 0
    for token in tokens:
        if token.type.startswith("container_"):
            if token.nesting == 1 and depth:
                yield f"The block “{token.info.strip()}” stands inside another block. Close that one with ::: first."
            depth += token.nesting
            yield from _block_problems(token)
        elif token.type == "heading_open" and token.tag not in ("h2", "h3", "h4"):
            yield "Headings start at ## (the title is the page's own first heading) and go down to ####."
        elif token.type == "inline":
            yield from _inline_problems(token)


def _block_problems(token: Token) -> Iterator[str]:
    if token.nesting != 1:
        return
    if token.type == "container_rule_open" and not _source(token)[0]:
        yield "A rule needs its source: ::: rule Who says so | https://address"
    if (url := _source(token)[1]) and not _leads_somewhere(url, _SOURCE_ADDRESS):
        yield f"The source’s address “{url}” is not one. Write https://…, or / for a page of the portal."
    if token.type == "container_figure_open" and _argument(token) not in FIGURES:
        yield f"There is no figure named “{_argument(token)}”. The names are: {', '.join(FIGURES)}."


def _inline_problems(token: Token) -> Iterator[str]:
    inside_link = False
    for child in token.children or ():
        if child.type in ("link_open", "link_close"):
            inside_link = child.type == "link_open"
            if inside_link and not _leads_somewhere(_href(child), _LINK):
                yield (
                    f"The link to “{_href(child)[:80]}” leads nowhere. An address starts with https://, with / inside"
                    f" the portal or with # on the page, and has at most {LONGEST_ADDRESS} characters."
                )
        elif child.type == "fact" and inside_link:
            yield f"The figure {{{child.content}}} stands inside a link. Put it beside the link."
        elif child.type == "image":
            yield "Pictures cannot be put into a page."
        elif child.type in ("text", "code_inline"):
            yield from _text_problems(child.content)


def _text_problems(text: str) -> Iterator[str]:
    if stray := re.search(r":::\s*(\S*)", text):
        yield (
            f"There is no block named “{stray[1]}”. The names are: {', '.join(BLOCKS)}."
            if stray[1]
            else "A line ::: closes no block. Take it away, or begin the block before it."
        )
    if braces := re.search(r"\{[^{}\s]*\}", text):
        yield f"“{braces[0]}” names no figure. Write it outside code, in lower case, as {{area.name}}."


def _leads_somewhere(address: str, form: re.Pattern[str]) -> bool:
    return len(address) <= LONGEST_ADDRESS and form.fullmatch(address) is not None


def _outside_statements(tokens: list[Token]) -> Iterator[str]:
    depth = 0
    for place, token in enumerate(tokens):
        if token.type.startswith("container_"):
            depth += token.nesting
        elif (
            not depth and token.level == 0 and token.nesting >= 0 and token.type not in ("heading_open", "inline", "hr")
        ):
            words = next((later.content for later in tokens[place:] if later.type == "inline"), "")
            yield f"In a step, each statement is a rule, a preference or advice. Mark this one: “{words[:60]}…”"


def _inline(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield from token.children or ()


# ---------------------------------------------------------------------------------------------- headings, tables, terms
def _number_headings(state: StateCore) -> None:
    taken = Counter(TAKEN_IDS)
    for opening, inline in zip(state.tokens, state.tokens[1:], strict=False):
        if opening.type == "heading_open":
            slug = slugify(FACT_REFERENCE.sub("", inline.content)) or "section"
            opening.attrSet("id", _told_apart(slug, taken, "-"))


def _told_apart(name: str, taken: Counter[str], before_number: str) -> str:
    """The name, or the name with the next number nobody has."""
    candidate = name
    while taken[candidate]:
        taken[name] += 1
        candidate = f"{name}{before_number}{taken[name]}"
    taken[candidate] += 1
    return candidate


def _label_tables(state: StateCore) -> None:
    heading, taken = "", Counter[str]()
    for place, token in enumerate(state.tokens):
        if token.type == "heading_open":
            words = state.tokens[place + 1].children or ()
            heading = "".join(child.content for child in words if child.type in ("text", "code_inline")).strip()
        elif token.type == "table_open":
            token.meta["label"] = _told_apart(f"Table: {heading}".removesuffix(": "), taken, ", part ")
        elif token.type == "th_open":
            token.attrSet("scope", "col")


def _render_table(self: RendererHTML, tokens: list[Token], index: int, options: object, env: object) -> str:
    if tokens[index].nesting == -1:
        return "</table></div>\n"
    label = escape(tokens[index].meta["label"])
    return f'<div class="table-wrap" role="region" tabindex="0" aria-label="{label}"><table>\n'


def _link_terms(state: StateCore) -> None:
    """The first use of each acronym leads to the glossary; headings and links are left alone."""
    waiting: dict[str, str] = dict(state.env.get("terms", {}))
    longest_first = sorted(map(re.escape, waiting), key=len, reverse=True)
    names = re.compile(rf"(?<![\w-])(?:{'|'.join(longest_first)})(?![\w-])")
    inside_heading = False
    for token in state.tokens:
        inside_heading = token.type == "heading_open" or (inside_heading and token.type != "heading_close")
        if token.type == "inline" and not inside_heading and waiting:
            token.children = list(_with_terms(token.children or [], names, waiting))


def _with_terms(children: list[Token], names: re.Pattern[str], waiting: dict[str, str]) -> Iterator[Token]:
    inside_link = 0
    for child in children:
        inside_link += (child.type == "link_open") - (child.type == "link_close")
        if child.type == "text" and not inside_link:
            yield from _split_at_terms(child.content, names, waiting)
        else:
            yield child


def _split_at_terms(text: str, names: re.Pattern[str], waiting: dict[str, str]) -> Iterator[Token]:
    done = 0
    for match in names.finditer(text):
        if slug := waiting.pop(match[0], ""):
            yield _text(text[done : match.start()])
            yield Token("link_open", "a", 1, attrs={"class": "term", "href": f"/glossary/#{slug}"})
            yield _text(match[0])
            yield Token("link_close", "a", -1)
            done = match.end()
    yield _text(text[done:])


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


# --------------------------------------------------------------------------------------------------- the result
def _clean(html: str) -> str:
    return nh3.clean(
        html, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes={"http", "https", "mailto", "tel"}, link_rel=None
    )


def _with_source_marks(html: str) -> str:
    """At the end of each section that names facts, a mark where their sources are shown."""
    sections = re.split(r"(?=<h2[ >])", html)
    return "".join(section + _source_mark(section) for section in sections)


def _source_mark(section: str) -> str:
    keys = dict.fromkeys(re.findall(r'<data class="fact" value="([^"]+)">', section))
    return f'<data class="sources" value="{" ".join(keys)}"></data>\n' if keys else ""
