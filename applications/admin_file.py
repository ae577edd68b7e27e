"""The file page: documents beside the checklist, what was found, what happened, and the way to the next file."""

import uuid
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from accounts.policy import is_hr, person
from applications import checklist, file_history
from applications.admin_exchanges import exchanges_context
from applications.admin_neighbours import here, kept_filter, list_address, neighbours
from applications.forms_screening import (
    ChecklistForm,
    NoteForm,
    OfficerForm,
    RefusalForm,
    ReopeningForm,
    SendingBackForm,
)
from applications.models import Application, Document
from applications.policy_screening import get_file_or_404, may_reopen, may_screen
from applications.serving import pdf_response
from applications.states import State
from applications.viewing import record_viewing

FILE_TEMPLATE = "admin/applications/application/file.html"


def _checklist(application: Application, form: ChecklistForm, lines: list[checklist.Line]) -> list[dict[str, Any]]:
    """A line of the checklist, with the documents that came for it and its two fields."""
    by_requirement: dict[int, list[Document]] = {}
    for document in application.documents.all():
        by_requirement.setdefault(document.requirement_id, []).append(document)
    return [
        {
            "label": line.label,
            "requirement": line.requirement,
            "check": line.check,
            "documents": by_requirement.get(line.requirement.pk, []) if line.requirement else [],
            "verdict": form[line.code],
            "remark": form[f"{line.code}-remarque"],
        }
        for line in lines
    ]


def _examination(request: HttpRequest, application: Application, forms: dict[str, Any]) -> dict[str, Any]:
    """What was found of the file, what is proposed, and what this person may do about it."""
    proposals = list(application.refusal_proposals.select_related("by", "answered_by"))
    waiting = next((proposal for proposal in proposals if not proposal.answered), None)
    examined = may_screen(request.user, application)
    return {
        "screening": getattr(application, "screening", None),
        "may_screen": examined,
        "may_reopen": may_reopen(request.user, application),
        "intake_closed": application.posting.closed_at is not None,
        "proposal": waiting if application.state == State.SUBMITTED else None,
        "own_proposal": waiting is not None and waiting.by_id == request.user.pk,
        "sent_back": [proposal for proposal in proposals if proposal.remark],
        "reopenings": list(application.reopenings.select_related("by")),
        "form": forms.get("refusal") or RefusalForm(),
        "reopening_form": forms.get("reopening") or ReopeningForm(),
        "sending_back_form": forms.get("sending_back") or SendingBackForm(),
    }


def _notes(request: HttpRequest, application: Application, forms: dict[str, Any]) -> dict[str, Any]:
    return {
        "notes": list(application.notes.select_related("by")),
        "note_form": forms.get("note") or NoteForm(),
        "officer_form": OfficerForm(initial={"officer": application.officer_id}) if is_hr(request.user) else None,
    }


def file_context(request: HttpRequest, application: Application, **forms: Any) -> dict[str, Any]:
    """All that the file page shows, in a constant number of queries. ``forms``: those that came back, by their names."""
    lines = checklist.lines(application)
    checks = forms.get("checklist") or ChecklistForm(lines)
    rows = _checklist(application, checks, lines)
    documents = [document for row in rows for document in row["documents"]]
    chosen = next((d for d in documents if str(d.public_id) == request.GET.get("piece")), None)
    waiting = Application.objects.filter(posting=application.posting, state=State.SUBMITTED).exclude(pk=application.pk)
    before, after = neighbours(request, application)
    return {
        **admin.site.each_context(request),
        "title": _("Dossier %(code)s") % {"code": application.dossier_code},
        "application": application,
        "checklist": rows,
        "to_correct": next((form for form in forms.values() if form and form.errors), None),
        "shown": chosen or (documents[0] if documents else None),
        "career": application.career.all(),
        "referees": application.referees.all(),
        "answers": application.answers.select_related("question"),
        "history": file_history.history(application),
        "late_attempts": application.late_attempts.all(),
        **_examination(request, application, forms),
        **_notes(request, application, forms),
        **exchanges_context(request, application),
        "before": before,
        "after": after,
        "here": here(request),
        "kept": kept_filter(request),
        "list_address": list_address(request),
        "next_waiting": None if kept_filter(request) else waiting.order_by("submitted_at").first(),
        "opts": Application._meta,
    }


class FileView(TemplateView):
    """One file on one page."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        application = get_file_or_404(request.user, kwargs["pk"])
        record_viewing(application=application, by=person(request))
        return render(request, FILE_TEMPLATE, file_context(request, application))


def document(request: HttpRequest, pk: int, public_id: uuid.UUID) -> HttpResponseBase:
    """One document, viewable in place; the journal keeps who saw it."""
    application = get_file_or_404(request.user, pk)
    found = get_object_or_404(application.documents.select_related("application"), public_id=public_id)
    record_viewing(document=found, by=person(request))
    return pdf_response(found)
