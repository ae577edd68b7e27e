"""The tree against the published vectors of Certificate Transparency, and against its own definition."""

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journal.merkle import (
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root,
    verify_consistency,
    verify_inclusion,
)

# The eight entries, roots and proofs that RFC 6962's implementations test with (certificate-transparency-go).
ENTRIES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSION = {
    (0, 1): [],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
}
CONSISTENCY = {
    (1, 1): [],
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
}

trees = st.lists(st.binary(max_size=8), min_size=1, max_size=40)


def _defined_root(entries: list[bytes]) -> bytes:
    """The root as RFC 9162 section 2.1.1 writes it down."""
    if len(entries) < 2:
        return sha256(b"\x00" + entries[0]).digest() if entries else sha256().digest()
    split = 1
    while split * 2 < len(entries):
        split *= 2
    return sha256(b"\x01" + _defined_root(entries[:split]) + _defined_root(entries[split:])).digest()


@pytest.mark.parametrize("size", range(9))
def test_root_is_the_published_one(size: int) -> None:
    assert root(ENTRIES[:size]).hex() == ROOTS[size]


@pytest.mark.parametrize(("index", "size"), INCLUSION)
def test_inclusion_proof_is_the_published_one(index: int, size: int) -> None:
    assert [value.hex() for value in inclusion_proof(ENTRIES[:size], index)] == INCLUSION[index, size]


@pytest.mark.parametrize(("old", "new"), CONSISTENCY)
def test_consistency_proof_is_the_published_one(old: int, new: int) -> None:
    assert [value.hex() for value in consistency_proof(ENTRIES[:new], old)] == CONSISTENCY[old, new]


@given(trees)
def test_root_is_as_defined(entries: list[bytes]) -> None:
    assert root(entries) == _defined_root(entries)


@settings(max_examples=60)
@given(trees)
def test_every_inclusion_proof_verifies_at_its_place_only(entries: list[bytes]) -> None:
    whole, size = root(entries), len(entries)
    for index, entry in enumerate(entries):
        proof = inclusion_proof(entries, index)
        assert verify_inclusion(leaf_hash(entry), index, size, proof, whole)
        assert not verify_inclusion(leaf_hash(entry + b"x"), index, size, proof, whole)
        assert not verify_inclusion(leaf_hash(entry), index, size, [*proof, bytes(32)], whole)
        assert not verify_inclusion(leaf_hash(entry), index, size, proof[:-1], whole) or not proof


@settings(max_examples=60)
@given(trees, st.data())
def test_a_flipped_byte_fails_an_inclusion_proof(entries: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(entries) - 1))
    proof, whole, leaf = inclusion_proof(entries, index), root(entries), leaf_hash(entries[index])
    everything = bytearray(b"".join([leaf, whole, *proof]))
    everything[data.draw(st.integers(0, len(everything) - 1))] ^= data.draw(st.integers(1, 255))
    leaf, whole, *proof = (bytes(everything[i : i + 32]) for i in range(0, len(everything), 32))
    assert not verify_inclusion(leaf, index, len(entries), proof, whole)


@settings(max_examples=60)
@given(trees, st.data())
def test_every_consistency_proof_verifies_until_a_byte_flips(entries: list[bytes], data: st.DataObject) -> None:
    new = len(entries)
    old = data.draw(st.integers(1, new))
    proof, before, after = consistency_proof(entries, old), root(entries[:old]), root(entries)
    assert verify_consistency(old, new, before, after, proof)
    assert not verify_consistency(old, new, before, after, [*proof, bytes(32)])
    everything = bytearray(b"".join([before, after, *proof]))
    everything[data.draw(st.integers(0, len(everything) - 1))] ^= data.draw(st.integers(1, 255))
    old_root, new_root, *proof = (bytes(everything[i : i + 32]) for i in range(0, len(everything), 32))
    assert not verify_consistency(old, new, old_root, new_root, proof)


def test_the_empty_tree_is_the_beginning_of_every_tree() -> None:
    empty = sha256().digest()
    assert consistency_proof(ENTRIES, 0) == []
    assert verify_consistency(0, 8, empty, root(ENTRIES), [])
    assert verify_consistency(0, 0, empty, empty, [])
    assert not verify_consistency(0, 8, root(ENTRIES), root(ENTRIES), [])
    assert not verify_consistency(0, 8, empty, root(ENTRIES), [bytes(32)])
    assert not verify_consistency(0, 0, empty, bytes(32), [])


def test_equal_sizes_need_equal_roots_and_an_empty_proof() -> None:
    whole = root(ENTRIES)
    assert consistency_proof(ENTRIES, 8) == []
    assert verify_consistency(8, 8, whole, whole, [])
    assert not verify_consistency(8, 8, whole, bytes(32), [])
    assert not verify_consistency(8, 8, whole, whole, [bytes(32)])


@pytest.mark.parametrize("index", [-1, 8, 2**70])
def test_inclusion_proof_refuses_a_place_outside_of_the_tree(index: int) -> None:
    with pytest.raises(ValueError, match="leaf"):
        inclusion_proof(ENTRIES, index)


def test_inclusion_proof_of_the_empty_tree_is_refused() -> None:
    with pytest.raises(ValueError, match="leaf"):
        inclusion_proof([], 0)


@pytest.mark.parametrize("old", [-1, 9])
def test_consistency_proof_refuses_a_size_outside_of_the_tree(old: int) -> None:
    with pytest.raises(ValueError, match="never had"):
        consistency_proof(ENTRIES, old)


@pytest.mark.parametrize(
    ("leaf", "index", "size", "proof", "whole"),
    [
        (leaf_hash(b""), -1, 8, [bytes(32)] * 3, bytes(32)),
        (leaf_hash(b""), 8, 8, [bytes(32)] * 3, bytes(32)),
        (leaf_hash(b""), 0, 0, [], bytes(32)),
        (leaf_hash(b""), True, 8, [bytes(32)] * 3, bytes(32)),
        (leaf_hash(b""), 0, "8", [bytes(32)] * 3, bytes(32)),
        (b"short", 0, 8, [bytes(32)] * 3, bytes(32)),
        (leaf_hash(b""), 0, 8, [b"short"] * 3, bytes(32)),
        (leaf_hash(b""), 0, 8, ["x" * 32] * 3, bytes(32)),
        (leaf_hash(b""), 0, 8, None, bytes(32)),
        (leaf_hash(b""), 0, 1, [], None),
    ],
)
def test_a_malformed_proof_fails_without_an_error(leaf, index, size, proof, whole) -> None:  # type: ignore[no-untyped-def]
    assert verify_inclusion(leaf, index, size, proof, whole) is False
    assert verify_consistency(index, size, leaf, whole, proof) is False
