"""A piece asked for after submission: asked by HR, sent in time or refused, and never part of what was submitted."""

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404
from django.test import Client
from django.urls import reverse
from PIL import Image

from applications import intake
from applications.exchanges import pieces
from applications.models import Application, Document, PieceRequest
from journal import clock
from journal.models import Entry
from notices.models import Notice
from postings.models import Posting
from tests import cast
from tests.factories import applications as factory

pytestmark = pytest.mark.django_db
WORDS = "Le diplôme produit est illisible : envoyez-en une copie nette."


@pytest.fixture
def file(posting: Posting) -> Application:
    """A submitted file of a posting whose intake is closed."""
    application = factory.submitted(posting, cast.candidate(1))
    factory.close(posting)
    application.refresh_from_db()
    return application


def asked(file: Application, code: str = "diplomes", days: int = 5) -> PieceRequest:
    requirement = file.posting.requirements.get(code=code)
    return pieces.ask(application=file, requirement=requirement, message=WORDS, days=days, by=cast.hr())


def page_of(request: PieceRequest) -> str:
    return reverse("applications:piece", args=[request.application.posting.slug, request.public_id])


def send(browser: Client, request: PieceRequest, words: str = "diplôme net") -> Any:
    return browser.post(page_of(request), {"file": factory.upload(words, name="diplome-net.pdf")})


def photo(n: int) -> bytes:
    """A JPEG that differs by its number."""
    content = io.BytesIO()
    Image.new("RGB", (600, 800), (40 * n, 90, 120)).save(content, "JPEG")
    return content.getvalue()


def files_stored() -> set[str]:
    try:
        return set(default_storage.listdir("documents")[1])
    except FileNotFoundError:
        return set()


def ask_page(file: Application) -> str:
    return reverse("admin:applications_application_ask_piece", args=[file.pk])


def test_hr_reads_the_mail_before_it_asks_and_the_candidate_is_told(file: Application) -> None:
    browser = cast.signed_in(cast.hr())
    typed = {"requirement": "diplomes", "message": WORDS, "days": "5"}
    preview = browser.post(ask_page(file), typed)
    words = preview.content.decode().replace("\xa0", " ")
    assert (preview.status_code, PieceRequest.objects.count()) == (200, 0)
    assert WORDS in words
    assert "au plus tard le mardi 4 novembre 2025 à 23 h 59" in words
    for _press in range(2):
        assert browser.post(ask_page(file), {**typed, "confirmed": "1"}).status_code == 302
    request = PieceRequest.objects.get()
    assert request.due_at.isoformat() == "2025-11-04T23:00:00+00:00"
    assert Notice.objects.filter(kind="piece_requested", recipient=file.candidate).count() == 1
    entry = Entry.objects.get(kind="piece.requested")
    assert entry.facts == {"requirement": "diplomes", "due_at": "2025-11-04T23:00:00.000000Z"}


@pytest.mark.parametrize(
    "typed",
    [
        {"requirement": "", "message": WORDS, "days": "5"},
        {"requirement": "diplomes", "message": "  ", "days": "5"},
        {"requirement": "diplomes", "message": WORDS, "days": "0"},
        {"requirement": "diplomes", "message": WORDS, "days": "61"},
        {"requirement": "inconnue", "message": WORDS, "days": "5"},
    ],
)
def test_a_request_that_wont_do_comes_back_as_typed(file: Application, typed: dict[str, str]) -> None:
    page = cast.signed_in(cast.hr()).post(ask_page(file), {**typed, "confirmed": "1"})
    assert (page.status_code, PieceRequest.objects.count()) == (422, 0)
    assert typed["message"].strip() in page.content.decode()


def test_the_same_piece_is_not_asked_twice_at_once(file: Application) -> None:
    asked(file)
    page = cast.signed_in(cast.hr()).post(
        ask_page(file), {"requirement": "diplomes", "message": "Autre chose.", "days": "5", "confirmed": "1"}
    )
    assert (page.status_code, PieceRequest.objects.count()) == (422, 1)
    assert "déjà demandée" in page.content.decode()


@pytest.mark.parametrize(
    "who", [cast.auditor, cast.juror, cast.authority, cast.administrator, lambda: cast.candidate(1)]
)
def test_nobody_but_hr_asks_for_a_piece(file: Application, who: Any) -> None:
    browser = cast.signed_in(who())
    typed = {"requirement": "diplomes", "message": WORDS, "days": "5", "confirmed": "1"}
    assert browser.post(ask_page(file), typed).status_code in (302, 403)
    assert PieceRequest.objects.count() == 0


def test_no_piece_is_asked_of_a_withdrawn_file(file: Application) -> None:
    intake.withdraw(application=file, by=file.candidate)
    with pytest.raises(ValidationError):
        asked(file)


def test_the_request_comes_first_on_the_candidates_page_with_its_deadline(file: Application) -> None:
    request = asked(file)
    page = cast.signed_in(file.candidate).get(reverse("applications:overview", args=[factory.SLUG]))
    words = page.content.decode().replace("\xa0", " ")
    assert page_of(request) in words
    assert words.index(WORDS) < words.index("Voir le récépissé")
    assert "au plus tard le mardi 4 novembre 2025 à 23 h 59" in words
    assert "Une pièce vous est demandée" in words.split("</title>")[0]


def test_a_piece_is_received_beside_what_was_submitted(file: Application) -> None:
    request, before = asked(file), file.manifest
    browser = cast.signed_in(file.candidate)
    assert send(browser, request).status_code == 302
    document = Document.objects.get(request=request)
    request.refresh_from_db()
    file.refresh_from_db()
    assert (request.answered_at, file.manifest) == (clock.now(), before)
    page = browser.get(page_of(request)).content.decode()
    assert document.sha256 in page
    entry = Entry.objects.get(kind="piece.received")
    assert entry.facts["requirement"] == "diplomes"
    assert document.sha256 not in entry.body
    receipt = Notice.objects.get(kind="piece_received")
    assert receipt.context["sha256"] == document.sha256
    assert document.name not in browser.get(reverse("applications:receipt", args=[factory.SLUG])).content.decode()
    hr = cast.signed_in(cast.hr()).get(reverse("admin:applications_application_change", args=[file.pk]))
    assert "reçue après le dépôt, à la demande" in hr.content.decode()


def test_the_same_file_twice_is_one_piece_and_another_takes_its_place(file: Application) -> None:
    request, browser = asked(file), cast.signed_in(file.candidate)
    for _press in range(2):
        assert send(browser, request).status_code == 302
    first = Document.objects.get(request=request)
    assert Entry.objects.filter(kind="piece.received").count() == 1
    stored = len(files_stored())
    assert send(browser, request, "un autre diplôme").status_code == 302
    second = Document.objects.get(request=request)
    assert second.sha256 != first.sha256
    assert len(files_stored()) == stored + 1  # a transaction that a test never ends deletes nothing yet


def test_what_was_submitted_already_is_no_new_piece(file: Application) -> None:
    request = asked(file, code="cv")
    page = cast.signed_in(file.candidate).post(page_of(request), {"file": factory.upload("cv")})
    assert page.status_code == 422
    assert "déjà dans votre dossier" in page.content.decode()
    assert Document.objects.filter(request=request).count() == 0


@pytest.mark.parametrize(
    "upload", [None, SimpleUploadedFile("a.pdf", b""), SimpleUploadedFile("a.pdf", b"MZ\x90 not a PDF at all")]
)
def test_a_file_that_wont_do_is_refused_in_words(file: Application, upload: SimpleUploadedFile | None) -> None:
    request = asked(file)
    page = cast.signed_in(file.candidate).post(page_of(request), {"file": upload} if upload else {})
    assert page.status_code == 422
    assert "Erreur" in page.content.decode().split("</title>")[0]
    assert Document.objects.filter(request=request).count() == 0


@pytest.mark.parametrize(("step", "status"), [(timedelta(microseconds=-1), 302), (timedelta(0), 409)])
def test_the_deadline_is_the_clocks_to_the_microsecond(file: Application, step: timedelta, status: int) -> None:
    request = asked(file)
    clock.move_to(request.due_at + step, by="test", stopped=True)
    page = send(cast.signed_in(file.candidate), request)
    assert page.status_code == status
    assert Document.objects.filter(request=request).exists() == (status == 302)


def test_a_late_piece_is_told_with_its_time_and_recorded(file: Application) -> None:
    request = asked(file)
    clock.move_to(request.due_at + timedelta(seconds=2), by="test", stopped=True)
    browser = cast.signed_in(file.candidate)
    page = send(browser, request).content.decode().replace("\xa0", " ")
    assert "mercredi 5 novembre 2025 à 0 h 00 min 02,000 s" in page
    assert Entry.objects.get(kind="piece.refused_late").facts["requirement"] == "diplomes"
    timeline = browser.get(reverse("applications:follow", args=[factory.SLUG])).content.decode()
    assert "il est arrivé après la fin du délai de la pièce demandée" in timeline
    for _n in range(30):
        send(browser, request)
    assert Entry.objects.filter(kind="piece.refused_late").count() == pieces.ATTEMPTS_KEPT


def test_a_full_disk_keeps_nothing_and_says_to_try_again(
    file: Application, settings: LazySettings, tmp_path: Path
) -> None:
    request = asked(file)
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "documents").write_bytes(b"no folder")  # whatever is stored there fails
    page = send(cast.signed_in(file.candidate), request)
    assert (page.status_code, Document.objects.filter(request=request).count()) == (507, 0)
    assert "réessayez" in page.content.decode()
    assert Entry.objects.filter(kind="piece.received").count() == 0


def test_photos_of_a_paper_are_one_piece(file: Application) -> None:
    request = asked(file)
    photos = [SimpleUploadedFile(f"page-{n}.jpg", photo(n), content_type="image/jpeg") for n in (1, 2)]
    page = cast.signed_in(file.candidate).post(page_of(request), {"file": photos})
    assert page.status_code == 302
    assert Document.objects.get(request=request).pages == 2


def test_a_request_dies_with_the_file(file: Application) -> None:
    request = asked(file)
    intake.withdraw(application=file, by=file.candidate)
    browser = cast.signed_in(file.candidate)
    assert send(browser, request).status_code == 409
    assert page_of(request) not in browser.get(reverse("applications:overview", args=[factory.SLUG])).content.decode()


def test_another_candidate_finds_nothing(file: Application) -> None:
    request = asked(file)
    browser = cast.signed_in(cast.candidate(2))
    assert browser.get(page_of(request)).status_code == 404
    assert send(browser, request).status_code == 404
    with pytest.raises(Http404):
        pieces.receive(request=request, files=[("a.pdf", factory.pdf())], by=cast.candidate(2))


def test_settling_takes_the_request_off_the_desk(file: Application) -> None:
    request, hr = asked(file), cast.signed_in(cast.hr())
    address = reverse("admin:applications_piecerequest_settle", args=[request.pk])
    hr.post(address)
    request.refresh_from_db()
    assert request.settled_at is None  # still awaited
    send(cast.signed_in(file.candidate), request)
    assert "1 pièce reçue à examiner" in hr.get(reverse("admin:index")).content.decode()
    assert cast.signed_in(cast.auditor()).post(address).status_code == 403
    for _press in range(2):
        hr.post(address)
    assert "pièce reçue à examiner" not in hr.get(reverse("admin:index")).content.decode()
    assert Entry.objects.filter(kind="piece.settled").count() == 1
    send(cast.signed_in(file.candidate), request, "un autre diplôme")
    assert "1 pièce reçue à examiner" in hr.get(reverse("admin:index")).content.decode()


def test_the_desk_says_what_did_not_come(file: Application) -> None:
    request, hr = asked(file), cast.signed_in(cast.hr())
    assert "fin du délai d’une pièce demandée" in hr.get(reverse("admin:index")).content.decode()
    clock.move_to(request.due_at, by="test", stopped=True)
    assert "1 pièce non reçue à temps" in hr.get(reverse("admin:index")).content.decode()
