from pathlib import Path

import pytest

from accounts.models import User
from audit.models import Entry
from facts.actions import add_fact, change_fact
from facts.loading import JOB, BrokenFile, load_facts, read_file
from facts.models import Fact

FACT = """
[[fact]]
key = "{key}"
label = "A fee for the test"
kind = "money"
value = "{value}"
source = "FSMB"
confidence = "official"
confirm_with = "FSMB"
checked_on = 2026-11-23
recheck_after_days = 90
"""

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path)
    load_facts(tmp_path)
    return tmp_path


def write(folder: Path, value: str = "395", key: str = "test.fee", more: str = "") -> None:
    (folder / "test.toml").write_text(FACT.format(key=key, value=value) + more, encoding="utf-8")


def fee() -> Fact:
    return Fact.objects.get(key="test.fee")


def test_the_shipped_facts_are_there_and_loading_them_again_changes_nothing() -> None:
    before = list(Fact.objects.order_by("pk").values()), Fact.history.count(), Entry.objects.count()
    assert load_facts() == (0, 0)
    assert (list(Fact.objects.order_by("pk").values()), Fact.history.count(), Entry.objects.count()) == before


def test_a_missing_fact_is_added_in_the_name_of_the_job(folder: Path) -> None:
    assert (fee().text, fee().recheck_on.isoformat(), fee().source_url) == ("$395", "2027-02-21", "")
    assert (fee().history.get().history_user, Entry.objects.about(fee()).get().job) == (None, JOB)


def test_a_changed_file_changes_a_fact_that_nobody_touched(folder: Path) -> None:
    write(folder, "400")
    assert [load_facts(folder), load_facts(folder)] == [(0, 1), (0, 0)]
    assert (fee().value, fee().history.count()) == ("400", 2)


def test_what_staff_changed_stays_however_often_the_file_changes(folder: Path, amina: User) -> None:
    change_fact(fact=fee(), by=amina, label="The fee, as the society calls it")
    for value in ("400", "405"):
        write(folder, value)
        assert load_facts(folder) == (0, 0)
    assert (fee().value, fee().label) == ("395", "The fee, as the society calls it")


def test_a_fact_that_staff_added_under_the_same_key_stays(tmp_path: Path, amina: User) -> None:
    write(tmp_path)
    (_, fields), *_ = read_file(tmp_path / "test.toml")
    add_fact(by=amina, key="test.fee", **fields | {"label": "Ours"})
    assert load_facts(tmp_path) == (0, 0)
    assert fee().label == "Ours"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("[[fact]\n", "line 1"),
        ("title = 1\n", "'fact' is missing"),
        ("[[fact]]\nlabel = 'x'\n", "'key' is missing"),
        (FACT.format(key="test.other", value="many"), "test.other: value: “many” is not a money value"),
        (FACT.format(key="test.other", value="1") + "surce = 'x'\n", "test.other: .*surce"),
        (
            FACT.format(key="test.other", value="1").replace("FSMB", ""),
            "test.other: source: This field cannot be blank",
        ),
        (FACT.format(key="Test", value="1"), "Test: key: Write the key as area.name"),
        (FACT.format(key="test.other", value="1") * 2, "test.other: this key stands twice"),
        (FACT.format(key="test.fee", value="1"), "test.fee: this key stands twice"),
    ],
)
def test_a_broken_file_is_named_and_nothing_of_any_file_is_kept(folder: Path, content: str, told: str) -> None:
    write(folder, "400")
    (folder / "u.toml").write_text(content, encoding="utf-8")
    with pytest.raises(BrokenFile, match=rf"u\.toml: .*{told}"):
        load_facts(folder)
    assert fee().value == "395"
    assert not Fact.objects.filter(key="test.other").exists()
