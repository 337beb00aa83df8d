"""Whatever a writer types, readers get clean HTML; whatever is not allowed is refused with a sentence."""

import re
from html.parser import HTMLParser
from time import process_time

import nh3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.markdown import ASIDES, BLOCKS, FIGURES, STATEMENTS, compile_body, compile_line

ATTACKS = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>",
    "<iframe src='//evil.example'>",
    "[x](javascript:alert(1))", "[x](JaVaScRiPt:alert(1))", "[x](&#106;avascript:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](vbscript:msgbox)", "[x](data:text/html,<script>alert(1)</script>)", "<javascript:alert(1)>",
    "[x]: javascript:alert(1)\n\n[x]",
    '[x](/a "\\" onmouseover=alert(1) x=\\"")', '[x](/a "<h2 ><script>alert(1)</script>")',
    "::: rule X | javascript:alert(1)\ny\n:::", '::: rule X | https://a.example/" onclick="alert(1)\ny\n:::',
    "::: rule <script>alert(1)</script>\ny\n:::", '::: figure "><script>alert(1)</script>\n:::',
    "## <script>alert(1)</script>\n\n| a |\n|---|\n| b |", '## " onfocus="alert(1)\n\n| a |\n|---|\n| b |',
    "```\n<script>alert(1)</script>\n```", "`<script>alert(1)</script>`", "| <script>alert(1)</script> |\n|---|\n| x |",
    '<data class="fact" value="a.b"></data>', '[x](/a \'<data class="fact" value="a.b"></data>\')',
    "<style>*{}</style>",
)  # fmt: skip
SAFE_ATTRIBUTES = {"href", "class", "title", "role", "tabindex", "aria-label", "value", "scope", "start", "id"}
BODY_PARTS = st.sampled_from(
    [
        *ATTACKS,
        *(f"::: {name} X | https://a.example/" for name in BLOCKS),
        ":::",
        "## A",
        "{a.b}",
        "| a | b |",
        "|---|---|",
        "- x",
        "1. x",
        "> x",
        "[x](/a)",
        "`x`",
        "**FCVS**",
        "\n",
        " ",
        "    ",
        "\x00",
        "\u202e",
        "é",
    ]
)


class Seen(HTMLParser):
    """What a browser would find in the HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, wanted: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag == wanted]


def assert_harmless(html: str) -> None:
    for tag, attributes in Seen(html).tags:
        assert tag not in {"script", "img", "svg", "iframe", "style", "object", "form", "input"}
        assert attributes.keys() <= SAFE_ATTRIBUTES
        assert re.match(r"https?://|mailto:|tel:|/|#|[^:]*$", attributes.get("href") or "")


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_arrives_as_words(attack: str) -> None:
    assert_harmless(compile_body(attack).html)
    assert not Seen(compile_line(attack)).tags


def test_html_that_a_writer_types_is_shown_and_makes_no_mark_of_the_portals_own() -> None:
    compiled = compile_body('<b>x</b> <data class="fact" value="a.b"></data>\n\n<div>\ny\n</div>')
    assert Seen(compiled.html).tags == [("p", {}), ("p", {})]
    assert "&lt;b&gt;x&lt;/b&gt;" in compiled.html


@settings(deadline=None)
@given(st.lists(BODY_PARTS | st.text(max_size=20), max_size=25), st.booleans())
def test_any_mixture_is_harmless_and_always_the_same(parts: list[str], is_step: bool) -> None:
    body = "\n".join(parts)
    compiled = compile_body(body, every_block_is_a_statement=is_step, terms={"FCVS": "fcvs"})
    assert_harmless(compiled.html)
    assert compiled == compile_body(body, every_block_is_a_statement=is_step, terms={"FCVS": "fcvs"})
    # Cleaning twice changes nothing: what was put in after the cleaning is as clean as the rest.
    tags = {tag for tag, _ in Seen(compiled.html).tags}
    assert Seen(
        nh3.clean(compiled.html, tags=tags, attributes=dict.fromkeys(tags, SAFE_ATTRIBUTES), link_rel=None)
    ).tags == (Seen(compiled.html).tags)


# ------------------------------------------------------------ blocks
@pytest.mark.parametrize(("kind", "label"), STATEMENTS.items())
def test_a_statement_says_what_it_is_and_who_says_so(kind: str, label: str) -> None:
    html = compile_body(f"::: {kind} NYSED & others | https://a.example/?x=1&y=2\nWords.\n:::").html
    assert f"<strong>{label}</strong>" in html
    assert f'class="statement statement-{kind}"' in html
    assert '<a href="https://a.example/?x=1&amp;y=2">NYSED &amp; others</a>' in html
    assert "<p>Words.</p>" in html


@pytest.mark.parametrize(("kind", "label"), ASIDES.items())
def test_an_aside_says_what_it_is(kind: str, label: str) -> None:
    html = compile_body(f"::: {kind}\nWords.\n:::").html
    assert f'<div class="{kind}"><p class="aside-kind"><strong>{label}</strong></p>\n<p>Words.</p>\n</div>' in html


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_block_leaves_a_mark(name: str) -> None:
    compiled = compile_body(f"::: figure {name}\n:::")
    assert (compiled.html, compiled.figures, compiled.problems) == (
        f'<data class="figure" value="{name}"></data>\n', [name], [],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("::: rule A\n::: note\nx\n:::\n:::", "stands inside another block"),
        ("::: rule\nx\n:::", "A rule needs its source"),
        ("::: rule | https://a.example/\nx\n:::", "A rule needs its source"),
        ("::: rule A | a.example\nx\n:::", "address “a.example” is not one"),
        ("::: rule A | //a.example\nx\n:::", "address “//a.example” is not one"),
        (f"::: rule A | https://a.example/{'x' * 500}\nx\n:::", "is not one"),
        ("::: figure no-such\n:::", "no figure named “no-such”"),
        ("::: hint\nx\n:::", "no block named “hint”"),
        ("Words.\n\n:::\n", "closes no block"),
        ("# Title", "start at ##"),
        ("Title\n=====", "start at ##"),
        ("##### Deep", "start at ##"),
        ("[see {a.b}](/x/)", "{a.b} stands inside a link"),
        ("![x](/x.png)", "Pictures"),
        ("[![x](/x.png)](/y/)", "Pictures"),
        ("[x](page)", "leads nowhere"),
        ("[x](//a.example/)", "leads nowhere"),
        ("[x](ftp://a.example/)", "leads nowhere"),
        (f"[x](https://a.example/{'x' * 500})", "leads nowhere"),
        ("It costs {Fcvs.fee}.", "“{Fcvs.fee}” names no figure"),
        ("It costs {fee}.", "“{fee}” names no figure"),
        ("It costs `{fcvs.fee}`.", "“{fcvs.fee}” names no figure"),
    ],
)
def test_what_would_mislead_a_reader_is_refused(body: str, told: str) -> None:
    problems = compile_body(body).problems
    assert any(told in problem for problem in problems), problems


def test_a_clean_body_has_no_problems() -> None:
    body = "## A {a.b}\n\nWords {a.b}, [in](/x/), [on](#a), [out](https://a.example).\n\n::: note\n- x\n:::"
    assert compile_body(body).problems == []


# ------------------------------------------------------------ steps
@pytest.mark.parametrize(
    "stray", ["A paragraph.", "- a list", "1. a list", "> a quotation", "| a |\n|---|\n| b |", "    code"]
)
def test_in_a_step_nothing_stands_outside_a_statement(stray: str) -> None:
    body = f"## Heading\n\n::: advice A\nWords.\n:::\n\n{stray}\n\n::: figure useful-links\n:::\n"
    (problem,) = compile_body(body, every_block_is_a_statement=True).problems
    assert "each statement is a rule" in problem
    assert compile_body(body).problems == []


# ------------------------------------------------------------ headings, tables, terms
def test_heading_ids_are_unique_and_never_one_of_the_templates() -> None:
    body = "## Fees\n\n### Fees\n\n## Fees\n\n## Fees 2\n\n## Main\n\n## Key facts\n\n## ???\n\n## {a.b}\n"
    ids = re.findall(r' id="([^"]*)"', compile_body(body).html)
    assert len(ids) == len(set(ids)) == 8
    assert ids[0] == "fees"
    assert not {"main", "key-facts", ""} & set(ids)


def test_tables_scroll_by_themselves_and_are_told_apart() -> None:
    table = "| a | b |\n|---|---|\n| c | {a.b} |\n\n"
    seen = Seen(
        compile_body(f"{table}## Fees **and** `dates`\n\n{table}{table}## Fees **and** `dates`\n\n{table}").html
    )
    regions = seen.all("div")
    assert [region["aria-label"] for region in regions] == [
        "Table", "Table: Fees and dates", "Table: Fees and dates, part 2", "Table: Fees and dates, part 3",
    ]  # fmt: skip
    assert all((region["role"], region["tabindex"]) == ("region", "0") for region in regions)
    assert [cell["scope"] for cell in seen.all("th")] == ["col"] * 8


def test_a_term_is_linked_at_its_first_use_and_not_in_headings_or_links() -> None:
    terms = {"FCVS": "fcvs", "NY": "ny", "NYSED": "nysed"}
    body = "## FCVS\n\n[FCVS](/x/), **FCVS**, FCVS. NYSED, NY-wide, `NY`, xNY.\n\n| NY |\n|---|\n| FCVS |\n"
    html = compile_body(body, terms=terms).html
    links = re.findall(r'<a class="term" href="/glossary/#([a-z]+)">([A-Z]+)</a>', html)
    assert links == [("fcvs", "FCVS"), ("nysed", "NYSED"), ("ny", "NY")]
    assert '<strong><a class="term"' in html
    assert '<h2 id="fcvs">FCVS</h2>' in html


# ------------------------------------------------------------ links and facts
def test_every_outside_address_is_collected_also_those_of_blocks() -> None:
    body = (
        "[a](https://a.example/x?y=1#z) <http://b.example> [in](/x/) [c][1] [m](mailto:m@x.example)\n\n[1]: https://c.example\n\n"
        "::: preference Programs | https://d.example\n[e](https://e.example)\n:::\n\n::: rule R | /state-30/\nx\n:::\n"
    )
    assert compile_body(body).urls == {
        "https://a.example/x?y=1#z", "http://b.example", "https://c.example", "https://d.example", "https://e.example",
    }  # fmt: skip


def test_the_sources_follow_the_section_that_names_the_figures() -> None:
    compiled = compile_body("{a.a} {a.b} {a.a}\n\n## One\n\nNo figure.\n\n## Two {a.c}\n\n### Under\n\n{a.b}\n")
    before, one, two = compiled.html.split("<h2")
    assert before.endswith('<data class="sources" value="a.a a.b"></data>\n')
    assert "sources" not in one
    assert two.endswith('<data class="sources" value="a.c a.b"></data>\n')
    assert compiled.facts == {"a.a", "a.b", "a.c"}


def test_a_short_field_is_words_and_figures_only() -> None:
    assert compile_line("**By** <b>{a.b}</b>") == '**By** &lt;b&gt;<data class="fact" value="a.b"></data>&lt;/b&gt;'


@pytest.mark.parametrize(
    "unit",
    [
        "::: rule NYSED | https://a.example\n{a.b} FCVS *x* [y](/z/)\n:::\n\n",
        "[",
        "`",
        "*",
        "_a",
        "> ",
        "- a\n",
        "{a.b}",
        "::: note\n",
        "|a|b|\n|-|-|\n|c|d|\n\n",
        "## FCVS\n\n",
        "<",
        "![",
        "\\",
        "&#9;",
        "FCVS ",
    ],
)
def test_sixty_thousand_characters_of_anything_are_rendered_soon(unit: str) -> None:
    body = (unit * (60_000 // len(unit) + 1))[:60_000]
    started = process_time()
    assert_harmless(compile_body(body, terms={f"FCVS{n}": str(n) for n in range(200)} | {"FCVS": "fcvs"}).html)
    assert process_time() - started < 8
