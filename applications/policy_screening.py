"""Who may read and screen the submitted files."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Concat
from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.policy import Visitor, is_auditor, is_hr
from applications.models import Application, Check, Condition, RefusalProposal, Verdict
from applications.states import SCREENED, UNSUBMITTED, State
from journal.models import Entry
from postings.models import DocumentRequirement


def may_read_files(user: Visitor) -> bool:
    """HR works on the files; the auditor reads all and changes nothing."""
    return is_hr(user) or is_auditor(user)


def may_screen(user: Visitor, application: Application) -> bool:
    """Whether the two acts of screening are theirs, on a file that waits for them."""
    return is_hr(user) and application.state == State.SUBMITTED and not application.posting.cancelled_at


def stage_is_over(application: Application) -> bool:
    """Whether something was built on the screening of its campaign: an invitation to the exercise, the drawing of markers.

    The rooms above do that; the journal tells of it to those below.
    """
    files = Application.objects.filter(posting=application.posting_id)
    subjects = files.annotate(name=Concat(Value("application:"), "dossier_code")).values("name")
    drawn = Q(kind="skills.assigned", subject=application.posting.subject)
    return Entry.objects.filter(drawn | Q(kind="sitting.invited", subject__in=subjects)).exists()


def may_reopen(user: Visitor, application: Application) -> bool:
    """Whether the examination of the file may be begun again by this person."""
    return is_hr(user) and application.state in SCREENED and not stage_is_over(application)


def get_proposal_or_404(user: Visitor, pk: int) -> RefusalProposal:
    """A refusal that was proposed, for who may read files. Raises PermissionDenied for the other roles."""
    if not may_read_files(user):
        raise PermissionDenied
    rows = RefusalProposal.objects.select_related("application__posting", "application__candidate", "by")
    return get_object_or_404(rows, pk=pk)


def _counted(rows: QuerySet[Any], group: str) -> Coalesce:
    return Coalesce(Subquery(rows.order_by().values(group).annotate(n=Count("pk")).values("n")), 0)


def with_lines(files: QuerySet[Application]) -> QuerySet[Any]:
    """With ``lines_fine`` and ``lines_asked``: how many lines of the checklist are in order, and how many it has; and with
    ``journal_name``, the journal's name of the file.
    """
    fine = Check.objects.filter(application=OuterRef("pk"), verdict=Verdict.OK)
    asked = DocumentRequirement.objects.filter(posting=OuterRef("posting"))
    return files.annotate(
        lines_fine=_counted(fine, "application"),
        lines_asked=_counted(asked, "posting") + len(Condition),
        journal_name=Concat(Value("application:"), "dossier_code"),
    )


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
