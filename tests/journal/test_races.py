"""Many writers and sealers at once, and two processes that make the key: real threads, real connections."""

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Event

import pytest
from django.conf import settings
from django.db import connection, transaction

from journal import checkpoint, clock, fsck, merkle
from journal.append import append
from journal.models import Checkpoint, Entry, Leaf, Unsealed
from tests.journal.records import bodies, write


def _at_once(*acts: Callable[[], object]) -> list[object]:
    """The results of acts that start together, each on a thread and a connection of its own."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        try:
            barrier.wait()
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [future.result() for future in [pool.submit(run, act) for act in acts]]


@pytest.mark.django_db(transaction=True)
def test_writers_and_sealers_at_once_lose_nothing() -> None:
    def writer() -> None:
        for _ in range(25):
            write(2)

    def sealer() -> None:
        for _ in range(25):
            checkpoint.seal()

    _at_once(*[writer] * 4, *[sealer] * 3)
    checkpoint.seal()
    assert Entry.objects.count() == Leaf.objects.count() == 4 * 50 + 1
    assert Unsealed.objects.count() == 0
    last = Checkpoint.objects.order_by("-size").first()
    assert last is not None
    assert bytes(last.root) == merkle.root(bodies())
    assert fsck.check() == []


@pytest.mark.django_db(transaction=True)
def test_two_sealers_seal_once() -> None:
    write(10)
    sealed = _at_once(checkpoint.seal, checkpoint.seal)
    assert sorted(type(one).__name__ for one in sealed) == ["Checkpoint", "NoneType"]
    assert Leaf.objects.count() == 11


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_commits_late_is_not_lost() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    written, sealed = Event(), Event()

    def late() -> int:
        with transaction.atomic():
            entry = append("posting.closed", at=clock.now(), actor="system", subject="posting:sg", facts={})
            written.set()
            assert sealed.wait(20)
        return entry.pk

    def others() -> None:
        assert written.wait(20)
        write(3)
        checkpoint.seal()
        sealed.set()

    late_pk, _ = _at_once(late, others)
    last = checkpoint.seal()
    assert last is not None
    assert Leaf.objects.order_by("-index").values_list("entry_id", flat=True)[0] == late_pk
    assert Leaf.objects.filter(entry_id__gt=late_pk).count() == 3
    assert fsck.check() == []


def test_processes_that_make_the_key_at_once_end_with_one(tmp_path: Path) -> None:
    program = (
        "import pathlib, sys; from django.conf import settings; home = pathlib.Path(sys.argv[1])\n"
        "settings.configure(PMP_HOME=home, PMP_JOURNAL_KEY='', PRODUCTION=False)\n"
        "from journal import keys; print(keys.fingerprint(keys.public_key()))"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    processes = [subprocess.Popen(command, cwd=settings.BASE_DIR, stdout=subprocess.PIPE) for _ in range(4)]
    prints = {process.communicate(timeout=120)[0] for process in processes}
    assert [process.returncode for process in processes] == [0, 0, 0, 0]
    assert len(prints) == 1
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["journal.pem"]
