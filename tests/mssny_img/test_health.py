"""Whether the process lives, and whether it can work: both must answer when nothing else does."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.db import OperationalError, connections
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from pagecache.models import clock


@pytest.fixture
def no_database(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def refuse(*args: object, **kwargs: object) -> None:
        raise OperationalError("the database is down")

    clock.forget()
    with monkeypatch.context() as broken:
        broken.setattr(connections["default"], "cursor", refuse)
        yield


def test_a_process_that_lives_says_so(client: Client, db: None) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert "no-store" in answer["Cache-Control"]


def test_it_says_so_without_a_database(client: Client, no_database: None) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}


def test_a_process_that_can_work_says_what_it_looked_at(client: Client, db: None) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "database": "ok", "cache": "ok", "migrations": "ok"}
    assert "no-store" in answer["Cache-Control"]


def test_a_lost_database_is_named(client: Client, no_database: None) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["database"] == "failed: OperationalError"
    assert answer.json()["cache"] == "ok"


def test_a_lost_cache_is_named(client: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "set", lambda *args, **kwargs: None)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"status": "not ready", "database": "ok", "cache": "failed", "migrations": "ok"}


def test_a_missing_migration_is_named(client: Client, db: None) -> None:
    MigrationRecorder.Migration.objects.filter(app="content").delete()
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["migrations"] == "failed"


def test_no_secret_is_told(client: Client, no_database: None) -> None:
    assert b"is down" not in client.get("/readyz").content


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_they_are_only_read(client: Client, db: None, address: str) -> None:
    assert client.post(address).status_code == 405
    assert client.head(address).status_code == 200
