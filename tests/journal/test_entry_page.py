"""The page of one entry: for who holds the paper, on any telephone, before the sealing and after it."""

import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client

from journal import checkpoint, clock
from journal.addresses import check_of, path_of
from journal.append import append
from journal.models import Entry
from tests.journal.records import write

pytestmark = pytest.mark.django_db
MANIFEST = b'{"dossier":"K7QF-2M9D"}'
DIGEST = hashlib.sha256(MANIFEST).hexdigest()


@pytest.fixture
def entry() -> Entry:
    facts = {"from": "draft", "to": "submitted", "manifest_sha256": DIGEST}
    with transaction.atomic():
        return append(
            "application.submitted", at=clock.now(), actor="user:1", subject="application:K7QF-2M9D", facts=facts
        )


def test_entry_that_waits_is_said_to_be_waiting(client: Client, entry: Entry) -> None:
    answer = client.get(path_of(entry))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "en cours de scellement" in page
    assert "K7QF-2M9D" in page
    assert entry.leaf_hash in page
    assert "no-cache" in answer.headers["Cache-Control"]
    assert answer.headers["X-Robots-Tag"] == "noindex"


def test_sealed_entry_says_when_what_and_under_which_checkpoint(client: Client, entry: Entry) -> None:
    first = checkpoint.seal()
    write(5)
    last = checkpoint.seal()
    assert first is not None
    assert last is not None
    page = client.get(path_of(entry)).content.decode()
    assert "Cette inscription figure au registre" in page
    assert "Candidature déposée" in page
    assert f"/registre/empreintes/{first.size}/" in page
    assert first.root_hex in page
    assert f"sur {last.size} inscriptions scellées" in page
    assert "user:1" not in page


def test_page_costs_few_queries(client: Client, entry: Entry, django_assert_max_num_queries: object) -> None:
    write(40)
    checkpoint.seal()
    with django_assert_max_num_queries(10):  # type: ignore[operator]
        client.get(path_of(entry))


def test_address_is_short_and_may_be_typed_in_capitals(client: Client, entry: Entry) -> None:
    path = path_of(entry)
    assert len(path) < 50
    assert (
        client.get(path.upper().replace(path[: path.index(str(entry.pk))].upper(), "/registre/entree/")).status_code
        == 200
    )


@pytest.mark.parametrize("check", ["0" * 16, "é", "a" * 400, "..", "' OR 1=1"])
def test_wrong_address_leads_to_nothing_in_plain_words(client: Client, entry: Entry, check: str) -> None:
    answer = client.get(f"/registre/entree/{entry.pk}/{check}/")
    assert answer.status_code == 404
    assert entry.leaf_hash not in answer.content.decode()


def test_address_of_another_entry_is_not_found(client: Client, entry: Entry) -> None:
    (other,) = write()
    assert client.get(f"/registre/entree/{other.pk}/{check_of(entry)}/").status_code == 404
    unknown = client.get(f"/registre/entree/{other.pk + 1}/{check_of(entry)}/")
    assert "Aucune inscription à cette adresse" in unknown.content.decode()
    assert client.get(f"/registre/entree/{'9' * 30}/{check_of(entry)}/").status_code == 404


def test_hash_that_proofs_carry_opens_no_page(client: Client, entry: Entry) -> None:
    """Proofs show the leaves of neighbours: nobody learns from one what its neighbour is."""
    for figures in (16, 64):
        assert client.get(f"/registre/entree/{entry.pk}/{entry.leaf_hash[:figures]}/").status_code == 404


def test_entries_that_no_paper_bears_have_no_page(client: Client) -> None:
    moved = Entry.objects.filter(kind="clock.moved").first()
    assert moved is not None
    assert client.get(path_of(moved)).status_code == 404


def _file(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("manifeste.json", content, content_type="application/json")


def test_manifest_is_compared_by_its_file_or_its_hash(client: Client, entry: Entry) -> None:
    spaced = " ".join(DIGEST[n : n + 4] for n in range(0, 64, 4)).upper()
    for data in ({"manifest": _file(MANIFEST)}, {"digest": DIGEST}, {"digest": spaced}):
        answer = client.post(path_of(entry), data)
        assert answer.status_code == 200
        assert "C’est le même dossier" in answer.content.decode()


@pytest.mark.parametrize("data", [{"manifest": b"{}"}, {"manifest": b""}, {"digest": "0" * 64}])
def test_another_manifest_is_told_apart(client: Client, entry: Entry, data: dict[str, str | bytes]) -> None:
    sent = {name: _file(value) if isinstance(value, bytes) else value for name, value in data.items()}
    answer = client.post(path_of(entry), sent)
    assert answer.status_code == 422
    assert "Ce n’est pas le même dossier" in answer.content.decode()


@pytest.mark.parametrize("data", [{}, {"digest": "abc"}, {"digest": "x" * 300}])
def test_what_is_no_hash_is_asked_again(client: Client, entry: Entry, data: dict[str, str]) -> None:
    answer = client.post(path_of(entry), data)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "à corriger" in page
    assert data.get("digest", "") in page
    assert "même dossier</h2>" not in page


def test_file_that_is_too_large_is_refused(client: Client, entry: Entry) -> None:
    answer = client.post(path_of(entry), {"manifest": _file(b"x" * 1_000_001)})
    assert answer.status_code == 422
    assert "trop gros" in answer.content.decode()
