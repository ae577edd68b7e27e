"""The authority reads the jury's proposal and decides."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.policy import is_authority, person, requires
from applications.models import Application, Shown
from applications.states import DECIDED_BEFORE_THE_END
from applications.viewing import record_viewings
from evaluations import act_of_decision
from evaluations import decisions as acts
from evaluations.forms.authority import DecisionForm
from evaluations.forms.refusals import add_refusal
from evaluations.forms.sitting import CodeForm
from evaluations.models import DecisionDraft, DecisionOutcome, Deliberation, Ruling
from evaluations.policy_closing import get_ruling_or_404, reads_papers
from evaluations.policy_late import get_deliberation_or_404
from evaluations.views.deliberation import pdf_answer
from evaluations.views.proving import proof_of
from notices import reauthentication


@requires(is_authority)
@require_GET
def authority(request: HttpRequest) -> HttpResponse:
    """The procedures whose jury has signed its minutes."""
    closed = (
        Deliberation.objects.filter(frozen_at__isnull=False)
        .select_related("posting__ruling", "posting__decision_draft")
        .order_by("-closed_at")
    )
    return render(request, "evaluations/authority/list.html", {"deliberations": closed})


def _letters(form: DecisionForm) -> list[dict[str, object]]:
    """What each letter will say, once everything is chosen."""
    if not form.is_bound or not form.is_valid():
        return []
    names = {file.dossier_code: file.full_name for file in form.ranked}
    return [
        {
            "dossier": choice.dossier,
            "name": names[choice.dossier],
            "outcome": DecisionOutcome(choice.outcome).label,
            "rank": choice.rank,
            "reasons": choice.reasons,
        }
        for choice in form.choices()
    ]


def _page(
    request: HttpRequest,
    session: Deliberation,
    form: DecisionForm,
    *,
    template: str = "evaluations/authority/detail.html",
    code: CodeForm | None = None,
    status: int = 200,
) -> HttpResponse:
    ruling = Ruling.objects.filter(posting=session.posting).select_related("by", "prepared_by").first()
    way = reauthentication.way_of(person(request))
    decisions = ruling.decisions.select_related("application__ranked") if ruling else None
    context = {
        "posting": session.posting,
        "session": session,
        "ranking": session.ranking.select_related("application"),
        "proposed": session.posting.proposal_size,
        "ruling": ruling,
        "decisions": decisions.order_by("application__ranked__rank") if decisions is not None else (),
        "form": form,
        "way": way,
        "code": (code or CodeForm()).speak(way),
        "draft": DecisionDraft.objects.filter(posting=session.posting).select_related("by").first(),
        "letters": _letters(form),
        "early": Application.objects.filter(posting=session.posting, state__in=sorted(DECIDED_BEFORE_THE_END)).count(),
    }
    return render(request, template, context, status=status)


@requires(is_authority)
@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, slug: str) -> HttpResponse:
    """The proposal and the form; then everything to read again; then the decision."""
    session = get_deliberation_or_404(slug)
    draft = DecisionDraft.objects.filter(posting=session.posting).first()
    form = DecisionForm(request.POST or None, files=acts.undecided(session.posting), draft=draft)
    if request.method == "GET":
        ranked = [place.application for place in session.ranking.select_related("application__posting")]
        record_viewings(applications=ranked, shown=Shown.MARKS, by=person(request))
        return _page(request, session, form)
    if Ruling.objects.filter(posting=session.posting).exists():
        return _page(request, session, form, status=409)
    if not form.is_valid():
        return _page(request, session, form, status=422)
    step = request.POST.get("step")
    if step == "edit":
        return _page(request, session, form)
    return _decide(request, session, form) if step == "decide" else _confirm(request, session, form)


def _confirm(request: HttpRequest, session: Deliberation, form: DecisionForm) -> HttpResponse:
    try:
        acts.check(posting=session.posting, choices=form.choices(), departure=form.cleaned_data["departure"])
    except ValidationError as error:
        add_refusal(form, error)
        return _page(request, session, form, status=422)
    reauthentication.ask(user=person(request))
    return _page(request, session, form, template="evaluations/authority/confirm.html")


def _decide(request: HttpRequest, session: Deliberation, form: DecisionForm) -> HttpResponse:
    choices, departure = form.choices(), form.cleaned_data["departure"]
    code = CodeForm(request.POST)
    try:
        proof_of(request, request.POST.get("code", ""))
    except ValidationError as error:
        add_refusal(code, error)
        return _page(request, session, form, template="evaluations/authority/confirm.html", code=code, status=422)
    try:
        acts.decide(posting=session.posting, choices=choices, departure=departure, by=person(request))
    except acts.AlreadyDecided:
        return _page(request, session, form, status=409)
    except ValidationError as error:
        add_refusal(form, error)
        return _page(request, session, form, status=422)
    messages.success(
        request, _("Votre décision est signée. Les lettres attendent l'approbation des ressources humaines.")
    )
    return redirect("evaluations:decide", session.posting.slug)


@requires(reads_papers)
@require_GET
def paper(request: HttpRequest, slug: str) -> HttpResponse:
    """The act of decision in PDF; drawn now if its drawing was cut short."""
    drawn = act_of_decision.issue(ruling=get_ruling_or_404(slug))
    return pdf_answer(act_of_decision.read(drawn), f"decision-{slug}")
