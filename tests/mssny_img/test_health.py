"""Whether the process lives, and whether it can work: both must answer when nothing else does."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import OperationalError, connections
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from notices.actions import beat
from notices.models import Heartbeat
from pagecache.models import clock

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
ALL_OK = {"database": "ok", "cache": "ok", "migrations": "ok", "scheduler": "ok"}


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
    beat()
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", **ALL_OK}
    assert "no-store" in answer["Cache-Control"]


def test_a_lost_database_is_named(client: Client, no_database: None) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["database"] == "failed: OperationalError"
    assert answer.json()["cache"] == "ok"


def test_a_lost_cache_is_named(client: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    beat()
    monkeypatch.setattr(cache, "set", lambda *args, **kwargs: None)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"status": "not ready", **ALL_OK, "cache": "failed"}


def test_a_missing_migration_is_named(client: Client, db: None) -> None:
    MigrationRecorder.Migration.objects.filter(app="content").delete()
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["migrations"] == "failed"


@pytest.mark.parametrize(("minutes", "says"), [(0, "ok"), (15, "ok"), (16, "silent since 2026-12-01T12:00Z")])
def test_a_scheduler_that_fell_silent_is_named(client: Client, db: None, minutes: int, says: str) -> None:
    Heartbeat.objects.create(name="beat", at=NOON)
    with time_machine.travel(NOON + timedelta(minutes=minutes), tick=False):
        answer = client.get("/readyz")
    assert answer.json()["scheduler"] == says
    assert answer.status_code == (200 if says == "ok" else 503)


@pytest.mark.parametrize(("minutes", "says", "status"), [(14, "starting", 200), (15, "never heard", 503)])
def test_a_new_portal_may_start_but_not_for_ever(
    client: Client, db: None, minutes: int, says: str, status: int
) -> None:
    MigrationRecorder.Migration.objects.filter(app="notices").update(applied=NOON)
    with time_machine.travel(NOON + timedelta(minutes=minutes), tick=False):
        answer = client.get("/readyz")
    assert (answer.json()["scheduler"], answer.status_code) == (says, status)


def test_no_secret_is_told(client: Client, no_database: None) -> None:
    assert b"is down" not in client.get("/readyz").content


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_they_are_only_read(client: Client, db: None, address: str) -> None:
    beat()
    assert client.post(address).status_code == 405
    assert client.head(address).status_code == 200
