"""A campaign is backed up while it lives, destroyed, and restored elsewhere: its journal and its receipts verify."""

import json
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from io import StringIO
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import LazySettings
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection

from applications.models import Application, Document
from journal import checkpoint, keys, proofs
from journal.models import Entry
from notices import letters
from notices.models import Letter, Notice
from pmp_recruit.backups import manifest as manifests
from pmp_recruit.backups.manifest import Unusable
from pmp_recruit.backups.restoring import restore
from pmp_recruit.backups.taking import named_files
from postings.models import Posting
from tests import cast
from tests.factories import applications as factory
from tests.repo.sources import ROOT

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass(frozen=True)
class Elsewhere:
    """A new machine: a database with nothing in it, an empty home, and the journal's key that was kept apart."""

    url: str
    home: Path

    def run(self, *command: str) -> tuple[int, str]:
        """Run a command of ours there; its exit code and all that it said."""
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "pmp_recruit.settings",
            "PMP_DATABASE_URL": self.url,
            "PMP_HOME": str(self.home),
            "PMP_JOURNAL_KEY_FILE": str(self.home.parent / "kept" / "journal.pem"),
            "PMP_REHEARSAL": "1",
        }
        done = subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr


@pytest.fixture
def elsewhere(tmp_path: Path, settings: LazySettings) -> Iterator[Elsewhere]:
    keys.signing_key()
    (tmp_path / "kept").mkdir()
    shutil.copy(settings.PMP_HOME / "keys" / "journal.pem", tmp_path / "kept" / "journal.pem")
    home = tmp_path / "home"
    home.mkdir()
    if connection.vendor == "sqlite":
        yield Elsewhere(f"sqlite:///{home / 'restored.sqlite3'}", home)
        return
    known, name = connection.settings_dict, f"elsewhere_{secrets.token_hex(4)}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    yield Elsewhere(f"postgres://{known['USER']}@{quote(known['HOST'], safe='')}/{name}", home)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def campaign(settings: LazySettings, tmp_path: Path) -> Posting:
    """Two files handed in and one draft, their letters drawn, the journal sealed; a file on its way beside them."""
    settings.MEDIA_ROOT = tmp_path / "files"
    posting = factory.open_posting()
    factory.submitted(posting, cast.candidate(1))
    factory.submitted(posting, cast.candidate(2))
    factory.fill(factory.draft(posting, cast.candidate(3)))
    for notice in Notice.objects.filter(kind="receipt"):
        letters.render(notice)
    checkpoint.seal()
    (tmp_path / "files" / "uploads").mkdir()
    (tmp_path / "files" / "uploads" / "on-its-way").write_bytes(b"half")
    return posting


def back_up(folder: Path) -> str:
    """Take one; the manifest's SHA-256 as it is printed."""
    out = StringIO()
    call_command("backup", str(folder), stdout=out)
    return next(line for line in out.getvalue().splitlines() if line.startswith("Manifest")).split()[-1]


def test_a_destroyed_campaign_is_restored_and_its_proofs_verify(
    campaign: Posting, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    entry = Entry.objects.filter(kind="application.submitted").earliest("id")
    proof = tmp_path / "receipt.json"
    proof.write_text(proofs.dump(proofs.prove(entry)), encoding="utf-8")
    key = json.loads(proof.read_text(encoding="utf-8"))["key"]
    told = {document.sha256 for document in Document.objects.all()}
    fingerprint = back_up(tmp_path / "backup")
    shutil.rmtree(tmp_path / "files")

    code, said = elsewhere.run("restore", str(tmp_path / "backup"), "--manifest", fingerprint)
    assert code == 0, said
    assert "The journal and every file verify" in said
    assert elsewhere.run("fsck")[0] == 0
    code, said = elsewhere.run("doctor", "--invariants")
    assert code == 0, said
    restored = {sha256(path.read_bytes()).hexdigest() for path in (elsewhere.home / "files" / "documents").iterdir()}
    assert restored == told
    program = (
        "from journal import proofs; from journal.models import Entry; import sys;"
        "sys.stdout.write(proofs.dump(proofs.prove(Entry.objects.filter(kind='application.submitted').earliest('id'))))"
    )
    code, again = elsewhere.run("shell", "--no-imports", "-c", program)
    assert code == 0, again
    proof.write_text(again, encoding="utf-8")
    verified = subprocess.run(
        [sys.executable, str(ROOT / "script" / "verify"), str(proof), "--key", key], capture_output=True, check=False
    )
    assert verified.returncode == 0, verified.stdout.decode()


def test_a_backup_holds_every_file_that_a_row_names_and_no_key(campaign: Posting, tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    fingerprint = back_up(folder)
    assert sha256((folder / "manifest.json").read_bytes()).hexdigest() == fingerprint
    held = {str(path.relative_to(folder / "files")) for path in (folder / "files").rglob("*") if path.is_file()}
    assert held == set(named_files())
    assert {name.split("/")[0] for name in held} == {"documents", "previews", "letters"}
    assert [path for path in [folder, *folder.rglob("*")] if path.stat().st_mode & 0o077] == []
    assert [path for path in folder.rglob("*") if path.is_file() and b"PRIVATE KEY" in path.read_bytes()] == []


def test_a_backup_wants_a_folder_of_its_own(campaign: Posting, tmp_path: Path) -> None:
    back_up(tmp_path / "backup")
    with pytest.raises(CommandError, match="is not empty"):
        call_command("backup", str(tmp_path / "backup"))


def test_a_file_that_the_storage_lost_is_an_error_and_the_rest_is_kept(campaign: Posting, tmp_path: Path) -> None:
    lost = Letter.objects.earliest("id").file.name
    default_storage.delete(lost)
    with pytest.raises(CommandError, match="1 files that rows name are not in the storage"):
        back_up(tmp_path / "backup")
    manifest = manifests.read(tmp_path / "backup")
    assert (manifest.lost, manifest.gone) == ([lost], [])
    assert len(manifest.files) == len(set(named_files())) - 1


def _change_a_file(folder: Path) -> None:
    path = next((folder / "files" / "documents").iterdir())
    path.write_bytes(path.read_bytes()[:-1] + b"x")


def _lose_a_file(folder: Path) -> None:
    next((folder / "files" / "letters").iterdir()).unlink()


def _add_a_file(folder: Path) -> None:
    (folder / "files" / "documents" / "strange.pdf").write_bytes(b"%PDF-")


def _change_the_dump(folder: Path) -> None:
    path = folder / manifests.DUMPS[connection.vendor]
    path.write_bytes(path.read_bytes() + b"\0")


def _lose_the_manifest(folder: Path) -> None:
    (folder / "manifest.json").unlink()


def _rewrite_the_manifest(folder: Path) -> None:
    path = folder / "manifest.json"
    path.write_text(path.read_text() + " ")


def _come_from_tomorrow(folder: Path) -> None:
    _edit(folder, migrations=["notices.9999_of_tomorrow"])


def _come_from_yesterday(folder: Path) -> None:
    known = json.loads((folder / "manifest.json").read_text())["migrations"]
    _edit(folder, migrations=known[:-1])


def _edit(folder: Path, **values: object) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


HARMS: list[tuple[Callable[[Path], None], bool, str]] = [
    (_change_a_file, True, "missing, changed or strange: files/documents/"),
    (_lose_a_file, True, "missing, changed or strange: files/letters/"),
    (_add_a_file, True, "strange.pdf"),
    (_change_the_dump, True, "missing, changed or strange: database."),
    (_lose_the_manifest, True, "it is no backup, or one that was cut short"),
    (_rewrite_the_manifest, True, "not the one whose SHA-256 you kept"),
    (_come_from_tomorrow, False, "newer than this code"),
    (_come_from_yesterday, False, "This code is newer than the backup"),
]


def test_what_is_damaged_or_does_not_fit_is_refused_before_anything_is_touched(
    campaign: Posting, tmp_path: Path
) -> None:
    """Asked where something stands, which is the last thing to be looked at."""
    fingerprint = back_up(tmp_path / "sound")
    before = Entry.objects.count()
    for harm, known, words in HARMS:
        folder = tmp_path / harm.__name__
        shutil.copytree(tmp_path / "sound", folder)
        harm(folder)
        with pytest.raises(Unusable, match=words):
            restore(folder, expected=fingerprint if known else "")
    with pytest.raises(Unusable, match="This installation is not empty"):
        restore(tmp_path / "sound", expected=fingerprint)
    assert Entry.objects.count() == before


def test_an_installation_with_something_in_it_is_replaced_only_when_told(
    campaign: Posting, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    back_up(tmp_path / "first")
    assert elsewhere.run("restore", str(tmp_path / "first"))[0] == 0
    factory.submitted(campaign, cast.candidate(4))
    checkpoint.seal()
    back_up(tmp_path / "second")
    code, said = elsewhere.run("restore", str(tmp_path / "second"))
    assert (code, "is not empty" in said) == (1, True), said
    code, said = elsewhere.run("restore", str(tmp_path / "second"), "--replace")
    assert code == 0, said
    count = "from applications.models import Application; print(Application.objects.count())"
    assert elsewhere.run("shell", "--no-imports", "-c", count)[1].strip() == str(Application.objects.count()) == "4"


def test_another_journal_key_is_told_after_the_restoration(
    campaign: Posting, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    back_up(tmp_path / "backup")
    (elsewhere.home.parent / "kept" / "journal.pem").write_text(_another_key())
    code, said = elsewhere.run("restore", str(tmp_path / "backup"))
    assert code == 1
    assert "The journal's key here is another" in said


def _another_key() -> str:
    done = subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519"], capture_output=True, text=True, check=True)
    return done.stdout
