"""Signed bundles: one form only, paths that stay inside, and a signature that is no checkpoint's."""

import io
import sys
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest
from django.conf import settings

from journal import bundles, keys, notes
from journal.bundles import MANIFEST, SIGNATURE, Bundle, archive_name
from tests.journal.programs import programs


@pytest.fixture(autouse=True)
def nothing_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)


ESCAPES = (
    "../evade.txt",
    "/etc/passwd",
    "avis/../../x",
    "a\\b",
    "avis//x",
    ".x",
    "é.txt",
    "c:x",
    "",
    "a\nb",
    "x" * 201,
)


def _stated(*paths: str) -> dict[str, object]:
    return {"entries": [{"path": path, "size": 0, "sha256": "0" * 64} for path in paths]}


@pytest.mark.parametrize("path", ESCAPES)
def test_a_path_that_escapes_is_refused_whoever_signed_it(path: str) -> None:
    verify, module = programs()
    with pytest.raises(verify.Wrong, match="chemin"):
        module.listed(_stated("avis/avis.txt", path), verify)
    with pytest.raises(ValueError, match="no path"):
        Bundle(io.BytesIO(), {}).add(path, b"")


def test_a_path_twice_is_refused_whoever_signed_it() -> None:
    verify, module = programs()
    for twice in ("avis/avis.txt", "AVIS/avis.TXT", MANIFEST):
        with pytest.raises(verify.Wrong, match="deux fois"):
            module.listed(_stated("avis/avis.txt", twice), verify)
    bundle = Bundle(io.BytesIO(), {})
    bundle.add("a", b"")
    with pytest.raises(ValueError, match="already"):
        bundle.add("A", b"")


def test_a_bundle_too_long_for_a_plain_zip_says_so_in_both_programs() -> None:
    """Beyond 65,535 entries or four gigabytes a ZIP speaks otherwise: the maker and the checker agree on how."""
    _verify, module = programs()
    for count, start, length in ((3, 100, 50), (70_000, 100, 50), (3, 5 << 30, 50), (3, 0xFFFFFFFF, 50)):
        assert bundles._end(count, start, length) == module.ending(count, start, length)
        assert bundles._central(b"a", 1, 2, start) == module.central(b"a", 1, 2, start)


def test_many_entries_make_a_zip_that_others_read(tmp_path: Path) -> None:
    verify, module = programs()
    path = tmp_path / "many.zip"
    with path.open("wb") as out:
        bundle = Bundle(out, {})
        for number in range(66_000):
            bundle.add(f"n/{number}", b"x")
        bundle.close()
    with zipfile.ZipFile(path) as opened:
        assert (len(opened.namelist()), opened.read("n/65999")) == (66_002, b"x")
    with path.open("rb") as file:
        archive = module.Archive(file, verify)
        ends = zip((MANIFEST, SIGNATURE), archive.last_two(), strict=True)
        listed = [(row["path"], row["size"], row["sha256"]) for row in bundle.entries]
        archive.account_for([*listed, *((name, size, None) for name, (_start, size) in ends)])
        assert len(archive.places) == 66_002


def test_a_checkpoint_signs_no_manifest_and_a_manifest_no_checkpoint() -> None:
    origin, signing = settings.PMP_JOURNAL_ORIGIN, keys.signing_key()
    note = notes.sign(notes.Tree(archive_name(origin), 3, sha256(b"x").digest()), signing)
    assert notes.verify(note, keys.public_key()).origin != origin
    renamed = note.replace(f"{origin}/archive", origin)
    with pytest.raises(notes.BadNote):
        notes.verify(renamed, keys.public_key())
