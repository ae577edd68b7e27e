"""The campaign's dashboard, for HR, the authority and the auditor."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.policy import is_auditor, is_authority, is_hr, requires
from evaluations.figures.dashboard import dashboard
from evaluations.policy_late import get_posting_or_404, may_read_figures
from journal import clock


@requires(may_read_figures)
@require_safe
def figures(request: HttpRequest, slug: str) -> HttpResponse:
    """Counts alone: no name but the jury's own, no mark."""
    posting = get_posting_or_404(slug)
    context = {
        **admin.site.each_context(request),
        "title": _("Tableau de bord"),
        "posting": posting,
        "dashboard": dashboard(posting),
        "at": clock.now(),
        "is_hr": is_hr(request.user),
        "is_auditor": is_auditor(request.user),
        "is_authority": is_authority(request.user),
    }
    return render(request, "evaluations/figures.html", context)
