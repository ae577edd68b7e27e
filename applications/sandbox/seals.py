"""The task of reading the electronic seals of PDFs: who signed, whether it holds, and how much of the file it covers.

The last file given is a PEM text: the roots that time stamps are trusted under. The answer is JSON, a :class:`Read` for
each PDF. Whether a certificate is one of ours is not decided here.
"""

import asyncio
import encodings.ascii
import encodings.idna
import encodings.latin_1
import encodings.utf_16
import encodings.utf_16_be
import io
import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any, TypedDict

from asn1crypto import cms, pem, x509
from cryptography.hazmat.backends.openssl import backend
from pyhanko.pdf_utils import crypt, filters
from pyhanko.pdf_utils.crypt import pdfmac
from pyhanko.pdf_utils.metadata import xmp_xml
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import SigningError
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import (
    extract_tst_data_iter,
    message_imprint_checker,
    validate_sig_integrity,
    validate_tst_signed_data,
)
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import TimestampSignatureStatus
from pyhanko_certvalidator import ValidationContext

from applications.sandbox.protocol import Picture, say, serve

#: Asked for by the libraries in the midst of their work, when no file opens any more: imported before the first byte is read.
LATER = (backend, crypt, filters, pdfmac, xmp_xml, encodings.ascii, encodings.idna, encodings.latin_1) + (
    encodings.utf_16,
    encodings.utf_16_be,
)
#: Who signs a document fifty times wants our time, not our opinion.
SEALS = 10
#: What names in certificates may take on a page.
_NAME = 120


class Stamp(TypedDict):
    """A time stamp: its instant, who gave it, whether it holds, and whether its authority is one that we were given."""

    at: str
    authority: str
    holds: bool
    trusted: bool


class Seal(TypedDict):
    """One signature. ``intact``: what it covers hasn't changed; ``genuine``: the key of the certificate made it;
    ``whole``: it covers every byte of the file but itself. Instants in ISO 8601, "" when there is none."""

    fingerprint: str
    holder: str
    organisation: str
    issuer: str
    not_before: str
    not_after: str
    intact: bool
    genuine: bool
    whole: bool
    at: str
    stamp: Stamp | None


class Read(TypedDict):
    """``fault``: "" or why the file's seals can't be read."""

    fault: str
    seals: list[Seal]


def _named(name: x509.Name, part: str) -> str:
    found = name.native.get(part, "")
    text = found if isinstance(found, str) else " ".join(map(str, found))
    return re.sub(r"[\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2066-\u2069]", "", text)[:_NAME]


def _covers_all(signature: EmbeddedPdfSignature, content: bytes) -> bool:
    """Whether nothing but the signature's own hexadecimal figures escapes it: stricter than most readers, on purpose."""
    ranges = [int(value) for value in signature.byte_range]
    if len(ranges) != 4 or ranges[0] != 0 or min(ranges) < 0 or ranges[2] + ranges[3] != len(content):
        return False
    gap, figures = content[ranges[1] : ranges[2]], bytes(signature.pkcs7_content).hex().encode()
    # Nothing hides in the room that was kept for the signature and not used: readers look no further than its end.
    unused = bytes(signature.pkcs7_content)[len(cms.ContentInfo.load(signature.pkcs7_content).dump()) :]
    return gap in (b"<" + figures + b">", b"<" + figures.upper() + b">") and not unused.strip(b"\x00")


def _stamped(signature: EmbeddedPdfSignature, roots: list[x509.Certificate]) -> Stamp | None:
    """The first time stamp, checked against the roots at its own instant; nothing is ever fetched."""
    for token in extract_tst_data_iter(signature.signer_info, signed=False):
        at: datetime = token["encap_content_info"]["content"].parsed["gen_time"].native
        context = ValidationContext(trust_roots=roots, moment=at, allow_fetching=False)
        found = asyncio.run(validate_tst_signed_data(token, context, message_imprint_checker(signature.signer_info)))
        status = TimestampSignatureStatus(**found)
        authority = _named(status.signing_cert.subject, "common_name")
        holds = bool(status.intact and status.valid)
        return Stamp(at=at.isoformat(), authority=authority, holds=holds, trusted=holds and bool(status.trusted))
    return None


def _stamp(signature: EmbeddedPdfSignature, roots: list[x509.Certificate]) -> Stamp | None:
    try:
        return _stamped(signature, roots)
    except (SignatureValidationError, SigningError, ValueError, TypeError, KeyError, AttributeError):
        return Stamp(at="", authority="", holds=False, trusted=False)


def _holds(signature: EmbeddedPdfSignature) -> tuple[bool, bool]:
    """Whether what is covered is intact, and whether the certificate's key signed it."""
    try:
        digest = signature.compute_digest()
        return validate_sig_integrity(signature.signer_info, signature.signer_cert, "data", digest)
    except (SignatureValidationError, SigningError, ValueError, TypeError):
        return False, False


def _dated(signature: EmbeddedPdfSignature) -> str:
    try:
        at = signature.self_reported_timestamp
    except (PdfError, ValueError, TypeError, AttributeError):
        return ""
    return at.isoformat() if at is not None and at.tzinfo is not None else ""


def _seal(signature: EmbeddedPdfSignature, content: bytes, roots: list[x509.Certificate]) -> Seal:
    certificate = signature.signer_cert
    intact, genuine = _holds(signature)
    return Seal(
        fingerprint=certificate.sha256.hex(),
        holder=_named(certificate.subject, "common_name") or certificate.subject.human_friendly[:_NAME],
        organisation=_named(certificate.subject, "organization_name"),
        issuer=_named(certificate.issuer, "common_name") or certificate.issuer.human_friendly[:_NAME],
        not_before=certificate.not_valid_before.isoformat(),
        not_after=certificate.not_valid_after.isoformat(),
        intact=intact,
        genuine=genuine,
        whole=_covers_all(signature, content),
        at=_dated(signature),
        stamp=_stamp(signature, roots),
    )


def _signatures(reader: PdfFileReader) -> Iterator[EmbeddedPdfSignature]:
    return iter([found for found in reader.embedded_signatures if found.sig_object_type == "/Sig"][:SEALS])


def read(content: bytes, roots: list[x509.Certificate]) -> Read:
    """Every seal of a PDF, oldest first; or why they can't be read."""
    if b"%PDF-" not in content[:1024]:
        return Read(fault="not_pdf", seals=[])
    try:
        reader = PdfFileReader(io.BytesIO(content), strict=False)
        if reader.encrypted:
            return Read(fault="encrypted", seals=[])
        seals = [_seal(found, content, roots) for found in _signatures(reader)]
    except (MemoryError, ImportError, PermissionError):  # ours, not the file's: for the log
        raise
    except Exception:  # a hostile file may bring the reader to any; the process is made for that
        return Read(fault="damaged" if b"%%EOF" in content[-1024:] else "truncated", seals=[])
    return Read(fault="" if seals else "unsigned", seals=seals)


def _roots(text: bytes) -> list[x509.Certificate]:
    if not text.strip():
        return []
    return [x509.Certificate.load(der) for _kind, _headers, der in pem.unarmor(text, multiple=True)]


def read_all(files: list[bytes], max_bytes: int) -> Picture | None:
    *contents, given = files
    roots = _roots(given)
    found: list[Any] = [read(content, roots) for content in contents]
    said = json.dumps(found).encode()
    if len(said) > max_bytes:
        say("heavy")
    else:
        say("", content=said)
    return None


def main() -> None:
    serve(read_all)
