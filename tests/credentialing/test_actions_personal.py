"""Whatever hangs on a person's checklist is in their copy, and goes when they go."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.apps import apps

from accounts.actions import erase
from accounts.models import User
from accounts.personal_data import everything_about, what_is_kept
from credentialing import actions, answers_actions, staff_actions
from credentialing.models import Checklist, Item, Status
from tests.credentialing.lists import moved, start, stuck, the

pytestmark = pytest.mark.django_db
WORDS = "Dean Okonkwo"


def fill(person: User, helper: User) -> Checklist:
    """A row in every table of a checklist."""
    mine = start(person)
    item = moved(the(mine, "fcvs_meded"), Status.SENT, date(2026, 11, 2), words=WORDS)
    actions.log_chase(item=item, by=person, on=date(2026, 11, 3), channel="phone", whom=WORDS, form_token=uuid4())
    actions.record_payment(item=item, by=person, amount=Decimal("395"), on=date(2026, 11, 3), form_token=uuid4())
    staff_actions.answer_help(request=stuck(item, WORDS), by=helper, answer="Ask the registrar.")
    staff_actions.add_note(item=item, by=helper, words="Called the school.")
    answers_actions.set_spellings(checklist=mine, by=person, names={"passport": "Dolores Cruz"})
    answers_actions.add_activity(checklist=mine, by=person, what="Internship", starts_on=date(2018, 1, 1))
    return mine


def test_the_copy_holds_every_row_that_hangs_on_the_list(dolores: User, amina: User, boris: User) -> None:
    fill(boris, amina)
    mine = fill(dolores, amina)
    found = everything_about(dolores)["yours"]
    assert {title: len(found[title]) for title in found if title not in ("Email addresses", "Notices")} == {
        **{"Checklists": 1, "Sources": 4, "Items": mine.items.count(), "Moves": 1, "Chases": 1, "Payments": 1},
        **{"Help requests": 1, "Staff notes": 1, "Spellings": 1, "Activities": 1},
    }
    assert found["Chases"][0]["whom"] == WORDS
    assert found["Chases"][0]["channel"] == "telephone"
    assert found["Help requests"][0]["answer"] == "Ask the registrar."
    assert found["Staff notes"][0]["words"] == "Called the school."
    assert not [row for rows in found.values() for row in rows if "form token" in row]


def test_nothing_of_the_list_is_left_of_somebody_who_is_erased(dolores: User, amina: User, boris: User) -> None:
    hers, his = fill(dolores, amina), fill(boris, amina)
    everything = [model for model in apps.get_app_config("credentialing").get_models() if model.PERSONAL_FIELDS]
    before = {model: model.objects.count() for model in everything}
    erase(person=dolores, by=dolores)
    assert not Item.objects.filter(checklist=hers.pk).exists()
    halves = {model.__name__ for model in everything if model.objects.count() * 2 == before[model] > 0}
    assert halves == {model.__name__ for model in everything} - {"Catalogue"}
    assert Checklist.objects.get() == his


def test_a_helper_who_is_erased_leaves_the_answer_and_no_name(dolores: User, amina: User, boris: User) -> None:
    item = moved(the(start(dolores), "fcvs_meded"), Status.SENT, date(2026, 11, 2))
    request = staff_actions.answer_help(request=stuck(item), by=boris, answer="Ask the registrar.")
    assert what_is_kept(boris)["Credentialing: help requests (answered by)"] == 1
    erase(person=boris, by=boris)
    request.refresh_from_db()
    assert (request.answer, str(request.answered_by)) == ("Ask the registrar.", "Erased account")
