"""The catalogue at the staff desk: a draft, its items and letters, its effect, and a page that asks before it acts."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from accounts.models import User
from audit.desk import desk_url
from credentialing import answers_actions
from credentialing import catalogue_actions as actions
from credentialing.loading import load_catalogue
from credentialing.models import Catalogue, CatalogueStatus, Letter, Spec
from notices.models import Notice
from tests.conftest import signed_in

from .test_catalogue_actions import ANSWERS

pytestmark = pytest.mark.django_db


@pytest.fixture
def in_use(db: None) -> Catalogue:
    return load_catalogue()


@pytest.fixture
def draft(in_use: Catalogue, amina: User) -> Catalogue:
    return actions.start_draft(amina)


def do(client: Client, row: Any, verb: str, **data: Any) -> Any:
    return client.post(desk_url(row, "do", verb=verb), data, follow=True)


def form(spec: Spec, **changed: Any) -> dict[str, Any]:
    words = {name: getattr(spec, name) for name in Spec.WORDS if name not in ("key", "receipt_is_enough")}
    return {**words, **({"receipt_is_enough": "on"} if spec.receipt_is_enough else {}), **changed}


def text(response: Any) -> str:
    return str(response.content.decode())


def may(user: User, *rights: str) -> Client:
    user.user_permissions.add(*Permission.objects.filter(codename__in=rights))
    return signed_in(user)


# ------------------------------------------------------------------------------------------------ the ladder
def addresses(draft: Catalogue) -> list[str]:
    rows = (draft, draft.specs.first(), draft.letters.first())
    verbs = [desk_url(draft, "do", verb=verb) for verb in ("draft", "publish", "discard")]
    lists = [desk_url(model, "changelist") for model in (Catalogue, Spec, Letter)]
    views = [desk_url(row, door) for row in rows for door in ("change", "history")]
    return [*lists, *views, *verbs, desk_url(rows[1], "do", verb="remove"), desk_url(Spec, "add")]


def test_every_door_asks_for_sign_in_and_for_the_right(
    client: Client, draft: Catalogue, chidi: User, dolores: User
) -> None:
    without_right, member = signed_in(chidi), signed_in(dolores)
    for address in addresses(draft):
        assert client.get(address).url.startswith("/accounts/login/"), address
        assert member.get(address).status_code == 404, address
        assert without_right.get(address).status_code == 403, address
        assert without_right.post(address).status_code in (403, 405), address


def test_every_door_opens_for_who_may(as_amina: Client, draft: Catalogue) -> None:
    answers = {address: as_amina.get(address, follow=True).status_code for address in addresses(draft)}
    assert set(answers.values()) == {200}


def test_who_only_looks_sees_everything_and_no_button(chidi: User, draft: Catalogue) -> None:
    client = may(chidi, "view_catalogue", "view_spec", "view_letter")
    for row in (draft, draft.specs.first(), draft.letters.first()):
        page = text(client.get(desk_url(row)))
        assert "/do/" not in page
        assert 'name="_save"' not in page
        assert client.post(desk_url(row), {}).status_code == 403
    assert do(client, draft, "publish").status_code == 403


@pytest.mark.parametrize("verb", ["publish", "discard"])
def test_no_other_method(as_amina: Client, draft: Catalogue, verb: str) -> None:
    assert as_amina.delete(desk_url(draft, "do", verb=verb)).status_code == 405


# ------------------------------------------------------------------------------------------------ drafts
def test_a_draft_is_started_from_what_is_in_use(as_amina: Client, in_use: Catalogue) -> None:
    page = do(as_amina, in_use, "draft")
    draft = Catalogue.objects.get(status=CatalogueStatus.DRAFT)
    assert page.redirect_chain[-1][0] == desk_url(draft)
    assert "Catalogue 2 (draft) is ready to be written." in text(page)


def test_what_is_in_use_is_looked_at_and_not_changed(as_amina: Client, in_use: Catalogue) -> None:
    for row in (in_use, in_use.specs.first(), in_use.letters.first()):
        assert 'name="_save"' not in text(as_amina.get(desk_url(row)))
        assert as_amina.post(desk_url(row), {}).status_code == 403
    page = do(as_amina, in_use, "publish", seen="on")
    assert "is not possible here any more" in text(page)


def test_an_item_is_added_only_to_a_draft(as_amina: Client, in_use: Catalogue) -> None:
    page = as_amina.get(desk_url(Spec, "add"), follow=True)
    assert "Start a draft first" in text(page)


def test_lists_open_on_the_draft_or_on_what_is_in_use(as_amina: Client, in_use: Catalogue, amina: User) -> None:
    address = desk_url(Spec, "changelist")
    assert as_amina.get(address).context["cl"].result_count == 25
    draft = actions.start_draft(amina)
    shown = as_amina.get(address).context["cl"].queryset
    assert {spec.catalogue_id for spec in shown} == {draft.pk}
    assert as_amina.get(address + "?show=all").context["cl"].result_count == 50


def test_the_note_is_kept(as_amina: Client, draft: Catalogue) -> None:
    as_amina.post(desk_url(draft), {"change_note": "The course changed."})
    draft.refresh_from_db()
    assert draft.change_note == "The course changed."


def test_a_draft_is_discarded(as_amina: Client, draft: Catalogue) -> None:
    assert "The draft is gone" in text(do(as_amina, draft, "discard"))
    assert not Catalogue.objects.filter(pk=draft.pk).exists()


# ------------------------------------------------------------------------------------------------ items and letters
def test_an_item_is_changed_through_the_action(as_amina: Client, draft: Catalogue) -> None:
    spec = draft.specs.get(key="fcvs_cid")
    page = as_amina.post(desk_url(spec), form(spec, title="The identification form"), follow=True)
    assert page.redirect_chain, page.context["adminform"].form.errors
    before, now = spec, Spec.objects.get(pk=spec.pk)
    assert now.title == "The identification form"
    assert {name: getattr(now, name) for name in Spec.WORDS if name != "title"} == {
        name: getattr(before, name) for name in Spec.WORDS if name != "title"
    }


def test_every_item_can_be_saved_as_it_is(as_amina: Client, draft: Catalogue) -> None:
    before = list(draft.specs.values(*Spec.WORDS))
    for spec in draft.specs.all():
        page = as_amina.post(desk_url(spec), form(spec))
        assert page.status_code == 302, (spec.key, page.context["adminform"].form.errors)
    assert list(draft.specs.values(*Spec.WORDS)) == before


def test_a_loop_is_refused_by_name_and_what_was_typed_stays(as_amina: Client, draft: Catalogue) -> None:
    spec = draft.specs.get(key="names_check")
    page = as_amina.post(desk_url(spec), form(spec, depends_on=["fcvs_cid"], title="Typed and kept"))
    said = " ".join(page.context["adminform"].form.non_field_errors())
    assert "These items wait for each other" in said
    assert "FCVS application and fee" in said
    assert 'value="Typed and kept"' in text(page)
    assert Spec.objects.get(pk=spec.pk).depends_on == []


def test_a_typed_figure_is_refused(as_amina: Client, draft: Catalogue) -> None:
    spec = draft.specs.get(key="fcvs_account")
    page = as_amina.post(desk_url(spec), form(spec, what_to_do="Pay $395 online."))
    assert "A figure is never typed" in page.context["adminform"].form.non_field_errors()[0]


def test_an_item_is_added_and_removed(as_amina: Client, draft: Catalogue) -> None:
    words = form(draft.specs.get(key="after"), title="Tell your patients", position=30, depends_on=["after"])
    as_amina.post(desk_url(Spec, "add"), {**words, "key": "tell"})
    added = draft.specs.get(key="tell")
    assert (added.title, added.depends_on) == ("Tell your patients", ["after"])
    page = do(as_amina, added, "remove")
    assert page.redirect_chain[-1][0] == desk_url(draft)
    assert not draft.specs.filter(key="tell").exists()


def test_an_item_that_others_wait_for_cannot_be_removed(as_amina: Client, draft: Catalogue) -> None:
    page = do(as_amina, draft.specs.get(key="ny_licence"), "remove")
    assert "These items wait for it: After the license" in text(page)
    assert draft.specs.count() == 25


def test_a_letter_is_changed_and_its_blanks_are_checked(as_amina: Client, draft: Catalogue) -> None:
    letter = draft.letters.get(recipient="school", tone=1)
    page = as_amina.post(desk_url(letter), {"subject": "Hello", "body": "Dear {dean}\n{name}"})
    assert "A letter cannot fill in {dean}." in page.context["adminform"].form.non_field_errors()[0]
    as_amina.post(desk_url(letter), {"subject": "Hello", "body": "Dear Dean,\r\n{name}"})
    letter.refresh_from_db()
    assert (letter.subject, letter.body) == ("Hello", "Dear Dean,\n{name}")


# ------------------------------------------------------------------------------------------------ publishing
@pytest.fixture
def changed(draft: Catalogue, amina: User, dolores: User) -> Catalogue:
    """Dolores has the item open that reads differently."""
    answers_actions.start(person=dolores, answers=ANSWERS, sources=[])
    actions.change_spec(draft.specs.get(key="child_abuse"), amina, evidence="You hold it.")
    return actions.change_note(draft, amina, "What the course is for.")


def test_before_publishing_staff_see_how_many_people_and_what(as_amina: Client, changed: Catalogue) -> None:
    for page in (as_amina.get(desk_url(changed)), as_amina.get(desk_url(changed, "do", verb="publish"))):
        assert "1 person has something open that reads differently, and will be told." in text(page)
        assert "“Child abuse course, present version”: done when" in text(page)
    assert "Dolores" not in text(page)


def test_it_is_published_only_after_that_was_read(as_amina: Client, changed: Catalogue, dolores: User) -> None:
    page = do(as_amina, changed, "publish")
    assert page.status_code == 422
    assert page.context["form"].errors["seen"]
    assert not Notice.objects.filter(kind="credentialing.changed").exists()
    do(as_amina, changed, "publish", seen="on")
    changed.refresh_from_db()
    assert changed.status == CatalogueStatus.PUBLISHED
    assert Notice.objects.for_user(dolores).filter(kind="credentialing.changed").exists()


def test_a_refusal_stands_on_the_page(as_amina: Client, draft: Catalogue) -> None:
    page = do(as_amina, draft, "publish", seen="on")
    assert "Say in a sentence what is different" in text(page)
    draft.refresh_from_db()
    assert draft.status == CatalogueStatus.DRAFT


def test_what_keeps_it_from_being_published_is_said_beforehand(as_amina: Client, draft: Catalogue) -> None:
    draft.letters.filter(recipient="nysed", tone=2).delete()
    assert "There is no second letter to NYSED." in text(as_amina.get(desk_url(draft)))


def test_a_title_that_is_markup_stays_text(as_amina: Client, draft: Catalogue, amina: User) -> None:
    actions.change_spec(draft.specs.get(key="after"), amina, title="<script>alert(1)</script>")
    for address in (
        desk_url(draft),
        desk_url(draft, "do", verb="publish"),
        reverse("admin:credentialing_spec_changelist"),
    ):
        assert "<script>alert" not in text(as_amina.get(address))
