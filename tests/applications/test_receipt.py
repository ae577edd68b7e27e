"""The receipt: owed before the page answers, to be had again for ever, and verified by anyone from its paper."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from applications import intake
from applications.models import Application
from journal.addresses import path_of
from journal.models import Entry
from journal.templatetags import qr
from notices.models import Notice
from postings.models import Posting
from tests import cast
from tests.conftest import MoveClock
from tests.factories import applications as factory
from tests.factories import late_stages

pytestmark = pytest.mark.django_db
PATHS = ("receipt", "receipt_pdf", "manifest")


def address(name: str) -> str:
    return reverse(f"applications:{name}", args=[factory.SLUG])


def entry_page(application: Application) -> str:
    return path_of(Entry.objects.get(kind="application.submitted", subject=application.subject))


def drawn(page: str) -> list[list[bool]]:
    """The modules of the page's QR code, read back from its path, without the margin."""
    found = re.search(r'class="pmp-qr"[^>]* viewBox="0 0 (\d+) \d+".*?fill="#000" d="([^"]*)"', page, re.DOTALL)
    assert found is not None
    side = int(found[1])
    rows = [[False] * side for _y in range(side)]
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", found[2]):
        rows[int(y)][int(x) : int(x) + int(length)] = [True] * int(length)
    return [row[qr.QUIET : -qr.QUIET] for row in rows[qr.QUIET : -qr.QUIET]]


def submit(client: Client) -> Any:
    return client.post(address("review"))


def test_receipt_is_in_the_outbox_when_the_page_answers(posting: Posting) -> None:
    application = factory.complete_draft(posting, cast.candidate())
    answer = submit(cast.signed_in(cast.candidate()))
    notice = Notice.objects.get(key=f"receipt:{application.dossier_code}")
    assert (answer.status_code, answer.headers["Location"]) == (302, address("receipt"))
    assert (notice.state, notice.recipient) == ("released", cast.candidate())
    assert notice.context["entry_page"] == entry_page(application)


def test_no_receipt_is_owed_for_what_was_refused(posting: Posting, at: MoveClock) -> None:
    client, application = cast.signed_in(cast.candidate()), factory.draft(posting, cast.candidate())
    assert submit(client).status_code == 422
    factory.fill(application)
    at("2025-10-30 16:30")
    assert submit(client).status_code == 409
    assert Notice.objects.filter(kind="receipt").count() == 0


def test_receipt_and_submission_stand_or_fall_together(posting: Posting, monkeypatch: pytest.MonkeyPatch) -> None:
    """The transaction breaks off at its very last step: nothing of it is left, not the state, not the message."""
    application = factory.complete_draft(posting, cast.candidate())
    monkeypatch.setattr(intake, "enqueue", lambda **fields: _owe_then_die(fields))
    client = cast.signed_in(cast.candidate())
    client.raise_request_exception = False
    assert submit(client).status_code == 500
    application.refresh_from_db()
    assert (application.state, Notice.objects.count()) == ("draft", 0)
    assert not Entry.objects.filter(kind="application.submitted").exists()


def _owe_then_die(fields: dict[str, Any]) -> None:
    real_enqueue(**fields)
    raise RuntimeError("The process dies here.")


real_enqueue = intake.enqueue


def test_code_on_the_page_is_the_address_of_the_entry(posting: Posting, settings: LazySettings) -> None:
    settings.PMP_BASE_URL = "https://recrutement.pmp.example"
    application = factory.submitted(posting, cast.candidate())
    page = cast.signed_in(cast.candidate()).get(address("receipt")).content.decode()
    expected = "https://recrutement.pmp.example" + entry_page(application)
    assert drawn(page) == qr.matrix(expected)
    assert expected in page
    assert 'role="img" aria-label="Code QR' in page
    assert application.dossier_code not in expected


def test_letter_bears_the_address_and_says_what_the_code_is(
    posting: Posting, settings: LazySettings, tmp_path: Path
) -> None:
    settings.PMP_BASE_URL = "https://recrutement.pmp.example"
    application = factory.submitted(posting, cast.candidate())
    path = tmp_path / "recepisse.pdf"
    path.write_bytes(cast.signed_in(cast.candidate()).get(address("receipt_pdf")).content)
    text = subprocess.run(["pdftotext", path, "-"], capture_output=True, check=True, text=True).stdout
    tags = subprocess.run(["pdfinfo", "-struct-text", path], capture_output=True, check=True, text=True).stdout
    assert "https://recrutement.pmp.example" + entry_page(application) in re.sub(r"\s", "", text)
    assert re.search(r"Figure \(block\)|Figure", tags) is not None
    assert b"/Alt" in _plain(path)


def _plain(path: Path) -> bytes:
    """The PDF with its object streams unpacked."""
    copy = path.with_suffix(".plain.pdf")
    with factory.pikepdf.open(path) as document:
        document.save(copy, object_stream_mode=factory.pikepdf.ObjectStreamMode.disable)
    return copy.read_bytes()


def test_receipt_is_the_same_after_the_withdrawal(posting: Posting) -> None:
    application = factory.submitted(posting, cast.candidate())
    client = cast.signed_in(cast.candidate())
    before = {name: client.get(address(name)).content for name in PATHS}
    intake.withdraw(application=application, by=cast.candidate())
    after = {name: client.get(address(name)) for name in PATHS}
    assert {name: answer.status_code for name, answer in after.items()} == dict.fromkeys(PATHS, 200)
    assert after["receipt_pdf"].content == before["receipt_pdf"]
    assert after["manifest"].content == before["manifest"]
    assert "vous l’avez retirée depuis" in after["receipt"].content.decode()


def test_receipt_is_there_after_the_decision() -> None:
    late_stages.decided(1)
    client = cast.signed_in(cast.candidate())
    assert {name: client.get(address(name)).status_code for name in PATHS} == dict.fromkeys(PATHS, 200)


def test_receipt_of_a_submission_before_the_codes_has_none_but_is_drawn(posting: Posting) -> None:
    """A letter owed by an earlier version has no address in its snapshot."""
    application = factory.submitted(posting, cast.candidate())
    notice = Notice.objects.get(key=f"receipt:{application.dossier_code}")
    context = {name: value for name, value in notice.context.items() if name != "entry_page"}
    Notice.objects.filter(pk=notice.pk).update(context=context)
    answer = cast.signed_in(cast.candidate()).get(address("receipt_pdf"))
    assert (answer.status_code, answer.content[:5]) == (200, b"%PDF-")


def test_receipt_costs_few_queries(posting: Posting, django_assert_max_num_queries: Any) -> None:
    factory.submitted(posting, cast.candidate())
    client = cast.signed_in(cast.candidate())
    with django_assert_max_num_queries(8):
        client.get(address("receipt"))


def test_draft_has_no_receipt(posting: Posting) -> None:
    factory.complete_draft(posting, cast.candidate())
    answer = cast.signed_in(cast.candidate()).get(address("receipt"))
    assert (answer.status_code, answer.headers["Location"]) == (302, address("overview"))
