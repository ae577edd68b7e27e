"""The admin's own site: Django's, without its pages for passwords. Nobody has one. Its first page says what waits."""

from typing import Any

from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _

from accounts.policy import is_hr
from journal import clock
from pmp_recruit.condition import condition, sees_condition
from pmp_recruit.desk import campaigns, desk, sees_desk

#: What the header leads to; the first page leads to all the rest.
MAIN_MODELS = frozenset({"Application", "Notice", "Posting", "Entry", "User", "Viewing"})


class Site(AdminSite):
    """Where HR, the auditor and the administrator work."""

    empty_value_display = "–"

    def get_urls(self) -> list[Any]:
        without = {"password_change", "password_change_done"}
        own = [path("etat/", self.admin_view(self.condition), name="condition")]
        return own + [url for url in super().get_urls() if getattr(url, "name", None) not in without]

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Every page of HR's leads to the campaign."""
        context = {
            "campaigns": campaigns() if is_hr(request.user) else [],
            "main_models": MAIN_MODELS,
            "sees_condition": sees_condition(request.user),
        }
        return {**super().each_context(request), **context}

    def condition(self, request: HttpRequest) -> TemplateResponse:
        """Who works, what waits, what was checked: for the auditor and the administrator."""
        if not sees_condition(request.user):
            raise PermissionDenied
        words = {"title": _("État du système"), "condition": condition(request.user)}
        return TemplateResponse(request, "admin/condition.html", {**self.each_context(request), **words})

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        context = dict(extra_context or {})
        if sees_desk(request.user):
            context["desk"], context["troubles"] = desk(request.user)
            context["now"] = clock.now()
        return super().index(request, context)
