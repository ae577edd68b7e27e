"""The virus scanner's word on a file: ClamAV, through its daemon, where ``PMP_CLAMD`` says how to reach it.

Speaks INSTREAM (clamd(8), COMMANDS): four bytes of length before each piece, a length of zero at the end.
"""

import logging
import socket
import struct
from urllib.parse import urlsplit

from django.conf import settings

SECONDS = 30.0
_PIECE = 1 << 16
_ANSWER_BYTES = 4096
_log = logging.getLogger(__name__)


class Infected(Exception):
    """A known signature was found. Which one is in the log: it says nothing to the person, and may be wrong."""


class Unavailable(Exception):
    """The scanner can't say. A file that can't be scanned where scanning was asked for isn't taken."""


def _connect() -> socket.socket:
    address = urlsplit(settings.PMP_CLAMD)
    if address.scheme == "unix":
        line = socket.socket(socket.AF_UNIX)
        line.settimeout(SECONDS)
        try:
            line.connect(address.path)
        except OSError:
            line.close()
            raise
        return line
    return socket.create_connection((address.hostname, address.port), timeout=SECONDS)


def _ask(content: bytes) -> str:
    with _connect() as line:
        line.sendall(b"zINSTREAM\0")
        for at in range(0, len(content), _PIECE):
            piece = content[at : at + _PIECE]
            line.sendall(struct.pack(">I", len(piece)) + piece)
        line.sendall(struct.pack(">I", 0))
        answer = b""
        while not answer.endswith(b"\0") and len(answer) < _ANSWER_BYTES:
            piece = line.recv(_ANSWER_BYTES)
            if not piece:
                break
            answer += piece
    return answer.rstrip(b"\0").decode("utf-8", "replace").strip()


def scan(content: bytes) -> None:
    """Raises Infected, or Unavailable unless the scanner found the file clean. Without a scanner configured, does nothing."""
    if not settings.PMP_CLAMD:
        return
    try:
        answer = _ask(content)
    except OSError as error:
        _log.error("The virus scanner can't be reached: %s", error)
        raise Unavailable from error
    if answer == "stream: OK":
        return
    if answer.endswith(" FOUND"):
        _log.warning("The virus scanner found %s", answer.removeprefix("stream: ").removesuffix(" FOUND"))
        raise Infected
    _log.error("The virus scanner answered %r", answer)
    raise Unavailable
