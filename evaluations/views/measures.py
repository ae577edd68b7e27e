"""The figures of the marking, for the chair and for the auditor; never a mark before every sheet of the stage is sealed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.policy import Visitor, is_auditor, is_juror, person, requires
from evaluations.measures import both_stages
from evaluations.policy import member_of
from evaluations.policy_late import get_chaired_posting_or_404, get_posting_or_404


def _juror_or_auditor(user: Visitor) -> bool:
    return is_juror(user) or is_auditor(user)


@requires(_juror_or_auditor)
@require_safe
def measures(request: HttpRequest, slug: str) -> HttpResponse:
    """Severity, agreement and effect on the order, stage by stage."""
    reader = person(request)
    auditor = is_auditor(reader)
    posting = get_posting_or_404(slug) if auditor else get_chaired_posting_or_404(slug, reader)
    stages = both_stages(posting, reader=None if auditor else member_of(reader, posting))
    context = {"posting": posting, "stages": stages, "auditor": auditor}
    return render(request, "evaluations/jury/measures.html", context)
