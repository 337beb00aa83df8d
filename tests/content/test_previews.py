import pytest
import time_machine
from django.core import signing
from django.test import Client
from django.utils import timezone

from content.models import Edition
from content.previews import LASTS, preview_address


def test_whoever_holds_the_link_sees_the_draft(client: Client, draft: Edition) -> None:
    answer = client.get(preview_address(draft))
    shown = answer.content.decode()
    assert answer.status_code == 200
    assert draft.title in shown
    assert "This is edition 1, draft. Readers do not see it." in shown
    assert "/feedback/" not in shown


def test_a_preview_is_kept_by_nobody(client: Client, draft: Edition) -> None:
    answer = client.get(preview_address(draft))
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Robots-Tag"] == "noindex"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "ETag" not in answer


def test_a_preview_shows_the_words_of_today(client: Client, draft: Edition) -> None:
    address = preview_address(draft)
    client.get(address)
    Edition.objects.filter(pk=draft.pk).update(title="Another title")
    assert "Another title" in client.get(address).content.decode()


@pytest.mark.parametrize(("late", "status"), [(-60, 200), (60, 404)])
def test_the_link_lasts_two_weeks(client: Client, draft: Edition, late: int, status: int) -> None:
    address = preview_address(draft)
    with time_machine.travel(timezone.now().timestamp() + LASTS.total_seconds() + late, tick=False):
        assert client.get(address).status_code == status


def test_a_forged_link_shows_the_calm_page(client: Client, draft: Edition) -> None:
    good = preview_address(draft)
    forged = (
        "/preview/1/",
        good[:-2] + "/",
        good.replace(":", "a", 1),
        f"/preview/{signing.dumps(draft.pk, salt='other')}/",
    )
    for address in forged:
        answer = client.get(address)
        assert answer.status_code == 404
        assert "There is no page at this address" in answer.content.decode()


def test_the_link_of_an_edition_that_is_gone_leads_nowhere(client: Client, draft: Edition) -> None:
    address = preview_address(draft)
    draft.delete()
    assert client.get(address).status_code == 404


def test_a_preview_is_only_read(client: Client, draft: Edition) -> None:
    assert client.post(preview_address(draft)).status_code == 405
    assert client.head(preview_address(draft)).content == b""
