"""Submissions racing each other and the closing, with real threads and real connections."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from django.db import connection, connections, transaction

from applications import closing, intake
from applications.models import Application, LateAttempt
from journal import clock
from journal.models import Entry
from notices.models import Notice
from postings.locks import hold_shared
from postings.models import Posting
from tests import cast
from tests.conftest import MoveClock
from tests.factories import applications as factory

pytestmark = pytest.mark.django_db(transaction=True)

CANDIDATES = 12


def together(works: list[Callable[[], object]]) -> list[object]:
    """Run each work in a thread and connection of its own, all from the same instant."""
    gate = threading.Barrier(len(works))

    def run(work: Callable[[], object]) -> object:
        try:
            connection.ensure_connection()
            gate.wait(timeout=30)
            return work()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as pool:
        return [future.result(timeout=60) for future in [pool.submit(run, work) for work in works]]


def submitter(application: Application) -> Callable[[], object]:
    return lambda: intake.submit(application=application, by=application.candidate)


def close_at(posting: Posting, deadline: datetime) -> None:
    clock.move_to(deadline, by="test", stopped=True)
    closing.close_intake(posting=posting)


@pytest.mark.parametrize("round_", range(3))
def test_who_is_accepted_is_exactly_who_is_on_the_closing_list(at: MoveClock, round_: int) -> None:
    posting = factory.open_posting()
    drafts = [factory.complete_draft(posting, cast.candidate(n)) for n in range(1, CANDIDATES + 1)]
    at("2025-10-30 16:29:59.999")
    works = [submitter(draft) for draft in drafts]
    works.insert(round_ * CANDIDATES // 2, lambda: close_at(posting, posting.closes_at))
    outcomes = together(works)
    outcomes.pop(round_ * CANDIDATES // 2)
    accepted = {o.dossier_code for o in outcomes if isinstance(o, Application)}
    refused = {d.dossier_code for d, o in zip(drafts, outcomes, strict=True) if isinstance(o, intake.TooLate)}
    assert len(accepted) + len(refused) == CANDIDATES
    posting.refresh_from_db()
    assert (posting.accepted_count, posting.accepted_sha256) == (len(accepted), closing.list_hash(list(accepted)))
    states = dict(Application.objects.values_list("dossier_code", "state"))
    assert states == {**dict.fromkeys(accepted, "submitted"), **dict.fromkeys(refused, "lapsed")}
    assert LateAttempt.objects.count() == len(refused)
    closed = Entry.objects.get(kind="posting.closed")
    assert not Entry.objects.filter(kind="application.submitted", id__gt=closed.pk).exists()


def test_two_submissions_at_once_give_one_receipt() -> None:
    application = factory.complete_draft(factory.open_posting(), cast.candidate())
    outcomes = together([submitter(application)] * 4)
    assert {o.entry_hash for o in outcomes if isinstance(o, Application)} == {
        Application.objects.get(pk=application.pk).entry_hash
    }
    assert all(isinstance(o, Application) for o in outcomes)
    assert Entry.objects.filter(kind="application.submitted").count() == 1
    assert Notice.objects.filter(kind="receipt").count() == 1


def test_two_starts_at_once_give_one_draft() -> None:
    posting, candidate = factory.open_posting(), cast.candidate()
    outcomes = together([lambda: intake.start(posting=posting, by=candidate)] * 4)
    assert outcomes == [Application.objects.get()] * 4
    assert Entry.objects.filter(kind="application.started").count() == 1


def test_two_workers_close_once(at: MoveClock) -> None:
    posting = factory.open_posting()
    for n in range(1, 6):
        factory.draft(posting, cast.candidate(n))
    factory.submitted(posting, cast.candidate(6))
    at("2025-10-30 16:30")
    assert together([closing.close_due_intakes] * 3) == [None] * 3
    kinds = Entry.objects.filter(kind__in=["posting.closed", "application.lapsed"])
    assert sorted(kinds.values_list("kind", flat=True)) == ["application.lapsed"] * 5 + ["posting.closed"]
    assert Notice.objects.filter(kind__in=["draft_lapsed", "intake_closed"]).count() == 6


def _waiting_for_advisory_lock() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
        return int(cursor.fetchone()[0])


def _until(condition: Callable[[], bool]) -> None:
    limit = threading.Event()
    for _n in range(1000):
        if condition():
            return
        limit.wait(0.01)
    raise AssertionError("It never came true.")


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_closing_waits_for_a_submission_under_way_and_newcomers_wait_behind_it(at: MoveClock) -> None:
    posting = factory.open_posting()
    newcomer = factory.complete_draft(posting, cast.candidate())
    at("2025-10-30 16:30")

    def in_thread(work: Callable[[], object]) -> Callable[[], object]:
        def run() -> object:
            try:
                return work()
            except intake.TooLate as late:
                return late
            finally:
                connections.close_all()

        return run

    with ThreadPoolExecutor(2) as pool:
        with transaction.atomic():
            hold_shared(posting)  # a submission that began in time and is still at work
            closer = pool.submit(in_thread(lambda: closing.close_intake(posting=posting)))
            _until(lambda: _waiting_for_advisory_lock() == 1)
            late = pool.submit(in_thread(submitter(newcomer)))
            _until(lambda: _waiting_for_advisory_lock() == 2)
            assert not closer.done()
            assert not late.done()
        assert isinstance(closer.result(timeout=30), Posting)
        assert isinstance(late.result(timeout=30), intake.TooLate)
