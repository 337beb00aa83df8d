"""What the last check of a link found, in words and not only in colours."""

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString

from content.models import Edition, ExternalLink, LinkState

from .desk import table

_WORDS = {LinkState.MOVED: "moved to {moved_to}", LinkState.NO_ANSWER: "could not be checked"}


def state_in_words(link: ExternalLink) -> str:
    words = _WORDS.get(LinkState(link.state), LinkState(link.state).label).format(moved_to=link.moved_to)
    return f"{words} (answer {link.http_status})" if link.state == LinkState.DEAD and link.http_status else words


def checked_in_words(link: ExternalLink) -> str:
    return date_format(timezone.localtime(link.checked_at), "j M Y, H:i") if link.checked_at else "never"


def links_table(edition: Edition) -> SafeString | str:
    """Every address the edition names, with its state and when it was last checked."""
    rows = [(link.url, state_in_words(link), _since(link, edition)) for link in edition.links.order_by("url")]
    if not rows:
        return "This edition names no address outside the portal."
    return table("Links of this edition", ("Address", "State", "Last checked"), rows)


def _since(link: ExternalLink, edition: Edition) -> str:
    is_old = edition.is_open and link.checked_at is not None and link.checked_at < edition.edited_at
    return f"{checked_in_words(link)}, before the last edit" if is_old else checked_in_words(link)
