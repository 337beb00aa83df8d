"""A finished letter, in three tones, to whoever is waited for: nothing left to fill in, nothing that is not so."""

import re
from datetime import date, timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credentialing.days import Days
from credentialing.letters import LONGEST_MAILTO, letter_for, mailto, recipient_of, tone_for
from credentialing.loading import load_catalogue
from credentialing.models import Catalogue, Chase, Item, Letter, Party, Source, Spec, Status, Tone
from credentialing.refusals import ChecklistRefused

TODAY = date(2026, 11, 23)
NAME = "Dolores Cruz"


def spec(passes_to: str = Party.SCHOOL, **words: str) -> Spec:
    return Spec(key="x", title="Education", passes_to=passes_to, asks_for="the verification of my education", **words)


def sent(**changed: object) -> Item:
    fields = {"status": Status.SENT, "waiting_on": "school", "waiting_since": date(2026, 9, 1), **changed}
    return Item(**{"sent_on": fields["waiting_since"], **fields})


def letter(body: str, tone: int = 1, recipient: str = Party.SCHOOL, subject: str = "About {asks_for}") -> Letter:
    return Letter(recipient=recipient, tone=tone, subject=subject, body=body)


def written(body: str, item: Item | None = None, chases: tuple[Chase, ...] = (), name: str = NAME) -> str:
    return letter_for(item or sent(), spec(), [letter(body)], name, chases, TODAY, 1).body


@pytest.fixture
def catalogue(db: None) -> Catalogue:
    return load_catalogue()


# ------------------------------------------------------------------------------------------------ the portal's letters
def test_every_party_that_can_be_waited_for_has_three_letters_without_a_hole(catalogue: Catalogue) -> None:
    letters = list(catalogue.letters.all())
    waited_for = [one for one in catalogue.specs.all() if not one.is_own_task]
    assert len(waited_for) > 10
    for one in waited_for:
        for tone in Tone:
            found = letter_for(sent(waiting_on=one.passes_to), one, letters, NAME, [], TODAY, tone)
            text = f"{found.subject}\n{found.body}"
            assert not re.search(r"[{}]|\n{3}| \n|None", text), text
            assert NAME in text
            assert "\n" not in found.subject
            assert found.mailto, f"{one.key}: too long for a link"


def test_the_three_tones_are_three_letters(catalogue: Catalogue) -> None:
    letters = list(catalogue.letters.all())
    one = catalogue.specs.get(key="fcvs_meded")
    bodies = {letter_for(sent(), one, letters, NAME, [], TODAY, tone).body for tone in Tone}
    assert len(bodies) == 3


# ------------------------------------------------------------------------------------------------ what is filled in
def test_the_words_of_the_portal_stand_where_the_letter_names_them() -> None:
    text = written("{name}, {asks_for}, {to}, {sent_on}, {days}, {today}")
    assert text == (
        "Dolores Cruz, the verification of my education, the medical school, 1 September 2026, 83 days, "
        "23 November 2026"
    )


def test_the_first_day_counts_not_the_day_of_the_last_hand_over() -> None:
    item = sent(sent_on=date(2026, 8, 1))
    assert written("{sent_on}", item) == "1 August 2026"
    assert written("{sent_on}", sent(sent_on=None)) == "1 September 2026"
    assert written("{days}", sent(waiting_since=TODAY - timedelta(days=1))) == "1 day"


def test_earlier_chases_are_told_in_order_and_without_any_there_is_no_hole() -> None:
    chases = (
        Chase(on=date(2026, 10, 20), channel="phone", whom="Ms Ito"),
        Chase(on=date(2026, 10, 1), channel="email"),
        Chase(on=date(2026, 8, 1), channel="post"),
    )
    assert written("{chases}", chases=chases) == (
        "I have asked on 1 October 2026 by e-mail and on 20 October 2026 by telephone (Ms Ito)."
    )
    assert written("One.\n\n{chases}\n\nTwo.") == "One.\n\nTwo."


def test_braces_in_what_somebody_typed_stay_what_they_are() -> None:
    assert written("{name}", name="{today} {0} {unknown}") == "{today} {0} {unknown}"


def test_a_program_is_named_and_the_file_at_fcvs_is_not_called_a_program() -> None:
    item = sent(source=Source(pk=7, kind="program", name="St. Luke"))
    assert recipient_of(item, spec(Party.PROGRAM)) == "St. Luke"
    assert recipient_of(item, spec(Party.FCVS)) == "FCVS"


@pytest.mark.parametrize(
    "item",
    [
        Item(status=Status.TO_DO, waiting_on=Party.YOU),
        sent(status=Status.VERIFIED, closed_on=TODAY),
        sent(status=Status.QUERY, waiting_on=Party.YOU),
    ],
    ids=["to do", "closed", "they asked"],
)
def test_while_nobody_else_is_waited_for_there_is_no_letter(item: Item) -> None:
    with pytest.raises(ChecklistRefused, match="record first"):
        written("Dear all", item)


# ------------------------------------------------------------------------------------------------ the tone
@pytest.mark.parametrize(("waited", "tone"), [(0, 1), (59, 1), (60, 2), (89, 2), (90, 3), (400, 3)])
def test_the_letters_rise_with_the_reminders(waited: int, tone: int) -> None:
    item = sent(waiting_since=TODAY - timedelta(days=waited))
    assert tone_for(item, spec(), Days({}), TODAY) == tone


def test_a_receipt_is_a_sign_of_life_and_the_tone_falls_back() -> None:
    item = sent(waiting_since=TODAY - timedelta(days=200), status_on=TODAY - timedelta(days=5))
    assert tone_for(item, spec(), Days({}), TODAY) == 1
    assert tone_for(Item(), spec(), Days({}), TODAY) == 1


# ------------------------------------------------------------------------------------------------ the link
@given(st.text(min_size=1, max_size=60), st.text(max_size=200))
def test_a_mail_program_reads_back_exactly_what_was_written(subject: str, body: str) -> None:
    link = mailto(subject, body)
    if not link:
        return
    assert link.isascii()
    assert not re.search(r"[\s\"'<>]", link)
    asked = parse_qs(urlsplit(link).query, keep_blank_values=True, strict_parsing=True)
    assert asked["subject"] == [" ".join(subject.split())]
    assert asked["body"][0].replace("\r\n", "\n") == body.replace("\r\n", "\n")


def test_line_breaks_are_those_of_mail_and_an_ampersand_ends_nothing() -> None:
    link = mailto("A & B?", "One & two\nThree=4 #5")
    assert "%0D%0A" in link
    assert "&body=" in link
    assert unquote(link.partition("&body=")[2]) == "One & two\r\nThree=4 #5"


def test_a_letter_that_a_mail_program_would_cut_off_gets_no_link() -> None:
    room = LONGEST_MAILTO - len(mailto("a", ""))
    assert len(mailto("a", "b" * room)) == LONGEST_MAILTO
    assert mailto("a", "b" * (room + 1)) == ""
    assert mailto("a", "é" * (room // 6 + 1)) == ""
