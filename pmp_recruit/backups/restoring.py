"""Restoring a backup: nothing is touched before the whole of it is known to be sound and to fit this code."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from journal import fsck, keys
from journal.models import Checkpoint
from pmp_recruit.backups import databases
from pmp_recruit.backups.manifest import DUMPS, FILES, NAME, Manifest, Unusable, damaged, digest_of, read
from pmp_recruit.backups.taking import file_fields, named_files


def restore(folder: Path, *, expected: str = "", replace: bool = False, migrate: bool = False) -> Manifest:
    """Put a backup in the place of an empty installation, or of any other with ``replace``.

    ``expected`` is the manifest's SHA-256 as it was kept apart; ``migrate`` applies what this code adds to the database.
    Raises Unusable before anything was touched, or when the dump won't go in.
    """
    manifest = read(folder)
    if expected and sha256((folder / NAME).read_bytes()).hexdigest() != expected:
        raise Unusable("The manifest is not the one whose SHA-256 you kept: this is another backup, or a changed one.")
    if wrong := damaged(folder, manifest):
        raise Unusable(f"{len(wrong)} files of the backup are missing, changed or strange: {', '.join(wrong[:5])}.")
    _refuse_what_does_not_fit(manifest, migrate=migrate)
    if not replace and not (databases.is_empty() and _no_file()):
        raise Unusable("This installation is not empty: give another database and PMP_HOME, or --replace what is here.")
    databases.restore(folder / DUMPS[manifest.vendor])
    for name in manifest.files:
        _put(name, folder / FILES / name)
    if migrate:
        call_command("migrate", verbosity=0, interactive=False)
    return manifest


def _refuse_what_does_not_fit(manifest: Manifest, *, migrate: bool) -> None:
    if manifest.vendor != connection.vendor:
        raise Unusable(f"The backup is of {manifest.vendor}, and PMP_DATABASE_URL names {connection.vendor}.")
    ours = {".".join(name) for name in MigrationLoader(None).disk_migrations}
    if newer := set(manifest.migrations) - ours:
        raise Unusable(f"The backup is newer than this code ({min(newer)}, …): deploy the version that made it.")
    if not migrate and (older := ours - set(manifest.migrations)):
        raise Unusable(
            f"This code is newer than the backup ({min(older)}, …): restore with the version that made it, or --migrate."
        )


def _no_file(folder: str = "") -> bool:
    """Whether the storage holds no file at all; empty folders are nothing."""
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return True
    return not files and all(_no_file(f"{folder}/{inner}".lstrip("/")) for inner in folders)


def _put(name: str, source: Path) -> None:
    """Under its own name: the row's word is final."""
    if default_storage.exists(name):
        default_storage.delete(name)
    with source.open("rb") as file:
        kept = default_storage.save(name, File(file))
    if kept != name:
        raise Unusable(f"The storage kept {name} as {kept}.")


def verify(manifest: Manifest) -> Iterator[str]:
    """What is wrong with what was restored, read again from the database and the storage themselves."""
    yield from (str(problem) for problem in fsck.check())
    last = Checkpoint.objects.order_by("-size").first()
    if (last.size if last else 0, last.root_hex if last else "") != (manifest.journal_size, manifest.journal_root):
        yield "The journal's last checkpoint is not the one that the manifest tells."
    if keys.fingerprint(keys.public_key()) != manifest.journal_key:
        yield "The journal's key here is another: give back the one that was kept apart (PMP_JOURNAL_KEY_FILE)."
    for name in sorted(set(named_files()) - set(manifest.files) - set(manifest.gone)):
        yield f"{name}: a row names a file that the backup has not; the storage had lost it"
    yield from _changed(manifest)


def _told() -> Iterator[tuple[str, str]]:
    """Each file whose SHA-256 its row tells: in ``minutes_sha256`` beside ``minutes``, in ``sha256`` beside ``file``."""
    for model, field in file_fields():
        fields = {known.name for known in model._meta.concrete_fields}
        beside = "sha256" if field.name == "file" else f"{field.name}_sha256"
        if beside in fields:
            rows = model._default_manager.exclude(**{field.attname: ""}).order_by()
            yield from rows.values_list(field.attname, beside).iterator(chunk_size=1_000)


def _changed(manifest: Manifest) -> Iterator[str]:
    """Each stored file that is not what the manifest says, and each that is not what its row says."""
    held: dict[str, str] = {}
    for name, stored in manifest.files.items():
        with default_storage.open(name, "rb") as file:
            held[name] = digest_of(file)
        if held[name] != stored.sha256:
            yield f"{name}: not what was in the backup"
    for name, told in _told():
        if name in held and held[name] != told:
            yield f"{name}: not what its row tells"
