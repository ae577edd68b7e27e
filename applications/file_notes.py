"""Internal notes on a file: the office's own, never shown to the candidate, kept as written until the file is erased."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from applications.drafts import lock
from applications.models import Application, FileNote
from applications.screening import authorise
from applications.states import UNSUBMITTED
from journal import clock
from journal.append import append
from postings.locks import hold_shared

NOTE_LENGTH = 2000


def add(*, application: Application, text: str, by: User) -> FileNote:
    """Write a note down. Pressing twice is once. The journal says that there is one, not what it says.

    Raises PermissionDenied unless ``by`` is HR, ValidationError without words, with too many, or on a file that was never
    submitted or is erased.
    """
    authorise(by)
    words = text.strip()
    if not words:
        raise ValidationError({"text": _("Écrivez votre note avant de l’ajouter.")})
    if len(words) > NOTE_LENGTH:
        raise ValidationError({"text": _("La note compte plus de %(most)d caractères.") % {"most": NOTE_LENGTH}})
    with transaction.atomic():
        hold_shared(application.posting)
        locked = lock(application)
        if locked.state in UNSUBMITTED or locked.manifest is None:
            raise ValidationError(_("Ce dossier ne porte pas de notes."))
        last = locked.notes.last()
        if last and (last.text, last.by_id) == (words, by.pk):
            return last
        note = FileNote.objects.create(application=locked, text=words, by=by, at=clock.now())
        append("file.noted", at=note.at, actor=by.actor, subject=locked.subject, facts={})
    return note
