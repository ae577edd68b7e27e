"""The worker that closes intake is killed, before and in the middle: the next one ends the work, exactly once."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection, transaction

from applications import closing
from applications.models import Aftermath, Application
from journal import clock
from journal.models import Entry
from notices.models import Notice
from postings.models import Posting
from tests import cast
from tests.conftest import MoveClock
from tests.factories import applications as factory

pytestmark = pytest.mark.django_db(transaction=True)
DRAFTS, SUBMITTED = closing.BATCH + 8, 3


def _database_url() -> str:
    """The tests' own database, for another process."""
    known = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{known['NAME']}"
    return f"postgres://{known['USER']}@{quote(known['HOST'], safe='')}/{known['NAME']}"


@contextmanager
def _worker(home: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A real Celery worker with its beat, sweeping the tests' database."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "pmp_recruit.settings",
        "PMP_HOME": str(home),
        "PMP_DATABASE_URL": _database_url(),
        "PMP_BROKER_URL": "filesystem://",
        "PMP_REHEARSAL": "1",
    }
    command = [
        sys.executable,
        "-m",
        "celery",
        "-A",
        "pmp_recruit",
        "worker",
        "--beat",
        "--pool=solo",
        "--loglevel=WARNING",
    ]
    with (home / "worker.log").open("ab") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _until(condition: Callable[[], bool], home: Path, seconds: float = 90) -> None:
    limit = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > limit:
            raise AssertionError((home / "worker.log").read_text()[-4000:])
        time.sleep(0.05)


def _lapsed() -> int:
    return Application.objects.filter(state="lapsed").count()


def _finished() -> bool:
    return Aftermath.objects.filter(finished_at__isnull=False).exists()


def _campaign() -> Posting:
    posting = factory.open_posting()
    for n in range(1, DRAFTS + 1):
        factory.draft(posting, cast.candidate(n))
    for n in range(DRAFTS + 1, DRAFTS + SUBMITTED + 1):
        factory.submitted(posting, cast.candidate(n))
    return posting


def _check_once(posting: Posting) -> None:
    posting.refresh_from_db()
    submitted = Application.objects.filter(state="submitted").values_list("dossier_code", flat=True)
    assert (posting.accepted_count, posting.accepted_sha256) == (SUBMITTED, closing.list_hash(list(submitted)))
    entries = {kind: Entry.objects.filter(kind=kind).count() for kind in ("posting.closed", "application.lapsed")}
    assert entries == {"posting.closed": 1, "application.lapsed": DRAFTS}
    notices = {kind: Notice.objects.filter(kind=kind).count() for kind in ("draft_lapsed", "intake_closed")}
    assert notices == {"draft_lapsed": DRAFTS, "intake_closed": SUBMITTED}


def test_worker_killed_before_the_deadline_leaves_it_to_the_next(at: MoveClock, tmp_path: Path) -> None:
    posting = _campaign()
    at("2025-10-30 16:29:59.999")
    with _worker(tmp_path) as worker:
        _until(lambda: " ready." in (tmp_path / "worker.log").read_text(), tmp_path)
        os.killpg(worker.pid, signal.SIGKILL)
        assert worker.wait() == -signal.SIGKILL
    posting.refresh_from_db()
    assert posting.closed_at is None
    clock.move_to(posting.closes_at, by="test", stopped=True)
    with _worker(tmp_path):
        _until(_finished, tmp_path)
    _check_once(posting)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="A row is held so that the worker stops at a known place")
def test_worker_killed_in_the_middle_is_continued_by_the_next(at: MoveClock, tmp_path: Path) -> None:
    posting = _campaign()
    last = Application.objects.filter(state="draft").order_by("pk").last()
    assert last is not None
    at("2025-10-30 16:30")
    with _worker(tmp_path) as worker:
        with transaction.atomic():
            # The second batch needs this row and waits for it: the worker dies there, between two of its transactions.
            Application.objects.select_for_update().get(pk=last.pk)
            _until(lambda: _lapsed() == closing.BATCH, tmp_path)
            os.killpg(worker.pid, signal.SIGKILL)
            assert worker.wait() == -signal.SIGKILL
        assert not _finished()
    posting.refresh_from_db()
    assert posting.closed_at is not None
    with _worker(tmp_path):
        _until(_finished, tmp_path)
    _check_once(posting)
