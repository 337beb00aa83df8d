"""A sensitive record opens only with a reason, for this session and 15 minutes. Shown on the desk of mails."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from accounts.models import User
from audit.models import Entry, EntryQuerySet
from audit.reasons import OPENED
from notices.models import Mail, MailState
from tests.conftest import signed_in

LIST = "/admin/notices/mail/"
REASON = {"reason": "The member asks what the portal wrote."}
SECRET = "What only the member should read."


@pytest.fixture
def mail(dolores: User) -> Mail:
    return make_mail(dolores, 1)


def make_mail(person: User, number: int) -> Mail:
    now = timezone.now()
    return Mail.objects.create(
        person=person,
        address=person.email,
        message_id=f"<{number}@test>",
        subject="Something to look at",
        text=SECRET,
        state=MailState.SENT,
        next_try_at=now,
        sent_at=now,
    )


def at(mail: Mail, door: str = "change") -> str:
    return f"{LIST}{mail.pk}/{door}/"


def sees(client: Client, mail: Mail) -> bool:
    answer = client.get(at(mail))
    if answer.status_code == 302:
        assert answer.url == at(mail, "open")
        return False
    return SECRET in answer.content.decode()


def test_without_a_reason_it_stays_closed(as_amina: Client, mail: Mail) -> None:
    assert not sees(as_amina, mail)
    assert as_amina.get(at(mail, "history")).url == at(mail, "open")
    asked = as_amina.get(at(mail, "open"))
    assert "Why you need to open it" in asked.content.decode()
    assert SECRET not in asked.content.decode()
    assert not Entry.objects.about(mail).exists()


def test_a_reason_opens_it_and_is_kept(as_amina: Client, amina: User, mail: Mail) -> None:
    assert as_amina.post(at(mail, "open"), REASON).url == at(mail)
    assert sees(as_amina, mail)
    entry = Entry.objects.about(mail).get()
    assert (entry.verb, entry.actor, entry.data) == (OPENED, amina, REASON)
    assert REASON["reason"] in as_amina.get(at(mail, "history")).content.decode()


@pytest.mark.parametrize("typed", ["", "   ", "because"])
def test_a_poor_reason_is_refused_next_to_its_field_and_stays(as_amina: Client, mail: Mail, typed: str) -> None:
    answer = as_amina.post(at(mail, "open"), {"reason": typed})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"reason"}
    assert f">\n{typed}</textarea>" in page
    assert not sees(as_amina, mail)
    assert not Entry.objects.about(mail).exists()


def test_it_closes_after_a_quarter_of_an_hour(as_amina: Client, mail: Mail) -> None:
    now = timezone.now()
    with time_machine.travel(now, tick=False) as clock:
        as_amina.post(at(mail, "open"), REASON)
        clock.move_to(now + timedelta(minutes=14, seconds=59))
        assert sees(as_amina, mail)
        clock.move_to(now + timedelta(minutes=15))
        assert not sees(as_amina, mail)
        as_amina.post(at(mail, "open"), REASON)
        assert sees(as_amina, mail)
    assert Entry.objects.about(mail).filter(verb=OPENED).count() == 2


def test_a_form_that_was_open_may_still_be_sent_and_one_that_never_was_may_not(as_amina: Client, mail: Mail) -> None:
    now = timezone.now()
    with time_machine.travel(now, tick=False) as clock:
        assert as_amina.post(at(mail), {}).url == at(mail, "open")
        as_amina.post(at(mail, "open"), REASON)
        clock.move_to(now + timedelta(minutes=40))
        assert as_amina.post(at(mail), {}).status_code == 403, "Django's own answer: a mail is only read"


def test_it_opens_this_record_alone(as_amina: Client, mail: Mail, dolores: User) -> None:
    other = make_mail(dolores, 2)
    as_amina.post(at(mail, "open"), REASON)
    assert not sees(as_amina, other)


def test_it_opens_for_this_session_alone(as_amina: Client, amina: User, as_boris: Client, mail: Mail) -> None:
    as_amina.post(at(mail, "open"), REASON)
    assert not sees(as_boris, mail)
    assert not sees(signed_in(amina), mail)
    as_amina.post("/admin/logout/")
    assert "login" in as_amina.get(at(mail)).url


def test_a_reason_is_no_right(chidi: User, mail: Mail) -> None:
    client = signed_in(chidi)
    assert client.get(at(mail)).status_code == 403
    assert client.post(at(mail, "open"), REASON).status_code == 403
    assert client.get(at(mail, "history")).status_code == 403
    assert not Entry.objects.about(mail).exists()


def test_the_right_to_look_is_enough(chidi: User, mail: Mail) -> None:
    chidi.user_permissions.add(Permission.objects.get(codename="view_mail"))
    client = signed_in(chidi)
    client.post(at(mail, "open"), REASON)
    assert sees(client, mail)


def test_strangers_and_other_methods(client: Client, dolores: User, as_amina: Client, mail: Mail) -> None:
    for door in ("change", "open", "history"):
        assert "login" in client.get(at(mail, door)).url
        assert signed_in(dolores).get(at(mail, door)).status_code == 404
    assert as_amina.put(at(mail, "open")).status_code == 405
    assert as_amina.get(f"{LIST}0/open/").status_code == 404
    assert as_amina.head(at(mail)).status_code == 302


def test_what_the_audit_does_not_take_opens_nothing(
    as_amina: Client, mail: Mail, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(EntryQuerySet, "create", lambda *args, **kwargs: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            as_amina.post(at(mail, "open"), REASON)
    assert not sees(as_amina, mail)


def test_the_session_does_not_grow_without_end(as_amina: Client, dolores: User) -> None:
    for number in range(55):
        as_amina.post(at(make_mail(dolores, number), "open"), REASON)
    assert len(as_amina.session["opened_records"]) == 50
    assert sees(as_amina, Mail.objects.first())
