"""The mailbox that reports of non-delivery come to: IMAP, or a Maildir that a local server fills."""

import imaplib
import mailbox
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings

from notices.bounces import receive
from notices.dsn import MOST

#: Messages a turn: the sweep comes again.
_BATCH = 200
#: Seconds that the mail server may take for each answer.
_TIMEOUT = 20


def read_box() -> int:
    """Read what is new and mark it as read, one by one, after it is kept; how many. Nothing is deleted.

    Raises OSError or imaplib.IMAP4.error when the mailbox can't be read.
    """
    url = urlsplit(settings.PMP_BOUNCES_URL)
    if not url.scheme:
        return 0
    return _read_maildir(Path(unquote(url.path))) if url.scheme == "maildir" else _read_imap()


def _read_maildir(folder: Path) -> int:
    box = mailbox.Maildir(folder, create=False)
    count = 0
    for key, message in _unread(box):
        receive(raw=box.get_bytes(key), source="maildir")
        message.set_subdir("cur")
        message.add_flag("S")
        box[key] = message
        count += 1
    return count


def _unread(box: mailbox.Maildir) -> list[tuple[str, mailbox.MaildirMessage]]:
    found = ((key, box[key]) for key in sorted(box.keys()))
    return [(key, message) for key, message in found if "S" not in message.get_flags()][:_BATCH]


@contextmanager
def _connected() -> Iterator[imaplib.IMAP4]:
    url = urlsplit(settings.PMP_BOUNCES_URL)
    host, secure = url.hostname or "localhost", url.scheme == "imaps"
    port = url.port or (993 if secure else 143)
    line = imaplib.IMAP4_SSL(host, port, timeout=_TIMEOUT) if secure else imaplib.IMAP4(host, port, timeout=_TIMEOUT)
    with line:
        line.login(unquote(url.username or ""), unquote(url.password or ""))
        yield line


def _read_imap() -> int:
    folder = unquote(urlsplit(settings.PMP_BOUNCES_URL).path.strip("/")) or "INBOX"
    with _connected() as line:
        _done(line.select(f'"{folder}"'))
        numbers = _done(line.uid("search", "UNSEEN"))[0].split()[:_BATCH]
        for number in numbers:
            receive(raw=_fetched(line, number.decode()), source="imap")
            _done(line.uid("store", number.decode(), "+FLAGS.SILENT", "(\\Seen)"))
    return len(numbers)


def _fetched(line: imaplib.IMAP4, number: str) -> bytes:
    """A message's bytes, cut where none of ours could be so long; not marked as read yet."""
    for item in _done(line.uid("fetch", number, f"(BODY.PEEK[]<0.{MOST + 1}>)")):
        if isinstance(item, tuple):
            content: bytes = item[1]
            return content
    return b""


def _done(answer: tuple[str, list[Any]]) -> list[Any]:
    status, data = answer
    if status != "OK":
        raise imaplib.IMAP4.error(f"The mail server says {status}.")
    return data
