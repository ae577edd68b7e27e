"""One button, on HR's page of interviews and on the chair's desk: the candidate did not come."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.policy import Visitor, is_juror, person, requires, runs_the_jury
from evaluations.absence import record_absence
from evaluations.policy_late import get_chaired_posting_or_404, get_interview_or_404, get_posting_or_404


def _jury_or_its_desk(user: Visitor) -> bool:
    return runs_the_jury(user) or is_juror(user)


@requires(_jury_or_its_desk)
@require_POST
def record(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """Record the absence, and come back to the page of whoever did."""
    by = person(request)
    posting = get_posting_or_404(slug) if runs_the_jury(by) else get_chaired_posting_or_404(slug, by)
    try:
        record_absence(interview=get_interview_or_404(posting, public_id), by=by)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("L'absence est constatée : le jury délibère sans cette candidature."))
    return redirect("evaluations:interviews" if runs_the_jury(by) else "evaluations:presiding", slug)
