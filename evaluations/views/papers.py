"""A campaign's papers in one place: minutes, decision, final report, archive, and the lists that may be taken away."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from accounts.policy import is_hr, person, requires
from evaluations import archiving, final_report
from evaluations.listings import LISTINGS
from evaluations.models import CampaignArchive, Deliberation, FinalReport, Ruling
from evaluations.policy_closing import (
    decision_is_notified,
    get_archive_or_404,
    get_report_or_404,
    get_ruling_or_404,
    reads_papers,
    takes_data,
)
from evaluations.policy_exercise import exercise_of, is_over
from evaluations.policy_late import get_posting_or_404
from evaluations.views.deliberation import pdf_answer
from postings.models import Posting


def _page(request: HttpRequest, posting: Posting, *, status: int = 200) -> HttpResponse:
    user, exercise = person(request), exercise_of(posting)
    context = {
        "posting": posting,
        "session": Deliberation.objects.filter(posting=posting, frozen_at__isnull=False).first(),
        "ruling": Ruling.objects.filter(posting=posting).select_related("by").first(),
        "report": FinalReport.objects.filter(posting=posting).select_related("by").first(),
        "archives": CampaignArchive.objects.filter(posting=posting) if takes_data(user) else (),
        "making": CampaignArchive.objects.filter(posting=posting, finished_at=None).exists(),
        "notified": decision_is_notified(posting),
        "subject_open": exercise is not None and is_over(exercise),
        "listings": [listing for listing in LISTINGS.values() if listing.is_open(posting)] if takes_data(user) else (),
        "acts": is_hr(user),
        "takes_data": takes_data(user),
    }
    return render(request, "evaluations/papers.html", context, status=status)


@requires(reads_papers)
@require_safe
def papers(request: HttpRequest, slug: str) -> HttpResponse:
    """What there is, and what is still to come."""
    return _page(request, get_posting_or_404(slug))


@requires(reads_papers)
@require_GET
def report(request: HttpRequest, slug: str) -> HttpResponse:
    """The report that was issued; drawn now if its drawing was cut short."""
    return pdf_answer(final_report.read(final_report.draw(report=get_report_or_404(slug))), f"rapport-final-{slug}")


@requires(is_hr)
@require_GET
def report_preview(request: HttpRequest, slug: str) -> HttpResponse:
    """What the report would say today, marked as a draft."""
    content = final_report.preview(ruling=get_ruling_or_404(slug), by=person(request))
    return pdf_answer(content, f"projet-de-rapport-{slug}")


@requires(is_hr)
@require_POST
def issue_report(request: HttpRequest, slug: str) -> HttpResponse:
    """Issue the report, once."""
    posting = get_posting_or_404(slug)
    try:
        final_report.issue(posting=posting, by=person(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return _page(request, posting, status=409)
    messages.success(request, _("Le rapport final est établi ; son empreinte est inscrite au registre."))
    return redirect("evaluations:papers", slug)


@requires(is_hr)
@require_POST
def ask_archive(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask the worker for an archive."""
    posting = get_posting_or_404(slug)
    try:
        archiving.ask(posting=posting, documents=request.POST.get("documents") == "on", by=person(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return _page(request, posting, status=409)
    messages.success(request, _("L’archive est demandée : elle se constitue, vous pouvez quitter cette page."))
    return redirect("evaluations:papers", slug)


@requires(takes_data)
@require_GET
def archive(request: HttpRequest, slug: str, pk: int) -> FileResponse:
    """Take an archive away."""
    made = get_archive_or_404(slug, pk)
    try:
        content = archiving.take(archive=made, by=person(request))
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(content, as_attachment=True, filename=f"archive-{slug}-{pk}.zip")
    response["Cache-Control"] = "private, no-store"
    return response
