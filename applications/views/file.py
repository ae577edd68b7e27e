"""The way into one's file, and the page that says what it lacks."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.policy import is_candidate, requires
from applications import intake, policy
from applications.states import UNSUBMITTED
from applications.views.page import person, show
from applications.views.tracking import followed
from journal import clock
from postings.policy import get_visible_posting_or_404, visible_postings


@require_safe
@requires(is_candidate)
def mine(request: HttpRequest) -> HttpResponse:
    """The person's files; where there is one, that one."""
    applications = list(policy.own_applications(request.user))
    if len(applications) == 1:
        return redirect("applications:overview", applications[0].posting.slug)
    taken = [application.posting_id for application in applications]
    others = visible_postings().exclude(pk__in=taken).filter(cancelled_at=None)
    context = {"applications": applications, "postings": others, "now": clock.now()}
    return render(request, "applications/mine.html", context)


@require_safe
@login_required
def overview(request: HttpRequest, slug: str) -> HttpResponseBase:
    """What the draft lacks, or where the submitted file stands; for a candidate who has none yet, how to begin."""
    application = policy.own_applications(request.user).filter(posting__slug=slug).first()
    if application is None:
        return _welcome(request, slug)
    if application.state not in UNSUBMITTED:
        return show(request, application, "submitted.html", **followed(application))
    return show(request, application, "overview.html", late_attempts=list(application.late_attempts.all()))


@requires(is_candidate)
def _welcome(request: HttpRequest, slug: str, status: int = 200) -> HttpResponse:
    posting = get_visible_posting_or_404(slug)
    context = {"posting": posting, "now": clock.now(), "open": policy.intake_open(posting)}
    return render(request, "applications/welcome.html", context, status=status)


@require_POST
@requires(is_candidate)
def start(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Open the draft, then go to its first step."""
    posting = get_visible_posting_or_404(slug)
    try:
        intake.start(posting=posting, by=person(request))
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return _welcome(request, slug, status=409)
    messages.success(request, _("Votre brouillon est ouvert. Il s’enregistre étape par étape."))
    return redirect("applications:overview", slug)
