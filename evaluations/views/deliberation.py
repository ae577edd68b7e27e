"""The chair's table: attendance, order of merit, appreciations, closing; and the minutes."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.policy import is_juror, person, requires
from applications.models import Application, Shown
from applications.viewing import record_viewings
from evaluations import deliberation as acts
from evaluations import minutes as drawing
from evaluations.forms.deliberation import AttendanceForm, ClosingForm
from evaluations.forms.refusals import add_refusal
from evaluations.models import Deliberation
from evaluations.policy import presiding_member
from evaluations.policy_late import get_chaired_posting_or_404, get_posting_or_404, may_read_minutes
from evaluations.policy_references import summarised_files
from evaluations.references_summary import summaries
from evaluations.signatures import lines
from postings.models import Posting


def _barred(posting: Posting, request: HttpRequest) -> dict[int, str]:
    """The files that the chair declared a conflict on, and who presides over each: nothing else of them is shown."""
    files = Application.objects.filter(posting=posting)
    own = files.filter(declarations__member__user=person(request), declarations__conflict=True)
    return {file.pk: str(presiding_member(file) or "") for file in own}


def _closing_form(posting: Posting, request: HttpRequest) -> ClosingForm:
    barred = _barred(posting, request)
    names = {s.application.dossier_code: _named(s.application, barred) for s in acts.settled(posting)}
    return ClosingForm(request.POST if "outcome" in request.POST else None, dossiers=names)


def _named(application: Application, barred: dict[int, str]) -> str:
    if application.pk in barred:
        return _("récusation, sous la dictée de %(name)s") % {"name": barred[application.pk]}
    return application.full_name


def _page(
    request: HttpRequest,
    posting: Posting,
    *,
    attendance: AttendanceForm | None = None,
    closing: ClosingForm | None = None,
    waiting: tuple[list[str], list[str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    session = Deliberation.objects.filter(posting=posting).first()
    unheard, unverified = waiting or acts.waiting(posting)
    present = session.present.all() if session else None
    context = {
        "posting": posting,
        "session": session,
        "unheard": unheard,
        "unverified": unverified,
        "standings": acts.settled(posting),
        "barred": _barred(posting, request),
        "lines": lines(session) if session and session.closed_at else (),
        "ranking": session.ranking.select_related("application") if session else (),
        "summaries": summaries(summarised_files(person(request), posting).order_by("dossier_code")),
        "attendance": attendance or AttendanceForm(posting=posting, initial={"present": present}),
        "closing": closing or _closing_form(posting, request),
    }
    return render(request, "evaluations/deliberation/detail.html", context, status=status)


@requires(is_juror)
@require_http_methods(["GET", "POST"])
def deliberation(request: HttpRequest, slug: str) -> HttpResponse:
    """Where the deliberation stands; posting the attendance opens the session."""
    posting = get_chaired_posting_or_404(slug, person(request))
    if request.method == "GET":
        barred = _barred(posting, request)
        seen = [standing.application for standing in acts.settled(posting) if standing.application.pk not in barred]
        record_viewings(applications=seen, shown=Shown.MARKS, by=person(request))
        return _page(request, posting)
    form = AttendanceForm(request.POST, posting=posting)
    if not form.is_valid():
        return _page(request, posting, attendance=form, status=422)
    try:
        acts.open_session(posting=posting, present=form.cleaned_data["present"], by=person(request))
    except acts.NotReady as error:
        return _page(request, posting, attendance=form, waiting=(error.unheard, error.unverified), status=409)
    except ValidationError as error:
        add_refusal(form, error)
        return _page(request, posting, attendance=form, status=422)
    messages.success(request, _("Présences enregistrées : la séance est ouverte."))
    return redirect("evaluations:deliberation", slug)


@requires(is_juror)
@require_POST
def close_deliberation(request: HttpRequest, slug: str) -> HttpResponse:
    """Read again what will be frozen, then close."""
    posting = get_chaired_posting_or_404(slug, person(request))
    if Deliberation.objects.filter(posting=posting, closed_at__isnull=False).exists():
        return redirect("evaluations:deliberation", slug)
    form = _closing_form(posting, request)
    if not form.is_valid():
        return _page(request, posting, closing=form, status=422)
    step = request.POST.get("step")
    if step == "edit":
        return _page(request, posting, closing=form)
    if step != "close":
        context = {"posting": posting, "form": form, "standings": acts.settled(posting)}
        context["barred"] = _barred(posting, request)
        return render(request, "evaluations/deliberation/confirm.html", context)
    return _close(request, posting, form)


def _close(request: HttpRequest, posting: Posting, form: ClosingForm) -> HttpResponse:
    outcome, appreciations = form.cleaned_data["outcome"], form.appreciations()
    try:
        acts.close(posting=posting, outcome=outcome, appreciations=appreciations, by=person(request))
    except acts.NotReady as error:
        return _page(request, posting, closing=form, waiting=(error.unheard, error.unverified), status=409)
    except ValidationError as error:
        add_refusal(form, error)
        return _page(request, posting, closing=form, status=422)
    messages.success(request, _("La délibération est close ; le procès-verbal est établi."))
    return redirect("evaluations:deliberation", posting.slug)


def pdf_answer(content: bytes, name: str) -> HttpResponse:
    """A stored paper, shown in the page, kept by no cache."""
    headers = {"Content-Disposition": f'inline; filename="{name}.pdf"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def _session_or_404(request: HttpRequest, slug: str) -> Deliberation:
    posting = get_posting_or_404(slug)
    if not may_read_minutes(person(request), posting):
        raise Http404
    return Deliberation.objects.select_related("posting").get(posting=posting)


@require_GET
def minutes(request: HttpRequest, slug: str) -> HttpResponse:
    """The minutes in PDF, with their page of signatures once final; drawn now if their drawing was cut short."""
    session = drawing.render(deliberation=_session_or_404(request, slug))
    if session.frozen_at is None:
        return pdf_answer(drawing.read(session), f"proces-verbal-{slug}")
    return pdf_answer(drawing.read_signed(drawing.issue(deliberation=session)), f"proces-verbal-signe-{slug}")


@require_GET
def minutes_body(request: HttpRequest, slug: str) -> HttpResponse:
    """The very text whose hash each signature names."""
    return pdf_answer(
        drawing.read(drawing.render(deliberation=_session_or_404(request, slug))), f"proces-verbal-texte-{slug}"
    )
