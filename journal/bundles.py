"""A signed bundle: a ZIP that has one form only, so that a program of a hundred lines can account for each of its bytes.

Entries are stored, not compressed, in the order of the manifest, with ASCII names and no date; the manifest and its
signature come last. The signature is a signed note like a checkpoint's, under a name of its own (``ORIGIN/archive``, so
that neither passes for the other): the number of entries, and the manifest's SHA-256. ``script/verify-archive`` reads it
without a line of this code; ``docs/journal.md`` has the format.
"""

import json
import re
import struct
import zlib
from collections.abc import Iterable
from hashlib import sha256
from typing import IO, Any

from django.conf import settings

from journal import keys, notes

FORMAT = "pmp-campaign-archive"
MANIFEST, SIGNATURE = "MANIFESTE.json", "MANIFESTE.sig"
#: What a path may be: relative, in ASCII, of parts that no system takes for anything else.
PATH = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*", re.ASCII)
PATH_LENGTH = 200
_LARGE, _MANY = 0xFFFFFFFF, 0xFFFF
_CHUNK = 1 << 20
#: The first of January 1980, midnight: the ZIP's own beginning of time. The manifest says when it was made.
_DAY = 0x0021


class Bundle:
    """A bundle while it is written into ``out``, a seekable file that is empty. :meth:`close` signs it.

    :meth:`add` raises ValueError for a path that is none, that comes twice (letters' case aside), or of four gigabytes.
    """

    def __init__(self, out: IO[bytes], about: dict[str, Any]) -> None:
        self._out, self._about = out, about
        self._central: list[bytes] = []
        self._seen: set[str] = set()
        self.entries: list[dict[str, Any]] = []

    def add(self, path: str, content: bytes | Iterable[bytes]) -> None:
        """Write an entry, whole or in chunks."""
        size, digest = self._write(path, [content] if isinstance(content, bytes) else content)
        self.entries.append({"path": path, "size": size, "sha256": digest})

    def add_file(self, path: str, file: IO[bytes]) -> None:
        """Write an entry from an open file."""
        self.add(path, iter(lambda: file.read(_CHUNK), b""))

    def close(self) -> None:
        """Write the manifest, its signature, and the ZIP's directory."""
        stated = {"format": FORMAT, "version": 1, **self._about, "entries": self.entries}
        manifest = (json.dumps(stated, ensure_ascii=False, indent=1) + "\n").encode()
        self._write(MANIFEST, [manifest])
        self._write(SIGNATURE, [self._signed(manifest).encode()])
        start = self._out.tell()
        self._out.writelines(self._central)
        self._out.write(_end(len(self._central), start, self._out.tell() - start))

    def _signed(self, manifest: bytes) -> str:
        stated = notes.Tree(archive_name(settings.PMP_JOURNAL_ORIGIN), len(self.entries), sha256(manifest).digest())
        return notes.sign(stated, keys.signing_key())

    def _write(self, path: str, chunks: Iterable[bytes]) -> tuple[int, str]:
        if not PATH.fullmatch(path) or len(path) > PATH_LENGTH or path.casefold() in self._seen:
            raise ValueError(f"{path!r} is no path of a bundle, or stands in it already.")
        self._seen.add(path.casefold())
        start, name = self._out.tell(), path.encode("ascii")
        self._out.write(_header(name, 0, 0))
        size, crc, digest = 0, 0, sha256()
        for chunk in chunks:
            self._out.write(chunk)
            size, crc = size + len(chunk), zlib.crc32(chunk, crc)
            digest.update(chunk)
        if size >= _LARGE:
            self._out.seek(start)
            self._out.truncate()
            raise ValueError(f"{path} is too large for a bundle.")
        end = self._out.tell()
        self._out.seek(start)
        self._out.write(_header(name, crc, size))
        self._out.seek(end)
        self._central.append(_central(name, crc, size, start))
        return size, digest.hexdigest()


def archive_name(origin: str) -> str:
    """Under what name the register's key signs bundles."""
    return f"{origin}/archive"


def _header(name: bytes, crc: int, size: int) -> bytes:
    return struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, 0, 0, 0, _DAY, crc, size, size, len(name), 0) + name


def _central(name: bytes, crc: int, size: int, start: int) -> bytes:
    """The entry's line in the directory; one that begins beyond four gigabytes says where in a field of its own."""
    extra = struct.pack("<2HQ", 1, 8, start) if start >= _LARGE else b""
    version, offset = (45, _LARGE) if extra else (20, start)
    fixed = (b"PK\x01\x02", version, version, 0, 0, 0, _DAY, crc, size, size, len(name), len(extra), 0, 0, 0, 0, offset)
    return struct.pack("<4s6H3L5H2L", *fixed) + name + extra


def _end(count: int, start: int, length: int) -> bytes:
    """The ZIP's last record, after those of ZIP64 where the numbers need them."""
    large = b""
    if count >= _MANY or start >= _LARGE or length >= _LARGE:
        large = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, length, start)
        large += struct.pack("<4sLQL", b"PK\x06\x07", 0, start + length, 1)
    shown = (min(count, _MANY), min(count, _MANY), min(length, _LARGE), min(start, _LARGE))
    return large + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, *shown, 0)
