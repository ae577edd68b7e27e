"""The deadline: open to the last microsecond before it, and moved only later."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from journal import clock
from journal.models import Entry
from postings.deadline import extend, is_open, remaining
from postings.loader import load
from postings.models import DeadlineExtension, Posting
from tests import cast
from tests.postings.conftest import FOLDER

pytestmark = pytest.mark.django_db
CLOSES = datetime(2025, 10, 30, 15, 30, tzinfo=UTC)
LATER = CLOSES + timedelta(days=1)
At = Callable[[str], datetime]


def test_posting_is_open_to_the_last_microsecond(posting: Posting) -> None:
    assert is_open(posting, CLOSES - timedelta(microseconds=1))
    assert not is_open(posting, CLOSES)


def test_posting_is_open_from_its_opening(posting: Posting) -> None:
    assert is_open(posting, posting.opens_at)
    assert not is_open(posting, posting.opens_at - timedelta(microseconds=1))


def test_unpublished_posting_is_not_open() -> None:
    assert not is_open(load(FOLDER), CLOSES - timedelta(days=1))


def test_remaining_never_runs_below_nothing(posting: Posting) -> None:
    assert remaining(posting, CLOSES - timedelta(seconds=30)) == timedelta(seconds=30)
    assert remaining(posting, CLOSES + timedelta(seconds=30)) == timedelta(0)


def test_hr_extends_before_the_deadline(posting: Posting, at: At) -> None:
    moment = at("2025-10-30 16:29:59.999")
    extension = extend(posting=posting, closes_at=LATER, reason=" Panne du réseau national. ", by=cast.hr())
    posting.refresh_from_db()
    assert posting.closes_at == LATER
    assert (extension.previous, extension.closes_at, extension.reason) == (CLOSES, LATER, "Panne du réseau national.")
    entry = Entry.objects.get(kind="posting.extended")
    assert (entry.at, entry.actor, entry.subject) == (moment, cast.hr().actor, "posting:secretaire-general")
    assert entry.facts == {
        "from": "2025-10-30T15:30:00.000000Z",
        "to": "2025-10-31T15:30:00.000000Z",
        "reason": "Panne du réseau national.",
        "incident": False,
    }


def test_extension_reopens_nothing_for_the_loader(posting: Posting) -> None:
    extend(posting=posting, closes_at=LATER, reason="Panne.", by=cast.hr())
    assert load(FOLDER).closes_at == LATER


def test_extension_takes_the_lock_before_it_reads_the_clock(posting: Posting) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("Advisory locks are PostgreSQL's.")
    with CaptureQueriesContext(connection) as queries:
        extend(posting=posting, closes_at=LATER, reason="Panne.", by=cast.hr())
    statements = [query["sql"] for query in queries]
    lock = next(n for n, sql in enumerate(statements) if "pg_advisory_xact_lock(" in sql)
    assert lock < next(n for n, sql in enumerate(statements) if "journal_clockshift" in sql)


@pytest.mark.parametrize("closes_at", [CLOSES, CLOSES - timedelta(seconds=1)])
def test_deadline_never_moves_earlier(posting: Posting, closes_at: datetime) -> None:
    with pytest.raises(ValidationError) as refusal:
        extend(posting=posting, closes_at=closes_at, reason="Panne.", by=cast.hr())
    assert list(refusal.value.message_dict) == ["closes_at"]


def test_extension_needs_a_reason(posting: Posting) -> None:
    with pytest.raises(ValidationError) as refusal:
        extend(posting=posting, closes_at=LATER, reason="  ", by=cast.hr())
    assert list(refusal.value.message_dict) == ["reason"]


@pytest.mark.parametrize("who", [cast.candidate, cast.juror, cast.authority, cast.auditor, cast.administrator])
def test_only_hr_extends(posting: Posting, who: Callable[[], object]) -> None:
    with pytest.raises(PermissionDenied):
        extend(posting=posting, closes_at=LATER, reason="Panne.", by=who())


def test_passed_deadline_moves_only_for_an_incident(posting: Posting, at: At) -> None:
    at("2025-10-30 16:30")
    with pytest.raises(ValidationError, match="incident"):
        extend(posting=posting, closes_at=LATER, reason="Panne.", by=cast.hr())
    assert extend(posting=posting, closes_at=LATER, reason="Panne.", by=cast.hr(), incident=True).incident


def test_extension_ends_in_the_future(posting: Posting, at: At) -> None:
    at("2025-10-30 18:00")
    with pytest.raises(ValidationError) as refusal:
        extend(posting=posting, closes_at=CLOSES + timedelta(hours=1), reason="Panne.", by=cast.hr(), incident=True)
    assert list(refusal.value.message_dict) == ["closes_at"]


def test_closed_intake_never_reopens(posting: Posting, at: At) -> None:
    at("2025-10-30 16:30:01")
    posting.closed_at = clock.now()
    posting.save(update_fields=["closed_at"])
    with pytest.raises(ValidationError, match="la liste des dossiers est arrêtée"):
        extend(posting=posting, closes_at=LATER, reason="Panne.", by=cast.hr(), incident=True)
    assert not DeadlineExtension.objects.exists()


def test_unpublished_posting_is_not_extended() -> None:
    with pytest.raises(ValidationError, match="pas publié"):
        extend(posting=load(FOLDER), closes_at=LATER, reason="Panne.", by=cast.hr())


def test_extension_of_more_than_a_year_is_a_slip(posting: Posting) -> None:
    with pytest.raises(ValidationError) as refusal:
        extend(posting=posting, closes_at=posting.closes_at + timedelta(days=367), reason="Erreur.", by=cast.hr())
    assert list(refusal.value.error_dict) == ["closes_at"]
