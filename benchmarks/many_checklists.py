"""Thousands of other physicians' checklists, and how long the scan and one page take among them; inside a portal."""

import json
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from credentialing.answers_actions import start
from credentialing.models import Catalogue, CatalogueStatus, Checklist, Item
from credentialing.scan import owe_follow_ups

ITEMS = 25
PHYSICIAN = "bench@member.example"
DUE, DUE_IN = "fcvs_meded", 10  # of one checklist in so many this item is due
PAGE_ROUNDS, SCAN_ROUNDS = 40, 2


def measure(page: str) -> None:
    """Print seconds: the quickest of several, for the others waited for whatever else the machine does."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(email=PHYSICIAN))
    assert client.get(page).status_code == 200
    with CaptureQueriesContext(connection) as caught:
        client.get(page)
    due = Checklist.objects.count() // DUE_IN
    found = {
        "database": connection.vendor,
        "queries": len(caught),
        "page": min(_seconds(lambda: client.get(page)) for _ in range(PAGE_ROUNDS)),
        "scan": min(_seconds(lambda: _scan(due)) for _ in range(SCAN_ROUNDS)) / due if due else None,
    }
    print(json.dumps(found))


def _scan(due: int) -> None:
    with transaction.atomic():
        owed = owe_follow_ups()
        transaction.set_rollback(True)
    assert owed == due, (owed, due)


def _seconds(act: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


# ------------------------------------------------------------------------------------------------ many others
def fill(others: int) -> None:
    """Straight into the tables: what is measured is reading them, and owing."""
    _physician()
    catalogue = Catalogue.objects.get(status=CatalogueStatus.PUBLISHED)
    keys = list(catalogue.specs.values_list("key", flat=True))[:ITEMS]
    for at in range(0, others, 1000):
        numbers = range(at, min(at + 1000, others))
        users = User.objects.bulk_create([User(email=f"b{n}@member.example", full_name=f"B {n}") for n in numbers])
        unsure = dict.fromkeys(Checklist.ANSWERS[:5], "unsure")
        lists = Checklist.objects.bulk_create([Checklist(person=user, catalogue=catalogue, **unsure) for user in users])
        Item.objects.bulk_create(
            [
                _item(one, key, n, place)
                for n, one in zip(numbers, lists, strict=True)
                for place, key in enumerate(keys)
            ],
            batch_size=2000,
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _physician() -> None:
    person = User.objects.create_user(PHYSICIAN, full_name="Benita Bench")
    answers = dict.fromkeys(("ecfmg_certified", "has_ssn", "has_us_address", "clerkships_abroad"), "yes")
    hospitals = [{"kind": "hospital", "name": f"Hospital {number}"} for number in range(2)]
    start(person=person, answers=answers | {"other_language": "no"}, sources=hospitals)
    Item.objects.update(owed_for=timezone.localdate())  # the scan has been here already


def _item(checklist: Checklist, key: str, number: int, place: int) -> Item:
    """A third is closed, a third waits and was owed before, some wait for a later month; of some lists one is due."""
    today = timezone.localdate()
    if key == DUE and number % DUE_IN == 0:
        return Item(checklist=checklist, key=key, follow_up_on=today + timedelta(days=number % 29), **_sent(today))
    if place % 3 == 0:
        return Item(checklist=checklist, key=key, status="verified", closed_on=today, took_days=40, waiting_on="")
    past = today - timedelta(days=number % 90)
    if place % 3 == 1:
        return Item(checklist=checklist, key=key, follow_up_on=past, owed_for=past, **_sent(past))
    later = today + timedelta(days=60 + number % 200)
    return Item(checklist=checklist, key=key, follow_up_on=later if place % 2 else None)


def _sent(on: date) -> dict[str, object]:
    return {"status": "sent", "status_on": on, "sent_on": on, "waiting_on": "school", "waiting_since": on}
