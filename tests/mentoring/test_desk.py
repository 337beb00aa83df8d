"""The staff's desk of mentoring: what it opens on, whom it lets in, what its buttons do."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.actions import give_role
from accounts.models import Role, User
from audit.models import Entry
from mentoring.models import Enrolment, Format, KeptApart, Meeting, Mentee, Mentor, Pair, PairStatus
from notices.models import Notice
from tests.conftest import signed_in
from tests.mentoring.desk import MENTEES, MENTORS, PAIRS, a_pair, a_pulse, at, listed, page
from tests.mentoring.people_rows import NOON, TODAY, a_mentee, a_mentor

pytestmark = pytest.mark.django_db
CHECKS = {"license_checked_on": "2026-11-20", "membership_checked_on": "2026-11-21", "check_note": "NYSED search"}


@pytest.fixture(autouse=True)
def today() -> Any:
    with time_machine.travel(NOON, tick=False):
        yield


def in_role(slug: str, amina: User) -> User:
    person = User.objects.create_user(f"{slug}@mssny.example", full_name=f"Staff {slug}")
    give_role(role=Role.objects.get(slug=slug), person=person, by=amina)
    return User.objects.get(pk=person.pk)


@pytest.fixture
def coordinator(amina: User) -> User:
    return in_role("mentoring-coordinator", amina)


@pytest.fixture
def desk(coordinator: User) -> Client:
    return signed_in(coordinator)


def days(number: int) -> Any:
    return TODAY + timedelta(days=number)


# ------------------------------------------------------------------------------------------------ what it opens on
def test_mentors_open_on_whom_to_decide_about_and_who_comes_back(desk: Client) -> None:
    applied = a_mentor("One", status=Enrolment.APPLIED, applied_at=NOON)
    soon, late = a_mentor("Two", paused_until=days(7)), a_mentor("Three", paused_until=days(-7))
    a_mentor("Four", paused_until=days(8))
    a_mentor("Five", paused_until=days(-8))
    a_mentor("Six", status=Enrolment.DRAFT)
    assert set(listed(desk, MENTORS)) == {applied.pk, soon.pk, late.pk}
    assert listed(desk, MENTORS, show="applied") == [applied.pk]
    assert set(listed(desk, MENTORS, show="returning")) == {soon.pk, late.pk}


def test_who_has_a_free_place_and_who_waits(desk: Client) -> None:
    free, full, away = a_mentor("Free"), a_mentor("Full"), a_mentor("Away", paused_until=days(1))
    waits, has = a_mentee("Waits"), a_mentee("Has", waiting_since=None)
    a_pair(full, has, status=PairStatus.ACTIVE)
    assert listed(desk, MENTORS, show="place") == [free.pk]
    assert listed(desk, MENTEES, show="waiting") == [waits.pk]
    assert away.pk in listed(desk, MENTORS, show="approved")
    overdue = a_mentor("Old", renew_on=days(-1))
    assert listed(desk, MENTORS, show="renewal") == [overdue.pk]


def test_a_list_is_narrowed_to_a_key_of_those_that_somebody_chose(desk: Client) -> None:
    one = a_mentor("One", specialties=["internal", "cardiology"], languages=["ur"], hurdles={"match": 2020})
    two = a_mentor("Two", specialties=["family"], languages=["ur", "en"], hurdles={"match_after_gap": 2021})
    assert listed(desk, MENTORS, show="all", specialty="cardiology") == [one.pk]
    assert set(listed(desk, MENTORS, show="all", language="ur")) == {one.pk, two.pk}
    assert listed(desk, MENTORS, show="all", hurdle="match") == [one.pk]
    assert listed(desk, MENTORS, show="all", language="ur", specialty="family") == [two.pk]


def test_a_proposal_needs_us_once_the_reminder_went_out_in_vain(desk: Client) -> None:
    fresh = a_pair(a_mentor("A"), a_mentee("a"), days=3)
    silent = a_pair(a_mentor("B"), a_mentee("b"), days=4)
    in_vain = a_pair(a_mentor("C"), a_mentee("c"), days=20, status=PairStatus.EXPIRED)
    asked_again = a_mentee("d")
    a_pair(a_mentor("D"), asked_again, days=20, status=PairStatus.EXPIRED)
    a_pair(a_mentor("E"), asked_again, days=1)
    a_pair(a_mentor("F"), a_mentee("f", waiting_since=None), days=20, status=PairStatus.EXPIRED)
    assert set(listed(desk, PAIRS, show="unanswered")) == {silent.pk, in_vain.pk}
    assert set(listed(desk, PAIRS)) == {silent.pk, in_vain.pk}
    assert fresh.pk in listed(desk, PAIRS, show="proposed")


def test_a_pair_that_has_not_met_needs_us_after_its_days(desk: Client) -> None:
    active = {"status": PairStatus.ACTIVE}
    late = a_pair(a_mentor("A"), a_mentee("a"), days=15, **active)
    a_pair(a_mentor("B"), a_mentee("b"), days=14, **active)
    a_pair(a_mentor("C"), a_mentee("c"), days=15, met_on=TODAY, **active)
    noted = a_pair(a_mentor("D"), a_mentee("d"), days=15, **active)
    Meeting.objects.create(
        pair=noted, starts_at=NOON, took_place=True, form_token="1" * 32, written_by=noted.mentee.person
    )
    assert listed(desk, PAIRS, show="not-met") == listed(desk, PAIRS) == [late.pk]
    assert "has not met" in page(desk, at(late))


@pytest.mark.parametrize(
    ("answer", "needs"),
    [
        ({"of_use": 2}, True),
        ({"respected": 1}, True),
        ({"of_use": 3, "respected": 3}, False),
        ({"of_use": 1, "staff_seen_at": NOON}, False),
        ({"of_use": None, "respected": None, "answered_at": None}, False),
    ],
)
def test_a_low_answer_needs_us_until_staff_have_seen_it(desk: Client, answer: dict[str, Any], needs: bool) -> None:
    pair = a_pair(a_mentor(), a_mentee(), status=PairStatus.ACTIVE)
    a_pulse(pair, **answer)
    assert (listed(desk, PAIRS, show="low") == [pair.pk]) is needs


def test_the_front_page_counts_what_waits_and_leads_to_it(desk: Client) -> None:
    a_mentor("One", status=Enrolment.APPLIED)
    a_mentor("Two", paused_until=days(3))
    a_mentee("three", status=Enrolment.APPLIED)
    a_pair(a_mentor("A"), a_mentee("a"), days=6)
    pair = a_pair(a_mentor("B"), a_mentee("b"), days=30, status=PairStatus.ACTIVE)
    a_pulse(pair, of_use=1)
    words = page(desk, "/admin/")
    for address, show, label in (
        (MENTORS, "applied", "Mentors to approve"),
        (MENTORS, "returning", "Mentors coming back from a pause"),
        (MENTEES, "applied", "Mentees to approve"),
        (PAIRS, "unanswered", "Proposals without an answer"),
        (PAIRS, "not-met", "Pairs that have not met"),
        (PAIRS, "low", "Pairs with low answers"),
    ):
        assert f'<a href="{address}?show={show}"><strong>1</strong> {label}</a>' in words
    assert f'href="{PAIRS}board/"' in words
    assert f'href="{PAIRS}report/"' in words
    assert "oncern" not in words


def test_a_longer_list_asks_the_database_no_more(desk: Client) -> None:
    def asks(address: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            desk.get(address, {"show": "all"})
        return len(queries)

    a_pair(a_mentor("A"), a_mentee("a"))
    few = {address: asks(address) for address in (MENTORS, MENTEES, PAIRS)}
    for number in range(15):
        a_pair(a_mentor(f"A{number}"), a_mentee(f"a{number}"), days=5)
    assert {address: asks(address) for address in few} == few


# ------------------------------------------------------------------------------------------------ deciding
def test_a_mentor_is_approved_with_what_was_looked_up(desk: Client, coordinator: User) -> None:
    mentor = a_mentor(status=Enrolment.APPLIED, decided_at=None)
    assert f'href="{at(mentor, "do/approve")}"' in page(desk, at(mentor))
    empty = desk.post(at(mentor, "do/approve"), {})
    assert set(empty.context["form"].errors) == set(CHECKS)
    future = desk.post(at(mentor, "do/approve"), CHECKS | {"license_checked_on": "2026-11-24"})
    assert future.status_code == 422
    assert 'value="2026-11-24"' in future.content.decode()
    assert desk.post(at(mentor, "do/approve"), CHECKS).url == at(mentor)
    mentor.refresh_from_db()
    assert (mentor.status, mentor.decided_by, mentor.check_note) == (Enrolment.APPROVED, coordinator, "NYSED search")
    assert f'href="{at(mentor, "do/approve")}"' not in page(desk, at(mentor))


def test_who_is_not_taken_reads_the_reason(desk: Client) -> None:
    mentee = a_mentee(status=Enrolment.APPLIED, decided_at=None)
    reason = "Please tell us first which year you graduated."
    assert desk.post(at(mentee, "do/refuse"), {"reason": reason}).url == at(mentee)
    mentee.refresh_from_db()
    assert (mentee.status, mentee.refusal_reason) == (Enrolment.REFUSED, reason)
    assert Notice.objects.filter(person=mentee.person, kind="mentoring.refused").exists()
    assert reason not in str(list(Entry.objects.values_list("subject", "data")))


def test_many_mentees_are_approved_at_once(desk: Client) -> None:
    rows = [a_mentee(name, status=Enrolment.APPLIED, decided_at=None) for name in ("a", "b")]
    chosen = {"action": "approve", "_selected_action": [row.pk for row in rows], "confirmed": "yes"}
    assert desk.post(f"{MENTEES}?show=applied", chosen).status_code == 302
    assert set(Mentee.objects.values_list("status", flat=True)) == {Enrolment.APPROVED}


def test_out_of_the_program_ends_the_pairs(desk: Client) -> None:
    mentor = a_mentor()
    pair = a_pair(mentor, a_mentee(), status=PairStatus.ACTIVE)
    desk.post(at(mentor, "do/take-out"))
    assert Mentor.objects.get().status == Enrolment.LEFT
    assert Pair.objects.get(pk=pair.pk).status == PairStatus.ENDED


def test_two_are_kept_apart_by_address_and_neither_is_told(desk: Client) -> None:
    mentor, mentee = a_mentor(), a_mentee()
    wrong = desk.post(at(mentee, "do/keep-apart"), {"other": "nobody@member.example"})
    assert set(wrong.context["form"].errors) == {"other"}
    desk.post(at(mentee, "do/keep-apart"), {"other": mentor.person.email.upper()})
    row = KeptApart.objects.get()
    assert (row.one, row.other, row.is_conflict) == (mentee.person, mentor.person, True)
    assert not Notice.objects.exists()
    assert "Amir Khan" not in page(desk, at(mentee, "do/propose"))


# ------------------------------------------------------------------------------------------------ proposing
def test_the_mentee_s_page_names_who_would_fit_and_why_and_one_of_them_is_asked(
    desk: Client, coordinator: User
) -> None:
    mentor, mentee = a_mentor(), a_mentee()
    a_mentor("Not Fitting", formats=[Format.SESSION])
    words = page(desk, at(mentee))
    assert f'href="{at(mentee, "do/propose")}?mentor={mentor.pk}"' in words
    assert "the Match" in words
    form = desk.get(f"{at(mentee, 'do/propose')}?mentor={mentor.pk}")
    assert "checked" in form.content.decode()
    assert "Not Fitting" not in form.content.decode()
    answer = desk.post(at(mentee, "do/propose"), {"mentor": mentor.pk, "format": Format.YEAR})
    pair = Pair.objects.get()
    assert answer.url == at(pair)
    assert (pair.mentor, pair.mentee, pair.status, pair.proposed_by) == (mentor, mentee, "proposed", coordinator)
    assert pair.reasons
    assert pair.reasons[0] in page(desk, at(pair))


def test_nobody_is_proposed_whom_a_rule_excludes(desk: Client) -> None:
    mentor, mentee = a_mentor(), a_mentee(needs_woman=True)
    answer = desk.post(at(mentee, "do/propose"), {"mentor": mentor.pk, "format": Format.YEAR})
    assert set(answer.context["form"].errors) == {"mentor"}
    assert not Pair.objects.exists()
    assert "woman" in page(desk, at(mentee, "do/propose"))


def test_a_kind_of_mentoring_that_the_mentor_does_not_offer_is_refused_beside_it(desk: Client) -> None:
    mentor, mentee = a_mentor(), a_mentee(formats=[Format.YEAR, Format.HALF_YEAR])
    answer = desk.post(at(mentee, "do/propose"), {"mentor": mentor.pk, "format": Format.HALF_YEAR})
    assert answer.context["form"].errors["format"] == ["Amir Khan does not offer this."]
    assert not Pair.objects.exists()


# ------------------------------------------------------------------------------------------------ what is not shown
def test_what_is_for_matching_alone_is_not_on_the_page(desk: Client) -> None:
    mentor = a_mentor(supervisor="Dr. Nobody Sees", is_woman=True, about="I like walking.")
    words = page(desk, at(mentor))
    assert "I like walking." in words
    assert "Nobody Sees" not in words
    assert "woman" not in words


def test_the_file_of_a_list_has_no_names(desk: Client) -> None:
    a_pair(a_mentor(), a_mentee())
    for address in (MENTORS, MENTEES, PAIRS):
        assert "Amir Khan" in page(desk, address, show="all") or "Mei Lin" in page(desk, address, show="all")
        pks = listed(desk, address, show="all")
        answer = desk.post(f"{address}?show=all", {"action": "export_as_csv", "_selected_action": pks})
        text = b"".join(answer.streaming_content).decode()
        assert len(list(csv.reader(io.StringIO(text)))) == 2
        assert not [secret for secret in ("Amir", "Mei", "@") if secret in text]
    assert Entry.objects.filter(verb="list exported").count() == 3


@pytest.mark.parametrize("role", ["auditor", "administrator", "content-editor", "credentialing-helper"])
def test_other_roles_learn_nothing(amina: User, role: str) -> None:
    pair = a_pair(a_mentor(), a_mentee())
    client = signed_in(in_role(role, amina))
    rows = (pair, pair.mentor, pair.mentee)
    for address in (MENTORS, MENTEES, PAIRS, f"{PAIRS}board/", f"{PAIRS}report/", *map(at, rows), at(pair, "open")):
        assert client.get(address).status_code == 403, address
    assert "Mentoring</h2>" not in page(client, "/admin/")
