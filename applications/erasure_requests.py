"""Asking for a submitted file to be erased, and answering. The law has it kept until its time; the answer says so, in words."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policy import is_hr
from applications import policy
from applications.drafts import lock
from applications.erasure import is_erased
from applications.models import Application, ErasureRequest
from applications.states import UNSUBMITTED
from journal import clock
from journal.append import append
from notices.outbox import enqueue
from postings.locks import hold_shared


def ask(*, application: Application, message: str, by: User) -> ErasureRequest:
    """Record that the candidate wants a submitted file erased. While one waits for its answer, it is the same one.

    Raises Http404 for anyone but the candidate, ValidationError for a file that was never submitted or is erased.
    """
    policy.refuse_unless_owner(by, application)
    with transaction.atomic():
        hold_shared(application.posting)
        locked = lock(application)
        waiting = locked.erasure_requests.filter(answered_at=None).first()
        if waiting:
            return waiting
        if locked.state in UNSUBMITTED or is_erased(locked):
            raise ValidationError(_("Ce dossier s’efface sans demande."))
        at = clock.now()
        request = ErasureRequest(application=locked, message=message.strip(), asked_at=at)
        request.full_clean(exclude=["application"])
        request.save()
        append("data.erasure_requested", at=at, actor=by.actor, subject=locked.subject, facts={})
    return request


def answer(*, request: ErasureRequest, answer: str, by: User) -> ErasureRequest:
    """Answer a request in words, which go to the candidate by mail. The first answer stands.

    Raises PermissionDenied for anyone but HR, ValidationError without words or once it was answered.
    """
    if not is_hr(by):
        raise PermissionDenied
    if not answer.strip():
        raise ValidationError({"answer": _("Répondez en quelques mots : le candidat les recevra par courriel.")})
    with transaction.atomic():
        application = request.application
        hold_shared(application.posting)
        application = lock(application)
        found = ErasureRequest.objects.select_for_update().get(pk=request.pk)
        if found.answered_at:
            raise ValidationError(_("Cette demande a déjà reçu sa réponse."))
        found.answer, found.answered_at, found.answered_by = answer.strip(), clock.now(), by
        found.full_clean(exclude=["application", "answered_by"])
        found.save()
        append("data.erasure_answered", at=found.answered_at, actor=by.actor, subject=application.subject, facts={})
        _tell(application, found)
    return found


def _tell(application: Application, request: ErasureRequest) -> None:
    enqueue(
        key=f"erasure_answered:{application.dossier_code}:{request.pk}",
        kind="erasure_answered",
        to=application.candidate,
        context={
            "post": application.posting.title,
            "dossier": application.dossier_code,
            "name": application.full_name,
            "answer": request.answer,
        },
        at=request.answered_at,
        campaign=application.posting.slug,
        subject=application.subject,
    )
