"""A copy of everything held about a person, in one ZIP built on disk: however large the file, the memory is the same."""

import json
import logging
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Iterable
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.template.loader import render_to_string

from accounts.models import User
from applications import disclosure, policy
from applications.models import Application, Document
from journal import clock, proofs
from journal.append import append, canonical
from journal.models import Entry
from notices import letters, mailer
from notices.models import Notice
from notices.outbox import visible_to

logger = logging.getLogger(__name__)
NAME_LENGTH = 60
#: What comes again and again: openings of a document, tries that came too late, copies taken. The latest are enough.
REPEATED = frozenset({"file.viewed", "application.refused_late", "piece.refused_late", "data.exported"})
REPEATED_KEPT = 200
#: Names that Windows keeps for its devices (https://learn.microsoft.com/windows/win32/fileio/naming-a-file).
_RESERVED = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)$", re.IGNORECASE)


def safe_name(name: str) -> str:
    """A file's name without its ending, fit for any system: letters, digits, dots, hyphens; never empty, never a path."""
    plain = "".join(c for c in unicodedata.normalize("NFC", name) if c.isalnum() or c in " ._-")
    plain = re.sub(r"[\s.]+", "-", plain.removesuffix(".pdf")).strip("-._")[:NAME_LENGTH].strip("-._")
    return "piece" if not plain or _RESERVED.match(plain) else plain


def export(*, by: User) -> IO[bytes]:
    """The ZIP, in a file without a name that goes when it is closed. The register tells that it was taken.

    What can't be read is named in the ZIP, and the rest is there. Raises OSError when the disk has no room.
    """
    whole: IO[bytes] = tempfile.TemporaryFile(dir=settings.PMP_HOME)  # noqa: SIM115 - the answer closes it
    try:
        with ZipFile(whole, "w", ZIP_DEFLATED) as archive:
            _Export(archive, by).write()
        with transaction.atomic():
            append("data.exported", at=clock.now(), actor=by.actor, subject=by.actor, facts={})
    except BaseException:
        whole.close()
        raise
    whole.seek(0)
    return whole


class _Export:
    """The ZIP while it is written, and what could not be put into it."""

    def __init__(self, archive: ZipFile, by: User) -> None:
        self.archive, self.by = archive, by
        self.missing: list[str] = []
        self.unsealed = self.shortened = False

    def write(self) -> None:
        files = list(policy.own_applications(self.by))
        told = {"compte": disclosure.account(self.by), "dossiers": [disclosure.file(file) for file in files]}
        self._json("donnees.json", told | {"extrait_le": clock.now()})
        self._proofs("compte", disclosure.account_entries(self.by))
        for file in files:
            self._file(file)
        context = {"files": files, "missing": self.missing, "unsealed": self.unsealed, "at": clock.now()}
        context |= {"shortened": self.shortened, "kept": REPEATED_KEPT}
        context["contact_email"] = settings.PMP_CONTACT_EMAIL
        self.archive.writestr("LISEZMOI.txt", render_to_string("applications/own_data_readme.txt", context))

    def _file(self, file: Application) -> None:
        folder = file.dossier_code
        for number, document in enumerate(file.documents.select_related("requirement"), 1):
            self._document(f"{folder}/pieces/{number:02}-{safe_name(document.name)}.pdf", document)
        if file.manifest is not None:
            # Byte for byte as hashed: its SHA-256 is the receipt's.
            self.archive.writestr(f"{folder}/manifeste.json", canonical(file.manifest))
        for number, notice in enumerate(visible_to(self.by).filter(subject=file.subject).order_by("pk"), 1):
            self._letter(f"{folder}/courriers/{number:02}-{mailer.letter_name(notice)}", notice)
        self._proofs(folder, disclosure.entries(file))

    def _document(self, name: str, document: Document) -> None:
        try:
            stored = document.file.open("rb")
        except OSError:
            self._lost(name, document.public_id)
            return
        with stored, self.archive.open(name, "w") as copy:
            shutil.copyfileobj(stored, copy)

    def _letter(self, name: str, notice: Notice) -> None:
        try:
            content = letters.render(notice)
        except (OSError, ValueError):
            self._lost(name, notice.public_id)
            return
        self.archive.writestr(name, content)

    def _lost(self, name: str, what: object) -> None:
        logger.error("Not in the copy of a person's data: %s", what)
        self.missing.append(name)

    def _proofs(self, folder: str, found: Iterable[Entry]) -> None:
        entries = list(found)
        repeated = [entry.pk for entry in entries if entry.kind in REPEATED]
        left_out = set(repeated[:-REPEATED_KEPT])
        self.shortened = self.shortened or bool(left_out)
        for entry in entries:
            if entry.pk in left_out:
                continue
            try:
                proof = proofs.prove(entry)
            except proofs.NotSealedYet:
                self.unsealed = True
                continue
            self.archive.writestr(f"{folder}/preuves/{entry.pk:06}-{entry.kind}.json", proofs.dump(proof))

    def _json(self, name: str, value: Any) -> None:
        text = json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
        self.archive.writestr(name, text + "\n")
