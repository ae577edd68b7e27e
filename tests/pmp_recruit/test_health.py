"""What a load balancer is told."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.utils import ConnectionHandler
from django.test import Client

from journal import clock
from journal.models import Heartbeat
from pmp_recruit import health
from pmp_recruit.celery import app

pytestmark = pytest.mark.django_db


def beat(*, seconds_ago: float) -> None:
    Heartbeat.objects.update_or_create(name="beat", defaults={"at": clock.real() - timedelta(seconds=seconds_ago)})


def test_healthz_answers_without_the_database(client: Client, django_assert_num_queries: pytest.FixtureRequest) -> None:
    with django_assert_num_queries(0):
        response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


def test_readyz_is_ready_with_a_recent_beat(client: Client) -> None:
    beat(seconds_ago=5)
    response = client.get("/readyz")
    checks = {"database": "ok", "broker": "ok", "migrations": "ok", "beat": "ok"}
    assert (response.status_code, response.json()) == (200, {"status": "ok", "checks": checks})


@pytest.mark.parametrize("seconds", [None, 61])
def test_readyz_fails_without_a_recent_beat(client: Client, seconds: int | None) -> None:
    if seconds is not None:
        beat(seconds_ago=seconds)
    response = client.get("/readyz")
    assert (response.status_code, response.json()["checks"]["beat"]) == (503, "failed")


def test_readyz_follows_real_time_not_the_clock_of_record(client: Client, at) -> None:
    beat(seconds_ago=5)
    at("2026-10-30 16:30")
    assert client.get("/readyz").status_code == 200


def test_readyz_fails_without_the_broker(
    client: Client, settings: LazySettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    beat(seconds_ago=5)
    monkeypatch.setattr(app.conf, "broker_write_url", f"redis+socket://{tmp_path}/nowhere.sock")
    response = client.get("/readyz")
    assert (response.status_code, response.json()["checks"]["broker"]) == (503, "failed")
    assert str(tmp_path) not in response.content.decode()


def test_readyz_fails_without_the_database(client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked where nothing listens, as when the server is gone; what the driver says stays in the log."""
    beat(seconds_ago=5)
    lost = ConnectionHandler(
        {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "pmp", "HOST": str(tmp_path / "nowhere")}}
    )["default"]
    monkeypatch.setattr(health, "connection", lost)
    response = client.get("/readyz")
    checks = response.json()["checks"]
    assert (response.status_code, checks["database"], checks["beat"]) == (503, "failed", "ok")
    assert set(response.json()) == {"status", "checks"}
    assert set(checks.values()) <= {"ok", "failed"}
    assert str(tmp_path) not in response.content.decode()


def test_readyz_fails_with_an_unapplied_migration(client: Client) -> None:
    beat(seconds_ago=5)
    last = MigrationRecorder.Migration.objects.filter(app="notices").latest("id")
    MigrationRecorder(connection).record_unapplied(last.app, last.name)
    response = client.get("/readyz")
    failed = {name for name, found in response.json()["checks"].items() if found == "failed"}
    assert (response.status_code, failed) == (503, {"migrations"})
