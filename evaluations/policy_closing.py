"""Who may read, take and close the papers of a campaign once the jury and the authority are done."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.policy import Visitor, is_auditor, is_authority, is_hr
from evaluations.models import CampaignArchive, FinalReport, Ruling
from notices.models import Notice
from notices.outbox import BEFORE_RELEASE
from postings.models import Posting


def reads_papers(user: Visitor) -> bool:
    """HR, the authority and the auditor find a campaign's minutes, decision and report in one place. The jury has its own."""
    return is_hr(user) or is_authority(user) or is_auditor(user)


def takes_data(user: Visitor) -> bool:
    """Who may take lists, documents and archives away: those who may read every file. A juror never."""
    return is_hr(user) or is_auditor(user)


def decision_is_notified(posting: Posting) -> bool:
    """Whether the authority has decided, and every letter that it owes has been released."""
    if not Ruling.objects.filter(posting=posting).exists():
        return False
    letters = Notice.objects.filter(kind="decision", campaign=posting.slug)
    return not letters.filter(state__in=sorted(BEFORE_RELEASE)).exists()


def get_ruling_or_404(slug: str) -> Ruling:
    """The authority's decision on a posting, for those whose role the view has checked."""
    return get_object_or_404(Ruling.objects.select_related("posting", "by", "prepared_by"), posting__slug=slug)


def get_report_or_404(slug: str) -> FinalReport:
    """A report that was issued."""
    return get_object_or_404(FinalReport.objects.select_related("posting"), posting__slug=slug)


def get_archive_or_404(slug: str, pk: int) -> CampaignArchive:
    """An archive that is there to be taken: made, and not erased since."""
    archive = get_object_or_404(CampaignArchive.objects.select_related("posting"), posting__slug=slug, pk=pk)
    if not archive.is_kept:
        raise Http404
    return archive


def refuse_unless_takes_data(user: Visitor) -> None:
    """Raise PermissionDenied for anyone who may not take data away."""
    if not takes_data(user):
        raise PermissionDenied
