"""The catalogue that ships with the portal: complete, in order, and true to the facts."""

import re
import shutil
from pathlib import Path

import pytest
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from content.models import Page
from content.writing import bare_figures
from credentialing import catalogue_actions as actions
from credentialing.catalogue_checks import FACT_NAMED, problems_of
from credentialing.graph import in_order, loop_in
from credentialing.letters import mailto
from credentialing.loading import FILES, load_catalogue
from credentialing.models import Catalogue, CatalogueStatus, Letter, Party, Spec
from facts.loading import BrokenFile
from facts.models import Fact

pytestmark = pytest.mark.django_db
# As the guidance page “Every item in order” has them.
ORDER = [
    "names_check",
    "ecfmg_cert",
    "usmle_all",
    "clerkship_screen",
    "fcvs_account",
    "fcvs_cid",
    "fcvs_affidavit",
    "fcvs_uploads",
    "fcvs_translations",
    "fcvs_complete_check",
    "fcvs_meded",
    "fcvs_ecfmg_report",
    "fcvs_pgt_past",
    "fcvs_exams",
    "infection_control",
    "child_abuse",
    "ny_form1",
    "ny_2cc",
    "ny_license_elsewhere",
    "pgt_final",
    "fcvs_profile_sent",
    "ny_all_in",
    "ny_status",
    "ny_licence",
    "after",
]


@pytest.fixture
def catalogue(db: None) -> Catalogue:
    return load_catalogue()


def specs(catalogue: Catalogue) -> dict[str, Spec]:
    return {spec.key: spec for spec in catalogue.specs.all()}


# ------------------------------------------------------------------------------------------------ what is in it
def test_every_item_is_there_in_the_order_of_the_guidance(catalogue: Catalogue) -> None:
    assert list(specs(catalogue)) == ORDER
    assert list(problems_of(catalogue)) == []
    page = Page.objects.published().get(address="/credentialing/the-25-items/")
    assert len(re.findall(r"^\d+\. \*\*", page.live.body, re.MULTILINE)) == len(ORDER)


def test_the_items_stand_in_an_order_in_which_they_can_be_done(catalogue: Catalogue) -> None:
    depends = {key: spec.depends_on for key, spec in specs(catalogue).items()}
    assert loop_in(depends) == []
    assert in_order(depends) == ORDER


@given(needless=st.sets(st.sampled_from(ORDER)))
def test_items_that_are_not_needed_leave_the_others_an_order(needless: set[str]) -> None:
    depends = {spec.key: spec.depends_on for spec in Spec.objects.filter(catalogue__status="published")}
    left = {key: needs for key, needs in depends.items() if key not in needless}
    assert in_order(left) == [key for key in ORDER if key not in needless]


def test_the_license_waits_for_everything_that_new_york_asks_for(catalogue: Catalogue) -> None:
    found, waiting = set(), ["ny_licence"]
    while waiting:
        found.add(here := waiting.pop())
        waiting += specs(catalogue)[here].depends_on
    assert found == set(ORDER) - {"after"}


@pytest.mark.parametrize(
    ("key", "rule", "days", "warned"),
    [
        ("ny_form1", "draft_lost", "30", "20"),
        ("fcvs_ecfmg_report", "valid_for", "365", "300"),
        ("ny_status", "not_before", "42", None),
        ("pgt_final", "opens_before_end", "30", None),
        ("infection_control", "renewed_every", "4", None),
    ],
)
def test_where_thirty_days_would_be_wrong(
    catalogue: Catalogue, key: str, rule: str, days: str, warned: str | None
) -> None:
    spec = specs(catalogue)[key]
    facts = Fact.objects.mapped({spec.rule_fact, spec.rule_warn_fact})
    assert (spec.rule, facts[spec.rule_fact].value) == (rule, days)
    assert (facts[spec.rule_warn_fact].value if spec.rule_warn_fact else None) == warned
    assert {one.key for one in specs(catalogue).values() if one.rule != "none"} == {
        "ny_form1", "fcvs_ecfmg_report", "ny_status", "pgt_final", "infection_control"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("key", "first", "again"),
    [
        *(("names_check", 7, None), ("clerkship_screen", 14, None), ("fcvs_cid", 7, 7), ("fcvs_complete_check", 14, 7)),
        *(("fcvs_meded", 30, 30), ("fcvs_pgt_past", 30, 14), ("ny_2cc", 30, 30), ("pgt_final", 14, 7)),
        *(("fcvs_profile_sent", 35, 14), ("ny_status", 42, 30), ("ny_licence", 14, None), ("after", 30, None)),
    ],
)
def test_each_item_is_followed_up_on_the_days_of_its_facts(
    catalogue: Catalogue, key: str, first: int, again: int | None
) -> None:
    spec = specs(catalogue)[key]
    facts = Fact.objects.mapped(spec.fact_keys())
    assert facts[spec.first_fact].parsed == first
    assert (facts[spec.again_fact].parsed if spec.again_fact else None) == again


def test_each_item_keeps_every_fact_that_it_names(catalogue: Catalogue) -> None:
    for spec in catalogue.specs.all():
        words = set(FACT_NAMED.findall(f"{spec.what_to_do} {spec.evidence} {spec.traps}"))
        assert set(spec.facts.values_list("key", flat=True)) == spec.fact_keys() | words, spec.key


def test_a_planned_time_is_marked_as_a_proposal_and_a_published_one_is_not_repeated(catalogue: Catalogue) -> None:
    used = {spec.key: spec.usual_fact for spec in catalogue.specs.all()}
    assert all(used.values())
    assert used["fcvs_profile_sent"] == "fcvs.initial_target"
    planned = Fact.objects.filter(key__startswith="credentialing.usual.")
    assert set(planned.values_list("key", flat=True)) == {key for key in used.values() if key.startswith("cred")}
    assert all((fact.confidence, fact.to_confirm, fact.kind) == ("expected", True, "days") for fact in planned)


# ------------------------------------------------------------------------------------------------ its words
def test_no_figure_is_typed(catalogue: Catalogue) -> None:
    words = [f"{spec.title}\n{spec.what_to_do}\n{spec.evidence}\n{spec.traps}" for spec in catalogue.specs.all()]
    words += [f"{letter.subject}\n{letter.body}" for letter in catalogue.letters.all()]
    assert bare_figures("\n".join(words).replace("Form 2CC", "").replace("Form 2PGT", "")) == []


def test_every_page_to_read_more_is_there(catalogue: Catalogue) -> None:
    pages = set(Page.objects.published().values_list("address", flat=True))
    assert {spec.read_more for spec in catalogue.specs.all()} <= pages


def test_everything_to_do_comes_in_steps_of_which_none_is_empty(catalogue: Catalogue) -> None:
    for spec in catalogue.specs.all():
        assert len(spec.what_to_do.splitlines()) >= 2, spec.key
        assert all(line.strip() == line != "" for line in [*spec.what_to_do.splitlines(), *spec.traps.splitlines()])
        assert spec.traps, spec.key


# ------------------------------------------------------------------------------------------------ its letters
def test_whoever_can_be_waited_for_has_three_letters(catalogue: Catalogue) -> None:
    written = {(letter.recipient, letter.tone) for letter in catalogue.letters.all()}
    assert written == {(party, tone) for party in set(Party.values) - {Party.YOU} for tone in (1, 2, 3)}


def test_a_letter_is_short_finished_and_signed(catalogue: Catalogue) -> None:
    for letter in catalogue.letters.all():
        assert letter.body.endswith("{name}"), letter
        assert {"asks_for", "sent_on", "name"} <= set(re.findall(r"\{(\w+)\}", letter.body)), letter
        assert len(letter.body.split()) < 130, letter
        assert re.search("please|thank|may I", letter.body, re.IGNORECASE), letter
        assert not re.search(r"_|\[|\.\.\.|…|XX", re.sub(r"\{\w+\}", "", letter.body)), letter


def test_the_third_letter_asks_for_a_named_person_and_a_date(catalogue: Catalogue) -> None:
    thirds = list(catalogue.letters.filter(tone=3))
    assert len(thirds) == 9
    for letter in thirds:
        assert "the name of the person" in letter.body, letter
        assert "date by which" in letter.body, letter
        assert "society" not in letter.body, letter


def test_the_longest_letter_still_fits_into_a_mail_link(catalogue: Catalogue) -> None:
    asked = max((spec.asks_for for spec in catalogue.specs.all()), key=len)
    for letter in catalogue.letters.all():
        body = letter.body.replace("{asks_for}", asked).replace("{chases}", "x" * 150).replace("{name}", "n" * 40)
        assert mailto(letter.subject.replace("{asks_for}", asked), body), letter


# ------------------------------------------------------------------------------------------------ loading
@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FILES, tmp_path / "catalogue"))


def rewrite(folder: Path, old: str, new: str, file: str = "items.toml") -> Path:
    text = (folder / file).read_text()
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1))
    return folder


def test_loading_twice_is_loading_once(catalogue: Catalogue) -> None:
    call_command("load_catalogue", verbosity=0)
    assert Catalogue.objects.get() == catalogue
    assert (catalogue.number, catalogue.status, Letter.objects.count()) == (1, CatalogueStatus.PUBLISHED, 27)


def test_a_changed_file_becomes_a_new_version_and_leaves_the_old_one_as_it_was(
    catalogue: Catalogue, folder: Path
) -> None:
    newer = load_catalogue(rewrite(folder, "One name on every document", "The same name everywhere"))
    assert (newer.number, newer.specs.get(key="names_check").title) == (2, "The same name everywhere")
    catalogue.refresh_from_db()
    assert (catalogue.status, catalogue.specs.get(key="names_check").title) == (
        CatalogueStatus.REPLACED,
        "One name on every document",
    )


def test_what_staff_published_or_are_writing_is_left_alone(catalogue: Catalogue, folder: Path, amina: User) -> None:
    rewrite(folder, "One name on every document", "The same name everywhere")
    draft = actions.start_draft(amina)
    assert load_catalogue(folder) == catalogue
    actions.change_note(draft, amina, "Ours from now on.")
    ours = actions.publish(draft, amina)
    amina.delete()
    assert load_catalogue(folder) == ours


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"fcvs.followup.names_check"', '"fcvs.no_such_fact"', "names_check: There is no fact named fcvs.no_such_fact"),
        ('depends_on = ["ny_status"]', 'depends_on = ["no_such"]', "waits for no_such, which is not in the list"),
        ('depends_on = ["names_check"]', 'depends_on = ["usmle_all"]', "wait for each other"),
        ('section = "before"\n', "", "names_check: Section: This field cannot be blank"),
    ],
)
def test_a_broken_file_is_refused_with_its_place(
    catalogue: Catalogue, folder: Path, old: str, new: str, says: str
) -> None:
    with pytest.raises(BrokenFile, match=re.escape(says)):
        load_catalogue(rewrite(folder, old, new))
    assert Catalogue.objects.get() == catalogue
