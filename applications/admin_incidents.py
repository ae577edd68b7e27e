"""The incident register in the admin: read by HR and the auditor, written by HR, never rewritten."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods

from accounts.policy import is_hr, person
from applications import incidents
from applications.forms_lifecycle import IncidentForm, add_refusal
from applications.models import Incident
from applications.policy_screening import may_read_files
from journal.addresses import path_of
from journal.admin_read_only import ReadOnly, row_key
from postings.models import Posting

form_methods = require_http_methods(["GET", "HEAD", "POST"])


def _page(request: HttpRequest, template: str, title: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    whole = {**admin.site.each_context(request), "title": title, "opts": Incident._meta, **context}
    return render(request, f"admin/applications/incident/{template}", whole, status=status)


def _write(request: HttpRequest, posting: Posting, form: IncidentForm, corrects: Incident | None) -> HttpResponse:
    status = 200
    if request.method == "POST":
        form, status = IncidentForm(request.POST, posting=posting), 422
        if form.is_valid():
            try:
                row = incidents.record(posting=posting, by=person(request), corrects=corrects, **form.cleaned_data)
            except ValidationError as error:
                add_refusal(form, error)
            else:
                messages.success(request, _("L’incident est inscrit, et son empreinte au registre."))
                return redirect("admin:applications_incident_change", row.pk)
    title = _("Corriger un incident") if corrects else _("Inscrire un incident")
    return _page(request, "write.html", title, {"posting": posting, "form": form, "corrects": corrects}, status)


@form_methods
def record(request: HttpRequest, slug: str) -> HttpResponse:
    """The page « Inscrire un incident »."""
    if not is_hr(request.user):
        raise PermissionDenied
    posting = get_object_or_404(Posting, slug=slug, published_at__isnull=False)
    return _write(request, posting, IncidentForm(posting=posting), None)


@form_methods
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """The page « Corriger »: the same form, with the words as they stand."""
    if not is_hr(request.user):
        raise PermissionDenied
    row = get_object_or_404(Incident.objects.select_related("posting", "entry", "extension"), pk=pk)
    return _write(request, row.posting, IncidentForm.of(row), row)


class IncidentAdmin(ReadOnly, admin.ModelAdmin):
    """The list, and one incident with what it corrected."""

    list_display = ["began_at", "posting", "summary", "extended", "stands"]
    list_filter = ["posting"]
    list_select_related = ["posting", "extension", "corrected_by"]
    change_list_template = "admin/applications/incident/change_list.html"
    actions = None
    may_view = staticmethod(may_read_files)

    def get_urls(self) -> list[URLPattern]:
        views = [
            path("inscrire/<slug:slug>/", record, name="applications_incident_record"),
            path("<int:pk>/corriger/", correct, name="applications_incident_correct"),
        ]
        for pattern in views:
            pattern.callback = self.admin_site.admin_view(pattern.callback)
        return [*views, *super().get_urls()]

    @admin.display(description=lazy("ce qui s’est passé"))
    def summary(self, incident: Incident) -> str:
        return incident.what if len(incident.what) <= 90 else f"{incident.what[:89]}…"

    @admin.display(description=lazy("report"))
    def extended(self, incident: Incident) -> str:
        return f"{timezone.localtime(incident.extension.closes_at):%d/%m/%Y %H:%M}" if incident.extension else "–"

    @admin.display(description=lazy("tient"), boolean=True)
    def stands(self, incident: Incident) -> bool:
        return not hasattr(incident, "corrected_by")

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """One incident, with its chain of corrections."""
        if not may_read_files(request.user):
            raise PermissionDenied
        rows = Incident.objects.select_related("posting", "extension", "by", "entry", "corrected_by")
        row = get_object_or_404(rows, pk=row_key(object_id))
        chain = [row]
        while chain[-1].corrects_id:
            chain.append(rows.get(pk=chain[-1].corrects_id))
        context = {
            "incident": row,
            "chain": chain,
            "later": getattr(row, "corrected_by", None),
            "entry_page": path_of(row.entry),
            "digest": incidents.digest(row),
            "acts": is_hr(request.user),
        }
        return _page(
            request, "incident.html", _("Incident du %(when)s") % {"when": f"{row.began_at:%d/%m/%Y}"}, context
        )
