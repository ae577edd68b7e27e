"""The chair's desk: how far each member is, and the acts of who presides over a file."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.policy import is_juror, person, requires
from applications.models import Application
from evaluations import assignment, excusing, policy, results, scoring, third_marker
from evaluations.absence import missed
from evaluations.forms.jury import ReasonForm, ReassignForm
from evaluations.forms.refusals import add_refusal
from evaluations.models import ScoreSheet
from evaluations.progress import files_presided, presided, stage_progress
from evaluations.views.jury import compared, stand_ins
from postings.models import Stage


@requires(is_juror)
@require_safe
def presiding(request: HttpRequest, slug: str) -> HttpResponse:
    """How far the jury is, file by file and member by member; never a mark."""
    member = policy.get_member_or_404(person(request), slug)
    if not member.chair and not files_presided(member):
        raise Http404
    posting = member.panel.posting
    stages = [presided(member, stage_progress(posting, stage)) for stage in (Stage.SKILLS, Stage.INTERVIEW)]
    barred = member.declarations.filter(conflict=True).values("application")
    context = {
        "posting": posting,
        "member": member,
        "skills": stages[0],
        "interviews": stages[1],
        "missed": missed(posting).exclude(application__in=barred) if member.chair else (),
    }
    return render(request, "evaluations/jury/presiding.html", context)


def _sheet_or_404(request: HttpRequest, code: str, stage: str) -> ScoreSheet:
    """The sheet that the form names by its member, of a file that the person presides over."""
    rows = ScoreSheet.objects.select_related("application__posting", "member__user")
    try:
        sheet = get_object_or_404(
            rows, application__dossier_code=code, stage=stage, member__user__public_id=request.POST.get("member", "")
        )
    except ValidationError as malformed:
        raise Http404 from malformed
    if not policy.presides(person(request), sheet.application):
        raise Http404
    _refuse_undeclared(request, sheet.application, stage)
    return sheet


def _refuse_undeclared(request: HttpRequest, application: Application, stage: str) -> None:
    """The file's page, where these buttons stand, opens to who has declared alone; an address typed says no more."""
    if policy.must_declare(person(request), application, stage):
        raise PermissionDenied


def _do(
    request: HttpRequest, sheet: ScoreSheet, act: Callable[[], object], form: Form, slot: str, done: str
) -> HttpResponse:
    """Run a presiding member's act; say that it is done, or show the file's page again with the refusal."""
    if form.is_valid():
        try:
            act()
        except ValidationError as error:
            add_refusal(form, error)
        else:
            messages.success(request, done)
            return redirect("evaluations:file", sheet.application.dossier_code, sheet.stage)
    forms = {slot: form, "refused_member": sheet.member_id, "refused_form": form}
    return compared(request, sheet.application, sheet.stage, status=422, **forms)


@requires(is_juror)
@require_POST
def reassign(request: HttpRequest, code: str, stage: str) -> HttpResponse:
    """Give an unsealed blind sheet to another member."""
    sheet = _sheet_or_404(request, code, stage)
    form = ReassignForm(request.POST, members=stand_ins(sheet.application, stage))

    def act() -> object:
        return assignment.reassign(sheet=sheet, to=form.cleaned_data["to"], by=person(request))

    return _do(request, sheet, act, form, "reassign_form", _("La grille est réattribuée, vierge."))


@requires(is_juror)
@require_POST
def reopen(request: HttpRequest, code: str, stage: str) -> HttpResponse:
    """Give a sealed sheet back to its member."""
    sheet = _sheet_or_404(request, code, stage)
    form = ReasonForm(request.POST)

    def act() -> object:
        return scoring.reopen_sheet(sheet=sheet, reason=form.cleaned_data["reason"], by=person(request))

    return _do(request, sheet, act, form, "reason_form", _("La grille est rouverte : son auteur peut la corriger."))


@requires(is_juror)
@require_POST
def excuse(request: HttpRequest, code: str, stage: str) -> HttpResponse:
    """Record that an interview sheet will not come."""
    sheet = _sheet_or_404(request, code, stage)
    form = ReasonForm(request.POST)

    def act() -> object:
        return excusing.excuse(sheet=sheet, reason=form.cleaned_data["reason"], by=person(request))

    return _do(request, sheet, act, form, "reason_form", _("La grille est dispensée : celles des autres suffisent."))


@requires(is_juror)
@require_POST
def draw_third(request: HttpRequest, code: str) -> HttpResponse:
    """Draw the lots for a third marker, the gap standing."""
    application = policy.get_compared_file_or_404(person(request), code, Stage.SKILLS)
    _refuse_undeclared(request, application, Stage.SKILLS)
    try:
        third = third_marker.draw_third(application=application, by=person(request))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return compared(request, application, Stage.SKILLS, status=409)
    if third.sheet is None or third.sheet.excused_at:
        messages.warning(request, _("Personne ne reste à tirer au sort : la conclusion de la discussion vaut."))
    else:
        messages.success(request, _("Le sort est tiré : une grille vierge est ouverte à un troisième correcteur."))
    return redirect("evaluations:file", code, Stage.SKILLS)


@requires(is_juror)
@require_POST
def close_interview(request: HttpRequest, code: str, stage: str) -> HttpResponse:
    """Close an interview whose sheets are all in."""
    application = policy.get_compared_file_or_404(person(request), code, stage)
    _refuse_undeclared(request, application, stage)
    try:
        results.close_interview(application=application, by=person(request))
    except results.StageNotReady:
        messages.error(request, _("Des grilles manquent encore, ou le quorum n'est pas atteint."))
        return compared(request, application, stage, status=409)
    messages.success(request, _("L'entretien est clos et son résultat enregistré."))
    return redirect("evaluations:file", code, stage)
