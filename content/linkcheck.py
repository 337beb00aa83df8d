"""Does a link work? One honest answer for one address, with the standard library alone.

WORKS           the page answers 2xx, perhaps after temporary redirects.
MOVED           the page works, and permanent redirects (301, 308) lead to `moved_to`. What follows a temporary redirect
                is temporary too: it is never offered as the new address.
REFUSES_ROBOTS  the site answers, but not a program: 401, 403, 405, 406, 418, 429, 451, 999 or a browser challenge.
                A reader may well get in, so a person has to look.
DEAD            404, 410 and every other 4xx; 5xx twice in a row; a certificate that is expired, made out to another
                host or trusted by nobody; redirects in a circle; a host name that does not exist (or stands for no
                public address) while other names are found; an address no reader can open (private, not http).
NO_ANSWER       the check could not decide: no network, the DNS server fails, time-out, refused or cut connection,
                nonsense instead of HTTP, more than five redirects, a circle drawn by a site that wants cookies, or a
                certificate whose chain this machine cannot complete (browsers often can).

The check talks to nothing but the public internet. Every host, after each redirect too, is resolved once; addresses
that are not public are dropped; the connection goes to the very address that passed, while TLS verifies the host name.
Proxy settings are ignored. HEAD comes first, and GET where HEAD gets neither a clear yes nor a redirect.
"""

import contextlib
import io
import socket
import ssl
import time
from concurrent.futures import Future
from dataclasses import dataclass
from functools import cache
from http.client import HTTPException, HTTPResponse
from ipaddress import IPv6Address, ip_address, ip_network
from threading import Thread
from typing import Any
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from django.conf import settings

from .models import LinkState

STEP_SECONDS, TOTAL_SECONDS, RETRY_PAUSE = 10.0, 25.0, 1.0
MAX_HOPS, MAX_ADDRESSES, MAX_BODY, MAX_URL = 5, 3, 64 * 1024, 1000

PORTS = {"http": 80, "https": 443}
URL_CHARACTERS = "%/:=&?~+!$,;'@()*[]"
PERMANENT, REDIRECTS = {301, 308}, {301, 302, 303, 307, 308}
REFUSALS = {401, 403, 405, 406, 418, 429, 451, 999}
CHALLENGE_HEADERS = ("cf-mitigated", "x-amzn-waf-action")
CHALLENGE_WORDS = (b"_cf_chl_opt", b"_Incapsula_Resource", b"px-captcha", b"captcha-delivery.com")
# OpenSSL's “unable to get (local) issuer certificate” and “unable to verify the first certificate”.
INCOMPLETE_CHAIN = {2, 20, 21}

NOT_FOUND = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}
# When none of these is found either, it is our own DNS that is missing and not the link's host.
NAMES_THAT_EXIST = ("example.com", "www.iana.org", "www.ny.gov")
GLOBAL_IPV6 = ip_network("2000::/3")
# Global for ipaddress, and yet not the public internet: IETF and Oracle's metadata, 6to4 relays, 6to4, documentation,
# Azure's metadata.
NOT_PUBLIC = [ip_network(n) for n in ("192.0.0.0/24", "192.88.99.0/24", "2002::/16", "3fff::/20", "168.63.129.16/32")]

Addresses = list[tuple[str, int]]


class NoReaderCanOpen(Exception):
    """Not http or https, malformed, or a private address."""


class NoSuchHost(Exception):
    """The DNS server knows no public address of this name."""


@dataclass(frozen=True)
class Outcome:
    state: LinkState
    http_status: int | None = None
    moved_to: str = ""


@dataclass(frozen=True)
class Answer:
    status: int
    leads_to: str
    is_challenge: bool
    sets_cookie: bool

    @property
    def is_yes(self) -> bool:
        return 200 <= self.status < 300 and not self.is_challenge


class Deadline:
    """The time one link may take in all, and how much of it the next step may use."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def step(self) -> float:
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return min(left, STEP_SECONDS)


def check_url(url: str) -> Outcome:
    """Call the address and say what came of it. Never raises for what a writer, a server or the network does."""
    deadline = Deadline(TOTAL_SECONDS)
    try:
        return _follow(_parsed(url), deadline)
    except NoReaderCanOpen:
        return Outcome(LinkState.DEAD)
    except NoSuchHost:
        return Outcome(LinkState.DEAD if _names_are_found(deadline) else LinkState.NO_ANSWER)
    except ssl.SSLCertVerificationError as error:
        return Outcome(LinkState.NO_ANSWER if error.verify_code in INCOMPLETE_CHAIN else LinkState.DEAD)
    except (OSError, HTTPException):
        return Outcome(LinkState.NO_ANSWER)


def _follow(target: SplitResult, deadline: Deadline) -> Outcome:
    moved_to, all_permanent, wants_cookies, visited = "", True, False, {target.geturl()}
    for _ in range(MAX_HOPS + 1):
        answer = _ask(target, deadline)
        if not answer.leads_to:
            return _judged(answer, moved_to)
        onward = _parsed(answer.leads_to, base=target.geturl())
        # As a browser does: the place on the page stays the same when the redirect does not name another.
        target = onward._replace(fragment=onward.fragment or target.fragment)
        wants_cookies |= answer.sets_cookie
        if target.geturl() in visited:
            return Outcome(LinkState.NO_ANSWER if wants_cookies else LinkState.DEAD, answer.status)
        visited.add(target.geturl())
        all_permanent &= answer.status in PERMANENT
        moved_to = target.geturl() if all_permanent else moved_to
    return Outcome(LinkState.NO_ANSWER, answer.status)


def _judged(answer: Answer, moved_to: str) -> Outcome:
    if answer.is_challenge or answer.status in REFUSALS:
        return Outcome(LinkState.REFUSES_ROBOTS, answer.status)
    if answer.is_yes:
        fits = 0 < len(moved_to) <= MAX_URL
        return Outcome(LinkState.MOVED, answer.status, moved_to) if fits else Outcome(LinkState.WORKS, answer.status)
    return Outcome(LinkState.DEAD if 400 <= answer.status < 600 else LinkState.NO_ANSWER, answer.status)


def _parsed(url: str, base: str = "") -> SplitResult:
    """Only what may stand in a request: ASCII, no spaces or line ends, no user name, the port only where needed."""
    try:
        parts = urlsplit(urljoin(base, url))
        usual, host = PORTS[parts.scheme], (parts.hostname or "").encode("idna").decode()
        port = parts.port or usual
        path, query, fragment = (quote(text, URL_CHARACTERS) for text in (parts.path or "/", *parts[3:]))
    except (ValueError, KeyError) as error:
        raise NoReaderCanOpen from error
    if not host:
        raise NoReaderCanOpen
    netloc = (f"[{host}]" if ":" in host else host) + (f":{port}" if port != usual else "")
    return SplitResult(parts.scheme, netloc, path, query, fragment)


# ------------------------------------------------------------------------------------------------ finding the host
def is_public(address: str) -> bool:
    ip = ip_address(address)
    if ip.is_multicast or not ip.is_global or any(ip in network for network in NOT_PUBLIC):
        return False
    # Outside this block lie the ways to write an IPv4 address as IPv6 (mapped, compatible, NAT64).
    return not isinstance(ip, IPv6Address) or ip in GLOBAL_IPV6


def _addresses(target: SplitResult, deadline: Deadline) -> Addresses:
    host, port = target.hostname or "", target.port or PORTS[target.scheme]
    # Empty but for tests, whose servers stand on this machine.
    is_allowed = f"{host}:{port}" in getattr(settings, "LINK_CHECK_ALLOWED_HOSTS", ())
    if found := [ip for ip in _looked_up(host, port, deadline) if is_allowed or is_public(ip)]:
        return [(ip, port) for ip in found[:MAX_ADDRESSES]]
    with contextlib.suppress(ValueError):
        ip_address(host)
        raise NoReaderCanOpen
    raise NoSuchHost


def _looked_up(host: str, port: int, deadline: Deadline) -> list[str]:
    """getaddrinfo knows no time-out, so a thread asks, and is left behind when the DNS server keeps silent."""
    found: Future[list[str]] = Future()

    def ask() -> None:
        try:
            answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            found.set_result([str(sockaddr[0]) for *_, sockaddr in answers])
        except Exception as error:
            found.set_exception(error)

    Thread(target=ask, daemon=True).start()
    try:
        return found.result(timeout=deadline.step())
    except socket.gaierror as error:
        if error.errno in NOT_FOUND:
            raise NoSuchHost from error
        raise


def _names_are_found(deadline: Deadline) -> bool:
    for name in NAMES_THAT_EXIST:
        with contextlib.suppress(NoSuchHost, OSError):
            return bool(_addresses(_parsed(f"https://{name}/"), deadline))
    return False


# ------------------------------------------------------------------------------------------------ calling it
def _ask(target: SplitResult, deadline: Deadline) -> Answer:
    addresses = _addresses(target, deadline)
    with contextlib.suppress(ConnectionError, TimeoutError, HTTPException):
        answer = _call("HEAD", target, addresses, deadline)
        if answer.is_yes or answer.leads_to:
            return answer
    answer = _call("GET", target, addresses, deadline)
    if 500 <= answer.status < 600 and not answer.is_challenge:
        time.sleep(min(RETRY_PAUSE, deadline.step()))
        answer = _call("GET", target, addresses, deadline)
    return answer


def _call(method: str, target: SplitResult, addresses: Addresses, deadline: Deadline) -> Answer:
    what = target.path + (f"?{target.query}" if target.query else "")
    lines = (
        f"{method} {what} HTTP/1.1",
        f"Host: {target.netloc}",
        f"User-Agent: MSSNY-IMG-link-check/1.0 (sees weekly whether our links work; +{settings.SITE_URL})",
        "Accept: text/html,*/*;q=0.8",
        "Accept-Language: en",
        "Connection: close\r\n\r\n",
    )
    with _connected(target, addresses, deadline) as sock:
        sock.sendall("\r\n".join(lines).encode("ascii", "replace"))
        with HTTPResponse(Wire(sock, deadline), method=method) as response:  # type: ignore[arg-type]
            response.begin()
            return _answer(response)


def _answer(response: HTTPResponse) -> Answer:
    body, location = b"", ""
    if response.status in REDIRECTS:
        # Sites send raw UTF-8 here, which http.client reads as Latin-1.
        location = response.getheader("Location", "").encode("latin-1", "replace").decode("utf-8", "replace").strip()
    if not 200 <= response.status < 400:
        # Only a challenge is looked for. The status is known, so a body that does not end well changes nothing.
        with contextlib.suppress(OSError, HTTPException):
            body = response.read(MAX_BODY)
    return Answer(
        status=response.status,
        leads_to=location,
        is_challenge=any(map(response.getheader, CHALLENGE_HEADERS)) or any(word in body for word in CHALLENGE_WORDS),
        sets_cookie=response.getheader("Set-Cookie") is not None,
    )


def _connected(target: SplitResult, addresses: Addresses, deadline: Deadline) -> socket.socket:
    failure: OSError = TimeoutError()
    for address in addresses:
        try:
            sock = socket.create_connection(address, timeout=deadline.step())
        except OSError as error:
            failure = error
        else:
            return sock if target.scheme == "http" else tls().wrap_socket(sock, server_hostname=target.hostname)
    raise failure


@cache
def tls() -> ssl.SSLContext:
    context = ssl.create_default_context()
    # Python 3.13 turned this on; browsers accept what it refuses, and readers use browsers.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return context


class Wire(io.RawIOBase):
    """Reading from a connection, each read within the deadline: a server cannot hold us by dripping bytes."""

    def __init__(self, sock: socket.socket, deadline: Deadline) -> None:
        self._sock, self._deadline = sock, deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._sock.settimeout(self._deadline.step())
        return self._sock.recv_into(buffer)

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(self)
