import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.writing import bare_figures, facts_named

NAMES = (
    "J-1", "J-2", "H-1B", "H-4", "O-1", "State 30", "Conrad 30", "Conrad State 30", "DS-2019", "DS-3035", "IAP-66",
    "I-612", "I-797", "I-797A", "I-129", "I-140", "G-28", "R3", "3RNET", "214(l)", "Step 1", "Step 2 CK", "Step 2 CS",
    "Step 3", "PGY-1", "PGY1", "Form 1", "Form 2CC", "Form 2PGT", "Forms 1", "2CC", "Pathway 6", "Pathways 1 to 6",
    "8 NYCRR 60.2", "22 CFR 41.63", "22 CFR 41.63(c)", "8 USC 1184", "Education Law 6524", "section 6524(3)",
    "Proclamation 10973", "S. 709", "A7319-A", "S4321", "H.R. 1585", "P.L. 103-416", "Public Law 103-416",
)  # fmt: skip
ALLOWED = (
    "First comes the school, then the exam.",
    "It costs {fcvs.initial_fee} and takes {fcvs.weeks_2027}.",
    "See [the site](https://example.org/2027/fees-395).",
    "See [the site](/state-30/#stage-2).",
    "See <https://example.org/2027>.",
    "Write to <mailto:img30@example.org>.",
    "::: rule NYSED, rules of 2024 | https://example.org/2024",
    "1. Look up the school.\n2. Write to it.\n3. Wait.",
    "1) Look up the school.\n2) Write to it.",
    "1. Once.\n1. Twice.",
    "> 1. A list in a quotation.",
)
FIGURES = (
    "$395", "30 days", "2027", "1,000", "12-week", "67.8%", "½ year", "a 2nd time", "٣ days", "area in m²",
    "J-15", "J-1s5", "H-1C", "State 300", "Conrad 31", "Step 4", "Step 10", "DS-20199", "I-61", "PGY-10", "Form 30",
    "Pathway 66", "A 395 dollar fee", "S 500", "Public Law 103",
    "The fee is\n395. Pay it.", "The fee is\n95. Pay it.", "1. One.\n\nThe fee is\n30. Pay it.",
    "[fee](395 dollars)", "<https://example.org/ 395 dollars>", "[395 dollars](https://example.org/)", "{fcvs.Fee2}",
    "{2027}",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_holds_digits_is_not_a_figure(name: str) -> None:
    assert bare_figures(f"Ask about {name}, then go on. {name}") == []


@pytest.mark.parametrize("text", ALLOWED)
def test_what_is_no_figure_is_allowed(text: str) -> None:
    assert bare_figures(text) == []


@pytest.mark.parametrize("text", FIGURES)
def test_a_figure_is_found(text: str) -> None:
    assert bare_figures(f"Words before.\n{text}\nWords after.") != []


def test_the_writer_is_told_each_line_and_only_those() -> None:
    assert bare_figures("Fine.\n  It costs $395.  \nFine.\nWait 30 days.") == ["It costs $395.", "Wait 30 days."]


@settings(deadline=None)
@given(st.integers(min_value=0), st.sampled_from(["", "$"]), st.sampled_from([" days", "%", " of them", ".5", "-week"]))
def test_no_number_in_a_sentence_escapes(number: int, before: str, after: str) -> None:
    assert bare_figures(f"It takes {before}{number}{after} in all.")


@settings(deadline=None)
@given(st.text())
def test_whatever_is_written_the_check_answers_and_nothing_hides_a_figure_after_it(text: str) -> None:
    assert "It takes 30 days." in bare_figures(f"{text}\n\nIt takes 30 days.")


@settings(deadline=None)
@given(st.text(alphabet="abc xyz,.-()[]{}:|#*_>\n"))
def test_words_without_digits_are_never_refused(text: str) -> None:
    assert bare_figures(text) == []


def test_facts_are_named_in_braces() -> None:
    assert facts_named("{fcvs.initial_fee} and {match.2027.day}", "{a.b}", "{x} {A.b} {a.} { a.b }") == {
        "fcvs.initial_fee", "match.2027.day", "a.b",
    }  # fmt: skip
