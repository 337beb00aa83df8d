"""Child processes that never outlive the one that started them."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class Children:
    """Processes in groups of their own, so that a Ctrl-C reaches only the owner, who stops them in order."""

    def __init__(self) -> None:
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.signals: dict[str, int] = {}
        command = [sys.executable, str(Path(__file__).with_name("guard.py"))]
        self.guard = subprocess.Popen(command, stdin=subprocess.PIPE, cwd="/", text=True, start_new_session=True)

    def tell_guard(self, order: str) -> None:
        assert self.guard.stdin is not None
        self.guard.stdin.write(order + "\n")
        self.guard.stdin.flush()

    def remove_at_end(self, folder: Path) -> None:
        self.tell_guard(f"folder {folder}")

    def start(
        self, name: str, command: list[str], *, stop_with: int = signal.SIGTERM, **options
    ) -> subprocess.Popen[bytes]:
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True, **options)
        self.running[name], self.signals[name] = child, stop_with
        self.tell_guard(f"watch {child.pid} {int(stop_with)}")
        return child

    def ended(self) -> str:
        """The name of a child that is no longer running, or an empty string."""
        return next((name for name, child in self.running.items() if child.poll() is not None), "")

    def stop(self, patience: float = 15) -> None:
        """Ask the heads of all groups first, then wait; whatever is left of a group is killed."""
        for name, child in self.running.items():
            child.send_signal(self.signals[name])
        deadline = time.monotonic() + patience
        for child in self.running.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(timeout=max(0.1, deadline - time.monotonic()))
            # ProcessLookupError, or on a Mac PermissionError: nothing of the group is left.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()
            self.tell_guard(f"forget {child.pid}")
        self.running.clear()

    def close(self) -> None:
        self.stop()
        assert self.guard.stdin is not None
        self.guard.stdin.close()
        self.guard.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
