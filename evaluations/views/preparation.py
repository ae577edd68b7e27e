"""HR writes the decision that the authority will amend or sign."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.policy import is_hr, person, requires
from applications.models import Shown
from applications.viewing import record_viewings
from evaluations import decisions, preparation
from evaluations.forms.authority import DecisionForm
from evaluations.forms.refusals import add_refusal
from evaluations.models import DecisionDraft, Deliberation, Ruling
from evaluations.policy_late import get_deliberation_or_404


def _page(request: HttpRequest, session: Deliberation, form: DecisionForm, *, status: int = 200) -> HttpResponse:
    context = {
        "posting": session.posting,
        "session": session,
        "ranking": session.ranking.select_related("application"),
        "ruling": Ruling.objects.filter(posting=session.posting).select_related("by").first(),
        "draft": DecisionDraft.objects.filter(posting=session.posting).select_related("by").first(),
        "form": form,
    }
    return render(request, "evaluations/authority/prepare.html", context, status=status)


@requires(is_hr)
@require_http_methods(["GET", "POST"])
def prepare(request: HttpRequest, slug: str) -> HttpResponse:
    """The form that the authority will find filled in."""
    session = get_deliberation_or_404(slug)
    posting = session.posting
    draft = DecisionDraft.objects.filter(posting=posting).first()
    form = DecisionForm(request.POST or None, files=decisions.undecided(posting), draft=draft)
    if request.method == "GET":
        ranked = [place.application for place in session.ranking.select_related("application__posting")]
        record_viewings(applications=ranked, shown=Shown.MARKS, by=person(request))
        return _page(request, session, form)
    if not form.is_valid():
        return _page(request, session, form, status=422)
    try:
        departure = form.cleaned_data["departure"]
        preparation.prepare(posting=posting, choices=form.choices(), departure=departure, by=person(request))
    except decisions.AlreadyDecided:
        return _page(request, session, form, status=409)
    except ValidationError as error:
        add_refusal(form, error)
        return _page(request, session, form, status=422)
    messages.success(request, _("La décision est préparée : l’autorité la lit, la modifie ou la signe."))
    return redirect("evaluations:campaign", slug)
