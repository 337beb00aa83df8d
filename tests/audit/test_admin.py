import pytest
from django.test import Client

from accounts.models import User
from audit.models import Entry, record
from content.models import Page
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
LIST = "/admin/audit/entry/"


@pytest.fixture
def entry(amina: User, page: Page) -> Entry:
    return record(by=amina, verb="page reviewed", subject=page)


def test_sign_in_is_asked_for(client: Client) -> None:
    assert client.get(LIST).url.startswith("/accounts/login/")


def test_staff_without_the_right_are_refused(chidi: User, entry: Entry) -> None:
    client = signed_in(chidi)
    assert client.get(LIST).status_code == 403
    assert client.get(f"{LIST}{entry.pk}/change/").status_code == 403


@pytest.mark.parametrize("words", ["amina@mssny", "Rahman", "/test-page/"])
def test_found_by_person_and_by_subject(as_boris: Client, entry: Entry, words: str) -> None:
    record(by="a job", verb="page reviewed", subject=Page.objects.get(address="/privacy/"))
    results = as_boris.get(LIST, {"q": words}).context["cl"].result_list
    assert [found.pk for found in results] == [entry.pk]


def test_filtered_by_verb(as_boris: Client, entry: Entry, amina: User) -> None:
    record(by=amina, verb="comment closed", subject=entry.actor)
    results = as_boris.get(LIST, {"verb": "page reviewed"}).context["cl"].result_list
    assert [found.pk for found in results] == [entry.pk]


def test_filtered_by_day(as_boris: Client, entry: Entry) -> None:
    assert as_boris.get(LIST, {"at__gte": "2100-01-01 00:00:00+00:00"}).context["cl"].result_count == 0


def test_nothing_can_be_added_changed_or_removed(as_boris: Client, entry: Entry) -> None:
    before = Entry.objects.count()
    assert as_boris.get(f"{LIST}add/").status_code == 403
    assert as_boris.post(f"{LIST}{entry.pk}/change/", {"verb": "nothing"}).status_code == 403
    assert as_boris.post(f"{LIST}{entry.pk}/delete/", {"post": "yes"}).status_code == 403
    as_boris.post(LIST, {"action": "delete_selected", "_selected_action": entry.pk, "post": "yes"})
    entry.refresh_from_db()
    assert (Entry.objects.count(), entry.verb) == (before, "page reviewed")


def test_an_entry_can_be_looked_at(as_boris: Client, entry: Entry) -> None:
    shown = as_boris.get(f"{LIST}{entry.pk}/change/").content.decode()
    assert "Amina Rahman (amina@mssny.example)" in shown
    assert 'type="submit" value="Save"' not in shown


def test_the_entry_of_an_erased_person_still_shows(as_boris: Client, entry: Entry, amina: User) -> None:
    User.objects.filter(pk=amina.pk)._raw_delete("default")
    assert f"person {entry.actor_id} (erased)" in as_boris.get(LIST).content.decode()


def test_the_list_asks_the_database_no_more_for_more_rows(
    as_boris: Client, entry: Entry, django_assert_max_num_queries
) -> None:
    for _ in range(30):
        record(by=entry.actor, verb="page reviewed", subject=entry.actor)
    with django_assert_max_num_queries(10):
        as_boris.get(LIST)
