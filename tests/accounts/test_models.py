import pytest
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from accounts.models import User, validate_time_zone

PASSWORD = "correct horse battery staple"
pytestmark = pytest.mark.django_db


@pytest.fixture
def ana() -> User:
    return User.objects.create_user("Ana.Silva@Example.ORG", PASSWORD, full_name="Ana Silva")


def test_there_are_no_user_names(ana: User) -> None:
    with pytest.raises(FieldDoesNotExist):
        User._meta.get_field("username")
    assert (User.USERNAME_FIELD, ana.get_username()) == ("email", "ana.silva@example.org")


@pytest.mark.parametrize("email", ["ana.silva@example.org", "ANA.SILVA@EXAMPLE.ORG", "Ana.Silva@Example.org"])
def test_an_address_in_any_letters_is_one_account(ana: User, email: str) -> None:
    assert User.objects.get_by_natural_key(email) == ana
    with pytest.raises(ValidationError, match="already an account"):
        User.objects.create_user(email, PASSWORD, full_name="Another")


def test_the_database_itself_refuses_the_same_address_in_other_letters(ana: User) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.bulk_create([User(email="ANA.Silva@example.org", full_name="Another")])


@pytest.mark.parametrize(
    "wrong", [{"email": ""}, {"email": "ana"}, {"email": "ana@"}, {"full_name": ""}, {"time_zone": "Mars/X"}]
)
def test_an_account_needs_an_address_a_name_and_a_real_time_zone(wrong: dict[str, str]) -> None:
    fields = {"email": "bo@example.org", "full_name": "Bo"} | wrong
    with pytest.raises(ValidationError):
        User.objects.create_user(password=PASSWORD, **fields)
    assert not User.objects.filter(full_name="Bo").exists()


@pytest.mark.parametrize("name", ["America/New_York", "Asia/Karachi", "UTC", "America/Argentina/Buenos_Aires"])
def test_the_usual_time_zones_are_known(name: str) -> None:
    validate_time_zone(name)


@pytest.mark.parametrize(
    "name", ["", "New York", "EST5", "America", "../../etc/passwd", "/etc/passwd", "a\x00b", "x" * 5000, "America/"]
)
def test_anything_else_is_refused_with_an_example(name: str) -> None:
    with pytest.raises(ValidationError, match="such as America/New_York"):
        validate_time_zone(name)


def test_a_person_is_called_as_they_wish(ana: User) -> None:
    assert (str(ana), ana.get_short_name(), ana.get_full_name()) == ("Ana Silva",) * 3
    ana.preferred_name = "Ani"
    assert (str(ana), ana.get_short_name(), ana.get_full_name()) == ("Ani", "Ani", "Ana Silva")
    assert str(User(email="x@example.org")) == "x@example.org"


def test_a_new_account_may_do_nothing_and_keeps_no_password_in_clear(ana: User) -> None:
    assert (ana.is_active, ana.is_staff, ana.is_superuser, ana.time_zone) == (True, False, False, "America/New_York")
    assert PASSWORD not in ana.password
    assert not User.objects.create_user("no@example.org", full_name="No password").has_usable_password()


def test_the_first_administrator_is_made_on_the_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    options = {"interactive": False, "verbosity": 0, "full_name": "The Administrator"}
    call_command("createsuperuser", email="Admin@Example.org", **options)
    admin = User.objects.get(email="admin@example.org")
    assert (admin.is_staff, admin.is_superuser, admin.check_password(PASSWORD)) == (True, True, True)
    with pytest.raises((CommandError, ValidationError), match="already"):
        call_command("createsuperuser", email="ADMIN@example.org", **options)
