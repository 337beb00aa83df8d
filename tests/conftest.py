"""The cast and the stage.

Every test database holds the portal's real guidance from the start. Tests that commit (transaction=True) empty it, and
pytest-django runs those last; they load what they need with `load_everything`.
"""

import time
from collections.abc import Iterator
from importlib import import_module

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client

from accounts.models import User
from content import actions
from content.models import Edition, Page, Section
from pagecache.models import clock

PASSWORD = "correct horse battery staple"
APP_KEY = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> None:
    with django_db_blocker.unblock():
        load_everything()


def load_everything() -> None:
    call_command("load_roles", verbosity=0)
    call_command("load_guidance", verbosity=0)
    call_command("load_catalogue", verbosity=0)
    call_command("load_mentoring", verbosity=0)


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> None:
    """Hashing as production does would take most of the suite's time and prove nothing."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    """Rate limits and the page cache's number belong to one test."""
    cache.clear()
    clock.forget()
    yield
    clock.forget()


@pytest.fixture(autouse=True)
def emptying_past_the_triggers(monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that was committed to is emptied row by row in SQLite, and the audit's triggers forbid just that."""
    if connection.vendor == "sqlite":
        flush, triggers = connection.ops.execute_sql_flush, import_module("audit.migrations.0002_entries_are_permanent")
        lift, set_again = triggers.BACKWARD["sqlite"], triggers.FORWARD["sqlite"]
        monkeypatch.setattr(connection.ops, "execute_sql_flush", lambda sql: flush([*lift, *sql, *set_again]))


# ------------------------------------------------------------------------------------------------ the cast
@pytest.fixture
def amina(db: None) -> User:
    """Administrator."""
    return User.objects.create_superuser("amina@mssny.example", PASSWORD, full_name="Amina Rahman")


@pytest.fixture
def boris(db: None) -> User:
    """The second administrator, who reviews what Amina writes."""
    return User.objects.create_superuser("boris@mssny.example", PASSWORD, full_name="Boris Petrov")


@pytest.fixture
def chidi(db: None) -> User:
    """Staff without any rights."""
    return User.objects.create_user("chidi@mssny.example", PASSWORD, full_name="Chidi Okafor", is_staff=True)


@pytest.fixture
def dolores(db: None) -> User:
    """A member: may sign in, is not staff."""
    return User.objects.create_user("dolores@member.example", PASSWORD, full_name="Dolores Cruz")


@pytest.fixture
def as_amina(amina: User) -> Client:
    return signed_in(amina)


@pytest.fixture
def as_boris(boris: User) -> Client:
    return signed_in(boris)


def signed_in(user: User) -> Client:
    """As after the e-mailed code; staff have shown a second factor, too."""
    client = Client()
    client.force_login(user)
    EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
    proofs = [{"method": "code", "at": time.time()}]
    if user.is_staff:
        proofs.append({"method": "mfa", "at": time.time(), "type": "totp", "id": app_of(user).pk})
    session = client.session
    session["account_authentication_methods"], session["account_authentication_methods_user"] = proofs, str(user.pk)
    session.save()
    return client


def app_of(user: User) -> Authenticator:
    """The authenticator app on this person's phone."""
    return Authenticator.objects.filter(user=user, type="totp").first() or TOTP.activate(user, APP_KEY).instance


# ------------------------------------------------------------------------------------------------ pages
def words(**changed: object) -> dict[str, object]:
    """The words of a small page that breaks no rule and names no link."""
    plain = {
        "title": "A page for the test",
        "short_title": "Test page",
        "summary": "What the reader gets here.",
        "body": "## What to do\n\nWrite to the society.\n",
    }
    return plain | changed


@pytest.fixture
def page(db: None) -> Page:
    """A page nobody has written yet."""
    return Page.objects.create(
        address="/test-page/", section=Section.CONTACT, owner_role="IMG committee", review_every_days=90
    )


@pytest.fixture
def draft(page: Page, amina: User) -> Edition:
    return actions.save_draft(page=page, by=amina, words=words(), change_note="First words.")


@pytest.fixture
def in_review(draft: Edition, amina: User) -> Edition:
    return actions.ask_for_review(edition=draft, by=amina)


@pytest.fixture
def published(in_review: Edition, boris: User) -> Edition:
    return actions.approve(edition=in_review, by=boris)
