"""The electronic seal (cachet électronique) put on each PDF that leaves: PAdES, by pyHanko, once, before it is stored.

The signature is a certification (no change allowed after it), its widget hidden, so that a tagged PDF stays PDF/UA. Nothing
here touches the database: whoever draws a document seals it outside any transaction, since a time stamp may take seconds.
"""

import io
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import lru_cache

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.conf import settings
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign.fields import InvisSigSettings, MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.requests_client import RequestsHTTPTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from notices import seal_certificate
from notices.seal_certificate import Material

FIELD = "CachetElectronique"
#: Seconds: how long a time stamp is waited for, and for how long one that failed is not asked for again.
TSA_TIMEOUT, TSA_REST = 5, 60
_log = logging.getLogger(__name__)


class CannotSeal(Exception):
    """A seal is required, and there is none that is valid: the document isn't drawn, and is tried again later."""


def material_for(moment: datetime) -> Material | None:
    """What a document drawn at ``moment`` is sealed with; None when it goes without a seal, and must say so.

    Raises CannotSeal when the installation requires a seal and none is valid.
    """
    material = seal_certificate.current()
    if material is not None and material.valid_at(moment):
        return material
    if settings.PMP_SEAL["required"]:
        raise CannotSeal("PMP_SEAL_REQUIRED is set, and no certificate is valid: nothing leaves without a seal.")
    if material is not None:
        _log.error("The certificate of the electronic seal isn't valid: documents leave without a seal.")
    return None


def seal(content: bytes, *, material: Material, at: datetime) -> bytes:
    """The PDF with the seal on it, dated ``at``; with a time stamp when an authority is set and answers.

    An authority that doesn't answer costs the time stamp, not the document: the journal dates it as well.
    """
    stamper = _stamper()
    if stamper is not None:
        try:
            return _in_a_thread_of_its_own(content, material, at, stamper)
        except Exception as error:  # a stranger's answer may be anything; what is wrong with us fails again below
            rest.since = time.monotonic()
            _log.error("No time stamp on a seal: %s", type(error).__name__)
    return _in_a_thread_of_its_own(content, material, at, None)


class _Rest:
    """When the time stamp authority last failed, for this process."""

    since: float | None = None


rest = _Rest()


def _stamper() -> TimeStamper | None:
    url = settings.PMP_SEAL["tsa"]
    resting = rest.since is not None and time.monotonic() - rest.since < TSA_REST
    return _stamper_at(url) if url and not resting else None


@lru_cache(maxsize=2)
def _stamper_at(url: str) -> TimeStamper:
    """One for the process: it remembers how large the authority's answers are."""
    return RequestsHTTPTimeStamper(url, timeout=TSA_TIMEOUT)


class _DatedSigner(PdfSigner):
    """Dates its seal by the clock of record, as the document itself, and not by the machine's."""

    at: datetime

    def init_signing_session(self, pdf_out: BasePdfFileWriter, existing_fields_only: bool = False) -> PdfSigningSession:
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self.at
        return session


def _in_a_thread_of_its_own(content: bytes, material: Material, at: datetime, stamper: TimeStamper | None) -> bytes:
    """pyHanko runs an event loop; the caller's thread may have one already."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(_sealed, content, material, at, stamper).result()


def _sealed(content: bytes, material: Material, at: datetime, stamper: TimeStamper | None) -> bytes:
    signer = _DatedSigner(
        PdfSignatureMetadata(
            field_name=FIELD,
            name=material.holder,
            reason="Cachet électronique",
            md_algorithm="sha256",
            subfilter=SigSeedSubFilter.PADES,
            certify=True,
            docmdp_permissions=MDPPerm.NO_CHANGES,
        ),
        signer=_signer(material),
        timestamper=stamper,
        new_field_spec=SigFieldSpec(
            FIELD,
            readable_field_name="Cachet électronique",
            invis_sig_settings=InvisSigSettings(set_print_flag=False, set_hidden_flag=True),
        ),
    )
    signer.at = at
    output = io.BytesIO()
    signer.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(content)), output=output)
    return output.getvalue()


@lru_cache(maxsize=4)
def _signer(material: Material) -> SimpleSigner:
    registry = SimpleCertificateStore.from_certs(map(_asn1, [material.certificate, *material.chain]))
    private = material.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return SimpleSigner(
        signing_cert=_asn1(material.certificate),
        signing_key=asn1_keys.PrivateKeyInfo.load(private),
        cert_registry=registry,
    )


def _asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
