"""Renunciations, and the call of the next: HR's and the authority's page, and the candidate's own."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.policy import Visitor, is_authority, is_hr, person, requires
from applications.disclosure import letter_released
from applications.models import Application
from applications.policy import get_own_application_or_404
from applications.states import State
from applications.views.page import file_context
from evaluations import successions as acts
from evaluations.forms.refusals import add_refusal
from evaluations.forms.sitting import RenunciationForm
from evaluations.models import Decision, Ruling
from evaluations.policy_late import get_application_or_404, get_posting_or_404
from journal import clock
from postings.models import Posting


def _conducts(user: Visitor) -> bool:
    return is_hr(user) or is_authority(user)


def _blank(dossier: str) -> RenunciationForm:
    """One of several on the page: its field's id is made of the dossier's code."""
    return RenunciationForm(auto_id=f"{dossier}-%s")


def _page(
    request: HttpRequest, posting: Posting, *, form: RenunciationForm | None = None, of: str = "", status: int = 200
) -> HttpResponse:
    ruling = Ruling.objects.filter(posting=posting).select_related("posting").first()
    decisions = Decision.objects.filter(ruling=ruling, outcome__in=["retained", "reserve"])
    rows = decisions.select_related("application__renunciation", "application__called_in").order_by("-outcome", "rank")
    ends_at = acts.reserve_ends_at(ruling) if ruling else None
    context = {
        "posting": posting,
        "ruling": ruling,
        "rows": [(d, form if d.application.dossier_code == of else _blank(d.application.dossier_code)) for d in rows],
        "ends_at": ends_at,
        "valid": ends_at is not None and clock.now() < ends_at,
        "vacant": acts.vacated(posting),
        "next": acts.next_in_line(posting),
        "is_hr": is_hr(request.user),
        "is_authority": is_authority(request.user),
    }
    return render(request, "evaluations/authority/succession.html", context, status=status)


@requires(_conducts)
@require_safe
def succession(request: HttpRequest, slug: str) -> HttpResponse:
    """Who was retained, who renounced, who was called, who is next."""
    return _page(request, get_posting_or_404(slug))


@requires(is_hr)
@require_POST
def renunciation(request: HttpRequest, slug: str, dossier: str) -> HttpResponse:
    """HR records that a candidate renounced by a letter, a mail or a call."""
    posting = get_posting_or_404(slug)
    application = get_application_or_404(posting, dossier)
    form = RenunciationForm(request.POST, auto_id=f"{dossier}-%s")
    if form.is_valid():
        try:
            acts.record_renunciation(application=application, by=person(request), **form.cleaned_data)
        except acts.AlreadyRenounced:
            messages.error(request, _("Cette renonciation est déjà enregistrée."))
            return redirect("evaluations:succession", slug)
        except ValidationError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("La renonciation est enregistrée ; une lettre le confirme au candidat."))
            return redirect("evaluations:succession", slug)
    return _page(request, posting, form=form, of=dossier, status=422)


@requires(is_authority)
@require_POST
def call_next(request: HttpRequest, slug: str) -> HttpResponse:
    """The next of the complementary list is called."""
    posting = get_posting_or_404(slug)
    try:
        acts.call_next(posting=posting, by=person(request))
    except acts.NobodyToCall as error:
        messages.error(request, str(error))
        return _page(request, posting, status=409)
    messages.success(request, _("Le candidat suivant est appelé ; sa lettre part aussitôt."))
    return redirect("evaluations:succession", slug)


@login_required
@require_http_methods(["GET", "POST"])
def renounce(request: HttpRequest, slug: str) -> HttpResponse:
    """The candidate's own page: before the letter, and for who has nothing to renounce, it says only what it is for."""
    application = get_own_application_or_404(person(request), slug)
    form = RenunciationForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            acts.record_renunciation(application=application, by=person(request), **form.cleaned_data)
        except (acts.AlreadyRenounced, ValidationError):
            status = 409
        else:
            messages.success(request, _("Votre renonciation est enregistrée ; une lettre vous le confirme."))
            return redirect("applications:overview", slug)
    context = {**file_context(application), "form": form, "may_renounce": _has_something(application)}
    return render(request, "evaluations/authority/renounce.html", context, status=status)


def _has_something(application: Application) -> bool:
    return application.state in (State.RETAINED, State.RESERVE) and letter_released(application)
