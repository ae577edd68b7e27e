"""Whether what the application leans on answers: broker, processes, storage, virus scanner."""

import secrets
import shutil
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from queue import Empty
from urllib.parse import urlsplit

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage
from kombu.exceptions import OperationalError
from kombu.simple import SimpleQueue

from applications.storages import StorageDown
from journal import heart
from pmp_recruit.celery import app
from pmp_recruit.checkups.verdict import NotConfigured

#: Bytes: a day of many uploads, and the database's own needs where they share the disk.
ROOM = 2 * 2**30
_ROLES = {
    "worker": "the worker of the closing and the journal",
    "mailer": "the mailer",
    "scheduler": "beat",
    "beat": "the round trip from beat to the worker",
}


def broker_carries_a_message() -> Iterator[str]:
    """A message goes to the broker and comes back, on a queue of its own."""
    name, word = f"{settings.PMP_QUEUE}-doctor-{secrets.token_hex(4)}", secrets.token_hex(8)
    try:
        with app.connection_for_write(connect_timeout=3) as line:
            line.ensure_connection(max_retries=1, interval_start=0, timeout=3)
            queue = SimpleQueue(line, name, queue_opts={"auto_delete": True})
            try:
                queue.put({"word": word})
                message = queue.get(timeout=5)
                message.ack()
                came = message.payload.get("word")
            finally:
                with suppress(Exception):  # a queue that can't be deleted is empty, and dies with the broker
                    queue.queue.delete()
                queue.close()
    except (OSError, OperationalError, Empty) as error:
        yield f"The broker carries nothing ({type(error).__name__}): is it running, is PMP_BROKER_URL right?"
        return
    if came != word:
        yield "The broker gave back another message: two installations share a queue. Give each its PMP_QUEUE."


def processes_are_alive() -> Iterator[str]:
    """Beat, worker and mailer were each seen within a minute."""
    for name, role in _ROLES.items():
        if heart.is_late(name):
            yield f"{role[0].upper()}{role[1:]} was not seen for a minute: start it (Procfile, or docker compose up)."


def storage_keeps_and_gives_back() -> Iterator[str]:
    """A file is written, read back and deleted where documents and letters are; the disk has room."""
    content = secrets.token_bytes(2_000)
    try:
        name = default_storage.save(f"doctor/{secrets.token_hex(8)}", ContentFile(content))
        try:
            with default_storage.open(name) as file:
                same = file.read() == content
        finally:
            default_storage.delete(name)
        if not same or default_storage.exists(name):
            yield "The storage gives back other bytes, or keeps what was deleted: look at its disk or bucket at once."
    except (OSError, StorageDown) as error:
        yield f"The storage refuses ({type(error).__name__}): look at its rights, its room and PMP_FILES_URL."
        return
    if isinstance(default_storage, FileSystemStorage):
        free = shutil.disk_usage(Path(settings.MEDIA_ROOT)).free
        if free < ROOM:
            yield f"{free / 2**30:.1f} GiB are left for the files: make room before the last days of a campaign."


def scanner_answers() -> Iterator[str]:
    """The virus scanner's daemon answers to PING."""
    if not settings.PMP_CLAMD:
        raise NotConfigured("PMP_CLAMD is not set: files are not scanned for viruses.")
    address = urlsplit(settings.PMP_CLAMD)
    unix = address.scheme == "unix"
    try:
        with socket.socket(socket.AF_UNIX if unix else socket.AF_INET, socket.SOCK_STREAM) as line:
            line.settimeout(5)
            line.connect(address.path if unix else (address.hostname or "", address.port or 3310))
            line.sendall(b"zPING\0")
            answer = line.recv(64)
    except OSError as error:
        yield f"clamd doesn't answer ({type(error).__name__}): every upload is refused until it does. Start it."
        return
    if not answer.startswith(b"PONG"):
        yield "What answers at PMP_CLAMD is not clamd: every upload is refused. Mend the address."
