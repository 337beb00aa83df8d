"""The feed of what changed, and the site map."""

from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.syndication.views import Feed
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed

from . import display
from .models import Edition, Page

IN_FEED = 50


class ChangesFeed(Feed):
    feed_type = Atom1Feed
    title = "What changed in the MSSNY IMG portal"
    link = "/changes/"
    author_name = "Medical Society of the State of New York"
    subtitle = "Changes to the guidance for International Medical Graduates in New York State."

    def items(self) -> list[display.Change]:
        return display.changes(Edition.objects.announced()[:IN_FEED])

    def item_title(self, item: display.Change) -> str:
        return item.title

    def item_description(self, item: display.Change) -> str:
        return item.change_note

    def item_link(self, item: display.Change) -> str:
        return item.url

    def item_guid(self, item: display.Change) -> str:
        """A tag (RFC 4151): the same for ever, also when the page moves."""
        return f"tag:{urlsplit(settings.SITE_URL).hostname},{item.published_at:%Y-%m-%d}:edition-{item.edition_id}"

    def item_pubdate(self, item: display.Change) -> datetime:
        return item.published_at

    item_updateddate = item_pubdate


class PageSitemap(Sitemap):
    def items(self) -> list[Page]:
        return list(Page.objects.published().select_related("live").defer_words())

    def lastmod(self, item: Page) -> datetime | None:
        return item.live and item.live.published_at


class ListSitemap(Sitemap):
    def items(self) -> list[str]:
        return ["home", "content:calendar", "content:glossary", "content:links", "content:changes"]

    def location(self, item: str) -> str:
        return reverse(item)


SITEMAPS = {"pages": PageSitemap, "lists": ListSitemap}
