"""Who may write to whom about a submitted file, and until when.

No predicate here looks at how far a file got: until its letter is out, every candidate may do the same things.
"""

from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.models import User
from accounts.policy import Visitor, is_hr
from applications import policy
from applications.models import Accommodation, Answered, Application, Objection, PieceRequest, RefusalProposal
from applications.policy_screening import may_read_files
from applications.states import IN_PLAY, UNSUBMITTED, State
from journal import clock
from notices.models import Notice
from notices.outbox import visible_to
from postings.models import DocumentRequirement


def decision_letter(application: Application) -> Notice | None:
    """The decision's letter, once its candidate may read it."""
    return visible_to(application.candidate).filter(kind="decision", subject=application.subject).first()


def is_decided(application: Application) -> bool:
    """Whether the authority has decided, told or not."""
    return Notice.objects.filter(kind="decision", subject=application.subject).exists()


def is_followed(application: Application) -> bool:
    """Whether the file is in and its candidate awaits the decision: not withdrawn, erased or cancelled, no letter yet."""
    if application.posting.cancelled_at:
        return False
    stands = application.state not in UNSUBMITTED | {State.WITHDRAWN} and application.manifest is not None
    return stands and decision_letter(application) is None


def may_ask_accommodation(application: Application) -> bool:
    """Whether the candidate may say what they need: from the first draft on."""
    return policy.may_edit(application) or is_followed(application)


def may_ask_piece(user: Visitor, application: Application) -> bool:
    """Whether HR may ask for a piece: of a file in play, before the decision."""
    waits = application.state in IN_PLAY and not application.posting.cancelled_at
    return is_hr(user) and waits and not is_decided(application)


def may_send(application: Application, requirement: DocumentRequirement) -> bool:
    """Whether a file for the requirement may come now: into the draft, or because HR asked for that piece."""
    if policy.may_edit(application):
        return True
    awaited = application.piece_requests.filter(requirement=requirement, due_at__gt=clock.now())
    return is_followed(application) and awaited.exists()


def may_be_given(user: Visitor, objection: Objection) -> bool:
    """HR, but neither who proposed nor who confirmed that the file is inadmissible: nobody judges their own act."""
    if not is_hr(user):
        return False
    screening = getattr(objection.application, "screening", None)
    if screening is None or screening.admitted:
        return True
    confirmed = RefusalProposal.objects.filter(application=objection.application_id, answered=Answered.CONFIRMED)
    return user.pk != screening.by_id and not confirmed.filter(by=user).exists()


def officer_of(objection: Objection) -> User | None:
    """Whom the recourse was given to, by the latest assignment."""
    latest = objection.assignments.select_related("officer").last()
    return latest.officer if latest else None


def may_answer_objection(user: Visitor, objection: Objection) -> bool:
    """Whom it was given to; while nobody was, anyone of HR's whom it may be given to."""
    officer = officer_of(objection)
    return may_be_given(user, objection) and (officer is None or officer == user)


def get_own_request_or_404(user: Visitor, slug: str, public_id: UUID) -> PieceRequest:
    """A request that HR made to the person."""
    application = policy.get_own_application_or_404(user, slug)
    rows = PieceRequest.objects.select_related("requirement", "application__posting", "application__candidate")
    return get_object_or_404(rows, application=application, public_id=public_id)


def _number(pk: int | str) -> int:
    try:
        return int(pk)
    except ValueError as no_number:
        raise Http404 from no_number


def get_request_or_404(user: Visitor, pk: int | str) -> PieceRequest:
    """A request for a piece, for who may read files. Http404 to anyone else."""
    if not may_read_files(user):
        raise Http404
    return get_object_or_404(PieceRequest.objects.select_related("application"), pk=_number(pk))


def get_accommodation_or_404(user: Visitor, pk: int | str) -> Accommodation:
    """What a candidate needs, for HR alone: it may tell of their health (loi 09-08, article 21). Http404 to anyone else."""
    if not is_hr(user):
        raise Http404
    rows = Accommodation.objects.select_related("application__posting", "application__candidate", "answered_by")
    return get_object_or_404(rows, pk=_number(pk))


def get_objection_or_404(user: Visitor, pk: int | str) -> Objection:
    """A recourse, for who may read files. Http404 to anyone else."""
    if not may_read_files(user):
        raise Http404
    rows = Objection.objects.select_related("application__posting", "application__candidate", "application__screening")
    return get_object_or_404(rows.select_related("answered_by"), pk=_number(pk))
