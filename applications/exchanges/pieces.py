"""A piece that HR asks for after submission, with a deadline of its own. The manifest of what was submitted never changes."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policy import is_hr
from applications import checking, uploads
from applications.documents import discard, store, unstore
from applications.drafts import lock
from applications.exchanges.delays import end_of, last_day
from applications.models import Application, Document, PieceRequest, Upload
from applications.policy import refuse_unless_owner
from applications.policy_exchanges import is_followed, may_ask_piece
from journal import clock
from journal.append import append, salted
from journal.models import Entry
from notices.outbox import enqueue
from postings.locks import hold_shared
from postings.models import DocumentRequirement

MOST_DAYS = 60
ATTEMPTS_KEPT = 20


class Overdue(Exception):
    """The piece came at or after its deadline, by the clock of record."""

    def __init__(self, at: datetime, due_at: datetime) -> None:
        super().__init__(f"{at.isoformat()} >= {due_at.isoformat()}")
        self.at = at
        self.due_at = due_at


class RequestOver(Exception):
    """The file is withdrawn, or its decision is known: no piece is awaited any more."""


def due_after(days: int, *, at: datetime) -> datetime:
    """The instant before which a piece asked for at ``at`` must come: the end of the last of ``days`` whole days."""
    return end_of(last_day(at, days))


def ask(
    *, application: Application, requirement: DocumentRequirement, message: str, days: int, by: User
) -> PieceRequest:
    """Ask the candidate for one piece, in words that they read, within ``days`` whole days. The same request twice is once.

    Raises PermissionDenied unless ``by`` is HR, ValidationError (by field) for a file out of play or decided, without
    words, for a delay out of bounds, or while the same piece is awaited already.
    """
    if not is_hr(by):
        raise PermissionDenied
    words = message.strip()
    if not words:
        raise ValidationError({"message": _("Dites au candidat ce qu’il doit envoyer, et pourquoi.")})
    if not 1 <= days <= MOST_DAYS:
        raise ValidationError({"days": _("Indiquez un délai de 1 à %(most)s jours.") % {"most": MOST_DAYS}})
    with transaction.atomic():
        hold_shared(application.posting)
        locked = lock(application)
        at = clock.now()
        awaited = locked.piece_requests.filter(requirement=requirement, answered_at=None, due_at__gt=at).first()
        if awaited is not None and awaited.message == words:
            return awaited
        if awaited is not None:
            raise ValidationError({"requirement": _("Cette pièce est déjà demandée : le délai court encore.")})
        if not may_ask_piece(by, locked):
            raise ValidationError(_("Ce dossier n’est plus en cours d’examen : aucune pièce ne peut être demandée."))
        return _ask(locked, requirement, words, days, by, at)


def _ask(
    application: Application, requirement: DocumentRequirement, words: str, days: int, by: User, at: datetime
) -> PieceRequest:
    due_at = due_after(days, at=at)
    request = PieceRequest.objects.create(
        application=application, requirement=requirement, message=words, by=by, asked_at=at, due_at=due_at
    )
    facts = {"requirement": requirement.code, "due_at": due_at}
    append("piece.requested", at=at, actor=by.actor, subject=application.subject, facts=facts)
    context = {"message": words, "due_at": due_at.isoformat()}
    _owe(request, "piece_requested", str(request.public_id), context, at)
    return request


def _owe(request: PieceRequest, kind: str, key: str, context: dict[str, str], at: datetime) -> None:
    application = request.application
    enqueue(
        key=f"{kind}:{key}",
        kind=kind,
        to=application.candidate,
        context={
            "post": application.posting.title,
            "dossier": application.dossier_code,
            "name": application.full_name,
            "piece": request.requirement.label,
            **context,
        },
        at=at,
        campaign=application.posting.slug,
        subject=application.subject,
    )


def receive(
    *, request: PieceRequest, files: Sequence[checking.File], by: User, parts: Sequence[Upload] = ()
) -> Document:
    """Take in the piece asked for: accepted if and only if the clock of record, read under the locks, is before ``due_at``.

    ``files``: each one's name and bytes; several are photos of one piece; ``parts``: the same, come in pieces. A second piece takes the place of the first
    until the deadline; the same file twice is once. Raises Http404 for anyone but the candidate, Overdue (recorded
    first), RequestOver, ValidationError for a file that won't do, :class:`applications.uploads.NoRoom` or ``Unfinished``.
    """
    refuse_unless_owner(by, request.application)
    if any(part.application_id != request.application_id for part in parts):
        raise Http404
    try:
        _refuse_if_over(request, request.application)  # before the file is looked into, which takes a while
        whole = [(part.name, uploads.read(part)) for part in parts]
        taken = checking.take(files=[*whole, *files], requirement=request.requirement)
        return _keep(request, taken, by, parts)
    except Overdue as late:
        _record_late_attempt(request, late, by)
        raise


def _refuse_if_over(request: PieceRequest, application: Application) -> datetime:
    """The instant, by the clock of record, at which the piece may still come. Raises as :func:`receive`."""
    if not is_followed(application):
        raise RequestOver
    at = clock.now()
    if at >= request.due_at:
        raise Overdue(at, request.due_at)
    return at


def _keep(request: PieceRequest, taken: checking.Taken, by: User, parts: Sequence[Upload]) -> Document:
    digest = sha256(taken.content).hexdigest()
    document = Document(name=taken.name, size=len(taken.content), pages=taken.pages, sha256=digest)
    if parts:
        document.public_id = parts[0].public_id
    try:
        with transaction.atomic():
            hold_shared(request.application.posting)
            application = lock(request.application)
            awaited = PieceRequest.objects.select_for_update().select_related("requirement").get(pk=request.pk)
            awaited.application = application
            at = _refuse_if_over(awaited, application)
            for part in parts:
                uploads.discard(part)
            twin = application.documents.filter(requirement=awaited.requirement, sha256=digest).first()
            if twin is not None and twin.request_id == awaited.pk:
                return twin
            if twin is not None:
                raise ValidationError(_("Ce fichier est déjà dans votre dossier : envoyez celui qui est demandé."))
            for previous in list(awaited.documents.all()):
                discard(previous, application)
            document.application, document.requirement, document.request = application, awaited.requirement, awaited
            document.uploaded_at = at
            store(document, taken)
            _record(awaited, document, by, at)
    except BaseException:
        unstore(document)
        raise
    return document


def _record(request: PieceRequest, document: Document, by: User, at: datetime) -> None:
    # What takes the place of a piece that HR has seen is to be seen anew.
    request.answered_at, request.settled_at = at, None
    request.save(update_fields=["answered_at", "settled_at"])
    # The hash is salted with the document's random identifier: nothing once its row is erased.
    facts = {
        "requirement": request.requirement.code,
        "due_at": request.due_at,
        "document": salted(document.sha256, document.public_id.bytes),
    }
    append("piece.received", at=at, actor=by.actor, subject=request.application.subject, facts=facts)
    context = {"received_at": at.isoformat(), "file": document.name, "sha256": document.sha256}
    _owe(request, "piece_received", str(document.public_id), context, at)


def _record_late_attempt(request: PieceRequest, late: Overdue, by: User) -> None:
    """After the rollback, so that the record of the refusal stands. Twenty a file: a finger that won't stop fills nothing."""
    subject = request.application.subject
    if Entry.objects.filter(kind="piece.refused_late", subject=subject).count() >= ATTEMPTS_KEPT:
        return
    facts = {"requirement": request.requirement.code, "due_at": late.due_at}
    with transaction.atomic():
        append("piece.refused_late", at=late.at, actor=by.actor, subject=subject, facts=facts)


def settle(*, request: PieceRequest, by: User) -> PieceRequest:
    """HR has seen what came, or that nothing came in time: the request waits for nobody any more. Twice is once.

    Raises PermissionDenied unless ``by`` is HR, ValidationError while the piece is still awaited.
    """
    if not is_hr(by):
        raise PermissionDenied
    with transaction.atomic():
        found = PieceRequest.objects.select_for_update().get(pk=request.pk)
        at = clock.now()
        if found.settled_at is not None:
            return found
        if found.answered_at is None and at < found.due_at:
            raise ValidationError(_("Cette pièce est encore attendue : le délai court."))
        found.settled_at = at
        found.save(update_fields=["settled_at"])
        facts = {"requirement": found.requirement.code, "received": found.answered_at is not None}
        append("piece.settled", at=at, actor=by.actor, subject=found.application.subject, facts=facts)
    return found
