from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.models import User
from audit.models import Entry
from facts import actions
from facts.models import Fact
from pagecache.models import Generation

FIELDS = {
    "label": "A fee for the test", "kind": "money", "value": "395", "source": "FSMB", "confidence": "official",
    "confirm_with": "FSMB", "checked_on": date(2026, 11, 23), "recheck_after_days": 90,
}  # fmt: skip


@pytest.fixture
def fact(amina: User) -> Fact:
    return actions.add_fact(by=amina, key="test.fee", **FIELDS)


def written(fact: Fact) -> tuple[int, int, int]:
    """How much a verb leaves behind: versions, audit entries, a fresh page cache."""
    return fact.history.count(), Entry.objects.about(fact).count(), Generation.objects.get().number


def test_an_added_fact_has_its_history_its_entry_and_its_day(fact: Fact, amina: User) -> None:
    assert fact.recheck_on == date(2027, 2, 21)
    version = fact.history.get()
    assert (version.history_user, version.value) == (amina, "395")
    entry = Entry.objects.about(fact).get()
    assert (entry.actor, entry.verb, entry.data) == (amina, "fact added", {"value": "395"})


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"value": "many"}, "“many” is not a money value. Write it like 395"),
        ({"value": ""}, "value: This field cannot be blank"),
        ({"source": ""}, "source: This field cannot be blank"),
        ({"confirm_with": ""}, "confirm_with: This field cannot be blank"),
        ({"source_url": "javascript:alert(1)"}, "source_url: Enter a valid URL"),
        ({"kind": "weight"}, "kind: Value 'weight' is not a valid choice"),
        ({"confidence": "sure"}, "confidence: "),
        ({"checked_on": None}, "checked_on: This field cannot be null"),
        ({"checked_on": "2026-02-30"}, "checked_on: "),
        ({"recheck_after_days": 0}, "recheck_after_days: "),
        ({"recheck_after_days": 2_000_000_000}, "recheck_after_days: That is too many days"),
    ],
)
def test_a_wrong_field_is_refused_with_its_name_and_nothing_is_written(
    fact: Fact, boris: User, wrong: dict[str, object], told: str
) -> None:
    before = written(fact)
    with pytest.raises(actions.FactRefused) as on_change:
        actions.change_fact(fact=fact, by=boris, **wrong)
    with pytest.raises(actions.FactRefused) as on_add:
        actions.add_fact(by=boris, key="test.other", **FIELDS | wrong)
    assert told in str(on_change.value)
    assert told in str(on_add.value)
    assert written(fact) == before
    assert not Fact.objects.filter(key="test.other").exists()


@pytest.mark.parametrize("key", ["test.fee", "Test.Fee", "fee"])
def test_a_key_that_is_taken_or_malformed_is_refused(fact: Fact, amina: User, key: str) -> None:
    with pytest.raises(actions.FactRefused, match="key: "):
        actions.add_fact(by=amina, key=key, **FIELDS)


def test_a_change_keeps_both_versions_who_and_why(fact: Fact, boris: User) -> None:
    before = written(fact)
    changed = actions.change_fact(
        fact=fact, by=boris, reason="new price list", value="400", checked_on=date(2027, 1, 1)
    )
    assert (changed.value, changed.recheck_on) == ("400", date(2027, 4, 1))
    latest, first = fact.history.all()
    assert (latest.value, latest.history_user, latest.history_change_reason) == ("400", boris, "new price list")
    assert first.value == "395"
    entry = Entry.objects.about(fact).first()
    assert (entry.actor, entry.verb) == (boris, "fact changed")
    assert entry.data == {"fields": ["checked_on", "value"], "before": "395", "after": "400"}
    assert written(fact) == tuple(number + 1 for number in before)


def test_a_job_is_named_as_the_one_who_changed_it(fact: Fact) -> None:
    actions.change_fact(fact=fact, by="load guidance", value="400")
    version = fact.history.first()
    assert (version.history_user, version.history_change_reason) == (None, "load guidance")
    assert Entry.objects.about(fact).first().job == "load guidance"


def test_what_already_reads_so_is_not_written_again(fact: Fact, boris: User) -> None:
    before = written(fact)
    actions.change_fact(fact=fact, by=boris, reason="nothing", key="test.fee", **FIELDS)
    assert written(fact) == before


@pytest.mark.parametrize("field", ["key", "recheck_on", "nonsense", "pk"])
def test_what_is_not_the_editors_cannot_be_changed(fact: Fact, boris: User, field: str) -> None:
    before = written(fact)
    with pytest.raises(actions.FactRefused, match=f"cannot be changed: {field}"):
        actions.change_fact(fact=fact, by=boris, **{field: "x.y"})
    assert written(fact) == before


def test_a_change_builds_on_what_is_stored_and_not_on_an_old_copy(fact: Fact, amina: User, boris: User) -> None:
    old_copy = Fact.objects.get(pk=fact.pk)
    actions.change_fact(fact=fact, by=amina, label="Another label")
    assert actions.change_fact(fact=old_copy, by=boris, value="400").label == "Another label"


def test_confirming_sets_who_looked_and_when_once_a_day(fact: Fact, amina: User, boris: User) -> None:
    with time_machine.travel("2027-02-23T03:00:00+00:00", tick=False):  # still the 22nd in New York
        confirmed = actions.confirm_fact(fact=fact, by=boris)
        assert (confirmed.checked_on, confirmed.checked_by) == (date(2027, 2, 22), boris)
        assert confirmed.recheck_on == date(2027, 2, 22) + timedelta(days=90)
        assert not confirmed.is_stale()
        before = written(fact)
        actions.confirm_fact(fact=fact, by=boris)
        assert written(fact) == before
        assert actions.confirm_fact(fact=fact, by=amina).checked_by == amina
    assert fact.history.filter(history_change_reason="checked, unchanged").count() == 2


def test_restoring_gives_back_the_words_and_keeps_the_later_version(fact: Fact, boris: User) -> None:
    first = fact.history.get()
    actions.change_fact(fact=fact, by=boris, value="400", checked_on=timezone.localdate())
    restored = actions.restore_fact(fact=fact, history_id=first.history_id, by=boris)
    assert (restored.value, restored.checked_on, restored.recheck_on) == ("395", date(2026, 11, 23), date(2027, 2, 21))
    assert [version.value for version in fact.history.all()] == ["395", "400", "395"]
    assert fact.history.first().history_change_reason == f"restored version {first.history_id}"
    before = written(fact)
    actions.restore_fact(fact=fact, history_id=first.history_id, by=boris)
    assert written(fact) == before


def test_a_version_of_another_fact_is_refused(fact: Fact, boris: User) -> None:
    other = Fact.objects.exclude(pk=fact.pk).first()
    with pytest.raises(actions.FactRefused, match="does not belong"):
        actions.restore_fact(fact=fact, history_id=other.history.first().history_id, by=boris)


def test_a_fact_that_nothing_names_can_be_taken_away_and_leaves_its_traces(fact: Fact, boris: User) -> None:
    generation, pk = Generation.objects.get().number, fact.pk
    actions.remove_fact(fact=fact, by=boris)
    assert not Fact.objects.filter(pk=pk).exists()
    assert Fact.history.filter(id=pk).first().history_user == boris
    entry = Entry.objects.filter(verb="fact removed").get()
    assert (entry.actor, entry.subject_id, entry.data) == (boris, str(pk), {"value": "395"})
    assert Generation.objects.get().number == generation + 1


def test_a_fact_that_shipped_or_that_a_page_names_stays(fact: Fact, boris: User) -> None:
    shipped = Fact.objects.filter(editions__isnull=False).first()
    with pytest.raises(actions.FactRefused, match="came with the portal"):
        actions.remove_fact(fact=shipped, by=boris)
    naming = shipped.editions.first()
    Fact.objects.filter(pk=shipped.pk).update(loaded_digest="")
    with pytest.raises(actions.FactRefused, match="still named by") as refused:
        actions.remove_fact(fact=shipped, by=boris)
    assert str(naming) in str(refused.value)
    assert Fact.objects.filter(pk=shipped.pk).exists()
