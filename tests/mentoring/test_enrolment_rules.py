"""What ships with the portal, and the hours of a week."""

from datetime import date
from pathlib import Path

import pytest
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from facts.loading import BrokenFile
from mentoring.countries import countries, country_choices
from mentoring.free_hours import PARTS_OF_DAY, WEEKDAYS, chosen_on, in_words, stretches
from mentoring.loading import load_ground_rules
from mentoring.models import GroundRules
from mentoring.rules_text import lines, rules_in_force
from tests.mentoring.conftest import applied

pytestmark = pytest.mark.django_db
ONE = '[[rules]]\nnumber = {number}\nin_force_from = 2026-11-01T00:00:00-04:00\nwords = "{words}"\n'


def file(tmp_path: Path, number: int, words: str) -> Path:
    path = tmp_path / "rules.toml"
    path.write_text(ONE.format(number=number, words=words))
    return path


def test_the_rules_are_there_from_the_start_and_a_second_load_changes_nothing() -> None:
    before = list(GroundRules.objects.values())
    call_command("load_mentoring", verbosity=0)
    assert list(GroundRules.objects.values()) == before
    told = " ".join(lines(rules_in_force()))
    for promise in (
        "No money, gifts or favors",
        "No patient information",
        "Nobody asks how someone will rank",
        "adult",
    ):
        assert promise in told


def test_what_nobody_has_accepted_may_still_change(tmp_path: Path) -> None:
    assert load_ground_rules(file(tmp_path, 1, "New words.")) == 1
    assert rules_in_force().words == "New words."


def test_what_somebody_has_accepted_stays(today: date, mei: User, tmp_path: Path) -> None:
    mentee = applied(mei, "mentee")
    assert load_ground_rules(file(tmp_path, 1, "New words.")) == 0
    assert "New words." not in mentee.rules.words
    assert load_ground_rules(file(tmp_path, 2, "New words.")) == 1
    assert rules_in_force().number == 2


def test_a_broken_file_says_where(tmp_path: Path) -> None:
    path = tmp_path / "rules.toml"
    path.write_text("[[rules]]\nnumber = 7\n")
    with pytest.raises(BrokenFile, match=r"rules\.toml.*words"):
        load_ground_rules(path)


# ------------------------------------------------------------------------------------------------ hours and countries
PARTS = [start for start, _end, _label in PARTS_OF_DAY]


@given(week=st.lists(st.sets(st.sampled_from(PARTS)), min_size=7, max_size=7))
def test_what_is_ticked_comes_back_as_it_was(week: list[set[str]]) -> None:
    hours = [stretch for day, parts in enumerate(week) for stretch in stretches(day, parts)]
    assert [set(chosen_on(day, hours)) for day in range(7)] == week


def test_parts_that_follow_each_other_are_one_stretch() -> None:
    assert stretches(2, ["17:00", "20:00", "08:00"]) == [(2, "08:00", "12:00"), (2, "17:00", "23:00")]
    assert stretches(2, ["23:00", "20:00"]) == [(2, "20:00", "05:00")]
    assert stretches(2, []) == []
    assert list(in_words([[4, "17:00", "23:00"]])) == [("Friday", "17:00 to 23:00")]
    assert WEEKDAYS[4] == "Friday"


def test_every_country_is_there_once_and_so_is_what_was_chosen() -> None:
    assert {"India", "Nigeria", "Grenada", "Kosovo", "South Korea", "United Kingdom"} <= set(countries())
    assert len(countries()) == len(set(countries())) > 240
    assert ("Zembla", "Zembla") in country_choices("Zembla")
