"""A proof holds as it was given, and fails when anything in it changes."""

import copy
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import LazySettings
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from journal import checkpoint, keys, merkle, notes, proofs
from journal.models import Checkpoint, Entry
from tests.flush import triggers_off
from tests.journal.records import write

pytestmark = pytest.mark.django_db

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)


@pytest.fixture
def proof() -> dict[str, Any]:
    """The proof of one entry among thirteen."""
    entry = write(12)[4]
    checkpoint.seal()
    return proofs.prove(entry)


def test_a_proof_states_what_was_written(proof: dict[str, Any]) -> None:
    verdict = proofs.verify(proof)
    assert (verdict.ok, verdict.code) == (True, "ok")
    stated = {name: verdict.details[name] for name in ("kind", "actor", "subject", "index", "size")}
    assert stated == {
        "kind": "application.submitted",
        "actor": "user:3f1c",
        "subject": "application:PMP-2025-A7K3",
        "index": 5,
        "size": 13,
    }
    assert verdict.details["facts"] == {"manifest": f"{4:064x}", "é": "« déposée »"}
    assert verdict.details["at"].isoformat() == "2025-10-29T09:00:00+00:00"


def test_the_leaf_of_a_proof_is_the_hash_a_receipt_gave(proof: dict[str, Any]) -> None:
    assert proofs.verify(proof).details["leaf"] == Entry.objects.get(leaf__index=5).leaf_hash


def test_every_entry_can_be_proved_under_the_latest_checkpoint(proof: dict[str, Any]) -> None:
    write(6)
    checkpoint.seal()
    made = [proofs.prove(entry) for entry in Entry.objects.order_by("id")]
    assert [one["size"] for one in made] == [19] * 19
    assert all(proofs.verify(one).ok for one in made)
    assert proofs.verify(proof).ok  # and the older proof still holds


def test_a_proof_survives_its_file(proof: dict[str, Any]) -> None:
    text = proofs.dump(proof)
    assert proofs.load(text) == proofs.load(text.encode()) == proofs.load(b"\xef\xbb\xbf" + text.encode()) == proof


def test_an_entry_that_is_not_sealed_has_no_proof_yet() -> None:
    (entry,) = write()
    with pytest.raises(proofs.NotSealedYet):
        proofs.prove(entry)


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(value, dict):
        return [place for name, inner in value.items() for place in _places(inner, (*path, name))]
    if isinstance(value, list):
        return [place for i, inner in enumerate(value) for place in _places(inner, (*path, i))]
    return [path]


def _changed(proof: dict[str, Any], place: tuple[Any, ...], value: Any) -> dict[str, Any]:
    other = copy.deepcopy(proof)
    inner: Any = other
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = value
    return other


def test_a_proof_fails_when_any_character_of_any_field_changes(proof: dict[str, Any]) -> None:
    tried = 0
    for place in _places(proof):
        value = proof[place[0]] if len(place) == 1 else proof[place[0]][place[1]]
        if isinstance(value, int):
            others = [value + 1, value - 1, -value, str(value), float(value), True, 10**30]
            for other in others:
                assert not proofs.verify(_changed(proof, place, other)).ok, (place, other)
            continue
        for i, character in enumerate(value):
            other = chr(ord(character) ^ 1)
            text = value[:i] + other + value[i + 1 :]
            assert not proofs.verify(_changed(proof, place, text)).ok, (place, i)
            tried += 1
    assert tried > 500


def test_a_proof_fails_when_a_field_is_taken_or_added(proof: dict[str, Any]) -> None:
    for name in proof:
        assert proofs.verify({k: v for k, v in proof.items() if k != name}).code == "malformed"
    assert proofs.verify(proof | {"note": ""}).code == "malformed"
    for change in ([], proof["proof"][:-1], proof["proof"][::-1], [*proof["proof"], "0" * 64]):
        assert proofs.verify(proof | {"proof": change}).code == "not_included"


def test_a_proof_fails_in_other_words_of_the_same_meaning(proof: dict[str, Any]) -> None:
    spaced = json.dumps(json.loads(proof["entry"]), ensure_ascii=False)
    assert proofs.verify(proof | {"entry": spaced}).code == "malformed"
    assert proofs.verify(proof | {"proof": [value.upper() for value in proof["proof"]]}).code == "malformed"
    assert proofs.verify(proof | {"checkpoint": proof["checkpoint"] + "\n"}).code == "bad_signature"


def test_another_registers_proof_is_told_from_ours(proof: dict[str, Any]) -> None:
    """All of it right, but for the key: someone else's whole register."""
    other = Ed25519PrivateKey.generate()
    tree = notes.read(proof["checkpoint"])
    forged = proof | {
        "checkpoint": notes.sign(tree, other),
        "key": keys.verifier(tree.origin, other.public_key()),
    }
    assert proofs.verify(forged).code == "other_key"
    assert proofs.verify(forged, key=other.public_key()).ok
    assert proofs.verify(forged | {"key": proof["key"]}).code == "bad_signature"


def test_a_signed_checkpoint_that_was_never_published_is_told(proof: dict[str, Any]) -> None:
    assert proofs.verify_here(proof).ok
    with triggers_off():
        Checkpoint.objects.all().delete()
    assert proofs.verify(proof).ok
    assert proofs.verify_here(proof).code == "not_published"


def test_a_checkpoint_may_carry_a_witness_signature_too(proof: dict[str, Any]) -> None:
    witness = notes.sign(notes.Tree("witness.example", 1, bytes(32)), Ed25519PrivateKey.generate()).split("\n")[-2]
    assert proofs.verify(proof | {"checkpoint": proof["checkpoint"] + witness + "\n"}).ok


@hypothesis_settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(value=JSON)
def test_no_json_makes_the_check_raise(value: object) -> None:
    verdict = proofs.verify(value)
    assert (verdict.ok, verdict.code) == (False, "malformed")


@hypothesis_settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(name=st.sampled_from(sorted(proofs._FIELDS)), value=JSON)
def test_no_value_of_a_field_makes_the_check_raise(proof: dict[str, Any], name: str, value: object) -> None:
    verdict = proofs.verify(proof | {name: value})
    assert verdict.ok == (value == proof[name] and type(value) is type(proof[name]))


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\xff\xfe",
        b"{",
        b'{"a":1,"a":2}',
        b"[" * 30_000,
        b'{"size":' + b"9" * 5_000 + b"}",
        b'"' + b"x" * (proofs.MAX_BYTES + 1) + b'"',
    ],
)
def test_what_is_no_json_file_is_read_as_none(text: bytes) -> None:
    assert proofs.load(text) is None


@pytest.mark.parametrize(
    "entry",
    [
        "",
        "[]",
        "{}",
        '{"actor":"a","at":"nonsense","facts":{},"kind":"k","subject":"s"}',
        "[" * 20_000,
        "\ud800",
        "9" * 5_000,
    ],
)
def test_an_entry_that_is_no_entry_is_malformed(proof: dict[str, Any], entry: str) -> None:
    assert proofs.verify(proof | {"entry": entry}).code == "malformed"


@pytest.mark.parametrize(
    "note",
    [
        "",
        "\n\n",
        "a\n1\nb\n\n",
        "a\n01\n" + "A" * 43 + "=\n\n\u2014 a AAAA\n",
        "a\n" + "9" * 5_000 + "\n" + "A" * 43 + "=\n\n\u2014 a AAAA\n",
        "a\n1\nAAAA\n\n\u2014 a AAAA\n",
        "a\n1\n" + "A" * 43 + "=\n\n- a AAAA\n",
        "x" * 20_000,
    ],
)
def test_a_text_that_is_no_checkpoint_is_refused(note: str) -> None:
    with pytest.raises(notes.BadNote):
        notes.read(note)


def test_consistency_holds_between_all_checkpoints(settings: LazySettings) -> None:
    for n in (1, 2, 4, 9):
        write(n)
        checkpoint.seal()
    sealed = list(Checkpoint.objects.order_by("size"))
    for i, old in enumerate(sealed):
        for new in sealed[i:]:
            path = proofs.consistency(old, new)
            assert merkle.verify_consistency(old.size, new.size, bytes(old.root), bytes(new.root), path)
    with pytest.raises(ValueError, match="never had"):
        proofs.consistency(sealed[-1], sealed[0])


def test_a_checkpoint_that_no_file_can_hold_is_malformed(proof: dict[str, Any]) -> None:
    assert proofs.verify(proof | {"checkpoint": "\ud800" + proof["checkpoint"]}).code == "malformed"
