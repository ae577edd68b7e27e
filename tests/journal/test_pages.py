"""The public register: open to anyone, telling nothing of what stands in it."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from journal import checkpoint, keys, proofs
from journal.models import Checkpoint
from tests.journal.records import write

pytestmark = pytest.mark.django_db
VERIFY = "/registre/verifier/"


@pytest.fixture
def proof() -> dict[str, Any]:
    entries = write(6)
    checkpoint.seal()
    return proofs.prove(entries[3])


def _upload(content: bytes) -> dict[str, SimpleUploadedFile]:
    return {"file": SimpleUploadedFile("preuve.json", content, content_type="application/json")}


def test_home_gives_the_key_and_the_checkpoints_but_no_entry(client: Client, proof: dict[str, Any]) -> None:
    response = client.get(reverse("journal:home"))
    page = response.content.decode()
    assert response.status_code == 200
    assert keys.fingerprint(keys.public_key()) in page
    assert bytes(Checkpoint.objects.get().root).hex() in page
    assert "7 inscriptions scellées" in page
    assert "PMP-2025-A7K3" not in page
    assert "3f1c" not in page


def test_home_says_so_when_nothing_is_sealed_yet(client: Client) -> None:
    response = client.get(reverse("journal:home"))
    assert response.status_code == 200
    assert "Aucune empreinte" in response.content.decode()


def test_home_is_quick_whatever_the_number_of_entries(
    client: Client, proof: dict[str, Any], django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(6):
        client.get(reverse("journal:home"))


def test_latest_and_checkpoint_are_the_signed_notes(client: Client, proof: dict[str, Any]) -> None:
    write()
    last = checkpoint.seal()
    assert last is not None
    latest = client.get(reverse("journal:latest"))
    older = client.get(reverse("journal:checkpoint", args=[7]))
    assert latest.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert (latest.content.decode(), older.content.decode()) == (last.note, proof["checkpoint"])


def test_key_is_what_a_proof_carries(client: Client, proof: dict[str, Any]) -> None:
    assert client.get(reverse("journal:key")).content.decode() == proof["key"] + "\n"


def test_consistency_is_a_proof_between_two_checkpoints(client: Client, proof: dict[str, Any]) -> None:
    write(3)
    checkpoint.seal()
    old, new = Checkpoint.objects.order_by("size")
    assert client.get(f"/registre/coherence/{old.size}/{new.size}/").json() == proofs.prove_consistency(old, new)


@pytest.mark.parametrize(
    "path", ["empreinte/", "empreintes/3/", "empreintes/99999999999999999999999/", "coherence/1/2/", "coherence/2/1/"]
)
def test_what_is_not_there_is_not_found(client: Client, path: str) -> None:
    assert client.get(f"/registre/{path}").status_code == 404


@pytest.mark.parametrize("name", ["home", "latest", "key"])
def test_the_register_takes_no_post(client: Client, proof: dict[str, Any], name: str) -> None:
    assert client.post(reverse(f"journal:{name}")).status_code == 405


def test_a_good_proof_is_explained(client: Client, proof: dict[str, Any]) -> None:
    for data in (_upload(proofs.dump(proof).encode()), {"text": proofs.dump(proof).replace("\n", "\r\n")}):
        response = client.post(VERIFY, data)
        page = response.content.decode()
        assert response.status_code == 200
        assert "La preuve est bonne" in page
        assert "Candidature déposée" in page
        assert re.search(r"29\s+octobre\s+2025\s+à\s+10\s+h\s+00\s+min\s+00,000\s+s", page)


def test_a_changed_proof_is_refused_in_plain_words(client: Client, proof: dict[str, Any]) -> None:
    changed = proof | {"entry": proof["entry"].replace("A7K3", "A7K4")}
    response = client.post(VERIFY, _upload(proofs.dump(changed).encode()))
    page = response.content.decode()
    assert response.status_code == 422
    assert "La preuve n’est pas valable" in page
    assert "ne figure pas dans le registre" in page
    assert "La preuve est bonne" not in page


@pytest.mark.parametrize("content", [b"\x00\xff", b"%PDF-1.7", b"{}", b"[" * 60_000])
def test_a_file_that_is_no_proof_is_refused_in_plain_words(client: Client, content: bytes) -> None:
    response = client.post(VERIFY, _upload(content))
    assert response.status_code == 422
    assert "abîmé" in response.content.decode()


def test_an_empty_form_says_what_is_missing(client: Client) -> None:
    response = client.post(VERIFY, {"text": "  "})
    assert response.status_code == 422
    assert "Choisissez un fichier de preuve, ou collez son texte." in response.content.decode()


def test_what_is_too_large_is_refused_and_what_was_typed_stays(client: Client) -> None:
    large = b"x" * (proofs.MAX_BYTES + 1)
    response = client.post(VERIFY, _upload(large))
    assert response.status_code == 422
    assert "trop gros" in response.content.decode()
    response = client.post(VERIFY, {"text": large.decode()})
    assert response.status_code == 422
    assert "trop long" in response.content.decode()
    assert large.decode() in response.content.decode()


def test_what_a_proof_says_is_escaped(client: Client) -> None:
    (entry,) = write(subject="<script>alert(1)</script>")
    checkpoint.seal()
    response = client.post(VERIFY, {"text": proofs.dump(proofs.prove(entry))})
    assert response.status_code == 200
    assert "<script>alert" not in response.content.decode()
