"""Certificates of an invented institution, and a time stamp authority that answers on this machine alone."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from asn1crypto import keys as asn1_keys
from asn1crypto import tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from django.conf import LazySettings
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper

NONE: dict[str, Any] = {
    "key_bundle": b"",
    "password": "",
    "former": "",
    "required": False,
    "tsa": "",
    "tsa_roots": "",
}
HOLDER = "Présidence du parquet général – cachet"


class Authority:
    """A root that certifies whom one asks it to; its keys are small, to be made quickly."""

    def __init__(self, name: str = "Autorité des essais") -> None:
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.key = rsa.generate_private_key(65537, 2048)
        self.root = self._certificate(self.name, self.key, days=(-3650, 3650), ca=True)

    def _certificate(
        self, name: x509.Name, key: rsa.RSAPrivateKey, days: tuple[int, int], *, ca: bool, stamps: bool = False
    ) -> x509.Certificate:
        now = datetime.now(UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self.name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + timedelta(days=days[0]))
            .not_valid_after(now + timedelta(days=days[1]))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(x509.KeyUsage(not ca, not ca, *[False] * 3, ca, ca, False, False), critical=True)
        )
        if stamps:
            builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        return builder.sign(self.key, hashes.SHA256())

    def certify(
        self, holder: str = HOLDER, *, days: tuple[int, int] = (-30, 300), stamps: bool = False
    ) -> tuple[rsa.RSAPrivateKey, x509.Certificate]:
        """A key and its certificate, valid between two days from now."""
        key = rsa.generate_private_key(65537, 2048)
        name = [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Institution"),
            x509.NameAttribute(NameOID.COMMON_NAME, holder),
        ]
        return key, self._certificate(x509.Name(name), key, days, ca=False, stamps=stamps)


def pem(*certificates: x509.Certificate) -> str:
    return "".join(held.public_bytes(Encoding.PEM).decode() for held in certificates)


def pem_bundle(key: rsa.RSAPrivateKey, *certificates: x509.Certificate) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + pem(*certificates).encode()


def pkcs12_bundle(key: rsa.RSAPrivateKey, own: x509.Certificate, root: x509.Certificate, password: str) -> bytes:
    return pkcs12.serialize_key_and_certificates(b"", key, own, [root], BestAvailableEncryption(password.encode()))


def seal_with(settings: LazySettings, bundle: bytes, **changes: Any) -> None:
    """An installation that is no rehearsal, and has this seal."""
    settings.PMP_REHEARSAL = False
    settings.PMP_SEAL = {**NONE, "key_bundle": bundle, **changes}


@contextmanager
def time_stamp_authority(authority: Authority, *, failing: bool = False, before: Any = None) -> Iterator[str]:
    """The address of a real server that stamps time (RFC 3161); ``before`` is called first, at each request."""
    key, own = authority.certify("Horodatage des essais", stamps=True)
    stamper = DummyTimeStamper(
        tsa_cert=asn1_x509.Certificate.load(own.public_bytes(Encoding.DER)),
        tsa_key=asn1_keys.PrivateKeyInfo.load(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())),
    )

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
            if before is not None:
                before()
            answer = b"" if failing else stamper.request_tsa_response(asked).dump()
            self.send_response(503 if failing else 200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *arguments: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
