"""A candidate's own interview: when and where, another slot instead, or none that suits."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.policy import person
from accounts.views_kept_words import keeps_words, words_of
from applications.states import State
from applications.views.page import file_context
from evaluations import choosing, invitations
from evaluations.forms.interviews import ChoiceForm, UnavailabilityForm
from evaluations.forms.refusals import add_refusal
from evaluations.models import Interview
from evaluations.policy_late import get_own_interview_or_404
from journal import clock


def _page(
    request: HttpRequest,
    interview: Interview,
    *,
    choice: ChoiceForm | None = None,
    words: UnavailabilityForm | None = None,
    status: int = 200,
    refusal: str = "",
) -> HttpResponse:
    application, posting, now = interview.application, interview.posting, clock.now()
    if application is None:
        raise Http404
    open_, may_leave = choosing.choice_is_open(posting), choosing.may_leave(interview, at=now)
    context: dict[str, Any] = {
        **file_context(application),
        "interview": interview,
        "to_come": application.state == State.SHORTLISTED and now < interview.starts_at,
        "withdrawn": application.state == State.WITHDRAWN,
        "choice_is_open": open_,
        "may_leave": may_leave,
        "last_moment": choosing.last_moment(posting, interview.starts_at),
        "slots": choosing.choosable(posting, at=now) if may_leave else [],
        "said": interview.unanswered,
        "choice": choice or ChoiceForm(),
        "words": words or UnavailabilityForm(),
        "refusal": refusal,
        "refused": choice or words,
    }
    return render(request, "evaluations/my_interview/page.html", context, status=status)


@keeps_words
@login_required
@require_http_methods(["GET", "POST"])
def my_interview(request: HttpRequest, slug: str) -> HttpResponse:
    """The interview as it stands; its two forms come back here."""
    interview = get_own_interview_or_404(request.user, slug)
    if request.method != "POST":
        words = words_of(request)
        return _page(request, interview, words=UnavailabilityForm(words) if words else None)
    return _report(request, interview) if "reason" in request.POST else _choose(request, interview)


def _choose(request: HttpRequest, interview: Interview) -> HttpResponse:
    form = ChoiceForm(request.POST)
    if not form.is_valid():
        return _page(request, interview, choice=form, status=422)
    try:
        choosing.choose_slot(interview=interview, public_id=form.cleaned_data["slot"], by=person(request))
    except choosing.SlotTaken:
        refusal = _("Ce créneau vient d’être pris. Votre entretien n’a pas changé ; voici les créneaux encore libres.")
    except choosing.ChoiceClosed:
        refusal = _("Ce créneau ne peut plus être pris. Votre entretien n’a pas changé.")
    except ValidationError as error:
        refusal = " ".join(error.messages)
    else:
        messages.success(request, _("Votre entretien a changé de créneau. Une nouvelle convocation vous est envoyée."))
        return redirect("evaluations:my_interview", interview.posting.slug)
    return _page(request, _again(request, interview), status=409, refusal=refusal)


def _report(request: HttpRequest, interview: Interview) -> HttpResponse:
    form = UnavailabilityForm(request.POST)
    if form.is_valid():
        try:
            choosing.report_unavailability(interview=interview, reason=form.cleaned_data["reason"], by=person(request))
        except ValidationError as error:
            add_refusal(form, error)
        else:
            messages.success(
                request, _("Votre message est transmis. Nous vous écrirons pour convenir d’une autre heure.")
            )
            return redirect("evaluations:my_interview", interview.posting.slug)
    return _page(request, _again(request, interview), words=form, status=422)


def _again(request: HttpRequest, interview: Interview) -> Interview:
    """As it stands after a refusal: what refused may have changed it."""
    return get_own_interview_or_404(request.user, interview.posting.slug)


@login_required
@require_safe
def calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """The interview for one's calendar; taken again after a change, it replaces the old event."""
    interview = get_own_interview_or_404(request.user, slug)
    application = interview.application
    if application is None or application.state == State.WITHDRAWN:
        raise Http404
    at = interview.invited_at or clock.now()
    text = invitations.calendar(interview=interview, application=application, at=at, method="PUBLISH")
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="entretien.ics"'
    response["Cache-Control"] = "private, no-store"
    return response
