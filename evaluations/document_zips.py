"""The documents of one file, or of a selection, in one ZIP that is written while it leaves: memory never grows.

Its names are ours, in ASCII: a folder by file, a number, what was asked for, and what the candidate's own name says in
plain letters. The last entry is a list of SHA-256, as ``sha256sum --check`` reads it.
"""

import hashlib
import logging
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, cast
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from applications.models import Application, Document
from evaluations.policy_closing import refuse_unless_takes_data
from journal import clock
from journal.append import append

logger = logging.getLogger(__name__)
#: Files at once: a day's screening. The archive of the campaign holds them all.
MOST = 500
MANIFEST = "SHA256SUMS.txt"
_CHUNK = 1 << 18
_NAME = 60


def ascii_name(name: str) -> str:
    """What a name says in plain letters, without its ending; empty when nothing is left."""
    plain = unicodedata.normalize("NFKD", name.removesuffix(".pdf")).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9]+", "-", plain).strip("-")[:_NAME].strip("-")


def path_of(document: Document, number: int) -> str:
    """Where a document stands in the ZIP; ``number``, its place in the file, keeps any two apart."""
    parts = [f"{number:02}", document.requirement.code, ascii_name(document.name)]
    return f"{document.application.dossier_code}/{'-'.join(part for part in parts if part)}.pdf"


def take(*, files: Sequence[Application], by: User) -> Iterator[bytes]:
    """The ZIP in chunks; the register tells it of each file first.

    Raises PermissionDenied unless ``by`` may take data away; ValidationError for no file, or more than :data:`MOST`.
    """
    refuse_unless_takes_data(by)
    if not 0 < len(files) <= MOST:
        raise ValidationError(_("Choisissez de un à %(most)d dossiers.") % {"most": MOST})
    wanted = [file.pk for file in files]
    rows = Document.objects.filter(application__in=wanted).select_related("application", "requirement")
    documents = list(rows.order_by("application__dossier_code", "pk"))
    counts = {pk: sum(document.application_id == pk for document in documents) for pk in wanted}
    with transaction.atomic():
        for file in files:
            facts = {"documents": counts[file.pk]}
            append("documents.downloaded", at=clock.now(), actor=by.actor, subject=file.subject, facts=facts)
    return _chunks(documents)


class _Outlet:
    """What :class:`ZipFile` writes to when there is no going back: what was written waits to be taken."""

    def __init__(self) -> None:
        self._waiting: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._waiting.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def taken(self) -> bytes:
        taken = b"".join(self._waiting)
        self._waiting.clear()
        return taken


def _chunks(documents: Iterable[Document]) -> Iterator[bytes]:
    outlet, sums = _Outlet(), []
    numbers: dict[int, int] = {}
    # It asks for no more than write and flush of what has no way back.
    with ZipFile(cast(IO[bytes], outlet), "w", ZIP_STORED) as archive:
        for document in documents:
            number = numbers[document.application_id] = numbers.get(document.application_id, 0) + 1
            path = path_of(document, number)
            try:
                file = document.file.open("rb")
            except OSError:
                logger.exception("A stored file is lost: %s", document.public_id)
                sums.append(f"# absent : {path}")
                continue
            digest = hashlib.sha256()
            with file, archive.open(ZipInfo(path), "w") as entry:
                while chunk := file.read(_CHUNK):
                    entry.write(chunk)
                    digest.update(chunk)
                    yield outlet.taken()
            sums.append(f"{digest.hexdigest()}  {path}")
        archive.writestr(ZipInfo(MANIFEST), "\n".join(sums) + "\n")
    yield outlet.taken()
