"""Where documents, letters and minutes are kept: a private folder, or a private bucket that speaks S3.

Both give bytes to our own pages alone, which check who asks; neither has public addresses. Both also keep a file that
arrives in pieces (:mod:`applications.uploads`): as one growing file on a disk; in a bucket, where nothing grows, as an
object a piece, ``name@offset``, which are read, measured and deleted as one.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, NoReturn, Protocol, cast

from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import transaction
from storages.backends.s3 import S3Storage

#: Bytes: above any document; what is larger, such as an archive, goes through a temporary file.
IN_MEMORY = 32 * 1024 * 1024


class StorageDown(Exception):
    """The bucket doesn't answer, or refuses us: nothing was kept, nothing is lost. No OSError, so that nobody takes it
    for a file that is missing."""


class Files(Protocol):
    """What an upload in pieces needs of a storage beyond Django's own."""

    def write_piece(self, name: str, offset: int, piece: bytes) -> None:
        """Keep ``piece`` from ``offset`` on, in the place of whatever came after it; certain once it returns.

        Raises OSError, StorageDown.
        """

    def settle(self, name: str) -> None:
        """Return once a saved file is certain to outlive a crash. Raises OSError, StorageDown."""

    def whole_name(self, stored: str) -> str:
        """The name of the file that what is stored under a name is a piece of."""


def files() -> Files:
    """The storage of the settings."""
    return cast(Files, default_storage)


def delete_later(*names: str) -> None:
    """Delete stored files once the caller's transaction is committed. What a storage that is away refuses then is logged,
    and left to the hourly sweep (:mod:`applications.orphans`): the act itself is done."""

    def delete() -> None:
        for name in names:
            default_storage.delete(name)

    transaction.on_commit(delete, robust=True)


class PrivateFolder(FileSystemStorage):
    """A folder that only the application reads."""

    def url(self, name: str | None) -> NoReturn:
        raise ValueError("A stored file has no public address: a page of ours serves it.")

    def write_piece(self, name: str, offset: int, piece: bytes) -> None:
        path = Path(self.path(name))
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:  # noqa: PTH123 - private from its birth
            file.truncate(offset)  # what was written before a crash, and is not in the row
            file.seek(offset)
            file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        if not offset:
            _sync_folder(path.parent)

    def settle(self, name: str) -> None:
        with open(self.path(name), "rb") as stored:  # noqa: PTH123 - fsync wants a descriptor
            os.fsync(stored.fileno())

    def whole_name(self, stored: str) -> str:
        return stored


def _sync_folder(folder: Path) -> None:
    """Have the disk keep the names in a folder, as fsync has it keep the bytes of a file."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _answered() -> Iterator[None]:
    """Raise StorageDown for whatever boto makes of a bucket that doesn't answer or refuses."""
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise StorageDown(type(error).__name__) from error


class PrivateBucket(S3Storage):
    """A bucket that only the application reads. What it gives is fetched whole before it is given."""

    def url(self, name: str | None, *_arguments: Any, **_options: Any) -> NoReturn:
        raise ValueError("A stored file has no public address: a page of ours serves it.")

    # --- pieces ---

    def write_piece(self, name: str, offset: int, piece: bytes) -> None:
        """The same offset again, after a crash before the row's commit, takes the place of the first."""
        with _answered():
            key = self._key(f"{name}@{offset:012}")
            self.bucket.Object(key).put(Body=piece, **self._get_write_parameters(key))

    def settle(self, name: str) -> None:
        """A bucket answers once the object is kept."""

    def whole_name(self, stored: str) -> str:
        return stored.partition("@")[0]

    def _key(self, name: str) -> str:
        return str(self._normalize_name(name))

    def _pieces(self, name: str) -> list[Any]:
        """The objects of a file in pieces that follow on from one another; raises FileNotFoundError without a first."""
        kept, end = [], 0
        for found in self.bucket.objects.filter(Prefix=self._key(name) + "@"):
            if int(found.key.rpartition("@")[2]) != end:
                break
            kept.append(found)
            end += found.size
        if not kept:
            raise FileNotFoundError(name)
        return kept

    # --- Django's own ---

    def _open(self, name: str, mode: str = "rb") -> "File[Any]":
        if "w" in mode or "a" in mode:
            raise ValueError("A stored file is written whole, by save().")
        with _answered():
            try:
                stored: File[Any] = super()._open(name, "rb")
                if stored.size > IN_MEMORY:
                    stored.open()  # fetched now, to a temporary file on this disk: reading it fails no more
                    return stored
                with stored:
                    content = stored.read()
            except FileNotFoundError:
                content = b"".join(piece.get()["Body"].read() for piece in self._pieces(name))
        return ContentFile(content, name=name)

    def _save(self, name: str, content: "IO[bytes] | File[Any]") -> str:
        with _answered():
            return str(super()._save(name, content))

    def delete(self, name: str) -> None:
        with _answered():
            super().delete(name)
            for piece in self.bucket.objects.filter(Prefix=self._key(name) + "@"):
                piece.delete()

    def exists(self, name: str) -> bool:
        with _answered():
            return bool(super().exists(name))

    def size(self, name: str) -> int:
        with _answered():
            try:
                return int(super().size(name))
            except FileNotFoundError:
                return sum(piece.size for piece in self._pieces(name))

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        with _answered():
            folders, names = super().listdir(path)
            return folders, names

    def get_modified_time(self, name: str) -> Any:
        with _answered():
            return super().get_modified_time(name)
