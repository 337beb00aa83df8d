"""Who may call which site, when, and what is kept of it."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import urlsplit

import pytest
from celery import current_app
from django.db import OperationalError, connection
from django.utils import timezone

from accounts.models import User
from audit.models import Entry
from content import actions, link_actions, tasks
from content.link_actions import BROKE, WORKS_AGAIN, check_due_links, check_link, due_links, links_waiting
from content.linkcheck import Outcome
from content.models import Edition, ExternalLink, LinkState
from pagecache.models import Generation
from tests.conftest import words

WORKS = Outcome(LinkState.WORKS, 200)
DEAD = Outcome(LinkState.DEAD, 404)
NO_ANSWER = Outcome(LinkState.NO_ANSWER)
WEEK = timedelta(days=7)
JOB = "test run"


class Web:
    """Stands for check_url: answers what it is told, and remembers who was called when."""

    def __init__(self) -> None:
        self.outcomes: dict[str, Outcome] = {}
        self.calls: list[str] = []
        self.spans: list[tuple[str, float, float]] = []
        self.threads: set[int] = set()
        self.takes = 0.0
        self.during: Callable[[], object] = lambda: None

    def __call__(self, url: str) -> Outcome:
        self.calls.append(url)
        self.threads.add(threading.get_ident())
        started = time.monotonic()
        self.during()
        time.sleep(self.takes)
        self.spans.append((urlsplit(url).netloc, started, time.monotonic()))
        return self.outcomes.get(url, WORKS)


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Web:
    settings.LINK_CHECK_PAUSE = 0
    web = Web()
    monkeypatch.setattr(link_actions, "check_url", web)
    return web


@pytest.fixture(autouse=True)
def only_the_links_of_the_test(db: None) -> None:
    ExternalLink.objects.all().delete()


def listed(url: str = "https://a.test/", **fields: Any) -> ExternalLink:
    return ExternalLink.objects.create(url=url, is_listed=True, **fields)


def ago(**span: float) -> Any:
    return timezone.now() - timedelta(**span)


def generation() -> int:
    return Generation.objects.filter(pk=1).values_list("number", flat=True).first() or 0


# ------------------------------------------------------------------------------------------------ what is to be checked
def test_due_is_what_was_not_checked_for_long_enough() -> None:
    old, never = listed("https://old.test/", checked_at=ago(days=8)), listed("https://never.test/")
    listed("https://fresh.test/", checked_at=ago(days=5))
    assert list(due_links(WEEK)) == [never, old]


def test_a_check_that_could_not_run_is_tried_again_the_same_day() -> None:
    listed("https://tried.test/", state=LinkState.NO_ANSWER, checked_at=ago(hours=1))
    again = listed("https://again.test/", state=LinkState.NO_ANSWER, checked_at=ago(hours=7))
    assert list(due_links()) == [again]


def test_a_link_nothing_names_is_never_checked(web: Web, published: Edition) -> None:
    orphan = ExternalLink.objects.create(url="https://orphan.test/")
    of_page = ExternalLink.objects.create(url="https://page.test/")
    published.links.add(of_page)
    assert list(due_links()) == [of_page]
    assert not check_link(link_id=orphan.pk, by=JOB)
    assert web.calls == []


def test_links_of_replaced_editions_are_left_alone(published: Edition) -> None:
    published.links.add(ExternalLink.objects.create(url="https://page.test/"))
    Edition.objects.filter(pk=published.pk).update(status="replaced")
    assert not due_links().exists()


def test_waiting_are_the_links_of_open_editions_not_checked_since_the_edit(draft: Edition) -> None:
    never, before, after = (ExternalLink.objects.create(url=f"https://{n}.test/") for n in ("never", "before", "after"))
    draft.links.set([never, before, after])
    ExternalLink.objects.filter(pk=before.pk).update(checked_at=draft.edited_at - timedelta(minutes=1))
    ExternalLink.objects.filter(pk=after.pk).update(checked_at=timezone.now())
    listed("https://elsewhere.test/")
    assert set(links_waiting()) == {never, before}


# ------------------------------------------------------------------------------------------------ one link
def test_what_was_learned_is_kept_and_the_claim_given_back(web: Web, amina: User) -> None:
    link = listed(claimed_at=ago(minutes=11))
    web.outcomes[link.url] = Outcome(LinkState.MOVED, 200, "https://new.test/")
    assert check_link(link_id=link.pk, by=amina)
    link.refresh_from_db()
    assert (link.state, link.http_status, link.moved_to) == (LinkState.MOVED, 200, "https://new.test/")
    assert link.claimed_at is None
    assert link.checked_at > ago(minutes=1)


def test_a_claim_keeps_others_away_until_its_lease_is_over(web: Web) -> None:
    link = listed(claimed_at=ago(minutes=9))
    assert not check_link(link_id=link.pk, by=JOB)
    ExternalLink.objects.update(claimed_at=ago(minutes=11))
    assert check_link(link_id=link.pk, by=JOB)
    assert web.calls == [link.url]


def test_a_crash_leaves_a_claim(web: Web) -> None:
    def crash() -> None:
        raise KeyboardInterrupt

    web.during = crash
    link = listed()
    with pytest.raises(KeyboardInterrupt):
        check_link(link_id=link.pk, by=JOB)
    link.refresh_from_db()
    assert link.claimed_at is not None
    assert link.state == LinkState.UNCHECKED


@pytest.mark.parametrize("change", [{"claimed_at": ago(minutes=0)}, {"url": "https://corrected.test/"}])
def test_who_no_longer_holds_the_link_stores_nothing(web: Web, change: dict[str, Any]) -> None:
    link = listed()
    web.during = lambda: ExternalLink.objects.update(**change)
    assert not check_link(link_id=link.pk, by=JOB)
    link.refresh_from_db()
    assert link.state == LinkState.UNCHECKED
    assert link.claimed_at == change.get("claimed_at")


def test_breaking_and_working_again_are_audited_once_each(web: Web) -> None:
    link = listed()
    for outcome in (DEAD, WORKS, DEAD, NO_ANSWER, DEAD, NO_ANSWER, WORKS, WORKS):
        web.outcomes[link.url] = outcome
        assert check_link(link_id=link.pk, by=JOB)
    verbs = Entry.objects.about(link).order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == [BROKE, WORKS_AGAIN]


def test_only_a_change_readers_can_see_empties_the_page_cache(web: Web) -> None:
    link = listed()
    before = generation()
    check_link(link_id=link.pk, by=JOB)
    assert generation() > before
    before = generation()
    check_link(link_id=link.pk, by=JOB)
    assert generation() == before


# ------------------------------------------------------------------------------------------------ many links
def test_a_run_checks_what_is_due_and_a_second_run_has_nothing_to_do(web: Web) -> None:
    urls = {listed(f"https://{host}.test/{n}").url for host in "abc" for n in range(3)}
    assert check_due_links(by=JOB) == 9
    assert set(web.calls) == urls
    assert check_due_links(by=JOB) == 0
    assert len(web.calls) == 9


def test_limit(web: Web) -> None:
    for n in range(3):
        listed(f"https://{n}.test/")
    assert check_due_links(by=JOB, limit=2) == 2


def test_hosts_side_by_side_and_a_pause_between_calls_to_one_host(web: Web, settings: Any) -> None:
    settings.LINK_CHECK_PAUSE, web.takes = 0.1, 0.1
    for n in range(24):
        listed(f"https://{n % 12}.test/{n}")
    check_due_links(by=JOB)
    at_once = max(sum(a <= started < b for _, a, b in web.spans) for _, started, _ in web.spans)
    assert 2 <= at_once <= link_actions.HOSTS_AT_ONCE
    for host in {host for host, _, _ in web.spans}:
        (_, _, first_ended), (_, second_started, _) = sorted(span for span in web.spans if span[0] == host)
        assert second_started - first_ended >= 0.1


def test_the_threads_that_call_never_touch_the_database(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    listed()
    stored_in = []
    store = link_actions._store
    monkeypatch.setattr(
        link_actions, "_store", lambda *a, **k: stored_in.append(threading.get_ident()) or store(*a, **k)
    )
    check_due_links(by=JOB)
    assert stored_in == [threading.get_ident()]
    assert threading.get_ident() not in web.threads


def test_a_run_stops_in_time_and_the_next_one_goes_on(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link_actions, "RUN_SECONDS", 0.25)
    web.takes = 0.1
    for n in range(6):
        listed(f"https://a.test/{n}")
    assert 0 < check_due_links(by=JOB) < 6
    assert not ExternalLink.objects.filter(claimed_at__isnull=False).exists()
    monkeypatch.setattr(link_actions, "RUN_SECONDS", 60)
    check_due_links(by=JOB)
    assert len(web.calls) == len(set(web.calls)) == 6


def test_a_run_claims_no_more_than_it_can_call_at_once(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link_actions, "RUN_SECONDS", 0.5)
    web.takes = 1.0
    for n in range(12):
        listed(f"https://{n}.test/")
    assert check_due_links(by=JOB) == link_actions.HOSTS_AT_ONCE


def test_one_check_that_fails_does_not_stop_the_others(web: Web, caplog: pytest.LogCaptureFixture) -> None:
    bad = listed("https://a.test/bad")
    listed("https://a.test/good")
    web.during = lambda: 1 / 0 if web.calls[-1] == bad.url else None
    assert check_due_links(by=JOB) == 1
    assert f"link {bad.pk} failed" in caplog.text


def test_where_another_run_is_at_work_the_whole_host_is_left_to_it(web: Web) -> None:
    listed("https://a.test/1", claimed_at=ago(minutes=1))
    listed("https://a.test/2")
    listed("https://b.test/")
    assert check_due_links(by=JOB) == 1
    assert web.calls == ["https://b.test/"]


def test_a_link_finished_since_it_was_read_is_not_called_again(web: Web) -> None:
    stale = listed()
    assert check_link(link_id=stale.pk, by=JOB)
    assert link_actions._check_all([stale], by=JOB) == 0


# ------------------------------------------------------------------------------------------------ the race
def race(link: ExternalLink, web: Web, runs: int = 2) -> None:
    """All start at once; a call lasts until every run has either made its own or gone away empty-handed."""
    start, settled = threading.Barrier(runs, timeout=10), threading.Barrier(runs, timeout=10)
    web.during = settled.wait

    def run() -> None:
        start.wait()
        try:
            if not check_link(link_id=link.pk, by=JOB):
                settled.wait()
        finally:
            leave_the_database()

    with ThreadPoolExecutor(runs) as pool:
        for finished in [pool.submit(run) for _ in range(runs)]:
            finished.result()


def leave_the_database() -> None:
    raw, connection.connection = connection.connection, None
    if raw is not None:
        raw.close()


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite in memory, which only tests use, answers “locked” at once instead of waiting its turn."""

    def waiting_its_turn(act: Callable[..., Any]) -> Callable[..., Any]:
        def patiently(*args: Any, **kwargs: Any) -> Any:
            for _ in range(500):
                try:
                    return act(*args, **kwargs)
                except OperationalError as error:
                    if "locked" not in str(error):
                        raise
                    time.sleep(0.01)
            raise TimeoutError

        return patiently

    for name in ("_claim", "_store"):
        monkeypatch.setattr(link_actions, name, waiting_its_turn(getattr(link_actions, name)))


@pytest.mark.usefixtures("transactional_db", "patient")
def test_two_runs_at_once_call_a_site_once(web: Web) -> None:
    race(listed(), web)
    assert len(web.calls) == 1


@pytest.mark.usefixtures("transactional_db", "patient")
def test_control_without_the_claim_the_same_race_calls_twice(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link_actions, "_claim", lambda link: True)
    race(listed(), web)
    assert len(web.calls) == 2


# ------------------------------------------------------------------------------------------------ from end to end
@pytest.fixture
def page_on_this_machine(settings: Any) -> Iterator[str]:
    class Page(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
        settings.LINK_CHECK_ALLOWED_HOSTS = [f"127.0.0.1:{server.server_port}"]
        settings.LINK_CHECK_PAUSE = 0
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def test_the_scheduled_tasks_exist_and_check_real_pages(page_on_this_machine: str, draft: Edition) -> None:
    link = listed(page_on_this_machine)
    scheduled = {entry["task"] for entry in current_app.conf.beat_schedule.values()}
    assert {tasks.check_links.name, tasks.check_unchecked_links.name, tasks.publish_due.name} <= scheduled
    tasks.check_links()
    link.refresh_from_db()
    assert link.state == LinkState.WORKS
    draft.links.add(link)
    ExternalLink.objects.update(checked_at=None, state=LinkState.UNCHECKED)
    tasks.check_unchecked_links()
    link.refresh_from_db()
    assert link.state == LinkState.WORKS


def test_a_draft_is_published_once_its_links_are_checked(web: Web, page: Any, amina: User, boris: User) -> None:
    text = "## See\n\nThe [school list](https://schools.test/).\n"
    edition = actions.save_draft(page=page, by=amina, words=words(body=text))
    actions.ask_for_review(edition=edition, by=amina)
    with pytest.raises(actions.ContentRefused, match="have not been checked"):
        actions.approve(edition=edition, by=boris)
    tasks.check_unchecked_links()
    actions.approve(edition=edition, by=boris, publish_at=timezone.now() + timedelta(hours=1))
    Edition.objects.filter(pk=edition.pk).update(publish_at=ago(minutes=1))
    tasks.publish_due()
    tasks.publish_due()
    edition.refresh_from_db()
    assert edition.status == "published"
