"""The documents of a file: taken in once they are known to be what they claim, stored under a name that says nothing."""

import unicodedata
from hashlib import sha256
from pathlib import PurePosixPath, PureWindowsPath

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.template.defaultfilters import floatformat
from django.utils.translation import gettext as _

from accounts.models import User
from applications import policy
from applications.drafts import NotEditable, editing
from applications.inspection import Findings, inspect
from applications.models import Application, Document
from journal import clock
from postings.models import DocumentRequirement

#: Every PDF begins so (ISO 32000-2, 7.5.2); readers that search further on are how a file passes for two things.
MAGIC = b"%PDF-"
NAME_LENGTH = 200


def display_name(raw: str) -> str:
    """The uploaded name, fit to be shown: no path, no control or direction-changing character, 200 characters at most."""
    base = PureWindowsPath(PurePosixPath(raw).name).name
    kept = "".join(c for c in unicodedata.normalize("NFC", base) if unicodedata.category(c)[0] != "C")
    name = " ".join(kept.split()) or "document.pdf"
    return name if len(name) <= NAME_LENGTH else name[: NAME_LENGTH - 4] + ".pdf"


def _refuse_by_size(upload: UploadedFile, requirement: DocumentRequirement) -> None:
    size = upload.size or 0
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


def _checked(upload: UploadedFile, requirement: DocumentRequirement) -> tuple[bytes, Findings]:
    _refuse_by_size(upload, requirement)
    upload.seek(0)
    content = upload.read()
    if not content.startswith(MAGIC):
        raise ValidationError(
            _("Ce fichier n’est pas un PDF. Enregistrez ou imprimez votre document au format PDF, puis recommencez."),
            code="not_pdf",
        )
    found = inspect(content)
    _refuse_by_findings(found, requirement)
    return content, found


def _refuse_by_file(
    draft: Application, requirement: DocumentRequirement, digest: str, replaces: Document | None
) -> None:
    others = [document for document in draft.documents.select_related("requirement") if document != replaces]
    twin = next((document for document in others if document.sha256 == digest), None)
    if twin:
        raise ValidationError(
            _("Vous avez déjà envoyé ce fichier, sous « %(label)s »."),
            code="duplicate",
            params={"label": twin.requirement.label},
        )
    if sum(document.requirement_id == requirement.pk for document in others) >= requirement.max_files:
        raise ValidationError(
            _("Cette rubrique prend %(max)s fichier(s) au plus : remplacez ou supprimez celui qui s’y trouve."),
            code="too_many_files",
            params={"max": requirement.max_files},
        )


def attach(
    *,
    application: Application,
    requirement: DocumentRequirement,
    upload: UploadedFile,
    by: User,
    replaces: Document | None = None,
) -> Document:
    """Put an uploaded PDF into the draft, in the place of ``replaces`` where it is given.

    Raises Http404 for anyone but the candidate, NotEditable once submitted or closed, ValidationError (in words that
    say what to do) for what isn't a sound, plain PDF within the requirement's limits. The row and the stored file
    come and go together.
    """
    policy.refuse_unless_owner(by, application)
    if not policy.may_edit(application):
        raise NotEditable
    content, found = _checked(upload, requirement)
    document = Document(
        requirement=requirement,
        name=display_name(upload.name or ""),
        size=len(content),
        pages=found.pages,
        sha256=sha256(content).hexdigest(),
    )
    try:
        with editing(application, by) as draft:
            _refuse_by_file(draft, requirement, document.sha256, replaces)
            if replaces:
                _discard(replaces, draft)
            document.application, document.uploaded_at = draft, clock.now()
            document.file.save("", ContentFile(content), save=False)
            document.save()
    except BaseException:
        if document.file.name:
            default_storage.delete(document.file.name)
        raise
    return document


def _discard(document: Document, draft: Application) -> None:
    """Delete the row now, and the stored file once that is certain. One that another tab took out first is gone already."""
    row = draft.documents.filter(pk=document.pk).first()
    if row is not None:
        row.delete()
        transaction.on_commit(lambda: row.file.delete(save=False))


def remove(*, document: Document, by: User) -> None:
    """Take a document out of the draft. Raises as :func:`attach`."""
    with editing(document.application, by) as draft:
        _discard(document, draft)
