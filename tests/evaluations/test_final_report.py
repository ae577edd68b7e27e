"""The final report: what it says, when it is issued, and that it stands."""

import hashlib
import subprocess
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from applications.models import Application
from evaluations import decisions, final_report, successions
from evaluations.models import FinalReport, Ruling
from journal import checkpoint, clock
from journal.models import Entry
from notices import outbox
from postings.models import Posting
from tests import cast
from tests.factories import late_stages

pytestmark = pytest.mark.django_db


def notified(count: int = 4) -> Ruling:
    """The authority decided, and every letter was released."""
    ruling = late_stages.decided(count)
    decisions.approve_letters(posting=ruling.posting, by=cast.hr())
    clock.move_to(clock.now() + decisions.timedelta(minutes=ruling.posting.hold_minutes + 1), by="test", stopped=True)
    outbox.release_due()
    return ruling


def text_of(pdf: bytes, folder: Path) -> str:
    path = folder / "report.pdf"
    path.write_bytes(pdf)
    text = subprocess.run(["pdftotext", "-layout", path, "-"], check=True, capture_output=True, text=True).stdout
    return " ".join(text.split())


def test_issue(tmp_path: Path) -> None:
    checkpoint.seal()
    ruling = notified()
    report = final_report.issue(posting=ruling.posting, by=cast.hr())
    Path("/tmp/rep/report.pdf").write_bytes(final_report.read(report))
