"""A demonstration authority, made on the spot for a rehearsal: its seal is worth nothing, and its very name says so.

The root's private key is forgotten as soon as it has signed its one certificate: nobody can make another.
"""

import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from django.conf import settings

#: Begins the common name of both certificates.
MARK = "DÉMONSTRATION"
_ROOT = f"{MARK} – autorité de répétition, sans valeur"
_SEAL = f"{MARK} – cachet de répétition, sans valeur"
#: A rehearsal's clock may stand anywhere in these years.
_SINCE, _UNTIL = datetime(2000, 1, 1, tzinfo=UTC), datetime(2099, 12, 31, tzinfo=UTC)


def bundle() -> bytes:
    """The seal's key, its certificate and the root's, PEM; made on first need beside the rehearsal's other keys."""
    path: Path = settings.PMP_HOME / "keys" / "demonstration-seal.pem"
    if not path.exists():
        _keep(path, _made())
    return path.read_bytes()


def _named(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "MA"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, f"{MARK} – aucune institution"),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _usage(*, seals: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=seals,
        content_commitment=seals,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=not seals,
        crl_sign=not seals,
        encipher_only=False,
        decipher_only=False,
    )


def certify(
    name: x509.Name, key: ec.EllipticCurvePublicKey, issuer: x509.Name, by: ec.EllipticCurvePrivateKey, *, seals: bool
) -> x509.Certificate:
    """A certificate of ``key`` signed by the issuer's key: a seal's, or an authority's."""
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(_SINCE)
        .not_valid_after(_UNTIL)
        .add_extension(x509.BasicConstraints(ca=not seals, path_length=None if seals else 0), critical=True)
        .add_extension(_usage(seals=seals), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), critical=False)
        .sign(by, hashes.SHA256())
    )


def _made() -> bytes:
    root_key, seal_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root_name = _named(_ROOT)
    root = certify(root_name, root_key.public_key(), root_name, root_key, seals=False)
    seal = certify(_named(_SEAL), seal_key.public_key(), root_name, root_key, seals=True)
    private = seal_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return private + seal.public_bytes(Encoding.PEM) + root.public_bytes(Encoding.PEM)


def _keep(path: Path, pem: bytes) -> None:
    """Of two processes at once the first wins: the link appears whole, or is there already."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=".seal-")  # 0600
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        Path(draft).unlink()
