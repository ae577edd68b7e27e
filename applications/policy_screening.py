"""Who may read and screen the submitted files."""

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.policy import Visitor, is_auditor, is_hr
from applications.models import Application
from applications.states import UNSUBMITTED, State


def may_read_files(user: Visitor) -> bool:
    """HR works on the files; the auditor reads all and changes nothing."""
    return is_hr(user) or is_auditor(user)


def may_screen(user: Visitor, application: Application) -> bool:
    """Whether the two acts of screening are theirs, on a file that waits for them."""
    return is_hr(user) and application.state == State.SUBMITTED and not application.posting.cancelled_at


def readable_files() -> QuerySet[Application]:
    """Every file but drafts, which are their candidates' alone."""
    return Application.objects.exclude(state__in=sorted(UNSUBMITTED)).select_related("posting", "candidate")


def was_never_submitted(pk: int | str) -> bool:
    """Whether that file is a draft, or lapsed as one. An address that names no file is none."""
    try:
        return Application.objects.filter(pk=int(pk), state__in=sorted(UNSUBMITTED)).exists()
    except ValueError:
        return False


def get_trace_or_404(user: Visitor, pk: int | str) -> Application:
    """A file that was never submitted: what happened to it may be read, what stands in it not. Raises as below."""
    if not may_read_files(user):
        raise PermissionDenied
    try:
        return get_object_or_404(Application.objects.filter(state__in=sorted(UNSUBMITTED)), pk=int(pk))
    except ValueError as no_number:
        raise Http404 from no_number


def get_file_or_404(user: Visitor, pk: int | str) -> Application:
    """A submitted file, for who may read files. Raises PermissionDenied for the other roles."""
    if not may_read_files(user):
        raise PermissionDenied
    try:
        return get_object_or_404(readable_files(), pk=int(pk))
    except ValueError as no_number:
        raise Http404 from no_number
