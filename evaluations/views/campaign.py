"""HR's page of a campaign: from the jury to the decision, and the acts of the skills stage."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.policy import Visitor, is_hr, is_hr_head, is_juror, is_secretary, person, requires, runs_the_jury
from applications.models import Application
from applications.states import State
from evaluations import assignment, panels, results
from evaluations.forms.jury import CompositionForm
from evaluations.forms.refusals import add_refusal
from evaluations.models import Panel
from evaluations.policy_exercise import MISSED, exercise_of, still_to_sit
from evaluations.policy_late import get_chaired_posting_or_404, get_posting_or_404
from evaluations.progress import stage_progress
from evaluations.progress_late import late_progress
from evaluations.replacing import replacements_of
from postings.models import Posting, Stage


def _page(request: HttpRequest, posting: Posting, *, status: int = 200) -> HttpResponse:
    files = Application.objects.filter(posting=posting)
    context = {
        "posting": posting,
        "for_hr": is_hr(request.user),
        "for_head": is_hr_head(request.user),
        "panel": Panel.objects.filter(posting=posting).prefetch_related("members__user", "substitutes__user").first(),
        "replacements": replacements_of(posting),
        "skills": stage_progress(posting, Stage.SKILLS),
        "late": late_progress(posting),
        "to_screen": files.filter(state=State.SUBMITTED).count(),
        "admissible": files.filter(state=State.ADMISSIBLE).exclude(MISSED).count(),
        "missed": files.filter(MISSED).count(),
        "exercise": exercise_of(posting),
        "to_sit": len(still_to_sit(posting)),
        "shortlisted": files.filter(results__stage=Stage.SKILLS).exclude(state=State.NOT_SHORTLISTED).count(),
    }
    return render(request, "evaluations/campaign.html", context, status=status)


@requires(is_secretary)
@require_safe
def secretariat(request: HttpRequest) -> HttpResponse:
    """The campaigns whose jury the secretary convenes."""
    postings = Posting.objects.filter(published_at__isnull=False).select_related("panel").order_by("-published_at")
    return render(request, "evaluations/secretariat.html", {"postings": postings})


@requires(runs_the_jury)
@require_safe
def campaign(request: HttpRequest, slug: str) -> HttpResponse:
    """The whole campaign after closing, stage by stage."""
    return _page(request, get_posting_or_404(slug))


@requires(runs_the_jury)
@require_http_methods(["GET", "POST"])
def compose(request: HttpRequest, slug: str) -> HttpResponse:
    """Compose the jury, once."""
    posting = get_posting_or_404(slug)
    if Panel.objects.filter(posting=posting).exists():
        return redirect("evaluations:campaign", slug)
    form = CompositionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            panels.compose(posting=posting, members=form.seats(), substitutes=form.substitutes(), by=person(request))
        except ValidationError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("La composition du jury est arrêtée."))
            return redirect("evaluations:campaign", slug)
    context = {"posting": posting, "form": form}
    return render(request, "evaluations/jury/compose.html", context, status=422 if form.errors else 200)


@requires(runs_the_jury)
@require_POST
def assign(request: HttpRequest, slug: str) -> HttpResponse:
    """Draw the markers."""
    posting = get_posting_or_404(slug)
    try:
        sheets = assignment.assign_markers(posting=posting, by=person(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return _page(request, posting, status=409)
    text = ngettext("%(n)d grille est ouverte au jury.", "%(n)d grilles sont ouvertes au jury.", len(sheets))
    messages.success(request, text % {"n": len(sheets)})
    return redirect("evaluations:campaign", slug)


def _hr_or_juror(user: Visitor) -> bool:
    return is_hr(user) or is_juror(user)


@requires(_hr_or_juror)
@require_POST
def close_skills(request: HttpRequest, slug: str) -> HttpResponse:
    """Close the skills stage, for HR and for the chair, each on their own page."""
    by = person(request)
    posting = get_posting_or_404(slug) if is_hr(by) else get_chaired_posting_or_404(slug, by)
    try:
        results.close_skills(posting=posting, by=by)
    except results.StageNotReady as waiting:
        messages.error(request, _not_ready(waiting))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("L'évaluation des compétences est close : la présélection est arrêtée."))
    return redirect("evaluations:campaign" if is_hr(by) else "evaluations:presiding", slug)


def _not_ready(waiting: results.StageNotReady) -> str:
    parts = []
    if waiting.unsealed:
        parts.append(_("grilles non scellées : %(codes)s") % {"codes": ", ".join(waiting.unsealed)})
    if waiting.undiscussed:
        parts.append(_("écarts à discuter : %(codes)s") % {"codes": ", ".join(waiting.undiscussed)})
    if waiting.thirds:
        parts.append(_("troisièmes correcteurs à tirer au sort : %(codes)s") % {"codes": ", ".join(waiting.thirds)})
    return _("L'étape ne peut pas encore être close (%(parts)s).") % {"parts": " ; ".join(parts)}
