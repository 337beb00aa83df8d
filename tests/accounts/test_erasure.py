"""The door /my/delete/: everything of a person goes, and what stays points at nobody."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection, models
from django.test import Client
from django.utils import timezone
from time_machine import TimeMachineFixture

from accounts import actions, tasks
from accounts.models import Role, User
from accounts.personal_data import Place, places
from audit.models import Entry
from content.models import Edition, Page
from facts.actions import confirm_fact
from facts.models import Fact
from notices import actions as notices
from notices.models import BadAddress, Mail, Notice, QuietPeriod, State, SwitchedOff
from tests.conftest import app_of, signed_in

from .signing_in import ask_for_code, sign_in

pytestmark = pytest.mark.django_db
DOOR = "/my/delete/"
WORDS = {"words": "delete my account"}

# Every column that says who a person is, or leads to a row of theirs, and what becomes of it. A new one is decided here
# first.
GOES, STAYS = "goes with the person", "stays, and points at an account without a name"
DECIDED = {
    "account.emailaddress.user": GOES,
    "account.emailconfirmation.email_address": GOES,
    "accounts.export.person": GOES,
    "accounts.user_groups.user": GOES,
    "accounts.user_user_permissions.user": GOES,
    "admin.logentry.user": GOES,
    "audit.entry.actor": STAYS,
    "content.comment.closed_by": STAYS,
    "content.edition.approved_by": STAYS,
    "content.edition.asked_by": STAYS,
    "content.edition.written_by": STAYS,
    "content.page.deputy": STAYS,
    "content.page.owner": STAYS,
    "credentialing.activity.checklist": GOES,
    "credentialing.catalogue.published_by": STAYS,
    "credentialing.catalogue.written_by": STAYS,
    "credentialing.chase.item": GOES,
    "credentialing.checklist.person": GOES,
    "credentialing.helprequest.answered_by": STAYS,
    "credentialing.helprequest.item": GOES,
    "credentialing.item.checklist": GOES,
    "credentialing.move.item": GOES,
    "credentialing.payment.item": GOES,
    "credentialing.source.checklist": GOES,
    "credentialing.spelling.checklist": GOES,
    "credentialing.staffnote.item": GOES,
    "credentialing.staffnote.written_by": STAYS,
    "facts.fact.checked_by": STAYS,
    "facts.historicalfact.checked_by": STAYS,
    "facts.historicalfact.history_user": STAYS,
    "mentoring.agreement.pair": GOES,
    "mentoring.agreement.written_by": STAYS,
    "mentoring.certificate.mentor": GOES,
    "mentoring.choice.mentee": GOES,
    "mentoring.choice.mentor": GOES,
    "mentoring.concern.reporter": STAYS,
    "mentoring.concern.taken_by": STAYS,
    "mentoring.handover.pair": GOES,
    "mentoring.keptapart.one": GOES,
    "mentoring.keptapart.other": GOES,
    "mentoring.leftover.mentee": GOES,
    "mentoring.meeting.pair": GOES,
    "mentoring.meeting.written_by": STAYS,
    "mentoring.mentee.decided_by": STAYS,
    "mentoring.mentee.person": GOES,
    "mentoring.mentor.decided_by": STAYS,
    "mentoring.mentor.person": GOES,
    "mentoring.message.person": GOES,
    "mentoring.openslot.mentor": GOES,
    "mentoring.ownnote.person": GOES,
    "mentoring.pair.ended_by": STAYS,
    "mentoring.pair.mentee": GOES,
    "mentoring.pair.mentor": GOES,
    "mentoring.pair.proposed_by": STAYS,
    "mentoring.place.mentor": GOES,
    "mentoring.pulse.person": GOES,
    "mentoring.ranked.person": GOES,
    "mentoring.round.made_by": STAYS,
    "mentoring.roundpair.mentee": GOES,
    "mentoring.roundpair.mentor": GOES,
    "mentoring.weights.set_by": STAYS,
    "mfa.authenticator.user": GOES,
    "notices.badaddress.address": GOES,
    "notices.mail.person": GOES,
    "notices.notice.person": GOES,
    "notices.quietperiod.person": GOES,
    "notices.switchedoff.person": GOES,
    "usersessions.usersession.user": GOES,
}
# Models that say they hold something personal, and that no column ties to an account.
WITHOUT_A_PERSON = {
    "accounts.User": "the account itself, emptied",
    "content.County": "an office of a county society, as it publishes it itself",
    "content.Goal": "the committee's member who stands for a goal in public",
}


# ------------------------------------------------------------------------------------------------ decisions
def test_somebody_has_decided_about_every_column_that_says_who_a_person_is() -> None:
    assert {place.label: GOES if place.is_theirs else STAYS for place in places()} == DECIDED


def test_no_model_with_something_personal_is_left_out() -> None:
    tied = {place.model for place in places()}
    personal = [model for model in apps.get_models() if getattr(model, "PERSONAL_FIELDS", ())]
    loose = {model._meta.label for model in personal if model not in tied}
    assert loose == set(WITHOUT_A_PERSON)


def test_a_new_model_with_a_person_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    class Diary(models.Model):
        writer = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
        witness = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

        class Meta:
            app_label = "accounts"
            apps = type(apps)()

        def __str__(self) -> str:
            return "a diary"

    monkeypatch.setattr(apps, "get_models", lambda **options: [Diary])
    found = {place.field.name: place.is_theirs for place in places()}
    assert found == {"writer": True, "witness": False}
    assert set(places()) == {Place(Diary, Diary._meta.get_field(name)) for name in found}


# ------------------------------------------------------------------------------------------------ everything
NAMED = ("dolores", "cruz", "lola", "hospital.example", "night shift", "kathmandu", "203.0.113.9")


@pytest.fixture
def busy(dolores: User, amina: User, published: Edition) -> User:
    """Somebody who has left a trace wherever one can be left."""
    actions.change_profile(person=dolores, by=dolores, preferred_name="Lola", time_zone="Asia/Kathmandu")
    dolores.refresh_from_db()
    actions.renew_calendar_secret(person=dolores)
    EmailAddress.objects.create(user=dolores, email="dolores@hospital.example", verified=True)
    app_of(dolores)
    notices.add_quiet_period(
        person=dolores, first_day=date(2027, 2, 1), last_day=date(2027, 2, 14), words="night shift"
    )
    notices.switch_off(person=dolores, kind="content.review_due")
    notices.mark_bad_address(address="dolores@hospital.example", problem="dolores@hospital.example: no such mailbox")
    _mail_with_notices(dolores)
    tasks.make_export(actions.ask_for_export(person=dolores).pk)
    actions.give_role(role=Role.objects.get(slug="content-editor"), person=dolores, by=amina)
    confirm_fact(fact=Fact.objects.first(), by=dolores)
    Page.objects.filter(pk=published.page_id).update(owner=dolores)
    published.page.editions.update(written_by=dolores)
    return User.objects.get(pk=dolores.pk)


def _mail_with_notices(person: User) -> None:
    now = timezone.now()
    mail_words = {"message_id": "<1@localhost>", "subject": "Dolores", "text": "Dear Lola"}
    mail = Mail.objects.create(person=person, address=person.email, next_try_at=now, **mail_words)
    first = notices.owe(kind="content.review_due", person=person, about="content.page:1", due_on=date(2026, 11, 24))
    Notice.objects.filter(pk=first.pk).update(state=State.IN_MAIL, mail=mail, heading="Dolores, look")
    later = notices.owe(kind="content.review_due", person=person, about="content.page:1", due_on=date(2026, 12, 24))
    Notice.objects.filter(pk=later.pk).update(first=first)


def everything() -> Iterator[tuple[str, str]]:
    """Every cell of every table, and what the sessions hold."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - names of our own tables
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                yield from ((f"{table}.{name}", str(cell)) for name, cell in zip(names, row, strict=True))
    yield from (("a session", str(session.get_decoded())) for session in Session.objects.all())


def traces(needles: tuple[str, ...]) -> dict[str, set[str]]:
    cells = [(where, text.lower()) for where, text in everything()]
    found = {needle: {where for where, text in cells if needle in text} for needle in needles}
    return {needle: places for needle, places in found.items() if places}


def test_nothing_anywhere_names_the_person_any_more(busy: User) -> None:
    needles = (*NAMED, busy.calendar_secret.lower())
    UserSession.objects.create(user=busy, ip="203.0.113.9", session_key="k" * 32, user_agent="a browser")
    ask_for_code(Client(), "dolores@hospital.example")
    client = signed_in(busy)
    before = traces(needles)
    assert set(before) == set(needles)
    assert {"a session", "accounts_export.content", "notices_mail.address"} <= before["dolores"]
    assert client.post(DOOR, WORDS).status_code == 200
    assert traces(needles) == {}


def test_what_was_theirs_is_gone_and_what_others_have_is_not(busy: User, amina: User) -> None:
    notices.add_quiet_period(person=amina, first_day=date(2027, 2, 1), last_day=date(2027, 2, 1))
    notices.owe(kind="content.review_due", person=amina, about="content.page:1", due_on=date(2026, 11, 24))
    BadAddress.objects.create(address="amina@hospital.example", problem="full")
    hers = signed_in(amina)
    actions.erase(person=busy, by=busy)
    rows = (Notice, Mail, QuietPeriod, SwitchedOff, EmailAddress, Authenticator, UserSession)
    assert {model.__name__: model.objects.exclude(**_of(model, amina)).count() for model in rows} == {
        model.__name__: 0 for model in rows
    }
    assert (Notice.objects.count(), QuietPeriod.objects.count(), BadAddress.objects.count()) == (1, 1, 1)
    assert hers.get("/my/profile/").status_code == 200


def _of(model: type[models.Model], person: User) -> dict[str, User]:
    return {"person" if hasattr(model, "person") else "user": person}


def test_what_stays_points_at_a_nameless_account(busy: User) -> None:
    before = {name: getattr(busy, name) for name in User.PERSONAL_FIELDS}
    actions.erase(person=busy, by=busy)
    left = User.objects.get(pk=busy.pk)
    assert {name for name in before if getattr(left, name) == before[name]} == set()
    assert (str(left), left.email) == ("Erased account", f"erased-{busy.pk}@erased.invalid")
    assert not (left.is_active or left.is_staff or left.is_superuser or left.has_usable_password() or left.last_login)
    assert not (left.groups.exists() or left.user_permissions.exists())
    assert Edition.objects.filter(written_by=left).exists()
    assert Page.objects.filter(owner=left).exists()
    assert Fact.history.filter(history_user=left).exists()
    assert Entry.objects.filter(actor=left, verb="calendar address renewed").exists()
    entry = Entry.objects.get(verb="account erased")
    assert (entry.actor_id, entry.subject) == (left.pk, f"account {left.pk}")


def test_the_address_is_free_again_and_the_old_account_cannot_be_entered(busy: User, client: Client) -> None:
    actions.erase(person=busy, by=busy)
    new = User.objects.create_user("dolores@member.example", full_name="Dolores Cruz")
    sign_in(client, new.email)
    assert client.session["_auth_user_id"] == str(new.pk) != str(busy.pk)


def test_a_session_of_somebody_with_a_similar_address_stays(dolores: User) -> None:
    other = SessionStore()
    other["typed"] = "not-dolores@member.example"
    other.create()
    actions.erase(person=dolores, by=dolores)
    assert Session.objects.filter(pk=other.session_key).exists()


# ------------------------------------------------------------------------------------------------ the door
def test_the_page_says_what_stays_and_signs_out_everywhere(busy: User) -> None:
    client, elsewhere = signed_in(busy), signed_in(busy)
    html = client.get(DOOR).content.decode()
    assert "<li>Guidance: pages (owner): 1</li>" in html
    assert "<li>Facts: facts (checked by): 1</li>" in html
    html = client.post(DOOR, WORDS).content.decode()
    assert "Your account is deleted" in html
    assert not User.objects.get(pk=busy.pk).is_active
    for one in (client, elsewhere):
        assert one.get("/my/profile/")["Location"].startswith("/accounts/login/")


def test_nothing_stays_of_a_member_who_did_nothing(as_dolores: Client) -> None:
    assert "What stays" not in as_dolores.get(DOOR).content.decode()


@pytest.mark.parametrize("words", ["", "yes", "delete", "DELETE MY ACCOUNT!"])
def test_without_the_words_nothing_happens(as_dolores: Client, dolores: User, words: str) -> None:
    answer = as_dolores.post(DOOR, {"words": words})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "<title>Error: Delete your account" in html
    assert '<a href="#id_words">' in html
    assert f'value="{words}"' in html or not words
    dolores.refresh_from_db()
    assert dolores.full_name == "Dolores Cruz"


def test_capitals_do_not_matter(as_dolores: Client, dolores: User) -> None:
    as_dolores.post(DOOR, {"words": " Delete my account "})
    dolores.refresh_from_db()
    assert dolores.full_name == "Erased account"


def test_looking_deletes_nothing(as_dolores: Client, dolores: User) -> None:
    as_dolores.get(DOOR, WORDS)
    assert as_dolores.put(DOOR, WORDS).status_code == 405
    dolores.refresh_from_db()
    assert dolores.is_active


@pytest.mark.parametrize("method", ["get", "post"])
def test_it_asks_a_stranger_to_sign_in(client: Client, method: str) -> None:
    assert getattr(client, method)(DOOR, WORDS)["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_sign_in_of_an_hour_ago_is_not_enough(
    as_dolores: Client, dolores: User, time_machine: TimeMachineFixture, method: str
) -> None:
    time_machine.move_to(timezone.now() + timedelta(hours=1))
    assert getattr(as_dolores, method)(DOOR, WORDS)["Location"].startswith("/accounts/reauthenticate/")
    dolores.refresh_from_db()
    assert dolores.is_active


def test_the_last_who_may_do_everything_stays(as_amina: Client, amina: User) -> None:
    answer = as_amina.post(DOOR, WORDS)
    assert answer.status_code == 422
    assert "You are the last person who may do everything." in answer.content.decode()
    amina.refresh_from_db()
    assert amina.is_active
    assert EmailAddress.objects.filter(user=amina).exists()


def test_one_of_two_may_go(as_amina: Client, amina: User, boris: User) -> None:
    as_amina.post(DOOR, WORDS)
    amina.refresh_from_db()
    assert (amina.is_superuser, str(amina)) == (False, "Erased account")


# ------------------------------------------------------------------------------------------------ sessions
def test_what_is_left_of_sessions_that_are_over_goes(dolores: User, time_machine: TimeMachineFixture) -> None:
    sign_in(Client(), dolores.email)
    time_machine.move_to(timezone.now() + timedelta(hours=11))
    client = sign_in(Client(), dolores.email)
    time_machine.move_to(timezone.now() + timedelta(hours=2))
    assert Session.objects.count() == 2
    tasks.drop_old_sessions()
    kept = [client.session.session_key]
    assert list(Session.objects.values_list("pk", flat=True)) == kept
    assert list(UserSession.objects.values_list("session_key", flat=True)) == kept
