"""Uploaded files looked into in a process of its own, with bounds on time, memory and number at once.

The process (:mod:`applications.sandbox`) has no environment, may write and open no file, and, where the kernel grants it,
has no network. Whatever happens to it is a finding: a file that kills its reader is a file that won't do.
"""

import fcntl
import json
import logging
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings

MEMORY_BYTES = 768 * 1024 * 1024
#: Of processor, for a PDF of any size; a photo takes some 0.3, a PDF 0.2.
PDF_SECONDS, PHOTO_SECONDS = 15, 3
#: Of processor, to read the seals of one PDF, and what may be said of it.
SEAL_SECONDS, SEAL_BYTES = 8, 20_000
#: A machine that is busy gives a process less than it asks: what counts against a file is its own time, up to this.
PATIENCE = 2
#: How long one waits for another's file to be done with.
QUEUE_SECONDS = 5.0
#: The picture may add this much to what is asked for.
_PICTURE_BYTES = 2_000_000
_PNG_END = b"IEND\xaeB`\x82"
_START = "import sys; sys.path.insert(0, sys.argv[1]); from applications.sandbox.{task} import main; main()"
_ROOT = Path(__file__).resolve().parent.parent
_log = logging.getLogger(__name__)


class Busy(Exception):
    """The machine can't look into one more file now: too many are, and none was done in time, or it has no room."""


@dataclass(frozen=True)
class Findings:
    """``fault``: "" for a file that will do, else what won't, in the ``index``-th file; ``content`` is the joined PDF."""

    fault: str
    pages: int = 0
    index: int = 0
    content: bytes = b""
    preview: bytes = b""


def _is_free(place: BinaryIO) -> bool:
    """Take the place, until it is closed, if nobody has it."""
    try:
        fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def _slot(queue: str, places: int) -> Iterator[None]:
    """One of the places of a queue, that all web processes of this machine share. Raises Busy after QUEUE_SECONDS."""
    folder = Path(settings.PMP_HOME) / queue
    folder.mkdir(parents=True, exist_ok=True)
    until = time.monotonic() + QUEUE_SECONDS
    while True:
        for n in range(places):
            with (folder / str(n)).open("wb") as place:
                if _is_free(place):
                    yield
                    return
        if time.monotonic() >= until:
            raise Busy
        time.sleep(0.05)


def _until_end(process: subprocess.Popen[bytes], limit: int, seconds: float) -> bytes:
    """What the process says, up to ``limit`` bytes and ``seconds``."""
    assert process.stdout is not None  # noqa: S101 - asked for when it was started
    said, until = bytearray(), time.monotonic() + seconds
    while len(said) <= limit:
        left = until - time.monotonic()
        if left <= 0 or not select.select([process.stdout], [], [], left)[0]:
            break
        piece = os.read(process.stdout.fileno(), 1 << 16)
        if not piece:
            break
        said += piece
    return bytes(said)


def _run(task: str, files: Sequence[bytes], seconds: int, max_bytes: int) -> bytes:
    asked = {"sizes": [len(file) for file in files], "seconds": seconds, "memory": MEMORY_BYTES, "max_bytes": max_bytes}
    with tempfile.TemporaryFile() as given:
        given.write(json.dumps(asked).encode() + b"\n")
        for file in files:
            given.write(file)
        given.seek(0)
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and script; the files come by standard input
            [sys.executable, "-I", "-c", _START.format(task=task), str(_ROOT)],
            stdin=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            start_new_session=True,
        )
        try:
            return _until_end(process, max_bytes + _PICTURE_BYTES, seconds * PATIENCE)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            process.stdout.close()  # type: ignore[union-attr]


def _findings(said: bytes) -> Findings:
    line, _end, rest = said.partition(b"\n")
    try:
        answer = json.loads(line)
        size, error = answer.pop("content"), answer.pop("error")
        if error:
            _log.warning("A file's inspection failed: %s", error)
        picture = rest[size:]
        return Findings(**answer, content=rest[:size], preview=picture if picture.endswith(_PNG_END) else b"")
    except (ValueError, KeyError, TypeError):
        _log.warning("A file's inspection ended without an answer.")
        return Findings("heavy")


def _ask(task: str, files: Sequence[bytes], seconds: int, max_bytes: int, *, apart: bool = False) -> Findings:
    """Raises Busy, too, for what the machine lacks: room for the file, or for one more process.

    ``apart``: in a queue of its own, one at a time, so that what strangers ask takes no place from candidates.
    """
    queue, places = ("readings", 1) if apart else ("inspections", settings.PMP_INSPECTIONS)
    try:
        with _slot(queue, places):
            return _findings(_run(task, files, seconds, max_bytes))
    except OSError as error:
        _log.error("No file can be looked into: %s", error)
        raise Busy from error


def inspect(content: bytes) -> Findings:
    """Look into a PDF. One that exhausts its bounds, or kills its reader, is found too heavy. Raises Busy."""
    return _ask("examine", [content], PDF_SECONDS, 0)


def join(photos: tuple[bytes, ...], max_bytes: int) -> Findings:
    """Join photos, in their order, into a PDF of at most ``max_bytes``. Raises Busy."""
    return _ask("join", photos, PDF_SECONDS + PHOTO_SECONDS * len(photos), max_bytes)


def read_seals(files: Sequence[bytes], roots: str) -> list[dict[str, Any]]:
    """The electronic seals of each PDF (``applications.sandbox.seals.Read``); time stamps trusted under ``roots``, PEM.

    What exhausts its bounds has the fault "heavy", all the files of the call with it. Raises Busy.
    """
    seconds = SEAL_SECONDS + len(files)
    found = _ask("seals", [*files, roots.encode()], seconds, SEAL_BYTES * len(files), apart=True)
    if found.fault:
        return [{"fault": found.fault, "seals": []} for _file in files]
    read: list[dict[str, Any]] = json.loads(found.content)
    return read
