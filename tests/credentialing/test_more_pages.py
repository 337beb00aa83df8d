"""The pages beside the list, through their doors: a letter, names and dates, the plan, the costs, the list on paper."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from html import unescape
from itertools import pairwise
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import User
from audit.models import Entry
from credentialing import actions, answers_actions
from credentialing.figures import LABEL, WIDTH, path_of
from credentialing.models import Activity, Checklist, Item, Status
from credentialing.more_display import plan_words
from notices.models import Notice
from tests.credentialing.conftest import TODAY, item_of, moved

pytestmark = pytest.mark.django_db
NAMES, ADD = "/my/checklist/names/", "/my/checklist/names/activity/"
PLAN, COSTS, PRINT = "/my/checklist/plan/", "/my/checklist/costs/", "/my/checklist/print/"
ACTIVITY = {"what": "Research, Boston", "starts_on": "2019-07-01", "ends_on": "2020-06-30"}


def text(answer: object) -> str:
    """What is read, without tags, blanks joined."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())))


@pytest.fixture
def waiting(checklist: Checklist) -> Item:
    """The school has had it for 70 days."""
    for key, days in (("fcvs_account", 90), ("fcvs_affidavit", 80)):
        moved(checklist, key, Status.VERIFIED, days)
    return moved(checklist, "fcvs_meded", Status.SENT, 70)


@pytest.fixture
def activity(checklist: Checklist) -> Activity:
    return answers_actions.add_activity(
        checklist=checklist, by=checklist.person, what="Research", starts_on=date(2019, 7, 1), ends_on=date(2020, 6, 30)
    )


@pytest.fixture
def doors(waiting: Item, activity: Activity) -> list[str]:
    return [f"/my/checklist/{waiting.pk}/letter/", NAMES, ADD, f"{ADD}{activity.pk}/", PLAN, COSTS, PRINT]


# ------------------------------------------------------------------------------------------------ every door
def test_every_door_opens_for_its_owner_and_is_never_kept(as_dolores: Client, doors: list[str]) -> None:
    for door in doors:
        answer = as_dolores.get(door)
        assert answer.status_code == 200, door
        assert "no-store" in answer["Cache-Control"]
        assert 'style="' not in answer.content.decode()


def test_every_door_asks_who_is_not_signed_in(client: Client, doors: list[str]) -> None:
    for door in doors:
        assert client.get(door)["Location"] == client.post(door)["Location"] == f"/accounts/login/?next={door}"


def test_a_stranger_finds_none_of_it(stranger: Client, waiting: Item, activity: Activity) -> None:
    assert stranger.get(f"/my/checklist/{waiting.pk}/letter/").status_code == 404
    for door in (f"{ADD}{activity.pk}/", f"{ADD}{activity.pk}/remove/"):
        assert stranger.post(door, ACTIVITY).status_code == 404
    activity.refresh_from_db()
    assert activity.what == "Research"
    assert "Research" not in text(stranger.get(NAMES))


def test_who_has_no_checklist_finds_nothing(as_dolores: Client, today: date) -> None:
    for door in (NAMES, ADD, PLAN, COSTS, PRINT, "/my/checklist/1/letter/"):
        assert as_dolores.get(door).status_code == 404
        assert as_dolores.post(door).status_code in (404, 405)


def test_what_only_shows_is_not_sent_and_what_removes_is_not_looked_at(
    as_dolores: Client, waiting: Item, activity: Activity
) -> None:
    for door in (f"/my/checklist/{waiting.pk}/letter/", PLAN, COSTS, PRINT):
        assert as_dolores.post(door).status_code == 405
    assert as_dolores.get(f"{ADD}{activity.pk}/remove/").status_code == 405


# ------------------------------------------------------------------------------------------------ a letter
def letter(client: Client, item: Item, query: str = "") -> str:
    return client.get(f"/my/checklist/{item.pk}/letter/{query}").content.decode()


def test_the_letter_that_is_due_is_ready_to_copy_and_to_send(as_dolores: Client, waiting: Item) -> None:
    html = letter(as_dolores, waiting)
    body = unescape(re.search(r"<textarea[^>]* readonly[^>]*>\n(.*?)</textarea>", html, re.DOTALL)[1])
    assert "Second request" in html
    assert body.endswith("Dolores Cruz")
    assert "14 September 2026" in body
    assert "for 70 days" in html
    assert re.search(r'<a class="button" href="mailto:\?subject=Second%20request[^" ]+"', html)
    assert "The portal sends nothing" in html


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("?tone=1", "first letter"),
        ("?tone=3", "third letter"),
        ("?tone=9", "second letter"),
        ("?tone=x", "second letter"),
    ],
)
def test_the_physician_chooses_among_three(as_dolores: Client, waiting: Item, query: str, said: str) -> None:
    chosen = re.findall(r'aria-current="page"><strong>(.*?)</strong>', letter(as_dolores, waiting, query))
    assert [name.lower() for name in chosen] == [said]


def test_alone_it_is_plain_text_without_anything_of_the_portal(as_dolores: Client, waiting: Item) -> None:
    answer = as_dolores.get(f"/my/checklist/{waiting.pk}/letter/?tone=1&alone")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.content.decode().startswith("Dear ")
    assert answer.content.decode().endswith("Dolores Cruz\n")
    assert "MSSNY" not in answer.content.decode()


def test_a_letter_that_is_looked_at_changes_and_sends_nothing(as_dolores: Client, waiting: Item) -> None:
    before = Entry.objects.count(), Notice.objects.count(), Item.objects.get(pk=waiting.pk).version
    letter(as_dolores, waiting)
    assert (Entry.objects.count(), Notice.objects.count(), Item.objects.get(pk=waiting.pk).version) == before


def test_while_nobody_else_is_waited_for_it_leads_back_and_says_why(as_dolores: Client, checklist: Checklist) -> None:
    own = item_of(checklist, "names_check")
    answer = as_dolores.get(f"/my/checklist/{own.pk}/letter/", follow=True)
    assert answer.redirect_chain[-1][0] == f"/my/checklist/{own.pk}/"
    assert "There is no letter to write yet" in text(answer)


def test_what_was_typed_is_shown_as_it_is(as_dolores: Client, dolores: User, waiting: Item) -> None:
    User.objects.filter(pk=dolores.pk).update(full_name="</textarea><b>Dolores & {today}")
    html = letter(as_dolores, waiting)
    assert "<b>Dolores" not in html
    assert "&lt;b&gt;Dolores &amp; {today}" in html


# ------------------------------------------------------------------------------------------------ names and dates
def test_names_are_saved_compared_and_forgotten(as_dolores: Client, checklist: Checklist) -> None:
    assert "Nothing is typed yet" in text(as_dolores.get(NAMES))
    answer = as_dolores.post(NAMES, {"passport": "Mohammed Khan", "diploma": "Mohamed Khan"}, follow=True)
    assert "The names are saved." in text(answer)
    assert "Your passport says “Mohammed Khan”; your diploma says “Mohamed Khan”." in text(answer)
    assert "You would be asked for:" in text(answer)
    as_dolores.post(NAMES, {"passport": "Mohammed Khan", "diploma": ""})
    assert list(checklist.spellings.values_list("document", "name")) == [("passport", "Mohammed Khan")]
    assert "nothing stands out" in text(as_dolores.get(NAMES))


def test_a_name_that_is_too_long_is_refused_and_stays(as_dolores: Client, checklist: Checklist) -> None:
    answer = as_dolores.post(NAMES, {"passport": "x" * 151})
    assert answer.status_code == 422
    assert 'href="#id_passport"' in answer.content.decode()
    assert "x" * 151 in answer.content.decode()
    assert not checklist.spellings.exists()


def test_the_limits_for_gaps_are_shown_with_their_source(as_dolores: Client, activity: Activity) -> None:
    shown = text(as_dolores.get(NAMES))
    assert "Nothing from 1 July 2020 to 30 June 2024" in shown
    assert "Loma Linda" in shown
    assert "To be confirmed with FCVS" in shown


def test_a_line_is_added_once_changed_and_taken_out(as_dolores: Client, checklist: Checklist) -> None:
    for _ in range(2):
        assert as_dolores.post(ADD, ACTIVITY)["Location"] == NAMES
    line = checklist.activities.get()
    as_dolores.post(f"{ADD}{line.pk}/", ACTIVITY | {"what": "Research, Chicago", "ends_on": ""})
    line.refresh_from_db()
    assert (line.what, line.ends_on) == ("Research, Chicago", None)
    assert "Research, Chicago" in text(as_dolores.get(NAMES))
    answer = as_dolores.post(f"{ADD}{line.pk}/remove/", follow=True)
    assert "“Research, Chicago” is taken out." in text(answer)
    assert not checklist.activities.exists()
    assert as_dolores.post(f"{ADD}{line.pk}/remove/").status_code == 404


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"what": " "}, "what"),
        ({"what": "x" * 151}, "what"),
        ({"starts_on": ""}, "starts_on"),
        ({"starts_on": "2019-02-29"}, "starts_on"),
        ({"starts_on": "1949-12-31"}, "starts_on"),
        ({"ends_on": "2019-06-30"}, "ends_on"),
    ],
)
@pytest.mark.parametrize("adding", [True, False])
def test_a_wrong_line_is_refused_beside_its_field_and_stays_typed(
    as_dolores: Client, activity: Activity, wrong: dict[str, str], field: str, adding: bool
) -> None:
    answer = as_dolores.post(ADD if adding else f"{ADD}{activity.pk}/", ACTIVITY | wrong)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert f'href="#id_{field}"' in html
    assert "<title>Error: " in html
    assert 'value="2020-06-30"' in html or "ends_on" in wrong
    assert Activity.objects.get().what == "Research"


# ------------------------------------------------------------------------------------------------ the plan
@pytest.fixture
def path(checklist: Checklist) -> Iterator[object]:
    yield plan_words(checklist)["path"]


def test_the_plan_says_the_latest_day_and_draws_the_same_as_the_table(as_dolores: Client, checklist: Checklist) -> None:
    words = plan_words(checklist)
    html = as_dolores.get(PLAN).content.decode()
    assert unescape(words["plan"].sentence) in unescape(html)
    drawn = re.findall(r"<text[^>]*>(\d+)\. ", html)
    listed = re.findall(r"<strong>(\d+)\. ", html)
    assert drawn == listed == [str(number) for number in range(1, len(words["path"].bars) + 1)]
    assert html.count('class="tag">on the path') == len(words["plan"].critical) > 1
    for bar in words["path"].bars:
        assert f'datetime="{bar.row.earliest_start:%Y-%m-%d}"' in html


def test_nothing_of_the_drawing_lies_outside_of_it(path: object) -> None:
    bottom = path.top
    for bar in path.bars:
        assert 0 < bar.x < bar.end <= WIDTH
        assert bar.lines[0][0] > bottom  # below the bar before
        bottom = bar.y + path.bar
    assert bottom < path.height
    labels = [tick.x for tick in path.months]
    assert labels
    assert all(later - earlier >= LABEL * 0.9 for earlier, later in pairwise(labels))
    assert labels[-1] <= WIDTH - LABEL


def test_what_comes_first_stands_first_and_what_waits_names_it(path: object) -> None:
    for bar in path.bars:
        assert all(number < bar.number for number in bar.comes_after)
    assert sum(bool(bar.comes_after) for bar in path.bars) > 5
    way = [bar for bar in path.bars if bar.is_critical]
    assert len(path.links) == len(way) - 1
    assert all(x == pytest.approx(next_x, abs=5) for x, _, next_x, _ in path.links)


def test_what_is_done_is_drawn_no_more(checklist: Checklist, path: object) -> None:
    moved(checklist, "names_check", Status.VERIFIED)
    later = plan_words(checklist)["path"]
    assert len(later.bars) == len(path.bars) - 1
    assert "names_check" not in {bar.row.spec.key for bar in later.bars}


def test_without_a_day_the_page_asks_for_one(as_dolores: Client, checklist: Checklist) -> None:
    Checklist.objects.filter(pk=checklist.pk).update(license_wanted_on=None)
    html = as_dolores.get(PLAN).content.decode()
    assert "Say when you need the license" in html
    assert ">needed</text>" not in html


def test_a_plan_with_nothing_open_is_not_drawn(checklist: Checklist) -> None:
    made = plan_words(checklist)["plan"]
    made.rows.clear()
    assert path_of(made) is None


# ------------------------------------------------------------------------------------------------ costs
def test_each_fee_has_its_source_and_a_payment_moves_from_due_to_spent(
    as_dolores: Client, dolores: User, checklist: Checklist
) -> None:
    before = text(as_dolores.get(COSTS))
    assert "Spent $0 Still due $1,271 In all $1,271" in before
    assert "FSMB, FCVS cost and fees (official source). Checked on 23 November 2026" in before
    actions.record_payment(
        item=item_of(checklist, "fcvs_account"),
        by=dolores,
        amount=Decimal(395),
        on=TODAY - timedelta(days=1),
        fact="fcvs.initial_fee",
        form_token=uuid4(),
    )
    assert "Spent $395 Still due $876 In all $1,271" in text(as_dolores.get(COSTS))


def test_what_is_due_next_has_its_day(as_dolores: Client, checklist: Checklist) -> None:
    shown = text(as_dolores.get(COSTS))
    assert re.search(r"Next due \$\d+ for .*?, by \d+ \w+ 202[67]", shown)


# ------------------------------------------------------------------------------------------------ on paper
def test_the_printed_list_has_every_needed_item_and_no_other(as_dolores: Client, waiting: Item) -> None:
    html = as_dolores.get(PRINT).content.decode()
    shown = text(as_dolores.get(PRINT))
    needed = waiting.checklist.items.needed()
    assert html.count("☐<span") + html.count("☑<span") == needed.count()
    assert html.count("☑<span") == 2
    assert "Sent: your medical school since 14 Sep 2026" in shown
    assert "Dolores Cruz, 23 November 2026 ." in shown
    assert "Translations" not in shown


def test_a_private_note_is_not_on_paper(as_dolores: Client, waiting: Item) -> None:
    actions.write_note(item=waiting, by=waiting.checklist.person, note="Ask Ms Ito", version=waiting.version)
    assert "Ms Ito" not in text(as_dolores.get(PRINT))


def test_the_pages_ask_the_database_no_more_for_a_longer_list(
    as_dolores: Client, waiting: Item, django_assert_max_num_queries: object
) -> None:
    for number in range(6):
        answers_actions.add_source(
            checklist=waiting.checklist, by=waiting.checklist.person, kind="license", name=f"State {number}"
        )
    for door in (PLAN, COSTS, PRINT, NAMES):
        with django_assert_max_num_queries(12):
            as_dolores.get(door)
