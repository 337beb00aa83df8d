"""The life of a page, verb by verb: what each one does, leaves behind, and refuses."""

from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import User
from audit.models import Entry
from content import actions
from content.actions import ContentRefused
from content.models import (
    MOVES,
    Comment,
    County,
    Edition,
    ExternalLink,
    Goal,
    LinkState,
    MovedPage,
    Page,
    Section,
    Status,
)
from pagecache.models import Generation
from tests.conftest import words

SINCE = timedelta(seconds=1)
URL = "https://example.org/fees"
LINKED = words(body=f"## What to do\n\nRead [the fees]({URL}).\n")


def verbs(subject: object) -> list[str]:
    """What the audit says was done, oldest first."""
    return [entry.verb for entry in Entry.objects.about(subject).order_by("id")]


def everything() -> tuple[object, ...]:
    """All that a refused verb must leave as it was."""
    editions = Edition.objects.order_by("pk").values_list(
        "pk", "status", "body", "asked_by", "approved_by", "publish_at"
    )
    pages = Page.objects.order_by("pk").values_list("pk", "address", "live", "next_review_on")
    return (
        list(editions),
        list(pages),
        Entry.objects.count(),
        Generation.objects.get().number,
        MovedPage.objects.count(),
    )


def linked_in_review(page: Page, amina: User, state: str, checked: timedelta | None = SINCE) -> Edition:
    """An edition with one link, as the check left it so long after the edit."""
    edition = actions.save_draft(page=page, by=amina, words=LINKED)
    ExternalLink.objects.filter(url=URL).update(state=state, checked_at=checked and edition.edited_at + checked)
    return actions.ask_for_review(edition=edition, by=amina)


@pytest.fixture
def other_page(db: None) -> Page:
    return Page.objects.create(
        address="/other-page/", section=Section.CONTACT, owner_role="IMG committee", review_every_days=30
    )


# ------------------------------------------------------------ the table of moves
@pytest.mark.parametrize(("before", "after"), [(a, b) for a in Status for b in Status if a != b and b not in MOVES[a]])
def test_every_move_outside_the_table_is_refused(draft: Edition, amina: User, before: str, after: str) -> None:
    draft.status = before
    with pytest.raises(ContentRefused, match="cannot become"):
        actions._move(draft, after, by=amina)
    assert verbs(draft) == ["edition written"]


# ------------------------------------------------------------ writing
def test_a_draft_keeps_words_facts_and_links_and_readers_see_none_of_it(page: Page, amina: User) -> None:
    body = f"It costs {{fcvs.initial_fee}}. [Site]({URL})\n\n::: rule NYSED | https://example.org/rule\nx\n:::\n"
    given = words(body=body, summary="About {nrmp.2027.match_day}.", official_url="https://example.org/")
    draft = actions.save_draft(page=page, by=amina, words=given, change_note="New.")
    assert (draft.status, draft.number, draft.written_by, draft.change_note) == (Status.DRAFT, 1, amina, "New.")
    assert set(draft.facts.values_list("key", flat=True)) == {"fcvs.initial_fee", "nrmp.2027.match_day"}
    assert set(draft.links.values_list("url", flat=True)) == {URL, "https://example.org/rule", "https://example.org/"}
    assert '<data class="fact" value="fcvs.initial_fee">' in draft.html
    assert Client().get(page.address).status_code == 404
    assert verbs(draft) == ["edition written"]


def test_writing_again_keeps_one_open_edition_and_drops_what_is_named_no_more(
    draft: Edition, amina: User, boris: User
) -> None:
    actions.save_draft(page=draft.page, by=amina, words=LINKED)
    again = actions.save_draft(page=draft.page, by=boris, words=words(title="Shorter"))
    assert (again.pk, again.number, again.title, again.written_by) == (draft.pk, 1, "Shorter", boris)
    assert not again.links.exists()


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"body": "It costs $395."}, "“It costs $395.”"),
        ({"summary": "In 30 days."}, "“In 30 days.”"),
        ({"when": "In 2027"}, "“In 2027”"),
        ({"body": "It costs {no.such_fact}."}, "no fact named {no.such_fact}"),
        ({"summary": "{no.such_fact}"}, "no fact named {no.such_fact}"),
        ({"body": "# Title"}, "start at ##"),
        ({"body": "x" * 60_001}, "more than 60,000 characters"),
        ({"body": ""}, "Body: This field cannot be blank"),
        ({"title": ""}, "Title: This field cannot be blank"),
        ({"title": "x" * 121}, "Title: "),
        ({"official_url": "javascript:alert(1)"}, "Official site: Enter a valid URL"),
    ],
)
def test_words_that_break_a_rule_are_refused_and_nothing_is_kept(
    draft: Edition, amina: User, wrong: dict[str, str], told: str
) -> None:
    before = everything()
    with pytest.raises(ContentRefused) as refused:
        actions.save_draft(page=draft.page, by=amina, words=words(**wrong))
    assert any(told in message for message in refused.value.messages), refused.value.messages
    assert everything() == before


def test_the_writer_is_told_every_problem_at_once(page: Page, amina: User) -> None:
    with pytest.raises(ContentRefused) as refused:
        actions.save_draft(page=page, by=amina, words=words(body="# Title\n\n$395 and {no.such}.\n", summary="2027"))
    assert len(refused.value.messages) == 4


def test_in_a_step_every_statement_is_marked(amina: User) -> None:
    step = Page.objects.filter(position=1).get()
    with pytest.raises(ContentRefused, match="each statement is a rule"):
        actions.save_draft(page=step, by=amina, words=words())


@pytest.mark.parametrize("is_scheduled", [False, True])
def test_editing_what_waits_forgets_the_review_and_the_approval(
    in_review: Edition, amina: User, boris: User, is_scheduled: bool
) -> None:
    if is_scheduled:
        actions.approve(edition=in_review, by=boris, publish_at=timezone.now() + timedelta(days=1))
    draft = actions.save_draft(page=in_review.page, by=amina, words=words(title="Changed"))
    assert (draft.pk, draft.status) == (in_review.pk, Status.DRAFT)
    assert {draft.asked_by, draft.asked_at, draft.approved_by, draft.approved_at, draft.publish_at} == {None}
    with pytest.raises(ContentRefused, match="Ask for a review first"):
        actions.approve(edition=draft, by=boris)


# ------------------------------------------------------------ review and approval
def test_an_approved_edition_is_what_readers_see(published: Edition, boris: User) -> None:
    published.page.refresh_from_db()
    assert published.page.live == published
    assert (published.approved_by, published.status) == (boris, Status.PUBLISHED)
    assert published.page.last_reviewed_on == timezone.localdate()
    assert "Write to the society." in Client().get("/test-page/").content.decode()
    assert verbs(published) == ["edition written", "edition waiting for review", "edition published"]


def test_the_next_edition_takes_the_place_of_the_first(published: Edition, amina: User, boris: User) -> None:
    second = actions.save_draft(page=published.page, by=amina, words=words(body="## New\n\nCall the society.\n"))
    assert "Write to the society." in Client().get("/test-page/").content.decode()
    actions.approve(edition=actions.ask_for_review(edition=second, by=amina), by=boris)
    assert "Call the society." in Client().get("/test-page/").content.decode()
    published.refresh_from_db()
    assert (published.status, second.number) == (Status.REPLACED, 2)


def test_asking_and_approving_twice_is_once(draft: Edition, amina: User, boris: User) -> None:
    asked = actions.ask_for_review(edition=draft, by=amina)
    assert actions.ask_for_review(edition=draft, by=boris).asked_by == amina
    tomorrow = timezone.now() + timedelta(days=1)
    actions.approve(edition=asked, by=boris, publish_at=tomorrow)
    before = everything()
    actions.approve(edition=asked, by=boris, publish_at=tomorrow)
    assert everything() == before
    with time_machine.travel(tomorrow):
        actions.publish_due()
        before = everything()
        actions.approve(edition=asked, by=boris)
    assert everything() == before


@pytest.mark.parametrize("asker", ["amina", "chidi"])
def test_neither_the_writer_nor_the_asker_can_approve(draft: Edition, amina: User, chidi: User, asker: str) -> None:
    edition = actions.ask_for_review(edition=draft, by={"amina": amina, "chidi": chidi}[asker])
    before = everything()
    for person in {amina, edition.asked_by}:
        with pytest.raises(ContentRefused, match="second person"):
            actions.approve(edition=edition, by=person, reason="I have looked at it closely.")
    assert everything() == before


def test_where_one_person_is_all_the_staff_a_reason_replaces_the_second(
    in_review: Edition, amina: User, settings: object
) -> None:
    settings.TWO_PERSON_REVIEW = False
    for too_short in ("", "   ", "ok", "  reason   "):
        with pytest.raises(ContentRefused, match="Say why"):
            actions.approve(edition=in_review, by=amina, reason=too_short)
    published = actions.approve(edition=in_review, by=amina, reason="  I am the only editor.  ")
    assert published.status == Status.PUBLISHED
    assert Entry.objects.about(published).first().data["approved_alone"] == "I am the only editor."


def test_the_reviewer_sends_back_with_a_reason(in_review: Edition, boris: User) -> None:
    before = everything()
    with pytest.raises(ContentRefused, match="reason"):
        actions.send_back(edition=in_review, by=boris, reason="no")
    assert everything() == before
    sent = actions.send_back(edition=in_review, by=boris, reason="The fee has changed.")
    assert sent.status == Status.DRAFT
    entry = Entry.objects.about(sent).first()
    assert (entry.verb, entry.actor, entry.data) == (
        "edition draft", boris, {"from": "in_review", "reason": "The fee has changed."},
    )  # fmt: skip


# ------------------------------------------------------------ the links stand in the way
NOT_BEFORE_THE_EDIT = "have not been checked since the last edit"


@pytest.mark.parametrize(
    ("state", "checked", "told"),
    [
        (LinkState.UNCHECKED, None, NOT_BEFORE_THE_EDIT),
        (LinkState.WORKS, timedelta(days=-1), NOT_BEFORE_THE_EDIT),
        (LinkState.DEAD, SINCE, "do not work"),
        (LinkState.DEAD, timedelta(days=-1), "do not work"),
        (LinkState.NO_ANSWER, SINCE, "could not be checked"),
    ],
)
def test_a_link_nobody_vouches_for_stops_the_publication(
    page: Page, amina: User, boris: User, state: str, checked: timedelta | None, told: str
) -> None:
    edition = linked_in_review(page, amina, state, checked)
    before = everything()
    with pytest.raises(ContentRefused, match=told):
        actions.approve(edition=edition, by=boris)
    assert everything() == before


@pytest.mark.parametrize("state", [LinkState.WORKS, LinkState.MOVED, LinkState.REFUSES_ROBOTS])
def test_a_link_checked_since_the_edit_does_not(page: Page, amina: User, boris: User, state: str) -> None:
    edition = linked_in_review(page, amina, state)
    assert actions.approve(edition=edition, by=boris).status == Status.PUBLISHED


def test_a_check_that_could_not_run_needs_a_reason_that_is_kept(page: Page, amina: User, boris: User) -> None:
    edition = linked_in_review(page, amina, LinkState.NO_ANSWER)
    approved = actions.approve(edition=edition, by=boris, reason="I opened each link myself.")
    assert Entry.objects.about(approved).first().data["links_unchecked"] == "I opened each link myself."


# ------------------------------------------------------------ withdrawing, restoring
def test_a_withdrawn_page_is_gone_and_its_draft_brings_it_back(published: Edition, amina: User, boris: User) -> None:
    before = everything()
    with pytest.raises(ContentRefused, match="reason"):
        actions.withdraw(edition=published, by=boris, reason="old")
    assert everything() == before
    actions.withdraw(edition=published, by=boris, reason="The program has ended.")
    assert Client().get("/test-page/").status_code == 404
    after = everything()
    actions.withdraw(edition=published, by=boris, reason="The program has ended.")
    assert everything() == after
    entry = Entry.objects.about(published).first()
    assert (entry.verb, entry.data) == ("edition withdrawn", {"from": "published", "reason": "The program has ended."})
    draft = actions.restore_edition(edition=published, by=amina)
    assert (draft.number, draft.status, draft.body, draft.change_note) == (2, Status.DRAFT, published.body, "")
    assert verbs(draft) == ["edition written", "edition restored as draft"]
    actions.approve(edition=actions.ask_for_review(edition=draft, by=amina), by=boris)
    assert Client().get("/test-page/").status_code == 200


def test_a_dropped_draft_leaves_the_published_page_alone(published: Edition, amina: User) -> None:
    draft = actions.save_draft(page=published.page, by=amina, words=words(title="Another"))
    generation = Generation.objects.get().number
    actions.withdraw(edition=draft, by=amina, reason="Not needed any more.")
    assert Page.objects.get(pk=published.page_id).live == published
    assert Generation.objects.get().number == generation


def test_an_earlier_edition_is_not_restored_over_a_colleagues_draft(
    published: Edition, amina: User, boris: User
) -> None:
    actions.save_draft(page=published.page, by=boris, words=words(title="Boris at work"))
    before = everything()
    with pytest.raises(ContentRefused, match="already has a draft"):
        actions.restore_edition(edition=published, by=amina)
    assert everything() == before


# ------------------------------------------------------------ pages
def test_a_page_read_against_its_sources_is_due_again_after_its_interval(published: Edition, boris: User) -> None:
    with time_machine.travel("2028-02-29T12:00:00-05:00", tick=False):
        page = actions.mark_reviewed(page=published.page, by=boris)
    assert (page.last_reviewed_on, page.next_review_on) == (date(2028, 2, 29), date(2028, 5, 29))
    assert verbs(page) == ["page reviewed"]
    assert page not in Page.objects.due_for_review(date(2028, 5, 28))
    assert page in Page.objects.due_for_review(date(2028, 5, 29))
    for moment, is_overdue in (("2028-05-29T23:59:00-04:00", False), ("2028-05-30T00:00:00-04:00", True)):
        with time_machine.travel(moment, tick=False):
            assert page.is_overdue is is_overdue


def test_a_page_that_nobody_can_read_cannot_be_reviewed(page: Page, boris: User) -> None:
    with pytest.raises(ContentRefused, match="Only a published page"):
        actions.mark_reviewed(page=page, by=boris)
    assert verbs(page) == []


def test_changing_who_looks_after_a_page_is_kept_and_moves_its_review(
    published: Edition, amina: User, boris: User
) -> None:
    generation = Generation.objects.get().number
    page = actions.change_page(
        page=published.page, by=amina, owner=boris, review_every_days=30, section=Section.CONTACT
    )
    assert (page.owner, page.next_review_on) == (boris, page.last_reviewed_on + timedelta(days=30))
    entry = Entry.objects.about(page).get()
    assert (entry.verb, entry.actor, entry.data) == ("page changed", amina, {"fields": ["owner", "review_every_days"]})
    assert Generation.objects.get().number == generation + 1
    before = everything()
    actions.change_page(page=page, by=amina, owner=boris, review_every_days=30)
    assert everything() == before


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"address": "no-slashes"}, "Address: An address starts and ends with /"),
        ({"address": "/Upper/"}, "Address: An address starts"),
        ({"address": "/residency/"}, "Address: Page with this Address already exists"),
        ({"review_every_days": 0}, "Review every \\(days\\): "),
        ({"section": "nowhere"}, "Section: "),
        ({"live": None}, "cannot be changed: live"),
        ({"adress": "/x/"}, "cannot be changed: adress"),
        ({"position": 1}, "content_page_step_has_position"),
    ],
)
def test_a_change_that_breaks_a_rule_is_refused(
    published: Edition, amina: User, wrong: dict[str, object], told: str
) -> None:
    before = everything()
    with pytest.raises(ContentRefused, match=told):
        actions.change_page(page=published.page, by=amina, **wrong)
    assert everything() == before


def leads_to(address: str) -> str:
    response = Client().get(address)
    return response["Location"] if response.status_code == 301 else f"{response.status_code}"


def test_every_address_a_page_ever_had_leads_to_where_it_stands(published: Edition, amina: User) -> None:
    page = published.page
    for address in ("/second/", "/third/", "/test-page/", "/second/"):  # on, on, back to the first, back to the second
        page = actions.change_page(page=page, by=amina, address=address)
        assert leads_to(address) == "200"
        for earlier in {"/test-page/", "/second/", "/third/"} - {address}:
            assert leads_to(earlier) in (address, "404")
    assert {leads_to("/test-page/"), leads_to("/third/")} == {"/second/"}
    assert verbs(page) == ["page moved"] * 4
    assert Entry.objects.about(page).first().data == {"from": "/test-page/", "to": "/second/"}


def test_a_page_may_take_and_leave_an_address_that_once_was_anothers(
    published: Edition, other_page: Page, amina: User
) -> None:
    actions.change_page(page=published.page, by=amina, address="/moved/")
    Page.objects.filter(pk=other_page.pk).update(
        address="/test-page/"
    )  # the redirect of the first page still stands there
    actions.change_page(page=other_page, by=amina, address="/elsewhere/")
    assert MovedPage.objects.get(address="/test-page/").page == other_page


def test_a_page_that_shows_a_journey_takes_the_journey_along(amina: User) -> None:
    landing = Page.objects.get(address="/residency/")
    actions.change_page(page=landing, by=amina, address="/the-way-in/")
    assert Page.objects.filter(journey__address="/the-way-in/").exists()


def test_a_new_page_takes_its_address_and_is_not_public(published: Edition, amina: User) -> None:
    actions.change_page(page=published.page, by=amina, address="/moved/")
    fields = {"section": Section.CONTACT, "owner_role": "IMG committee", "review_every_days": 90}
    page = actions.add_page(by=amina, address="/test-page/", **fields)
    assert (verbs(page), leads_to("/test-page/")) == (["page added"], "404")
    with pytest.raises(ContentRefused, match="already exists"):
        actions.add_page(by=amina, address="/test-page/", **fields)


# ------------------------------------------------------------ reference and comments
def test_a_saved_row_is_audited_and_a_wrong_one_refused(amina: User) -> None:
    county = County.objects.get(name="Albany")
    county.society, generation = "Medical Society of the County of Albany", Generation.objects.get().number
    actions.save_reference(instance=county, by=amina)
    assert County.objects.get(name="Albany").society == county.society
    assert (verbs(county), Generation.objects.get().number) == (["county saved"], generation + 1)
    county.website, before = "javascript:alert(1)", everything()
    with pytest.raises(ContentRefused, match="Website: Enter a valid URL"):
        actions.save_reference(instance=county, by=amina)
    assert everything() == before


def test_the_rows_a_link_belongs_to_are_saved_with_it(amina: User) -> None:
    link, step = ExternalLink.objects.filter(is_listed=True).first(), Page.objects.get(position=2)
    actions.save_reference(instance=link, by=amina, step_pages=[step])
    assert list(link.step_pages.all()) == [step]


def test_what_staff_added_can_be_removed_and_what_shipped_or_is_named_stays(draft: Edition, amina: User) -> None:
    goal = actions.save_reference(
        instance=Goal(slug="ours", title="Ours", text="Words.", owner="Committee", position=99), by=amina
    )
    shipped, link = (
        Goal.objects.exclude(pk=goal.pk).first(),
        actions.save_draft(page=draft.page, by=amina, words=LINKED).links.get(),
    )
    for kept, told in ((shipped, "came with the portal"), (link, "named by /test-page/ edition 1")):
        with pytest.raises(ContentRefused, match=told):
            actions.remove_reference(instance=kept, by=amina)
        assert type(kept).objects.filter(pk=kept.pk).exists()
    actions.remove_reference(instance=goal, by=amina)
    assert not Goal.objects.filter(slug="ours").exists()
    assert Entry.objects.filter(verb="committee goal removed", subject="Ours").exists()


def test_a_comment_is_closed_once_with_a_reason(published: Edition, amina: User, boris: User) -> None:
    comment = actions.add_comment(page=Page.objects.get(pk=published.page_id), useful=False, text="  Too long.  ")
    assert (comment.text, comment.edition_number) == ("Too long.", 1)
    with pytest.raises(ContentRefused, match="reason"):
        actions.close_comment(comment=comment, by=amina, reason="done")
    assert (list(Comment.objects.open()), verbs(comment)) == ([comment], [])
    actions.close_comment(comment=comment, by=amina, reason="The page is shorter now.")
    again = actions.close_comment(comment=comment, by=boris, reason="Closed by me as well.")
    assert (again.closed_by, again.close_reason, verbs(comment)) == (
        amina,
        "The page is shorter now.",
        ["comment closed"],
    )
    assert not Comment.objects.open().exists()
