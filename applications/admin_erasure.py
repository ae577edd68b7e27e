"""HR's answer to who wants a submitted file erased."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _

from accounts.policy import is_hr, person
from applications import erasure_requests
from applications.forms_privacy import ErasureAnswerForm
from applications.models import ErasureRequest, Shown
from applications.policy_screening import may_read_files
from applications.viewing import record_viewing
from journal.admin_read_only import ReadOnly, row_key


class WaitingFilter(admin.SimpleListFilter):
    """Those that wait for an answer."""

    title = _("réponse")
    parameter_name = "reponse"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("attendue", _("attendue"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[ErasureRequest]) -> QuerySet[ErasureRequest]:
        return queryset.filter(answered_at=None) if self.value() else queryset


class ErasureRequestAdmin(ReadOnly, admin.ModelAdmin):
    """The wishes; a click opens one, with its answer or the form for it."""

    list_display = ("application", "asked_at", "answered_at")
    list_filter = (WaitingFilter, "application__posting")
    list_select_related = ("application",)
    show_full_result_count = False
    actions = None
    may_view = staticmethod(may_read_files)

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        return answer(request, object_id)


def answer(request: HttpRequest, pk: str) -> HttpResponse:
    """One wish. HR answers it in words; the auditor reads."""
    if not may_read_files(request.user):
        raise PermissionDenied
    rows = ErasureRequest.objects.select_related("application__posting", "answered_by")
    asked = get_object_or_404(rows, pk=row_key(pk))
    if request.method == "GET":
        record_viewing(application=asked.application, shown=Shown.EXCHANGE, by=person(request))
    form = ErasureAnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            erasure_requests.answer(request=asked, answer=form.cleaned_data["answer"], by=person(request))
        except ValidationError as error:
            form.add_error("answer", error.messages)
            asked.refresh_from_db()
        else:
            messages.success(request, _("La réponse est donnée. Elle part au candidat par courriel."))
            return redirect("admin:applications_erasurerequest_change", pk)
    context = {
        **admin.site.each_context(request),
        "title": _("Effacement demandé, dossier %(code)s") % {"code": asked.application.dossier_code},
        "asked": asked,
        "application": asked.application,
        "form": form,
        "acts": is_hr(request.user),
        "opts": ErasureRequest._meta,
    }
    template = "admin/applications/erasurerequest/answer.html"
    return render(request, template, context, status=422 if form.errors else 200)
