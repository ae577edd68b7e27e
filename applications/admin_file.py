"""The file page: documents beside the checklist, and the two acts of screening."""

import uuid
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View
from django.views.generic import TemplateView

from accounts.policy import person
from applications import screening
from applications.admin_exchanges import exchanges_context
from applications.forms_screening import RefusalForm
from applications.models import Application, Document
from applications.policy_screening import get_file_or_404, may_screen
from applications.serving import pdf_response
from applications.states import State
from applications.viewing import record_viewing

FILE_TEMPLATE = "admin/applications/application/file.html"


def _checklist(application: Application) -> list[dict[str, Any]]:
    by_requirement: dict[int, list[Document]] = {}
    for document in application.documents.all():
        by_requirement.setdefault(document.requirement_id, []).append(document)
    return [
        {"requirement": requirement, "documents": by_requirement.get(requirement.pk, [])}
        for requirement in application.posting.requirements.all()
    ]


def file_context(request: HttpRequest, application: Application, form: RefusalForm | None = None) -> dict[str, Any]:
    """All that the file page shows, in a constant number of queries."""
    checklist = _checklist(application)
    documents = [document for line in checklist for document in line["documents"]]
    chosen = next((d for d in documents if str(d.public_id) == request.GET.get("piece")), None)
    waiting = Application.objects.filter(posting=application.posting, state=State.SUBMITTED).exclude(pk=application.pk)
    return {
        **admin.site.each_context(request),
        "title": _("Dossier %(code)s") % {"code": application.dossier_code},
        "application": application,
        "checklist": checklist,
        "shown": chosen or (documents[0] if documents else None),
        "career": application.career.all(),
        "referees": application.referees.all(),
        "answers": application.answers.select_related("question"),
        "moves": application.moves.select_related("by"),
        "late_attempts": application.late_attempts.all(),
        "screening": getattr(application, "screening", None),
        "may_screen": may_screen(request.user, application),
        "intake_closed": application.posting.closed_at is not None,
        "form": form or RefusalForm(),
        **exchanges_context(request, application),
        "next_waiting": waiting.order_by("submitted_at").first(),
        "opts": Application._meta,
    }


class FileView(TemplateView):
    """One file on one page."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        application = get_file_or_404(request.user, kwargs["pk"])
        record_viewing(application=application, by=person(request))
        return render(request, FILE_TEMPLATE, file_context(request, application))


def _after(request: HttpRequest, application: Application, said: str) -> HttpResponse:
    left = Application.objects.filter(posting=application.posting, state=State.SUBMITTED).count()
    rest = ngettext("Il reste %(left)d dossier à examiner.", "Il reste %(left)d dossiers à examiner.", left)
    messages.success(request, f"{said} {rest % {'left': left}}")
    return redirect("admin:applications_application_change", application.pk)


class AdmitView(View):
    """The button « Déclarer recevable »."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        application = get_file_or_404(request.user, pk)
        try:
            screening.admit(application=application, by=person(request))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect("admin:applications_application_change", pk)
        said = _("Le dossier %(code)s est recevable.") % {"code": application.dossier_code}
        return _after(request, application, said)


class RefuseView(View):
    """The button « Déclarer irrecevable », with its ground and its reason."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        application = get_file_or_404(request.user, pk)
        form = RefusalForm(request.POST)
        if form.is_valid():
            try:
                screening.refuse(application=application, by=person(request), **form.cleaned_data)
            except ValidationError as error:
                form.add_error(None, error.messages)
            else:
                said = _("Le dossier %(code)s est irrecevable.") % {"code": application.dossier_code}
                return _after(request, application, said)
        return render(request, FILE_TEMPLATE, file_context(request, application, form), status=422)


def document(request: HttpRequest, pk: int, public_id: uuid.UUID) -> HttpResponseBase:
    """One document, viewable in place; the journal keeps who saw it."""
    application = get_file_or_404(request.user, pk)
    found = get_object_or_404(application.documents.select_related("application"), public_id=public_id)
    record_viewing(document=found, by=person(request))
    return pdf_response(found)
