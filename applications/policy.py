"""Who may see and do what with a candidature. Strangers get 404: they don't learn that it exists."""

from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.models import User
from accounts.policy import Visitor, is_candidate
from applications.models import Application, Document, Upload
from applications.states import DECIDED_BEFORE_THE_END, IN_PLAY, State
from journal import clock
from notices.models import Notice
from postings.deadline import is_open
from postings.models import Posting


def intake_open(posting: Posting) -> bool:
    """Whether a file may be opened, changed and submitted now, by the clock of record."""
    return is_open(posting, clock.now())


def may_edit(application: Application) -> bool:
    """Whether the file is a draft and intake is open."""
    return application.state == State.DRAFT and intake_open(application.posting)


def may_withdraw(application: Application) -> bool:
    """Whether the candidate may still withdraw: until the authority's decision on the whole.

    A file that fell out before then may be withdrawn too: refusing it would tell what its letter hasn't told yet.
    """
    undecided = application.state in IN_PLAY | DECIDED_BEFORE_THE_END and not application.posting.cancelled_at
    return undecided and not Notice.objects.filter(kind="decision", subject=application.subject).exists()


def is_owner(user: Visitor, application: Application) -> bool:
    return is_candidate(user) and application.candidate_id == user.pk


def own_applications(user: Visitor) -> QuerySet[Application]:
    """The person's files, newest first."""
    if not is_candidate(user):
        return Application.objects.none()
    return Application.objects.filter(candidate=user).select_related("posting", "candidate").order_by("-id")


def get_own_application_or_404(user: Visitor, slug: str) -> Application:
    """The person's file for the posting ``slug``."""
    return get_object_or_404(own_applications(user), posting__slug=slug)


def get_own_document_or_404(user: Visitor, public_id: UUID) -> Document:
    """A document of one of the person's own files."""
    documents = Document.objects.select_related("application__posting", "application__candidate", "requirement")
    document = get_object_or_404(documents, public_id=public_id)
    if not is_owner(user, document.application):
        raise Http404
    return document


def get_own_upload_or_404(user: Visitor, public_id: UUID) -> Upload:
    """A file on its way to one of the person's own files."""
    rows = Upload.objects.select_related("application__posting", "application__candidate", "requirement")
    upload = get_object_or_404(rows, public_id=public_id)
    if not is_owner(user, upload.application):
        raise Http404
    return upload


def refuse_unless_owner(user: User, application: Application) -> None:
    """Raise Http404 for anyone but the candidate: the acts on a file are theirs alone."""
    if not is_owner(user, application):
        raise Http404
