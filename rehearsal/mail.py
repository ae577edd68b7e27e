"""The mail that a rehearsal kept on disk instead of sending it: read back, message by message."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from pathlib import Path

from django.conf import settings
from django.http import Http404

from notices.models import Delivery, Notice

_NAME = re.compile(r"[0-9A-Za-z-]{1,200}\.eml")


@dataclass(frozen=True)
class Enclosure:
    """What came with a message."""

    number: int
    name: str
    content_type: str
    content: bytes

    @property
    def size(self) -> int:
        return len(self.content)


@dataclass(frozen=True)
class Heading:
    """A message as a list shows it; ``notice`` is the row that it was sent for."""

    name: str
    recipient: str
    subject: str
    notice: Notice | None

    @property
    def sent_at(self) -> datetime | None:
        """By the clock of record."""
        return self.notice.sent_at if self.notice else None


def _folder() -> Path:
    return Path(settings.PMP_MAIL_DIR)


def _notices(message_ids: Iterable[str]) -> dict[str, Notice]:
    deliveries = Delivery.objects.filter(message_id__in=list(message_ids)).select_related("notice")
    return {delivery.message_id: delivery.notice for delivery in deliveries}


def _header(message: EmailMessage, name: str) -> str:
    return str(message.get(name, ""))


def newest_first() -> list[Heading]:
    """All messages. Their names sort by the real time of sending."""
    parser = BytesHeaderParser(policy=policy.default)
    messages: dict[str, EmailMessage] = {}
    for path in sorted(_folder().glob("*.eml"), key=lambda p: p.name, reverse=True):
        with path.open("rb") as file:
            messages[path.name] = parser.parse(file)
    notices = _notices(_header(message, "Message-ID") for message in messages.values())
    return [
        Heading(name, _header(message, "To"), _header(message, "Subject"), notices.get(_header(message, "Message-ID")))
        for name, message in messages.items()
    ]


def get_message_or_404(name: str) -> EmailMessage:
    """The message kept under ``name``. The name is checked, so that it can lead nowhere else."""
    path = _folder() / name
    if not _NAME.fullmatch(name) or not path.is_file():
        raise Http404
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert isinstance(message, EmailMessage)  # noqa: S101 - the default policy makes no other
    return message


def body(message: EmailMessage, kind: str) -> str:
    """The « plain » or « html » text of a message; empty when it has none."""
    part = message.get_body(preferencelist=(kind,))
    return str(part.get_content()) if part is not None else ""


def enclosures(message: EmailMessage) -> list[Enclosure]:
    """What came with the message, numbered from 1."""
    return [_enclosure(number, part) for number, part in enumerate(message.iter_attachments(), 1)]


def _enclosure(number: int, part: EmailMessage) -> Enclosure:
    content = part.get_payload(decode=True)
    name = part.get_filename() or f"piece-{number}"
    return Enclosure(number, name, part.get_content_type(), content if isinstance(content, bytes) else b"")


def get_enclosure_or_404(message: EmailMessage, number: int) -> Enclosure:
    """One of them."""
    found = enclosures(message)
    if not 1 <= number <= len(found):
        raise Http404
    return found[number - 1]
