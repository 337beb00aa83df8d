"""The shipped guidance comes in once, follows its files, and never takes away what staff wrote."""

import shutil
import tomllib
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import models
from django.test import Client

from accounts.models import User
from audit.models import Entry
from content import actions, loading
from content.loading import FILES, load_guidance, read_page
from content.models import County, Edition, ExternalLink, Goal, KeyDate, MovedPage, Page, Status, Term
from facts import loading as facts_loading
from facts.loading import BrokenFile
from facts.models import Fact

pytestmark = pytest.mark.django_db
NEW, PAGE, STEP = "pages/society/new.md", "pages/society/contact.md", "pages/residency/01-check-your-school.md"
TABLES = (Page, Edition, ExternalLink, KeyDate, Term, Goal, County, MovedPage, Fact, Entry)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(FILES, tmp_path / "guidance")
    return tmp_path / "guidance"


def state() -> list[list[dict[str, object]]]:
    return [list(table.objects.order_by("pk").values()) for table in TABLES]


def change(folder: Path, file: str, before: str, after: str, times: int = 1) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert before in text
    (folder / file).write_text(text.replace(before, after, times), encoding="utf-8")


def retitle(folder: Path, file: str = PAGE) -> None:
    change(folder, file, 'title = "', 'title = "Anew: ')


def page_of(file: str = PAGE) -> Page:
    return Page.objects.select_related("live").get(address=read_page(FILES / file)["path"])


def words_of(edition: Edition, **changed: object) -> dict[str, object]:
    return {name: getattr(edition, name) for name in Edition.WORDS} | changed


# ------------------------------------------------------------ once
def test_loading_again_changes_nothing() -> None:
    before, out = state(), StringIO()
    call_command("load_guidance", stdout=out)
    assert state() == before
    assert out.getvalue().count("0 added, 0 updated") == 7


def test_what_is_missing_is_added(folder: Path) -> None:
    County.objects.get(name="Albany").delete()
    goals, _ = Goal.objects.all().delete()
    counts = load_guidance(folder)
    assert [str(counts[name]) for name in ("counties", "goals", "pages")] == [
        "1 added, 0 updated", f"{goals} added, 0 updated", "0 added, 0 updated",
    ]  # fmt: skip
    assert County.objects.filter(name="Albany").exists()


# ------------------------------------------------------------ pages
def test_a_changed_file_is_a_new_edition_that_readers_are_told_of(folder: Path) -> None:
    before = page_of().live
    retitle(folder)
    assert load_guidance(folder)["pages"].updated == {page_of().address}
    live = page_of().live
    assert (live.number, live.status, live.title) == (2, Status.PUBLISHED, f"Anew: {before.title}")
    assert Edition.objects.announced().first() == live
    assert "Anew: " in Client().get(page_of().address).content.decode()
    before.refresh_from_db()
    assert before.status == Status.REPLACED
    assert not load_guidance(folder)["pages"].all


def test_a_page_that_staff_rewrote_stays_as_it_is(folder: Path, amina: User, boris: User) -> None:
    draft = actions.save_draft(page=page_of(), by=amina, words=words_of(page_of().live, title="Ours"))
    ExternalLink.objects.update(state="works", checked_at=draft.edited_at)
    actions.approve(edition=actions.ask_for_review(edition=draft, by=amina), by=boris)
    retitle(folder)
    assert not load_guidance(folder)["pages"].all
    assert page_of().live.title == "Ours"


def test_an_open_draft_is_left_alone(folder: Path, amina: User) -> None:
    draft = actions.save_draft(page=page_of(), by=amina, words=words_of(page_of().live, title="In work"))
    retitle(folder)
    assert not load_guidance(folder)["pages"].all
    draft.refresh_from_db()
    assert (draft.status, draft.title, page_of().editions.count()) == (Status.DRAFT, "In work", 2)


def test_a_withdrawn_page_stays_withdrawn(folder: Path, amina: User) -> None:
    actions.withdraw(edition=page_of().live, by=amina, reason="The society asked for it.")
    retitle(folder)
    assert not load_guidance(folder)["pages"].all
    assert page_of().live is None


@pytest.mark.parametrize("file", [PAGE, STEP])
def test_a_page_that_staff_moved_is_found_where_it_stands_now(folder: Path, amina: User, file: str) -> None:
    old = page_of(file).address
    moved = actions.change_page(page=page_of(file), by=amina, address="/stands-here-now/")
    before = state()
    load_guidance(folder)
    assert state() == before
    retitle(folder, file)
    load_guidance(folder)
    assert Page.objects.get(pk=moved.pk).live.title.startswith("Anew: ")
    assert not Page.objects.filter(address=old).exists()


# ------------------------------------------------------------ rows
FROM_THE_FILE = "https://file.example/"
ROWS: list[tuple[str, Callable[[], models.Model], str]] = [
    ("glossary.toml", lambda: Term.objects.get(slug="fcvs"), "name"),
    ("goals.toml", lambda: Goal.objects.first(), "title"),
    ("dates.toml", lambda: KeyDate.objects.order_by("slug").first(), "what"),
    ("links.toml", lambda: ExternalLink.objects.exclude(role="").first(), "role"),
    ("counties.toml", lambda: County.objects.exclude(website="").first(), "website"),
]


@pytest.mark.parametrize(("file", "row", "field"), ROWS)
def test_a_row_that_nobody_touched_follows_its_file(
    folder: Path, file: str, row: Callable[[], models.Model], field: str
) -> None:
    found = row()
    change(folder, file, f'{field} = "{getattr(found, field)}"', f'{field} = "{FROM_THE_FILE}"')
    assert load_guidance(folder)[file.removesuffix(".toml").replace("glossary", "terms")].updated
    found.refresh_from_db()
    assert getattr(found, field) == FROM_THE_FILE


@pytest.mark.parametrize(("file", "row", "field"), ROWS)
def test_a_row_that_staff_changed_stays(
    folder: Path, amina: User, file: str, row: Callable[[], models.Model], field: str
) -> None:
    found = row()
    change(folder, file, f'{field} = "{getattr(found, field)}"', f'{field} = "{FROM_THE_FILE}"')
    setattr(found, field, "https://staff.example/")
    actions.save_reference(instance=found, by=amina)
    before = state()
    load_guidance(folder)
    assert state() == before


def test_a_term_that_staff_added_before_it_shipped_stays(folder: Path, amina: User) -> None:
    ours = actions.save_reference(instance=Term(slug="qqq", acronym="QQQ", meaning="Ours."), by=amina)
    with (folder / "glossary.toml").open("a", encoding="utf-8") as file:
        file.write('\n[[term]]\nacronym = "QQQ"\nname = "Theirs"\nmeaning = "Theirs."\n')
    load_guidance(folder)
    ours.refresh_from_db()
    assert (ours.name, ours.meaning) == ("", "Ours.")


def test_an_address_that_a_page_named_first_gets_its_description(folder: Path) -> None:
    entry = tomllib.loads((FILES / "links.toml").read_text(encoding="utf-8"))["link"][0]
    ExternalLink.objects.filter(url=entry["url"]).update(
        organisation="", label="", role="", is_listed=False, is_legacy=False, to_confirm=False, loaded_digest=""
    )
    assert load_guidance(folder)["links"].updated == {entry["url"]}
    assert ExternalLink.objects.get(url=entry["url"]).label == entry.get("label", "")


def test_what_staff_took_apart_is_not_put_together_again(folder: Path, amina: User) -> None:
    link = ExternalLink.objects.filter(step_pages__isnull=False).first()
    term = Term.objects.filter(page__isnull=False).first()
    actions.save_reference(instance=link, by=amina, step_pages=[])
    term.page = None
    actions.save_reference(instance=term, by=amina)
    load_guidance(folder)
    term.refresh_from_db()
    assert (link.step_pages.count(), term.page) == (0, None)


# ------------------------------------------------------------ broken files
@pytest.mark.parametrize(
    ("file", "before", "after", "told"),
    [
        (NEW, "+++\n", "", "new.md: "),
        (NEW, "title = ", "title ", "new.md: .*line"),
        (NEW, "owner_role = ", "ownerrole = ", "new.md: 'owner_role' is missing"),
        (NEW, 'section = "contact"', 'section = "nowhere"', "new.md: .*nowhere"),
        (NEW, "## ", "It costs $395.\n\n## ", r"new.md: A figure is never typed.*\$395"),
        (NEW, "## ", "{no.such}\n\n## ", "new.md: There is no fact named {no.such}"),
        (STEP, "::: ", "Loose words.\n\n::: ", "01-check-your-school.md: In a step, each statement"),
        ("dates.toml", 'starts = "', 'starts = "no.such', "dates.toml: 'no.such.* is missing"),
        ("goals.toml", 'status = "', 'status = "x', "goals.toml: .*not a valid choice"),
        ("counties.toml", "district = 1", "district = 10", "counties.toml: .*content_county_district"),
        ("links.toml", 'url = "https', 'url = "nope', "links.toml: nope.*: Enter a valid URL"),
        ("glossary.toml", "[[term]]", "[term]", "glossary.toml: "),
    ],
)
def test_a_broken_file_stops_the_load_and_is_named(folder: Path, file: str, before: str, after: str, told: str) -> None:
    retitle(folder, "pages/credentialing/fcvs.md")
    shutil.copy(folder / PAGE, folder / NEW)
    change(folder, NEW, 'path = "/contact/"', 'path = "/brand-new/"')
    change(folder, file, before, after)
    kept = state()
    with pytest.raises(BrokenFile, match=told):
        load_guidance(folder)
    assert state() == kept


def test_the_command_says_it_in_one_line(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    change(folder, PAGE, "title = ", "title ")
    monkeypatch.setattr(loading.load_guidance.__wrapped__, "__defaults__", (folder,))
    with pytest.raises(CommandError, match=r"contact\.md: [^\n]*$"):
        call_command("load_guidance", verbosity=0)


def test_killed_half_way_nothing_is_half_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command is one transaction: new facts go when the guidance after them does not come."""
    shutil.copytree(facts_loading.FILES, tmp_path / "figures")
    change(tmp_path, "figures/fcvs.toml", 'label = "', 'label = "Anew: ')
    monkeypatch.setattr(facts_loading.load_facts.__wrapped__, "__defaults__", (tmp_path / "figures",))

    def power_cut(*args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(loading, "_counties", power_cut)
    before = state()
    with pytest.raises(KeyboardInterrupt):
        call_command("load_guidance", verbosity=0)
    assert state() == before
