from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from accounts.models import User
from audit.models import Entry
from content import actions as content_actions
from content.models import Edition, Page
from facts.actions import add_fact, change_fact
from facts.models import Fact
from tests.conftest import signed_in, words

pytestmark = pytest.mark.django_db
LIST = "/admin/facts/fact/"
FIELDS = {
    "label": "A fee for the test",
    "kind": "money",
    "value": "100",
    "source": "The society",
    "confidence": "official",
    "confirm_with": "the society",
    "recheck_after_days": 90,
}


@pytest.fixture
def fact(amina: User) -> Fact:
    return add_fact(by=amina, key="test.fee", checked_on=timezone.localdate() - timedelta(days=10), **FIELDS)


def form(fact: Fact, **changed: Any) -> dict[str, Any]:
    kept = {name: getattr(fact, name) for name in Fact.EDITED_FIELDS if name not in ("kind", "to_confirm")}
    return {**kept, "checked_on": fact.checked_on.isoformat(), **changed}


def keys(client: Client, show: str = "", **more: str) -> set[str]:
    found = client.get(LIST, {**({"show": show} if show else {}), **more}).context["cl"].queryset
    return {fact.key for fact in found}


# ------------------------------------------------------------------------------------------------ the list
def test_it_opens_on_what_is_stale(as_amina: Client, fact: Fact) -> None:
    assert "test.fee" not in keys(as_amina)
    Fact.objects.filter(pk=fact.pk).update(recheck_on=timezone.localdate() - timedelta(days=1))
    assert "test.fee" in keys(as_amina)


def test_everything_is_one_click_away_and_a_search_looks_through_everything(as_amina: Client, fact: Fact) -> None:
    assert "?show=all" in as_amina.get(LIST).content.decode()
    assert len(keys(as_amina, "all")) == Fact.objects.count()
    assert keys(as_amina, q="test.fee") == {"test.fee"}


def test_what_is_to_be_confirmed_and_what_changed_lately(as_amina: Client, amina: User, fact: Fact) -> None:
    assert "test.fee" in keys(as_amina, "changed")
    assert "fcvs.initial_fee" not in keys(as_amina, "changed")
    change_fact(fact=fact, by=amina, to_confirm=True)
    assert "test.fee" in keys(as_amina, "confirm")


def test_where_it_is_used_leads_to_the_pages(
    as_amina: Client, fact: Fact, page: Page, amina: User, boris: User
) -> None:
    draft = content_actions.save_draft(page=page, by=amina, words=words(summary="It costs {test.fee}."))
    assert "no page" in as_amina.get(LIST, {"q": "test.fee"}).content.decode()
    content_actions.ask_for_review(edition=draft, by=amina)
    content_actions.approve(edition=draft, by=boris)
    assert "1 page" in as_amina.get(LIST, {"q": "test.fee"}).content.decode()
    pages = as_amina.get("/admin/content/page/", {"show": "all", "live__facts__id__exact": fact.pk})
    assert [found.address for found in pages.context["cl"].result_list] == ["/test-page/"]


def test_the_list_asks_the_database_no_more_for_more_rows(as_amina: Client, django_assert_max_num_queries) -> None:
    with django_assert_max_num_queries(12):
        as_amina.get(LIST, {"show": "all"})


# ------------------------------------------------------------------------------------------------ the form
@pytest.mark.parametrize("door", ["", "add/", "{}/change/", "{}/history/", "{}/do/confirm/"])
def test_every_door_asks_for_sign_in_and_for_the_right(client: Client, chidi: User, fact: Fact, door: str) -> None:
    url = LIST + door.format(fact.pk)
    assert client.get(url).url.startswith("/accounts/login/")
    assert signed_in(chidi).get(url).status_code == 403


def test_a_fact_is_added(as_amina: Client, amina: User) -> None:
    today = timezone.localdate()
    as_amina.post(f"{LIST}add/", {**FIELDS, "key": "test.added", "checked_on": today.isoformat()})
    added = Fact.objects.get(key="test.added")
    assert (added.recheck_on, added.checked_by) == (today + timedelta(days=90), amina)
    assert Entry.objects.about(added).get().verb == "fact added"


def test_a_change_is_kept_with_its_reason(as_boris: Client, boris: User, fact: Fact) -> None:
    as_boris.post(f"{LIST}{fact.pk}/change/", form(fact, value="120", reason="new price list"))
    version = fact.history.first()
    assert (version.value, version.history_user, version.history_change_reason) == ("120", boris, "new price list")
    fact.refresh_from_db()
    assert fact.checked_by is None


def test_key_and_kind_stay(as_amina: Client, fact: Fact) -> None:
    as_amina.post(f"{LIST}{fact.pk}/change/", form(fact, key="test.other", kind="text", value="120"))
    fact.refresh_from_db()
    assert (fact.key, fact.kind, fact.value) == ("test.fee", "money", "120")


def test_a_wrong_value_is_refused_at_its_field_and_stays(as_amina: Client, fact: Fact) -> None:
    response = as_amina.post(f"{LIST}{fact.pk}/change/", form(fact, value="about 120", note="typed"))
    assert response.context["adminform"].form.errors["value"] == [
        "“about 120” is not a money value. Write it like 395 or 395.50."
    ]
    shown = response.content.decode()
    assert 'value="about 120"' in shown
    assert ">\ntyped</textarea>" in shown
    fact.refresh_from_db()
    assert fact.value == "100"


def test_who_may_only_look_cannot_change(chidi: User, fact: Fact) -> None:
    chidi.user_permissions.add(Permission.objects.get(codename="view_fact"))
    client = signed_in(chidi)
    assert client.get(f"{LIST}{fact.pk}/change/").status_code == 200
    assert client.post(f"{LIST}{fact.pk}/change/", form(fact, value="1")).status_code == 403
    assert client.post(f"{LIST}{fact.pk}/do/confirm/").status_code == 403


# ------------------------------------------------------------------------------------------------ buttons
def test_checked_today(as_boris: Client, boris: User, fact: Fact) -> None:
    assert as_boris.get(f"{LIST}{fact.pk}/do/confirm/").status_code == 200
    fact.refresh_from_db()
    assert fact.checked_by is None, "looking changes nothing"
    as_boris.post(f"{LIST}{fact.pk}/do/confirm/")
    fact.refresh_from_db()
    assert (fact.checked_on, fact.checked_by) == (timezone.localdate(), boris)


def test_checked_today_for_many(as_boris: Client, fact: Fact, amina: User) -> None:
    other = add_fact(by=amina, key="test.other", checked_on=fact.checked_on, **FIELDS)
    chosen = {"action": "confirm", "_selected_action": [fact.pk, other.pk]}
    asked = as_boris.post(f"{LIST}?show=all", chosen)
    assert "test.other" in asked.content.decode()
    assert not Fact.objects.filter(key__startswith="test.", checked_on=timezone.localdate()).exists()
    as_boris.post(f"{LIST}?show=all", {**chosen, "confirmed": "yes"})
    assert Fact.objects.filter(key__startswith="test.", checked_on=timezone.localdate()).count() == 2


def test_an_earlier_version_is_given_back(as_boris: Client, fact: Fact, amina: User) -> None:
    first = fact.history.first()
    change_fact(fact=fact, by=amina, value="120")
    assert f"/do/restore/?history_id={first.history_id}" in as_boris.get(f"{LIST}{fact.pk}/history/").content.decode()
    as_boris.post(f"{LIST}{fact.pk}/do/restore/", {"history_id": first.history_id})
    fact.refresh_from_db()
    assert (fact.value, fact.history.count()) == ("100", 3)


def test_a_version_of_another_fact_is_refused(as_boris: Client, fact: Fact) -> None:
    other = Fact.objects.get(key="fcvs.initial_fee").history.first()
    response = as_boris.post(f"{LIST}{fact.pk}/do/restore/", {"history_id": other.history_id})
    assert response.status_code == 422
    assert "That version does not belong to this fact." in response.content.decode()


def test_a_fact_is_not_removed_while_a_page_names_it(as_boris: Client, fact: Fact, page: Page, amina: User) -> None:
    draft = content_actions.save_draft(page=page, by=amina, words=words(summary="It costs {test.fee}."))
    response = as_boris.post(f"{LIST}{fact.pk}/do/remove/")
    assert f"It is still named by: {draft}." in response.content.decode()
    assert Fact.objects.filter(pk=fact.pk).exists()
    Edition.objects.get(pk=draft.pk).facts.clear()
    as_boris.post(f"{LIST}{fact.pk}/do/remove/")
    assert not Fact.objects.filter(pk=fact.pk).exists()
    assert Entry.objects.filter(verb="fact removed", data={"value": "100"}).exists()


def test_what_came_with_the_portal_is_not_removed(as_boris: Client) -> None:
    shipped = Fact.objects.get(key="state30.annual_cap")
    assert "came with the portal" in as_boris.post(f"{LIST}{shipped.pk}/do/remove/").content.decode()
    assert Fact.objects.filter(pk=shipped.pk).exists()


def test_the_stock_ways_of_deleting_are_closed(as_boris: Client, fact: Fact) -> None:
    assert as_boris.post(f"{LIST}{fact.pk}/delete/", {"post": "yes"}).status_code == 403
    as_boris.post(f"{LIST}?show=all", {"action": "delete_selected", "_selected_action": fact.pk, "post": "yes"})
    assert Fact.objects.filter(pk=fact.pk).exists()


def test_no_other_method_and_no_other_verb(as_boris: Client, fact: Fact) -> None:
    assert as_boris.put(f"{LIST}{fact.pk}/do/confirm/").status_code == 405
    assert as_boris.get(f"{LIST}{fact.pk}/do/explode/").status_code == 404
    assert as_boris.get(f"{LIST}0/do/confirm/").status_code == 404
