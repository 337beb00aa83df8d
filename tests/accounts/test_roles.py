"""Roles: what each may do stands in the code; who has which is decided at the desk, never by oneself."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.test import Client

from accounts import actions
from accounts.models import Role, User
from accounts.roles import ROLES, RoleSpec, load_roles
from audit.models import Entry
from content.models import Page
from notices.admin import BadAddressAdmin, NoticeAdmin
from tests.conftest import signed_in, words

pytestmark = pytest.mark.django_db
LIST = "/admin/accounts/role/"


def role(slug: str = "content-editor") -> Role:
    return Role.objects.get(slug=slug)


def at(slug: str, verb: str) -> str:
    return f"{LIST}{role(slug).pk}/do/{verb}/"


def rights(one: Role) -> set[str]:
    return {
        f"{right.content_type.app_label}.{right.codename}" for right in one.permissions.select_related("content_type")
    }


@pytest.fixture
def emeka(amina: User) -> User:
    """Administrator by role: may give and take roles, and not everything else."""
    person = User.objects.create_user("emeka@mssny.example", full_name="Emeka Obi")
    actions.give_role(role=role("administrator"), person=person, by=amina)
    return User.objects.get(pk=person.pk)


# ------------------------------------------------------------------------------------------------ roles as data
@pytest.mark.parametrize("spec", ROLES, ids=lambda spec: spec.slug)
def test_a_role_may_exactly_what_is_written_and_says_what_it_is_for(spec: RoleSpec) -> None:
    one = role(spec.slug)
    assert (one.name, one.description) == (spec.name, spec.description)
    assert rights(one) == set(spec.rights)
    assert len(spec.rights) == len(set(spec.rights))


def test_the_seven_roles_of_the_society() -> None:
    assert {spec.name for spec in ROLES} == {
        *("Content editor", "Mentoring coordinator", "State 30 officer", "Credentialing helper"),
        *("Safeguarding officer", "Auditor", "Administrator"),
    }


def test_loading_again_takes_back_what_was_changed_by_hand_and_leaves_people(dolores: User, amina: User) -> None:
    one = role()
    actions.give_role(role=one, person=dolores, by=amina)
    one.permissions.add(Permission.objects.get(codename="delete_entry"))
    one.permissions.remove(Permission.objects.get(codename="change_page"))
    Role.objects.filter(pk=one.pk).update(description="anything")
    call_command("load_roles", verbosity=0)
    assert rights(one) == set(ROLES[0].rights)
    assert role().description == ROLES[0].description
    assert list(one.user_set.all()) == [dolores]
    assert Role.objects.count() == len(ROLES)


def test_a_right_that_does_not_exist_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = RoleSpec("x", "X", "x", ("content.view_page", "content.fly_page"))
    monkeypatch.setattr("accounts.roles.ROLES", (wrong,))
    with pytest.raises(LookupError, match=r"content\.fly_page"):
        load_roles()


@pytest.mark.parametrize("spec", ROLES, ids=lambda spec: spec.slug)
def test_no_role_changes_the_audit_or_what_roles_may(spec: RoleSpec) -> None:
    changes = {right for right in spec.rights if not right.partition(".")[2].startswith("view_")}
    apps = {right.partition(".")[0] for right in changes}
    assert "audit" not in apps
    assert "auth" not in apps
    assert {"accounts.change_user", "accounts.give_role"} & changes == set() or spec.slug == "administrator"


# ------------------------------------------------------------------------------------------------ giving and taking
def test_a_role_is_given_at_the_desk(emeka: User, dolores: User) -> None:
    desk = signed_in(emeka)
    assert "Content editor" in desk.get(LIST).content.decode()
    answer = desk.post(at("content-editor", "give"), {"person": "DOLORES@member.example"}, follow=True)
    assert "Dolores Cruz (dolores@member.example)" in answer.content.decode()
    dolores.refresh_from_db()
    assert dolores.is_staff
    assert dolores.has_perm("content.approve_edition")
    entry = Entry.objects.get(verb="role given", actor=emeka)
    assert (entry.subject, entry.data) == (f"account {dolores.pk}", {"role": "content-editor"})


def test_and_taken_away_with_the_last_one_the_desk_closes(emeka: User, dolores: User) -> None:
    for slug in ("content-editor", "auditor"):
        actions.give_role(role=role(slug), person=dolores, by=emeka)
    desk = signed_in(emeka)
    for slug, still in (("content-editor", True), ("auditor", False)):
        assert desk.post(at(slug, "take"), {"person": dolores.pk}).status_code == 302
        assert User.objects.get(pk=dolores.pk).is_staff is still
    assert not User.objects.get(pk=dolores.pk).has_perm("audit.view_entry")
    assert Entry.objects.filter(verb="role taken", actor=emeka, subject=f"account {dolores.pk}").count() == 2


def test_somebody_who_may_do_everything_stays_staff_without_a_role(emeka: User, amina: User) -> None:
    actions.give_role(role=role(), person=amina, by=emeka)
    actions.take_role(role=role(), person=amina, by=emeka)
    amina.refresh_from_db()
    assert amina.is_staff


@pytest.mark.parametrize("verb", ["give", "take"])
def test_nobody_changes_their_own_roles(emeka: User, verb: str) -> None:
    slug, person = ("content-editor", emeka.email) if verb == "give" else ("administrator", emeka.pk)
    answer = signed_in(emeka).post(at(slug, verb), {"person": person})
    assert answer.status_code == 422
    assert "Nobody changes their own roles." in answer.content.decode()
    assert [group.name for group in emeka.groups.all()] == ["Administrator"]


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("", "This field is required."),
        ("nobody@member.example", "Nobody has an account with this main address."),
        ("emeka", "Enter a valid email address."),
        ("boris@mssny.example", "Boris Petrov has this role already."),
    ],
)
def test_what_cannot_be_given_is_said_and_stays_typed(emeka: User, boris: User, address: str, said: str) -> None:
    actions.give_role(role=role(), person=boris, by=emeka)
    answer = signed_in(emeka).post(at("content-editor", "give"), {"person": address})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert f'value="{address}"' in answer.content.decode() or not address


def test_a_closed_account_gets_no_role(emeka: User, dolores: User) -> None:
    User.objects.filter(pk=dolores.pk).update(is_active=False)
    answer = signed_in(emeka).post(at("content-editor", "give"), {"person": dolores.email})
    assert answer.status_code == 422
    with pytest.raises(actions.AccountRefused, match="closed"):
        actions.give_role(role=role(), person=dolores, by=emeka)
    assert not dolores.groups.exists()


def test_only_somebody_who_has_it_can_lose_it(emeka: User, dolores: User, boris: User) -> None:
    actions.give_role(role=role(), person=boris, by=emeka)
    answer = signed_in(emeka).post(at("content-editor", "take"), {"person": dolores.pk})
    assert answer.status_code == 422
    with pytest.raises(actions.AccountRefused, match="does not have this role"):
        actions.take_role(role=role(), person=dolores, by=emeka)


def test_if_the_audit_cannot_be_written_no_role_is_given(
    emeka: User, dolores: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_: object) -> None:
        raise RuntimeError("no audit")

    monkeypatch.setattr(actions, "record", broken)
    with pytest.raises(RuntimeError):
        actions.give_role(role=role(), person=dolores, by=emeka)
    assert not dolores.groups.exists()
    assert not User.objects.get(pk=dolores.pk).is_staff


# ------------------------------------------------------------------------------------------------ enough for the job
def somebody(slug: str, name: str, by: User) -> Client:
    person = User.objects.create_user(f"{name.lower()}@mssny.example", full_name=name)
    actions.give_role(role=role(slug), person=person, by=by)
    return signed_in(User.objects.get(pk=person.pk))


def test_two_content_editors_bring_a_new_page_to_the_readers(amina: User, client: Client) -> None:
    ines, jan = somebody("content-editor", "Ines", amina), somebody("content-editor", "Jan", amina)
    page = {"address": "/new/", "section": "contact", "owner_role": "IMG committee", "review_every_days": 90}
    ines.post("/admin/content/page/add/", page)
    number = Page.objects.get(address="/new/").pk
    ines.post(f"/admin/content/edition/add/?page={number}", words(change_note="First words."))
    edition = f"/admin/content/edition/{Page.objects.get(pk=number).latest().pk}"
    ines.post(f"{edition}/do/ask/")
    assert ines.post(f"{edition}/do/approve/").status_code == 422
    assert client.get("/new/").status_code == 404
    jan.post(f"{edition}/do/approve/")
    assert client.get("/new/").status_code == 200
    assert ines.post(f"/admin/content/page/{number}/do/reviewed/").status_code == 302


@pytest.mark.parametrize(("slug", "app"), [("content-editor", "content"), ("content-editor", "facts")])
def test_a_role_may_press_every_button_of_its_desks(amina: User, slug: str, app: str) -> None:
    somebody(slug, "Ines", amina)
    ines = User.objects.get(full_name="Ines")
    desks = [desk for desk in admin.site._registry.values() if desk.opts.app_label == app]
    buttons = {f"{desk.opts.model_name}: {verb.name}": verb.allowed(ines) for desk in desks for verb in desk.verbs}
    assert buttons
    assert [name for name, is_allowed in buttons.items() if not is_allowed] == []


def test_an_administrator_looks_after_messages_and_reads_the_audit(amina: User) -> None:
    desk = somebody("administrator", "Kofi", amina)
    for door in ("notices/notice", "notices/mail", "notices/badaddress", "audit/entry", "accounts/user"):
        assert desk.get(f"/admin/{door}/").status_code == 200
    kofi = User.objects.get(full_name="Kofi")
    assert all(verb.allowed(kofi) for desk in (NoticeAdmin, BadAddressAdmin) for verb in desk.verbs)


def test_an_export_of_a_list_needs_no_more_than_seeing_it(amina: User) -> None:
    desk = somebody("auditor", "Lena", amina)
    chosen = {"action": "export_as_csv", "_selected_action": [Entry.objects.first().pk]}
    answer = desk.post("/admin/audit/entry/", chosen)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert b"role given" in b"".join(answer.streaming_content)


# ------------------------------------------------------------------------------------------------ the page of a role
def test_the_page_says_who_has_it_and_what_it_may_do(emeka: User) -> None:
    html = signed_in(emeka).get(f"{LIST}{role('administrator').pk}/change/").content.decode()
    assert "Emeka Obi (emeka@mssny.example)" in html
    assert "<br>role: give, view<br>" in html
    assert "Take this role away" in html


def test_a_role_nobody_has_cannot_be_taken(emeka: User) -> None:
    html = signed_in(emeka).get(f"{LIST}{role('auditor').pk}/change/").content.decode()
    assert "nobody" in html
    assert "Take this role away" not in html


def test_an_auditor_looks_and_gives_nothing(amina: User, dolores: User) -> None:
    actions.give_role(role=role("auditor"), person=dolores, by=amina)
    client = signed_in(User.objects.get(pk=dolores.pk))
    assert client.get(f"{LIST}{role().pk}/change/").status_code == 200
    for method in (client.get, client.post):
        assert method(at("content-editor", "give"), {"person": "boris@mssny.example"}).status_code == 403


# ------------------------------------------------------------------------------------------------ the page of a person
def test_an_administrator_by_role_ticks_no_rights(emeka: User, dolores: User) -> None:
    fields = {"email": dolores.email, "full_name": "Dolores C.", "time_zone": "UTC", "is_active": "on"}
    hostile = {"is_staff": "on", "is_superuser": "on", "groups": role().pk, "user_permissions": 1}
    signed_in(emeka).post(f"/admin/accounts/user/{dolores.pk}/change/", fields | hostile)
    dolores.refresh_from_db()
    assert (dolores.full_name, dolores.is_staff, dolores.is_superuser) == ("Dolores C.", False, False)
    assert not (dolores.groups.exists() or dolores.user_permissions.exists())


def test_nobody_takes_their_own_rights_away_in_passing(as_amina: Client, amina: User) -> None:
    fields = {"email": amina.email, "full_name": "Amina R.", "time_zone": "UTC"}
    as_amina.post(f"/admin/accounts/user/{amina.pk}/change/", fields)
    amina.refresh_from_db()
    assert (amina.full_name, amina.is_active, amina.is_staff, amina.is_superuser) == ("Amina R.", True, True, True)


def test_the_page_of_a_person_leads_to_their_roles(as_amina: Client, emeka: User) -> None:
    html = as_amina.get(f"/admin/accounts/user/{emeka.pk}/change/").content.decode()
    assert f'<a href="{LIST}{role("administrator").pk}/change/">Administrator</a>' in html
    assert 'name="groups"' not in html
    assert 'name="user_permissions"' not in html


def test_groups_have_no_desk_of_their_own(as_amina: Client) -> None:
    assert as_amina.get("/admin/auth/group/").status_code == 404
