"""Whether certificates are valid, and for how long still."""

import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings

from notices.seal_checks import expiry_problems
from pmp_recruit.checkups.verdict import NotConfigured

#: What renews itself does so a month before; less than this means that it doesn't.
WARN_BEFORE = timedelta(days=14)


def expires_at(host: str, port: int, *, timeout: float = 5.0) -> datetime:
    """When the certificate that the host shows ends, once it is known to be trusted and the host's. Raises OSError."""
    context = ssl.create_default_context(cafile=settings.PMP_CA_FILE or None)
    with (
        socket.create_connection((host, port), timeout=timeout) as plain,
        context.wrap_socket(plain, server_hostname=host) as line,
    ):
        certificate = line.getpeercert() or {}
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(certificate["notAfter"])), UTC)


def site_certificate_is_valid() -> Iterator[str]:
    """The certificate of PMP_BASE_URL is trusted, is the site's, and lasts two weeks still."""
    address = urlsplit(settings.PMP_BASE_URL)
    if address.scheme != "https":
        raise NotConfigured("PMP_BASE_URL is not https: there is no certificate.")
    host, port = address.hostname or "", address.port or 443
    try:
        end = expires_at(host, port)
    except ssl.SSLCertVerificationError as error:
        yield f"The certificate of {host} is refused ({error.verify_message}): browsers show a warning. Renew it."
        return
    except OSError as error:
        yield f"{host}:{port} can't be reached over TLS ({type(error).__name__}): is the proxy up?"
        return
    left = end - datetime.now(UTC)
    if left < WARN_BEFORE:
        yield f"The certificate of {host} ends in {left.days} days, on {end:%Y-%m-%d}: renew it now."


def seal_certificate_is_valid() -> Iterator[str]:
    """The certificate of the electronic seal lasts six weeks still."""
    if not settings.PMP_SEAL["key_bundle"]:
        raise NotConfigured("PMP_SEAL is not set: documents leave without an electronic seal, and say so.")
    yield from expiry_problems()
