"""The signed archive: a bare Python accepts it, and refuses it with one byte changed anywhere."""

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from accounts import roles
from applications.models import Document
from evaluations import archiving, erasure, final_report
from evaluations.models import CampaignArchive
from journal import checkpoint, clock, keys, notes
from journal.bundles import MANIFEST, SIGNATURE, Bundle
from journal.models import Entry
from postings.models import Posting
from tests import cast
from tests.factories import late_stages
from tests.journal.programs import SCRIPTS, programs

pytestmark = pytest.mark.django_db
JOURNAL = "registre/inscriptions.jsonl"


def run(path: Path, *arguments: str, script: str = "verify") -> tuple[int, str]:
    """The program alone: without the site, without its packages."""
    command = [sys.executable, "-I", str(SCRIPTS / script), str(path), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.stderr == ""
    return done.returncode, done.stdout


@pytest.fixture(autouse=True)
def nothing_written(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    yield
    assert not (SCRIPTS / "__pycache__").exists()


def key() -> str:
    return keys.verifier(settings.PMP_JOURNAL_ORIGIN, keys.public_key())


@pytest.fixture
def campaign() -> Posting:
    """Decided, told to all, reported on; the register knows of somebody else too."""
    roles.open_account(email="ailleurs@exemple.example")
    posting = late_stages.notified(2).posting
    final_report.issue(posting=posting, by=cast.hr())
    return posting


def make(posting: Posting, *, documents: bool = True) -> CampaignArchive:
    archive = archiving.ask(posting=posting, documents=documents, by=cast.hr())
    archiving.make_due()
    archive.refresh_from_db()
    return archive


@pytest.fixture
def archive(campaign: Posting, tmp_path: Path) -> Path:
    with archiving.take(archive=make(campaign), by=cast.auditor()) as content:
        (tmp_path / "archive.zip").write_bytes(content.read())
    return tmp_path / "archive.zip"


def entries(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def signed(path: Path, content: dict[str, bytes]) -> Path:
    """An archive of other content, under the register's own signature."""
    kept = {name: value for name, value in content.items() if name not in (MANIFEST, SIGNATURE)}
    about = {k: v for k, v in json.loads(content[MANIFEST]).items() if k not in ("format", "version", "entries")}
    with path.open("wb") as out:
        bundle = Bundle(out, about)
        for name, value in kept.items():
            bundle.add(name, value)
        bundle.close()
    return path


def _the_ranking_is_computed_again(content: dict[str, bytes], folder: Path) -> None:
    (folder / "inscriptions.jsonl").write_bytes(content[JOURNAL])
    code, told = run(folder / "inscriptions.jsonl", script="recompute")
    assert (code, "EXACT" in told) == (0, True)


def _another_campaigns_entries_are_there_as_hashes_alone(content: dict[str, bytes]) -> None:
    subjects = {json.loads(line)["subject"].partition(":")[0] for line in content[JOURNAL].splitlines()}
    assert subjects <= {"posting", "application", "notice", "clock"}
    assert len(content["registre/feuilles.txt"].splitlines()) > len(content[JOURNAL].splitlines())


def test_a_bare_python_accepts_it_and_says_what_it_checked(archive: Path, tmp_path: Path) -> None:
    content = entries(archive)
    count = len(content) - 2
    for script in ("verify", "verify-archive"):
        code, told = run(archive, "--key", key(), script=script)
        assert code == 0, told
        assert f"les {count} fichiers sont ceux du manifeste, octet pour octet" in told
        assert "proces-verbal/signe.pdf : son empreinte est inscrite au registre" in told
        assert "rapport/rapport-final.pdf : son empreinte est inscrite au registre" in told
        assert "la décision est, dossier par dossier, celle qui est inscrite au registre" in told
        assert "L'ARCHIVE EST BONNE." in told
    folders = {name.partition("/")[0] for name in content}
    assert folders == {
        "LISEZMOI.txt", "programmes", "avis", "registre", "recepisses", "lettres", "proces-verbal", "decision", "rapport",
        "resultats", "pieces", MANIFEST, SIGNATURE,
    }  # fmt: skip
    documents = [name for name in content if name.startswith("pieces/") and name.endswith(".pdf")]
    assert len(documents) == Document.objects.count() > 0
    _another_campaigns_entries_are_there_as_hashes_alone(content)
    _the_ranking_is_computed_again(content, tmp_path)


def test_without_a_key_it_says_whose_word_it_takes(archive: Path) -> None:
    code, told = run(archive)
    assert code == 0
    assert "ATTENTION" in told
    assert keys.fingerprint(keys.public_key()) in told
    other = Ed25519PrivateKey.generate().public_key()
    code, told = run(archive, "--key", keys.verifier(settings.PMP_JOURNAL_ORIGIN, other))
    assert (code, "N'EST PAS VALABLE" in told) == (1, True)


def test_one_byte_changed_anywhere_is_found(archive: Path, tmp_path: Path) -> None:
    """In the middle of each part, all through the first header and the last, and all along what follows the last part."""
    verify, module = programs()
    whole = archive.read_bytes()
    with zipfile.ZipFile(archive) as opened:
        infos = opened.infolist()
        directory = opened.start_dir
    content = [i.header_offset + 30 + len(i.filename) + i.file_size // 2 for i in infos]
    first, last = infos[0], infos[-1]
    headers = [o for i in (first, last) for o in range(i.header_offset, i.header_offset + 30 + len(i.filename))]
    ends = [*range(directory, directory + 46), *range(directory, len(whole), 53), *range(len(whole) - 22, len(whole))]
    kept, broken = [], tmp_path / "broken.zip"
    for offset in [*content, *headers, *ends]:
        changed = bytearray(whole)
        changed[offset] ^= 1
        broken.write_bytes(changed)
        try:
            module.check(broken, key(), None, verify)
        except (verify.Wrong, verify.Unreadable):
            continue
        kept.append(offset)
    assert kept == []
    broken.write_bytes(whole)
    module.check(broken, key(), None, verify)  # it was the byte, and nothing else


def _zip(content: dict[str, bytes] | list[tuple[str, bytes]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, value in content.items() if isinstance(content, dict) else content:
            made.writestr(zipfile.ZipInfo(name), value)
    return out.getvalue()


def _renamed(content: dict[str, bytes]) -> dict[str, bytes]:
    return {("avis/annonce.txt" if name == "avis/avis.txt" else name): value for name, value in content.items()}


TAMPERED: dict[str, Callable[[bytes, dict[str, bytes]], bytes]] = {
    "repacked": lambda whole, content: _zip(content),
    "added": lambda whole, content: _zip({"de-plus.txt": b"!", **content}),
    "removed": lambda whole, content: _zip({k: v for k, v in content.items() if k != "avis/avis.txt"}),
    "renamed": lambda whole, content: _zip(_renamed(content)),
    "doubled": lambda whole, content: _zip([*list(content.items())[:1], *content.items()]),
    "bytes before": lambda whole, content: b"PK" + whole,
    "bytes after": lambda whole, content: whole + b"\0",
    "cut short": lambda whole, content: whole[: len(whole) // 2],
    "empty": lambda whole, content: b"",
    "no zip": lambda whole, content: b"PK\x03\x04 rien",
}


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_an_archive_packed_otherwise_is_refused(archive: Path, tmp_path: Path) -> None:
    whole, content = archive.read_bytes(), entries(archive)
    for what, tamper in TAMPERED.items():
        path = tmp_path / "tampered.zip"
        path.write_bytes(tamper(whole, content))
        code, told = run(path, "--key", key())
        assert code in (1, 2), what
        assert "EST BONNE" not in told, what


def test_the_registers_own_key_does_not_make_another_story_true(archive: Path, tmp_path: Path) -> None:
    """Who holds the key signs another archive: what the register says still convicts it."""
    content = entries(archive)
    lines = content[JOURNAL].splitlines(keepends=True)
    decision = content["decision/decision.json"].replace(b'"retained"', b'"not_retained"')
    others = {
        "proces-verbal/signe.pdf": b"%PDF-1.7 un autre",
        "rapport/rapport-final.pdf": b"%PDF-1.7 un autre",
        "rapport/releve.json": b"{}",
        "avis/avis.txt": b"Un autre avis.",
        "avis/regles.json": b"{}",
        "decision/decision.json": decision,
        JOURNAL: b"".join([*lines[:3], lines[4], lines[3].replace(b'"actor": "', b'"actor": "x'), *lines[5:]]),
        "registre/feuilles.txt": b"".join(reversed(content["registre/feuilles.txt"].splitlines(keepends=True))),
    }
    document = next(name for name in content if "/depot/" in name)
    for path, value in {**others, document: b"%PDF-1.7 une autre"}.items():
        code, told = run(signed(tmp_path / "other.zip", {**content, path: value}), "--key", key())
        assert (code, "EST BONNE" in told) == (1, False), path


def test_a_checkpoint_kept_elsewhere_is_held_against_it(archive: Path, tmp_path: Path) -> None:
    path = tmp_path / "empreinte.txt"
    path.write_bytes(entries(archive)["registre/empreinte.txt"])
    code, told = run(archive, "--key", key(), "--checkpoint", str(path))
    assert code == 0
    assert "l'empreinte que vous avez apportée est celle des" in told
    known = checkpoint.latest()
    assert known is not None
    lie = notes.sign(notes.Tree(settings.PMP_JOURNAL_ORIGIN, 3, sha256(b"lie").digest()), keys.signing_key())
    path.write_text(lie, encoding="utf-8")
    code, told = run(archive, "--key", key(), "--checkpoint", str(path))
    assert (code, "contredit le registre" in told) == (1, True)


def test_hr_asks_once_the_decision_is_notified() -> None:
    ruling = late_stages.decided(2)
    with pytest.raises(ValidationError, match="notifiée"):
        archiving.ask(posting=ruling.posting, documents=False, by=cast.hr())
    for person in (cast.auditor(), cast.authority(), cast.juror(1), cast.candidate(1)):
        with pytest.raises(PermissionDenied):
            archiving.ask(posting=ruling.posting, documents=False, by=person)


def test_asked_twice_it_is_made_once_and_the_register_tells_all(campaign: Posting) -> None:
    first = archiving.ask(posting=campaign, documents=False, by=cast.hr())
    assert archiving.ask(posting=campaign, documents=True, by=cast.hr()) == first
    assert (archiving.make_due(), archiving.make_due()) == (1, 0)
    first.refresh_from_db()
    assert (first.is_kept, first.done) == (True, first.total)
    with pytest.raises(PermissionDenied):
        archiving.take(archive=first, by=cast.juror(1))
    archiving.take(archive=first, by=cast.hr()).close()
    kinds = list(Entry.objects.filter(kind__startswith="archive.").values_list("kind", flat=True))
    assert kinds == ["archive.asked", "archive.made", "archive.downloaded"]
    assert Entry.objects.get(kind="archive.made").facts["sha256"] == first.sha256


def test_one_that_a_worker_died_over_is_begun_again(campaign: Posting) -> None:
    asked = archiving.ask(posting=campaign, documents=False, by=cast.hr())
    CampaignArchive.objects.update(leased_until=clock.real() + archiving.LEASE, done=3, total=9)
    assert archiving.make_due() == 0  # someone is at it
    CampaignArchive.objects.update(leased_until=clock.real() - timedelta(seconds=1))
    assert archiving.make_due() == 1
    asked.refresh_from_db()
    assert asked.is_kept


def test_what_is_erased_meanwhile_is_in_no_archive(campaign: Posting, monkeypatch: pytest.MonkeyPatch) -> None:
    """An erasure that comes while a worker writes: what it wrote is thrown away, and begun again without what went."""
    asked = archiving.ask(posting=campaign, documents=True, by=cast.hr())
    write = archiving._write

    def write_and_erase(archive: CampaignArchive, out: Any) -> int:
        count = write(archive, out)
        archiving.erase(posting=campaign)
        return count

    monkeypatch.setattr(archiving, "_write", write_and_erase)
    assert archiving.make_due() == 0
    asked.refresh_from_db()
    assert (asked.finished_at, asked.file.name) == (None, "")
    monkeypatch.setattr(archiving, "_write", write)
    assert archiving.make_due() == 1


def test_a_lost_file_is_named_and_the_rest_is_there(campaign: Posting, tmp_path: Path) -> None:
    lost = Document.objects.order_by("pk").first()
    assert lost is not None
    Path(lost.file.path).unlink()
    archive = make(campaign)
    with archive.file.open("rb") as content:
        (tmp_path / "archive.zip").write_bytes(content.read())
    missing = json.loads(entries(tmp_path / "archive.zip")[MANIFEST])["missing"]
    assert missing == [f"pieces/{lost.application.dossier_code}/depot/01-{lost.requirement.code}.pdf"]
    code, told = run(tmp_path / "archive.zip", "--key", key())
    assert (code, missing[0] in told) == (0, True)


def test_it_goes_with_the_data_in_it_and_its_hash_stays(campaign: Posting) -> None:
    archive = make(campaign)
    path = Path(archive.file.path)
    clock.move_by(timedelta(days=campaign.retention_days + 1), by="test")
    erasure.erase_due()
    archive.refresh_from_db()
    assert (archive.is_kept, bool(archive.erased_at), len(archive.sha256)) == (False, True, 64)
    assert Entry.objects.filter(kind="archive.erased").count() == 1
    assert archive.file.name == ""
    assert path.name.startswith("secretaire-general-")


def test_what_was_made_stays_as_it_was(campaign: Posting) -> None:
    archive = make(campaign, documents=False)
    for change in ({"sha256": "0" * 64}, {"finished_at": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            CampaignArchive.objects.filter(pk=archive.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        archive.delete()


def test_the_command_leaves_one_that_is_good(campaign: Posting, tmp_path: Path) -> None:
    path = tmp_path / "c.zip"
    call_command("archive", campaign.slug, str(path), documents=True, stdout=io.StringIO())
    assert run(path, "--key", key())[0] == 0
    for slug, words in (("personne", "Aucun avis"), (campaign.slug, "existe déjà")):
        with pytest.raises(CommandError, match=words):
            call_command("archive", slug, str(path), stdout=io.StringIO())
