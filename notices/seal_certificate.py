"""The certificate of the institution's electronic seal (cachet électronique): read from the settings, or a demonstration.

``PMP_SEAL`` in the settings holds what ``docs/operations.md`` lists: ``key_bundle`` (PKCS#12, or PEM with the key, its
certificate and the chain), ``password``, ``former`` (PEM, certificates that sealed before), ``required``, ``tsa`` (URL) and
``tsa_roots`` (PEM). A rehearsal never sees it: it seals with an authority of its own, plainly named so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from notices import seal_demonstration

Key = RSAPrivateKey | EllipticCurvePrivateKey
_PEM = b"-----BEGIN"


@dataclass(frozen=True)
class Material:
    """What seals: the private key, its certificate, and those above it; ``demonstration``: worth nothing, and says so."""

    key: Key
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]
    demonstration: bool = False

    @property
    def holder(self) -> str:
        return common_name(self.certificate)

    def valid_at(self, moment: datetime) -> bool:
        return self.certificate.not_valid_before_utc <= moment <= self.certificate.not_valid_after_utc


def common_name(certificate: x509.Certificate) -> str:
    """Whose certificate it is, in a word: its common name, or the whole name when it has none."""
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else certificate.subject.rfc4514_string()


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 of the certificate, hexadecimal."""
    return certificate.fingerprint(SHA256()).hex()


def read(bundle: bytes, password: str) -> Material:
    """The key, its certificate and the chain of a PKCS#12 or PEM bundle. Raises ImproperlyConfigured for anything else."""
    secret = password.encode() or None
    try:
        if _PEM in bundle:
            found, certificates = load_pem_private_key(bundle, secret), x509.load_pem_x509_certificates(bundle)
        else:
            store = load_pkcs12(bundle, secret)
            found = store.key  # type: ignore[assignment]
            own = [store.cert] if store.cert else []
            certificates = [held.certificate for held in [*own, *store.additional_certs]]
    except (ValueError, TypeError) as error:
        raise ImproperlyConfigured(
            "PMP_SEAL is neither PKCS#12 nor PEM with a key and its certificates, or PMP_SEAL_PASSWORD doesn't open it."
        ) from error
    if not isinstance(found, RSAPrivateKey | EllipticCurvePrivateKey):
        raise ImproperlyConfigured("PMP_SEAL must hold an RSA or elliptic-curve key.")
    return _of_key(found, certificates)


def _of_key(key: Key, certificates: Sequence[x509.Certificate]) -> Material:
    own = [held for held in certificates if held.public_key() == key.public_key()]
    if not own:
        raise ImproperlyConfigured("PMP_SEAL holds no certificate of its key.")
    usage = _usage(own[0])
    if usage is not None and not (usage.digital_signature or usage.content_commitment):
        raise ImproperlyConfigured("PMP_SEAL: the certificate's key usage allows no signature.")
    return Material(key, own[0], tuple(held for held in certificates if held != own[0]))


def _usage(certificate: x509.Certificate) -> x509.KeyUsage | None:
    try:
        return certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return None


def certificates(pem: str, name: str) -> list[x509.Certificate]:
    """The certificates of a PEM text that the variable ``name`` gave; none when it is empty."""
    if not pem.strip():
        return []
    try:
        return x509.load_pem_x509_certificates(pem.encode())
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} is no list of certificates in PEM.") from error


@lru_cache(maxsize=4)
def _opened(bundle: bytes, password: str) -> Material:
    """Opening a PKCS#12 takes a tenth of a second, on purpose: once a process."""
    return read(bundle, password)


@lru_cache(maxsize=4)
def _demonstration(pem: bytes) -> Material:
    material = read(pem, "")
    return Material(material.key, material.certificate, material.chain, demonstration=True)


def current() -> Material | None:
    """What documents are sealed with, valid or not; None where nothing is: no certificate is set, and it is no rehearsal."""
    if settings.PMP_REHEARSAL:
        return _demonstration(seal_demonstration.bundle())
    bundle = settings.PMP_SEAL["key_bundle"]
    return _opened(bundle, settings.PMP_SEAL["password"]) if bundle else None


def recognised() -> dict[str, Material | x509.Certificate]:
    """The certificates that this installation vouches for, today's and former ones, by fingerprint."""
    own = current()
    known: dict[str, Material | x509.Certificate] = {
        fingerprint(held): held for held in certificates(settings.PMP_SEAL["former"], "PMP_SEAL_FORMER")
    }
    if own is not None:
        known[fingerprint(own.certificate)] = own
    return known
