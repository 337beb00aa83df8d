from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import F

from accounts.models import User
from audit.models import Entry, EntryIsPermanent, record
from audit.request import request_id
from content.models import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry(amina: User) -> Entry:
    return record(by=amina, verb="page reviewed", subject=Page.objects.first(), data={"from": "test"})


def execute(sql: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def save(entry: Entry) -> None:
    entry.verb = "something else"
    entry.save()


WAYS: dict[str, Callable[[Entry], object]] = {
    "save": save,
    "delete": lambda entry: entry.delete(),
    "queryset update": lambda entry: Entry.objects.filter(pk=entry.pk).update(verb="x"),
    "queryset update of all": lambda entry: Entry.objects.update(verb=F("job")),
    "queryset delete": lambda entry: Entry.objects.filter(pk=entry.pk).delete(),
    "bulk update": lambda entry: Entry.objects.bulk_update([entry], ["verb"]),
    "update_or_create": lambda entry: Entry.objects.update_or_create(pk=entry.pk, defaults={"verb": "x"}),
    "bulk create over it": lambda entry: Entry.objects.bulk_create(
        [Entry(pk=entry.pk, verb="x", job="x")], update_conflicts=True, update_fields=["verb"], unique_fields=["id"]
    ),
    "base manager update": lambda entry: Entry._base_manager.filter(pk=entry.pk).update(verb="x"),
    "base manager delete": lambda entry: Entry._base_manager.filter(pk=entry.pk).delete(),
    "raw delete": lambda entry: Entry.objects.filter(pk=entry.pk)._raw_delete("default"),
    "SQL update": lambda entry: execute("UPDATE audit_entry SET verb = 'x' WHERE id = %s", entry.pk),
    "SQL update of all": lambda entry: execute("UPDATE audit_entry SET actor_id = NULL, job = 'x'"),
    "SQL delete": lambda entry: execute("DELETE FROM audit_entry WHERE id = %s", entry.pk),
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_an_entry_is_never_changed_or_removed(entry: Entry, way: Callable[[Entry], object]) -> None:
    before = list(Entry.objects.values())
    with pytest.raises((EntryIsPermanent, DatabaseError), match="never changed or removed"), transaction.atomic():
        way(entry)
    assert list(Entry.objects.values()) == before


@pytest.mark.parametrize("doers", [{}, {"job": ""}, {"actor": True, "job": "nightly run"}])
def test_an_entry_has_exactly_one_doer(amina: User, doers: dict[str, object]) -> None:
    given = {name: amina if value is True else value for name, value in doers.items()}
    with pytest.raises(DatabaseError), transaction.atomic():
        Entry.objects.create(verb="x", subject="x", subject_type="x", subject_id="1", **given)


def test_a_person_or_a_job_did_it_and_the_subject_is_found_again(amina: User) -> None:
    first, other = Page.objects.all()[:2]
    by_person = record(by=amina, verb="page reviewed", subject=first)
    by_job = record(by="nightly run", verb="link broke", subject=first, data={"n": 1})
    record(by=amina, verb="page reviewed", subject=other)
    found = Entry.objects.about(first).filter(pk__gte=by_person.pk)
    assert list(found) == [by_job, by_person]  # newest first
    assert [(entry.actor, entry.job, entry.data) for entry in found] == [
        (None, "nightly run", {"n": 1}),
        (amina, "", {}),
    ]
    assert str(by_person) == f"page reviewed: {first.address}"


def test_no_entry_without_its_act_and_no_act_without_its_entry(amina: User, monkeypatch: pytest.MonkeyPatch) -> None:
    page, before = Page.objects.first(), Entry.objects.count()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        record(by=amina, verb="page reviewed", subject=page)
        raise ZeroDivisionError
    assert Entry.objects.count() == before
    with pytest.raises(DatabaseError), transaction.atomic():
        Page.objects.filter(pk=page.pk).update(owner_role="Nobody")
        record(by="", verb="page changed", subject=page)
    page.refresh_from_db()
    assert page.owner_role != "Nobody"


def test_an_entry_knows_the_request_and_cuts_a_long_subject(amina: User) -> None:
    page = Page(pk=7, address="/" + "a" * 300)
    token = request_id.set("abcdef123456")
    try:
        entry = record(by=amina, verb="x", subject=page)
    finally:
        request_id.reset(token)
    assert (entry.request_id, entry.subject, entry.subject_id) == ("abcdef123456", "/" + "a" * 199, "7")
    assert record(by=amina, verb="x", subject=page).request_id == ""


def test_an_entry_outlives_the_person_and_keeps_only_the_number(entry: Entry, amina: User) -> None:
    number = amina.pk
    with connection.constraint_checks_disabled():
        User.objects.filter(pk=amina.pk)._raw_delete("default")
    assert Entry.objects.get(pk=entry.pk).actor_id == number
    connection.check_constraints(["audit_entry"])


def test_nothing_of_a_person_but_the_number_is_personal() -> None:
    assert Entry.PERSONAL_FIELDS == ("actor",)
