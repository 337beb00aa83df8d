"""Cleans up after a process that ended without doing so itself, even by kill -9.

Started by processes.Children, which writes one order a line:

    watch <process group> <signal>   to be stopped with this signal
    forget <process group>           has been stopped
    folder <path>                    to be removed at the end

The input ends when the owner has gone, however it went. Then the guard does what is still to be done.
"""

import contextlib
import os
import shutil
import signal
import sys
import time
from collections.abc import Iterable

PATIENCE_SECONDS = 10


def main(orders: Iterable[str]) -> None:
    groups: dict[int, int] = {}
    folders: list[str] = []
    for line in orders:
        order, _, value = line.rstrip("\n").partition(" ")
        if order == "folder":
            folders.append(value)
        elif order == "watch":
            group, number = value.split()
            groups[int(group)] = int(number)
        elif order == "forget":
            groups.pop(int(value), None)
    stop(groups)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def stop(groups: dict[int, int]) -> None:
    for leader, number in groups.items():
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(leader, number)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while any(map(is_there, groups)) and time.monotonic() < deadline:
        time.sleep(0.1)
    for group in groups:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGKILL)


def is_there(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


if __name__ == "__main__":
    main(sys.stdin)
