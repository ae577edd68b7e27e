"""The questions on equality, on a page of their own; and their counts, which only the auditor reads."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.policy import is_auditor, person, requires
from applications import equality
from applications.forms_privacy import EqualityForm
from applications.models import Application
from applications.states import UNSUBMITTED
from applications.views.page import own_file
from postings.policy import get_visible_posting_or_404


@require_http_methods(["GET", "HEAD", "POST"])
@own_file
def questions(request: HttpRequest, application: Application) -> HttpResponse:
    """Put them once. « Je préfère ne pas répondre » settles them too."""
    slug = application.posting.slug
    if application.state in UNSUBMITTED or not equality.may_answer(application):
        messages.info(request, _("Le questionnaire sur l’égalité n’est pas ouvert pour vous, ou l’a déjà été."))
        return redirect("applications:overview", slug)
    form = EqualityForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _page(request, application, form)
    declined = "decline" in request.POST
    if not declined and not form.is_valid():
        return _page(request, application, form, 422)
    answers: dict[str, Any] = {} if declined else form.cleaned_data
    try:
        equality.settle(application=application, answers=answers, by=person(request))
    except equality.AlreadySettled:
        messages.info(request, _("Vous aviez déjà répondu, ou choisi de ne pas le faire."))
    except ValidationError as error:
        form.add_error(None, error.messages)
        return _page(request, application, form, 422)
    else:
        # The same words for both: whoever looks over a shoulder learns nothing.
        messages.success(request, _("C’est noté. Le questionnaire ne vous sera plus proposé."))
    return redirect("applications:overview", slug)


def _page(request: HttpRequest, application: Application, form: EqualityForm, status: int = 200) -> HttpResponse:
    context = {"application": application, "posting": application.posting, "form": form, "least": equality.LEAST}
    return render(request, "applications/equality.html", context, status=status)


@require_safe
@requires(is_auditor)
def results(request: HttpRequest, slug: str) -> HttpResponse:
    """The counts, once no more answers are taken."""
    posting = get_visible_posting_or_404(slug)
    total, tables = equality.results(posting)
    context = {
        "posting": posting,
        "total": total,
        "tables": tables,
        "least": equality.LEAST,
        "opens_at": posting.closes_at + equality.OPEN_FOR,
        "open": equality.is_open(posting),
    }
    return render(request, "applications/equality_results.html", context)
