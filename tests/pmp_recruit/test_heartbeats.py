"""Worker, mailer and beat say that they are alive, and the containers' own check reads it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection
from pytest_django.live_server_helper import LiveServer

from journal import clock, heart
from journal.models import Heartbeat
from pmp_recruit import sweeps
from pmp_recruit.celery import app as celery
from pmp_recruit.heartbeats import EVERY, Scheduler, names_of
from tests.repo.sources import ROOT

pytestmark = pytest.mark.django_db(transaction=True)


def environment(home: Path) -> dict[str, str]:
    """The tests' own database, for another process."""
    known = connection.settings_dict
    url = f"postgres://{known['USER']}@{quote(known['HOST'], safe='')}/{known['NAME']}"
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "pmp_recruit.settings",
        "PMP_HOME": str(home),
        "PMP_DATABASE_URL": f"sqlite:///{known['NAME']}" if connection.vendor == "sqlite" else url,
        "PMP_BROKER_URL": "filesystem://",
        "PMP_REHEARSAL": "1",
    }


def health(home: Path, *asked: str, **more: str) -> tuple[int, str]:
    """What ``deploy/health`` says: its exit code and its words."""
    command = [sys.executable, str(ROOT / "deploy" / "health"), *asked]
    done = subprocess.run(command, env=environment(home) | more, capture_output=True, text=True, check=False, cwd=home)
    return done.returncode, done.stderr.strip()


@contextmanager
def process(home: Path, *command: str) -> Iterator[subprocess.Popen[bytes]]:
    with (home / "process.log").open("ab") as log:
        started = subprocess.Popen(
            [sys.executable, "-m", "celery", "--quiet", "-A", "pmp_recruit", *command],
            env=environment(home),
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            yield started
        finally:
            if started.poll() is None:
                os.killpg(started.pid, signal.SIGKILL)
            started.wait()


def _until(condition: Callable[[], bool], home: Path, seconds: float = 60) -> None:
    limit = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > limit:
            raise AssertionError((home / "process.log").read_text()[-4000:])
        time.sleep(0.1)


def _seen() -> set[str]:
    return set(Heartbeat.objects.values_list("name", flat=True))


def test_the_mailer_and_beat_write_of_themselves_and_the_check_reads_it(tmp_path: Path) -> None:
    assert health(tmp_path, "mailer") == (1, "mailer has never been seen.")
    queue = f"{settings.PMP_QUEUE}-notices"
    with process(tmp_path, "worker", "--queues", queue, "--pool", "solo", "--loglevel", "WARNING"):
        _until(lambda: "mailer" in _seen(), tmp_path)
    assert health(tmp_path, "mailer") == (0, "")
    with process(tmp_path, "beat", "--loglevel", "WARNING"):
        _until(lambda: "scheduler" in _seen(), tmp_path)
    assert health(tmp_path, "beat") == (0, "")
    # Nobody took what beat asked for, and no worker of the other queue was there.
    assert _seen() == {"mailer", "scheduler"}


@pytest.mark.parametrize(("asked", "row"), [("worker", "worker"), ("beat", "scheduler")])
def test_the_check_fails_after_a_minute_of_silence(tmp_path: Path, asked: str, row: str) -> None:
    Heartbeat.objects.create(name=row, at=clock.real() - timedelta(seconds=75))
    code, words = health(tmp_path, asked)
    assert code == 1
    assert words.startswith(f"{asked} was last seen 7")
    assert heart.is_late(row)
    heart.beat(row)
    assert health(tmp_path, asked) == (0, "")
    assert not heart.is_late(row)


def test_the_check_fails_without_the_database_and_tells_no_secret(tmp_path: Path) -> None:
    url = f"postgres://pmp:secret@{quote(str(tmp_path), safe='')}/nowhere"
    assert health(tmp_path, "worker", PMP_DATABASE_URL=url) == (1, "worker: OperationalError")


def test_the_check_asks_a_real_web_process(tmp_path: Path, live_server: LiveServer) -> None:
    port = live_server.url.rpartition(":")[2]
    web = {"PORT": port, "PMP_ALLOWED_HOSTS": "localhost"}
    assert health(tmp_path, **web) == (0, "")
    code, words = health(tmp_path, "/readyz", **web)
    assert (code, "503" in words) == (1, True)
    assert health(tmp_path, "/healthz", PORT="1")[0] == 1


def test_the_check_knows_no_other_name(tmp_path: Path) -> None:
    code, words = health(tmp_path, "postman")
    assert code == 1
    assert "worker|mailer|beat" in words


def test_a_worker_is_named_by_its_queues() -> None:
    notices = f"{settings.PMP_QUEUE}-notices"
    assert [names_of({settings.PMP_QUEUE}), names_of({notices}), names_of({notices, settings.PMP_QUEUE})] == [
        ["worker"],
        ["mailer"],
        ["worker", "mailer"],
    ]


def test_beat_asks_for_every_sweep_that_is_due_without_pausing(tmp_path: Path) -> None:
    """Due at once, all of them: a pause between two would have a deadline closed minutes late."""
    beat = Scheduler(app=celery, schedule_filename=str(tmp_path / "schedule"), lazy=True)
    beat.setup_schedule()
    past = datetime.now(UTC) - timedelta(days=2)
    for entry in beat.schedule.values():
        entry.last_run_at = past
    names = set(beat.schedule)
    try:
        waits = [beat.tick() for _entry in range(len(names) + 1)]
    finally:
        beat.close()
    assert set(sweeps.SCHEDULE) <= names
    assert waits[:-1] == [0] * len(names)
    assert 0 < waits[-1] <= EVERY
