"""HR's head moves the deadline: later, with a reason, told to everyone."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views import View

from accounts.policy import is_hr_head, person
from applications.closing import extend_deadline
from applications.forms_screening import ExtensionForm
from applications.models import Application
from applications.states import State
from postings.models import Posting


class ExtendView(View):
    """The page « Reporter la date limite »."""

    http_method_names = ["get", "post"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not is_hr_head(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def _page(self, request: HttpRequest, posting: Posting, form: ExtensionForm, status: int = 200) -> HttpResponse:
        context = {
            **admin.site.each_context(request),
            "title": _("Reporter la date limite"),
            "posting": posting,
            "form": form,
            "drafts": Application.objects.filter(posting=posting, state=State.DRAFT).count(),
        }
        return render(request, "admin/applications/application/extend.html", context, status=status)

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return self._page(request, get_object_or_404(Posting, slug=slug), ExtensionForm())

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        posting = get_object_or_404(Posting, slug=slug)
        form = ExtensionForm(request.POST)
        if form.is_valid():
            try:
                extend_deadline(posting=posting, by=person(request), **form.cleaned_data)
            except ValidationError as error:
                form.add_error(None, error.messages)
            else:
                messages.success(request, _("La date limite est reportée. Les candidats concernés sont prévenus."))
                return redirect("admin:applications_application_changelist")
        return self._page(request, posting, form, status=422)
