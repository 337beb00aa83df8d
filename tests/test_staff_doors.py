"""Every door of the staff desk, for everybody: a table made from the rights in accounts/roles.py, against the answers.

A desk that is new is walked by itself. A door that is neither a list, a form, a history nor a button needs its right in
OTHER_DOORS first.
"""

from collections.abc import Callable, Iterator
from datetime import date
from typing import NamedTuple
from uuid import uuid4

import pytest
from django.contrib import admin
from django.db import models, transaction
from django.test import Client, RequestFactory
from django.urls import URLPattern, reverse
from django.utils import timezone

from accounts import actions
from accounts.models import Role, User
from accounts.roles import ROLES
from audit.desk import DeskAdmin
from audit.models import record
from audit.reasons import SensitiveRecordMixin
from content.actions import add_comment
from content.models import Comment, Edition, MovedPage, Page
from credentialing.catalogue_actions import start_draft
from credentialing.models import Catalogue, Checklist, HelpRequest, Item, Letter, Spec
from mentoring.models import Concern, Mentee, Mentor, Pair, Round, Weights
from mentoring.weights_actions import weights_in_force
from notices.actions import owe
from notices.models import BadAddress, Mail, Notice
from tests.conftest import signed_in
from tests.mentoring.people_rows import a_mentee, a_mentor

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

METHODS = ("get", "post")
NOBODY = "nobody"  # only who may do everything
# The name of a door: the right it asks for.
OTHER_DOORS = {
    "content_page_compare": "content.view_page",
    "content_edition_preview": "content.view_edition",
    "accounts_user_lost_factor": NOBODY,
    "notices_notice_forecast": "notices.view_notice",
    "credentialing_item_board": "credentialing.view_item",
    "mentoring_pair_board": "mentoring.view_pair",
    "mentoring_pair_report": "mentoring.view_pair",
    "mentoring_round_wish": "mentoring.change_round",
}
# An edition begins at a page; this one has none that is open.
ASKED_WITH = {"content_edition_add": "?page=1"}
# What nobody does by a form: it comes about by itself, or comes with the portal.
NEVER_CHANGED = {
    *("audit.entry", "accounts.role", "content.comment", "content.movedpage"),
    *("notices.notice", "notices.mail", "notices.badaddress"),
    *("credentialing.item", "credentialing.helprequest", "credentialing.checklist"),
    *("mentoring.mentor", "mentoring.mentee", "mentoring.pair", "mentoring.concern"),
}
NEVER_ADDED = NEVER_CHANGED | {"content.county", "credentialing.catalogue", "credentialing.letter"}


# Answered, led on, or told what is missing in the form. A page that is only read takes no POST from anybody.
OPEN, CLOSED, ONLY_READ = {200, 302, 422}, {403}, {405}


class Door(NamedTuple):
    address: str
    method: str
    rights: tuple[tuple[str, ...], ...]  # one of each group

    def opens(self, rights: set[str]) -> bool:
        return all(rights & set(group) for group in self.rights)


# ------------------------------------------------------------------------------------------------ a row of everything
@pytest.fixture
def rows(in_review: Edition, dolores: User, amina: User) -> dict[type[models.Model], models.Model]:
    """Of each model on the desk. The person is a member, the edition waits for review."""
    record(by=amina, verb="walked", subject=in_review)
    made = {
        User: lambda: dolores,
        Edition: lambda: in_review,
        Page: lambda: in_review.page,
        Comment: lambda: add_comment(page=in_review.page, useful=True, text="Thank you."),
        MovedPage: lambda: MovedPage.objects.create(address="/old/", page=in_review.page),
        Notice: lambda: owe(kind="content.review_due", person=dolores, about="x", due_on=date(2026, 12, 4)),
        Mail: lambda: _mail(dolores),
        BadAddress: lambda: BadAddress.objects.create(address="gone@member.example", problem="full"),
        **_of_a_checklist(dolores),
        **_of_a_catalogue(start_draft(amina)),
        **_of_a_pair(),
        **_of_a_round(),
    }
    return {model: made.get(model, model._default_manager.first)() for model in admin.site._registry}


def _of_a_checklist(person: User) -> dict[type[models.Model], Callable[[], models.Model]]:
    """An item that is stuck and of which staff were told, so that each button is offered."""
    checklist = Checklist.objects.create(person=person, catalogue=Catalogue.objects.get(status="published"))
    item = Item.objects.create(checklist=checklist, key="walked", is_stuck=True, staff_told_at=timezone.now())
    asked = HelpRequest.objects.create(item=item, words="Please help.", form_token=uuid4())
    return {Checklist: lambda: checklist, Item: lambda: item, HelpRequest: lambda: asked}


def _of_a_catalogue(draft: Catalogue) -> dict[type[models.Model], Callable[[], models.Model]]:
    return {Catalogue: lambda: draft, Spec: draft.specs.first, Letter: draft.letters.first}


def _of_a_pair() -> dict[type[models.Model], Callable[[], models.Model]]:
    """Somebody asked, somebody who waits, and a concern about the two."""
    mentor, mentee = a_mentor(), a_mentee()
    asked = {"proposed_at": timezone.now(), "answer_by": timezone.localdate()}
    pair = Pair.objects.create(mentor=mentor, mentee=mentee, **asked)
    told = {"answer_by": timezone.localdate(), "form_token": uuid4()}
    concern = Concern.objects.create(reporter=mentee.person, pair=pair, words="Please look.", **told)
    return {Mentor: lambda: mentor, Mentee: lambda: mentee, Pair: lambda: pair, Concern: lambda: concern}


def _of_a_round() -> dict[type[models.Model], Callable[[], models.Model]]:
    points = weights_in_force()
    return {Weights: lambda: points, Round: lambda: Round.objects.create(weights=points, status="draft")}


def _mail(person: User) -> Mail:
    return Mail.objects.create(person=person, address=person.email, message_id="<1@x>", next_try_at=timezone.now())


# ------------------------------------------------------------------------------------------------ the table
def doors(rows: dict[type[models.Model], models.Model]) -> Iterator[Door]:
    for desk in admin.site._registry.values():
        for pattern in desk.get_urls():
            if pattern.name:
                yield from _doors_of(desk, pattern, rows[desk.model])


def _doors_of(desk: admin.ModelAdmin, pattern: URLPattern, row: models.Model) -> Iterator[Door]:
    kind = pattern.name.removeprefix(f"{desk.opts.app_label}_{desk.opts.model_name}_")
    at = f"admin:{pattern.name}"
    for method in METHODS:
        if kind == "do":
            for verb in desk.verbs:
                yield Door(reverse(at, args=(row.pk, verb.name)), method, (_seen(desk), verb.permissions))
        else:
            special = OTHER_DOORS.get(pattern.name)
            rights = ((special,),) if special else RULES[kind](desk, method)
            address = reverse(at, args=(row.pk,) if pattern.pattern.converters else ())
            yield Door(address + ASKED_WITH.get(pattern.name, ""), method, rights)


def _right(desk: admin.ModelAdmin, verb: str) -> str:
    return f"{desk.opts.app_label}.{verb}_{desk.opts.model_name}"


def _seen(desk: admin.ModelAdmin) -> tuple[str, ...]:
    also = ("content.approve_edition",) if desk.model is Edition else ()
    return (_right(desk, "view"), _right(desk, "change"), *also)


def _added(desk: admin.ModelAdmin, method: str) -> tuple[tuple[str, ...], ...]:
    never = desk.opts.label_lower in NEVER_ADDED
    return ((NOBODY if never else _right(desk, "add"),),)


def _changed(desk: admin.ModelAdmin, method: str) -> tuple[tuple[str, ...], ...]:
    # A sensitive record first asks why, by either method.
    if method == "get" or isinstance(desk, SensitiveRecordMixin):
        return (_seen(desk),)
    return ((NOBODY if desk.opts.label_lower in NEVER_CHANGED else _right(desk, "change"),),)


RULES: dict[str, Callable[[admin.ModelAdmin, str], tuple[tuple[str, ...], ...]]] = {
    "changelist": lambda desk, method: (_seen(desk),),
    "open": lambda desk, method: (_seen(desk),),
    "history": lambda desk, method: (_seen(desk),),
    "add": _added,
    "change": _changed,
    "delete": lambda desk, method: ((NOBODY,),),
}


# ------------------------------------------------------------------------------------------------ the walk
@pytest.fixture(autouse=True)
def no_calls_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("content.admin.verbs.check_link", lambda **_: True)


def knock(client: Client, door: Door) -> int:
    """Whatever a button does is undone."""
    with transaction.atomic():
        status = getattr(client, door.method)(door.address).status_code
        transaction.set_rollback(True)
    return status


def walk(client: Client, rights: set[str], rows: dict[type[models.Model], models.Model]) -> list[str]:
    """Where the answer is not what the table says."""
    wrong = []
    for door in doors(rows):
        status, wanted = knock(client, door), door.opens(rights)
        if status not in (OPEN if wanted else CLOSED) | ONLY_READ:
            wrong.append(f"{door.method} {door.address}: {status}, {'open' if wanted else 'closed'} says the table")
    return wrong


def test_the_table_holds_every_kind_of_door(rows: dict[type[models.Model], models.Model]) -> None:
    found = list(doors(rows))
    assert len({door.address for door in found}) > 80
    assert all(row is not None for row in rows.values())
    assert {door.method for door in found} == set(METHODS)
    assert Page.objects.get(pk=1).editions.exclude(status="published").count() == 0


@pytest.mark.parametrize("spec", ROLES, ids=lambda spec: spec.slug)
def test_each_role_opens_its_doors_and_no_other(
    spec: object, rows: dict[type[models.Model], models.Model], amina: User
) -> None:
    person = User.objects.create_user("role@mssny.example", full_name="Somebody With A Role")
    actions.give_role(role=Role.objects.get(slug=spec.slug), person=person, by=amina)
    person.refresh_from_db()
    assert walk(signed_in(person), set(spec.rights), rows) == []


def test_staff_without_a_role_open_no_door(rows: dict[type[models.Model], models.Model], chidi: User) -> None:
    client = signed_in(chidi)
    assert walk(client, set(), rows) == []
    assert client.get("/admin/").status_code == 200


def test_a_member_and_a_stranger_do_not_even_learn_that_there_is_a_door(
    rows: dict[type[models.Model], models.Model], dolores: User
) -> None:
    member, stranger = signed_in(dolores), Client()
    for door in doors(rows):
        assert knock(member, door) == 404, door
        assert getattr(stranger, door.method)(door.address)["Location"].startswith("/accounts/login/"), door


def test_who_may_do_everything_finds_each_page(rows: dict[type[models.Model], models.Model], as_amina: Client) -> None:
    """So a door that is closed above is closed because of a right, and not because it leads nowhere."""
    closed = {}
    for door in doors(rows):
        if (status := knock(as_amina, door)) not in OPEN | ONLY_READ:
            closed[f"{door.method} {door.address}"] = status
    nobodys = {f"{door.method} {door.address}" for door in doors(rows) if door.rights == ((NOBODY,),)}
    assert set(closed.values()) == CLOSED
    assert set(closed) <= nobodys


def test_each_desk_writes_through_actions_or_is_the_one_of_people() -> None:
    request = RequestFactory().get("/admin/")
    request.user = User(is_superuser=True, is_staff=True, is_active=True)
    plain = [desk for desk in admin.site._registry.values() if not isinstance(desk, DeskAdmin)]
    assert [desk.model for desk in plain] == [User]
    for desk in admin.site._registry.values():
        never = desk.opts.label_lower in NEVER_ADDED
        assert desk.has_add_permission(request) is not never, desk
        assert not desk.has_delete_permission(request), desk
