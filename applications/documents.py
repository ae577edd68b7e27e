"""The documents of a file: taken in once they are known to be what they claim, stored under a name that says nothing."""

from hashlib import sha256

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from applications import checking, policy
from applications.drafts import NotEditable, editing
from applications.models import Application, Document
from journal import clock
from postings.models import DocumentRequirement


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
    upload.seek(0)
    taken = checking.take(files=[(upload.name or "", upload.read())], requirement=requirement)
    document = Document(
        requirement=requirement,
        name=taken.name,
        size=len(taken.content),
        pages=taken.pages,
        sha256=sha256(taken.content).hexdigest(),
    )
    try:
        with editing(application, by) as draft:
            _refuse_by_file(draft, requirement, document.sha256, replaces)
            if replaces:
                _discard(replaces, draft)
            document.application, document.uploaded_at = draft, clock.now()
            document.file.save("", ContentFile(taken.content), save=False)
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
