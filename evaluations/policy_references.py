"""When a member of the jury reads HR's summary of a file's references: a rule of the posting."""

from django.db.models import QuerySet
from django.http import Http404

from accounts.models import User
from accounts.policy import is_juror
from applications.models import Application
from applications.states import FINAL, State
from evaluations.models import Declaration, Deliberation
from evaluations.policy import member_of
from postings.models import Posting, ReferencesShown

#: The files whose references are verified, and the same once decided.
SUMMARISED = frozenset({State.SHORTLISTED, State.INTERVIEWED}) | FINAL


def summarised_files(user: User, posting: Posting) -> QuerySet[Application]:
    """The files of the posting whose summary the person may read now: none before its stage, none that they have a conflict on.

    From the interview, where the posting says so: the files that the member declared to be free of any conflict on and
    that are invited. Once the deliberation has opened: every file that is still in it, or was.
    """
    files = Application.objects.filter(posting=posting, state__in=sorted(SUMMARISED))
    member = member_of(user, posting) if is_juror(user) else None
    if member is None or posting.references_shown_to_jury == ReferencesShown.NEVER:
        return files.none()
    files = files.exclude(declarations__in=Declaration.objects.filter(member=member, conflict=True))
    if Deliberation.objects.filter(posting=posting).exists():
        return files
    if posting.references_shown_to_jury != ReferencesShown.INTERVIEW:
        return files.none()
    return files.filter(interview__isnull=False, declarations__in=Declaration.objects.filter(member=member))


def may_read_references(user: User, application: Application) -> bool:
    """Whether the person may read the summary of this file's references now."""
    return summarised_files(user, application.posting).filter(pk=application.pk).exists()


def get_summarised_file_or_404(user: User, code: str) -> Application:
    """A file whose summary the person may read; to anyone else it isn't there."""
    file = Application.objects.select_related("posting").filter(dossier_code=code).first()
    if file is None or not may_read_references(user, file):
        raise Http404
    return file
