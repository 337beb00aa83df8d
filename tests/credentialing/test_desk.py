"""The staff's desk of the checklists: what it opens on, what stays closed without a reason, and what its buttons do."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.db import connection
from django.db.models import QuerySet
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actions import give_role
from accounts.models import Role, User
from audit.models import Entry
from credentialing.models import (
    Catalogue,
    CatalogueStatus,
    Chase,
    Checklist,
    HelpRequest,
    Item,
    Move,
    Party,
    Spec,
    StaffNote,
    Status,
)
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
ITEMS, HELP, LISTS = (f"/admin/credentialing/{name}/" for name in ("item", "helprequest", "checklist"))
TODAY = date(2026, 12, 1)
REASON = {"reason": "The member asked us by telephone to look."}
PRIVATE, ASKED, SAID = "my uncle knows the dean", "The dean does not answer me.", "We need the seal."
Make = Callable[..., Item]


@pytest.fixture(autouse=True)
def first_of_december() -> Any:
    with time_machine.travel(datetime(2026, 12, 1, 17, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def catalogue(db: None) -> Catalogue:
    """An older version, so that it stands beside whichever one is in use."""
    made = Catalogue.objects.create(number=900, status=CatalogueStatus.REPLACED, published_at=timezone.now())
    for place, (key, title, party) in enumerate(
        (("school_form", "School verification", Party.SCHOOL), ("ny_form", "New York Form 1", Party.NYSED))
    ):
        Spec.objects.create(
            catalogue=made, key=key, position=place, section="fcvs", title=title, supplier=Party.YOU, passes_to=party
        )
    return made


@pytest.fixture
def make(catalogue: Catalogue, dolores: User) -> Make:
    """An item of Dolores, or of `person`, sent to her school and waiting for `days`."""

    def made(days: int | None = 10, *, person: User = dolores, key: str = "school_form", **fields: Any) -> Item:
        answers = dict.fromkeys(Checklist.ANSWERS[:5], "yes")
        checklist, _ = Checklist.objects.get_or_create(person=person, defaults={"catalogue": catalogue, **answers})
        since = None if days is None else TODAY - timedelta(days=days)
        plain = {"status": Status.SENT, "waiting_on": Party.SCHOOL, "waiting_since": since, "note": PRIVATE}
        return Item.objects.create(checklist=checklist, key=key, **(plain | fields))

    return made


@pytest.fixture
def item(make: Make) -> Item:
    return make(47, is_stuck=True)


@pytest.fixture
def asked(item: Item) -> HelpRequest:
    return HelpRequest.objects.create(item=item, words=ASKED, form_token=uuid4())


@pytest.fixture
def helper(amina: User) -> User:
    person = User.objects.create_user("hana@mssny.example", full_name="Hana Suzuki")
    give_role(role=Role.objects.get(slug="credentialing-helper"), person=person, by=amina)
    return User.objects.get(pk=person.pk)


@pytest.fixture
def as_helper(helper: User) -> Client:
    return signed_in(helper)


def told(days_ago: int = 1) -> datetime:
    return timezone.now() - timedelta(days=days_ago)


def at(row: Any, door: str = "change") -> str:
    return f"/admin/credentialing/{row._meta.model_name}/{row.pk}/{door}/"


def listed(client: Client, address: str = ITEMS, **query: str) -> list[int]:
    return [row.pk for row in client.get(address, query).context["cl"].result_list]


def page(client: Client, address: str, **query: str) -> str:
    answer = client.get(address, query)
    assert answer.status_code == 200, answer
    return answer.content.decode()


def opened(client: Client, row: Any) -> str:
    assert client.post(at(row, "open"), REASON).url == at(row)
    return page(client, at(row))


# ------------------------------------------------------------------------------------------------ what it opens on
def test_the_items_open_on_what_needs_us_the_oldest_first(as_helper: Client, make: Make) -> None:
    make(400)
    stuck, older = make(47, is_stuck=True, key="a"), make(95, staff_told_at=told(), key="b")
    undated = make(None, is_stuck=True, key="c")
    assert listed(as_helper) == [older.pk, stuck.pk, undated.pk]


@pytest.mark.parametrize(
    ("fields", "needs"),
    [
        ({}, False),
        ({"is_stuck": True, "closed_on": TODAY}, True),
        ({"staff_told_at": told(2)}, True),
        ({"staff_told_at": told(2), "staff_seen_at": told(1)}, False),
        ({"staff_told_at": told(1), "staff_seen_at": told(2)}, True),
        ({"staff_told_at": told(2), "closed_on": TODAY}, False),
        ({"staff_told_at": told(2), "is_needed": False}, False),
    ],
)
def test_what_needs_us(as_helper: Client, make: Make, fields: dict[str, Any], needs: bool) -> None:
    one = make(**fields)
    assert (listed(as_helper) == [one.pk]) is needs
    lists = listed(as_helper, LISTS)
    assert (lists == [one.checklist_id]) is needs


def test_the_filters(as_helper: Client, make: Make) -> None:
    stuck = make(10, is_stuck=True, key="a")
    late = make(40, key="b", waiting_on=Party.ECFMG, follow_up_on=TODAY - timedelta(days=1))
    due_today = make(41, key="c", waiting_on=Party.ECFMG, follow_up_on=TODAY)
    make(200, key="d", waiting_on=Party.ECFMG, closed_on=TODAY, follow_up_on=date(2026, 11, 1))
    blocked = make(None, key="e", waiting_on="")
    assert listed(as_helper, show="stuck") == [stuck.pk]
    assert listed(as_helper, show="told") == []
    assert listed(as_helper, show="overdue") == [late.pk]
    assert listed(as_helper, show="waiting") == [due_today.pk, late.pk, stuck.pk]
    assert listed(as_helper, show="waiting", party="ecfmg") == [due_today.pk, late.pk]
    assert listed(as_helper, show="all", item="b") == [late.pk]
    assert blocked.pk in listed(as_helper, show="all")
    assert blocked.pk not in listed(as_helper, show="all", age="to_30")
    assert listed(as_helper, show="all", age="nonsense") == []


def test_help_opens_on_who_has_no_answer_the_longest_first(as_helper: Client, asked: HelpRequest, make: Make) -> None:
    early = HelpRequest.objects.create(item=make(key="b"), words="Hello?", form_token=uuid4())
    HelpRequest.objects.filter(pk=early.pk).update(asked_at=told(9))
    done = HelpRequest.objects.create(
        item=asked.item, words="?", answer="Yes.", answered_at=timezone.now(), form_token=uuid4()
    )
    assert listed(as_helper, HELP) == [early.pk, asked.pk]
    assert listed(as_helper, HELP, show="answered") == [done.pk]


def test_a_search_finds_by_the_address_of_the_account_and_by_nothing_else_of_a_person(
    as_helper: Client, asked: HelpRequest, item: Item, make: Make, amina: User
) -> None:
    make(20, person=amina, is_stuck=True)
    for address, row in ((ITEMS, item), (HELP, asked), (LISTS, item.checklist)):
        assert listed(as_helper, address, q="dolores@member.example") == [row.pk], address
        for words in ("Cruz", "uncle", "dean"):
            assert listed(as_helper, address, q=words) == [], (address, words)


def test_no_list_shows_who_it_is_or_what_they_wrote(as_helper: Client, asked: HelpRequest, item: Item) -> None:
    for address in (ITEMS, HELP, LISTS):
        words = page(as_helper, address, show="all")
        assert f">{item.checklist_id}<" in words or f"Checklist {item.checklist_id}" in words
        assert not [secret for secret in ("Dolores", "Cruz", "dolores@", PRIVATE, ASKED) if secret in words], address


def test_a_longer_list_asks_the_database_no_more(as_helper: Client, make: Make, amina: User) -> None:
    def asks(address: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            as_helper.get(address, {"show": "all"})
        return len(queries)

    make(is_stuck=True)
    few = {address: asks(address) for address in (ITEMS, LISTS)}
    for number in range(20):
        make(number, key=f"k{number}", person=amina)
    assert {address: asks(address) for address in (ITEMS, LISTS)} == few


# ------------------------------------------------------------------------------------------------ the reason
def test_without_a_reason_every_record_stays_closed(as_helper: Client, asked: HelpRequest, item: Item) -> None:
    for row in (item, asked, item.checklist):
        for door in ("change", "history"):
            assert as_helper.get(at(row, door)).url == at(row, "open")
        assert not Entry.objects.about(row).exists()
    assert as_helper.get(at(asked, "do/answer")).url == at(asked, "open")
    assert as_helper.post(at(asked, "do/answer"), {"answer": "Write to them."}).url == at(asked, "open")
    assert HelpRequest.objects.get().answered_at is None


def test_a_reason_is_kept_and_opens_the_whole_list_with_what_belongs_to_it(
    as_helper: Client, helper: User, asked: HelpRequest, item: Item
) -> None:
    opened(as_helper, item.checklist)
    entry = Entry.objects.about(item.checklist).get()
    assert (entry.verb, entry.actor, entry.data) == ("record opened", helper, REASON)
    assert "Dolores" not in entry.subject
    assert ASKED in page(as_helper, at(item))
    assert ASKED in page(as_helper, at(asked))
    assert ASKED in page(as_helper, at(asked, "do/answer"))


def test_a_reason_for_one_item_opens_nothing_above_or_beside_it(
    as_helper: Client, asked: HelpRequest, item: Item, make: Make
) -> None:
    beside = make(key="ny_form")
    opened(as_helper, item)
    assert as_helper.get(at(asked)).status_code == 200
    assert as_helper.get(at(item.checklist)).url == at(item.checklist, "open")
    assert as_helper.get(at(beside)).url == at(beside, "open")


def test_it_closes_after_a_quarter_of_an_hour(as_helper: Client, item: Item) -> None:
    opened(as_helper, item.checklist)
    with time_machine.travel(timezone.now() + timedelta(minutes=16), tick=False):
        assert as_helper.get(at(item)).status_code == 302


def test_an_opened_checklist_shows_each_question_and_each_state(as_helper: Client, make: Make) -> None:
    sent = make(47, is_stuck=True)
    words = opened(as_helper, sent.checklist)
    assert "<p>Do you hold an ECFMG Certificate? <strong>Yes</strong></p>" in words
    assert "0 done, 0 for the physician to do, 1 with others, 0 cannot start yet." in words
    assert f'<a href="{at(sent)}">School verification</a>' in words
    assert "sent, <strong>stuck: asks for help</strong>" in words
    assert "<td>the medical school since 15 October 2026 (47 days)</td>" in words


@pytest.mark.parametrize("which", ["item", "checklist"])
def test_an_opened_record_shows_the_work_and_never_the_private_note(
    as_helper: Client, helper: User, asked: HelpRequest, item: Item, which: str
) -> None:
    Move.objects.create(item=item, from_status="to_do", to_status="sent", on=date(2026, 10, 15), words=SAID)
    Chase.objects.create(
        item=item, on=date(2026, 11, 3), channel="phone", whom="the registrar", answer="Next week.", form_token=uuid4()
    )
    StaffNote.objects.create(item=item, words="Called the school.", written_by=helper)
    words = opened(as_helper, item if which == "item" else item.checklist)
    shown = ("Dolores Cruz", "School verification", "the medical school", "15 October 2026", SAID, "3 November 2026")
    for wanted in (*shown, "telephone", "the registrar", "Next week.", ASKED, "Called the school.", "not answered yet"):
        assert wanted in words, wanted
    assert PRIVATE not in words


def test_what_they_wrote_is_text_and_not_markup(as_helper: Client, item: Item) -> None:
    one = HelpRequest.objects.create(item=item, words="<b onclick=x>now</b>\nplease", form_token=uuid4())
    words = opened(as_helper, item) + page(as_helper, at(one, "do/answer"))
    assert "<b onclick" not in words
    assert "&lt;b onclick=x&gt;now&lt;/b&gt;<br>please" in words


# ------------------------------------------------------------------------------------------------ the buttons
def test_an_answer_is_given_once_and_ends_what_is_stuck(
    as_helper: Client, helper: User, asked: HelpRequest, item: Item
) -> None:
    assert at(asked, "do/answer") in opened(as_helper, item)
    assert as_helper.post(at(asked, "do/answer"), {"answer": "Write to the ministry."}).url == at(asked)
    asked.refresh_from_db()
    assert (asked.answer, asked.answered_by, asked.words) == ("Write to the ministry.", helper, ASKED)
    assert not Item.objects.get(pk=item.pk).is_stuck
    assert at(asked, "do/answer") not in page(as_helper, at(item))
    again = as_helper.post(at(asked, "do/answer"), {"answer": "Something else."}, follow=True)
    assert "is not possible here any more" in again.content.decode()
    assert HelpRequest.objects.get().answer == "Write to the ministry."


def test_an_empty_answer_is_refused_beside_the_question(as_helper: Client, asked: HelpRequest, item: Item) -> None:
    opened(as_helper, item)
    answer = as_helper.post(at(asked, "do/answer"), {"answer": " ", "asked": "what I say they asked"})
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"answer"}
    assert ASKED in answer.content.decode()
    assert "what I say they asked" not in answer.content.decode()


def test_a_note_is_kept_under_the_name_of_who_wrote_it(as_helper: Client, helper: User, item: Item) -> None:
    opened(as_helper, item)
    assert as_helper.post(at(item, "do/note"), {"words": "The registrar is away."}).url == at(item)
    note = StaffNote.objects.get()
    assert (note.item, note.words, note.written_by) == (item, "The registrar is away.", helper)
    assert "The registrar is away." in page(as_helper, at(item))
    assert "registrar" not in str(list(Entry.objects.values_list("subject", "data")))


def test_seen_takes_it_off_the_list_of_what_needs_us_for_many_at_once(as_helper: Client, make: Make) -> None:
    rows = [make(days, key=str(days), staff_told_at=told()) for days in (91, 95)]
    chosen = {"action": "seen", "_selected_action": [row.pk for row in rows], "confirmed": "yes"}
    assert as_helper.post(f"{ITEMS}?show=told", chosen).status_code == 302
    assert listed(as_helper) == []
    assert all(row.staff_seen_at for row in Item.objects.all())


def test_a_stuck_item_stays_until_it_is_answered(as_helper: Client, make: Make) -> None:
    one = make(91, is_stuck=True, staff_told_at=told())
    opened(as_helper, one)
    as_helper.post(at(one, "do/seen"))
    assert listed(as_helper, show="told") == []
    assert listed(as_helper) == [one.pk]


def test_who_only_looks_changes_nothing(chidi: User, asked: HelpRequest, item: Item) -> None:
    chidi.user_permissions.set(_rights("view_item", "view_helprequest", "view_checklist"))
    watcher = signed_in(chidi)
    assert at(asked, "do/answer") not in opened(watcher, item)
    for door in (at(asked, "do/answer"), at(item, "do/note"), at(item, "do/seen")):
        assert watcher.get(door).status_code == watcher.post(door, {"answer": "x", "words": "x"}).status_code == 403
    assert watcher.post(at(item), {"note": "x"}).status_code == 403


def _rights(*names: str) -> QuerySet[Permission]:
    return Permission.objects.filter(content_type__app_label="credentialing", codename__in=names)


@pytest.mark.parametrize("role", ["auditor", "administrator", "content-editor", "mentoring-coordinator"])
def test_other_roles_learn_nothing_about_the_lists(amina: User, item: Item, role: str) -> None:
    person = User.objects.create_user("other@mssny.example", full_name="Other Role")
    give_role(role=Role.objects.get(slug=role), person=person, by=amina)
    client = signed_in(User.objects.get(pk=person.pk))
    for address in (ITEMS, HELP, LISTS, f"{ITEMS}board/", at(item), at(item, "open"), at(item.checklist, "open")):
        assert client.get(address).status_code == 403, address


# ------------------------------------------------------------------------------------------------ the file
def test_the_file_has_the_lists_columns_no_name_and_is_kept_in_the_audit(
    as_helper: Client, helper: User, asked: HelpRequest, item: Item
) -> None:
    answer = as_helper.post(f"{ITEMS}?show=all", {"action": "export_as_csv", "_selected_action": item.pk})
    text = b"".join(answer.streaming_content).decode()
    head, row = csv.reader(io.StringIO(text[1:]))
    assert head[:4] == ["Item", "Checklist", "State", "Waits for"]
    assert row[:5] == [
        *("School verification", str(item.checklist_id), "sent", "the medical school", "15 October 2026 (47 days)"),
    ]
    assert not [secret for secret in ("Dolores", "Cruz", "@", PRIVATE, ASKED) if secret in text]
    entry = Entry.objects.get(verb="list exported")
    assert (entry.actor, entry.data["rows"]) == (helper, 1)


def test_a_title_that_a_spreadsheet_would_run_is_text(as_helper: Client, item: Item) -> None:
    Spec.objects.filter(key=item.key).update(title="=cmd()")
    answer = as_helper.post(ITEMS, {"action": "export_as_csv", "_selected_action": item.pk})
    assert "'=cmd()" in b"".join(answer.streaming_content).decode()


# ------------------------------------------------------------------------------------------------ what waits today
def test_the_front_page_of_the_desk_counts_and_leads_to_the_list(
    as_helper: Client, asked: HelpRequest, item: Item
) -> None:
    words = page(as_helper, "/admin/")
    assert f'<a href="{ITEMS}?show=needs-us"><strong>1</strong> Checklist items that need us</a>' in words
    assert f'<a href="{HELP}?show=unanswered"><strong>1</strong> Physicians who are stuck</a>' in words
    assert f'href="{ITEMS}board/"' in words


def test_who_may_not_see_the_lists_is_not_told_that_somebody_is_stuck(chidi: User, asked: HelpRequest) -> None:
    words = page(signed_in(chidi), "/admin/")
    assert "stuck" not in words
    assert "board/" not in words
