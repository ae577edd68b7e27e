"""Writing to the journal: in the caller's transaction, canonical, without a lock that queues writers."""

import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.db import connection

from journal.kinds import KINDS
from journal.models import Entry, Unsealed

SALT_BYTES = 16


def canonical(value: Any) -> str:
    """The one JSON text of ``value``: sorted keys, no spaces, UTF-8, instants in UTC, decimals as text.

    Text is taken as it is: no Unicode normalisation. Raises TypeError for what has no one text (a float, a set, a
    date without a zone's hour, a key that is no text), ValueError for a naive instant, a decimal that is no number
    and a character that no database keeps.
    """
    return json.dumps(_plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def append(kind: str, *, at: datetime, actor: str, subject: str, facts: dict[str, Any]) -> Entry:
    """Add one entry, in the transaction that does the thing it tells of.

    ``at`` is the act's instant by the clock of record. ``facts`` holds no personal data: codes, counts, marks,
    salted hashes. Raises ValueError for an unknown kind or outside a transaction, and what :func:`canonical` does.
    """
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is not a kind of the journal.")
    if not connection.in_atomic_block:
        raise ValueError("A journal entry stands in the transaction of its act.")
    body = body_of(kind=kind, at=at, actor=actor, subject=subject, facts=facts)
    entry = Entry.objects.create(
        kind=kind, at=at, actor=actor, subject=subject, facts=json.loads(body)["facts"], body=body
    )
    Unsealed.objects.create(entry=entry)
    return entry


def body_of(*, kind: str, at: datetime, actor: str, subject: str, facts: dict[str, Any]) -> str:
    """The canonical text of an entry: what is hashed, and what a proof carries."""
    return canonical({"kind": kind, "at": at, "actor": actor, "subject": subject, "facts": facts})


def salted(value: str | bytes, salt: bytes) -> str:
    """HMAC-SHA-256 of ``value`` under ``salt``, hexadecimal: names a thing without telling it.

    The salt is random (16 bytes at least, ValueError otherwise) and kept with the personal data: when both are
    erased, the hash tells nothing any more, not even to who guesses the value.
    """
    if len(salt) < SALT_BYTES:
        raise ValueError(f"A salt has {SALT_BYTES} bytes at least.")
    return hmac.new(salt, value.encode() if isinstance(value, str) else value, sha256).hexdigest()


def _plain(value: Any) -> Any:
    """``value`` in the types of JSON that have one text only."""
    match value:
        case None | bool():
            return value
        case str():
            return _text(value)
        case int():
            return int(value)
        case Decimal():
            return _decimal(value)
        case datetime():
            return _instant(value)
        case list() | tuple():
            return [_plain(item) for item in value]
        case Mapping():
            return {_key(key): _plain(item) for key, item in value.items()}
    raise TypeError(f"The journal takes no {type(value).__name__}.")


def _text(value: str) -> str:
    text = str.__str__(value)  # the value of a TextChoices, not its name
    if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError("The journal takes no NUL and no lone surrogate: a database can't keep them.")
    return text


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise TypeError(f"A fact is named by a text, not by a {type(key).__name__}.")
    return _text(key)


def _decimal(value: Decimal) -> str:
    if not value.is_finite():
        raise ValueError("The journal takes no decimal that is not a number.")
    return format(value, "f")


def _instant(value: datetime) -> str:
    if value.tzinfo is None or value.utcoffset() is None:
        raise ValueError("The journal takes no instant without a time zone.")
    return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
