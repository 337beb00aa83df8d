from io import StringIO
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings
from time_machine import TimeMachineFixture

from accounts import local_sign_in
from accounts.models import User
from content import actions
from content.management.commands.load_demonstration import ADMINISTRATOR, DRAFT_ADDRESS, REVIEWER
from content.models import Comment, Edition, Page, Status
from tests.accounts.signing_in import sign_in
from tests.conftest import app_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(settings: Settings, tmp_path: Path) -> Path:
    """Where it is written how to sign in; the folder is not there yet."""
    settings.LOCAL = True
    settings.VAR_DIR = tmp_path / "var"
    return settings.VAR_DIR / "admin-sign-in.txt"


def load() -> str:
    out = StringIO()
    call_command("load_demonstration", stdout=out)
    return out.getvalue()


def counted() -> tuple[int, ...]:
    return User.objects.count(), Page.objects.count(), Edition.objects.count(), Comment.objects.count()


def test_both_accounts_can_sign_in_as_the_file_says(file: Path, time_machine: TimeMachineFixture) -> None:
    time_machine.move_to("2026-11-23 17:00:05Z", tick=False)  # a code lasts half a minute
    said = load()
    assert said == file.read_text()
    assert "/dev/mailbox/" in said
    codes = {person.email: code for person, code in local_sign_in.codes()}
    for email in (ADMINISTRATOR, REVIEWER):
        assert email in said
        client = sign_in(Client(), email)
        assert codes[email] in client.get("/dev/second-factor/").content.decode()
        assert client.post("/accounts/2fa/authenticate/", {"code": codes[email]})["Location"] == "/my/"
        assert client.get("/admin/").status_code == 200


def test_the_file_holds_no_secret(file: Path) -> None:
    said = load()
    assert not any(code in said for _, code in local_sign_in.codes())
    assert not User.objects.get(email=ADMINISTRATOR).has_usable_password()


def test_only_demonstration_accounts_are_made_ready(file: Path, settings: Settings) -> None:
    with pytest.raises(ValueError, match="Only for demonstration accounts"):
        local_sign_in.make_ready(email="somebody@mssny.example", name="Somebody")
    settings.LOCAL = False
    with pytest.raises(ValueError, match="Only for demonstration accounts"):
        local_sign_in.make_ready(email=ADMINISTRATOR, name="Somebody")


def test_codes_of_real_people_are_never_shown(file: Path, amina: User, client: Client) -> None:
    app_of(amina)
    assert local_sign_in.codes() == []
    assert b"mssny.example" not in client.get("/dev/second-factor/").content


def test_the_command_says_the_present_codes(file: Path) -> None:
    load()
    out = StringIO()
    call_command("local_sign_in", stdout=out)
    assert all(f"{code}  {person.email}" in out.getvalue() for person, code in local_sign_in.codes())


def test_it_is_refused_in_production(file: Path, settings: Settings) -> None:
    settings.LOCAL = False
    with pytest.raises(CommandError, match="LOCAL=1"):
        load()
    assert not file.exists()
    assert not User.objects.filter(email=ADMINISTRATOR).exists()


def test_a_second_run_adds_nothing_and_keeps_the_second_factors(file: Path) -> None:
    said, before, keys = load(), counted(), second_factors()
    assert (load(), counted(), second_factors()) == (said, before, keys)


def second_factors() -> list[object]:
    return list(Authenticator.objects.order_by("pk").values_list("user__email", "data"))


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
