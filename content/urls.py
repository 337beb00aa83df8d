from django.contrib.sitemaps.views import sitemap
from django.urls import path, re_path
from django.views.decorators.http import require_safe

from pagecache.middleware import public_page

from . import comment_views, search_views, views
from .feeds import SITEMAPS, ChangesFeed

app_name = "content"
urlpatterns = [
    path("calendar/", views.calendar, name="calendar"),
    path("calendar.ics", views.calendar_feed, name="calendar_feed"),
    path("glossary/", views.glossary, name="glossary"),
    path("links/", views.links, name="links"),
    path("search/", search_views.search, name="search"),
    path("changes/", views.changes, name="changes"),
    path("changes.atom", require_safe(public_page(ChangesFeed())), name="changes_feed"),
    path("sitemap.xml", require_safe(public_page(sitemap)), {"sitemaps": SITEMAPS}, name="sitemap"),
    path("feedback/", comment_views.comment, name="comment"),
    path("preview/<str:token>/", views.preview, name="preview"),
    # Last: every address of lower-case words belongs to a page or to nobody.
    re_path(r"^(?P<address>(?:[a-z0-9-]+/)+)$", views.page, name="page"),
]
