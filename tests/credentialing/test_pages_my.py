"""What /my/ and a person's own calendar say about the checklist."""

import re

import pytest
from django.test import Client

from accounts.models import User
from credentialing import actions
from credentialing.models import Checklist, Status
from mssny_img.my import YOU, Part, dates_of, parts_of
from tests.credentialing.conftest import item_of, moved

pytestmark = pytest.mark.django_db
TITLE = "License checklist"


def part(person: User) -> Part | None:
    return next((part for part in parts_of(person) if part.title == TITLE), None)


def test_who_has_started_none_hears_nothing_of_it(dolores: User) -> None:
    assert part(dolores) is None


def test_what_is_yours_and_what_others_have_longest(checklist: Checklist, dolores: User) -> None:
    for days, key in enumerate(("ny_2cc", "fcvs_exams", "fcvs_account", "ny_form1"), start=10):
        moved(checklist, key, Status.SENT, days)
    shown = part(dolores)
    assert shown
    yours = {line.words: line.url for line in shown.lines if line.waits_for == YOU}
    assert yours["One name on every document: to do"] == f"/my/checklist/{item_of(checklist, 'names_check').pk}/"
    others = [line for line in shown.lines if line.waits_for != YOU]
    assert [(line.waits_for, line.day.isoformat()) for line in others] == [
        ("NYSED", "2026-11-10"),
        ("FCVS", "2026-11-11"),
        ("FSMB", "2026-11-12"),
    ]


def test_my_page_leads_to_each_of_them(as_dolores: Client, checklist: Checklist) -> None:
    html = as_dolores.get("/my/").content.decode()
    section = next(s for s in re.findall(r"<section.*?</section>", html, re.DOTALL) if TITLE in s)
    assert 'href="/my/checklist/"' in section
    for url in re.findall(r'href="(/my/checklist/[^"]*)"', section):
        assert as_dolores.get(url).status_code == 200


def test_somebody_elses_checklist_is_not_on_it(stranger: Client, checklist: Checklist) -> None:
    ours = {str(pk) for pk in checklist.items.values_list("pk", flat=True)}
    assert ours.isdisjoint(re.findall(r"/my/checklist/(\d+)/", stranger.get("/my/").content.decode()))


def test_the_calendar_holds_each_follow_up_once_and_tells_no_details(checklist: Checklist, dolores: User) -> None:
    item = moved(checklist, "ny_2cc", Status.SENT, 4)
    days = {name: (title, day.isoformat(), url) for name, title, day, url in dates_of(dolores)}
    title, day, url = days[f"item-{item.pk}"]
    assert (day, url) == ("2026-12-19", f"/my/checklist/{item.pk}/")
    assert "2CC" not in title
    actions.remind_on(item=item, by=dolores, on=item.follow_up_on.replace(day=28))
    moved_days = [day.isoformat() for name, _, day, _ in dates_of(dolores) if name == f"item-{item.pk}"]
    assert moved_days == ["2026-12-28"]
    checklist.items.filter(pk=item.pk).update(owed_for="2026-12-28")
    assert f"item-{item.pk}" not in {name for name, *_ in dates_of(dolores)}


def test_what_is_done_is_in_no_calendar(checklist: Checklist, dolores: User) -> None:
    item = moved(checklist, "names_check", Status.VERIFIED)
    assert f"item-{item.pk}" not in {name for name, *_ in dates_of(dolores)}
