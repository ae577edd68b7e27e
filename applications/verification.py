"""Whether a PDF that someone gives bears our electronic seal, and what may be said of it; nothing of it is kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from cryptography import x509
from django.conf import settings

from applications import inspection, issued
from applications.issued import Issued
from notices import seal_certificate, seal_demonstration
from notices.seal_certificate import Material

#: Bytes; our longest minutes have a tenth of it.
MAX_BYTES = 10 * 1024 * 1024
#: What may be relied on, if only for what it says; everything else is refused.
ACCEPTED = frozenset({"sealed", "demonstration", "known"})


@dataclass(frozen=True)
class Stamp:
    """A time stamp that holds; ``trusted``: of an authority that this installation knows."""

    at: datetime
    authority: str
    trusted: bool


@dataclass(frozen=True)
class Seal:
    """One seal, as the page shows it. ``at``: the time stamp's instant when it is trusted, else the one the seal claims."""

    holder: str
    organisation: str
    issuer: str
    not_before: datetime
    not_after: datetime
    intact: bool
    genuine: bool
    whole: bool
    ours: bool
    demonstration: bool
    at: datetime | None
    stamp: Stamp | None
    broken_stamp: bool

    @property
    def in_time(self) -> bool:
        """Whether the certificate was valid when the seal was put, as far as anyone knows when that was."""
        return self.at is not None and self.not_before <= self.at <= self.not_after


@dataclass(frozen=True)
class Verdict:
    """What is found: ``code`` is one of the page's messages; the seal it speaks of; what the journal knows of the very file."""

    code: str
    seal: Seal | None
    issued: Issued | None
    sha256: str
    others: int = 0

    @property
    def ok(self) -> bool:
        return self.code in ACCEPTED


def _stamp(found: dict[str, Any] | None) -> Stamp | None:
    if found is None or not found["holds"]:
        return None
    return Stamp(datetime.fromisoformat(found["at"]), found["authority"], found["trusted"])


def _seal(found: dict[str, Any], known: dict[str, Material | x509.Certificate]) -> Seal:
    own = known.get(found["fingerprint"])
    stamp = _stamp(found["stamp"])
    claimed = datetime.fromisoformat(found["at"]) if found["at"] else None
    named = (found["holder"], found["issuer"])
    return Seal(
        holder=found["holder"],
        organisation=found["organisation"],
        issuer=found["issuer"],
        not_before=datetime.fromisoformat(found["not_before"]),
        not_after=datetime.fromisoformat(found["not_after"]),
        intact=found["intact"],
        genuine=found["genuine"],
        whole=found["whole"],
        ours=own is not None,
        # Anyone may write the word in a name: without ``ours`` it is told, and believed of nothing.
        demonstration=any(seal_demonstration.MARK in name for name in named),
        at=stamp.at if stamp is not None and stamp.trusted else claimed,
        stamp=stamp,
        broken_stamp=found["stamp"] is not None and stamp is None,
    )


def _code(seal: Seal) -> str:
    """What to say of a seal: the gravest first."""
    grave = {
        "foreign_demonstration": not seal.ours and seal.demonstration,
        "foreign": not seal.ours,
        "forged": not seal.genuine,
        "changed": not seal.intact,
        "extended": not seal.whole,
        "expired": not seal.in_time,
        "demonstration": seal.demonstration,
    }
    return next((code for code, holds in grave.items() if holds), "sealed")


def _verdict(content: bytes, read: dict[str, Any], known: dict[str, Material | x509.Certificate]) -> Verdict:
    digest = sha256(content).hexdigest()
    entry = issued.find(digest)
    seals = [_seal(found, known) for found in read["seals"]]
    ours = [seal for seal in seals if seal.ours]
    if read["fault"] or not seals:
        fault = read["fault"] or "unsigned"
        return Verdict("known" if fault == "unsigned" and entry else fault, None, entry, digest)
    seal = ours[-1] if ours else seals[-1]
    return Verdict(_code(seal), seal, entry, digest, others=len(seals) - 1)


def verify_all(contents: Sequence[bytes]) -> list[Verdict]:
    """What is to be said of each PDF, read in a process of its own. Raises inspection.Busy."""
    known = seal_certificate.recognised()
    read = inspection.read_seals(contents, settings.PMP_SEAL["tsa_roots"])
    return [_verdict(content, found, known) for content, found in zip(contents, read, strict=True)]


def verify(content: bytes) -> Verdict:
    """What is to be said of a PDF. Raises inspection.Busy."""
    return verify_all([content])[0]
