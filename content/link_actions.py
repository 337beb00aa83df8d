"""Checking that the addresses outside the portal still work: one link on demand, or all that are due.

A link belongs to the run that claimed it. The claim is one conditional UPDATE, so two runs never call the same address;
a run that died leaves a claim that anybody may take over after LEASE. What is learned is stored only by whoever still
holds the claim.
"""

import logging
import time
from collections import deque
from collections.abc import Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

import pagecache.models as pagecache
from accounts.models import User
from audit.models import Entry, record

from .linkcheck import Outcome, check_url
from .models import OPEN_STATUSES, Edition, ExternalLink, LinkState, Status
from .notices import LINK_BROKE as BROKE
from .notices import link_works

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=10)
# Half a day short of a week: with the hourly run every link is checked in every seven days, and an outage is caught up.
CHECK_AGAIN_AFTER = timedelta(days=6, hours=12)
# “The check could not run” is no answer to live with for a week.
TRY_AGAIN_AFTER = timedelta(hours=6)
# No new call after this. The last ones take linkcheck.TOTAL_SECONDS more, which is still under the task's soft limit.
RUN_SECONDS = 240
# Without a worker the scheduler itself runs this: it must be back for what is to be published.
RUN_SECONDS_IN_SCHEDULER = 30
HOSTS_AT_ONCE = 8

WORKS_AGAIN = "link works again"
WORKING = (LinkState.WORKS, LinkState.MOVED)


# ------------------------------------------------------------------------------------------------ what is to be checked
def _in_use() -> models.QuerySet[ExternalLink]:
    """Links a reader or an editor can come upon: listed, or named by a published or open edition."""
    named = Edition.objects.filter(links=OuterRef("pk"), status__in=(Status.PUBLISHED, *OPEN_STATUSES))
    longest_waiting_first = F("checked_at").asc(nulls_first=True)
    return ExternalLink.objects.filter(Q(is_listed=True) | Exists(named)).order_by(longest_waiting_first, "pk")


def due_links(older_than: timedelta = CHECK_AGAIN_AFTER) -> models.QuerySet[ExternalLink]:
    now = timezone.now()
    undecided = Q(state=LinkState.NO_ANSWER, checked_at__lt=now - TRY_AGAIN_AFTER)
    return _in_use().filter(Q(checked_at__isnull=True) | Q(checked_at__lt=now - older_than) | undecided)


def links_waiting() -> models.QuerySet[ExternalLink]:
    """Links of open editions that were not checked since the last edit: they hold up a publication."""
    not_since = Q(checked_at__isnull=True) | Q(checked_at__lt=F("editions__edited_at"))
    return ExternalLink.objects.filter(not_since, editions__status__in=OPEN_STATUSES).distinct()


# ------------------------------------------------------------------------------------------------ one link
def check_link(*, link_id: int, by: User | str) -> bool:
    """Check it now. False when nothing names the link any more, or when another run has it in hand."""
    link = _in_use().filter(pk=link_id).first()
    if link is None or not _claim(link):
        return False
    return _store(link, check_url(link.url), by=by)


def _claim(link: ExternalLink) -> bool:
    """Take the link, unless another run has taken it, or has finished it since we read it."""
    now = timezone.now()
    free = Q(claimed_at__isnull=True) | Q(claimed_at__lt=now - LEASE)
    link.claimed_at = now
    return ExternalLink.objects.filter(free, pk=link.pk, checked_at=link.checked_at).update(claimed_at=now) == 1


@transaction.atomic
def _store(claimed: ExternalLink, outcome: Outcome, *, by: User | str) -> bool:
    """Keep what was learned and give the claim back. Not ours any more: whoever has it now stores what they learn."""
    mine = ExternalLink.objects.filter(pk=claimed.pk, claimed_at=claimed.claimed_at)
    link = mine.select_for_update().filter(url=claimed.url).first()
    if link is None:
        mine.update(claimed_at=None)
        return False
    before = (link.state, link.moved_to)
    link.state, link.http_status, link.moved_to = outcome.state, outcome.http_status, outcome.moved_to
    link.checked_at, link.claimed_at = timezone.now(), None
    link.save(update_fields=["state", "http_status", "moved_to", "checked_at", "claimed_at"])
    if before != (link.state, link.moved_to):
        _record_turn(link, was_checked=before[0] != LinkState.UNCHECKED, by=by)
        pagecache.bump()
    if link.state in WORKING:
        link_works(link)
    return True


def _record_turn(link: ExternalLink, *, was_checked: bool, by: User | str) -> None:
    """From working to broken or back. A check that could not run in between does not make it a second event."""
    last = Entry.objects.about(link).filter(verb__in=(BROKE, WORKS_AGAIN)).first()
    is_known_broken = last is not None and last.verb == BROKE
    data = {"url": link.url, "http_status": link.http_status}
    if link.state == LinkState.DEAD and was_checked and not is_known_broken:
        record(by=by, verb=BROKE, subject=link, data=data)
    elif link.state in WORKING and is_known_broken:
        record(by=by, verb=WORKS_AGAIN, subject=link, data=data)


# ------------------------------------------------------------------------------------------------ many links
def _run_seconds() -> float:
    return min(RUN_SECONDS, RUN_SECONDS_IN_SCHEDULER) if settings.CELERY_TASK_ALWAYS_EAGER else RUN_SECONDS


def check_due_links(*, by: User | str, older_than: timedelta = CHECK_AGAIN_AFTER, limit: int | None = None) -> int:
    """Check what has not been checked for so long, as far as RUN_SECONDS reach. Returns how many were checked."""
    return _check_all(due_links(older_than)[:limit], by=by)


def check_waiting_links(*, by: User | str) -> int:
    return _check_all(links_waiting(), by=by)


def _check_all(links: Iterable[ExternalLink], *, by: User | str) -> int:
    """Hosts side by side, one call at a time to each. The threads only call; the database stays in this one."""
    hosts, checked, stop_at = _by_host(links), 0, time.monotonic() + _run_seconds()
    calls: dict[Future[Outcome], tuple[ExternalLink, deque[ExternalLink]]] = {}
    with ThreadPoolExecutor(HOSTS_AT_ONCE) as pool:
        while hosts or calls:
            while hosts and len(calls) < HOSTS_AT_ONCE and time.monotonic() < stop_at:
                host = hosts.popleft()
                link = host.popleft()
                # Not to be had: another run is at this host, so this one leaves the whole host to it.
                if _claim(link):
                    calls[pool.submit(_call_and_pause, link.url)] = (link, host)
            if not calls:
                break
            for call in wait(calls, return_when=FIRST_COMPLETED).done:
                link, host = calls.pop(call)
                checked += _finish(link, call, by=by)
                hosts.extend([host] if host else [])
    return checked


def _by_host(links: Iterable[ExternalLink]) -> deque[deque[ExternalLink]]:
    hosts: dict[str, deque[ExternalLink]] = {}
    for link in links:
        hosts.setdefault(urlsplit(link.url).netloc.lower(), deque()).append(link)
    return deque(hosts.values())


def _call_and_pause(url: str) -> Outcome:
    """The host counts as busy until the pause is over, so its next call cannot come too soon."""
    outcome = check_url(url)
    time.sleep(getattr(settings, "LINK_CHECK_PAUSE", 1.0))
    return outcome


def _finish(link: ExternalLink, call: Future[Outcome], *, by: User | str) -> bool:
    try:
        outcome = call.result()
    except Exception:
        # A mistake of ours with one address must not keep the others from being checked; the lease frees the claim.
        logger.exception("The check of link %s failed", link.pk)
        return False
    return _store(link, outcome, by=by)
