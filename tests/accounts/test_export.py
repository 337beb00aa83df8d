"""The door /my/export/: asked for, made by the task, read, downloaded, and gone after a day."""

import json
from datetime import date, timedelta

import pytest
from allauth.account.models import EmailAddress
from celery.canvas import Signature
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks
from time_machine import TimeMachineFixture

from accounts import actions, tasks
from accounts.models import Export, Role, User
from accounts.personal_data import ECHOES, SECRETS, everything_about, places
from audit.models import Entry
from mssny_img.celery import app as celery_app
from notices.actions import add_quiet_period, owe
from notices.models import BadAddress, Mail
from tests.conftest import APP_KEY, app_of, signed_in

pytestmark = pytest.mark.django_db
DOOR, FILE = "/my/export/", "/my/export/download/"


@pytest.fixture(autouse=True)
def a_worker_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is handed out is done in this process, with and without a Redis."""
    monkeypatch.setattr(Signature, "delay", lambda self: celery_app.tasks[self["task"]](*self["args"]))


@pytest.fixture
def copy(dolores: User) -> Export:
    """Made a moment ago."""
    export = actions.ask_for_export(person=dolores)
    tasks.make_export(export.pk)
    return Export.objects.get()


def page(client: Client) -> str:
    return client.get(DOOR).content.decode()


# ------------------------------------------------------------------------------------------------ the way of a copy
def test_from_asking_to_the_file(
    as_dolores: Client, dolores: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    assert "Make my copy" in page(as_dolores)
    with django_capture_on_commit_callbacks(execute=False) as asked:
        as_dolores.post(DOOR)
    assert "Your copy is being made." in page(as_dolores)
    for ask in asked:
        ask()
    assert "dolores@member.example" in page(as_dolores)
    answer = as_dolores.get(FILE)
    assert answer["Content-Disposition"] == 'attachment; filename="mssny-img-portal-my-data.json"'
    assert "no-store" in answer["Cache-Control"]
    assert json.loads(answer.content)["account"]["full name"] == "Dolores Cruz"
    verbs = Entry.objects.about(dolores).order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["export asked for", "export downloaded"]


def test_asking_again_makes_no_second_copy(dolores: User, copy: Export) -> None:
    made_at = copy.made_at
    actions.ask_for_export(person=dolores)
    tasks.make_export(copy.pk)
    assert Export.objects.get().made_at == made_at
    assert Entry.objects.filter(verb="export asked for").count() == 1


def test_one_whose_task_was_lost_is_handed_out_anew(
    dolores: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=False) as lost:
        actions.ask_for_export(person=dolores)
    with django_capture_on_commit_callbacks(execute=True) as again:
        actions.ask_for_export(person=dolores)
    assert (len(lost), len(again)) == (1, 1)
    assert Export.objects.get().is_ready
    assert Entry.objects.filter(verb="export asked for").count() == 1


def test_after_a_day_it_is_gone(as_dolores: Client, copy: Export, time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(copy.made_at + timedelta(hours=23, minutes=59))
    tasks.drop_old_exports()
    assert Export.objects.get().is_ready
    time_machine.move_to(copy.made_at + timedelta(days=1))
    assert not Export.objects.get().is_ready
    tasks.drop_old_exports()
    assert not Export.objects.exists()


def test_one_that_is_over_but_still_there_is_neither_shown_nor_given(dolores: User, copy: Export) -> None:
    Export.objects.update(made_at=timezone.now() - timedelta(days=1))
    client = signed_in(dolores)
    assert "dolores@member.example" not in page(client)
    assert client.get(FILE)["Location"] == DOOR
    assert "There is no copy to download" in client.get(FILE, follow=True).content.decode()
    client.post(DOOR)
    assert Export.objects.get().content == {}


def test_the_task_of_somebody_who_is_gone_does_nothing(db: None) -> None:
    tasks.make_export(4711)


# ------------------------------------------------------------------------------------------------ who, and how
@pytest.mark.parametrize("door", [DOOR, FILE])
def test_it_asks_a_stranger_to_sign_in(client: Client, door: str) -> None:
    assert client.get(door)["Location"] == f"/accounts/login/?next={door}"


def test_it_is_ones_own_and_nobody_elses(copy: Export, amina: User) -> None:
    client = signed_in(amina)
    assert "dolores@member.example" not in page(client)
    assert client.get(FILE)["Location"] == DOOR


@pytest.mark.parametrize("door", [DOOR, FILE])
def test_a_sign_in_of_an_hour_ago_is_not_enough(
    as_dolores: Client, copy: Export, time_machine: TimeMachineFixture, door: str
) -> None:
    time_machine.move_to(timezone.now() + timedelta(hours=1))
    answer = as_dolores.get(door)
    assert answer["Location"].startswith("/accounts/reauthenticate/")
    assert Entry.objects.filter(verb="export downloaded").count() == 0


def test_a_wrong_method(as_dolores: Client) -> None:
    assert as_dolores.post(FILE).status_code == as_dolores.put(DOOR).status_code == 405


# ------------------------------------------------------------------------------------------------ what it holds
def test_it_holds_what_is_theirs(dolores: User, amina: User) -> None:
    EmailAddress.objects.create(user=dolores, email="second@member.example")
    BadAddress.objects.create(address="second@member.example", problem="no such mailbox")
    BadAddress.objects.create(address="other@member.example", problem="no such mailbox")
    add_quiet_period(person=dolores, first_day=date(2027, 2, 1), last_day=date(2027, 2, 14), words="nights")
    add_quiet_period(person=amina, first_day=date(2027, 2, 1), last_day=date(2027, 2, 14), words="hers")
    owe(kind="content.review_due", person=dolores, about="content.page:1", due_on=date(2026, 12, 4))
    found = everything_about(dolores)
    assert found["account"]["time zone"] == "America/New_York"
    assert {title: len(rows) for title, rows in found["yours"].items()} == {
        "Bad addresses": 1,
        "Email addresses": 1,
        "Notices": 1,
        "Quiet periods": 1,
    }
    assert found["yours"]["Quiet periods"][0] == {
        **{"ID": found["yours"]["Quiet periods"][0]["ID"], "what it is": "nights"},
        **{"first day": "1 February 2027", "last day": "14 February 2027"},
    }
    assert found["yours"]["Notices"][0]["state"] == "waits for its day"
    assert "hers" not in str(found)
    assert found["names_you"] == {}


def test_times_are_those_of_the_person(dolores: User) -> None:
    dolores.time_zone, dolores.last_login = "Asia/Kathmandu", timezone.now().replace(hour=12, minute=0)
    assert everything_about(dolores)["account"]["last login"].endswith(", 17:45 (Asia/Kathmandu)")


def test_it_says_how_often_the_societys_records_name_somebody(dolores: User, amina: User) -> None:
    actions.renew_calendar_secret(person=dolores)
    assert everything_about(dolores)["names_you"] == {"Audit: entries (actor)": 1}


def test_staff_see_their_roles(dolores: User, amina: User) -> None:
    actions.give_role(role=Role.objects.get(slug="auditor"), person=dolores, by=amina)
    assert everything_about(dolores)["account"]["roles"] == "Auditor"


def test_it_holds_no_secret(dolores: User) -> None:
    app_of(dolores)
    secret = actions.renew_calendar_secret(person=dolores).calendar_secret
    text = json.dumps(everything_about(User.objects.get(pk=dolores.pk)))
    assert "authenticator" in text.lower()
    assert not [word for word in (secret, APP_KEY, "pbkdf2", dolores.password) if word in text]


def test_no_field_that_sounds_secret_is_exported() -> None:
    sounds = ("secret", "password", "session_key", "token", "data", "code", "unsubscribe")
    theirs = {place.model for place in places() if place.is_theirs} | {User}
    names = {field.name for model in theirs for field in model._meta.concrete_fields}
    is_printed = {"code"}  # of a certificate, for whoever is shown it
    assert {name for name in names if any(word in name for word in sounds)} <= SECRETS | is_printed
    assert names >= SECRETS | ECHOES - {"html"}
    assert {field.name for field in Mail._meta.concrete_fields} >= ECHOES


def test_each_kind_of_row_has_a_title_of_its_own() -> None:
    # A row between two people is found from both.
    titles = [title for title, _ in {(place.title, place.model) for place in places()}]
    assert sorted(set(titles)) == sorted(titles)


def test_what_somebody_wrote_is_shown_as_text(dolores: User) -> None:
    add_quiet_period(person=dolores, first_day=date(2027, 2, 1), last_day=date(2027, 2, 14), words="<script>x</script>")
    tasks.make_export(actions.ask_for_export(person=dolores).pk)
    html = page(signed_in(dolores))
    assert "&lt;script&gt;x&lt;/script&gt;" in html
    assert "<script" not in html
