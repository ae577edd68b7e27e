"""A file on its way in pieces, so that a cut line costs a piece and not the file.

These are the acts behind the tus protocol 1.0.0 (https://tus.io/protocols/resumable-upload), which
:mod:`applications.views.uploads` speaks. They are ours since no library for Django that does it is kept up, and one act
matters more than the protocol: the row never tells of more bytes than the disk surely has. Nothing here has a legal effect:
what arrived is no part of the file until :func:`applications.documents.attach` takes it in.
"""

import errno
import logging
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Sum
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.models import User
from applications import formats, policy
from applications.checking import PHOTOS_BYTES
from applications.drafts import NotEditable
from applications.models import Application, Upload
from applications.policy_exchanges import may_send
from applications.refusals import refusal, wrong_kind
from applications.storages import StorageDown, delete_later, files
from journal import clock
from postings.models import DocumentRequirement

FOLDER = "uploads"
#: On their way to one candidature at once: one photo a page, and two documents' worth of bytes.
MOST, MOST_BYTES = 40, 2 * PHOTOS_BYTES
#: Real time after which nobody is sending the rest any more.
KEPT = timedelta(hours=24)
#: A first piece shorter than this, if more is to come, doesn't tell what the file is.
_TELLING = 1024
_PHOTO_ENDINGS = (".jpg", ".jpeg", ".png", ".heic", ".heif")
logger = logging.getLogger(__name__)


class WrongOffset(Exception):
    """The piece doesn't begin where the last one ended, at ``offset``: another tab was quicker, or an answer was lost."""

    def __init__(self, offset: int) -> None:
        super().__init__(offset)
        self.offset = offset


class NoRoom(Exception):
    """The storage takes no more bytes: nothing of this piece was kept, and nothing before it was lost.

    ``status`` is what a page answers: 507 for a disk that is full, 503 for a bucket that doesn't answer.
    """

    def __init__(self, cause: BaseException | None = None) -> None:
        super().__init__()
        self.status = 503 if isinstance(cause, StorageDown) else 507


class Unfinished(Exception):
    """Some of the file's bytes have yet to come, or it became a document meanwhile."""


def _shown(name: str) -> str:
    """A name as the browser gave it, without what can't be seen; its end tells what the file says it is."""
    return "".join(character for character in name if character.isprintable())[-200:]


def _refuse_by_size(requirement: DocumentRequirement, name: str, size: int) -> None:
    """A file named as a photo may weigh more on its way: it is made smaller once it is here."""
    photo = requirement.photos and name.lower().endswith(_PHOTO_ENDINGS)
    most = requirement.photo_bytes if photo else requirement.max_bytes
    if not size:
        raise refusal("empty")
    if size > most:
        code = "photo_too_big" if photo else "too_big"
        raise refusal(code, size=f"{size / 1_000_000:.1f}".replace(".", ","), max=f"{most / 1_000_000:g}")


def _refuse_by_number(application: Application, size: int) -> None:
    held = application.uploads.aggregate(bytes=Sum("size"))["bytes"] or 0
    if application.uploads.count() >= MOST or held + size > MOST_BYTES:
        raise ValidationError(
            _("Trop de fichiers sont en cours d’envoi : terminez ou annulez ceux-là, puis recommencez."),
            code="too_many_uploads",
        )


def begin(*, application: Application, requirement: DocumentRequirement, name: str, size: int, by: User) -> Upload:
    """Announce a file of ``size`` bytes, of which none has come yet.

    Raises Http404 for anyone but the candidate, NotEditable once submitted or closed (unless HR asked for that
    piece and its delay runs), ValidationError for what is too big or too many.
    """
    policy.refuse_unless_owner(by, application)
    _refuse_by_size(requirement, name, size)
    with transaction.atomic():
        locked = Application.objects.select_for_update(of=("self",)).select_related("posting").get(pk=application.pk)
        if not may_send(locked, requirement):
            raise NotEditable
        _refuse_by_number(locked, size)
        now = clock.real()
        row = Upload(application=locked, requirement=requirement, name=_shown(name), size=size)
        row.started_at = row.touched_at = now
        row.save()
    return row


def offset_of(upload: Upload) -> int:
    """How many bytes are here for certain. A disk that was restored from yesterday may have fewer than the row tells.

    Raises NoRoom while the storage doesn't answer.
    """
    try:
        return min(upload.received, default_storage.size(upload.stored_name))
    except FileNotFoundError:
        return 0
    except StorageDown as error:
        raise NoRoom(error) from error


def _refuse_by_beginning(upload: Upload, offset: int, piece: bytes) -> None:
    """Say at the first piece, not after the last, that a file is nothing that the requirement takes."""
    if offset or (len(piece) < _TELLING and len(piece) < upload.size):
        return
    kind, photos = formats.kind_of(piece), upload.requirement.photos
    if kind != formats.PDF and not (photos and kind in formats.PHOTOS):
        raise wrong_kind(kind, named_pdf=upload.name.lower().endswith(".pdf"), photos=photos)


def _write(upload: Upload, offset: int, piece: bytes) -> None:
    try:
        files().write_piece(upload.stored_name, offset, piece)
    except (OSError, StorageDown) as error:
        logger.exception(
            "A piece could not be kept: %s", errno.errorcode.get(getattr(error, "errno", 0) or 0, "no answer")
        )
        raise NoRoom(error) from error


def append(*, upload: Upload, offset: int, piece: bytes, by: User) -> Upload:
    """Add a piece that begins at ``offset``; the bytes are on the disk before the row tells of them.

    Raises Http404 for anyone but the candidate, NotEditable once submitted or closed, WrongOffset, NoRoom, ValidationError
    for what is longer than was announced or begins as nothing that will do.
    """
    policy.refuse_unless_owner(by, upload.application)
    if not may_send(upload.application, upload.requirement):
        raise NotEditable
    with transaction.atomic():
        locked = Upload.objects.select_for_update().filter(pk=upload.pk).first()
        if locked is None:
            raise Http404
        held = offset_of(locked)
        if offset != held:
            raise WrongOffset(held)
        if held + len(piece) > locked.size:
            raise ValidationError(
                _("Ce fichier n’a plus la taille annoncée : choisissez-le de nouveau."), code="overflow"
            )
        _refuse_by_beginning(upload, offset, piece)
        _write(locked, offset, piece)
        locked.received, locked.touched_at = held + len(piece), clock.real()
        locked.save(update_fields=["received", "touched_at"])
    return locked


def read(upload: Upload) -> bytes:
    """The whole file. Raises Unfinished."""
    if offset_of(upload) != upload.size:
        raise Unfinished
    return received(upload)


def received(upload: Upload) -> bytes:
    """What is here so far. Raises Unfinished when that was taken away meanwhile, and NoRoom."""
    try:
        with default_storage.open(upload.stored_name) as file:
            content: bytes = file.read(upload.received)
    except FileNotFoundError as error:
        if upload.received:
            raise Unfinished from error
        return b""
    except StorageDown as error:
        raise NoRoom(error) from error
    return content


def discard(upload: Upload) -> None:
    """Delete the row now, in the caller's transaction, and the bytes once that is certain; the hourly sweep does, if they stay."""
    Upload.objects.filter(pk=upload.pk).delete()
    delete_later(upload.stored_name)


def give_up(*, upload: Upload, by: User) -> None:
    """Forget a file on its way: at any time, since it is no part of the candidature. Raises Http404 for anyone else's."""
    policy.refuse_unless_owner(by, upload.application)
    with transaction.atomic():
        discard(upload)


def discard_stale() -> int:
    """Delete what nobody has sent more of for KEPT; how many."""
    before = clock.real() - KEPT
    stale = Upload.objects.filter(touched_at__lt=before)
    count = 0
    for pk in stale.values_list("pk", flat=True):
        with transaction.atomic():
            # Asked again under the lock: a piece may have come since.
            row = stale.select_for_update(skip_locked=True).filter(pk=pk).first()
            if row is not None:
                discard(row)
                count += 1
    return count
