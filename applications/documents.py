"""The documents of a file: taken in once they are known to be what they claim, stored under a name that says nothing."""

from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha256
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db.models.fields.files import FieldFile
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.models import User
from applications import checking, policy, uploads
from applications.drafts import NotEditable, editing
from applications.models import Application, Document, Upload
from applications.storages import StorageDown, delete_later, files
from applications.uploads import NoRoom
from journal import clock
from postings.models import DocumentRequirement

#: A file that came whole with a form, or one that came in pieces.
Source = UploadedFile | Upload


def _twin(draft: Application, fresh: Document, replaces: Document | None) -> Document | None:
    """The document that is already what ``fresh`` would be: a second press, or a retry after an answer that was lost.

    Raises ValidationError when the same file stands elsewhere, or the requirement has all the files that it takes.
    """
    others = [document for document in draft.documents.select_related("requirement") if document != replaces]
    twin = next((document for document in others if document.sha256 == fresh.sha256), None)
    mine = [document for document in others if document.requirement_id == fresh.requirement_id]
    if twin in mine and not (replaces and draft.documents.filter(pk=replaces.pk).exists()):
        return twin
    if twin:
        raise ValidationError(
            _("Vous avez déjà envoyé ce fichier, sous « %(label)s »."),
            code="duplicate",
            params={"label": twin.requirement.label},
        )
    if len(mine) >= fresh.requirement.max_files:
        raise ValidationError(
            _("Cette rubrique prend %(max)s fichier(s) au plus : remplacez ou supprimez celui qui s’y trouve."),
            code="too_many_files",
            params={"max": fresh.requirement.max_files},
        )
    return None


def made_of(application: Application, part: UUID) -> Document | None:
    """The document that files on their way became, by the first one's ``public_id``: it took it over."""
    return application.documents.filter(public_id=part).first()


def attach(
    *,
    application: Application,
    requirement: DocumentRequirement,
    files: Sequence[Source],
    by: User,
    replaces: Document | None = None,
) -> Document:
    """Put a PDF, or photos joined in their order, into the draft, in the place of ``replaces`` where it is given.

    Asked twice, it makes one document; what came in pieces goes with it. Raises Http404 for anyone but the candidate,
    NotEditable once submitted or closed, ValidationError (in words that say what to do) for what isn't sound, plain and
    within the requirement's limits, :class:`applications.uploads.Unfinished`, and :class:`applications.uploads.NoRoom`.
    The row and the stored files come and go together.
    """
    policy.refuse_unless_owner(by, application)
    parts = [file for file in files if isinstance(file, Upload)]
    if any(part.application_id != application.pk for part in parts):
        raise Http404
    if not policy.may_edit(application):
        raise NotEditable
    taken = _taken(files, requirement)
    document = Document(
        requirement=requirement,
        name=taken.name,
        size=len(taken.content),
        pages=taken.pages,
        sha256=sha256(taken.content).hexdigest(),
    )
    try:
        kept = _keep(document, taken, application, by, parts, replaces)
    except BaseException:
        unstore(document)
        raise
    return kept


def _taken(files: Sequence[Source], requirement: DocumentRequirement) -> checking.Taken:
    contents = [_content(file) for file in files]
    try:
        return checking.take(files=contents, requirement=requirement)
    except OSError as error:  # no room for the copy that is looked into
        raise NoRoom(error) from error


def _content(file: Source) -> checking.File:
    if isinstance(file, Upload):
        return file.name, uploads.read(file)
    file.seek(0)
    return file.name or "", file.read()


def _keep(
    document: Document,
    taken: checking.Taken,
    application: Application,
    by: User,
    parts: Sequence[Upload],
    replaces: Document | None,
) -> Document:
    with editing(application, by) as draft:
        made = made_of(draft, parts[0].public_id) if parts else None
        twin = made or _twin(draft, document, replaces)
        for part in parts:
            uploads.discard(part)
        if twin:
            return twin
        if replaces:
            discard(replaces, draft)
        if parts:
            document.public_id = parts[0].public_id
        document.application, document.uploaded_at = draft, clock.now()
        store(document, taken)
    return document


def store(document: Document, taken: checking.Taken) -> None:
    """Save the row and its files: their bytes are on the disk for certain before the row is. Raises NoRoom."""
    _save(document.file, taken.content)
    if taken.preview:
        _save(document.preview, taken.preview)
    document.save()


def _save(field: FieldFile, content: bytes) -> None:
    """Raises NoRoom, and then leaves not even a part of the bytes."""
    try:
        field.save("", ContentFile(content), save=False)
        files().settle(str(field.name))
    except (OSError, StorageDown) as error:
        with suppress(OSError, StorageDown):  # one that refuses this too: the hourly sweep deletes what has no row
            default_storage.delete(field.name or field.field.generate_filename(field.instance, ""))
        raise NoRoom(error) from error


def unstore(document: Document) -> None:
    """No file stays in the storage without its row."""
    for field in (document.file, document.preview):
        if field.name:
            with suppress(StorageDown):  # the hourly sweep deletes it once the bucket answers again
                default_storage.delete(field.name)


def discard(document: Document, draft: Application) -> None:
    """Delete the row now, and the stored files once that is certain. One that another tab took out first is gone already."""
    row = draft.documents.filter(pk=document.pk).first()
    if row is not None:
        row.delete()
        for field in (row.file, row.preview):
            if field.name:
                delete_later(field.name)


def remove(*, document: Document, by: User) -> None:
    """Take a document out of the draft. Raises as :func:`attach`."""
    with editing(document.application, by) as draft:
        discard(document, draft)
