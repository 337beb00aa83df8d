"""What the reminders say, when they come again, when they are not true any more; and what staff and people are told."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.core import mail as outbox
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts.models import User
from credentialing import actions, scan, staff_actions
from credentialing.models import Checklist, Item, Letter, Status
from notices import engine
from notices.kinds import kind_named
from notices.models import Notice, State
from tests.credentialing.lists import moved, start, stuck, the

SENT = date(2026, 9, 1)
FIRST_MORNING = datetime(2026, 9, 1, 13, tzinfo=UTC)  # 09:00 in New York, in summer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(FIRST_MORNING, tick=False) as traveller:
        yield traveller


@pytest.fixture
def mine(dolores: User) -> Checklist:
    """Nothing waits for her, so that every mail is about what the test is about."""
    checklist = start(dolores)
    Item.objects.filter(waiting_on="you").update(follow_up_on=None)
    return checklist


@pytest.fixture
def school(mine: Checklist) -> Item:
    return moved(the(mine, "fcvs_meded"), Status.SENT, SENT)


def run_for(clock: time_machine.Traveller, days: int, start: int = 0) -> list[int]:
    """The scan each night, the mails each morning; the days after the first on which a mail went out."""
    sent = []
    for day in range(start, start + days):
        clock.move_to(FIRST_MORNING + timedelta(days=day))
        scan.owe_follow_ups()
        clock.shift(timedelta(hours=1))
        if engine.send_to(engine.people_due(datetime.now(UTC))):
            sent.append(day)
    return sent


def texts() -> list[str]:
    return [str(mail.body) for mail in outbox.outbox]


# ------------------------------------------------------------------------------------------------ who waits for others
def test_thirty_sixty_ninety_each_with_its_letter_then_staff_then_silence(
    school: Item,
    dolores: User,
    amina: User,
    clock: time_machine.Traveller,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        days = run_for(clock, 130)
    hers = [str(mail.body) for mail in outbox.outbox if mail.to == [dolores.email]]
    # 1 October is day 30; day 60 is a Saturday, so it is said on the Monday; day 90 is a Monday.
    assert days[:3] == [30, 62, 90]
    assert len(hers) == 3
    for text, tone in zip(hers, (1, 2, 3), strict=True):
        letter = Letter.objects.get(recipient="school", tone=tone)
        assert letter.body.split("{", 1)[0].strip()[:40] in text
        assert "waits for your medical school since 1 September 2026" in text
    assert "{" not in "".join(hers)
    assert "the society's staff are told as well" in hers[-1]
    assert Item.objects.get(pk=school.pk).staff_told_at is not None
    assert Notice.objects.filter(kind="credentialing.needs_help", person=amina).exists()


@pytest.mark.parametrize("key", ["fcvs_cid", "fcvs_pgt_past"])
def test_an_item_with_days_of_its_own_is_said_again_after_them(
    mine: Checklist, clock: time_machine.Traveller, key: str
) -> None:
    moved(the(mine, key), Status.SENT, SENT)
    assert run_for(clock, 70) == {"fcvs_cid": [7, 14, 21], "fcvs_pgt_past": [30, 44, 58]}[key]


def test_a_follow_up_of_a_saturday_waits_for_the_monday(mine: Checklist, clock: time_machine.Traveller) -> None:
    moved(the(mine, "fcvs_meded"), Status.SENT, date(2026, 8, 20))  # thirty days later is Saturday, 19 September
    assert run_for(clock, 30) == [20]


def test_the_clock_goes_back_and_the_mail_still_comes_in_the_morning(
    mine: Checklist, clock: time_machine.Traveller
) -> None:
    item = moved(the(mine, "fcvs_meded"), Status.SENT, SENT)
    actions.remind_on(item=item, by=mine.person, on=date(2026, 11, 2))  # the Monday after the clock went back
    assert Notice.objects.get(state=State.OWED).send_after == datetime(2026, 11, 2, 13, tzinfo=UTC)


def test_it_is_not_said_any_more_once_it_is_not_true(school: Item, clock: time_machine.Traveller) -> None:
    run_for(clock, 31)
    moved(school, Status.VERIFIED, date(2026, 9, 20))
    outbox.outbox.clear()
    assert run_for(clock, 200, start=31) == []


def test_somebody_else_took_it_off_the_list_without_a_word(school: Item, clock: time_machine.Traveller) -> None:
    """Its kind itself looks once more before a mail is written."""
    scan.owe_follow_ups(date(2026, 9, 20))
    Item.objects.filter(pk=school.pk).update(is_needed=False)
    assert run_for(clock, 60) == []
    assert Notice.objects.get().state == State.WITHDRAWN


def test_the_reminders_begin_again_with_the_first_letter_after_it_was_sent_again(
    school: Item, clock: time_machine.Traveller
) -> None:
    run_for(clock, 63)
    moved(school, Status.QUERY, date(2026, 11, 2))
    moved(school, Status.SENT, date(2026, 11, 2))
    outbox.outbox.clear()
    assert run_for(clock, 40, start=63) == [92]  # 2 December
    assert Letter.objects.get(recipient="school", tone=1).body.split("{", 1)[0].strip()[:40] in texts()[0]


def test_put_off_it_goes_on_with_the_letter_it_had_come_to(school: Item, clock: time_machine.Traveller) -> None:
    run_for(clock, 35)
    item = Item.objects.get(pk=school.pk)
    actions.remind_on(item=item, by=item.checklist.person, on=date(2026, 10, 20))
    outbox.outbox.clear()
    assert run_for(clock, 20, start=35) == [49]
    assert Letter.objects.get(recipient="school", tone=2).body.split("{", 1)[0].strip()[:40] in texts()[0]


# ------------------------------------------------------------------------------------------------ the other kinds
def body_about(clock: time_machine.Traveller, days: int) -> str:
    run_for(clock, days)
    assert len(outbox.outbox) >= 1
    return texts()[0]


def test_what_waits_for_you(mine: Checklist, clock: time_machine.Traveller) -> None:
    moved(the(mine, "fcvs_meded"), Status.QUERY, SENT)
    text = body_about(clock, 40)
    assert "waits for you since 1 September 2026" in text
    assert "They asked you something" in text


def test_a_draft_is_warned_of_in_time_and_again_on_a_saturday(mine: Checklist, clock: time_machine.Traveller) -> None:
    actions.set_rule_from(item=the(mine, "ny_form1"), by=mine.person, on=SENT, version=1)
    assert run_for(clock, 30) == [20, 25, 29]  # day 25 is a Saturday: the draft is lost all the same
    assert "you saved a draft on 1 September 2026" in texts()[0]
    assert "It is deleted on 1 October 2026." in texts()[0]


def test_a_report_that_ends(mine: Checklist, clock: time_machine.Traveller) -> None:
    report = moved(the(mine, "fcvs_ecfmg_report"), Status.RECEIVED, SENT)
    actions.set_rule_from(item=report, by=mine.person, on=date(2025, 11, 10), version=report.version)
    text = body_about(clock, 10)
    assert "was issued on 10 November 2025" in text
    assert "10 November 2026 on" in text


def test_training_opens(dolores: User, clock: time_machine.Traveller) -> None:
    start(dolores)
    clock.move_to(datetime(2027, 6, 1, 14, tzinfo=UTC))  # 31 May is Memorial Day
    scan.owe_follow_ups()
    assert Notice.objects.get(kind="credentialing.opens").due_on == date(2027, 5, 31)
    engine.send_to([dolores.pk])
    assert "Bronx Medicine” could not be done earlier. Now it can." in texts()[0]


def test_a_course_is_renewed_after_four_years(mine: Checklist, clock: time_machine.Traveller) -> None:
    course = moved(the(mine, "infection_control"), Status.VERIFIED, SENT)
    actions.set_rule_from(item=course, by=mine.person, on=date(2024, 2, 29), version=course.version)
    assert Item.objects.get(pk=course.pk).follow_up_on == date(2028, 2, 29)
    clock.move_to(datetime(2028, 2, 29, 14, tzinfo=UTC))
    scan.owe_follow_ups()
    engine.send_to(engine.people_due(datetime.now(UTC)))
    assert "you completed it on 29 February 2024. It has to be renewed by 29 February 2028" in texts()[0]


def test_no_heading_names_anybody_or_anything(mine: Checklist) -> None:
    """It may become the subject of a mail."""
    moved(the(mine, "fcvs_meded"), Status.SENT, SENT)
    scan.owe_follow_ups()
    notice = Notice.objects.get()
    heading = kind_named(notice.kind).words(notice).heading
    assert heading == "Something on your license checklist has waited for 0 days"


# ------------------------------------------------------------------------------------------------ staff
@pytest.fixture
def helper(chidi: User) -> User:
    chidi.user_permissions.add(Permission.objects.get(codename="change_helprequest"))
    return User.objects.get(pk=chidi.pk)


def test_helpers_hear_of_a_request_without_name_and_words(school: Item, helper: User) -> None:
    notice = Notice.objects.get(about=f"credentialing.helprequest:{stuck(school, 'secret words').pk}")
    words = kind_named(notice.kind).words(notice)
    text = f"{words.heading} {words.paragraphs} {words.what_next}"
    assert "asks for help" in text
    assert [detail for detail in ("secret", "Dolores", "Cruz") if detail in text] == []
    assert words.link == "/admin/credentialing/helprequest/"


def test_a_request_is_true_until_it_is_answered_and_only_for_who_may_answer(school: Item, helper: User) -> None:
    request = stuck(school)
    notice = Notice.objects.get(kind="credentialing.needs_help")
    kind = kind_named(notice.kind)
    assert kind.still_true(notice)
    helper.user_permissions.clear()
    assert not kind.still_true(Notice.objects.get(pk=notice.pk))
    helper.user_permissions.add(Permission.objects.get(codename="change_helprequest"))
    staff_actions.answer_help(request=request, by=helper, answer="So.")
    notice = Notice.objects.get(pk=notice.pk)
    assert (kind.still_true(notice), notice.state) == (False, State.WITHDRAWN)


def test_an_item_that_waited_too_long_is_true_until_it_is_seen_or_moves(school: Item, helper: User) -> None:
    def told() -> Notice:
        run = Notice.objects.get(kind="credentialing.follow_up")
        kind_named(run.kind).tell_staff(run)
        return Notice.objects.get(kind="credentialing.needs_help")

    scan.owe_follow_ups()
    notice = told()
    kind = kind_named(notice.kind)
    assert kind.still_true(notice)
    assert kind.words(notice).link == "/admin/credentialing/item/"
    staff_actions.mark_seen(item=school, by=helper)
    notice.refresh_from_db()
    assert (kind.still_true(notice), notice.state) == (False, State.WITHDRAWN)


def test_the_answer_of_staff_reaches_the_person_at_once(
    school: Item, helper: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    request = stuck(school)
    with django_capture_on_commit_callbacks(execute=True):
        staff_actions.answer_help(request=request, by=helper, answer="Write to the registrar.")
    notice = Notice.objects.get(kind="credentialing.answered")
    if notice.state == State.OWED:  # a real queue holds it
        engine.send_at_once(notice.pk)
    assert "You asked on 1 September 2026." in texts()[0]
    assert "Write to the registrar." in texts()[0]
