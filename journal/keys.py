"""The register's signing key: from the settings, or made once under ``PMP_HOME``."""

import os
import tempfile
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

_ED25519 = b"\x01"  # the signature type in a signed note


def signing_key() -> Ed25519PrivateKey:
    """The private key. Raises ImproperlyConfigured when it is no Ed25519 key, or when production has none set."""
    if settings.PMP_JOURNAL_KEY:
        return _load(settings.PMP_JOURNAL_KEY.replace("\\n", "\n").encode(), "PMP_JOURNAL_KEY")
    if settings.PRODUCTION:
        raise ImproperlyConfigured("Production needs PMP_JOURNAL_KEY (or _FILE): an Ed25519 private key in PEM.")
    path = settings.PMP_HOME / "keys" / "journal.pem"
    if not path.exists():
        _make(path)
    return _load(path.read_bytes(), str(path))


def public_key() -> Ed25519PublicKey:
    """The key that anyone verifies with."""
    return signing_key().public_key()


def raw(key: Ed25519PublicKey) -> bytes:
    """The 32 bytes of a public key."""
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def fingerprint(key: Ed25519PublicKey) -> str:
    """SHA-256 of the public key's 32 bytes, hexadecimal, in groups of four: short enough to print and compare."""
    digits = sha256(raw(key)).hexdigest()
    return " ".join(digits[i : i + 4] for i in range(0, len(digits), 4))


def key_id(name: str, key: Ed25519PublicKey) -> bytes:
    """The four bytes that name a key in a signed note (C2SP signed-note, signature type 1)."""
    return sha256(name.encode() + b"\n" + _ED25519 + raw(key)).digest()[:4]


def verifier(name: str, key: Ed25519PublicKey) -> str:
    """The public key as one word, ``name+id+base64``, the way tools for signed notes take it."""
    return f"{name}+{key_id(name, key).hex()}+{b64encode(_ED25519 + raw(key)).decode()}"


def _load(pem: bytes, source: str) -> Ed25519PrivateKey:
    try:
        key = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError) as error:
        raise ImproperlyConfigured(f"{source} is not a private key in PEM without a password.") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise ImproperlyConfigured(f"{source} is not an Ed25519 key.")
    return key


def _make(path: Path) -> None:
    """Write a new key. Of two processes at once the first wins: the link appears whole, or is there already."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=".journal-")  # 0600
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())
        Path(path).hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        Path(draft).unlink()
