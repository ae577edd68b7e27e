"""A subject that nobody reads before its hour: encrypted when it is sealed, with a commitment in the register.

**What it protects against.** From the sealing to the opening no page shows the subject, not even HR's, and neither does
the database, a copy of it or a backup: they hold a ciphertext. The register holds, before the opening, HMAC-SHA-256 of the
subject under a random salt, and the salt from the opening on: anyone can then check that the subject opened is the
one that was sealed, and nobody can guess it before.

**What it doesn't protect against.** Who wrote the subject knows it, and may keep or tell it. The key is derived from the
installation's secret: whoever holds both that secret and the database (its operators, who takes the whole machine) can
open it. Nor does it prove when the text was written: only that it hasn't changed since the sealing. Should the secret be
lost or renewed without its predecessor in ``SECRET_KEY_FALLBACKS``, the subject is lost: HR keeps a copy, off the network.
"""

import base64
import json
import secrets
from dataclasses import dataclass
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from journal.append import canonical, salted

_PURPOSE = b"pmp_recruit: sealed subject of an exercise"
SALT_BYTES = 32


class SealBroken(Exception):
    """The ciphertext doesn't open with this installation's secret, or isn't what was committed to."""


@dataclass(frozen=True)
class Sealed:
    """What is kept, and what the register is told."""

    ciphertext: str
    commitment: str


@dataclass(frozen=True)
class Opened:
    """The subject again, with the salt by which its commitment can be checked."""

    subject: str
    documents: list[dict[str, str]]
    salt: str


def payload(subject: str, documents: list[dict[str, str]]) -> str:
    """The one text that is committed to: canonical JSON of the subject and its documents."""
    return canonical({"subject": subject, "documents": documents})


def _key(secret: str | bytes) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(
        secret.encode() if isinstance(secret, str) else secret
    )
    return Fernet(base64.urlsafe_b64encode(derived))


def _cipher() -> MultiFernet:
    return MultiFernet([_key(secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def seal(subject: str, documents: list[dict[str, str]]) -> Sealed:
    """Encrypt the subject and commit to it under a new salt, which goes into the ciphertext too."""
    salt, text = secrets.token_bytes(SALT_BYTES), payload(subject, documents)
    inside = json.dumps({"salt": salt.hex(), "payload": text})
    return Sealed(_cipher().encrypt(inside.encode()).decode(), salted(text, salt))


def unseal(sealed: Sealed) -> Opened:
    """Raises SealBroken for a ciphertext of another secret, or one whose subject isn't what was committed to."""
    try:
        inside: dict[str, str] = json.loads(_cipher().decrypt(sealed.ciphertext.encode()))
    except InvalidToken as error:
        raise SealBroken from error
    if salted(inside["payload"], bytes.fromhex(inside["salt"])) != sealed.commitment:
        raise SealBroken
    text: dict[str, Any] = json.loads(inside["payload"])
    return Opened(text["subject"], text["documents"], inside["salt"])
