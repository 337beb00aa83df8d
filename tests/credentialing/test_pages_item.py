"""One item: what its page says, and each form on it, through its own door."""

import re
from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from accounts.models import User
from credentialing import staff_actions
from credentialing.models import Checklist, HelpRequest, Item, Party, Rule, Status
from credentialing.steps import steps_for
from facts.models import Fact
from tests.credentialing.conftest import NOW, TODAY, item_of, moved
from tests.credentialing.test_pages import text

pytestmark = pytest.mark.django_db
DAY, YESTERDAY, TOMORROW = TODAY.isoformat(), "2026-11-22", "2026-11-24"


@pytest.fixture
def form2cc(checklist: Checklist) -> Item:
    """Nothing comes before it but the screening, which is done."""
    moved(checklist, "clerkship_screen", Status.VERIFIED, 90)
    return item_of(checklist, "ny_2cc")


def at(item: Item, door: str = "") -> str:
    return f"/my/checklist/{item.pk}/{door}"


def sent(item: Item, door: str) -> dict[str, str]:
    """What a form of the page sends when it is filled in well."""
    item.refresh_from_db()
    version, token = {"version": str(item.version)}, {"form_token": str(uuid4())}
    return {
        "move/": {"to": "sent", "on": DAY, **version},
        "correct/": {"to": "to_do", "on": DAY, **version},
        "day/": {"on": DAY, **version},
        "chase/": {"on": DAY, "channel": "phone", "whom": "Ms. Ito", "answer": "Next week", **token},
        "note/": {"note": "Room four", **version},
        "payment/": {"amount": "20.50", "on": DAY, "fact": "", **token},
        "help/": {"words": "Nobody answers.", **token},
        "remind/": {"on": TOMORROW},
    }[door]


DOORS = ("move/", "correct/", "chase/", "note/", "payment/", "help/", "remind/")


def page_of(client: Client, item: Item) -> str:
    return text(client.get(at(item)).content)


# ------------------------------------------------------------------------------------------------ every door
def test_every_door_asks_who_is_not_signed_in(client: Client, form2cc: Item) -> None:
    for door in ("", *DOORS, "day/"):
        assert client.post(at(form2cc, door))["Location"].startswith("/accounts/login/?next=")


def test_a_stranger_finds_nothing_and_changes_nothing(stranger: Client, form2cc: Item) -> None:
    assert stranger.get(at(form2cc)).status_code == 404
    for door in (*DOORS, "day/"):
        filled = sent(form2cc, door)
        assert stranger.post(at(form2cc, door), filled).status_code == 404
        assert stranger.get(at(form2cc, door)).status_code == 404
    form2cc.refresh_from_db()
    assert (form2cc.status, form2cc.version, form2cc.note) == (Status.TO_DO, 1, "")
    assert not form2cc.chases.exists()


def test_the_page_is_only_read_and_the_doors_are_only_sent_to(as_dolores: Client, form2cc: Item) -> None:
    assert as_dolores.post(at(form2cc)).status_code == 405
    assert "no-store" in as_dolores.get(at(form2cc))["Cache-Control"]
    for door in (*DOORS, "day/"):
        assert as_dolores.get(at(form2cc, door))["Location"] == at(form2cc)
        assert as_dolores.delete(at(form2cc, door)).status_code == 405
    form2cc.refresh_from_db()
    assert form2cc.version == 1


def test_each_door_answers_with_the_page_of_the_item(as_dolores: Client, form2cc: Item, checklist: Checklist) -> None:
    moved(checklist, "ny_2cc", Status.SENT, 3)
    for door in ("chase/", "note/", "payment/", "remind/", "help/", "correct/"):
        answer = as_dolores.post(at(form2cc, door), sent(form2cc, door))
        assert (answer.status_code, answer.headers.get("Location")) == (302, at(form2cc)), door


@pytest.mark.parametrize(
    ("door", "wrong", "field"),
    [
        ("move/", {"on": TOMORROW}, "on"),
        ("move/", {"on": "2026-02-29"}, "on"),
        ("move/", {"on": "1949-12-31"}, "on"),
        ("move/", {"on": ""}, "on"),
        ("chase/", {"on": TOMORROW}, "on"),
        ("chase/", {"channel": ""}, "channel"),
        ("chase/", {"whom": "x" * 121}, "whom"),
        ("note/", {"note": "x" * 2001}, "note"),
        ("payment/", {"amount": "0"}, "amount"),
        ("payment/", {"amount": "1.234"}, "amount"),
        ("payment/", {"amount": "much"}, "amount"),
        ("payment/", {"fact": "no.such"}, "fact"),
        ("help/", {"words": " "}, "words"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field_and_stays(
    as_dolores: Client, form2cc: Item, door: str, wrong: dict[str, str], field: str
) -> None:
    filled = sent(form2cc, door) | wrong
    answer = as_dolores.post(at(form2cc, door), filled)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {field}
    assert "<title>Error: " in html
    target = re.search(r'<li><a href="#([^"]+)">', html)[1]
    assert f'id="{target}"' in html
    assert all(answer.context["form"][name].value() == value for name, value in filled.items())
    form2cc.refresh_from_db()
    assert form2cc.version == 1


def test_ids_are_not_said_twice_also_around_a_refused_form(as_dolores: Client, form2cc: Item) -> None:
    for answer in (as_dolores.get(at(form2cc)), as_dolores.post(at(form2cc, "chase/"), {"on": TOMORROW})):
        ids = re.findall(r'\sid="([^"]+)"', answer.content.decode())
        assert sorted(set(ids)) == sorted(ids)


# ------------------------------------------------------------------------------------------------ what it says
def test_the_steps_hold_figures_and_the_figures_their_sources(as_dolores: Client, checklist: Checklist) -> None:
    item = item_of(checklist, "fcvs_account")
    fee = Fact.objects.get(key="fcvs.initial_fee")
    html = as_dolores.get(at(item)).content.decode()
    assert f'<a class="fact" href="#figure-fcvs-initial_fee">{fee.text}</a>' in html
    row = re.search(r'<tr id="figure-fcvs-initial_fee">.*?</tr>', html, re.DOTALL)[0]
    assert fee.source in text(row.encode())
    assert "23 November 2026" in row
    assert "{" not in text(html.encode())


def test_a_figure_that_is_stale_or_to_be_confirmed_says_so(as_dolores: Client, checklist: Checklist) -> None:
    item = item_of(checklist, "fcvs_account")
    assert "Last checked" not in page_of(as_dolores, item)
    Fact.objects.filter(key="fcvs.initial_fee").update(recheck_on=date(2026, 11, 22))
    assert "Last checked 23 November 2026: confirm with" in page_of(as_dolores, item)
    Fact.objects.filter(key="fcvs.initial_fee").update(to_confirm=True)
    assert "To be confirmed with" in page_of(as_dolores, item)


def test_every_item_has_a_page_without_a_gap(as_dolores: Client, checklist: Checklist) -> None:
    for item in checklist.items.all():
        answer = as_dolores.get(at(item))
        assert answer.status_code == 200
        words = text(answer.content)
        assert "(figure missing" not in words
        assert "{" not in words
        assert "What to do" in words


def test_what_cannot_start_names_what_comes_first(as_dolores: Client, checklist: Checklist) -> None:
    first, later = item_of(checklist, "names_check"), item_of(checklist, "fcvs_account")
    html = as_dolores.get(at(later)).content.decode()
    assert "This cannot start yet" in html
    assert f'<li><a href="{at(first)}">One name on every document</a></li>' in html
    moved(checklist, "names_check", Status.VERIFIED)
    assert "This cannot start yet" not in page_of(as_dolores, later)


def test_a_link_to_what_the_list_no_longer_shows_still_leads_somewhere(
    as_dolores: Client, checklist: Checklist
) -> None:
    added = as_dolores.post("/my/checklist/questions/add/hospital/", {"name": "Mercy"})
    item = checklist.items.get(source__name="Mercy")
    as_dolores.post(f"/my/checklist/questions/{item.source_id}/remove/")
    assert added.status_code == 302
    assert at(item) not in as_dolores.get("/my/checklist/").content.decode()
    assert "By your answers you do not need this." in page_of(as_dolores, item)
    checklist.items.filter(pk=item.pk).update(key="of_an_old_list")
    assert as_dolores.get(at(item)).status_code == 404


@pytest.mark.parametrize("key", ["fcvs_cid", "fcvs_affidavit"])
@pytest.mark.parametrize(
    ("ssn", "address", "says"), [("yes", "yes", "online notary is open to you"), ("yes", "unsure", "sign on paper")]
)
def test_the_notary_follows_from_the_answers(
    as_dolores: Client, checklist: Checklist, key: str, ssn: str, address: str, says: str
) -> None:
    Checklist.objects.update(has_ssn=ssn, has_us_address=address)
    assert says in page_of(as_dolores, item_of(checklist, key))
    assert "By your answers, " not in page_of(as_dolores, item_of(checklist, "ny_form1"))


def test_what_is_not_needed_any_more_says_so(as_dolores: Client, form2cc: Item) -> None:
    Item.objects.filter(pk=form2cc.pk).update(is_needed=False, status=Status.SENT)
    assert "By your answers you do not need this. What you recorded here is kept." in page_of(as_dolores, form2cc)


def test_whose_turn_it_is_and_when_the_portal_asks(as_dolores: Client, checklist: Checklist, form2cc: Item) -> None:
    assert "Whose turn Yours, since " in page_of(as_dolores, form2cc)
    moved(checklist, "ny_2cc", Status.SENT, 4)
    words = page_of(as_dolores, form2cc)
    assert "It waits for the hospital of your clerkship since 19 November 2026, 4 days" in words
    assert "Next reminder 19 December 2026" in words
    assert f'href="{at(form2cc, "letter/")}"' in as_dolores.get(at(form2cc)).content.decode()


# ------------------------------------------------------------------------------------------------ recording
def test_sent_received_and_confirmed_are_three_things(as_dolores: Client, checklist: Checklist) -> None:
    item = item_of(checklist, "fcvs_meded")
    for to, day in (("sent", "2026-10-01"), ("received", "2026-10-20"), ("verified", "2026-11-02")):
        answer = as_dolores.post(at(item, "move/"), sent(item, "move/") | {"to": to, "on": day}, follow=True)
        assert "It is recorded." in text(answer.content)
        item.refresh_from_db()
        assert (item.status, item.status_on.isoformat(), bool(item.closed_on)) == (to, day, to == "verified")
    assert (item.closed_on, item.took_days) == (date(2026, 11, 2), 32)
    words = page_of(as_dolores, item)
    assert "From “received” to “verified” on 2 November 2026" in words
    assert "finished on 2 November 2026" in words


def test_a_question_of_theirs_is_kept_and_waits_for_the_person(
    as_dolores: Client, checklist: Checklist, form2cc: Item
) -> None:
    moved(checklist, "ny_2cc", Status.SENT, 4)
    asked = sent(form2cc, "move/") | {"to": "query", "words": "Which ward?\r\nWhich year?"}
    as_dolores.post(at(form2cc, "move/"), asked)
    form2cc.refresh_from_db()
    assert (form2cc.status, form2cc.waiting_on) == (Status.QUERY, Party.YOU)
    assert form2cc.moves.first().words == "Which ward?\nWhich year?"
    html = as_dolores.get(at(form2cc)).content.decode()
    assert "I answered their question" in html


def test_received_before_sent_is_refused_beside_its_day(
    as_dolores: Client, checklist: Checklist, form2cc: Item
) -> None:
    moved(checklist, "ny_2cc", Status.SENT, 4)
    answer = as_dolores.post(at(form2cc, "move/"), sent(form2cc, "move/") | {"to": "received", "on": "2026-11-18"})
    assert answer.status_code == 422
    assert "You recorded that you sent it on 19 November 2026" in text(answer.content)
    assert 'href="#received_on"' in answer.content.decode()
    assert re.search(r'<input[^>]*id="received_on"[^>]*>', answer.content.decode())[0].count('value="2026-11-18"') == 1


def test_the_day_counts_where_the_person_is(as_dolores: Client, form2cc: Item, dolores: User) -> None:
    dolores.time_zone = "Asia/Tokyo"
    dolores.save()
    # Nine in the evening in New York: in Tokyo it is the next day.
    with time_machine.travel(NOW + timedelta(hours=9), tick=False):
        assert as_dolores.post(at(form2cc, "move/"), sent(form2cc, "move/") | {"on": TOMORROW}).status_code == 302
    form2cc.refresh_from_db()
    assert form2cc.status_on == TODAY + timedelta(days=1)


def test_sending_twice_records_once(as_dolores: Client, form2cc: Item) -> None:
    for door, rows in (("move/", form2cc.moves), ("chase/", form2cc.chases), ("payment/", form2cc.payments)):
        filled = sent(form2cc, door)
        answers = [as_dolores.post(at(form2cc, door), filled).status_code for _ in range(2)]
        assert answers == [302, 302]
        assert rows.count() == 1


def test_a_stale_form_records_nothing_says_so_and_keeps_what_was_typed(
    as_dolores: Client, checklist: Checklist, form2cc: Item
) -> None:
    old = sent(form2cc, "move/") | {"to": "query", "words": "Which ward?"}
    moved(checklist, "ny_2cc", Status.SENT, 2)
    answer = as_dolores.post(at(form2cc, "move/"), old)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "This changed after you opened the page" in html
    assert "Which ward?</textarea>" in html
    assert "It waits for the hospital of your clerkship since 21 November 2026" in text(answer.content)
    assert form2cc.moves.count() == 1
    form2cc.refresh_from_db()
    again = re.search(r'name="version" value="(\d+)"', html[html.index('value="query"') :])[1]
    assert int(again) == form2cc.version
    assert as_dolores.post(at(form2cc, "move/"), old | {"version": again}).status_code == 302
    assert form2cc.moves.count() == 2


def test_a_stale_form_whose_step_is_gone_is_still_shown(
    as_dolores: Client, checklist: Checklist, form2cc: Item
) -> None:
    moved(checklist, "ny_2cc", Status.SENT, 5)
    old = sent(form2cc, "move/") | {"to": "rejected", "words": "Wrong form"}
    moved(checklist, "ny_2cc", Status.QUERY, 4)
    moved(checklist, "ny_2cc", Status.REJECTED, 2)
    assert "Wrong form</textarea>" in as_dolores.post(at(form2cc, "move/"), old).content.decode()


def test_a_wrong_entry_is_corrected_and_stays_in_the_history(
    as_dolores: Client, checklist: Checklist, form2cc: Item
) -> None:
    moved(checklist, "ny_2cc", Status.SENT, 4)
    same = sent(form2cc, "correct/") | {"to": "sent", "on": "2026-11-10"}
    assert as_dolores.post(at(form2cc, "correct/"), same).status_code == 302
    form2cc.refresh_from_db()
    assert (form2cc.status, form2cc.sent_on) == (Status.SENT, date(2026, 11, 10))
    assert as_dolores.post(at(form2cc, "correct/"), sent(form2cc, "correct/")).status_code == 302
    form2cc.refresh_from_db()
    assert (form2cc.status, form2cc.sent_on, form2cc.moves.count()) == (Status.TO_DO, None, 3)


def test_only_what_can_be_right_is_offered_as_a_correction(as_dolores: Client, checklist: Checklist) -> None:
    item = moved(checklist, "names_check", Status.VERIFIED)
    answer = as_dolores.post(at(item, "correct/"), sent(item, "correct/") | {"to": "rejected"})
    assert (answer.status_code, answer.context["form"].errors.keys()) == (422, {"to"})


def test_an_own_task_is_done_in_one_step(as_dolores: Client, checklist: Checklist) -> None:
    item = item_of(checklist, "names_check")
    html = as_dolores.get(at(item)).content.decode()
    assert "Record that it is done" in html
    assert "They say that they have received it" not in html
    as_dolores.post(at(item, "move/"), sent(item, "move/") | {"to": "verified"})
    assert "Nobody’s: finished on 23 November 2026" in page_of(as_dolores, item)


@pytest.mark.parametrize("to", ["rejected", "no_such", ""])
def test_a_step_that_this_item_does_not_take_is_no_form_of_it(
    as_dolores: Client, checklist: Checklist, to: str
) -> None:
    item = item_of(checklist, "names_check")
    assert as_dolores.post(at(item, "move/"), sent(item, "move/") | {"to": to}).status_code == 404


def test_every_step_that_is_offered_can_be_taken(as_dolores: Client, checklist: Checklist) -> None:
    specs = {spec.key: spec for spec in checklist.catalogue.specs.all()}
    for key, status in product(("fcvs_meded", "ny_2cc", "names_check"), Status.values):
        item = item_of(checklist, key)
        for step in steps_for(specs[key], status):
            Item.objects.filter(pk=item.pk).update(status=status, sent_on=None, status_on=YESTERDAY)
            answer = as_dolores.post(at(item, "move/"), sent(item, "move/") | {"to": step.to})
            assert answer.status_code == 302, (key, status, step)
            item.refresh_from_db()
            assert item.status == step.to


# ------------------------------------------------------------------------------------------------ the rule's day
def test_the_day_of_a_saved_draft_shows_when_it_is_lost(as_dolores: Client, checklist: Checklist) -> None:
    item = item_of(checklist, "ny_form1")
    assert as_dolores.post(at(item, "day/"), sent(item, "day/") | {"on": "2026-11-20"}).status_code == 302
    words = page_of(as_dolores, item)
    assert "Draft saved 20 November 2026" in words
    assert "Draft is lost 20 December 2026" in words


def test_an_item_without_such_a_rule_has_no_such_form(as_dolores: Client, form2cc: Item, checklist: Checklist) -> None:
    assert checklist.catalogue.specs.get(key="ny_2cc").rule == Rule.NONE
    assert as_dolores.post(at(form2cc, "day/"), sent(form2cc, "day/")).status_code == 404


# ------------------------------------------------------------------------------------------------ beside the way
def test_the_log_and_the_payments_stand_on_the_page(as_dolores: Client, checklist: Checklist, form2cc: Item) -> None:
    moved(checklist, "ny_2cc", Status.SENT, 4)
    as_dolores.post(at(form2cc, "chase/"), sent(form2cc, "chase/"))
    as_dolores.post(at(form2cc, "payment/"), sent(form2cc, "payment/"))
    words = page_of(as_dolores, form2cc)
    assert "23 November 2026, telephone, Ms. Ito Next week" in words
    assert "$20.50 on 23 November 2026" in words
    payment = form2cc.payments.get()
    assert payment.amount == Decimal("20.50")
    assert as_dolores.post(at(form2cc, f"payment/{payment.pk}/remove/")).status_code == 302
    assert not form2cc.payments.exists()


def test_a_payment_names_its_fee(as_dolores: Client, checklist: Checklist) -> None:
    moved(checklist, "names_check", Status.VERIFIED)
    item = item_of(checklist, "fcvs_account")
    as_dolores.post(at(item, "payment/"), sent(item, "payment/") | {"fact": "fcvs.initial_fee", "amount": "395"})
    label = Fact.objects.get(key="fcvs.initial_fee").label
    assert f"$395.00 for {label} on 23 November 2026" in page_of(as_dolores, item)


def test_a_payment_of_somebody_else_is_not_found(stranger: Client, as_dolores: Client, form2cc: Item) -> None:
    as_dolores.post(at(form2cc, "payment/"), sent(form2cc, "payment/"))
    payment = form2cc.payments.get()
    assert stranger.post(at(form2cc, f"payment/{payment.pk}/remove/")).status_code == 404
    other = form2cc.checklist.items.exclude(pk=form2cc.pk)[0]
    assert as_dolores.post(at(other, f"payment/{payment.pk}/remove/")).status_code == 404
    assert as_dolores.get(at(form2cc, f"payment/{payment.pk}/remove/")).status_code == 405
    assert form2cc.payments.exists()


def test_a_note_is_escaped_and_stays_as_it_was_typed(as_dolores: Client, form2cc: Item) -> None:
    as_dolores.post(at(form2cc, "note/"), sent(form2cc, "note/") | {"note": "<b>Room</b>\r\nfour"})
    form2cc.refresh_from_db()
    assert form2cc.note == "<b>Room</b>\nfour"
    assert "&lt;b&gt;Room&lt;/b&gt;" in as_dolores.get(at(form2cc)).content.decode()


def test_the_next_reminder_can_be_moved_but_not_into_the_past(
    as_dolores: Client, checklist: Checklist, form2cc: Item
) -> None:
    moved(checklist, "ny_2cc", Status.SENT, 4)
    refused = as_dolores.post(at(form2cc, "remind/"), {"on": DAY})
    assert (refused.status_code, refused.context["form"].errors.keys()) == (422, {"on"})
    as_dolores.post(at(form2cc, "remind/"), {"on": "2027-01-11"})
    assert "Next reminder 11 January 2027" in page_of(as_dolores, form2cc)


# ------------------------------------------------------------------------------------------------ stuck
def test_who_is_stuck_reads_the_answer_on_the_page(
    as_dolores: Client, checklist: Checklist, form2cc: Item, amina: User
) -> None:
    moved(checklist, "ny_2cc", Status.SENT, 4)
    answer = as_dolores.post(at(form2cc, "help/"), sent(form2cc, "help/"), follow=True)
    words = text(answer.content)
    assert "Your words are with the society’s staff." in words
    assert "Nobody answers. Not answered yet." in words
    assert "None while your question is with the society" in words
    staff_actions.answer_help(request=HelpRequest.objects.get(), by=amina, answer="Write to the dean.\nWe know her.")
    words = page_of(as_dolores, form2cc)
    assert "The society answered on 23 November 2026 Write to the dean. We know her." in words
    assert "Amina" not in words
