"""The list, the questions and the end of a checklist, through their doors."""

import re
from datetime import date
from html import unescape

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from audit.models import Entry
from credentialing.models import Answer, Checklist, Item, Section, Source, SourceKind, Status
from tests.conftest import signed_in
from tests.credentialing.conftest import ANSWERS, item_of, moved

pytestmark = pytest.mark.django_db
LIST, START, QUESTIONS, REMOVE = (
    "/my/checklist/",
    "/my/checklist/start/",
    "/my/checklist/questions/",
    "/my/checklist/remove/",
)
SENT = {**ANSWERS, "training_ends_on": "2027-06-30", "license_wanted_on": "2027-12-01"}
PROGRAM = {"name": "Hillside Clinic", "starts_on": "2023-07-01", "ends_on": "2024-06-30"}


def text(html: bytes) -> str:
    """What is read, without tags, blanks joined."""
    return re.sub(r"\s+(?=[,.;])", "", re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html.decode()))))


def row(client: Client, item: Item) -> str:
    html = client.get(LIST).content.decode()
    found = re.search(rf'<li[^>]*>(?:(?!</li>).)*/my/checklist/{item.pk}/"(?:(?!</li>).)*</li>', html, re.DOTALL)
    return text(found[0].encode()) if found else ""


def change(checklist: Checklist, **answers: object) -> dict[str, object]:
    return {**SENT, "version": checklist.version, **answers}


def lakeside(checklist: Checklist) -> Source:
    return checklist.sources.get(name="Lakeside Hospital")


# ------------------------------------------------------------------------------------------------ every door
def doors(checklist: Checklist) -> list[str]:
    source = lakeside(checklist)
    return [QUESTIONS, REMOVE, f"{QUESTIONS}add/program/", f"{QUESTIONS}{source.pk}/"]


@pytest.mark.parametrize("method", ["get", "post"])
def test_every_door_asks_who_is_not_signed_in(client: Client, checklist: Checklist, method: str) -> None:
    for door in (LIST, START, *doors(checklist)):
        assert getattr(client, method)(door)["Location"] == f"/accounts/login/?next={door}"


def test_who_has_no_checklist_is_led_to_the_start_and_finds_nothing_else(as_dolores: Client, today: date) -> None:
    assert as_dolores.get(LIST)["Location"] == START
    for door in (QUESTIONS, REMOVE, f"{QUESTIONS}add/program/"):
        assert as_dolores.get(door).status_code == 404
        assert as_dolores.post(door).status_code == 404


def test_a_stranger_finds_none_of_it(stranger: Client, checklist: Checklist) -> None:
    source = lakeside(checklist)
    for door in (f"{QUESTIONS}{source.pk}/", f"{QUESTIONS}{source.pk}/remove/"):
        assert stranger.post(door, PROGRAM).status_code == 404
    assert stranger.get(f"{QUESTIONS}{source.pk}/").status_code == 404
    assert lakeside(checklist).removed_at is None
    assert f"/{item_of(checklist, 'names_check').pk}/" not in stranger.get(LIST).content.decode()


def test_what_is_shown_is_never_kept_and_what_changes_something_is_sent(
    as_dolores: Client, checklist: Checklist
) -> None:
    for door in (LIST, *doors(checklist)):
        assert "no-store" in as_dolores.get(door)["Cache-Control"]
    assert as_dolores.post(LIST).status_code == 405
    assert as_dolores.get(f"{QUESTIONS}{lakeside(checklist).pk}/remove/").status_code == 405
    assert as_dolores.delete(QUESTIONS).status_code == 405


# ------------------------------------------------------------------------------------------------ the start
def test_each_question_says_why_it_is_asked(as_dolores: Client) -> None:
    html = as_dolores.get(START).content.decode()
    hints = re.findall(r'<div id="id_\w+_helptext" class="form-text">(.*?)</div>', html, re.DOTALL)
    assert len(hints) == len(ANSWERS)
    assert all("We ask" in hint for hint in hints)


def test_the_answers_start_the_list_and_lead_to_the_programs(as_dolores: Client, dolores: User) -> None:
    answer = as_dolores.post(START, SENT, follow=True)
    assert answer.redirect_chain == [(QUESTIONS, 302)]
    assert "Now list your training programs." in text(answer.content)
    own = Checklist.objects.get(person=dolores)
    assert (own.has_ssn, own.training_ends_on) == (Answer.NO, date(2027, 6, 30))
    assert own.items.filter(is_needed=True).count() > 15


def test_a_forgotten_answer_is_asked_for_beside_it_and_the_others_stay(as_dolores: Client, dolores: User) -> None:
    answer = as_dolores.post(START, SENT | {"has_ssn": "", "training_ends_on": "2027-02-30"})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "<title>Error: " in html
    for field in ("id_has_ssn_0", "id_training_ends_on"):
        assert f'href="#{field}"' in html
        assert f'id="{field}"' in html
    assert html.count("“I do not know yet” is one, too.") == 2
    assert 'value="2027-02-30"' in html
    assert re.search(r'<input[^>]*checked[^>]*value="yes"|value="yes"[^>]*checked', html)
    assert not Checklist.objects.filter(person=dolores).exists()


def test_a_day_that_is_over_is_refused_beside_its_field(as_dolores: Client) -> None:
    answer = as_dolores.post(START, SENT | {"license_wanted_on": "2026-11-01"})
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {"license_wanted_on"}


def test_there_is_one_start(as_dolores: Client, checklist: Checklist) -> None:
    assert as_dolores.get(START)["Location"] == LIST
    assert as_dolores.post(START, SENT | {"has_ssn": "yes"})["Location"] == LIST
    checklist.refresh_from_db()
    assert checklist.has_ssn == Answer.NO


# ------------------------------------------------------------------------------------------------ the list
def test_it_says_first_whose_turn_it_is_and_stands_in_sections(as_dolores: Client, checklist: Checklist) -> None:
    moved(checklist, "names_check", Status.VERIFIED, 60)
    moved(checklist, "clerkship_screen", Status.VERIFIED, 60)
    moved(checklist, "ny_2cc", Status.SENT, 47)
    html = as_dolores.get(LIST).content
    assert "2 done, " in (words := text(html))
    assert "47 days, at the hospital of your clerkship." in words
    assert re.findall(r'<h2 id="part-\d">(.*?)</h2>', html.decode()) == [section.label for section in Section]


def test_a_row_says_its_state_and_what_it_waits_for(as_dolores: Client, checklist: Checklist) -> None:
    done = moved(checklist, "clerkship_screen", Status.VERIFIED, 60)
    sent = moved(checklist, "ny_2cc", Status.SENT, 1)
    assert row(as_dolores, done).endswith("Done on 24 September 2026 Verified ")
    assert "Waits for the hospital of your clerkship since 22 November 2026, 1 day Sent" in row(as_dolores, sent)
    assert "First finish: One name on every document Cannot start yet" in row(
        as_dolores, item_of(checklist, "fcvs_account")
    )
    assert "St. Brigid General" in row(as_dolores, sent)
    asked = moved(checklist, "ny_2cc", Status.QUERY, 0, "Which ward?")
    assert "Waits for your answer since 23 November 2026 Query open" in row(as_dolores, asked)


def test_no_state_looks_like_a_button(as_dolores: Client, checklist: Checklist) -> None:
    html = as_dolores.get(LIST).content.decode()
    tags = re.findall(r'<(\w+) class="tag[^"]*">', html)
    assert len(tags) == checklist.items.filter(is_needed=True).count()
    assert set(tags) == {"span"}


def test_what_cannot_be_signed_yet_says_when_it_opens(as_dolores: Client, checklist: Checklist) -> None:
    assert "Opens on 31 May 2027" in row(as_dolores, item_of(checklist, "pgt_final"))


def test_finishing_the_list_is_not_finishing(as_dolores: Client, checklist: Checklist) -> None:
    before = text(as_dolores.get(LIST).content)
    assert "When everything is done" in before
    assert "Finishing this list is not the end of the way." in before
    checklist.items.update(status=Status.VERIFIED, closed_on=date(2026, 11, 23))
    after = text(as_dolores.get(LIST).content)
    assert "Everything is done: what comes next" in after
    assert "registration ends one day" in after


def test_what_is_not_needed_says_why_and_how_to_change_it(as_dolores: Client, checklist: Checklist) -> None:
    html = as_dolores.get(LIST).content.decode()
    shown = html[html.index('<details class="not-needed">') :]
    assert "You said that all your documents are in English." in unescape(shown)
    assert f'href="{QUESTIONS}#div_id_other_language"' in shown
    assert 'id="div_id_other_language"' in as_dolores.get(QUESTIONS).content.decode()


def test_each_reason_leads_to_a_place_that_is_there(as_dolores: Client, checklist: Checklist) -> None:
    as_dolores.post(QUESTIONS, change(checklist, clerkships_abroad="no"))
    for source in checklist.sources.exclude(kind=SourceKind.HOSPITAL):
        as_dolores.post(f"{QUESTIONS}{source.pk}/remove/")
    listed = as_dolores.get(LIST).content.decode()
    anchors = set(re.findall(rf'href="{QUESTIONS}#([^"]+)"', listed))
    assert {"div_id_clerkships_abroad", "licenses"} <= anchors
    questions = as_dolores.get(QUESTIONS).content.decode()
    assert [anchor for anchor in anchors if f'id="{anchor}"' not in questions] == []


def test_the_list_takes_few_questions_to_the_database(
    as_dolores: Client, checklist: Checklist, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(8):
        as_dolores.get(LIST)


def test_the_latest_safe_day_stands_on_the_list(as_dolores: Client, checklist: Checklist) -> None:
    Checklist.objects.update(license_wanted_on=date(2026, 12, 1))
    html = as_dolores.get(LIST).content.decode()
    found = re.search(r'<div class="warning">(.*?)</div>', html, re.DOTALL)
    assert found
    assert "Latest safe day" in found[1]
    assert 'href="/my/checklist/plan/"' in found[1]


# ------------------------------------------------------------------------------------------------ the questions
def test_an_answer_can_change_and_nothing_recorded_is_lost(as_dolores: Client, checklist: Checklist) -> None:
    form = moved(checklist, "ny_2cc", Status.SENT, 5)
    answer = as_dolores.post(QUESTIONS, change(checklist, clerkships_abroad="no"), follow=True)
    assert "Nothing recorded was lost." in text(answer.content)
    form.refresh_from_db()
    assert (form.is_needed, form.status) == (False, Status.SENT)
    checklist.refresh_from_db()
    as_dolores.post(QUESTIONS, change(checklist, clerkships_abroad="yes"))
    form.refresh_from_db()
    assert (form.is_needed, form.status) == (True, Status.SENT)


def test_a_stale_form_says_so_and_keeps_what_was_typed(as_dolores: Client, checklist: Checklist) -> None:
    old = change(checklist, has_ssn="unsure", license_wanted_on="2028-02-29")
    as_dolores.post(QUESTIONS, change(checklist, has_us_address="no"))
    answer = as_dolores.post(QUESTIONS, old)
    assert answer.status_code == 422
    assert "This changed after you opened the page" in text(answer.content)
    html = answer.content.decode()
    assert 'value="2028-02-29"' in html
    assert re.search(r'name="has_ssn"[^>]*value="unsure"[^>]*checked', html)
    checklist.refresh_from_db()
    assert checklist.has_ssn == Answer.NO
    # Whoever has read it can send the same form again.
    version = re.search(r'name="version" value="(\d+)"', html)[1]
    assert as_dolores.post(QUESTIONS, old | {"version": version}).status_code == 302
    checklist.refresh_from_db()
    assert checklist.has_ssn == Answer.UNSURE


def test_hospitals_are_asked_for_only_when_they_are_needed(as_dolores: Client, checklist: Checklist) -> None:
    assert 'id="hospitals"' in as_dolores.get(QUESTIONS).content.decode()
    as_dolores.post(QUESTIONS, change(checklist, clerkships_abroad="no"))
    html = as_dolores.get(QUESTIONS).content.decode()
    assert 'id="hospitals"' not in html
    assert 'id="programs"' in html


# ------------------------------------------------------------------------------------------------ programs and others
def test_a_program_is_added_changed_and_taken_off(as_dolores: Client, checklist: Checklist) -> None:
    assert as_dolores.post(f"{QUESTIONS}add/program/", PROGRAM | {"in_new_york": "on"})["Location"] == QUESTIONS
    added = Source.objects.get(name="Hillside Clinic")
    assert (added.checklist_id, added.kind, added.in_new_york) == (checklist.pk, SourceKind.PROGRAM, True)
    assert "1 July 2023 to 30 June 2024, in New York State" in text(as_dolores.get(QUESTIONS).content)
    assert 'value="2024-06-30"' in as_dolores.get(f"{QUESTIONS}{added.pk}/").content.decode()
    as_dolores.post(f"{QUESTIONS}{added.pk}/", PROGRAM | {"name": "Hillside Hospital"})
    assert "Training that has ended, verified: Hillside Hospital" in text(as_dolores.get(LIST).content)
    answer = as_dolores.post(f"{QUESTIONS}{added.pk}/remove/", follow=True)
    assert "“Hillside Hospital” is off your list." in text(answer.content)
    assert "Hillside Hospital" not in text(as_dolores.get(QUESTIONS).content)
    assert "verified: Hillside Hospital" not in text(as_dolores.get(LIST).content)
    assert as_dolores.get(f"{QUESTIONS}{added.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("kind", "sent"),
    [("hospital", {"name": "Mercy, Cork"}), ("license", {"name": "Ontario, CPSO", "starts_on": "2020-02-29"})],
)
def test_hospitals_and_licenses_need_no_dates(
    as_dolores: Client, checklist: Checklist, kind: str, sent: dict[str, str]
) -> None:
    assert as_dolores.post(f"{QUESTIONS}add/{kind}/", sent).status_code == 302
    assert checklist.sources.filter(kind=kind, name=sent["name"]).exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 151}, "name"),
        ({"ends_on": ""}, "ends_on"),
        ({"ends_on": "2023-06-30"}, "ends_on"),
        ({"starts_on": "1949-12-31"}, "starts_on"),
        ({"starts_on": "2023-02-29"}, "starts_on"),
    ],
)
def test_a_program_that_cannot_be_is_refused_beside_its_field(
    as_dolores: Client, checklist: Checklist, wrong: dict[str, str], field: str
) -> None:
    for door in (f"{QUESTIONS}add/program/", f"{QUESTIONS}{lakeside(checklist).pk}/"):
        answer = as_dolores.post(door, PROGRAM | wrong)
        assert answer.status_code == 422
        assert answer.context["form"].errors.keys() == {field}
        assert f'href="#id_{field}"' in answer.content.decode()
    assert checklist.sources.count() == 4
    assert lakeside(checklist).name == "Lakeside Hospital"


def test_nothing_else_can_be_added(as_dolores: Client, checklist: Checklist) -> None:
    assert as_dolores.get(f"{QUESTIONS}add/school/").status_code == 404


# ------------------------------------------------------------------------------------------------ the end
def test_a_checklist_is_removed_with_everything_when_its_owner_is_sure(
    as_dolores: Client, checklist: Checklist
) -> None:
    moved(checklist, "ny_2cc", Status.SENT, 5)
    refused = as_dolores.post(REMOVE)
    assert refused.status_code == 422
    assert "Tick the box" in text(refused.content)
    assert Checklist.objects.filter(pk=checklist.pk).exists()
    answer = as_dolores.post(REMOVE, {"sure": "on"}, follow=True)
    assert "Your checklist is removed" in text(answer.content)
    assert not Checklist.objects.exists()
    assert not Item.objects.exists()
    assert "Dolores" not in str(list(Entry.objects.values_list("subject", "data")))


def test_ones_own_checklist_is_the_only_one_removed(stranger: Client, checklist: Checklist, as_dolores: Client) -> None:
    as_dolores.post(REMOVE, {"sure": "on"})
    assert stranger.get(LIST).status_code == 200


def test_every_page_of_ones_own_leads_to_the_checklist(as_dolores: Client, checklist: Checklist, chidi: User) -> None:
    assert 'href="/my/checklist/"' in signed_in(chidi).get("/my/profile/").content.decode()
    assert 'href="/my/checklist/" aria-current="page"' in as_dolores.get(LIST).content.decode()
    assert 'href="/my/checklist/" aria-current="true"' in as_dolores.get(QUESTIONS).content.decode()
