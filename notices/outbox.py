"""Owing a message: prepare, approve, release, recall."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.models import User
from journal import clock
from journal.append import append
from notices.kinds import KINDS
from notices.models import Attachment, Notice, NoticeState


@dataclass(frozen=True)
class Enclosure:
    """A small text sent with a notice."""

    name: str
    content_type: str
    content: str


def enqueue(
    *,
    key: str,
    kind: str,
    to: User | str,
    context: dict[str, Any],
    at: datetime | None = None,
    campaign: str = "",
    subject: str = "",
    enclosures: Iterable[Enclosure] = (),
) -> Notice:
    """Owe a message, in the transaction of the act that owes it. The same key twice gives the same row.

    ``to`` is an account or a bare address; ``context`` the merge fields of the kind, plain JSON, times as
    ISO 8601. A kind without approval is released at once. Raises ValueError for an unknown kind or field.
    """
    rule = KINDS[kind]
    if set(context) != rule.fields:
        raise ValueError(f"{kind}: fields {sorted(set(context) ^ rule.fields)} are missing or unknown.")
    moment = at or clock.now()
    recipient = to if isinstance(to, User) else None
    notice, created = Notice.objects.get_or_create(
        key=key,
        defaults={
            "kind": kind,
            "campaign": campaign,
            "subject": subject,
            "recipient": recipient,
            "address": recipient.email if recipient else to,
            "context": context,
            "created_at": moment,
            "state": NoticeState.PREPARED if rule.approval else NoticeState.RELEASED,
            "released_at": None if rule.approval else moment,
        },
    )
    if created:
        Attachment.objects.bulk_create(
            Attachment(notice=notice, name=e.name, content_type=e.content_type, content=e.content) for e in enclosures
        )
        append("notice.prepared", at=moment, actor="system", subject=f"notice:{notice.public_id}", facts={"kind": kind})
    return notice
