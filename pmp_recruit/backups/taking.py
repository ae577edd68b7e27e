"""Taking a backup while people work.

The database is dumped at one instant, and the files that its rows name at that same instant are copied afterwards. They
are written once and never rewritten, and each is in the storage before its row is committed: what the rows name is there,
but for what somebody deleted in the minutes between, which the manifest tells (``gone``). Left out: files on their way
(``uploads/``: their senders send the rest again, or all), and every key and password.
"""

from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import FileField, Model

from journal import clock, keys
from journal.models import Checkpoint
from pmp_recruit.backups import databases
from pmp_recruit.backups.manifest import DUMPS, FILES, Manifest, Stored, Unusable, copy, measure, write


def file_fields() -> Iterator[tuple[type[Model], FileField]]:
    """Every field of any model that names a stored file."""
    for model in apps.get_models():
        yield from ((model, field) for field in model._meta.concrete_fields if isinstance(field, FileField))


def named_files() -> Iterator[str]:
    """The name of every stored file that a row names."""
    for model, field in file_fields():
        rows = model._default_manager.exclude(**{field.attname: ""}).exclude(**{field.attname: None})
        yield from rows.order_by().values_list(field.attname, flat=True).iterator(chunk_size=1_000)


def take(folder: Path) -> tuple[Manifest, str]:
    """Write a whole backup into a new folder; its manifest, and the SHA-256 to keep apart. Raises Unusable, OSError."""
    if folder.exists() and any(folder.iterdir()):
        raise Unusable(f"{folder} is not empty: give each backup a folder of its own.")
    for private in (folder, folder / FILES):
        private.mkdir(mode=0o700, parents=True, exist_ok=True)
    dumped = folder / DUMPS[connection.vendor]
    made_at = clock.real().isoformat()
    with databases.one_instant() as snapshot:
        databases.dump(dumped, snapshot)
        manifest = _described(made_at, measure(dumped))
        names = sorted(set(named_files()))
    for name in names:
        stored = _copy(name, folder / FILES / name)
        if stored is None:
            manifest.gone.append(name)
        else:
            manifest.files[name] = stored
    if manifest.gone:
        # A row that still names one is no deletion: the storage lost it.
        manifest.lost = sorted(set(manifest.gone) & set(named_files()))
        manifest.gone = sorted(set(manifest.gone) - set(manifest.lost))
    return manifest, write(folder, manifest)


def _described(made_at: str, database: Stored) -> Manifest:
    last = Checkpoint.objects.order_by("-size").first()
    applied = MigrationRecorder(connection).applied_migrations()
    return Manifest(
        vendor=connection.vendor,
        made_at=made_at,
        database=database,
        migrations=sorted(".".join(name) for name in applied),
        journal_origin=settings.PMP_JOURNAL_ORIGIN,
        journal_key=keys.fingerprint(keys.public_key()),
        journal_size=last.size if last else 0,
        journal_root=last.root_hex if last else "",
    )


def _copy(name: str, target: Path) -> Stored | None:
    """What was copied; None for what was deleted since the rows were read."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with default_storage.open(name, "rb") as source, target.open("xb") as copied:
            target.chmod(0o600)
            return copy(source, copied)
    except FileNotFoundError:
        target.unlink(missing_ok=True)
        return None
