"""The documents of a file: one small form for each."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from applications import documents as acts
from applications import policy
from applications.completeness import Step
from applications.drafts import NotEditable
from applications.forms_upload import UploadForm
from applications.models import Application
from applications.serving import pdf_response
from applications.views.page import gather, own_file, show
from applications.views.steps import form_methods
from postings.models import DocumentRequirement


def _section(application: Application, requirement: DocumentRequirement, failed: UploadForm | None) -> dict[str, Any]:
    """A requirement, the documents given for it, and the form for one more where one more may come."""
    given = [document for document in application.documents.all() if document.requirement_id == requirement.pk]
    fresh = UploadForm(
        posting=application.posting, initial={"requirement": requirement.code}, auto_id=f"{requirement.code}-%s"
    )
    mine = failed if failed and failed.data.get("requirement") == requirement.code else None
    return {
        "requirement": requirement,
        "documents": given,
        "form": mine or fresh,
        "failed": mine,
        "full": len(given) >= requirement.max_files,
    }


def _auto_id(request: HttpRequest, application: Application) -> str:
    """What the fields' ids are made of: the code that was sent, once it is known to be one."""
    codes = {requirement.code for requirement in application.posting.requirements.all()}
    code = request.POST.get("requirement", "")
    return f"{code}-%s" if code in codes else "id-%s"


def _shown(
    request: HttpRequest, application: Application, failed: UploadForm | None = None, status: int = 200
) -> HttpResponse:
    gather(application)
    sections = [_section(application, requirement, failed) for requirement in application.posting.requirements.all()]
    faulty = [failed] if failed and failed.errors else []
    return show(
        request, application, "documents.html", current=Step.DOCUMENTS, status=status, sections=sections, faulty=faulty
    )


def _attach(application: Application, form: UploadForm) -> None:
    values = form.cleaned_data
    replaces = values["replaces"] and policy.get_own_document_or_404(application.candidate, values["replaces"])
    acts.attach(
        application=application,
        requirement=values["requirement"],
        upload=values["file"],
        by=application.candidate,
        replaces=replaces or None,
    )


@form_methods
@own_file
def documents(request: HttpRequest, application: Application) -> HttpResponse:
    """What is in, and the forms to send the rest."""
    if request.method != "POST":
        return _shown(request, application)
    form = UploadForm(request.POST, request.FILES, posting=application.posting, auto_id=_auto_id(request, application))
    try:
        if not form.is_valid():
            return _shown(request, application, form, 422)
        _attach(application, form)
    except ValidationError as error:
        form.add_error("file", error)
        return _shown(request, application, form, 422)
    except NotEditable:
        messages.error(request, _("Ce fichier n’a pas été reçu : ce dossier ne peut plus être modifié."))
        application.refresh_from_db()
        return _shown(request, application, status=409)
    messages.success(
        request, _("Fichier reçu et vérifié. Votre dossier reste un brouillon tant que vous ne l’avez pas déposé.")
    )
    return redirect("applications:documents", application.posting.slug)


@require_POST
@login_required
def remove(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take a document out of the draft."""
    document = policy.get_own_document_or_404(request.user, public_id)
    application = document.application
    try:
        acts.remove(document=document, by=application.candidate)
    except NotEditable:
        messages.error(request, _("Rien n’a été supprimé : ce dossier ne peut plus être modifié."))
        return _shown(request, application, status=409)
    messages.success(request, _("Fichier supprimé."))
    return redirect("applications:documents", application.posting.slug)


@require_safe
@login_required
def download(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """One's own document, as it was received; never opened as a page of this site."""
    document = policy.get_own_document_or_404(request.user, public_id)
    return pdf_response(document, attachment=True)
