"""Real servers on this machine: no call leaves it, and names are answered by the fixture `names`, not by the DNS."""

import contextlib
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from content import linkcheck
from content.linkcheck import Outcome, check_url, is_public
from content.models import LinkState

WORKS, MOVED, REFUSES = LinkState.WORKS, LinkState.MOVED, LinkState.REFUSES_ROBOTS
DEAD, NO_ANSWER = LinkState.DEAD, LinkState.NO_ANSWER
PUBLIC, LOOPBACK = "93.184.215.14", "127.0.0.1"

Script = Callable[["Caller"], None]


# ------------------------------------------------------------------------------------------------ the stage
class Caller(BaseHTTPRequestHandler):
    server: "Site"

    def do_GET(self) -> None:
        self.server.calls.append(f"{self.command} {self.path}")
        self.server.headers_seen.append(dict(self.headers))
        scripts = self.server.scripts.get(self.path, [say(404)])
        (scripts.pop(0) if len(scripts) > 1 else scripts[0])(self)

    do_HEAD = do_GET  # noqa: N815 - http.server asks for this name

    def log_message(self, *args: Any) -> None:
        pass


class Site(ThreadingHTTPServer):
    """Does what its scripts say. Several scripts for one path are played in turn; the last one stays."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.headers_seen: list[dict[str, str]] = []
        self.scripts: dict[str, list[Script]] = {}
        super().__init__((LOOPBACK, 0), Caller)

    def handle_error(self, *args: Any) -> None:
        """A caller that hangs up is what several tests are about."""

    def on(self, path: str, *scripts: Script) -> str:
        self.scripts[path] = list(scripts)
        return f"http://{LOOPBACK}:{self.server_port}{path}"


def say(status: int, body: bytes = b"", **headers: str) -> Script:
    def script(caller: Caller) -> None:
        caller.send_response(status)
        for name, value in headers.items():
            caller.send_header(name.replace("_", "-"), value)
        caller.end_headers()
        if caller.command == "GET":
            caller.wfile.write(body)

    return script


def send(*pieces: bytes, every: float = 0.0) -> Script:
    def script(caller: Caller) -> None:
        for piece in pieces:
            caller.wfile.write(piece)
            time.sleep(every)

    return script


def hang_up(caller: Caller) -> None:
    caller.connection.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def running(site: Site) -> Iterator[Site]:
    thread = Thread(target=site.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield site
    finally:
        site.shutdown()
        thread.join()
        site.server_close()


@pytest.fixture
def site(settings: Any) -> Iterator[Site]:
    with running(Site()) as site:
        settings.LINK_CHECK_ALLOWED_HOSTS = [f"{LOOPBACK}:{site.server_port}"]
        yield site


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str | OSError]]:
    """What the DNS says, in turn; the last answer stays. A name that is not here does not exist."""
    answers: dict[str, list[str | OSError]] = {"example.com": [PUBLIC]}
    real = socket.getaddrinfo

    def getaddrinfo(host: str, port: int, *args: Any, **kwargs: Any) -> list[Any]:
        if host[0].isdigit() or ":" in host:
            return real(host, port, *args, **kwargs)  # an address in figures: the DNS is not asked
        queue = answers.get(host, [socket.gaierror(socket.EAI_NONAME, "Name or service not known")])
        answer = queue.pop(0) if len(queue) > 1 else queue[0]
        if isinstance(answer, OSError):
            raise answer
        return real(answer, port, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return answers


@pytest.fixture(autouse=True)
def stay_here(names: Any, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Public addresses lead to the loopback; what was dialled is kept. Short times, so that waiting is not the test."""
    dialled: list[tuple[str, int]] = []
    connect = socket.socket.connect

    def dial(sock: socket.socket, address: tuple[str, int]) -> None:
        dialled.append(address[:2])
        connect(sock, (LOOPBACK, address[1]))

    monkeypatch.setattr(socket.socket, "connect", dial)
    monkeypatch.setattr(linkcheck, "STEP_SECONDS", 0.5)
    monkeypatch.setattr(linkcheck, "TOTAL_SECONDS", 1.2)
    monkeypatch.setattr(linkcheck, "RETRY_PAUSE", 0.0)
    return dialled


def took_less_than(seconds: float, url: str) -> Outcome:
    started = time.monotonic()
    outcome = check_url(url)
    assert time.monotonic() - started < seconds
    return outcome


# ------------------------------------------------------------------------------------------------ answers
EXPECTED = {WORKS: (200, 204), DEAD: (400, 404, 408, 410, 422), REFUSES: (401, 403, 405, 406, 418, 429, 451, 999)}
EXPECTED |= {NO_ANSWER: (300, 304)}


@pytest.mark.parametrize(("state", "status"), [(state, status) for state, many in EXPECTED.items() for status in many])
def test_a_status_has_one_meaning(site: Site, state: LinkState, status: int) -> None:
    assert check_url(site.on("/", say(status))) == Outcome(state, status)


def test_a_page_that_answers_head_is_called_once_by_a_caller_with_a_name(site: Site, settings: Any) -> None:
    check_url(site.on("/a%20b?c=d", say(200)) + "#e")
    assert site.calls == ["HEAD /a%20b?c=d"]
    assert f"+{settings.SITE_URL}" in site.headers_seen[0]["User-Agent"]
    assert "link-check" in site.headers_seen[0]["User-Agent"]
    assert site.headers_seen[0]["Host"] == f"{LOOPBACK}:{site.server_port}"


@pytest.mark.parametrize("refusal", [say(403), say(404), say(405), say(501), hang_up, send(b"what?\r\n\r\n")])
def test_where_head_is_not_answered_get_is_asked(site: Site, refusal: Script) -> None:
    url = site.on("/", refusal, say(200))
    assert check_url(url) == Outcome(WORKS, 200)
    assert site.calls == ["HEAD /", "GET /"]


def test_one_server_error_is_forgiven(site: Site) -> None:
    assert check_url(site.on("/", say(500), say(503), say(200))) == Outcome(WORKS, 200)


def test_a_server_error_that_stays_is_dead_after_one_more_try(site: Site) -> None:
    assert check_url(site.on("/", say(500))) == Outcome(DEAD, 500)
    assert site.calls == ["HEAD /", "GET /", "GET /"]


@pytest.mark.parametrize(
    "challenge",
    [
        say(200, x_amzn_waf_action="challenge"),
        say(503, cf_mitigated="challenge"),
        *(say(404, b"<script>" + words) for words in linkcheck.CHALLENGE_WORDS),
    ],
)
def test_a_challenge_is_a_refusal(site: Site, challenge: Script) -> None:
    assert check_url(site.on("/", challenge)).state == REFUSES


def test_at_most_64_kilobytes_are_read(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    read = 0

    class Counting(linkcheck.Wire):
        def readinto(self, buffer: Any) -> int:
            nonlocal read
            read += (count := super().readinto(buffer))
            return count

    monkeypatch.setattr(linkcheck, "Wire", Counting)
    assert check_url(site.on("/", say(404, b"x" * 5_000_000))).state == DEAD
    assert 64 * 1024 <= read < 100_000


# ------------------------------------------------------------------------------------------------ redirects
def chain(site: Site, *statuses: int, end: int = 200) -> str:
    for step, status in enumerate(statuses):
        site.on(f"/{step}", say(status, Location=f"/{step + 1}"))
    site.on(f"/{len(statuses)}", say(end))
    return f"http://{LOOPBACK}:{site.server_port}"


@pytest.mark.parametrize(
    ("statuses", "end", "state", "moved_to"),
    [
        ((301,), 200, MOVED, "/1"),
        ((308, 301), 200, MOVED, "/2"),
        ((302,), 200, WORKS, ""),
        ((303,), 200, WORKS, ""),
        ((307,), 200, WORKS, ""),
        ((301, 302), 200, MOVED, "/1"),
        ((302, 301), 200, WORKS, ""),
        ((301,), 404, DEAD, ""),
        ((301,), 429, REFUSES, ""),
        ((301,) * 5, 200, MOVED, "/5"),
    ],
)
def test_redirects(site: Site, statuses: tuple[int, ...], end: int, state: LinkState, moved_to: str) -> None:
    base = chain(site, *statuses, end=end)
    assert check_url(f"{base}/0") == Outcome(state, end, moved_to and base + moved_to)


def test_after_five_redirects_it_gives_up_undecided(site: Site) -> None:
    assert check_url(chain(site, *(302,) * 6) + "/0") == Outcome(NO_ANSWER, 302)
    assert len(site.calls) == 6


def test_a_circle_is_dead_unless_the_site_wants_cookies(site: Site) -> None:
    assert check_url(site.on("/a", say(302, Location="/a"))) == Outcome(DEAD, 302)
    assert site.calls == ["HEAD /a"]
    assert check_url(site.on("/a", say(302, Location="/a", Set_Cookie="seen=1"))) == Outcome(NO_ANSWER, 302)


def test_the_new_address_is_fit_to_be_used(site: Site) -> None:
    url = site.on("/old", say(301, Location="/caf\u00e9 1".encode().decode("latin-1")))
    new = site.on("/caf%C3%A9%201", say(200))
    assert check_url(f"{url}#fees").moved_to == f"{new}#fees"


def test_a_new_address_too_long_to_keep_is_not_kept(site: Site) -> None:
    site.on(long := "/" + "x" * 1000, say(200))
    assert check_url(site.on("/", say(301, Location=long))) == Outcome(WORKS, 200)


@pytest.mark.parametrize("address", ["ftp://example.com/", "javascript:alert(1)", "http://10.0.0.1/", "http://[bad"])
def test_a_redirect_out_of_the_public_web_is_not_followed(site: Site, stay_here: list[Any], address: str) -> None:
    assert check_url(site.on("/", say(301, Location=address))).state == DEAD
    assert {ip for ip, _ in stay_here} == {LOOPBACK}


def test_a_redirect_to_another_server_of_this_machine_is_not_followed(site: Site) -> None:
    with running(Site()) as private:
        secret = private.on("/secret", say(200))
        assert check_url(site.on("/", say(302, Location=secret))).state == DEAD
        assert private.calls == []


# ------------------------------------------------------------------------------------------------ no answer
def test_a_closed_port(settings: Any) -> None:
    with socket.create_server((LOOPBACK, 0)) as closed:
        port = closed.getsockname()[1]
    settings.LINK_CHECK_ALLOWED_HOSTS = [f"{LOOPBACK}:{port}"]
    assert check_url(f"http://{LOOPBACK}:{port}/") == Outcome(NO_ANSWER)


@pytest.mark.parametrize(
    "script",
    [
        send(b"", every=2.5),
        send(b"HTTP/1.1 200 OK\r\n", *[b"X: y\r\n"] * 25, b"\r\n", every=0.1),
        send(b"what?\r\n\r\n"),
        hang_up,
    ],
    ids=["silent", "dripping", "not HTTP", "hangs up"],
)
def test_a_server_that_never_finishes(site: Site, script: Script) -> None:
    assert took_less_than(2.0, site.on("/", script)) == Outcome(NO_ANSWER)


def test_a_dripping_error_page_is_still_that_error(site: Site) -> None:
    page = send(b"HTTP/1.1 404 Not Found\r\n\r\n", *[b"x"] * 25, every=0.1)
    assert took_less_than(2.0, site.on("/", page)) == Outcome(DEAD, 404)


# ------------------------------------------------------------------------------------------------ names and addresses
SPECIAL = [
    "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.100.100.200", "100.127.255.255",
    "127.0.0.1", "127.9.9.9", "169.254.0.1", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1",
    "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.0.1", "198.18.0.1", "198.19.255.255", "198.51.100.1",
    "203.0.113.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "168.63.129.16", "::", "::1",
    "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::8.8.8.8", "64:ff9b::a00:1", "64:ff9b:1::1", "100::1", "2001::1",
    "2001:db8::1", "2002:7f00:1::", "3fff::1", "5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%1",
    "fec0::1", "ff02::1", "ff0e::1", "0.0.0.0",  # noqa: S104 - the very address that must not be called
]  # fmt: skip


@pytest.mark.parametrize("address", SPECIAL)
def test_special_addresses_are_dead_and_not_called(names: Any, stay_here: list[Any], address: str) -> None:
    del names["example.com"]  # no DNS is needed to see it
    assert not is_public(address)
    host = f"[{address}]" if ":" in address else address
    assert check_url(f"http://{host}/").state == DEAD
    assert stay_here == []


@pytest.mark.parametrize("address", ["8.8.8.8", PUBLIC, "100.63.255.255", "172.32.0.1", "2606:4700:4700::1111"])
def test_ordinary_addresses_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("url", ["ftp://a.test/", "file:///etc/passwd", "http://", "http://a:b/", "http://a..b/", "x"])
def test_what_is_no_web_address_is_dead(stay_here: list[Any], url: str) -> None:
    assert check_url(url) == Outcome(DEAD)
    assert stay_here == []


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "127.1", "inside.test"])
def test_other_ways_to_write_a_private_address(names: Any, stay_here: list[Any], host: str) -> None:
    names["inside.test"] = ["10.0.0.1"]
    assert check_url(f"http://{host}/") == Outcome(DEAD)
    assert stay_here == []


def test_the_address_that_was_checked_is_the_one_that_is_called(site: Site, names: Any, stay_here: list[Any]) -> None:
    names["rebinding.test"] = [PUBLIC, LOOPBACK]
    site.on("/", say(403), say(500), say(200))
    assert check_url(f"http://rebinding.test:{site.server_port}/") == Outcome(WORKS, 200)
    assert {ip for ip, _ in stay_here} == {PUBLIC}
    assert check_url(f"http://rebinding.test:{site.server_port}/") == Outcome(DEAD)
    assert len(site.calls) == 3


def test_a_name_that_does_not_exist_is_dead_only_while_others_are_found(names: Any) -> None:
    assert check_url("https://nowhere.test/") == Outcome(DEAD)
    del names["example.com"]
    assert check_url("https://nowhere.test/") == Outcome(NO_ANSWER)


def test_a_dns_server_that_fails_decides_nothing(names: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    names["failing.test"] = [socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")]
    assert check_url("https://failing.test/") == Outcome(NO_ANSWER)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: time.sleep(3))
    assert took_less_than(2.0, "https://silent.test/") == Outcome(NO_ANSWER)


# ------------------------------------------------------------------------------------------------ certificates
# Made for this file with one key: the first is its own issuer, the other's issuer is nowhere. No machine trusts them.
KEY = """\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg8/YQ1oGTbgqMXutZ
eOnsiqnxIUvQsRGNFxwEK2fu0guhRANCAASgUcDTXKa2rbsXImLNqhnWM/g2CTym
GSS+7v6M9Vvpudgk+seeQsp10oJPQLlWVAIICf/TPQHwlIzzpjsv9ziY
-----END PRIVATE KEY-----
"""
RIGHT = """\
-----BEGIN CERTIFICATE-----
MIIBdDCCARqgAwIBAgIBATAKBggqhkjOPQQDAjAVMRMwEQYDVQQDDApyaWdodC50
ZXN0MCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAxMDAwMDAwWjAVMRMwEQYDVQQD
DApyaWdodC50ZXN0MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEoFHA01ymtq27
FyJizaoZ1jP4Ngk8phkkvu7+jPVb6bnYJPrHnkLKddKCT0C5VlQCCAn/0z0B8JSM
86Y7L/c4mKNZMFcwFQYDVR0RBA4wDIIKcmlnaHQudGVzdDAPBgNVHRMBAf8EBTAD
AQH/MA4GA1UdDwEB/wQEAwIChDAdBgNVHQ4EFgQU6OrqaMamYq5YCTPOoACg1inN
WMcwCgYIKoZIzj0EAwIDSAAwRQIhAJDtHl6diyw6qwSe3DbSLRw7V/Bus8BdOnPn
HaInM35wAiB1uzcjJZMjdtdLO/jsGcrjqtSJYG53sYJ8oQx8X8aFmw==
-----END CERTIFICATE-----
"""
WITHOUT_ISSUER = """\
-----BEGIN CERTIFICATE-----
MIIBWTCCAQCgAwIBAgIBAzAKBggqhkjOPQQDAjAcMRowGAYDVQQDDBFBIHJvb3Qg
bm9ib2R5IGhhczAgFw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAwMFowFTET
MBEGA1UEAwwKcmlnaHQudGVzdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABKBR
wNNcpratuxciYs2qGdYz+DYJPKYZJL7u/oz1W+m52CT6x55CynXSgk9AuVZUAggJ
/9M9AfCUjPOmOy/3OJijODA2MBUGA1UdEQQOMAyCCnJpZ2h0LnRlc3QwHQYDVR0O
BBYEFOjq6mjGpmKuWAkzzqAAoNYpzVjHMAoGCCqGSM49BAMCA0cAMEQCICV003nm
4f7KM4EUYdokDdVUx8/jsz3GqJ9XtIdFqEG/AiBcwUatBVoK1XrDd2N1mPUtU2An
s4l4m12rhZeMvF1CfA==
-----END CERTIFICATE-----
"""


@pytest.fixture
def secure_site(site: Site, tmp_path: Path, request: pytest.FixtureRequest) -> Site:
    (tmp_path / "site.pem").write_text(KEY + request.param)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "site.pem")
    site.socket = context.wrap_socket(site.socket, server_side=True, do_handshake_on_connect=False)
    site.on("/", say(200))
    return site


@pytest.fixture
def trusting(monkeypatch: pytest.MonkeyPatch) -> None:
    context = linkcheck.tls.__wrapped__()
    context.load_verify_locations(cadata=RIGHT)
    monkeypatch.setattr(linkcheck, "tls", lambda: context)


@pytest.mark.parametrize("secure_site", [RIGHT], indirect=True)
@pytest.mark.usefixtures("trusting")
@pytest.mark.parametrize(("host", "outcome"), [("right.test", Outcome(WORKS, 200)), ("wrong.test", Outcome(DEAD))])
def test_the_certificate_must_name_the_host(
    secure_site: Site, names: Any, stay_here: list[Any], host: str, outcome: Outcome
) -> None:
    names[host] = [PUBLIC]
    assert check_url(f"https://{host}:{secure_site.server_port}/") == outcome
    assert {ip for ip, _ in stay_here} == {PUBLIC}


@pytest.mark.parametrize(
    ("secure_site", "state"), [(RIGHT, DEAD), (WITHOUT_ISSUER, NO_ANSWER)], indirect=["secure_site"]
)
def test_a_certificate_nobody_trusts_is_dead_and_an_unfinished_chain_undecided(
    secure_site: Site, names: Any, state: LinkState
) -> None:
    names["right.test"] = [PUBLIC]
    assert check_url(f"https://right.test:{secure_site.server_port}/") == Outcome(state)
    assert secure_site.calls == []
