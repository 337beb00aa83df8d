"""/healthz: this process answers. /readyz: it can do its work (database, cache, migrations, scheduler)."""

from collections.abc import Callable
from uuid import uuid4

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from notices.models import SILENCE_IS_ALARMING_AFTER, Heartbeat


@login_not_required
@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"status": "ok"})


@login_not_required
@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    answers = {name: _answer(check) for name, check in CHECKS.items()}
    ready = all(answer in FINE for answer in answers.values())
    return JsonResponse({"status": "ok" if ready else "not ready", **answers}, status=200 if ready else 503)


def _answer(check: Callable[[], bool | str]) -> str:
    try:
        answer = check()
        return answer if isinstance(answer, str) else "ok" if answer else "failed"
    except Exception as error:
        return f"failed: {type(error).__name__}"


def _database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return cursor.fetchone() == (1,)


def _cache() -> bool:
    key, value = f"readyz:{uuid4().hex}", "here"
    cache.set(key, value, timeout=10)
    return cache.get(key) == value


def _migrations() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _scheduler() -> str:
    """A portal that was set up a moment ago is starting; one whose scheduler is silent is not ready."""
    heartbeat = Heartbeat.objects.filter(name="beat").first()
    if heartbeat:
        return f"silent since {heartbeat.at:%Y-%m-%dT%H:%MZ}" if heartbeat.is_silent else "ok"
    set_up_at = MigrationRecorder.Migration.objects.filter(app="notices").earliest("applied").applied
    return "starting" if timezone.now() - set_up_at < SILENCE_IS_ALARMING_AFTER else "never heard"


CHECKS = {"database": _database, "cache": _cache, "migrations": _migrations, "scheduler": _scheduler}
FINE = ("ok", "starting")
