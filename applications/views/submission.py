"""Reading the whole file again, submitting it, and what proves that it was."""

import json

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_safe

from applications import intake
from applications.models import Application
from applications.states import UNSUBMITTED, State
from applications.views.page import REVIEW, gather, own_file, show
from applications.views.steps import form_methods
from applications.views.too_late import too_late
from journal import proofs
from journal.addresses import path_of
from journal.append import canonical
from journal.models import Entry
from notices import letters
from notices.models import Notice
from postings.locks import PostingCancelled


@form_methods
@own_file
def review(request: HttpRequest, application: Application) -> HttpResponse:
    """Everything as the jury and HR will read it; the button submits it."""
    if application.state not in UNSUBMITTED:
        return redirect("applications:receipt", application.posting.slug)
    if request.method != "POST":
        return show(request, gather(application), "review.html", current=REVIEW)
    try:
        intake.submit(application=application, by=application.candidate)
    except intake.TooLate as late:
        application.refresh_from_db()
        return too_late(request, application, late)
    except PostingCancelled as cancelled:
        application.refresh_from_db()
        messages.error(request, " ".join(cancelled.messages))
        return show(request, application, "overview.html", status=409)
    except intake.Incomplete as incomplete:
        return show(request, application, "review.html", current=REVIEW, status=422, refused=incomplete.missing)
    return redirect("applications:receipt", application.posting.slug)


def _submission(application: Application) -> Entry:
    """The journal's entry of the submission."""
    return get_object_or_404(
        application.moves.select_related("entry"), from_state=State.DRAFT, to_state=State.SUBMITTED
    ).entry


@require_safe
@own_file
def receipt(request: HttpRequest, application: Application) -> HttpResponse:
    """The receipt on screen."""
    if application.state in UNSUBMITTED:
        return redirect("applications:overview", application.posting.slug)
    return show(request, application, "receipt.html", entry_page=path_of(_submission(application)))


def _attachment(content: bytes, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
@own_file
def receipt_pdf(request: HttpRequest, application: Application) -> HttpResponse:
    """The receipt's one stored letter."""
    notice = get_object_or_404(Notice, key=f"receipt:{application.dossier_code}")
    return _attachment(letters.render(notice), "application/pdf", f"recepisse-{application.dossier_code}.pdf")


@require_safe
@own_file
def proof(request: HttpRequest, application: Application) -> HttpResponse:
    """The journal's proof of the submission, for ``manage.py verify`` and the public page."""
    try:
        proved = proofs.prove(_submission(application))
    except proofs.NotSealedYet:
        response = show(request, application, "not_sealed.html", status=503)
        response["Retry-After"] = "10"
        return response
    content = json.dumps(proved, ensure_ascii=False, indent=2).encode()
    return _attachment(content, "application/json", f"preuve-{application.dossier_code}.json")


@require_safe
@own_file
def manifest(request: HttpRequest, application: Application) -> HttpResponse:
    """The manifest, byte for byte as hashed: ``sha256sum`` of the file gives the receipt's hash."""
    if application.manifest is None:
        return redirect("applications:overview", application.posting.slug)
    content = canonical(application.manifest).encode()
    return _attachment(content, "application/json", f"manifeste-{application.dossier_code}.json")
