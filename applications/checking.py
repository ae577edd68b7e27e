"""Uploaded files, judged before anything is kept: what won't do is refused in words that say what to do instead."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath, PureWindowsPath

from django.core.exceptions import ValidationError
from django.template.defaultfilters import floatformat
from django.utils.translation import gettext as _

from applications.inspection import Findings, inspect
from postings.models import DocumentRequirement

#: Every PDF begins so (ISO 32000-2, 7.5.2); readers that search further on are how a file passes for two things.
MAGIC = b"%PDF-"
NAME_LENGTH = 200


@dataclass(frozen=True)
class Taken:
    """A document fit to be kept: its name to show, a PDF, how many pages it has, and its first one as PNG (or nothing)."""

    name: str
    content: bytes
    pages: int
    preview: bytes


def display_name(raw: str) -> str:
    """The uploaded name, fit to be shown: no path, no control or direction-changing character, 200 characters at most."""
    base = PureWindowsPath(PurePosixPath(raw).name).name
    kept = "".join(c for c in unicodedata.normalize("NFC", base) if unicodedata.category(c)[0] != "C")
    name = " ".join(kept.split()) or "document.pdf"
    return name if len(name) <= NAME_LENGTH else name[: NAME_LENGTH - 4] + ".pdf"


def _refuse_by_size(size: int, requirement: DocumentRequirement) -> None:
    if size == 0:
        raise ValidationError(_("Ce fichier est vide. Choisissez le bon fichier, puis recommencez."), code="empty")
    if size > requirement.max_bytes:
        raise ValidationError(
            _("Ce fichier est trop lourd : %(size)s Mo, pour %(max)s Mo au plus. Réduisez-le, puis recommencez.")
            % {"size": floatformat(size / 1_000_000, 1), "max": floatformat(requirement.max_bytes / 1_000_000, -1)},
            code="too_big",
        )


def _refuse_by_findings(found: Findings, requirement: DocumentRequirement) -> None:
    if not found.readable or (not found.encrypted and not found.pages):
        raise ValidationError(
            _("Ce PDF ne s’ouvre pas : il est endommagé ou incomplet. Enregistrez-le de nouveau, puis recommencez."),
            code="unreadable",
        )
    if found.encrypted:
        raise ValidationError(
            _("Ce PDF est protégé par un mot de passe ou des restrictions. Enregistrez-le sans protection."),
            code="encrypted",
        )
    if found.active:
        raise ValidationError(
            _(
                "Ce PDF contient du code ou des actions automatiques. Imprimez-le au format PDF, puis envoyez le résultat."
            ),
            code="active",
        )
    if found.attachments:
        raise ValidationError(
            _("Ce PDF contient des fichiers joints. Envoyez chaque document séparément."), code="attachments"
        )
    if found.pages > requirement.max_pages:
        raise ValidationError(
            _("Ce PDF compte %(pages)s pages, pour %(max)s au plus.")
            % {"pages": found.pages, "max": requirement.max_pages},
            code="too_many_pages",
        )


def take(*, files: Sequence[tuple[str, bytes]], requirement: DocumentRequirement) -> Taken:
    """One PDF as it is, or photos joined in their order into one, named and within the requirement's limits.

    ``files``: each one's name and bytes, at least one. Raises ValidationError, with a ``code``.
    """
    [(name, content)] = files
    _refuse_by_size(len(content), requirement)
    if not content.startswith(MAGIC):
        raise ValidationError(
            _("Ce fichier n’est pas un PDF. Enregistrez ou imprimez votre document au format PDF, puis recommencez."),
            code="not_pdf",
        )
    found = inspect(content)
    _refuse_by_findings(found, requirement)
    return Taken(name=display_name(name), content=content, pages=found.pages, preview=b"")
