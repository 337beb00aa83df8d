"""Writing, reviewing and publishing at the staff desk."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from content import actions
from content.models import Edition, ExternalLink, LinkState, Page, Status
from tests.conftest import signed_in, words

pytestmark = pytest.mark.django_db
LIST = "/admin/content/edition/"


def at(edition: Edition, door: str = "change") -> str:
    return f"{LIST}{edition.pk}/{door}/"


def do(client: Client, edition: Edition, verb: str, **data: Any) -> Any:
    return client.post(at(edition, f"do/{verb}"), data)


def form(**changed: Any) -> dict[str, Any]:
    return {**words(), "change_note": "", **changed}


def errors(response: Any) -> list[str]:
    return list(response.context["adminform"].form.non_field_errors())


def may(user: User, *rights: str) -> Client:
    user.user_permissions.add(*Permission.objects.filter(codename__in=rights))
    return signed_in(user)


# ------------------------------------------------------------------------------------------------ the ladder
DOORS = [
    "change",
    "history",
    "preview",
    "do/ask",
    "do/approve",
    "do/send-back",
    "do/withdraw",
    "do/restore",
    "do/check-links",
]


@pytest.mark.parametrize("door", DOORS)
def test_every_door_asks_for_sign_in_and_for_the_right(client: Client, chidi: User, draft: Edition, door: str) -> None:
    assert client.get(at(draft, door)).url.startswith("/accounts/login/")
    assert signed_in(chidi).get(at(draft, door)).status_code == 403
    assert signed_in(chidi).post(at(draft, door)).status_code in (403, 405)


@pytest.mark.parametrize("verb", ["ask", "approve", "withdraw-draft"])
def test_no_other_method(as_amina: Client, draft: Edition, verb: str) -> None:
    assert as_amina.delete(at(draft, f"do/{verb}")).status_code == 405


@pytest.mark.parametrize("verb", ["approve", "send-back", "withdraw", "restore"])
def test_a_verb_of_another_state_changes_nothing_and_says_so(as_boris: Client, draft: Edition, verb: str) -> None:
    response = as_boris.post(at(draft, f"do/{verb}"), {"reason": "a good enough reason"}, follow=True)
    assert "is not possible here any more" in response.content.decode()
    draft.refresh_from_db()
    assert draft.status == Status.DRAFT


def test_a_writer_cannot_approve_and_sees_no_button(chidi: User, in_review: Edition) -> None:
    client = may(chidi, "change_edition", "view_edition")
    assert "Approve and publish" not in client.get(at(in_review)).content.decode()
    assert do(client, in_review, "approve").status_code == 403


def test_a_reviewer_without_the_right_to_write_reads_and_approves(chidi: User, in_review: Edition) -> None:
    client = may(chidi, "approve_edition")
    assert client.post(at(in_review), form()).status_code == 403
    do(client, in_review, "approve")
    in_review.refresh_from_db()
    assert (in_review.status, in_review.approved_by) == (Status.PUBLISHED, chidi)


# ------------------------------------------------------------------------------------------------ writing
def test_write_begins_with_the_live_words_and_keeps_nothing_before_saving(as_amina: Client, published: Edition) -> None:
    response = as_amina.get(f"{LIST}add/?page={published.page_id}")
    assert published.body.strip() in response.content.decode()
    assert published.page.editions.count() == 1
    as_amina.post(f"{LIST}add/?page={published.page_id}", form(title="A new title"))
    assert published.page.editions.get(status=Status.DRAFT).title == "A new title"


def test_write_leads_to_the_open_edition(as_amina: Client, draft: Edition) -> None:
    assert as_amina.get(f"{LIST}add/?page={draft.page_id}").url == at(draft)


@pytest.mark.parametrize("query", ["", "?page=0", "?page=x"])
def test_without_a_page_it_asks_for_one(as_amina: Client, query: str) -> None:
    assert as_amina.get(f"{LIST}add/{query}").url == "/admin/content/page/?show=all"


def test_saving_keeps_the_words(as_amina: Client, draft: Edition, amina: User) -> None:
    as_amina.post(at(draft), form(title="Better words", change_note="What is new."))
    draft.refresh_from_db()
    assert (draft.title, draft.change_note, draft.written_by) == ("Better words", "What is new.", amina)


def test_every_problem_is_said_at_once_and_what_was_typed_stays(as_amina: Client, draft: Edition) -> None:
    body = "It costs $395.\n\n# Too high\n\nAsk {no.such_fact}.\n"
    response = as_amina.post(at(draft), form(body=body, title=""))
    said = " ".join(errors(response))
    assert "A figure is never typed" in said
    assert "Headings start at ##" in said
    assert "There is no fact named {no.such_fact}" in said
    assert response.context["adminform"].form.errors["title"]
    assert "It costs $395." in response.content.decode()
    draft.refresh_from_db()
    assert draft.body == words()["body"]


def test_the_action_has_the_last_word(as_amina: Client, draft: Edition) -> None:
    response = as_amina.post(at(draft), form(body="It costs $395."))
    assert errors(response) == ["A figure is never typed: make it a fact and name it. “It costs $395.”"]
    assert "<title>Error: " in response.content.decode()


def test_two_people_at_one_edition_do_not_overwrite_each_other(
    as_amina: Client, as_boris: Client, draft: Edition
) -> None:
    opened_at = as_amina.get(at(draft)).context["adminform"].form.initial["opened_at"]
    as_boris.post(at(draft), form(title="Boris was here", opened_at=opened_at))
    response = as_amina.post(at(draft), form(title="Amina too", opened_at=opened_at))
    assert "Boris Petrov saved this edition after you opened it" in errors(response)[0]
    assert 'value="Amina too"' in response.content.decode()
    draft.refresh_from_db()
    assert draft.title == "Boris was here"


def test_saving_while_in_review_takes_it_back_to_draft(as_boris: Client, in_review: Edition) -> None:
    as_boris.post(at(in_review), form(title="Changed"))
    in_review.refresh_from_db()
    assert (in_review.status, in_review.asked_by) == (Status.DRAFT, None)


def test_saving_a_scheduled_edition_forgets_the_schedule(as_amina: Client, in_review: Edition, boris: User) -> None:
    actions.approve(edition=in_review, by=boris, publish_at=timezone.now() + timedelta(days=3))
    as_amina.post(at(in_review), form(title="Changed"))
    in_review.refresh_from_db()
    assert (in_review.status, in_review.publish_at) == (Status.DRAFT, None)


def test_published_words_cannot_be_changed(as_amina: Client, published: Edition) -> None:
    shown = as_amina.get(at(published)).content.decode()
    assert "<textarea" not in shown
    assert "Save the draft" not in shown
    assert as_amina.post(at(published), form(title="Changed")).status_code == 403
    published.refresh_from_db()
    assert published.title == words()["title"]


def test_step_fields_are_there_for_a_step_and_kept_elsewhere(as_amina: Client, draft: Edition) -> None:
    step = Page.objects.filter(journey__isnull=False).first()
    assert 'name="runs_it"' in as_amina.get(f"{LIST}add/?page={step.pk}").content.decode()
    assert 'name="runs_it"' not in as_amina.get(at(draft)).content.decode()
    Edition.objects.filter(pk=draft.pk).update(runs_it="The society")
    as_amina.post(at(draft), form())
    draft.refresh_from_db()
    assert draft.runs_it == "The society"


def test_how_to_write_stands_beside_the_body(as_amina: Client, draft: Edition) -> None:
    shown = as_amina.get(at(draft)).content.decode()
    assert "<summary>How to write</summary>" in shown
    assert "residency-year" in shown


# ------------------------------------------------------------------------------------------------ review
def test_two_people_publish(as_amina: Client, as_boris: Client, boris: User, draft: Edition) -> None:
    do(as_amina, draft, "ask")
    assert do(as_boris, draft, "approve").url == at(draft)
    draft.refresh_from_db()
    assert (draft.status, draft.approved_by, draft.page.live) == (Status.PUBLISHED, boris, draft)


def test_nobody_approves_their_own_work(as_amina: Client, in_review: Edition) -> None:
    response = do(as_amina, in_review, "approve")
    assert response.status_code == 422
    assert "a second person must approve it" in response.content.decode()
    in_review.refresh_from_db()
    assert in_review.status == Status.IN_REVIEW


def test_a_lone_editor_gives_a_reason(as_amina: Client, in_review: Edition, settings: Any) -> None:
    settings.TWO_PERSON_REVIEW = False
    assert "Why you approve your own work" in as_amina.get(at(in_review, "do/approve")).content.decode()
    response = do(as_amina, in_review, "approve", reason="short")
    assert ">\nshort</textarea>" in response.content.decode()
    do(as_amina, in_review, "approve", reason="Nobody else works here in November.")
    in_review.refresh_from_db()
    assert in_review.status == Status.PUBLISHED


def test_no_reason_is_asked_for_where_none_is_needed(as_boris: Client, in_review: Edition) -> None:
    assert 'name="reason"' not in as_boris.get(at(in_review, "do/approve")).content.decode()


def test_looking_at_a_button_does_nothing(as_boris: Client, in_review: Edition) -> None:
    as_boris.get(at(in_review, "do/approve"))
    in_review.refresh_from_db()
    assert in_review.status == Status.IN_REVIEW


def test_scheduled_in_new_york_time(as_boris: Client, in_review: Edition) -> None:
    do(as_boris, in_review, "approve", publish_on="2099-07-01", publish_time="10:30")
    in_review.refresh_from_db()
    assert in_review.status == Status.SCHEDULED
    assert in_review.publish_at.isoformat() == "2099-07-01T14:30:00+00:00"


def test_a_day_alone_means_nine_in_the_morning(as_boris: Client, in_review: Edition) -> None:
    do(as_boris, in_review, "approve", publish_on="2099-01-05")
    in_review.refresh_from_db()
    assert in_review.publish_at.isoformat() == "2099-01-05T14:00:00+00:00"


@pytest.mark.parametrize(
    ("on", "time", "said"),
    [
        ("2020-01-01", "10:00", "That time has passed."),
        ("", "10:00", "Give the day too"),
        ("2099-03-08", "02:30", "The clocks change in that hour."),
        ("soon", "", "Enter a valid date."),
    ],
)
def test_a_wrong_time_publishes_nothing(as_boris: Client, in_review: Edition, on: str, time: str, said: str) -> None:
    response = do(as_boris, in_review, "approve", publish_on=on, publish_time=time)
    assert response.status_code == 422
    assert said in response.content.decode()
    in_review.refresh_from_db()
    assert in_review.status == Status.IN_REVIEW


def test_sent_back_with_a_reason(as_boris: Client, in_review: Edition) -> None:
    assert do(as_boris, in_review, "send-back", reason="short").status_code == 422
    do(as_boris, in_review, "send-back", reason="The second paragraph has no source.")
    in_review.refresh_from_db()
    assert in_review.status == Status.DRAFT
    assert "The second paragraph has no source." in as_boris.get(at(in_review, "history")).content.decode()


def test_withdrawn_from_readers_only_by_who_may_approve(chidi: User, as_boris: Client, published: Edition) -> None:
    writer = may(chidi, "change_edition")
    assert do(writer, published, "withdraw", reason="It is wrong and harms readers.").status_code == 403
    do(as_boris, published, "withdraw", reason="It is wrong and harms readers.")
    assert Page.objects.get(pk=published.page_id).live is None


def test_restored_as_a_draft(as_amina: Client, published: Edition) -> None:
    response = do(as_amina, published, "restore")
    draft = published.page.editions.get(status=Status.DRAFT)
    assert response.url == at(draft)
    assert draft.body == published.body
    again = do(as_amina, published, "restore")
    assert "This page already has a draft." in again.content.decode()


# ------------------------------------------------------------------------------- links, preview, compare
@pytest.fixture
def linked(page: Page, amina: User) -> Edition:
    body = "Ask [the society](https://www.example.org/ask)."
    return actions.save_draft(page=page, by=amina, words=words(body=body))


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (LinkState.UNCHECKED, "not checked yet"),
        (LinkState.WORKS, "works"),
        (LinkState.MOVED, "moved to https://new.example.org/"),
        (LinkState.REFUSES_ROBOTS, "refuses automatic checks"),
        (LinkState.DEAD, "does not work (answer 404)"),
        (LinkState.NO_ANSWER, "could not be checked"),
    ],
)
def test_the_state_of_each_link_in_words(as_amina: Client, linked: Edition, state: str, said: str) -> None:
    linked.links.update(state=state, moved_to="https://new.example.org/", http_status=404, checked_at=timezone.now())
    shown = as_amina.get(at(linked)).content.decode()
    assert f"<td>https://www.example.org/ask</td><td>{said}</td>" in shown


def test_check_links_now_checks_each(as_amina: Client, linked: Edition, amina: User, monkeypatch: Any) -> None:
    called: list[tuple[int, User]] = []
    monkeypatch.setattr("content.admin.verbs.check_link", lambda *, link_id, by: called.append((link_id, by)))
    assert do(as_amina, linked, "check-links").url == at(linked)
    assert called == [(ExternalLink.objects.get(url="https://www.example.org/ask").pk, amina)]


def test_the_preview_shows_a_link_to_send_and_when_it_ends(as_amina: Client, client: Client, draft: Edition) -> None:
    response = as_amina.get(at(draft, "preview"))
    assert client.get(response.context["here"]).status_code == 200
    assert response.context["address"].endswith(response.context["here"])
    assert as_amina.post(at(draft, "preview")).status_code == 405


def test_compare_marks_lines_by_sign_and_word(as_amina: Client, published: Edition, amina: User) -> None:
    draft = actions.save_draft(page=published.page, by=amina, words=words(body="## What to do\n\nCall the society.\n"))
    url = f"/admin/content/page/{published.page_id}/compare/"
    shown = as_amina.get(url, {"older": published.pk, "newer": draft.pk}).content.decode()
    assert "Removed: </span>Write to the society." in shown
    assert "Added: </span>Call the society." in shown
    assert as_amina.get(url).context["newer"] == draft


def test_compare_refuses_the_editions_of_another_page(as_amina: Client, published: Edition) -> None:
    other = Edition.objects.exclude(page=published.page).first()
    url = f"/admin/content/page/{published.page_id}/compare/"
    response = as_amina.get(url, {"older": other.pk, "newer": published.pk})
    assert response.context["form"].errors["older"]
    assert other.title not in response.content.decode()


# ------------------------------------------------------------------------------------------------ the list
def test_it_opens_on_what_is_being_worked_on(as_amina: Client, draft: Edition) -> None:
    assert [edition.pk for edition in as_amina.get(LIST).context["cl"].result_list] == [draft.pk]
    assert as_amina.get(LIST, {"show": "all"}).context["cl"].result_count > 1


def test_the_list_asks_the_database_no_more_for_more_rows(as_amina: Client, draft: Edition) -> None:
    with CaptureQueriesContext(connection) as for_one:
        as_amina.get(LIST)
    with CaptureQueriesContext(connection) as for_many:
        assert as_amina.get(LIST, {"show": "all"}).context["cl"].result_count > 3
    assert len(for_many) <= len(for_one)
