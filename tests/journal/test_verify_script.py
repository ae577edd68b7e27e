"""``script/verify`` alone: a bare Python, without the site and without its packages, says the same as the site."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from journal import checkpoint, keys, notes, proofs
from journal.models import Checkpoint
from tests.journal.records import write

pytestmark = pytest.mark.django_db
SCRIPT = Path(settings.BASE_DIR) / "script" / "verify"


@pytest.fixture
def proof() -> dict[str, Any]:
    entries = write(5)
    checkpoint.seal()
    write(8)
    checkpoint.seal()
    return proofs.prove(entries[2])


def _run(folder: Path, proof: object, *arguments: str) -> tuple[int, str]:
    """Exit code and words, from a Python that is isolated (-I) and has no site-packages (-S)."""
    path = folder / "preuve.json"
    path.write_text(proof if isinstance(proof, str) else json.dumps(proof, ensure_ascii=False), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(SCRIPT), str(path), *arguments],
        cwd=folder,
        env={"LC_ALL": "C"},
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert b"Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout.decode()


def test_a_good_proof_with_the_published_key_holds(proof: dict[str, Any], tmp_path: Path) -> None:
    code, words = _run(tmp_path, proof, "--key", proof["key"])
    assert code == 0
    assert words.endswith("LA PREUVE EST BONNE.\n")
    assert proof["entry"] in words
    assert "ATTENTION" not in words


def test_the_key_may_come_from_a_file(proof: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "cle.txt").write_text(proof["key"] + "\n")
    assert _run(tmp_path, proof, "--key", "cle.txt")[0] == 0


def test_without_a_key_the_fingerprint_is_to_be_compared(proof: dict[str, Any], tmp_path: Path) -> None:
    code, words = _run(tmp_path, proof)
    assert code == 0
    assert "ATTENTION" in words
    assert keys.fingerprint(keys.public_key()) in words


@pytest.mark.parametrize("name", ["entry", "index", "size", "checkpoint", "key", "origin"])
def test_a_changed_field_fails(proof: dict[str, Any], tmp_path: Path, name: str) -> None:
    value = proof[name]
    other = value + 1 if isinstance(value, int) else value[:-9] + chr(ord(value[-9]) ^ 1) + value[-8:]
    code, words = _run(tmp_path, proof | {name: other}, "--key", proof["key"])
    assert code == 1
    assert words.endswith("LA PREUVE N'EST PAS VALABLE.\n")


def test_a_changed_path_fails(proof: dict[str, Any], tmp_path: Path) -> None:
    for path in ([], proof["proof"][:-1], ["0" * 64, *proof["proof"][1:]], [*proof["proof"], "0" * 64]):
        assert _run(tmp_path, proof | {"proof": path})[0] == 1


def test_a_forged_register_fails_against_the_published_key(proof: dict[str, Any], tmp_path: Path) -> None:
    other = Ed25519PrivateKey.generate()
    tree = notes.read(proof["checkpoint"])
    forged = proof | {"checkpoint": notes.sign(tree, other), "key": keys.verifier(tree.origin, other.public_key())}
    assert _run(tmp_path, forged)[0] == 0  # it can only say: compare the fingerprint
    assert _run(tmp_path, forged, "--key", proof["key"])[0] == 1
    assert _run(tmp_path, forged | {"key": proof["key"]}, "--key", proof["key"])[0] == 1


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", "[" * 50_000, '{"a":1,"a":2}', '{"a":"\\ud800"}', "null"])
def test_what_is_no_proof_is_unreadable(tmp_path: Path, text: str) -> None:
    code, words = _run(tmp_path, text)
    assert code == 2
    assert words.startswith("ILLISIBLE")


def test_a_version_from_the_future_is_unreadable(proof: dict[str, Any], tmp_path: Path) -> None:
    assert _run(tmp_path, proof | {"version": 2})[0] == 2


def test_a_file_that_is_not_there_is_unreadable(proof: dict[str, Any], tmp_path: Path) -> None:
    assert _run(tmp_path, proof, "--key", "nowhere.txt")[0] == 2


def test_an_independent_checkpoint_is_held_against_the_proof(proof: dict[str, Any], tmp_path: Path) -> None:
    note, older = tmp_path / "note.txt", Checkpoint.objects.order_by("size").first()
    assert older is not None
    note.write_text(proof["checkpoint"])
    assert "est la même" in _run(tmp_path, proof, "--checkpoint", str(note))[1]
    note.write_text(older.note)
    code, words = _run(tmp_path, proof, "--checkpoint", str(note))
    assert code == 0
    assert f"/registre/coherence/{older.size}/{proof['size']}/" in words


def test_two_registers_of_one_key_contradict_each_other(proof: dict[str, Any], tmp_path: Path) -> None:
    """The worst fraud: the institution itself signs another past."""
    tree = notes.read(proof["checkpoint"])
    note = tmp_path / "note.txt"
    note.write_text(notes.sign(notes.Tree(tree.origin, tree.size, bytes(32)), keys.signing_key()))
    code, words = _run(tmp_path, proof, "--checkpoint", str(note))
    assert code == 1
    assert "réécrit" in words


def test_a_consistency_proof_holds_until_it_changes(proof: dict[str, Any], tmp_path: Path) -> None:
    for old in Checkpoint.objects.all():
        for new in Checkpoint.objects.filter(size__gte=old.size):
            shown = proofs.prove_consistency(old, new)
            assert _run(tmp_path, shown, "--key", proof["key"])[0] == 0
            assert _run(tmp_path, shown | {"proof": [*shown["proof"], "0" * 64]})[0] == 1
            assert (
                _run(tmp_path, shown | {"old": notes.sign(notes.Tree("x", 1, bytes(32)), keys.signing_key())})[0] == 1
            )


def test_the_scripts_signature_check_agrees_with_the_rfc(tmp_path: Path) -> None:
    """RFC 8032 section 7.1, tests 1 to 3, and each with a byte changed."""
    vectors = [
        (
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        ),
        (
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        ),
        (
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
            "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
        ),
    ]
    namespace: dict[str, Any] = {"__name__": "verify"}
    exec(compile(SCRIPT.read_text(encoding="utf-8"), str(SCRIPT), "exec"), namespace)  # noqa: S102
    for key, message, signature in vectors:
        parts = [bytes.fromhex(key), bytes.fromhex(message), bytes.fromhex(signature)]
        assert namespace["is_signature"](*parts) is True
        for i, part in enumerate(parts):
            if part:
                changed = [*parts[:i], bytes([part[0] ^ 1]) + part[1:], *parts[i + 1 :]]
                assert namespace["is_signature"](*changed) is False
    weak = (1).to_bytes(32, "little")  # the neutral point as a key would sign anything
    assert namespace["is_signature"](weak, b"anything", weak + bytes(32)) is False
