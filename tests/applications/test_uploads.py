"""Files that come in pieces: the tus protocol as it is spoken here, and what becomes of a file that is whole."""

import base64
import hashlib
import io
import re
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from applications import documents, intake, uploads
from applications.models import Application, Document, Upload
from tests import cast
from tests.applications.tus import BEGIN, DOCUMENTS, HEADERS, PIECE, Sender, metadata
from tests.conftest import MoveClock
from tests.factories import applications as factory

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft() -> Application:
    return factory.draft(factory.open_posting(), cast.candidate())


@pytest.fixture
def sender(draft: Application) -> Sender:
    return Sender(draft.candidate)


@pytest.fixture
def content() -> bytes:
    return factory.pdf("Mon CV, longuement intitulé " + "x" * 4_000, 3)


def photo(colour: str) -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (90, 120), colour).save(content, "JPEG")
    return content.getvalue()


def stored(upload: Upload) -> bytes:
    with default_storage.open(upload.stored_name) as file:
        return file.read()


def test_file_comes_in_pieces_and_becomes_the_document(draft: Application, sender: Sender, content: bytes) -> None:
    begun = sender.begin(len(content), "mon cv.pdf")
    address = begun["Location"]
    assert (begun.status_code, begun["Upload-Offset"], begun["Tus-Resumable"]) == (201, "0", "1.0.0")
    half = len(content) // 2
    for start, end in ((0, half), (half, len(content))):
        answer = sender.append(address, start, content[start:end])
        assert (answer.status_code, answer["Upload-Offset"]) == (204, str(end))
    upload = Upload.objects.get()
    answer = sender.attach(upload)
    assert answer.status_code == 200
    document = draft.documents.get()
    assert (document.public_id, document.name, document.pages) == (upload.public_id, "mon cv.pdf", 3)
    with document.file.open("rb") as kept:
        assert kept.read() == content
    assert f'id="document-{document.public_id}"' in answer.content.decode()
    assert Upload.objects.count() == 0


def test_how_far_it_came_is_told(sender: Sender, content: bytes) -> None:
    address = sender.begin(len(content))["Location"]
    sender.append(address, 0, content[:1500])
    told = sender.ask(address, Want_Repr_Digest="sha-256=9")
    assert (told.status_code, told["Upload-Offset"], told["Upload-Length"]) == (200, "1500", str(len(content)))
    assert told["Cache-Control"] == "no-store"
    assert told["Upload-Metadata"] == metadata(filename="cv.pdf", requirement="cv")
    digest = base64.b64encode(hashlib.sha256(content[:1500]).digest()).decode()
    assert told["Repr-Digest"] == f"sha-256=:{digest}:"
    assert "Upload-Expires" in told


def test_protocol_says_what_it_can(sender: Sender) -> None:
    told = sender.client.options(BEGIN)
    assert told.status_code == 204
    assert told["Tus-Version"] == "1.0.0"
    assert told["Tus-Extension"] == "creation,expiration,termination"
    assert told["Tus-Max-Size"] == "20000000"
    other = sender.client.post(BEGIN, headers={"Tus-Resumable": "0.2.2"})
    assert (other.status_code, other["Tus-Version"]) == (412, "1.0.0")


def test_piece_at_the_wrong_place_is_told_the_right_one(sender: Sender, content: bytes) -> None:
    address = sender.begin(len(content))["Location"]
    sender.append(address, 0, content[:1500])
    for offset in (0, 1499, 1501, len(content) + 9):
        answer = sender.append(address, offset, content[1500:])
        assert (answer.status_code, answer["Upload-Offset"]) == (409, "1500")
    assert stored(Upload.objects.get()) == content[:1500]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Upload-Length": "-1"}, 400),
        ({"Upload-Length": ""}, 400),
        ({"Upload-Length": "٣"}, 400),
        ({"Upload-Length": "9" * 40}, 400),
        ({"Upload-Metadata": "filename &&&"}, 400),
        ({"Upload-Metadata": "filename /w=="}, 400),
        ({"Upload-Metadata": metadata(filename="cv.pdf", requirement="autre")}, 400),
        ({"Upload-Metadata": ""}, 400),
        ({"X-HTTP-Method-Override": "PUT"}, 405),
    ],
)
def test_malformed_announcement_is_refused(sender: Sender, headers: dict[str, str], status: int) -> None:
    answer = sender.begin(100, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (status, "malformed")
    assert Upload.objects.count() == 0


def test_malformed_piece_is_refused(sender: Sender, content: bytes) -> None:
    address = sender.begin(len(content))["Location"]
    assert sender.append(address, "x", content).status_code == 400
    assert sender.client.patch(address, content, headers={**HEADERS, "Upload-Offset": "0"}).status_code == 415
    assert sender.client.patch(address, content, content_type=PIECE).status_code == 412
    assert sender.client.get(address, headers=HEADERS).status_code == 405
    # A GET isn't checked for forgery: it can't say that it is something else.
    assert sender.client.get(address, headers={**HEADERS, "X-HTTP-Method-Override": "DELETE"}).status_code == 405
    longer = sender.append(address, 0, content + b"x")
    assert (longer.status_code, longer.json()["code"]) == (422, "overflow")
    assert sender.ask(address)["Upload-Offset"] == "0"


def test_network_that_knows_only_post_is_served(sender: Sender, content: bytes) -> None:
    address = sender.begin(len(content))["Location"]
    headers = {**HEADERS, "X-HTTP-Method-Override": "PATCH", "Upload-Offset": "0"}
    assert sender.client.post(address, content, content_type=PIECE, headers=headers).status_code == 204
    assert stored(Upload.objects.get()) == content


@pytest.mark.parametrize(
    ("size", "name", "status", "words"),
    [
        (0, "cv.pdf", 422, "Ce fichier est vide"),
        (5_000_001, "cv.pdf", 413, "Ce fichier est trop lourd : 5,0 Mo, pour 5 Mo au plus"),
        (5_000_001, "cv", 413, "trop lourd"),
        (20_000_001, "IMG_1.HEIC", 413, "Cette photo est trop lourde"),
    ],
)
def test_size_is_refused_before_a_byte_is_sent(sender: Sender, size: int, name: str, status: int, words: str) -> None:
    answer = sender.begin(size, name)
    assert answer.status_code == status
    assert words in answer.json()["message"].replace("\u00a0", " ")


def test_photo_may_weigh_more_than_its_document(sender: Sender) -> None:
    assert sender.begin(20_000_000, "IMG_1.JPG").status_code == 201


def test_limits_are_said_in_the_same_words_on_every_page(draft: Application, sender: Sender) -> None:
    other, words = Client(), "Un PDF sans mot de passe, de 5 Mo et 10 pages au plus ; ou des photos du papier"
    other.force_login(cast.candidate(2), backend=cast.BACKEND)
    notice = reverse("postings:detail", args=[factory.SLUG])
    welcome = reverse("applications:overview", args=[factory.SLUG])
    pages = (Client().get(notice), other.get(welcome), sender.client.get(DOCUMENTS))
    told = [re.sub(r"\s+", " ", page.content.decode().replace("\u00a0", " ")) for page in pages]
    assert [words in page and "(JPEG, PNG ou HEIC, 20 Mo au plus chacune)" in page for page in told] == [True] * 3


def test_what_a_file_is_is_refused_at_its_first_piece(sender: Sender) -> None:
    address = sender.begin(4_000_000, "cv.pdf")["Location"]
    answer = sender.append(address, 0, b"PK\x03\x04word/document.xml" + b"x" * 4000)
    assert answer.status_code == 422
    assert "c’est un document Word" in answer.json()["message"]
    assert sender.ask(address)["Upload-Offset"] == "0"


def test_number_and_bytes_on_their_way_are_bounded(sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    statuses = [sender.begin(10).status_code for _n in range(uploads.MOST + 1)]
    assert statuses == [*[201] * uploads.MOST, 422]
    Upload.objects.all().delete()
    statuses = [sender.begin(20_000_000, "p.jpg").status_code for _n in range(7)]
    assert statuses == [*[201] * 6, 422]


def test_giving_up_leaves_nothing(sender: Sender, content: bytes, django_capture_on_commit_callbacks: Any) -> None:
    upload = sender.send(content)
    with django_capture_on_commit_callbacks(execute=True):
        assert sender.give_up(reverse("applications:upload", args=[upload.public_id])).status_code == 204
    assert not default_storage.exists(upload.stored_name)
    assert sender.ask(reverse("applications:upload", args=[upload.public_id])).status_code == 404


def test_file_of_another_is_not_there(draft: Application, sender: Sender, content: bytes) -> None:
    upload = sender.send(content)
    address = reverse("applications:upload", args=[upload.public_id])
    own = intake.start(posting=draft.posting, by=cast.candidate(2))
    for person in (own.candidate, cast.hr(), cast.juror(), cast.administrator()):
        stranger = Sender(person)
        asked = (stranger.ask(address), stranger.append(address, 0, b"x"), stranger.give_up(address))
        assert [answer.status_code for answer in asked] == [404] * 3
    thief = Sender(own.candidate)
    assert thief.attach(upload).status_code == 404
    assert own.documents.count() == 0
    anyone = Sender(own.candidate, Client())
    assert [anyone.ask(address).status_code, anyone.begin(10).status_code] == [403, 403]
    assert anyone.begin(10).json()["code"] == "signed_out"
    assert stored(upload) == content


def test_forged_request_is_refused(draft: Application) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(draft.candidate, backend=cast.BACKEND)
    assert Sender(draft.candidate, strict).begin(10).status_code == 403
    assert Upload.objects.count() == 0


def test_last_instant_is_in_time_and_the_next_is_told(sender: Sender, content: bytes, at: MoveClock) -> None:
    address = sender.begin(len(content))["Location"]
    at("2025-10-30 16:29:59.999")
    assert sender.append(address, 0, content[:1500]).status_code == 204
    at("2025-10-30 16:30:00")
    answer = sender.append(address, 1500, content[1500:])
    assert (answer.status_code, answer.json()["code"]) == (409, "not_editable")
    assert "Upload-Offset" not in answer
    words = answer.json()["message"].replace("\u00a0", " ")
    assert words == (
        "Ce fichier n’a pas été reçu : il est arrivé le jeudi 30 octobre 2025 à 16 h 30 min 00,000 s, "
        "et la date limite était le jeudi 30 octobre 2025 à 16 h 30 min 00,000 s."
    )
    assert sender.begin(10).status_code == 409
    assert sender.give_up(address).status_code == 204


def test_whole_file_too_late_is_not_attached(draft: Application, sender: Sender, content: bytes, at: MoveClock) -> None:
    upload = sender.send(content)
    at("2025-10-30 16:30:00")
    answer = sender.attach(upload)
    assert (answer.status_code, answer.json()["code"]) == (409, "not_editable")
    assert draft.documents.count() == 0


def test_submitted_file_takes_no_piece() -> None:
    application = factory.submitted(factory.open_posting(), cast.candidate())
    answer = Sender(application.candidate).begin(10)
    assert answer.status_code == 409
    assert "votre candidature est déposée" in answer.json()["message"]


def test_pressing_twice_makes_one_document(draft: Application, sender: Sender, content: bytes, at: MoveClock) -> None:
    upload = sender.send(content)
    assert sender.attach(upload).status_code == 200
    assert sender.attach(upload).status_code == 200
    at("2025-10-30 16:30:00")  # the first answer was lost; the second is still true
    assert sender.attach(upload).status_code == 200
    assert draft.documents.count() == 1


def test_plain_form_sent_twice_makes_one_document(draft: Application, sender: Sender) -> None:
    for _press in range(2):
        data = {"requirement": "cv", "file": factory.upload("Deux fois")}
        assert sender.client.post(DOCUMENTS, data).status_code == 302
    assert draft.documents.count() == 1


def test_replacing_twice_replaces_once(draft: Application, sender: Sender, content: bytes) -> None:
    sender.attach(sender.send(factory.pdf("Ancien")))
    old, upload = draft.documents.get(), sender.send(content)
    for _press in range(2):
        assert sender.attach(upload, replaces=str(old.public_id)).status_code == 200
    assert draft.documents.get().public_id == upload.public_id


def test_unfinished_file_is_no_document(draft: Application, sender: Sender, content: bytes) -> None:
    address = sender.begin(len(content))["Location"]
    sender.append(address, 0, content[:1500])
    answer = sender.attach(Upload.objects.get())
    assert (answer.status_code, answer.json()["code"]) == (409, "unfinished")  # type: ignore[attr-defined]
    assert (draft.documents.count(), Upload.objects.count()) == (0, 1)


def test_file_that_is_no_more_is_told(sender: Sender, content: bytes) -> None:
    upload = sender.send(content)
    Upload.objects.all().delete()
    answer = sender.attach(upload)
    assert (answer.status_code, answer.json()["code"]) == (404, "gone")  # type: ignore[attr-defined]


@pytest.mark.parametrize("parts", [["x"], ["../../etc"], ["00000000-0000-0000-0000-00000000000"], []])
def test_forged_parts_are_refused(sender: Sender, parts: list[str]) -> None:
    data = {"requirement": "cv", "parts": parts}
    assert sender.client.post(DOCUMENTS, data, headers={"Accept": "application/json"}).status_code == 422
    assert sender.client.post(DOCUMENTS, data).status_code == 422


def test_photos_are_joined_in_the_order_given(draft: Application, sender: Sender) -> None:
    red, blue = (sender.send(photo(c), f"{c}.jpg", "piece-d-identite") for c in ("red", "blue"))
    assert sender.attach(blue, red, requirement="piece-d-identite").status_code == 200
    document = draft.documents.get()
    assert (document.name, document.pages, document.public_id) == ("blue.pdf", 2, blue.public_id)
    assert Upload.objects.count() == 0


def test_refused_photos_stay_to_be_sent_again(draft: Application, sender: Sender) -> None:
    good, bad = sender.send(photo("red"), "a.jpg"), sender.send(photo("blue")[:600], "b.jpg")
    answer = sender.attach(good, bad)
    assert answer.status_code == 422
    assert "Photo 2 sur 2" in answer.json()["message"].replace("\u00a0", " ")  # type: ignore[attr-defined]
    assert Upload.objects.count() == 2
    assert sender.attach(good).status_code == 200
    assert draft.documents.get().pages == 1


def test_page_costs_the_same_with_one_document_and_with_eight(draft: Application, sender: Sender) -> None:
    counts = []
    requirement = draft.posting.requirements.get(code="diplomes")
    for n in range(8):
        file = factory.upload(f"diplôme {n}", name=f"{n}.pdf")
        documents.attach(application=draft, requirement=requirement, files=[file], by=draft.candidate)
        with CaptureQueriesContext(connection) as queries:
            assert sender.client.get(DOCUMENTS).status_code == 200
        counts.append(len(queries))
    assert Document.objects.count() == 8
    assert counts == [counts[0]] * 8


def test_preview_is_its_owners_alone_and_kept_by_no_cache(draft: Application, sender: Sender, content: bytes) -> None:
    sender.attach(sender.send(content))
    address = reverse("applications:document_preview", args=[draft.documents.get().public_id])
    picture = sender.client.get(address)
    assert b"".join(picture).startswith(b"\x89PNG")  # type: ignore[call-overload]
    assert (picture["Content-Type"], picture["X-Content-Type-Options"]) == ("image/png", "nosniff")
    assert picture["Cache-Control"] == "private, no-store"
    assert picture["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert cast.signed_in(cast.candidate(2)).get(address).status_code == 404
    draft.documents.update(preview="")
    assert sender.client.get(address).status_code == 404
