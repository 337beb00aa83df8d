import pytest

from accounts.models import User
from content import actions
from content.models import MOVES, Edition, Status


def test_an_approved_edition_is_what_readers_see(published: Edition) -> None:
    published.page.refresh_from_db()
    assert published.page.live == published


def test_the_writer_cannot_approve(in_review: Edition, amina: User) -> None:
    with pytest.raises(actions.ContentRefused, match="second person"):
        actions.approve(edition=in_review, by=amina)


@pytest.mark.parametrize(("before", "after"), [(a, b) for a in Status for b in Status if a != b and b not in MOVES[a]])
def test_every_move_outside_the_table_is_refused(draft: Edition, amina: User, before: str, after: str) -> None:
    draft.status = before
    with pytest.raises(actions.ContentRefused, match="cannot become"):
        actions._move(draft, after, by=amina)
