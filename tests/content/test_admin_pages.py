"""The desk of the pages, what they refer to, readers' comments, and the block of what needs attention."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from audit.models import Entry
from content import actions
from content.models import Comment, Edition, ExternalLink, Goal, Journey, KeyDate, LinkState, MovedPage, Page, Term
from facts.models import Fact
from tests.conftest import signed_in, words

pytestmark = pytest.mark.django_db
LIST = "/admin/content/page/"
REASON = "We have corrected the address."


def at(page: Page, door: str = "change") -> str:
    return f"{LIST}{page.pk}/{door}/"


def form(page: Page, **changed: Any) -> dict[str, Any]:
    names = ("address", "section", "owner_role", "review_every_days")
    return {**{name: getattr(page, name) for name in names}, **changed}


def shown(client: Client, show: str = "", **more: Any) -> set[str]:
    response = client.get(LIST, {**({"show": show} if show else {}), **more})
    return {page.address for page in response.context["cl"].result_list}


# ------------------------------------------------------------------------------------------------ the list
def _due(page: Page) -> None:
    today = timezone.localdate()
    Page.objects.filter(pk=page.pk).update(last_reviewed_on=today - timedelta(days=90), next_review_on=today)


def _broken(page: Page) -> None:
    page.live.links.add(ExternalLink.objects.create(url="https://dead.example.org/", state=LinkState.DEAD))


def _commented(page: Page) -> None:
    actions.add_comment(page=page, useful=False, text="The number is wrong.")


def _in_review(page: Page) -> None:
    person = User.objects.get(full_name="Amina Rahman")
    draft = actions.save_draft(page=page, by=person, words=words())
    actions.ask_for_review(edition=draft, by=person)


def _held_back(page: Page) -> None:
    _in_review(page)
    past = timezone.now() - timedelta(minutes=5)
    page.editions.filter(status="in_review").update(status="scheduled", publish_at=past)


NEEDS = {"due": _due, "broken": _broken, "comments": _commented, "in_review": _in_review, "held_back": _held_back}


@pytest.mark.parametrize("need", NEEDS)
def test_it_opens_on_each_thing_that_needs_attention(as_amina: Client, published: Edition, need: str) -> None:
    assert "/test-page/" not in shown(as_amina)
    NEEDS[need](published.page)
    assert "/test-page/" in shown(as_amina)
    assert shown(as_amina, need) == {"/test-page/"}
    assert all("/test-page/" not in shown(as_amina, other) for other in NEEDS if other != need)


def test_everything_is_one_click_away_and_a_search_looks_through_everything(
    as_amina: Client, published: Edition
) -> None:
    assert "Nothing is waiting here." in as_amina.get(LIST).content.decode()
    assert 'href="?show=all"' in as_amina.get(LIST).content.decode()
    assert "/test-page/" in shown(as_amina, "all")
    assert shown(as_amina, q="test-page") == {"/test-page/"}


def test_the_columns_say_what_is_wrong_in_words(as_amina: Client, published: Edition) -> None:
    page = published.page
    for need in (_broken, _commented, _commented, _held_back):
        need(page)
    Page.objects.filter(pk=page.pk).update(last_reviewed_on="2020-01-01", next_review_on="2020-03-01")
    row = as_amina.get(LIST, {"q": "test-page"}).content.decode()
    assert "1 Mar 2020: overdue" in row
    assert ">held back</a>" in row
    assert '<td class="field-broken">1</td>' in row
    assert '<td class="field-comments_open">2</td>' in row


def test_the_list_asks_the_database_no_more_for_more_rows(as_amina: Client, published: Edition) -> None:
    _commented(published.page)
    with CaptureQueriesContext(connection) as for_one:
        assert len(shown(as_amina)) == 1
    for page in Page.objects.published().exclude(pk=published.page_id)[:2]:
        _commented(page)
    with CaptureQueriesContext(connection) as for_three:
        assert len(shown(as_amina)) == 3
    assert len(for_three) <= len(for_one)


# ------------------------------------------------------------------------------------------------ the form
@pytest.mark.parametrize("door", ["change", "history", "compare", "do/reviewed"])
def test_every_door_asks_for_sign_in_and_for_the_right(client: Client, chidi: User, page: Page, door: str) -> None:
    assert client.get(at(page, door)).url.startswith("/accounts/login/")
    assert signed_in(chidi).get(at(page, door)).status_code == 403


def test_a_page_is_added_and_audited(as_amina: Client) -> None:
    data = {"address": "/new-page/", "section": "contact", "owner_role": "Staff", "review_every_days": 30}
    as_amina.post(f"{LIST}add/", data)
    assert Entry.objects.about(Page.objects.get(address="/new-page/")).get().verb == "page added"


def test_moving_a_page_keeps_the_old_address_and_says_so(as_amina: Client, client: Client, published: Edition) -> None:
    page = published.page
    assert "the old one keeps leading to it" in as_amina.get(at(page)).content.decode()
    response = as_amina.post(at(page), form(page, address="/moved-page/"), follow=True)
    assert "/test-page/ now leads to /moved-page/." in response.content.decode()
    assert client.get("/test-page/").url == "/moved-page/"


def test_moving_the_page_of_a_journey_moves_the_journey(as_amina: Client) -> None:
    journey = Journey.objects.get(slug="residency")
    page = Page.objects.get(address=journey.address)
    as_amina.post(at(page), form(page, address="/to-a-residency/"))
    journey.refresh_from_db()
    assert journey.address == "/to-a-residency/"


def test_who_looks_after_it_is_audited_and_only_staff_can(
    as_amina: Client, page: Page, boris: User, dolores: User
) -> None:
    as_amina.post(at(page), form(page, owner=boris.pk))
    page.refresh_from_db()
    assert page.owner == boris
    assert Entry.objects.about(page).get(verb="page changed").data == {"fields": ["owner"]}
    refused = as_amina.post(at(page), form(page, owner=dolores.pk))
    assert refused.context["adminform"].form.errors["owner"]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"address": "no slash"}, "address"),
        ({"address": "/privacy/"}, "address"),
        ({"position": 3}, "position"),
        ({"review_every_days": 0}, "review_every_days"),
    ],
)
def test_bad_input_stands_at_its_field_and_stays(
    as_amina: Client, page: Page, changed: dict[str, Any], field: str
) -> None:
    response = as_amina.post(at(page), form(page, **changed))
    assert field in response.context["adminform"].form.errors
    assert f'value="{changed[field]}"' in response.content.decode()
    assert Page.objects.get(pk=page.pk).address == "/test-page/"


def test_reviewed_today(as_amina: Client, published: Edition) -> None:
    page = published.page
    Page.objects.filter(pk=page.pk).update(last_reviewed_on="2020-01-01", next_review_on="2020-03-01")
    as_amina.get(at(page, "do/reviewed"))
    assert Page.objects.get(pk=page.pk).is_overdue
    as_amina.post(at(page, "do/reviewed"))
    page.refresh_from_db()
    assert page.last_reviewed_on == timezone.localdate()


def test_an_unpublished_page_cannot_be_reviewed(as_amina: Client, page: Page) -> None:
    assert "I read the whole page" not in as_amina.get(at(page)).content.decode()
    as_amina.post(at(page, "do/reviewed"))
    page.refresh_from_db()
    assert page.last_reviewed_on is None


def test_write_leads_to_the_open_edition_or_to_a_new_one(as_amina: Client, page: Page, amina: User) -> None:
    assert f'href="/admin/content/edition/add/?page={page.pk}"' in as_amina.get(at(page)).content.decode()
    draft = actions.save_draft(page=page, by=amina, words=words())
    assert f'href="/admin/content/edition/{draft.pk}/change/"' in as_amina.get(at(page)).content.decode()


def test_a_page_is_never_deleted(as_amina: Client, page: Page) -> None:
    assert as_amina.post(at(page, "delete"), {"post": "yes"}).status_code == 403
    as_amina.post(LIST + "?show=all", {"action": "delete_selected", "_selected_action": page.pk, "post": "yes"})
    assert Page.objects.filter(pk=page.pk).exists()


# ------------------------------------------------------------------------------------------------ comments
@pytest.fixture
def comments(published: Edition) -> list[Comment]:
    return [actions.add_comment(page=published.page, useful=False, text=f"Wrong {n}") for n in range(3)]


def test_closed_with_a_reason(as_amina: Client, amina: User, comments: list[Comment]) -> None:
    url = f"/admin/content/comment/{comments[0].pk}/do/close/"
    refused = as_amina.post(url, {"reason": "short"})
    assert refused.status_code == 422
    assert ">\nshort</textarea>" in refused.content.decode()
    as_amina.post(url, {"reason": REASON})
    comments[0].refresh_from_db()
    assert (comments[0].close_reason, comments[0].closed_by) == (REASON, amina)
    listed = as_amina.get("/admin/content/comment/").context["cl"].result_list
    assert comments[0] not in listed
    assert len(listed) == 2


def test_many_are_closed_at_once_with_one_reason(as_amina: Client, comments: list[Comment]) -> None:
    chosen = {"action": "close", "_selected_action": [comment.pk for comment in comments[:2]]}
    assert 'name="reason"' in as_amina.post("/admin/content/comment/", chosen).content.decode()
    refused = as_amina.post("/admin/content/comment/", {**chosen, "confirmed": "yes", "reason": "short"})
    assert refused.status_code == 422
    assert ">\nshort</textarea>" in refused.content.decode()
    assert Comment.objects.open().count() == 3
    as_amina.post("/admin/content/comment/", {**chosen, "confirmed": "yes", "reason": REASON})
    assert [comment.pk for comment in Comment.objects.open()] == [comments[2].pk]


def test_what_a_reader_wrote_is_not_changed(as_amina: Client, chidi: User, comments: list[Comment]) -> None:
    url = f"/admin/content/comment/{comments[0].pk}/change/"
    assert as_amina.post(url, {"text": "other words"}).status_code == 403
    chidi.user_permissions.add(Permission.objects.get(codename="view_comment"))
    assert signed_in(chidi).post(url.replace("change", "do/close"), {"reason": REASON}).status_code == 403
    assert Comment.objects.open().count() == 3


# ------------------------------------------------------------------------------------------------ reference
LISTS = ["externallink", "keydate", "term", "goal", "county", "journey", "movedpage", "comment"]


@pytest.mark.parametrize("name", LISTS)
def test_each_list_asks_for_sign_in_and_the_right(client: Client, chidi: User, as_amina: Client, name: str) -> None:
    url = f"/admin/content/{name}/"
    assert client.get(url).url.startswith("/accounts/login/")
    assert signed_in(chidi).get(url).status_code == 403
    assert as_amina.get(url).status_code == 200


@pytest.mark.parametrize("name", LISTS)
def test_each_list_has_a_search_and_asks_the_database_little(
    as_amina: Client, name: str, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(9):
        assert as_amina.get(f"/admin/content/{name}/", {"q": "a"}).context["cl"].search_fields


def test_a_term_is_saved_and_audited(as_amina: Client) -> None:
    term = Term.objects.get(acronym="FCVS")
    url = f"/admin/content/term/{term.pk}/change/"
    as_amina.post(url, {"acronym": "FCVS", "slug": "other", "name": "Other", "meaning": "New words.", "also": ""})
    term.refresh_from_db()
    assert (term.meaning, term.slug) == ("New words.", "fcvs")
    assert Entry.objects.about(term).get().verb == "glossary term saved"


def test_a_link_is_saved_with_its_steps(as_amina: Client) -> None:
    link, step = ExternalLink.objects.filter(is_listed=True).first(), Page.objects.filter(position=2).first()
    data = {"url": "https://other.example.org/", "label": "New", "is_listed": "on", "step_pages": [step.pk]}
    as_amina.post(f"/admin/content/externallink/{link.pk}/change/", data)
    before = link.url
    link.refresh_from_db()
    assert (link.label, link.url, list(link.step_pages.all())) == ("New", before, [step])


def test_the_links_open_on_dead_and_unchecked(as_amina: Client) -> None:
    link = ExternalLink.objects.first()
    ExternalLink.objects.update(state=LinkState.WORKS)
    ExternalLink.objects.filter(pk=link.pk).update(state=LinkState.DEAD)
    assert list(as_amina.get("/admin/content/externallink/").context["cl"].result_list) == [link]


def test_dates_in_the_wrong_order_are_refused(as_amina: Client) -> None:
    date = KeyDate.objects.first()
    early, late = Fact.objects.filter(kind="date").order_by("value")[:2]
    Fact.objects.filter(pk=late.pk).update(value="2099-01-01")
    data = {"title": "T", "what": "W", "starts": late.pk, "ends": early.pk, "season": ""}
    response = as_amina.post(f"/admin/content/keydate/{date.pk}/change/", data)
    assert response.context["adminform"].form.errors["ends"] == ["The last day is before the first day."]


def test_what_staff_added_can_be_removed_and_what_was_shipped_cannot(as_amina: Client) -> None:
    own = Goal.objects.create(slug="own", title="Own", text="Text", owner="Staff")
    as_amina.post(f"/admin/content/goal/{own.pk}/do/remove/")
    assert not Goal.objects.filter(slug="own").exists()
    shipped = Goal.objects.first()
    response = as_amina.post(f"/admin/content/goal/{shipped.pk}/do/remove/")
    assert "came with the portal" in response.content.decode()
    assert Goal.objects.filter(pk=shipped.pk).exists()


def test_a_link_that_a_page_names_is_not_removed(as_amina: Client, published: Edition) -> None:
    _broken(published.page)
    link = ExternalLink.objects.get(url="https://dead.example.org/")
    response = as_amina.post(f"/admin/content/externallink/{link.pk}/do/remove/")
    assert "It is named by /test-page/ edition 1." in response.content.decode()


def test_old_addresses_are_only_looked_at(as_amina: Client, page: Page) -> None:
    moved = MovedPage.objects.create(address="/old/", page=page)
    assert as_amina.get("/admin/content/movedpage/add/").status_code == 403
    assert as_amina.post(f"/admin/content/movedpage/{moved.pk}/change/", {"address": "/x/"}).status_code == 403


# ------------------------------------------------------------------------------------------------ today
def test_nothing_is_waiting(as_amina: Client) -> None:
    ExternalLink.objects.update(state=LinkState.WORKS)
    Fact.objects.update(recheck_on="2099-01-01")
    assert "Nothing is waiting." in as_amina.get("/admin/").content.decode()


def test_what_waits_today_with_count_and_link(as_amina: Client, published: Edition) -> None:
    for need in NEEDS.values():
        if need is not _in_review:
            need(published.page)
    Fact.objects.filter(key="fcvs.initial_fee").update(recheck_on="2020-01-01")
    desk = as_amina.get("/admin/").content.decode()
    for link in ("page/?show=due", "edition/?show=held_back", "externallink/?show=dead", "comment/?show=open"):
        assert f'<a href="/admin/content/{link}"><strong>1</strong>' in desk
        assert as_amina.get(f"/admin/content/{link}").context["cl"].result_count == 1
    assert 'href="/admin/facts/fact/?show=stale"' in desk


def test_nobody_is_told_of_what_they_may_not_see(chidi: User, comments: list[Comment]) -> None:
    assert "Nothing is waiting." in signed_in(chidi).get("/admin/").content.decode()
    chidi.user_permissions.add(Permission.objects.get(codename="view_comment"))
    assert "<strong>3</strong> Readers" in signed_in(User.objects.get(pk=chidi.pk)).get("/admin/").content.decode()
