"""Writing to the journal: in the caller's transaction, canonical, without a lock that queues writers."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from journal.kinds import KINDS
from journal.models import Entry


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"The journal takes no {type(value).__name__}.")


def canonical(value: Any) -> str:
    """The one JSON text of ``value``: sorted keys, no spaces, UTF-8, no floats."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_plain, allow_nan=False)


def append(kind: str, *, at: datetime, actor: str, subject: str, facts: dict[str, Any]) -> Entry:
    """Add one entry, in the transaction that does the thing it tells of.

    ``at`` is the act's instant by the clock of record. ``facts`` holds no personal data: codes, counts,
    marks, salted hashes. Raises ValueError for an unknown kind or outside a transaction.
    """
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is not a kind of the journal.")
    if not connection.in_atomic_block:
        raise ValueError("A journal entry stands in the transaction of its act.")
    body = canonical({"kind": kind, "at": at, "actor": actor, "subject": subject, "facts": facts})
    return Entry.objects.create(kind=kind, at=at, actor=actor, subject=subject, facts=json.loads(body)["facts"], body=body)
