"""How long requests take, as one client on this machine sees it that keeps its connection open.

Whoever is compared is asked in turn, one request each, and only the quickest request of each counts: the others waited
for whatever else the machine does. The client's own time (about as long as a bare view takes) is part of every request.
"""

import time
from contextlib import ExitStack, closing
from http.client import HTTPConnection
from typing import NamedTuple


class Target(NamedTuple):
    port: int
    address: str


class NotAnswered(Exception):
    """The server answered with something other than the page."""


def fetch(target: Target) -> bytes:
    with closing(_connection(target)) as connection:
        return _ask(connection, target.address)


def slowness(of: Target, against: Target, rounds: int) -> float:
    """How many times as long the quickest request to `of` takes as the quickest request to `against`."""
    taken: dict[Target, list[float]] = {of: [], against: []}
    with ExitStack() as stack:
        connections = {target: stack.enter_context(closing(_connection(target))) for target in taken}
        for _ in range(rounds):
            for target, connection in connections.items():
                started = time.perf_counter()
                _ask(connection, target.address)
                taken[target].append(time.perf_counter() - started)
    return min(taken[of]) / min(taken[against])


def _connection(target: Target) -> HTTPConnection:
    return HTTPConnection("127.0.0.1", target.port, timeout=60)


def _ask(connection: HTTPConnection, address: str) -> bytes:
    connection.request("GET", address)
    with connection.getresponse() as response:
        body = response.read()
        if response.status != 200:
            raise NotAnswered(f"{address} answered {response.status}.")
    return body
