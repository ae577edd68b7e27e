"""What a backup holds, said by itself: ``manifest.json``, whose own SHA-256 is kept apart."""

import json
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

from django.core.files.base import File

VERSION = 1
NAME, FILES = "manifest.json", "files"
#: The dump's name by the database's vendor.
DUMPS = {"postgresql": "database.dump", "sqlite": "database.sqlite3"}
_PIECE = 1024 * 1024


class Unusable(Exception):
    """The backup can't be taken, or must not be restored; the words say why and what to do."""


@dataclass(frozen=True)
class Stored:
    """One file or dump: its size in bytes, its SHA-256."""

    size: int
    sha256: str


@dataclass
class Manifest:
    """``migrations`` are those applied; ``gone`` names the files that were deleted while the backup ran, rows and all;
    ``lost`` those that rows name and the storage had no more."""

    vendor: str
    made_at: str
    database: Stored
    migrations: list[str]
    journal_origin: str
    journal_key: str
    journal_size: int
    journal_root: str
    files: dict[str, Stored] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    version: int = VERSION


def copy(source: "IO[bytes] | File[Any]", target: IO[bytes]) -> Stored:
    """Copy, and tell what was copied."""
    digest, size = sha256(), 0
    while piece := source.read(_PIECE):
        digest.update(piece)
        size += len(piece)
        target.write(piece)
    return Stored(size, digest.hexdigest())


def measure(path: Path) -> Stored:
    """What stands on the disk. Raises OSError."""
    with path.open("rb") as file:
        return Stored(path.stat().st_size, digest_of(file))


def digest_of(file: "IO[bytes] | File[Any]") -> str:
    """The SHA-256 of what is read, piece by piece: an archive doesn't fit in memory."""
    digest = sha256()
    while piece := file.read(_PIECE):
        digest.update(piece)
    return digest.hexdigest()


def write(folder: Path, manifest: Manifest) -> str:
    """Write it last, so that a backup cut short has none; its SHA-256."""
    content = json.dumps(asdict(manifest), ensure_ascii=False, indent=1, sort_keys=True).encode()
    draft = folder / f".{NAME}.part"
    draft.write_bytes(content)
    draft.chmod(0o600)
    draft.replace(folder / NAME)
    return sha256(content).hexdigest()


def read(folder: Path) -> Manifest:
    """Raises Unusable for a folder that holds no whole backup of a version that is known."""
    try:
        known = json.loads((folder / NAME).read_text(encoding="utf-8"))
        known["database"] = Stored(**known["database"])
        known["files"] = {name: Stored(**stored) for name, stored in known["files"].items()}
        manifest = Manifest(**known)
    except FileNotFoundError as error:
        raise Unusable(f"{folder} holds no {NAME}: it is no backup, or one that was cut short.") from error
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise Unusable(f"{folder / NAME} can't be read: it is damaged, or of another version.") from error
    if manifest.version != VERSION or manifest.vendor not in DUMPS:
        raise Unusable(f"The backup is of version {manifest.version}, which this code doesn't know.")
    return manifest


def damaged(folder: Path, manifest: Manifest) -> list[str]:
    """The names of what is missing from the backup, changed, or not in its manifest."""
    held = {DUMPS[manifest.vendor]: manifest.database}
    held |= {f"{FILES}/{name}": stored for name, stored in manifest.files.items()}
    found = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file() and path != folder / NAME}
    wrong = found ^ set(held)
    wrong |= {name for name in found & set(held) if measure(folder / name) != held[name]}
    return sorted(wrong)
