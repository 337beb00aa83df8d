import re
import stat
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from content import actions
from content.management.commands.load_demonstration import ADMINISTRATOR, DRAFT_ADDRESS, REVIEWER
from content.models import Comment, Edition, Page, Status

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(settings: Settings, tmp_path: Path) -> Path:
    """Where the passwords are written; the folder is not there yet."""
    settings.LOCAL = True
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick; nothing to protect
    settings.VAR_DIR = tmp_path / "var"
    return settings.VAR_DIR / "admin-sign-in.txt"


def load() -> str:
    out = StringIO()
    call_command("load_demonstration", stdout=out)
    return out.getvalue()


def password_of(email: str, text: str) -> str:
    found = re.search(rf"{re.escape(email)}\s+(\S+)", text)
    assert found
    return found[1]


def counted() -> tuple[int, ...]:
    return User.objects.count(), Page.objects.count(), Edition.objects.count(), Comment.objects.count()


def test_both_accounts_can_sign_in_with_what_the_file_says(file: Path) -> None:
    said = load()
    assert said == file.read_text()
    for email in (ADMINISTRATOR, REVIEWER):
        answer = Client().post("/admin/login/", {"username": email, "password": password_of(email, said)})
        assert answer.status_code == 302, answer.context["form"].errors


def test_only_the_owner_of_the_machine_can_read_the_passwords(file: Path) -> None:
    load()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.chmod(0o644)
    load()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_two_installations_get_different_passwords(file: Path) -> None:
    said = load()
    assert password_of(ADMINISTRATOR, said) != password_of(REVIEWER, said)
    file.unlink()
    assert password_of(ADMINISTRATOR, load()) != password_of(ADMINISTRATOR, said)


def test_it_is_refused_in_production(file: Path, settings: Settings) -> None:
    settings.LOCAL = False
    with pytest.raises(CommandError, match="LOCAL=1"):
        load()
    assert not file.exists()
    assert not User.objects.filter(email=ADMINISTRATOR).exists()


def test_a_second_run_adds_nothing_and_keeps_the_passwords(file: Path) -> None:
    said, before = load(), counted()
    assert (load(), counted()) == (said, before)


def test_a_lost_file_gives_new_passwords_that_work(file: Path) -> None:
    load()
    file.unlink()
    password = password_of(ADMINISTRATOR, load())
    assert User.objects.get(email=ADMINISTRATOR).check_password(password)


def test_a_new_database_beside_an_old_file_gets_new_passwords(file: Path) -> None:
    file.parent.mkdir()
    file.write_text(f"  {ADMINISTRATOR}  of-the-old-database\n")
    load()
    assert not User.objects.get(email=ADMINISTRATOR).check_password("of-the-old-database")
    assert User.objects.get(email=ADMINISTRATOR).check_password(password_of(ADMINISTRATOR, file.read_text()))


def test_what_staff_changed_afterwards_stays(file: Path, amina: User) -> None:
    load()
    page = Page.objects.get(address="/residency/eras/")
    actions.change_page(page=page, by=amina, owner=None, deputy=None)
    Comment.objects.all().delete()
    draft = Edition.objects.get(page__address=DRAFT_ADDRESS)
    actions.send_back(edition=draft, by=amina, reason="Only looked at it.")
    User.objects.get(email=ADMINISTRATOR).delete()
    load()
    page.refresh_from_db()
    draft.refresh_from_db()
    assert (page.owner, page.deputy, Comment.objects.count()) == (None, None, 0)
    assert draft.status == Status.DRAFT


def test_an_owner_whom_staff_named_before_is_kept(file: Path, amina: User) -> None:
    actions.change_page(page=Page.objects.get(address="/contact/"), by=amina, owner=amina)
    load()
    assert Page.objects.get(address="/contact/").owner == amina
    assert Page.objects.get(address="/residency/eras/").owner.full_name == "Demonstration Owner"
    assert Page.objects.get(address="/residency/eras/").deputy.full_name == "Demonstration Deputy"


def test_owner_and_deputy_cannot_sign_in(file: Path) -> None:
    load()
    people = User.objects.filter(email__startswith="owner@") | User.objects.filter(email__startswith="deputy@")
    assert [person.has_usable_password() for person in people] == [False, False]


def test_the_draft_waits_for_the_second_person_and_readers_never_see_it(file: Path) -> None:
    load()
    draft = Edition.objects.get(page__address=DRAFT_ADDRESS)
    assert draft.status == Status.IN_REVIEW
    assert Client().get(DRAFT_ADDRESS).status_code == 404
    assert DRAFT_ADDRESS not in Client().get("/sitemap.xml").content.decode()
    with pytest.raises(actions.ContentRefused, match="second person"):
        actions.approve(edition=draft, by=User.objects.get(email=ADMINISTRATOR))
    actions.approve(edition=draft, by=User.objects.get(email=REVIEWER))
    assert b"Demonstration: a draft" in Client().get(DRAFT_ADDRESS).content


def test_everything_says_that_it_is_a_demonstration(file: Path) -> None:
    before = set(User.objects.values_list("pk", flat=True))
    load()
    names = User.objects.exclude(pk__in=before).values_list("full_name", flat=True)
    draft = Edition.objects.get(page__address=DRAFT_ADDRESS)
    texts = [*names, *Comment.objects.values_list("text", flat=True), draft.title, draft.short_title, draft.summary]
    assert len(texts) == 4 + 3 + 3
    assert all(text.startswith("Demonstration") for text in texts)


def test_it_is_all_or_nothing(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**kwargs: object) -> None:
        raise actions.ContentRefused("No.")

    monkeypatch.setattr(actions, "ask_for_review", fail)
    with pytest.raises(actions.ContentRefused):
        load()
    assert not User.objects.filter(email=ADMINISTRATOR).exists()
    assert not file.exists()
    monkeypatch.undo()
    load()
    assert Edition.objects.get(page__address=DRAFT_ADDRESS).status == Status.IN_REVIEW
