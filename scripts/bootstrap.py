"""Make .venv and install the lock files named on the command line into it.

    python3 scripts/bootstrap.py requirements.txt [more lock files]

Needs nothing but Python 3.11 or newer. The file must still *parse* on Python 3.6, so that an
older Python answers with one clear line instead of a syntax error.
"""

import base64
import configparser
import fcntl
import hashlib
import importlib.util
import json
import os
import platform
import re
import ssl
import subprocess
import sys
import tempfile
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

if sys.version_info < (3, 11):  # noqa: UP036 - an older Python is exactly who reads this line
    sys.exit("Python 3.11 or newer is needed, this is %s." % platform.python_version())

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "installed.json"

# Used only where Python comes without ensurepip (Debian and Ubuntu without python3-venv).
PIP_WHEEL = "pip-26.3-py3-none-any.whl"
PIP_SHA256 = "f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13"

DISK_FULL = "The disk is full (or a quota is reached): free some space, then run the same command again."
NO_NETWORK = "The Python package index cannot be reached: check the network (or PIP_INDEX_URL)."
DISK_FULL_SIGNS = ("No space left on device", "Disk quota exceeded")
NO_NETWORK_SIGNS = (
    "NewConnectionError",
    "NameResolutionError",
    "ConnectTimeoutError",
    "ReadTimeoutError",
    "ProxyError",
    "Failed to establish a new connection",
    "Temporary failure in name resolution",
    "Network is unreachable",
)


class Stopped(Exception):
    """Why the installation cannot go on, in one line for the person who typed the command."""


def main(names):
    lock_files = [ROOT / name for name in names]
    try:
        if not missing(lock_files):
            return
        # The lock is inherited by pip: if this process is killed, a second start still waits for pip to end.
        with (ROOT / ".venv.lock").open("w") as lock:
            wait_for(lock)
            install(lock_files, lock)
    except Stopped as reason:
        sys.exit("bootstrap: " + str(reason))
    except KeyboardInterrupt:
        sys.exit("bootstrap: interrupted")
    except OSError as error:
        sys.exit("bootstrap: " + explain(str(error)))


def wait_for(lock):
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        print("Another start is installing packages; waiting for it.", flush=True)
        fcntl.flock(lock, fcntl.LOCK_EX)


def missing(lock_files):
    """The lock files, with their hashes, that are not installed as they are now."""
    wanted = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in lock_files}
    return dict(wanted.items() - (read_stamp() or {}).items())


def install(lock_files, lock):
    wanted = missing(lock_files)
    if not wanted:
        return  # the start this one waited for has done it
    installed = read_stamp()
    if installed is None:
        make_venv(lock)
        installed = {}
    print("Installing " + ", ".join(sorted(wanted)) + ", once (up to a minute) ...", flush=True)
    pip_install([path for path in lock_files if path.name in wanted], lock)
    write_stamp({**installed, **wanted})


def this_python():
    """What a .venv depends on: another interpreter or a moved tree needs a new one."""
    return [platform.python_version(), os.path.realpath(sys.executable), str(VENV)]


def read_stamp():
    """The hashes of the installed lock files, or None where .venv must be made anew."""
    try:
        stamp = json.loads(STAMP.read_text())
        usable = stamp["python"] == this_python() and os.access(str(VENV / "bin" / "python"), os.X_OK)
        return stamp["locks"] if usable else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_stamp(locks):
    half_written = STAMP.with_suffix(".new")
    half_written.write_text(json.dumps({"python": this_python(), "locks": locks}))
    half_written.replace(STAMP)


def make_venv(lock):
    print("Making .venv with Python " + platform.python_version() + " ...", flush=True)
    # realpath: somebody may have started this with the very .venv that is thrown away here.
    command = [os.path.realpath(sys.executable), "-m", "venv", "--clear", str(VENV)]
    try:
        run(command, lock)
    except Stopped as reason:
        if str(reason) == DISK_FULL:
            raise
        run([*command, "--without-pip"], lock)
        install_pip(lock)


def pip_install(lock_files, lock):
    # Without its stamp a .venv counts as half made: after a kill or a full disk the next start begins anew.
    aside = STAMP.with_suffix(".aside")
    if STAMP.exists():
        STAMP.replace(aside)
    command = [str(VENV / "bin" / "python"), "-m", "pip", "install", "--quiet", "--no-input"]
    command += ["--disable-pip-version-check", "--no-warn-script-location", "--require-hashes"]
    for path in lock_files:
        command += ["-r", str(path)]
    try:
        run(command, lock)
    except Stopped as reason:
        # A missing network shows before pip changes anything: the .venv is as good as it was.
        if aside.exists() and str(reason) == NO_NETWORK:
            aside.replace(STAMP)
        raise


def run(command, lock):
    # One .venv, one place to install: a user's own PIP_USER or PIP_TARGET would put packages elsewhere.
    elsewhere = ("PIP_USER", "PIP_TARGET", "PYTHONHOME")
    environment = {key: value for key, value in os.environ.items() if key not in elsewhere}
    done = subprocess.run(
        command,
        env=environment,
        pass_fds=[lock.fileno()],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    if done.returncode:
        raise Stopped(explain(done.stdout))


def explain(output):
    if any(sign in output for sign in DISK_FULL_SIGNS):
        return DISK_FULL
    if any(sign in output for sign in NO_NETWORK_SIGNS):
        return NO_NETWORK
    return "\n".join(output.strip().splitlines()[-15:]) or "a command failed without a word"


def install_pip(lock):
    print("This Python has no ensurepip; fetching pip itself ...", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        wheel = Path(folder) / PIP_WHEEL
        wheel.write_bytes(fetch_pip_wheel())
        options = ["install", "--quiet", "--no-index", "--no-deps", "--disable-pip-version-check"]
        run([str(VENV / "bin" / "python"), str(wheel / "pip"), *options, str(wheel)], lock)


def fetch_pip_wheel():
    page_url = package_index().rstrip("/") + "/pip/"
    links = re.findall(r"""href=["']([^"']*%s[^"']*)["']""" % re.escape(PIP_WHEEL), fetch(page_url).decode())
    if not links:
        raise Stopped(PIP_WHEEL + " is not offered by the package index; install python3-venv instead.")
    content = fetch(urllib.parse.urljoin(page_url, links[0].replace("&amp;", "&")))
    if hashlib.sha256(content).hexdigest() != PIP_SHA256:
        raise Stopped(PIP_WHEEL + " from the package index has the wrong sha256; it was not used.")
    return content


def package_index():
    """The index pip would use, found without needing pip: the environment, pip's own answer, pip's files."""
    if os.environ.get("PIP_INDEX_URL"):
        return os.environ["PIP_INDEX_URL"]
    if importlib.util.find_spec("pip"):
        command = [sys.executable, "-m", "pip", "config", "get", "global.index-url"]
        answer = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8")
        if answer.returncode == 0 and answer.stdout.strip():
            return answer.stdout.strip()
    files = ["/etc/pip.conf", "~/.pip/pip.conf", "~/.config/pip/pip.conf"]
    files.append(os.environ.get("PIP_CONFIG_FILE", ""))
    settings = configparser.RawConfigParser()
    settings.read([os.path.expanduser(name) for name in files if name])
    return settings.get("global", "index-url", fallback="https://pypi.org/simple")


def fetch(url):
    parts = urllib.parse.urlsplit(url)
    # urllib does not understand https://name:password@host, which is how private indexes are often written.
    credentials, _, host = parts.netloc.rpartition("@")
    request = urllib.request.Request(parts._replace(netloc=host).geturl())
    if credentials:
        encoded = base64.b64encode(urllib.parse.unquote(credentials).encode()).decode()
        request.add_header("Authorization", "Basic " + encoded)
    trusted = ssl.create_default_context(cafile=os.environ.get("PIP_CERT"))
    try:
        with urllib.request.urlopen(request, timeout=60, context=trusted) as response:
            return response.read()
    except urllib.error.URLError as error:
        raise Stopped(NO_NETWORK + " (" + str(error) + ")") from error


if __name__ == "__main__":
    main(sys.argv[1:] or ["requirements.txt"])
