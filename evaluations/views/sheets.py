"""A member's own sheet: declare, mark, seal; in interview, with the candidate's file beside it."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.policy import is_juror, person, requires
from applications.models import Shown
from applications.serving import pdf_response
from applications.viewing import record_viewing
from evaluations import panels, policy, results, scoring
from evaluations.forms.jury import DeclarationForm
from evaluations.forms.marking import SheetForm
from evaluations.forms.refusals import add_refusal
from evaluations.live import Live, live
from evaluations.models import ScoreSheet, Sitting
from evaluations.policy_references import may_read_references
from postings.models import Stage


def _context(sheet: ScoreSheet, form: SheetForm) -> dict[str, object]:
    """What every page of a sheet shows. An identity only in interview; never a document's name before it."""
    application = sheet.application
    context: dict[str, object] = {
        "sheet": sheet,
        "code": application.dossier_code,
        "posting": application.posting,
        "form": form,
    }
    if sheet.stage == Stage.SKILLS:
        # The words alone: nothing of when they came, nor of how long they took.
        sitting = (
            Sitting.objects.filter(application=application, ended_at__isnull=False).select_related("exercise").first()
        )
        context |= {"exercise": sitting.exercise, "composition": sitting.text} if sitting else {}
        return {**context, "rows": form.rows(dict(application.answers.values_list("question_id", "text")))}
    return {
        **context,
        "rows": form.rows(),
        "candidate": application,
        "career": application.career.all(),
        "documents": application.documents.select_related("requirement"),
        "answers": application.answers.select_related("question__criterion").order_by("question__position"),
        "summary_is_shown": may_read_references(sheet.member.user, application),
    }


@requires(is_juror)
@require_http_methods(["GET", "POST"])
def declare(request: HttpRequest, code: str, stage: str) -> HttpResponse:
    """The declaration that comes before any page of a file, to mark it or preside over it; a conflict may come later too."""
    user = person(request)
    member, application = policy.get_declaring_or_404(user, code, stage)
    declared = policy.declaration_of(member, application)
    presides = not member.sheets.filter(application=application, stage=stage).exists()
    form = DeclarationForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            given = panels.declare(application=application, by=user, **form.cleaned_data)
        except ValidationError as error:
            add_refusal(form, error)
        else:
            if given.conflict:
                messages.success(request, _("Votre récusation est enregistrée : ce dossier ne vous est plus ouvert."))
                return redirect("evaluations:jury")
            return redirect("evaluations:file" if presides else "evaluations:sheet", code, stage)
    context = {
        "stage_label": Stage(stage).label,
        "code": code,
        "form": form,
        "declared": declared,
        "presides": presides,
        "candidate": application if stage == Stage.INTERVIEW else None,
    }
    return render(request, "evaluations/sheets/declare.html", context, status=422 if form.errors else 200)


@requires(is_juror)
@require_http_methods(["GET", "POST"])
def sheet(request: HttpRequest, code: str, stage: str) -> HttpResponse:
    """The sheet itself; sealed, it can only be read. The POST is the form's own button, without JavaScript."""
    found = policy.get_sheet_or_404(person(request), code, stage)
    if not policy.may_mark(person(request), found):
        return redirect("evaluations:declare", code, stage)
    if found.sealed_at is not None:
        return _sealed(request, found, status=200 if request.method == "GET" else 409)
    form = SheetForm(found, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        try:
            form.save(by=person(request))
        except scoring.SheetSealed:
            return _sealed(request, policy.get_sheet_or_404(person(request), code, stage), status=409)
        if not form.errors:
            if "seal" in request.POST:
                return redirect("evaluations:seal", code, stage)
            messages.success(request, _("Votre grille est enregistrée."))
            return redirect("evaluations:sheet", code, stage)
    _saw(request, found)
    template = "evaluations/sheets/blind.html" if stage == Stage.SKILLS else "evaluations/sheets/interview.html"
    context = {**_context(found, form), "live": _live(request, found)}
    return render(request, template, context, status=422 if form.errors else 200)


def _saw(request: HttpRequest, found: ScoreSheet) -> None:
    if request.method == "GET":
        shown = Shown.BLIND if found.stage == Stage.SKILLS else Shown.HEARD
        record_viewing(application=found.application, shown=shown, by=person(request))


def _live(request: HttpRequest, found: ScoreSheet) -> Live | None:
    return live(found.application, by=person(request)) if found.stage == Stage.INTERVIEW else None


@requires(is_juror)
@require_safe
def going(request: HttpRequest, code: str, stage: str) -> HttpResponse:
    """The part of an interview's page that is asked for again and again: its time, and who is ready. Alone, it is no page."""
    found = policy.get_sheet_or_404(person(request), code, stage)
    state = _live(request, found) if policy.may_mark(person(request), found) else None
    if state is None:
        raise Http404
    if request.headers.get("HX-Request") != "true":
        return redirect("evaluations:sheet", code, stage)
    context = {"live": state, "code": code, "posting": found.application.posting}
    return render(request, "evaluations/sheets/_going.html", context)


def _sealed(request: HttpRequest, found: ScoreSheet, *, status: int = 200) -> HttpResponse:
    _saw(request, found)
    comparable = policy.may_compare(person(request), found.application, found.stage)
    context = {**_context(found, SheetForm(found)), "total": _total(found), "comparable": comparable}
    context["live"] = _live(request, found)
    return render(request, "evaluations/sheets/sealed.html", context, status=status)


def _total(sheet: ScoreSheet) -> object:
    scores = sheet.scores.select_related("criterion")
    if any(score.value is None for score in scores):
        return None
    return results.sheet_total(sheet, results.weights(sheet.application.posting_id, sheet.stage))


@requires(is_juror)
@require_POST
def save(request: HttpRequest, code: str, stage: str) -> HttpResponse:
    """Autosave: the fields that changed, in; when they were kept, or what is wrong with them, out."""
    found = policy.get_sheet_or_404(person(request), code, stage)
    if not policy.may_mark(person(request), found):
        return JsonResponse({"message": _("Déclarez-vous d'abord sur ce dossier.")}, status=403)
    form = SheetForm(found, request.POST)
    try:
        if found.sealed_at is not None:
            raise scoring.SheetSealed
        saved_at = form.save(by=person(request))
    except scoring.SheetSealed:
        return JsonResponse({"message": _("Cette grille est scellée : plus rien ne s'y enregistre.")}, status=409)
    answer = {"saved_at": saved_at, "errors": {name: list(errors) for name, errors in form.errors.items()}}
    return JsonResponse(answer, status=422 if form.errors else 200)


@requires(is_juror)
@require_http_methods(["GET", "POST"])
def seal(request: HttpRequest, code: str, stage: str) -> HttpResponse:
    """All marks read again, then sealed by one deliberate act."""
    found = policy.get_sheet_or_404(person(request), code, stage)
    if not policy.may_mark(person(request), found):
        return redirect("evaluations:declare", code, stage)
    refusal, status = "", 200
    if request.method == "POST":
        try:
            scoring.seal_sheet(sheet=found, by=person(request))
        except scoring.SheetIncomplete:
            refusal, status = _("Il manque des notes ou des commentaires : complétez la grille, puis scellez-la."), 422
        except ValidationError as error:
            refusal, status = " ".join(error.messages), 409
        else:
            messages.success(request, _("Votre grille du dossier %(code)s est scellée.") % {"code": code})
            return redirect("evaluations:jury")
    elif found.sealed_at is not None:
        return redirect("evaluations:sheet", code, stage)
    form = SheetForm(found)
    rows = form.rows()
    missing = [row for row in rows if not row.value.value()]
    bare = [row for row in rows if row.lacks_comment]
    context = {**_context(found, form), "missing": missing, "bare": bare, "refusal": refusal, "total": _total(found)}
    return render(request, "evaluations/sheets/seal.html", context, status=status)


@requires(is_juror)
@require_safe
def document(request: HttpRequest, code: str, public_id: UUID) -> HttpResponseBase:
    """A document of a candidate who is heard; the journal keeps who saw it."""
    found = policy.get_heard_document_or_404(person(request), code, public_id)
    record_viewing(document=found, by=person(request))
    return pdf_response(found)
