import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.security_actions import SecurityRefused, reset_second_factor
from audit.models import Entry
from tests.conftest import app_of, signed_in

from .signing_in import is_signed_in, sign_in

REASON = "Spoke to her on the number from the staff list."


def page_of(person: User) -> str:
    return reverse("admin:accounts_user_lost_factor", args=(person.pk,))


@pytest.fixture
def lost(dolores: User) -> User:
    """Dolores had an app, and the phone is gone."""
    app_of(dolores)
    return dolores


def test_another_administrator_takes_it_away(
    as_amina: Client, amina: User, lost: User, django_capture_on_commit_callbacks: object
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        assert as_amina.post(page_of(lost), {"reason": REASON}).status_code == 302
    assert not lost.authenticator_set.exists()
    entry = Entry.objects.about(lost).get(verb="second factor reset")
    assert (entry.actor, entry.data) == (amina, {"factors": ["totp"], "reason": REASON})
    assert "Dolores" not in entry.subject
    assert [(letter.to, letter.subject) for letter in mail.outbox] == [
        ([lost.email], "Your second factor was taken away")
    ]


def test_every_session_ends(as_amina: Client, lost: User) -> None:
    theirs = signed_in(lost)
    as_amina.post(page_of(lost), {"reason": REASON})
    assert theirs.get("/accounts/email/").status_code == 302


def test_then_the_mailed_code_is_enough(as_amina: Client, lost: User) -> None:
    as_amina.post(page_of(lost), {"reason": REASON})
    assert is_signed_in(sign_in(Client(), lost.email))


def test_staff_must_set_up_a_new_one(as_amina: Client, boris: User) -> None:
    app_of(boris)
    as_amina.post(page_of(boris), {"reason": REASON})
    assert sign_in(Client(), boris.email).get("/admin/")["Location"] == "/accounts/2fa/"


def test_nobody_resets_their_own(as_amina: Client, amina: User) -> None:
    answer = as_amina.post(page_of(amina), {"reason": REASON})
    assert answer.status_code == 422
    assert "Nobody resets their own second factor." in answer.content.decode()
    assert amina.authenticator_set.exists()


@pytest.mark.parametrize("reason", ["", "   ", "lost"])
def test_without_a_reason_nothing_happens(as_amina: Client, lost: User, reason: str) -> None:
    answer = as_amina.post(page_of(lost), {"reason": reason})
    assert answer.status_code == 422
    assert f">\n{reason}</textarea>" in answer.content.decode()
    assert lost.authenticator_set.exists()


def test_where_there_is_none_it_says_so(as_amina: Client, dolores: User) -> None:
    assert "has no second factor" in as_amina.post(page_of(dolores), {"reason": REASON}).content.decode()


def test_looking_takes_nothing_away(as_amina: Client, lost: User) -> None:
    assert as_amina.get(page_of(lost)).status_code == 200
    assert lost.authenticator_set.exists()


def test_the_page_of_a_person_shows_what_they_have(as_amina: Client, lost: User) -> None:
    page = as_amina.get(reverse("admin:accounts_user_change", args=(lost.pk,))).content.decode()
    assert "TOTP Authenticator" in page
    assert page_of(lost) in page


@pytest.mark.parametrize("method", ["get", "post"])
def test_staff_without_the_right_may_not(as_chidi: Client, lost: User, method: str) -> None:
    assert getattr(as_chidi, method)(page_of(lost), {"reason": REASON}).status_code == 403
    assert lost.authenticator_set.exists()


def test_the_verb_itself_refuses_them(chidi: User, lost: User) -> None:
    with pytest.raises(SecurityRefused, match="Only an administrator"):
        reset_second_factor(person=lost, by=chidi, reason=REASON)


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_member_finds_nothing(as_dolores: Client, chidi: User, method: str) -> None:
    assert getattr(as_dolores, method)(page_of(chidi)).status_code == 404


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_stranger_is_asked_to_sign_in(client: Client, lost: User, method: str) -> None:
    assert "/login/" in getattr(client, method)(page_of(lost))["Location"]


def test_a_person_who_is_not_there(as_amina: Client) -> None:
    assert as_amina.get("/admin/accounts/user/999999/lost-factor/").status_code == 404


def test_if_the_audit_cannot_be_written_nothing_happens(
    amina: User, lost: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_: object) -> None:
        raise RuntimeError("no audit")

    monkeypatch.setattr("accounts.security_actions.record", broken)
    with pytest.raises(RuntimeError):
        reset_second_factor(person=lost, by=amina, reason=REASON)
    assert lost.authenticator_set.exists()


# ------------------------------------------------------------------------------------------------ a lost mailbox
def test_an_address_replaced_by_staff_opens_nothing_any_more(
    as_amina: Client, lost: User, django_capture_on_commit_callbacks: object
) -> None:
    theirs = signed_in(lost)
    fields = {
        "email": "new@member.example",
        "full_name": lost.full_name,
        "time_zone": lost.time_zone,
        "is_active": "on",
    }
    with django_capture_on_commit_callbacks(execute=True):
        answer = as_amina.post(reverse("admin:accounts_user_change", args=(lost.pk,)), fields)
    assert answer.status_code == 302, answer.content
    assert mail.outbox[-1].to == ["dolores@member.example"]
    assert theirs.get("/accounts/email/").status_code == 302
    Client().post("/accounts/login/", {"login": "dolores@member.example"})
    assert "no open account" in mail.outbox[-1].body
