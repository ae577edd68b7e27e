"""The documents of a file: one small form for each."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from applications import documents as acts
from applications import policy, uploads
from applications.completeness import Step
from applications.drafts import NotEditable
from applications.forms_upload import UploadForm
from applications.models import Application, Upload
from applications.serving import pdf_response, preview_response
from applications.views.page import gather, own_file, show
from applications.views.steps import form_methods
from applications.views.uploads import answered, by_script, no_room, not_received, said
from postings.models import DocumentRequirement


def _section(application: Application, requirement: DocumentRequirement, failed: UploadForm | None) -> dict[str, Any]:
    """A requirement, the documents given for it, and the form for one more where one more may come."""
    given = [document for document in application.documents.all() if document.requirement_id == requirement.pk]
    kept = [document for document in given if document.request_id is None]
    fresh = UploadForm(posting=application.posting, asked=requirement, auto_id=f"{requirement.code}-%s")
    mine = failed if failed and failed.data.get("requirement") == requirement.code else None
    return {
        "requirement": requirement,
        "documents": given,
        "form": mine or fresh,
        "failed": mine,
        "full": len(kept) >= requirement.max_files,
        "room": requirement.max_files - len(kept),
    }


def _sections(application: Application, failed: UploadForm | None = None) -> list[dict[str, Any]]:
    gather(application)
    return [_section(application, requirement, failed) for requirement in application.posting.requirements.all()]


def _shown(
    request: HttpRequest, application: Application, failed: UploadForm | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "sections": _sections(application, failed),
        "faulty": [failed] if failed and failed.errors else [],
        "on_their_way": application.uploads.select_related("requirement") if policy.may_edit(application) else [],
    }
    return show(request, application, "documents.html", current=Step.DOCUMENTS, status=status, **context)


def _form(request: HttpRequest, application: Application) -> UploadForm:
    """What was sent. The fields' ids are made of the requirement's code, once it is known to be one."""
    code = request.POST.get("requirement", "")
    asked = next((one for one in application.posting.requirements.all() if one.code == code), None)
    auto_id = f"{code}-%s" if asked else "id-%s"
    return UploadForm(request.POST, request.FILES, posting=application.posting, asked=asked, auto_id=auto_id)


def _parts(application: Application, form: UploadForm) -> list[Upload]:
    """The files on their way that the form names, in its order. Raises Http404 for one that is no more."""
    held = {upload.public_id: upload for upload in application.uploads.select_related("requirement")}
    try:
        return [held[part] for part in form.cleaned_data["parts"]]
    except KeyError as error:
        raise Http404 from error


def _attach(application: Application, form: UploadForm) -> None:
    """Take in what the form names. Raises as :func:`applications.documents.attach`; Http404 for files that are no more."""
    values = form.cleaned_data
    try:
        acts.attach(
            application=application,
            requirement=values["requirement"],
            files=[*_parts(application, form), *values["file"]],
            by=application.candidate,
            # One that is no more, or was never theirs, is in nobody's way.
            replaces=application.documents.filter(public_id=values["replaces"]).first() if values["replaces"] else None,
        )
    except (Http404, uploads.Unfinished):
        # The answer to an earlier press was lost, or another tab was quicker: then it is done.
        if not (values["parts"] and acts.made_of(application, values["parts"][0])):
            raise


def _received(request: HttpRequest, application: Application, form: UploadForm) -> HttpResponse:
    """For the page's own script: the requirement's section as it is now, or in JSON what won't do."""
    if not form.is_valid():
        words = [str(message) for errors in form.errors.values() for message in errors]
        return said("invalid", " ".join(words), 422)

    def attach() -> HttpResponse:
        _attach(application, form)
        return _section_alone(request, application, form.cleaned_data["requirement"])

    try:
        return answered(application, attach)
    except Http404:
        return said("gone", _("Cet envoi n’existe plus : choisissez de nouveau le fichier."), 404)


def _section_alone(request: HttpRequest, application: Application, requirement: DocumentRequirement) -> HttpResponse:
    fresh = policy.get_own_application_or_404(request.user, application.posting.slug)
    section = next(one for one in _sections(fresh) if one["requirement"] == requirement)
    return show(request, fresh, "_documents_answer.html", current=Step.DOCUMENTS, section=section)


@form_methods
@own_file
def documents(request: HttpRequest, application: Application) -> HttpResponse:
    """What is in, and the forms to send the rest."""
    if request.method != "POST":
        return _shown(request, application)
    form = _form(request, application)
    if by_script(request):
        return _received(request, application, form)
    try:
        if not form.is_valid():
            return _shown(request, application, form, 422)
        _attach(application, form)
    except ValidationError as error:
        form.add_error("file", error)
        return _shown(request, application, form, 422)
    except uploads.Unfinished:
        form.add_error("file", _("Une partie du fichier manque encore : choisissez-le de nouveau."))
        return _shown(request, application, form, 422)
    except uploads.NoRoom as refused:
        form.add_error("file", no_room())
        return _shown(request, application, form, refused.status)
    except NotEditable:
        application.refresh_from_db()
        messages.error(request, not_received(application))
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
        words = _("Rien n’a été supprimé : ce dossier ne peut plus être modifié.")
        if by_script(request):
            return said("not_editable", words, 409)
        messages.error(request, words)
        return _shown(request, application, status=409)
    if by_script(request):
        return _section_alone(request, application, document.requirement)
    messages.success(request, _("Fichier supprimé."))
    return redirect("applications:documents", application.posting.slug)


@require_safe
@login_required
def download(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """One's own document, as it was received; never opened as a page of this site."""
    return pdf_response(policy.get_own_document_or_404(request.user, public_id), attachment=True)


@require_safe
@login_required
def view(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """One's own document, in the browser's own reader."""
    return pdf_response(policy.get_own_document_or_404(request.user, public_id))


@require_safe
@login_required
def preview(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """The first page of one's own document, as a picture."""
    return preview_response(policy.get_own_document_or_404(request.user, public_id))
