import csv
import io

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from accounts.models import User
from audit.export import harmless
from audit.models import Entry
from content.actions import add_comment
from content.models import Comment, Edition, Term
from facts.models import Fact
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
TERMS = "/admin/content/term/"


def export(client: Client, url: str, *chosen: int, everything: bool = False) -> list[list[str]]:
    data = {"action": "export_as_csv", "_selected_action": chosen, "select_across": int(everything)}
    response = client.post(url, data)
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    text = b"".join(response.streaming_content).decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:])))


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "﹢", " =", "\u00a0@"])
def test_a_cell_that_a_spreadsheet_would_run_becomes_text(start: str) -> None:
    assert harmless(f"{start}HYPERLINK(A1)") == f"'{start}HYPERLINK(A1)"


@pytest.mark.parametrize("cell", ["", "FCVS", "a=b", "1", "/contact/", "'quoted", "…"])
def test_other_cells_stay(cell: str) -> None:
    assert harmless(cell) == cell


def test_the_columns_are_the_lists_own(as_amina: Client) -> None:
    fcvs = Term.objects.get(acronym="FCVS")
    rows = export(as_amina, TERMS, fcvs.pk)
    assert rows == [["Acronym or term", "In full", "Page"], ["FCVS", fcvs.name, str(fcvs.page or "")]]


def test_values_read_as_shown(as_amina: Client) -> None:
    fact = Fact.objects.get(key="fcvs.initial_fee")
    head, row = export(as_amina, "/admin/facts/fact/?show=all", fact.pk)
    assert row[head.index("Value as shown")] == fact.text
    assert "<" not in "".join(row)


def test_what_a_reader_typed_stays_and_cannot_run(as_amina: Client, published: Edition) -> None:
    comment = add_comment(page=published.page, useful=False, text="=cmd() <b>&amp;</b>")
    head, row = export(as_amina, "/admin/content/comment/", comment.pk)
    assert row[head.index("Comment")] == "'=cmd() <b>&amp;</b>"


def test_everything_the_filter_leaves_is_exported(as_amina: Client, published: Edition) -> None:
    for number in range(3):
        add_comment(page=published.page, useful=True, text=f"open {number}")
    closed = add_comment(page=published.page, useful=True, text="closed")
    Comment.objects.filter(pk=closed.pk).update(closed_at="2026-01-01T12:00Z", close_reason="done with it")
    rows = export(as_amina, "/admin/content/comment/", Comment.objects.open().first().pk, everything=True)
    assert len(rows) == 1 + 3


def test_who_exported_how_much_is_kept(as_amina: Client, amina: User) -> None:
    export(as_amina, TERMS, *Term.objects.values_list("pk", flat=True)[:4])
    entry = Entry.objects.get(verb="list exported")
    assert (entry.actor, entry.data["rows"], entry.subject) == (amina, 4, "Guidance | glossary term")


def test_the_file_is_named_after_the_list_and_not_kept_by_caches(as_amina: Client) -> None:
    response = as_amina.post(TERMS, {"action": "export_as_csv", "_selected_action": Term.objects.first().pk})
    assert response["Content-Disposition"] == f'attachment; filename="term-{timezone.localdate()}.csv"'
    assert "no-store" in response["Cache-Control"]


def test_without_the_right_to_see_the_list_there_is_nothing_to_export(chidi: User) -> None:
    client = signed_in(chidi)
    data = {"action": "export_as_csv", "_selected_action": Term.objects.first().pk}
    assert client.post(TERMS, data).status_code == 403
    chidi.user_permissions.add(Permission.objects.get(codename="view_term"))
    assert len(export(client, TERMS, Term.objects.first().pk)) == 2
    assert Entry.objects.filter(verb="list exported").count() == 1


def test_people_are_exported_too(as_amina: Client, amina: User) -> None:
    rows = export(as_amina, "/admin/accounts/user/", amina.pk)
    assert rows[1][:3] == ["amina@mssny.example", "Amina Rahman", "everything"]
