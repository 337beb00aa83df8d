"""/my/: what waits for a person, from every part, and whose turn it is."""

import re
from datetime import date

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts import actions as accounts
from accounts.models import Role, User
from content import actions
from content.models import Edition, Page, Section
from mssny_img.my import YOU, parts_of
from notices.actions import mark_bad_address, owe
from notices.models import Mail, Notice, State
from tests.accounts.signing_in import LOGIN_CODE, ask_for_code
from tests.conftest import signed_in, words

pytestmark = pytest.mark.django_db
DOOR = "/my/"


def part(client: Client, title: str) -> str:
    """The words of one part; empty when the page has no such part."""
    sections = re.findall(r"<section.*?</section>", client.get(DOOR).content.decode(), re.DOTALL)
    return next((section for section in sections if f">{title}</h2>" in section), "")


def titles(client: Client) -> list[str]:
    return re.findall(r'<h2 id="part-\d+">(.*?)</h2>', client.get(DOOR).content.decode())


def lines(person: User) -> dict[str, str]:
    return {line.words: line.waits_for for each in parts_of(person) for line in each.lines}


def sent(person: User, heading: str, day: int = 1) -> None:
    mail = Mail.objects.create(
        person=person, address=person.email, message_id=f"<{person.pk}-{day}@x>", next_try_at=timezone.now()
    )
    notice = owe(kind="content.review_due", person=person, about=f"x:{day}", due_on=date(2026, 11, day))
    changed = {"state": State.IN_MAIL, "mail": mail, "heading": heading, "said_at": timezone.now()}
    Notice.objects.filter(pk=notice.pk).update(**changed)


@pytest.fixture
def editor(dolores: User, amina: User) -> User:
    accounts.give_role(role=Role.objects.get(slug="content-editor"), person=dolores, by=amina)
    return User.objects.get(pk=dolores.pk)


# ------------------------------------------------------------------------------------------------ the door
def test_it_is_where_people_land_after_signing_in(client: Client, dolores: User) -> None:
    code = ask_for_code(client, dolores.email)
    answer = client.post(LOGIN_CODE, {"code": code}, follow=True)
    assert answer.redirect_chain[-1][0] == DOOR
    assert "Dolores Cruz, nothing waits for you today." in answer.content.decode()


@pytest.mark.parametrize("method", ["get", "post"])
def test_it_asks_a_stranger_to_sign_in(client: Client, method: str) -> None:
    assert getattr(client, method)(DOOR)["Location"] == "/accounts/login/?next=/my/"


def test_it_is_only_read_and_never_kept(dolores: User) -> None:
    client = signed_in(dolores)
    assert client.post(DOOR).status_code == 405
    assert "no-store" in client.get(DOOR)["Cache-Control"]


def test_every_page_leads_to_it_in_the_same_bytes_for_everybody(client: Client, dolores: User) -> None:
    public = client.get("/").content
    assert b'<a href="/my/">My page</a>' in public
    assert signed_in(dolores).get("/").content == public
    assert b'<a href="/my/" aria-current="page">My page</a>' in signed_in(dolores).get(DOOR).content


# ------------------------------------------------------------------------------------------------ somebody new
def test_a_new_member_finds_where_to_begin_and_nothing_of_the_staff(dolores: User) -> None:
    client = signed_in(dolores)
    assert titles(client) == ["Messages", "Guidance for you"]
    assert "No message was sent to you yet." in part(client, "Messages")
    for url in re.findall(r'href="(/[^"]+)"', part(client, "Guidance for you")):
        assert client.get(url).status_code == 200
    assert "/admin/" not in client.get(DOOR).content.decode()


# ------------------------------------------------------------------------------------------------ messages
def test_the_last_messages_of_ones_own_are_listed(dolores: User, amina: User) -> None:
    for day in range(1, 6):
        sent(dolores, f"Message {day}", day)
    sent(amina, "Not for Dolores")
    shown = part(signed_in(dolores), "Messages")
    assert re.findall(r"Message \d", shown) == ["Message 5", "Message 4", "Message 3"]
    assert "Not for Dolores" not in shown


def test_an_address_that_does_not_work_waits_for_its_owner_and_comes_first(dolores: User, amina: User) -> None:
    mark_bad_address(address="Dolores@member.example", problem="no such mailbox")
    client = signed_in(dolores)
    assert titles(client)[0] == "Messages"
    assert "1 thing waits for you." in client.get(DOOR).content.decode()
    assert "waits for you" in part(client, "Messages")
    assert "comes back" not in part(signed_in(amina), "Messages")


# ------------------------------------------------------------------------------------------------ the staff desk
def test_staff_without_a_second_factor_are_told_to_set_one_up(editor: User) -> None:
    client = signed_in(editor)
    assert "second factor:" not in part(client, "Staff desk")
    Authenticator.objects.all().delete()
    shown = part(client, "Staff desk")
    assert 'href="/accounts/2fa/"' in shown
    assert "waits for you" in shown


def test_whose_turn_an_edition_is(page: Page, editor: User, amina: User) -> None:
    draft = actions.save_draft(page=page, by=editor, words=words())
    assert lines(editor)["Test page: draft"] == YOU
    assert "Test page: draft" not in lines(amina)
    actions.ask_for_review(edition=draft, by=editor)
    assert lines(editor)["Test page: waiting for review"] == "a second person"
    assert lines(amina)["Test page: waiting for review"] == YOU


def test_who_may_not_approve_is_not_asked_to(in_review: Edition, chidi: User) -> None:
    assert lines(chidi).get("Test page: waiting for review") is None
    assert "No edition of a page is open." in part(signed_in(chidi), "Staff desk")


# ------------------------------------------------------------------------------------------------ pages
@pytest.mark.parametrize("role", ["owner", "deputy"])
def test_a_page_whose_review_is_due_waits_for_who_looks_after_it(
    published: Edition, editor: User, chidi: User, role: str
) -> None:
    days = {"last_reviewed_on": date(2026, 8, 1), "next_review_on": date(2026, 11, 20)}
    Page.objects.filter(pk=published.page_id).update(**{role: editor}, **days)
    with time_machine.travel("2026-11-19 12:00-05:00", tick=False):
        assert lines(editor)["Test page: next review"] == ""
    with time_machine.travel("2026-11-20 12:00-05:00", tick=False):
        client = signed_in(editor)
        assert lines(editor)["Test page: review due"] == YOU
        assert titles(client)[0] == "Pages you look after"
        shown = part(client, "Pages you look after")
    assert '<time class="quiet" datetime="2026-11-20">20 November 2026</time>' in shown
    assert f'href="/admin/content/page/{published.page_id}/change/"' in shown
    assert part(signed_in(chidi), "Pages you look after") == ""


def test_who_may_not_open_the_desk_is_led_to_the_page_itself(published: Edition, chidi: User) -> None:
    Page.objects.filter(pk=published.page_id).update(owner=chidi)
    shown = part(signed_in(chidi), "Pages you look after")
    assert 'href="/test-page/"' in shown
    assert "/admin/" not in shown


def test_all_that_is_due_is_listed_and_of_the_rest_what_comes_next(editor: User) -> None:
    pages = list(Page.objects.published()[:8])
    for number, one in enumerate(pages):
        day = date(2026, 11, 10 + number)
        Page.objects.filter(pk=one.pk).update(owner=editor, last_reviewed_on=date(2026, 8, 1), next_review_on=day)
    with time_machine.travel("2026-11-11 12:00-05:00", tick=False):
        shown = part(signed_in(editor), "Pages you look after")
    assert (shown.count("review due"), shown.count("next review")) == (2, 3)
    assert "All 8 pages you look after" in shown


# ------------------------------------------------------------------------------------------------ queries
def test_it_asks_no_more_for_many_than_for_one(
    editor: User, amina: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = signed_in(editor)
    for number in range(1, 4):
        sent(editor, f"Message {number}", number)
        one = Page.objects.create(
            address=f"/page-{number}/", section=Section.CONTACT, owner_role="x", review_every_days=90, owner=editor
        )
        actions.save_draft(page=one, by=editor, words=words())
        Page.objects.filter(pk=Page.objects.published()[number].pk).update(deputy=editor)
        with django_assert_max_num_queries(13):
            assert client.get(DOOR).status_code == 200
