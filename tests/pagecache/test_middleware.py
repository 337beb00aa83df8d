"""A page from memory is the page itself, for everybody, until something public changes."""

import gzip
from collections.abc import Iterator

import pytest
import time_machine
from django.conf import settings as portal
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import get_resolver
from django.urls.resolvers import URLPattern, URLResolver

from content.models import Page
from pagecache import middleware
from pagecache.middleware import KEPT_PAGES, PublicPages, public_page
from pagecache.models import bump, clock

pytestmark = pytest.mark.django_db


class Site:
    """The middleware before a view that counts how often it is asked, and looks at what it must not look at."""

    def __init__(self) -> None:
        self.renders, self.status, self.is_public = 0, 200, True
        self.pages = PublicPages(self.view)

    def view(self, request: HttpRequest) -> HttpResponse:
        self.renders += 1
        response = HttpResponse(f"{request.path} as rendered {self.renders}", status=self.status)
        response.set_cookie("sessionid", "somebody")
        response.is_public_page = self.is_public
        return response

    def get(self, path: str = "/", method: str = "get", **headers: str) -> HttpResponse:
        return self.pages(getattr(RequestFactory(), method)(path, headers=headers))


@pytest.fixture
def site() -> Site:
    return Site()


# ------------------------------------------------------------ the same bytes
def test_a_page_from_memory_is_the_page_that_was_rendered(site: Site) -> None:
    first, second = site.get(), site.get()
    assert first.content == second.content == b"/ as rendered 1"
    assert first.headers == second.headers
    assert (first["Vary"], first["Cache-Control"]) == ("Accept-Encoding", "public, max-age=0, must-revalidate")
    assert (site.renders, first["Content-Type"]) == (1, "text/html; charset=utf-8")


@pytest.mark.parametrize("accepts", ["gzip", "br, gzip", "gzip;q=0.5", "GZIP, deflate".lower()])
def test_the_small_variant_is_the_same_page(site: Site, accepts: str) -> None:
    small, plain = site.get(**{"Accept-Encoding": accepts}), site.get()
    assert small["Content-Encoding"] == "gzip"
    assert gzip.decompress(small.content) == plain.content
    assert small.content == Site().get(**{"Accept-Encoding": "gzip"}).content  # in every worker
    assert (small["ETag"], small["Vary"]) == (plain["ETag"], "Accept-Encoding")
    assert small["Content-Length"] == str(len(small.content))


@pytest.mark.parametrize("accepts", ["", "identity", "br", "gzip;q=0", "gzip; q=0.0, identity"])
def test_who_takes_no_gzip_gets_none(site: Site, accepts: str) -> None:
    answer = site.get(**{"Accept-Encoding": accepts})
    assert not answer.has_header("Content-Encoding")
    assert answer.content == b"/ as rendered 1"


def test_who_has_the_page_is_told_so_in_no_bytes(site: Site) -> None:
    etag = site.get()["ETag"]
    for known in (etag, f'"old", {etag}', etag.removeprefix("W/")):
        answer = site.get(**{"If-None-Match": known, "Accept-Encoding": "gzip"})
        assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", etag)
        assert answer["Cache-Control"] == "public, max-age=0, must-revalidate"
    bump()
    clock.forget()
    assert site.get(**{"If-None-Match": etag}).status_code == 200


def test_a_head_request_keeps_the_whole_page_for_those_who_come_after(site: Site) -> None:
    head, get = site.get(method="head"), site.get()
    assert (head.content, head["Content-Length"], get.content) == (b"", str(len(get.content)), b"/ as rendered 1")
    assert head["ETag"] == get["ETag"]


def test_a_delivery_network_may_keep_a_page_as_long_as_the_society_says(site: Site, settings: object) -> None:
    settings.CDN_SECONDS = 60
    assert site.get()["Cache-Control"] == "public, max-age=0, s-maxage=60, must-revalidate"


# ------------------------------------------------------------ what is not kept
def test_an_address_with_a_query_is_answered_afresh_and_pushes_nothing_out(site: Site) -> None:
    assert [site.get("/?page=2").content for _ in range(2)] == [b"/ as rendered 1", b"/ as rendered 2"]
    assert site.get(f"/{'x' * 400}/").content.endswith(b"3")
    assert not site.pages.pages


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch", "options"])
def test_only_reading_is_answered_from_memory(site: Site, method: str) -> None:
    site.get()
    assert site.get(method=method).content == b"/ as rendered 2"
    assert site.get().content == b"/ as rendered 1"


@pytest.mark.parametrize("status", [301, 302, 404, 403, 410, 500, 503])
def test_an_error_or_a_redirect_is_not_kept(site: Site, status: int) -> None:
    site.status = status
    assert [site.get().status_code, site.get().status_code, site.renders] == [status, status, 2]
    site.status = 200
    assert site.get().status_code == 200


def test_what_is_not_public_passes_untouched(site: Site) -> None:
    site.is_public = False
    assert [site.get().content, site.get().content] == [b"/ as rendered 1", b"/ as rendered 2"]
    assert "sessionid" in site.get().cookies


def test_memory_is_bounded_and_what_is_read_stays(site: Site) -> None:
    site.get("/popular/")
    for number in range(KEPT_PAGES + 50):
        site.get(f"/{number}/")
        site.get("/popular/")
    assert len(site.pages.pages) == KEPT_PAGES
    assert site.get("/popular/").content == b"/popular/ as rendered 1"
    assert site.get("/0/").content != b"/0/ as rendered 2"


def test_every_host_has_its_own_pages(site: Site, settings: object) -> None:
    settings.ALLOWED_HOSTS = ["a.example", "b.example"]
    assert [site.get(Host=host).content for host in ("a.example", "b.example", "a.example")] == [
        b"/ as rendered 1", b"/ as rendered 2", b"/ as rendered 1",
    ]  # fmt: skip


def test_a_change_empties_the_memory(site: Site) -> None:
    site.get()
    bump()
    clock.forget()
    assert site.get().content == b"/ as rendered 2"


def test_midnight_in_new_york_empties_the_memory(site: Site) -> None:
    """“Overdue”, “next dates” and “last checked” turn with the day."""
    for moment, rendered in (
        ("2027-03-14T04:59:59+00:00", b"1"),  # 23:59:59 on the 13th, the night the clocks change
        ("2027-03-14T05:00:00+00:00", b"2"),
        ("2027-03-15T03:59:59+00:00", b"2"),
        ("2027-03-15T04:00:00+00:00", b"3"),
    ):
        with time_machine.travel(moment, tick=False):
            clock.forget()
            assert site.get().content[-1:] == rendered


def test_a_database_that_is_away_does_not_stop_an_answer(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    class Gone:
        def now(self) -> int:
            raise middleware.DatabaseProblem("no connection")

    monkeypatch.setattr(middleware, "clock", Gone())
    assert site.get().status_code == 200
    assert not site.pages.pages


# ------------------------------------------------------------ the real pages
def patterns(resolver: URLResolver) -> Iterator[URLPattern]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern)
        else:
            yield pattern


def public_addresses() -> list[str]:
    fixed = [
        f"/{pattern.pattern}"
        for pattern in patterns(get_resolver())
        if getattr(pattern.callback, "is_public_page", False)
    ]
    return [
        *(address for address in fixed if "(" not in address),
        *Page.objects.published().values_list("address", flat=True),
    ]


def test_no_public_page_knows_who_reads_it(as_amina: Client) -> None:
    addresses = public_addresses()
    assert {"/", "/calendar/", "/calendar.ics", "/changes.atom", "/sitemap.xml", "/residency/", "/contact/"} <= set(
        addresses
    )
    stranger = Client()
    for address in addresses:
        by_amina, by_stranger = as_amina.get(address, {"x": "1"}), stranger.get(address, {"x": "2"})
        assert (by_amina.status_code, by_stranger.status_code) == (200, 200), address
        assert by_amina.content == by_stranger.content, address
        assert not by_amina.cookies, address
        assert not by_stranger.cookies, address
        assert by_amina["Vary"] == "Accept-Encoding", address
        assert stranger.get(address).content == by_stranger.content, address


def test_the_memory_stands_before_sessions_and_after_the_fixed_headers() -> None:
    order = portal.MIDDLEWARE
    place = order.index("pagecache.middleware.PublicPages")
    assert (
        order.index("csp.middleware.CSPMiddleware")
        < place
        < order.index("django.contrib.sessions.middleware.SessionMiddleware")
    )


def test_a_marked_view_keeps_its_name_and_shows_that_it_is_marked() -> None:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse("x")

    marked = public_page(view)
    assert (marked.__name__, marked.is_public_page, marked(HttpRequest()).is_public_page) == ("view", True, True)
