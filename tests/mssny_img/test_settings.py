"""The settings of an installation, read in a process of their own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PRODUCTION = {
    "SECRET_KEY": "x7Jq-w3Tz-" * 8,
    "DATABASE_URL": "postgres://user:password@127.0.0.1:5432/portal",
    "REDIS_URL": "redis://127.0.0.1:6379/0",
    "ALLOWED_HOSTS": "portal.example.org,www.example.org",
    "EMAIL_URL": "smtp+tls://user:password@127.0.0.1:587",
}
ASK = """
import json, sys
from django.conf import settings
print(json.dumps({name: getattr(settings, name, None) for name in sys.argv[1:]}, default=str))
"""
ANSWER_PLAIN_HTTP = """
import django, warnings
warnings.simplefilter("ignore")
django.setup()
from django.test import Client
answer = Client().get("/robots.txt", headers={"host": "portal.example.org"})
print(answer.status_code, answer["Location"])
health = Client().get("/healthz", headers={"host": "portal.example.org"})
print(health.status_code, health.headers.get("Location"))
"""


def run(environment: dict[str, str], code: str, *names: str, folder: Path) -> subprocess.CompletedProcess[str]:
    plain = {"DJANGO_SETTINGS_MODULE": "mssny_img.settings"}
    return started([sys.executable, "-c", code, *names], plain | environment, folder=folder)


def started(command: list[str], environment: dict[str, str], *, folder: Path) -> subprocess.CompletedProcess[str]:
    """With this environment and no other."""
    whole = {"PATH": os.environ["PATH"], "VAR_DIR": str(folder)} | environment
    return subprocess.run(command, env=whole, cwd=ROOT, capture_output=True, text=True, check=False)


def settings_of(environment: dict[str, str], *names: str, folder: Path) -> dict[str, object]:
    answer = run(environment, ASK, *names, folder=folder)
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


@pytest.mark.parametrize("missing", PRODUCTION)
@pytest.mark.parametrize("how", ["left out", "empty"])
def test_without_one_of_them_it_does_not_start_and_says_which(tmp_path: Path, missing: str, how: str) -> None:
    rest = {name: value for name, value in PRODUCTION.items() if name != missing}
    answer = run(rest if how == "left out" else {**rest, missing: ""}, ASK, "DEBUG", folder=tmp_path)
    assert answer.returncode != 0
    assert len(answer.stderr.strip().splitlines()) == 1
    assert f"Set {missing} (" in answer.stderr
    assert not any(name in answer.stderr for name in rest)
    assert list(tmp_path.iterdir()) == []


def test_without_anything_it_names_all_of_them_in_one_line(tmp_path: Path) -> None:
    answer = run({}, ASK, "DEBUG", folder=tmp_path)
    assert len(answer.stderr.strip().splitlines()) == 1
    assert all(name in answer.stderr for name in PRODUCTION)


def test_production_is_strict(tmp_path: Path) -> None:
    names = (
        "DEBUG",
        "SECURE_HSTS_SECONDS",
        "SECURE_SSL_REDIRECT",
        "SECURE_HSTS_INCLUDE_SUBDOMAINS",
        "SECURE_HSTS_PRELOAD",
    )
    cookies = ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY")
    found = settings_of(PRODUCTION, *names, *cookies, "SITE_URL", "CSRF_TRUSTED_ORIGINS", folder=tmp_path)
    assert found.pop("DEBUG") is False
    assert found.pop("SECURE_HSTS_SECONDS") >= 31_536_000
    assert found.pop("SITE_URL") == "https://portal.example.org"
    assert found.pop("CSRF_TRUSTED_ORIGINS") == ["https://portal.example.org", "https://www.example.org"]
    assert set(found.values()) == {True}


def test_production_answers_only_over_https_but_tells_its_health(tmp_path: Path) -> None:
    (tmp_path / "static").mkdir()
    answer = run({**PRODUCTION, "LOG_LEVEL": "ERROR"}, ANSWER_PLAIN_HTTP, folder=tmp_path)
    assert answer.stdout.splitlines() == ["301 https://portal.example.org/robots.txt", "200 None"], answer.stderr


def test_debug_is_off_on_a_person_s_own_machine_too(tmp_path: Path) -> None:
    found = settings_of({"LOCAL": "1"}, "DEBUG", "SECRET_KEY", "ALLOWED_HOSTS", folder=tmp_path)
    assert found["DEBUG"] is False
    assert "*" not in found["ALLOWED_HOSTS"]


def test_the_key_of_a_local_portal_is_kept_and_is_for_nobody_else(tmp_path: Path) -> None:
    first = settings_of({"LOCAL": "1"}, "SECRET_KEY", folder=tmp_path)
    assert settings_of({"LOCAL": "1"}, "SECRET_KEY", folder=tmp_path) == first
    assert len(first["SECRET_KEY"]) >= 50
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(("proxies", "header"), [("0", None), ("1", ["HTTP_X_FORWARDED_PROTO", "https"])])
def test_a_proxy_is_believed_only_if_it_is_the_society_s_own(tmp_path: Path, proxies: str, header: object) -> None:
    found = settings_of({**PRODUCTION, "TRUSTED_PROXIES": proxies}, "SECURE_PROXY_SSL_HEADER", folder=tmp_path)
    assert found["SECURE_PROXY_SSL_HEADER"] == header


def test_the_policy_for_content_allows_nothing_inline_and_no_other_site(tmp_path: Path) -> None:
    found = settings_of(PRODUCTION, "CONTENT_SECURITY_POLICY", folder=tmp_path)
    sources = {source for part in found["CONTENT_SECURITY_POLICY"]["DIRECTIVES"].values() for source in part}
    assert sources == {"'self'", "'none'"}


def test_the_production_check_of_django_finds_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    answer = started(command, PRODUCTION, folder=tmp_path)
    assert answer.returncode == 0, answer.stderr
