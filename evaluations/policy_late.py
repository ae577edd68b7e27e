"""Who may do what from the interview to the decision."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.policy import Visitor, is_auditor, is_authority, is_candidate, is_hr, is_juror, runs_the_jury
from applications.models import Application, Referee
from evaluations.models import Deliberation, Interview
from evaluations.policy import is_chair, member_of
from notices.outbox import visible_to
from postings.models import Posting, Stage


def skills_are_closed(posting: Posting) -> bool:
    """Whether the skills stage is over, so that interviews can be set."""
    return posting.stage_closings.filter(stage=Stage.SKILLS).exists()


def is_deliberated(posting: Posting) -> bool:
    """Whether the jury has closed its deliberation: from then on nothing before it changes."""
    return Deliberation.objects.filter(posting=posting, closed_at__isnull=False).exists()


def minutes_are_final(posting: Posting) -> bool:
    """Whether everyone present has signed the minutes, or refused: only then does the proposal leave the jury."""
    return Deliberation.objects.filter(posting=posting, frozen_at__isnull=False).exists()


def may_read_minutes(user: Visitor, posting: Posting) -> bool:
    """The jury reads the minutes once the deliberation is closed; the others once the jury has signed them."""
    if is_juror(user):
        return member_of(user, posting) is not None and is_deliberated(posting)
    return (runs_the_jury(user) or is_authority(user) or is_auditor(user)) and minutes_are_final(posting)


def may_read_figures(user: Visitor) -> bool:
    """Those who conduct the campaign, decide on it or audit it; the jury marks without knowing how others fare."""
    return is_hr(user) or is_authority(user) or is_auditor(user)


def may_read_lists(user: Visitor) -> bool:
    """HR publishes the lists of candidates; the auditor reads how."""
    return is_hr(user) or is_auditor(user)


def get_posting_or_404(slug: str) -> Posting:
    """A published posting, for those whose role the view has checked."""
    return get_object_or_404(Posting, slug=slug, published_at__isnull=False)


def get_interview_or_404(posting: Posting, public_id: str) -> Interview:
    """A slot of the posting, for HR."""
    slots = Interview.objects.standing().select_related("application", "posting")
    return get_object_or_404(slots, posting=posting, public_id=public_id)


def get_own_interview_or_404(user: Visitor, slug: str) -> Interview:
    """The person's own interview, once they were invited: until then nothing tells that they will be."""
    if not is_candidate(user):
        raise Http404
    rows = Interview.objects.select_related("posting", "application__posting", "application__candidate")
    interview = get_object_or_404(rows, application__candidate=user, posting__slug=slug)
    letters = visible_to(user).filter(kind="interview_invitation", campaign=slug)
    if not letters.exists():
        raise Http404
    return interview


def get_application_or_404(posting: Posting, dossier_code: str) -> Application:
    """A file of the posting, for HR."""
    return get_object_or_404(Application.objects.select_related("posting"), posting=posting, dossier_code=dossier_code)


def get_referee_or_404(posting: Posting, pk: int) -> Referee:
    """A referee of one of the posting's files, for HR."""
    return get_object_or_404(
        Referee.objects.select_related("application__posting"), application__posting=posting, pk=pk
    )


def get_chaired_posting_or_404(slug: str, user: Visitor) -> Posting:
    """A posting whose jury the person presides over; to anyone else it isn't there."""
    posting = get_posting_or_404(slug)
    if not is_juror(user) or not is_chair(user, posting):
        raise Http404
    return posting


def get_deliberation_or_404(slug: str) -> Deliberation:
    """A deliberation whose minutes are final: before that, nobody outside sees anything of the jury's work."""
    return get_object_or_404(
        Deliberation.objects.select_related("posting"), posting__slug=slug, frozen_at__isnull=False
    )
