"""The public page that reads a document's seal: each way of not being authentic has its own words, and none an error."""

import io
import zlib
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pikepdf
import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from applications import inspection
from notices import electronic_seal, letters, seal_certificate, seal_demonstration
from notices.delivery import deliver_due
from tests.factories import applications as files
from tests.factories.notices import DOSSIER, owed
from tests.factories.seals import HOLDER, Authority, pem, pem_bundle, seal_with

pytestmark = pytest.mark.django_db
PAGE = "/registre/document/"


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture
def letter() -> bytes:
    return letters.render(owed("receipt"))


def give(client: Client, content: bytes) -> tuple[int, str]:
    """What the page answers to a file: the status, and its words with one space between them."""
    upload = SimpleUploadedFile("document.pdf", content, content_type="application/pdf")
    response = client.post(PAGE, {"file": upload})
    return response.status_code, " ".join(response.content.decode().split())


def test_the_page_says_what_it_is_for_and_whose_seal_it_knows(client: Client) -> None:
    page = client.get(PAGE).content.decode()
    own = seal_certificate.current()
    assert own is not None
    assert seal_certificate.fingerprint(own.certificate) in page
    assert "Il ne vaut rien, et le dit jusque dans son nom" in page


def test_the_pages_of_proofs_and_of_documents_lead_to_each_other(client: Client) -> None:
    assert reverse("journal:verify") in client.get(PAGE).content.decode()
    for name in ("journal:verify", "journal:home"):
        assert f'href="{PAGE}"' in client.get(reverse(name)).content.decode()


def test_a_rehearsals_letter_is_intact_and_worth_nothing(client: Client, letter: bytes) -> None:
    status, page = give(client, letter)
    assert status == 200
    told = (
        "Cachet de démonstration : document sans valeur",
        "Intact : le cachet couvre tout le fichier",
        "Aucun : la date",
    )
    assert [words for words in told if words not in page] == []
    assert "Ce document est authentique" not in page


def test_an_institutions_letter_is_authentic(client: Client, settings: LazySettings, authority: Authority) -> None:
    seal_with(settings, pem_bundle(*authority.certify(), authority.root))
    status, page = give(client, letters.render(owed("receipt")))
    assert status == 200
    told = ("Ce document est authentique", HOLDER, "Notre certificat.", "Autorité des essais", "Il l’était à la date")
    assert [words for words in told if words not in page] == []


@pytest.mark.parametrize("place", [0.02, 0.2, 0.4, 0.6, 0.8, 0.97])
def test_one_byte_changed_anywhere_is_refused(client: Client, letter: bytes, place: float) -> None:
    changed = bytearray(letter)
    changed[int(len(letter) * place)] ^= 1
    status, page = give(client, bytes(changed))
    assert (status, "Intact : le cachet couvre tout le fichier" in page) == (422, False)


def test_nothing_hides_in_the_room_kept_for_the_seal(client: Client, letter: bytes) -> None:
    room = letter.rindex(b"00>")
    assert letter[room - 20 : room] == b"0" * 20
    changed = letter[: room - 20] + b"ab" * 10 + letter[room:]
    status, page = give(client, changed)
    assert (status, "Intact : le cachet couvre tout le fichier" in page) == (422, False)


def test_a_changed_word_is_told_as_such(client: Client, letter: bytes) -> None:
    # The producer's name stands in clear in the document's information.
    assert letter.count(b"WeasyPrint") >= 1
    status, page = give(client, letter.replace(b"WeasyPrint", b"WeasyPaint"))
    assert (status, "Ce document a été modifié après son cachet" in page) == (422, True)


def _annotated(content: bytes) -> bytes:
    """As a reader that fills in forms or writes notes does: a new revision at the end of the file."""
    writer = IncrementalPdfFileWriter(io.BytesIO(content), strict=False)
    writer.update_root()
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


@pytest.mark.parametrize("add", [_annotated, lambda content: content + b"\n% ajout\n"], ids=["update", "tail"])
def test_what_is_added_after_the_seal_is_told(client: Client, letter: bytes, add: Callable[[bytes], bytes]) -> None:
    status, page = give(client, add(letter))
    assert (status, "Quelque chose a été ajouté après le cachet" in page) == (422, True)
    assert "il ne couvre pas tout le fichier" in page


def test_what_another_signed_is_not_ours(client: Client, authority: Authority) -> None:
    plain = files.pdf("Lettre")
    theirs = seal_certificate.read(pem_bundle(*authority.certify("Quelqu’un d’autre")), "")
    own = seal_certificate.current()
    assert own is not None
    foreign = electronic_seal.seal(plain, material=theirs, at=own.certificate.not_valid_before_utc)
    status, page = give(client, foreign)
    told = ("Ce document n’est pas signé par nous", "Quelqu’un d’autre", "ce nom est celui qu’il se donne")
    assert (status, [words for words in told if words not in page]) == (422, [])


def test_a_certificate_of_the_same_authority_is_not_ours_for_that(
    client: Client, settings: LazySettings, authority: Authority
) -> None:
    theirs = seal_certificate.read(pem_bundle(*authority.certify(HOLDER), authority.root), "")
    seal_with(settings, pem_bundle(*authority.certify(), authority.root))
    forged = electronic_seal.seal(files.pdf("Lettre"), material=theirs, at=theirs.certificate.not_valid_before_utc)
    assert "Ce document n’est pas signé par nous" in give(client, forged)[1]


def test_a_former_certificate_is_still_ours(client: Client, settings: LazySettings, authority: Authority) -> None:
    key, former = authority.certify(days=(-300, 10))
    seal_with(settings, pem_bundle(key, former))
    content = letters.render(owed("receipt"))
    seal_with(settings, pem_bundle(*authority.certify()))
    assert "Ce document n’est pas signé par nous" in give(client, content)[1]
    settings.PMP_SEAL = {**settings.PMP_SEAL, "former": pem(former)}
    assert "Ce document est authentique" in give(client, content)[1]


def test_a_seal_put_after_its_certificates_end_is_told(
    client: Client, settings: LazySettings, authority: Authority
) -> None:
    expired = pem_bundle(*authority.certify(days=(-300, -10)))
    seal_with(settings, expired)
    material = seal_certificate.read(expired, "")
    after = material.certificate.not_valid_after_utc.replace(year=material.certificate.not_valid_after_utc.year + 1)
    status, page = give(client, electronic_seal.seal(files.pdf("Lettre"), material=material, at=after))
    assert (status, "Le certificat n’était pas valable à cette date" in page) == (422, True)


def test_another_rehearsals_seal_is_told(client: Client, settings: LazySettings, tmp_path: Any) -> None:
    home = settings.PMP_HOME
    settings.PMP_HOME = tmp_path
    content = letters.render(owed("receipt"))
    settings.PMP_HOME = home
    status, page = give(client, content)
    assert (status, "Cachet de démonstration d’ailleurs" in page) == (422, True)
    assert seal_demonstration.MARK in page


def _encrypted(content: bytes) -> bytes:
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as pdf:
        pdf.save(output, encryption=pikepdf.Encryption(owner="x", user="y"))
    return output.getvalue()


def _looping(_content: bytes) -> bytes:
    """A field that is its own child."""
    return (
        b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[3 0 R]>>>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n3 0 obj<</T(a)/Kids[3 0 R]>>endobj\n"
        b"xref\n0 4\n0000000000 65535 f \n0000000009 00000 n \n0000000074 00000 n \n0000000116 00000 n \n"
        b"trailer<</Size 4/Root 1 0 R>>\nstartxref\n152\n%%EOF\n"
    )


def _bomb(_content: bytes) -> bytes:
    """A table of objects that inflates to four hundred megabytes."""
    data = zlib.compress(zlib.compress(b"\x00" * 400_000_000, 9), 9)
    head = b"1 0 obj<</Type/XRef/Size 9/W[1 4 2]/Root 1 0 R/Filter[/FlateDecode/FlateDecode]/Length %d>>stream\n" % len(
        data
    )
    return b"%PDF-1.7\n" + head + data + b"\nendstream endobj\nstartxref\n9\n%%EOF\n"


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (lambda content: b"bonjour", "Ce fichier n’est pas un PDF"),
        (lambda content: content[: len(content) // 2], "Ce PDF est incomplet"),
        (lambda content: b"%PDF-1.7\n" + bytes(range(256)) * 40 + b"\n%%EOF", "Ce PDF est abîmé"),
        (_looping, "Ce PDF"),
        (_bomb, "Ce PDF"),
        (lambda content: files.pdf("Autre"), "Ce document ne porte pas de cachet"),
        (_encrypted, "Ce PDF est chiffré"),
    ],
    ids=["text", "truncated", "noise", "loop", "bomb", "unsigned", "encrypted"],
)
def test_what_is_no_sealed_pdf_has_its_own_words(
    client: Client, letter: bytes, made: Callable[[bytes], bytes], words: str
) -> None:
    status, page = give(client, made(letter))
    assert (status, words in page) == (422, True)


@pytest.mark.parametrize(("data", "words"), [({}, "Choisissez le document"), ({"file": b""}, "Ce fichier est vide")])
def test_what_is_no_file_is_asked_again(client: Client, data: dict[str, bytes], words: str) -> None:
    given = {name: SimpleUploadedFile("vide.pdf", content) for name, content in data.items()}
    response = client.post(PAGE, given)
    assert (response.status_code, words in response.content.decode()) == (422, True)


def test_a_file_too_large_is_not_read(client: Client) -> None:
    status, page = give(client, b"%PDF-" + b"0" * 10 * 1024 * 1024)
    assert (status, "dépasse 10 Mo" in page) == (422, True)


def test_while_another_is_read_one_is_asked_to_come_back(
    client: Client, letter: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inspection, "QUEUE_SECONDS", 0.1)
    with inspection._slot("readings", 1):
        status, page = give(client, letter)
    assert (status, "Recommencez dans un moment" in page) == (503, True)


def test_readings_take_no_place_from_candidates(client: Client, letter: bytes, settings: LazySettings) -> None:
    settings.PMP_INSPECTIONS = 1
    with inspection._slot("inspections", 1):
        assert give(client, letter)[0] == 200


def test_hammering_is_refused(client: Client, settings: LazySettings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "verify_document": "2/m/ip"}
    statuses = [client.post(PAGE, {}).status_code for _try in range(3)]
    assert statuses == [422, 422, 429]
    assert client.get(PAGE).status_code == 200


def test_a_letter_that_left_is_known_to_the_register(client: Client) -> None:
    notice = owed("receipt")
    letter = letters.render(notice)
    assert "le registre n’en a pas encore l’envoi" in give(client, letter)[1]
    deliver_due()
    status, page = give(client, letter)
    assert (status, sha256(letter).hexdigest() in page) == (200, True)
    told = ("Ce fichier même est connu du registre", DOSSIER, "Récépissé")
    assert [words for words in told if words not in page] == []
    assert notice.address not in page
    assert str(notice.context["name"]) not in page


def test_a_document_without_seal_that_we_issued_is_known(client: Client, settings: LazySettings) -> None:
    seal_with(settings, b"")
    status, page = give(client, letters.render(owed("receipt")))
    assert (status, "Document sans cachet, mais connu de nous" in page) == (200, True)
    assert "ne portent pas de cachet électronique pour le moment" in " ".join(client.get(PAGE).content.decode().split())


def test_nothing_of_the_file_is_kept(client: Client, letter: bytes, settings: LazySettings) -> None:
    before = {path for path in settings.PMP_HOME.rglob("*") if path.is_file() and "cache" not in path.parts}
    give(client, letter)
    after = {path for path in settings.PMP_HOME.rglob("*") if path.is_file() and "cache" not in path.parts}
    assert {path for path in after - before if path.parent.name != "readings"} == set()
