"""Is it alive, and is it ready? Two addresses for a load balancer, which tell no secret."""

import logging
from collections.abc import Callable
from datetime import timedelta

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from journal import clock
from journal.models import Heartbeat
from pmp_recruit.celery import app

logger = logging.getLogger(__name__)

#: Beat writes its heartbeat every ten seconds; after this long, nothing periodic happens any more.
BEAT_IS_LATE_AFTER = timedelta(seconds=60)


def _database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return cursor.fetchone() == (1,)


def _broker() -> bool:
    with app.connection_for_write(connect_timeout=2) as broker:
        broker.ensure_connection(max_retries=1, interval_start=0, timeout=2)
    return True


def _migrations() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _beat() -> bool:
    return Heartbeat.objects.filter(name="beat", at__gt=clock.real() - BEAT_IS_LATE_AFTER).exists()


CHECKS: dict[str, Callable[[], bool]] = {
    "database": _database,
    "broker": _broker,
    "migrations": _migrations,
    "beat": _beat,
}


def _holds(name: str, check: Callable[[], bool]) -> bool:
    """Whether the check passes; one that breaks has failed, and the log says why."""
    try:
        return check()
    except Exception:
        logger.exception("%s: not ready", name)
        return False


@require_safe
def healthz(_request: HttpRequest) -> JsonResponse:
    """The process answers. Nothing else is asked, so that a dead database restarts no web process."""
    return JsonResponse({"status": "ok"})


@require_safe
def readyz(_request: HttpRequest) -> JsonResponse:
    """200 when the whole can work: database, broker, migrations and a recent beat; else 503, with what fails."""
    checks = {name: "ok" if _holds(name, check) else "failed" for name, check in CHECKS.items()}
    ready = set(checks.values()) == {"ok"}
    return JsonResponse({"status": "ok" if ready else "failed", "checks": checks}, status=200 if ready else 503)
