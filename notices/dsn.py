"""What a delivery status notification says (RFC 3464). Pure, and suspicious: anybody can write to the mailbox it comes from.

Only the parts of a ``multipart/report`` itself are read, never what is nested deeper; every word kept is short, on one line
and without control characters.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from email import message_from_string
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from typing import Any

#: Bytes: the message it sends back comes whole from some servers, letter and all.
MOST = 5 * 1024 * 1024
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
_ID = re.compile(r"<[^<>\s]{1,190}>")
_UNSHOWABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff]+")


@dataclass(frozen=True)
class Report:
    """One recipient's fate. ``message_ids``: what the report says it is about; ``addresses``: of whom."""

    message_ids: tuple[str, ...]
    addresses: frozenset[str]
    action: str
    status: str
    detail: str


def line(value: Any, most: int) -> str:
    """Anything as one short line that can be stored and shown."""
    return " ".join(_UNSHOWABLE.sub(" ", str(value or "")).split())[:most]


def parse(raw: bytes) -> Message | None:
    """The message; None when it is too big, or too crooked to be taken apart."""
    if len(raw) > MOST:
        return None
    try:
        return BytesParser(policy=compat32).parsebytes(raw)
    except (ValueError, LookupError, TypeError, RecursionError):
        return None


def read(raw: bytes) -> Report | None:
    """The report in a message; None when there is none."""
    message = parse(raw)
    try:
        return _read(message) if message is not None else None
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None  # a header or a part that the parser itself can't make out


def excerpt(raw: bytes, most: int = 1000) -> str:
    """Enough of a message that is no report for a person to know what it is."""
    message = parse(raw)
    if message is None:
        return ""
    try:
        part = next((p for p in _parts(message) if p.get_content_type() == "text/plain"), message)
        content = part.get_payload(decode=True)
        said = content.decode("utf-8", errors="replace") if isinstance(content, bytes) else ""
        return line(f"{message.get('Subject', '')} – {said[: most * 2]}", most)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return ""


def _parts(message: Message) -> Sequence[Message]:
    payload = message.get_payload()
    return [part for part in payload[:10] if isinstance(part, Message)] if isinstance(payload, list) else [message]


def _read(message: Message) -> Report | None:
    if message.get_content_type() != "multipart/report":
        return None
    parts = _parts(message)
    status = next((part for part in parts if part.get_content_type() == "message/delivery-status"), None)
    blocks = status.get_payload() if status is not None else None
    if not isinstance(blocks, list) or len(blocks) < 2 or not isinstance(blocks[0], Message):
        return None
    recipients = [block for block in blocks[1:20] if isinstance(block, Message) and block.get("Action")]
    if not recipients:
        return None
    worst = next((block for block in recipients if _action(block) == "failed"), recipients[0])
    found = _STATUS.search(str(worst.get("Status", "")))
    ids = [*_ids(blocks[0].get("Original-Envelope-Id")), *(i for part in parts for i in _returned(part))]
    return Report(
        message_ids=tuple(dict.fromkeys(ids)),
        addresses=frozenset(
            filter(None, (_address(worst.get(name)) for name in ("Original-Recipient", "Final-Recipient")))
        ),
        action=_action(worst),
        status=found[0] if found else "",
        detail=line(worst.get("Diagnostic-Code"), 250),
    )


def _action(block: Message) -> str:
    return line(block.get("Action"), 20).lower()


def _address(value: Any) -> str:
    """``rfc822; someone@example.org`` as the address alone."""
    return line(value, 320).rpartition(";")[2].strip().strip("<>").casefold()


def _ids(value: Any) -> list[str]:
    said = line(value, 400)
    return _ID.findall(said) or ([f"<{said}>"] if "@" in said and " " not in said else [])


def _returned(part: Message) -> list[str]:
    """The Message-ID of the message that comes back, whole or by its headers."""
    kind, payload = part.get_content_type(), part.get_payload()
    if kind == "message/rfc822" and isinstance(payload, list) and payload and isinstance(payload[0], Message):
        return _ids(payload[0].get("Message-ID"))
    if kind == "text/rfc822-headers" and isinstance(payload, str):
        return _ids(message_from_string(payload[:100_000]).get("Message-ID"))
    return []
